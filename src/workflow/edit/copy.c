/* Copies of blocks: fresh ids, free names, references that follow. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/edit/list_place_private.h"
#include "workflow/edit/patch_private.h"
#include "workflow/edit/pins_private.h"

/* One paste into D. */
struct copying {
    const struct document *d;
    const struct pasting *how;
    struct value *origins;
};

static void
copy_id(const struct copying *c, struct value *block)
{
    char id[UUID_SIZE];
    char *was = mem_strdup(value_get_text(block, "id"));
    uuid_new(id);
    if (!c->how->keep_ids || document_block(c->d, was))
        value_set_text(block, "id", id);
    value_set_text(c->origins, value_get_text(block, "id"), was);
    free(was);
}

static void
copy_ids(const struct copying *c, struct value *v)
{
    for (size_t i = 0; i < value_size(v); i++) {
        const char *key =
            value_is(v, VALUE_OBJECT) ? value_key(v, i, NULL) : "";
        if (strcmp(key, "sample") && strcmp(key, "schema") &&
            strcmp(key, "mapping") && strcmp(key, "values"))
            copy_ids(c, value_at(v, i));
    }
    if (kind_find(value_get_text(v, "kind")) && value_get_text(v, "id"))
        copy_id(c, v);
}

/* Gives every block of COPY, a document that holds only copied blocks, a
 * name that is free in D too; references follow. */
static enum err
fresh_names(struct document **copy, const struct document *d, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < (*copy)->count && !err; i++) {
        struct document *renamed;
        struct value *patch;
        const struct block *b = &(*copy)->blocks[i];
        if (!document_block_named(d, b->name, strlen(b->name)))
            continue;
        char *name = mem_strdup(b->name);
        for (unsigned n = 2; document_block_named(d, name, strlen(name)) ||
                             document_block_named(*copy, name, strlen(name));
             n++) {
            free(name);
            name = mem_printf("%.*s %u", DOCUMENT_MAX_NAME - 12, b->name, n);
        }
        err = edit_rename(&patch, *copy, b->id, name, e);
        if (!err)
            err = document_patch(&renamed, *copy, patch, NULL, e);
        if (!err) {
            document_free(*copy);
            *copy = renamed;
        }
        value_free(patch);
        free(name);
    }
    return err;
}

/* The copies of S in a document of their own. */
static enum err
copy_alone(struct copying *c, const struct selection *s, struct document **out,
           struct error *e)
{
    struct document *empty = document_new("copy");
    struct value *patch = value_array(), *list = value_array();
    bool trigger = s->blocks[0] == s->document->trigger;
    for (size_t i = 0; i < s->count; i++) {
        struct value *item = value_copy(s->blocks[i]->value);
        copy_ids(c, item);
        value_append(list, item);
    }
    if (trigger)
        op_add(patch, "/trigger", value_take_at(list, 0));
    else
        op_add(patch, "/blocks", value_copy(list));
    enum err err = document_patch(out, empty, patch, NULL, e);
    if (!err)
        err = fresh_names(out, c->d, e);
    value_free(list);
    value_free(patch);
    document_free(empty);
    return err;
}

/* Puts the blocks of ALONE into C's document. */
static enum err
put_copies(struct value **out, const struct copying *c,
           const struct document *alone, struct edit_place place,
           struct error *e)
{
    struct list_place spot = {0};
    struct value *blocks = value_array();
    const struct value *list = value_get(alone->root, "blocks");
    enum err err =
        alone->trigger ? ERR_OK : list_place_find(&spot, c->d, place, e);
    for (size_t i = 0; i < value_size(list); i++)
        value_append(blocks, value_copy(value_at(list, i)));
    if (alone->trigger)
        value_append(blocks, value_copy(alone->trigger->value));
    if (!err) {
        *out = value_array();
        pin_add(*out, c->d, pin_needed(c->d, blocks, c->how->connectors));
        if (alone->trigger)
            op_add(*out, "/trigger", value_take_at(blocks, 0));
        else
            list_place_put(*out, &spot, value_copy(blocks));
    }
    value_free(blocks);
    return err;
}

enum err
edit_paste_all(struct value **out, const struct document *d,
               const struct selection *s, struct edit_place place,
               const struct pasting *how, struct error *e)
{
    struct copying c = {d, how, value_object()};
    struct document *alone = NULL;
    enum err err = ERR_OK;
    *out = NULL;
    if (s->blocks[0] == s->document->trigger && d->trigger)
        err = error_set(e, ERR_INVALID,
                        "%.200s: the workflow already has a trigger, %.200s",
                        s->blocks[0]->name, d->trigger->name);
    if (!err)
        err = copy_alone(&c, s, &alone, e);
    if (!err)
        err = put_copies(out, &c, alone, place, e);
    document_free(alone);
    if (how->origins)
        *how->origins = c.origins;
    else
        value_free(c.origins);
    return err;
}
