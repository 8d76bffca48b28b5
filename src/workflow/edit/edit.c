/* Edits of blocks: insert, move, remove, duplicate. */
#include "workflow/edit/edit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "mapping/language.h"
#include "mapping/row/members.h"
#include "value/pointer.h"
#include "workflow/edit/patch_private.h"

/* A place in a list of blocks. */
struct spot {
    char *list; /* pointer of the list */
    size_t index;
    bool absent; /* the list is not there yet */
};

static char *
list_of(const struct block *b)
{
    struct buf out;
    buf_init_any(&out);
    block_list_pointer(b, &out);
    return buf_take(&out);
}

static struct spot
spot_at_end(char *list, const struct value *there)
{
    return (struct spot){list, value_size(there), !there};
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
spot_in_case(struct spot *out, const struct block *b, const char *list,
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
spot_into(struct spot *out, const struct block *b, const char *list,
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

static enum err
find_spot(struct spot *out, const struct document *d, struct edit_place place,
          struct error *e)
{
    const struct value *blocks = value_get(d->root, "blocks");
    const struct block *b;
    *out = (struct spot){0};
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
        *out = (struct spot){mem_strdup("/blocks"), 0, !blocks};
    else
        *out = (struct spot){list_of(b),
                             b->index + (place.where == PLACE_AFTER), false};
    return ERR_OK;
}

static void
put_at(struct value *patch, struct spot *spot, struct value *block)
{
    if (spot->absent) {
        struct value *list = value_array();
        value_append(list, block);
        op_add(patch, spot->list, list);
    } else {
        char *path = mem_printf("%s/%zu", spot->list, spot->index);
        op_add(patch, path, block);
        free(path);
    }
    FREE_NULL(spot->list);
}

/* True where a row of MAPPING is looked up in APP. */
static bool
finds_in_app(const struct value *mapping, const char *app)
{
    bool found = false;
    for (size_t i = 0; i < value_size(mapping) && !found; i++) {
        const char *what =
            value_get_text(value_at(mapping, i), row_member(ROW_FIND)->key);
        size_t n = strlen(app);
        found = what && strncmp(what, app, n) == 0 && what[n] == ' ';
    }
    return found;
}

/* True where the block V, or one inside it, uses APP. */
static bool
uses_app(const struct value *v, const char *app)
{
    const char *own = value_get_text(v, "app");
    if ((own && strcmp(own, app) == 0) ||
        finds_in_app(value_get(v, "mapping"), app))
        return true;
    for (size_t i = 0; i < value_size(v); i++) {
        const char *key =
            value_is(v, VALUE_OBJECT) ? value_key(v, i, NULL) : "";
        if (strcmp(key, "sample") && strcmp(key, "schema") &&
            strcmp(key, "mapping") && uses_app(value_at(v, i), app))
            return true;
    }
    return false;
}

static void
pin(struct value *patch, const struct document *d, const char *app,
    const char *hash)
{
    if (value_get(d->root, "connectors")) {
        char *path = edit_join("/connectors", app);
        op_add(patch, path, value_string(hash));
        free(path);
    } else {
        struct value *pins = value_object();
        value_set_text(pins, app, hash);
        op_add(patch, "/connectors", pins);
    }
}

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
    struct spot spot = {0};
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
        err = find_spot(&spot, d, place, e);
    if (err) {
        value_free(block);
        return err;
    }
    *out = value_array();
    if (app && !document_connector(d, app) && uses_app(block, app))
        pin(*out, d, app, connector_hash(connector));
    if (trigger)
        op_add(*out, "/trigger", block);
    else
        put_at(*out, &spot, block);
    return ERR_OK;
}

/* Removes B; a list that would stay empty goes with it. */
static void
take_out(struct value *patch, const struct document *d, const struct block *b)
{
    const struct block *next = b->end < d->count ? &d->blocks[b->end] : NULL;
    bool last = b->index == 0 && !(next && next->parent == b->parent &&
                                   strcmp(next->list, b->list) == 0 &&
                                   next->list_case == b->list_case);
    char *path =
        *b->list && last ? list_of(b) : edit_pointer(b, NULL, SIZE_MAX);
    op_remove(patch, path);
    free(path);
}

/* Unpins the connectors that only B uses. */
static void
unpin(struct value *patch, const struct document *d, const struct block *b)
{
    const struct value *pins = value_get(d->root, "connectors");
    size_t first = (size_t)(b - d->blocks), left = value_size(pins);
    struct value *ops = value_array();
    for (size_t i = 0; i < value_size(pins); i++) {
        const char *app = value_key(pins, i, NULL);
        bool used = !uses_app(b->value, app);
        for (size_t k = 0; k < d->count && !used; k++) {
            bool around = block_inside(b, &d->blocks[k]);
            if (!around && (k < first || k >= b->end))
                used = uses_app(d->blocks[k].value, app);
        }
        if (!used) {
            char *path = edit_join("/connectors", app);
            op_remove(ops, path);
            free(path);
            left--;
        }
    }
    if (left == 0 && value_size(ops) > 0)
        op_remove(patch, "/connectors");
    else
        for (size_t i = 0; i < value_size(ops); i++)
            value_append(patch, value_copy(value_at(ops, i)));
    value_free(ops);
}

enum err
edit_remove(struct value **out, const struct document *d, const char *block,
            struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    *out = NULL;
    if (!b)
        return ERR_NOT_FOUND;
    *out = value_array();
    take_out(*out, d, b);
    unpin(*out, d, b);
    return ERR_OK;
}

enum err
edit_move(struct value **out, const struct document *d, const char *block,
          struct edit_place place, struct error *e)
{
    const struct block *b = edit_block(d, block, e), *ref = NULL;
    struct document *without;
    struct spot spot;
    *out = NULL;
    if (b && place.where != PLACE_END)
        ref = edit_block(d, place.ref, e);
    if (!b || (place.where != PLACE_END && !ref))
        return ERR_NOT_FOUND;
    if (b == d->trigger)
        return error_set(e, ERR_INVALID, "%s: the trigger stays where it is",
                         b->name);
    if (ref &&
        (block_inside(ref, b) || (ref == b && place.where == PLACE_INTO)))
        return error_set(e, ERR_INVALID, "%s: a block cannot move into itself",
                         b->name);
    *out = value_array();
    if (ref == b)
        return ERR_OK;
    take_out(*out, d, b);
    enum err err = document_patch(&without, d, *out, NULL, e);
    if (!err) {
        if (ref)
            place.ref = ref->id;
        err = find_spot(&spot, without, place, e);
        if (!err)
            put_at(*out, &spot, value_copy(b->value));
        document_free(without);
    }
    if (err) {
        value_free(*out);
        *out = NULL;
    }
    return err;
}

static void
fresh_ids(struct value *v)
{
    char id[UUID_SIZE];
    for (size_t i = 0; i < value_size(v); i++) {
        const char *key =
            value_is(v, VALUE_OBJECT) ? value_key(v, i, NULL) : "";
        if (strcmp(key, "sample") && strcmp(key, "schema") &&
            strcmp(key, "mapping") && strcmp(key, "values"))
            fresh_ids(value_at(v, i));
    }
    if (kind_find(value_get_text(v, "kind")) && value_get_text(v, "id")) {
        uuid_new(id);
        value_set_text(v, "id", id);
    }
}

/* Gives every block of COPY, a document that holds only the copied block, a
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

enum err
edit_paste(struct value **out, const struct document *d,
           const struct value *block, struct edit_place place,
           const struct connector *connector, struct error *e)
{
    const struct kind *kind = kind_find(value_get_text(block, "kind"));
    bool trigger = kind && kind->role == ROLE_TRIGGER;
    *out = NULL;
    if (trigger && d->trigger)
        return error_set(e, ERR_INVALID,
                         "%.200s: the workflow already has a trigger, %.200s",
                         value_text_or(value_get(block, "name"), ""),
                         d->trigger->name);
    struct document *copy = document_new("copy"), *alone = NULL;
    struct value *patch = value_array(), *list = value_array();
    struct value *item = value_copy(block);
    fresh_ids(item);
    if (trigger) {
        value_free(list);
        op_add(patch, "/trigger", item);
    } else {
        value_append(list, item);
        op_add(patch, "/blocks", list);
    }
    enum err err = document_patch(&alone, copy, patch, NULL, e);
    if (!err)
        err = fresh_names(&alone, d, e);
    if (!err)
        err = edit_insert(out, d, value_copy(alone->blocks[0].value), place,
                          connector, e);
    value_free(patch);
    document_free(alone);
    document_free(copy);
    return err;
}

enum err
edit_duplicate(struct value **out, const struct document *d, const char *block,
               struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    *out = NULL;
    if (!b)
        return ERR_NOT_FOUND;
    if (b == d->trigger)
        return error_set(e, ERR_INVALID, "%s: a workflow has one trigger",
                         b->name);
    return edit_paste(out, d, b->value,
                      (struct edit_place){PLACE_AFTER, b->id, NULL}, NULL, e);
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
