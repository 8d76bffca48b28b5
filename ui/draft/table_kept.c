/* Text that was typed into a value table and not stored. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/table_private.h"

/* The place of the cell of row KEY ("": a new one) in COLUMN, and what people
 * call it; new strings. */
static char *
cell_place(const struct tablegrid *s, const char *key, const char *column,
           char **label)
{
    *label = *key ? mem_printf("%s of %.200s in %.200s", column, key, s->name)
                  : mem_printf("%s of a new row in %.200s", column, s->name);
    return mem_printf("table/%s/%s/%s", s->name, key, column);
}

void
tablegrid_keep(struct tablegrid *s, const char *column, const char *why)
{
    const char *typed = line_edit_text(&s->grid.line);
    if (!s->grid.editing || text_equal(typed, s->before))
        return;
    char *label, *place = cell_place(s, s->grid.editing_key, column, &label);
    draft_view_keep(&s->draft, place, label, typed, why);
    free(place);
    free(label);
}

void
tablegrid_offer_kept(struct tablegrid *s, const char *key, const char *column)
{
    char *label, *place = cell_place(s, key, column, &label);
    draft_view_offer_kept(&s->draft, place);
    free(place);
    free(label);
}

void
tablegrid_stored_kept(struct tablegrid *s, const char *key, const char *column,
                      const char *typed)
{
    char *label, *place = cell_place(s, key, column, &label);
    draft_view_stored_kept(&s->draft, place, typed);
    free(place);
    free(label);
}
