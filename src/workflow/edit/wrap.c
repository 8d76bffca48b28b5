/* Putting blocks into a block that holds them, and taking them out of it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/edit/list_place_private.h"
#include "workflow/edit/patch_private.h"
#include "workflow/edit/selection.h"

/* --- into ----------------------------------------------------------------- */

/* OK where the blocks of S follow one another in one list. */
static enum err
check_run(const struct selection *s, struct error *e)
{
    const struct document *d = s->document;
    for (size_t i = 1; i < s->count; i++) {
        const struct block *a = s->blocks[i - 1], *b = s->blocks[i];
        const struct block *next =
            a->end < d->count ? &d->blocks[a->end] : NULL;
        if (a->parent != b->parent || strcmp(a->list, b->list) != 0 ||
            a->list_case != b->list_case)
            return error_set(e, ERR_INVALID,
                             "%.100s and %.100s are on different lanes (wrap "
                             "blocks of one lane)",
                             a->name, b->name);
        if (next != b)
            return error_set(e, ERR_INVALID,
                             "%.100s stands between them (mark it too, or move "
                             "it)",
                             next->name);
    }
    return ERR_OK;
}

/* The fields of a new block of KIND around BLOCKS (*taken*); NULL where it can
 * hold none. */
static struct value *
fields_around(const struct kind *kind, struct value *blocks)
{
    struct value *fields = value_object();
    const struct kind_field *f = kind->fields;
    while (f->name && f->type != FIELD_BLOCKS && f->type != FIELD_CASES)
        f++;
    if (f->name && f->type == FIELD_CASES) {
        struct value *one = value_object(), *cases = value_array();
        value_set_text(one, "name", "Case 1");
        value_set(one, "blocks", blocks);
        value_append(cases, one);
        blocks = cases;
    }
    if (f->name) {
        value_set(fields, f->name, blocks);
        return fields;
    }
    value_free(blocks);
    value_free(fields);
    return NULL;
}

enum err
edit_wrap(struct value **out, const struct selection *s,
          const struct kind *kind, char id[UUID_SIZE], struct error *e)
{
    struct value *blocks = value_array();
    *out = NULL;
    for (size_t i = 0; i < s->count; i++)
        value_append(blocks, value_copy(s->blocks[i]->value));
    struct value *fields = fields_around(kind, blocks);
    enum err err = check_run(s, e);
    if (!err && s->blocks[0] == s->document->trigger)
        err = error_set(e, ERR_INVALID, "%s: the trigger stays where it is",
                        s->blocks[0]->name);
    if (!err && !fields)
        err = error_set(e, ERR_INVALID,
                        "a block of kind %s holds no blocks (wrap takes if, "
                        "iterate or branch)",
                        kind->name);
    if (!err) {
        struct value *block = edit_new_block(s->document, kind, NULL, fields);
        snprintf(id, UUID_SIZE, "%s", value_get_text(block, "id"));
        *out = value_array();
        for (size_t i = s->count; i-- > 0;) {
            char *path = edit_pointer(s->blocks[i], NULL, SIZE_MAX);
            if (i > 0)
                op_remove(*out, path);
            else
                op_replace(*out, path, block);
            free(path);
        }
    }
    value_free(fields);
    return err;
}

/* --- out of --------------------------------------------------------------- */

/* The blocks that stand in B itself, all of one list; else INVALID. */
static enum err
inner_blocks(const struct document *d, const struct block *b, struct value *out,
             struct error *e)
{
    const struct block *first = &d->blocks[b - d->blocks + 1];
    size_t end = b->end;
    for (size_t i = (size_t)(first - d->blocks); i < end;) {
        const struct block *x = &d->blocks[i];
        if (strcmp(x->list, first->list) != 0 ||
            x->list_case != first->list_case)
            return error_set(e, ERR_INVALID,
                             "%.200s: more than one of its lanes holds blocks, "
                             "and not all of them run (move the blocks of the "
                             "others first)",
                             b->name);
        value_append(out, value_copy(x->value));
        i = x->end;
    }
    return ERR_OK;
}

static bool
holds_blocks(const struct kind *kind)
{
    const struct kind_field *f = kind->fields;
    while (f->name && f->type != FIELD_BLOCKS && f->type != FIELD_CASES)
        f++;
    return f->name != NULL;
}

enum err
edit_unwrap(struct value **out, const struct document *d, const char *block,
            struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    struct value *inner = value_array();
    enum err err = b ? ERR_OK : ERR_NOT_FOUND;
    *out = NULL;
    if (b && !holds_blocks(b->kind))
        err = error_set(e, ERR_INVALID, "%.200s holds no blocks", b->name);
    if (!err)
        err = inner_blocks(d, b, inner, e);
    if (!err && value_size(inner) == 0) {
        err = edit_remove(out, d, b->id, e);
    } else if (!err) {
        struct list_place spot = {list_pointer(b), b->index, false};
        char *path = edit_pointer(b, NULL, SIZE_MAX);
        *out = value_array();
        op_remove(*out, path);
        list_place_put(*out, &spot, value_copy(inner));
        free(path);
    }
    value_free(inner);
    return err;
}
