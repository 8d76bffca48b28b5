/* Edits of blocks: insert, move, remove, duplicate. */
#include "workflow/edit/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "mapping/language.h"
#include "workflow/edit/list_place_private.h"
#include "workflow/edit/patch_private.h"
#include "workflow/edit/pins_private.h"

struct value *
edit_new_block(const struct document *d, const struct kind *kind,
               const char *name, const struct value *config)
{
    char id[UUID_SIZE];
    char *own = edit_free_name(d, kind->title);
    struct value *v = value_object();
    uuid_new(id);
    value_set_text(v, "id", id);
    value_set_text(v, "kind", kind->name);
    value_set_text(v, "name", name ? name : own);
    for (size_t i = 0; i < value_size(config); i++) {
        size_t n;
        const char *key = value_key(config, i, &n);
        value_set_n(v, key, n, value_copy(value_at(config, i)));
    }
    free(own);
    return v;
}

enum err
edit_insert(struct value **out, const struct document *d, struct value *block,
            struct edit_place place, const struct connector *connector,
            struct error *e)
{
    const struct kind *kind = kind_find(value_get_text(block, "kind"));
    const char *name = value_get_text(block, "name");
    const char *app = connector ? connector_app(connector) : NULL;
    bool trigger = kind && kind->role == ROLE_TRIGGER;
    struct list_place spot = {0};
    enum err err = ERR_OK;
    *out = NULL;
    if (!kind || !name)
        err = error_set(e, ERR_INVALID, "a block has a known kind and a name");
    else if (document_block_named(d, name, strlen(name)) &&
             !(trigger && d->trigger && strcmp(d->trigger->name, name) == 0))
        err = error_set(e, ERR_INVALID,
                        "%.100s: another block has this name (choose another)",
                        name);
    if (!err && !trigger)
        err = list_place_find(&spot, d, place, e);
    if (err) {
        value_free(block);
        return err;
    }
    *out = value_array();
    if (app && !document_connector(d, app) && pin_uses(block, app)) {
        struct value *pins = value_object();
        value_set_text(pins, app, connector_hash(connector));
        pin_add(*out, d, pins);
    }
    if (trigger) {
        op_add(*out, "/trigger", block);
    } else {
        struct value *blocks = value_array();
        value_append(blocks, block);
        list_place_put(*out, &spot, blocks);
    }
    return ERR_OK;
}

/* The selection of BLOCK alone. */
static enum err
select_one(struct selection *s, const struct document *d, const char *block,
           struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    *s = (struct selection){.document = d};
    return b ? selection_make(s, d, &b->id, 1, e) : ERR_NOT_FOUND;
}

enum err
edit_remove(struct value **out, const struct document *d, const char *block,
            struct error *e)
{
    struct selection s;
    enum err err = select_one(&s, d, block, e);
    *out = NULL;
    if (!err)
        err = edit_remove_all(out, &s, e);
    selection_clear(&s);
    return err;
}

enum err
edit_move(struct value **out, const struct document *d, const char *block,
          struct edit_place place, struct error *e)
{
    struct selection s;
    enum err err = select_one(&s, d, block, e);
    *out = NULL;
    if (!err)
        err = edit_move_all(out, &s, place, e);
    selection_clear(&s);
    return err;
}

enum err
edit_duplicate(struct value **out, const struct document *d, const char *block,
               struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    struct selection s = {0};
    *out = NULL;
    if (!b)
        return ERR_NOT_FOUND;
    if (b == d->trigger)
        return error_set(e, ERR_INVALID, "%s: a workflow has one trigger",
                         b->name);
    enum err err = selection_make(&s, d, &b->id, 1, e);
    if (!err)
        err = edit_paste_all(out, d, &s,
                             (struct edit_place){PLACE_AFTER, b->id, NULL},
                             &(struct pasting){0}, e);
    selection_clear(&s);
    return err;
}

/* --- the formula language ------------------------------------------------ */

enum err
edit_language(struct value **out, const struct document *d, struct error *e)
{
    if (document_language(d) >= FORMULA_LANGUAGE)
        return error_set(e, ERR_INVALID,
                         "the formulas have the current format, %u",
                         document_language(d));
    *out = value_array();
    op_replace(*out, "/formulas", value_int(FORMULA_LANGUAGE));
    return ERR_OK;
}
