/* Edits of fields, rows, tables and names. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/source.h"
#include "value/pointer.h"
#include "workflow/document/texts.h"
#include "workflow/edit/edit.h"
#include "workflow/edit/patch_private.h"

struct renaming {
    struct value *patch;
    const char *from;
    const char *to;
};

static void
rename_in_text(void *context, const struct text_place *place)
{
    struct renaming *r = context;
    char *text = source_rename_block(place->text, r->from, r->to);
    if (text && strcmp(text, place->text) != 0)
        op_replace(r->patch, place->pointer, value_string(text));
    free(text);
}

enum err
edit_rename(struct value **out, const struct document *d, const char *block,
            const char *new_name, struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    size_t n = strlen(new_name);
    *out = NULL;
    if (!b)
        return ERR_NOT_FOUND;
    const struct block *other = document_block_named(d, new_name, n);
    if (n == 0 || n > DOCUMENT_MAX_NAME)
        return error_set(e, ERR_INVALID, "a name has 1 to %d bytes",
                         DOCUMENT_MAX_NAME);
    if (other && other != b)
        return error_set(e, ERR_INVALID,
                         "%.100s: another block has this name (choose another)",
                         new_name);
    *out = value_array();
    if (other == b)
        return ERR_OK;
    char *path = edit_pointer(b, "name", SIZE_MAX);
    op_replace(*out, path, value_string(new_name));
    free(path);
    /* References mean the first block of that name. */
    if (document_block_named(d, b->name, strlen(b->name)) == b) {
        struct renaming r = {*out, b->name, new_name};
        texts_of_document(d, rename_in_text, &r);
        texts_of_conflicts(d, rename_in_text, &r);
    }
    return ERR_OK;
}

static bool
is_default(const struct kind_field *f, const struct value *item)
{
    const char *text = value_text(item, NULL);
    bool same = false;
    if (f && field_type_is_text(f->type))
        return value_is(item, VALUE_STRING) &&
               (!*text || (f->fallback && strcmp(text, f->fallback) == 0));
    if (f && f->fallback) {
        struct buf canonical;
        buf_init_any(&canonical);
        value_write_canonical(&canonical, item);
        same = strcmp(buf_str(&canonical), f->fallback) == 0;
        buf_clear(&canonical);
    }
    return same;
}

static enum err
no_such_field(const struct block *b, const char *field, struct error *e)
{
    struct buf names;
    buf_init(&names, 1000);
    for (const struct kind_field *f = b->kind->fields; f->name; f++)
        buf_addf(&names, ", %s", f->name);
    error_set(e, ERR_INVALID,
              "%s: a block of kind %s has no field \"%.40s\" (it has name, "
              "note%s)",
              b->name, b->kind->name, field, buf_str(&names));
    buf_clear(&names);
    return ERR_INVALID;
}

enum err
edit_set(struct value **out, const struct document *d, const char *block,
         const char *field, struct value *item, struct error *e)
{
    const struct block *b = edit_block(d, block, e);
    enum err err = b ? ERR_OK : ERR_NOT_FOUND;
    const struct kind_field *f = b ? kind_field(b->kind, field) : NULL;
    bool note = strcmp(field, "note") == 0;
    *out = NULL;
    if (b && strcmp(field, "name") == 0)
        err = edit_rename(out, d, block, value_text_or(item, ""), e);
    else if (b && !f && !note)
        err = no_such_field(b, field, e);
    if (err || *out) {
        value_free(item);
        return err;
    }
    *out = value_array();
    char *path = edit_pointer(b, field, SIZE_MAX);
    const char *text = value_text(item, NULL);
    if (item && !is_default(f, item) && !(note && text && !*text)) {
        op_add(*out, path, item);
        item = NULL;
    } else if (block_field(b, field)) {
        op_remove(*out, path);
    }
    value_free(item);
    free(path);
    return ERR_OK;
}

/* --- rows ----------------------------------------------------------------- */
long
edit_row_index(const struct block *b, const char *target)
{
    const struct value *rows = block_field(b, "mapping");
    for (size_t i = 0; i < value_size(rows); i++) {
        const char *t = value_get_text(value_at(rows, i), "target");
        if (t && strcmp(t, target) == 0)
            return (long)i;
    }
    return -1;
}

/* The block REF where it has a mapping. */
static const struct block *
mapped_block(const struct document *d, const char *ref, struct error *e)
{
    const struct block *b = edit_block(d, ref, e);
    if (b && !kind_field(b->kind, "mapping")) {
        error_set(e, ERR_INVALID, "%s: a block of kind %s has no mapping",
                  b->name, b->kind->name);
        return NULL;
    }
    return b;
}

static void
put_row(struct value *patch, const struct block *b, struct value *row,
        size_t index)
{
    const struct value *rows = block_field(b, "mapping");
    size_t n = value_size(rows);
    char *path = edit_pointer(b, "mapping",
                              !rows       ? SIZE_MAX
                              : index < n ? index
                                          : n);
    if (!rows) {
        struct value *list = value_array();
        value_append(list, row);
        row = list;
    }
    op_add(patch, path, row);
    free(path);
}

enum err
edit_row_put(struct value **out, const struct document *d, const char *block,
             struct value *row, size_t index, struct error *e)
{
    const struct block *b = mapped_block(d, block, e);
    const char *target = value_get_text(row, "target");
    *out = NULL;
    if (!b || !target || !*target) {
        value_free(row);
        return b ? error_set(e, ERR_INVALID, "%s: a row has a target", b->name)
               : document_block_find(d, block) ? ERR_INVALID
                                               : ERR_NOT_FOUND;
    }
    *out = value_array();
    long at = edit_row_index(b, target);
    if (at < 0) {
        put_row(*out, b, row, index);
        return ERR_OK;
    }
    char *path = edit_pointer(b, "mapping", (size_t)at);
    op_replace(*out, path, row);
    free(path);
    return ERR_OK;
}

enum err
edit_row_set(struct value **out, const struct document *d, const char *block,
             const char *target, const char *source, struct error *e)
{
    const struct block *b = mapped_block(d, block, e);
    long at = b ? edit_row_index(b, target) : -1;
    *out = NULL;
    if (!b || at < 0) {
        struct value *row = value_object();
        value_set_text(row, "target", target);
        if (*source)
            value_set_text(row, "source", source);
        return edit_row_put(out, d, block, row, SIZE_MAX, e);
    }
    if (!*source)
        return edit_row_unset(out, d, block, target, EDIT_ROW_BLANK, e);
    char *base = edit_pointer(b, "mapping", at);
    char *path = edit_join(base, "source");
    *out = value_array();
    op_add(*out, path, value_string(source));
    free(path);
    free(base);
    return ERR_OK;
}

/* The block BLOCK and the index of its row for TARGET. */
static enum err
find_row(const struct document *d, const char *block, const char *target,
         const struct block **b, size_t *index, struct error *e)
{
    *b = mapped_block(d, block, e);
    if (!*b)
        return document_block_find(d, block) ? ERR_INVALID : ERR_NOT_FOUND;
    long at = edit_row_index(*b, target);
    if (at < 0)
        return error_set(e, ERR_NOT_FOUND, "%s: no row has the target %.100s",
                         (*b)->name, target);
    *index = (size_t)at;
    return ERR_OK;
}

enum err
edit_row_unset(struct value **out, const struct document *d, const char *block,
               const char *target, enum edit_row_mode mode, struct error *e)
{
    const struct block *b;
    size_t at;
    enum err err = find_row(d, block, target, &b, &at, e);
    *out = NULL;
    if (err != ERR_OK)
        return err;
    const struct value *rows = block_field(b, "mapping");
    char *path = edit_pointer(
        b, "mapping",
        mode == EDIT_ROW_REMOVE && value_size(rows) == 1 ? SIZE_MAX : at);
    *out = value_array();
    if (mode == EDIT_ROW_REMOVE) {
        op_remove(*out, path);
    } else if (value_get(value_at(rows, at), "source")) {
        char *source = edit_join(path, "source");
        op_remove(*out, source);
        free(source);
    }
    free(path);
    return ERR_OK;
}

enum err
edit_row_move(struct value **out, const struct document *d, const char *block,
              const char *target, size_t index, struct error *e)
{
    const struct block *b;
    size_t at;
    enum err err = find_row(d, block, target, &b, &at, e);
    *out = NULL;
    if (err != ERR_OK)
        return err;
    size_t n = value_size(block_field(b, "mapping"));
    *out = value_array();
    if (index >= n)
        index = n - 1;
    if (index == at)
        return ERR_OK;
    char *from = edit_pointer(b, "mapping", at);
    char *to = edit_pointer(b, "mapping", index);
    struct value *op = value_object();
    value_set_text(op, "op", "move");
    value_set_text(op, "from", from);
    value_set_text(op, "path", to);
    value_append(*out, op);
    free(from);
    free(to);
    return ERR_OK;
}

/* --- tables, names, connectors -------------------------------------------- */

/* Sets member KEY of the object at POINTER ("/tables") to ITEM (*taken*; NULL
 * removes it); an object that is not there is made, an empty one removed. */
static void
set_member(struct value *patch, const struct document *d, const char *pointer,
           const char *key, struct value *item)
{
    const struct value *object = value_get(d->root, pointer + 1);
    char *path = edit_join(pointer, key);
    if (item && !object) {
        struct value *made = value_object();
        value_set(made, key, item);
        op_add(patch, pointer, made);
    } else if (item) {
        op_add(patch, path, item);
    } else if (value_get(object, key)) {
        op_remove(patch, value_size(object) == 1 ? pointer : path);
    }
    free(path);
}

enum err
edit_table(struct value **out, const struct document *d, const char *table,
           struct value *content, struct error *e)
{
    *out = NULL;
    if (!content && !document_table(d, table, strlen(table)))
        return error_set(e, ERR_NOT_FOUND, "%.100s: no such value table",
                         table);
    *out = value_array();
    set_member(*out, d, "/tables", table, content);
    return ERR_OK;
}

enum err
edit_table_set(struct value **out, const struct document *d, const char *table,
               const char *key, struct value *value, struct error *e)
{
    const struct value *there = document_table(d, table, strlen(table));
    *out = NULL;
    if (!there) {
        value_free(value);
        return error_set(e, ERR_NOT_FOUND, "%.100s: no such value table",
                         table);
    }
    struct value *content = value_copy(there);
    struct value *rows = value_get(content, "rows");
    if (!rows) {
        value_set(content, "rows", value_array());
        rows = value_get(content, "rows");
    }
    size_t i = 0;
    while (i < value_size(rows) &&
           strcmp(value_text_or(value_at(value_at(rows, i), 0), ""), key) != 0)
        i++;
    if (i < value_size(rows) && value) {
        value_replace_at(value_at(rows, i), 1, value);
    } else if (i < value_size(rows)) {
        value_free(value_take_at(rows, i));
    } else if (value) {
        struct value *row = value_array();
        value_append(row, value_string(key));
        value_append(row, value);
        while (value_size(row) < value_size(value_get(content, "columns")))
            value_append(row, value_string(""));
        value_append(rows, row);
    } else {
        value_free(content);
        return error_set(e, ERR_NOT_FOUND, "%.100s: no row has the key %.100s",
                         table, key);
    }
    if (value_size(rows) == 0)
        value_remove(content, "rows");
    return edit_table(out, d, table, content, e);
}

enum err
edit_document_name(struct value **out, const struct document *d,
                   const char *name, struct error *e)
{
    *out = NULL;
    if (!*name || strlen(name) > DOCUMENT_MAX_NAME)
        return error_set(e, ERR_INVALID, "a name has 1 to %d bytes",
                         DOCUMENT_MAX_NAME);
    *out = value_array();
    if (strcmp(document_name(d), name) != 0)
        op_replace(*out, "/name", value_string(name));
    return ERR_OK;
}

enum err
edit_pin(struct value **out, const struct document *d, const char *app,
         const char *hash, struct error *e)
{
    (void)e;
    *out = value_array();
    set_member(*out, d, "/connectors", app, hash ? value_string(hash) : NULL);
    return ERR_OK;
}

enum err
edit_connector(struct value **out, const struct document *d,
               const struct connector *c, struct error *e)
{
    return edit_pin(out, d, connector_app(c), connector_hash(c), e);
}
