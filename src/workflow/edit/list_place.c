/* Places in lists of blocks. */
#include "workflow/edit/list_place_private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/edit/patch_private.h"

char *
list_pointer(const struct block *b)
{
    struct buf out;
    buf_init_any(&out);
    block_list_pointer(b, &out);
    return buf_take(&out);
}

static struct list_place
spot_at_end(char *list, const struct value *there)
{
    return (struct list_place){list, value_size(there), !there};
}

static enum err
no_such_list(const struct block *b, const char *list, struct error *e)
{
    return error_set(e, ERR_INVALID,
                     "%s: a block of kind %s has no list \"%.40s\" (if: then, "
                     "else; iterate: blocks; branch: cases/0 …, otherwise)",
                     b->name, b->kind->name, list ? list : "");
}

/* "cases/N" of a branch. */
static enum err
spot_in_case(struct list_place *out, const struct block *b, const char *list,
             struct error *e)
{
    const struct value *cases = block_field(b, "cases");
    char *end;
    unsigned long n = strtoul(list + 6, &end, 10);
    if (end == list + 6 || *end || n >= value_size(cases))
        return error_set(e, ERR_INVALID, "%s: it has %zu cases", b->name,
                         value_size(cases));
    char *base = edit_pointer(b, "cases", n);
    *out = spot_at_end(edit_join(base, "blocks"),
                       value_get(value_at(cases, n), "blocks"));
    free(base);
    return ERR_OK;
}

static enum err
spot_into(struct list_place *out, const struct block *b, const char *list,
          struct error *e)
{
    const struct kind_field *f = b->kind->fields;
    while (f->name && f->type != FIELD_BLOCKS && f->type != FIELD_CASES)
        f++;
    if (!list && f->name)
        list = f->type == FIELD_CASES ? "cases/0" : f->name;
    f = list ? kind_field(b->kind, list) : NULL;
    if (list && strncmp(list, "cases/", 6) == 0 && kind_field(b->kind, "cases"))
        return spot_in_case(out, b, list, e);
    if (!f || f->type != FIELD_BLOCKS)
        return no_such_list(b, list, e);
    *out = spot_at_end(edit_pointer(b, list, SIZE_MAX), block_field(b, list));
    return ERR_OK;
}

enum err
list_place_find(struct list_place *out, const struct document *d,
                struct edit_place place, struct error *e)
{
    const struct value *blocks = value_get(d->root, "blocks");
    const struct block *b;
    *out = (struct list_place){0};
    if (place.where == PLACE_END) {
        *out = spot_at_end(mem_strdup("/blocks"), blocks);
        return ERR_OK;
    }
    b = edit_block(d, place.ref, e);
    if (!b)
        return ERR_NOT_FOUND;
    if (place.where == PLACE_INTO)
        return spot_into(out, b, place.list, e);
    if (b == d->trigger && place.where == PLACE_BEFORE)
        return error_set(e, ERR_INVALID,
                         "%s: nothing comes before the trigger (put it after)",
                         b->name);
    if (b == d->trigger)
        *out = (struct list_place){mem_strdup("/blocks"), 0, !blocks};
    else
        *out = (struct list_place){
            list_pointer(b), b->index + (place.where == PLACE_AFTER), false};
    return ERR_OK;
}

void
list_place_put(struct value *patch, struct list_place *spot,
               struct value *blocks)
{
    if (spot->absent) {
        op_add(patch, spot->list, blocks);
        blocks = NULL;
    }
    for (size_t i = 0; value_size(blocks) > 0; i++) {
        char *path = mem_printf("%s/%zu", spot->list, spot->index + i);
        op_add(patch, path, value_take_at(blocks, 0));
        free(path);
    }
    value_free(blocks);
    FREE_NULL(spot->list);
}
