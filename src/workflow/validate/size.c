/* How much a document makes of its mappings: a runtime compiles all of it at
 * once, and everybody else waits meanwhile. */
#include "workflow/document/texts.h"
#include "workflow/validate/validate_private.h"

#include <string.h>

struct size {
    size_t rows, bytes;
};

static void
add_text(void *context, const struct text_place *place)
{
    struct size *s = context;
    s->bytes += strlen(place->text);
}

static void
add_rows(struct size *s, const struct block *b)
{
    for (const struct kind_field *f = b->kind->fields; f->name; f++)
        if (f->type == FIELD_MAPPING)
            s->rows += value_size(block_field(b, f->name));
}

bool
check_size(struct check *c)
{
    struct size s = {0};
    for (size_t i = 0; i < c->d->count; i++)
        add_rows(&s, &c->d->blocks[i]);
    texts_of_document(c->d, add_text, &s);
    if (s.rows > DOCUMENT_MAX_ROWS)
        check_fail(c, "blocks",
                   "the mappings have %zu rows together, more than %d (divide "
                   "the workflow)",
                   s.rows, DOCUMENT_MAX_ROWS);
    else if (s.bytes > DOCUMENT_MAX_TEXTS)
        check_fail(c, "blocks",
                   "the sources and formulas have %zu bytes together, more "
                   "than %d (divide the workflow)",
                   s.bytes, DOCUMENT_MAX_TEXTS);
    else
        return true;
    return false;
}
