/* A model of blocks: which ids stand in which list, in order. */
#include "tests/unit/workflow/selection_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"

static char *
list_key(const struct block *b)
{
    return b->parent
               ? mem_printf("%s/%s/%zu", b->parent->id, b->list, b->list_case)
               : mem_strdup(b->list);
}

struct value *
model_of(const struct document *d)
{
    struct value *m = value_object();
    for (size_t i = 0; i < d->count; i++) {
        char *key = list_key(&d->blocks[i]);
        if (!value_get(m, key))
            value_set(m, key, value_array());
        value_append(value_get(m, key), value_string(d->blocks[i].id));
        free(key);
    }
    return m;
}

long
model_index(const struct value *list, const char *id)
{
    for (size_t i = 0; i < value_size(list); i++) {
        if (strcmp(value_text(value_at(list, i), NULL), id) == 0)
            return (long)i;
    }
    return -1;
}

/* The key of the list that ID stands in. */
const char *
model_key(const struct value *m, const char *id)
{
    for (size_t i = 0; i < value_size(m); i++) {
        if (model_index(value_at(m, i), id) >= 0)
            return value_key(m, i, NULL);
    }
    return NULL;
}

/* The block around the list KEY, static; NULL for a list of the document. */
const char *
model_owner(const char *key)
{
    static char id[64];
    const char *slash = strchr(key, '/');
    if (!slash)
        return NULL;
    snprintf(id, sizeof id, "%.*s", (int)(slash - key), key);
    return id;
}

/* True where ID, or a block around it, is in CHOSEN. */
bool
model_goes_along(const struct value *m, const struct value *chosen, const char *id)
{
    while (id && model_index(chosen, id) < 0)
        id = model_owner(model_key(m, id));
    return id != NULL;
}

/* True where ID is in CHOSEN and no block around it is. */
bool
model_is_outermost(const struct value *m, const struct value *chosen, const char *id)
{
    const char *owner = model_owner(model_key(m, id));
    return model_index(chosen, id) >= 0 &&
           !(owner && model_goes_along(m, chosen, owner));
}

/* The outermost of CHOSEN, in the order of D. */
struct value *
model_outermost(const struct document *d, const struct value *m,
          const struct value *chosen)
{
    struct value *list = value_array();
    for (size_t i = 0; i < d->count; i++) {
        if (model_is_outermost(m, chosen, d->blocks[i].id))
            value_append(list, value_string(d->blocks[i].id));
    }
    return list;
}

/* M without what CHOSEN takes along; where MOVED, only the outermost of it, so
 * that lists inside of them stay. */
struct value *
model_without(const struct value *m, const struct value *chosen, bool moved)
{
    struct value *out = value_object();
    for (size_t i = 0; i < value_size(m); i++) {
        const char *key = value_key(m, i, NULL);
        struct value *list = value_array();
        for (size_t k = 0; k < value_size(value_at(m, i)); k++) {
            const char *id = value_text(value_at(value_at(m, i), k), NULL);
            if (moved ? !model_is_outermost(m, chosen, id)
                      : !model_goes_along(m, chosen, id))
                value_append(list, value_string(id));
        }
        value_set(out, key, list);
    }
    return out;
}

/* Lists without blocks are the same as lists that are not there. */
char *
model_text(const struct value *m)
{
    struct value *full = value_object();
    struct buf out;
    buf_init_any(&out);
    for (size_t i = 0; i < value_size(m); i++) {
        if (value_size(value_at(m, i)) > 0)
            value_set(full, value_key(m, i, NULL), value_copy(value_at(m, i)));
    }
    value_write_canonical(&out, full);
    value_free(full);
    return buf_take(&out);
}

/* --- what stays of a block ------------------------------------------------ */

/* The block without its lists of blocks. */
static char *
own_text(const struct block *b)
{
    static const char *const lists[] = {"then", "else", "blocks", "cases",
                                        "otherwise"};
    struct value *v = value_copy(b->value);
    struct buf out;
    buf_init_any(&out);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        value_remove(v, lists[i]);
    value_write_canonical(&out, v);
    value_free(v);
    return buf_take(&out);
}

/* No block of TO is another than it was in FROM. */
void
model_check_unchanged(const struct document *from, const struct document *to)
{
    for (size_t i = 0; i < to->count; i++) {
        const struct block *was = document_block(from, to->blocks[i].id);
        if (!was)
            continue;
        char *a = own_text(was), *b = own_text(&to->blocks[i]);
        CHECK_STR(b, a);
        free(a);
        free(b);
    }
}

