/* The values of a conflict, as a person compares them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/conflicts.h"
#include "workflow/document/conflicts.h"
#include "workflow/edit/edit.h"

enum { LINE_LEAST = 8 }; /* columns of a value in a line */

void
conflicts_line(const struct document *d, size_t i, int cols, bool ascii,
               struct buf *out)
{
    static const char *const labels[] = {"conflict: own version ",
                                         ", new base ", ", old base "};
    struct conflict c;
    int room = cols;
    document_conflict(d, i, &c);
    const struct value *values[] = {c.ours, c.theirs, c.base};
    for (size_t k = 0; k < 3; k++)
        room -= (int)strlen(labels[k]);
    for (size_t k = 0; k < 3; k++) {
        int share = room / (int)(3 - k);
        size_t before = out->len;
        char *text = conflict_show(&c, values[k]);
        buf_adds(out, labels[k]);
        before = out->len;
        cells_cut(out, text, strlen(text),
                  share > LINE_LEAST ? share : LINE_LEAST, ascii);
        room -= width_text(buf_str(out) + before, out->len - before, ascii);
        free(text);
    }
}

char *
conflicts_now(const struct document *d, size_t i)
{
    struct conflict c;
    document_conflict(d, i, &c);
    const struct block *b = c.block ? document_block(d, c.block) : NULL;
    if (!b)
        return NULL;
    if (c.subject == CONFLICT_NAME)
        return mem_strdup(b->name);
    if (c.subject == CONFLICT_FIELD)
        return conflict_show(&c, block_field(b, c.field));
    if (c.subject != CONFLICT_ROW)
        return NULL;
    long at = edit_row_index(b, c.field);
    return conflict_show(
        &c, at < 0 ? NULL : value_at(block_field(b, "mapping"), (size_t)at));
}
