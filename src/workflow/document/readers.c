/* Which blocks read which others. */
#include "workflow/document/readers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/source.h"
#include "workflow/document/texts.h"

struct collecting {
    const struct document *document;
    struct reading_list *list;
    size_t reader;
};

static void
add_reading(void *context, const char *block, const char *path)
{
    struct collecting *c = context;
    struct reading_list *l = c->list;
    const struct block *read =
        block ? document_block_named(c->document, block, strlen(block)) : NULL;
    (void)path;
    if (!read)
        return;
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 16;
        l->items = mem_resize(l->items, l->capacity, sizeof l->items[0]);
    }
    l->items[l->count++] =
        (struct reading){c->reader, (size_t)(read - c->document->blocks)};
}

static void
visit_text(void *context, const struct text_place *place)
{
    struct collecting *c = context;
    c->reader = (size_t)(place->block - c->document->blocks);
    if (place->kind != TEXT_CELL || *place->text == '=')
        source_references(place->text, add_reading, c);
}

static int
compare(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;
    if (x->reader != y->reader)
        return x->reader < y->reader ? -1 : 1;
    return (x->read > y->read) - (x->read < y->read);
}

void
readers_of_document(const struct document *d, struct reading_list *l)
{
    struct collecting c = {d, l, 0};
    size_t n = 0;
    texts_of_document(d, visit_text, &c);
    if (l->count == 0)
        return;
    qsort(l->items, l->count, sizeof l->items[0], compare);
    for (size_t i = 0; i < l->count; i++) {
        if (n == 0 || compare(&l->items[n - 1], &l->items[i]) != 0)
            l->items[n++] = l->items[i];
    }
    l->count = n;
}

void
reading_list_clear(struct reading_list *l)
{
    free(l->items);
    *l = (struct reading_list){0};
}

bool
reading_list_has(const struct reading_list *l, size_t reader, size_t read)
{
    struct reading key = {reader, read};
    return l->count > 0 && bsearch(&key, l->items, l->count,
                                   sizeof l->items[0], compare) != NULL;
}
