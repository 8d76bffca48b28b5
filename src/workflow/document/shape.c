/* The strict part of reading a document: unknown keys and wrong types are
 * refused with their place, written-out defaults are taken out. */
#include "workflow/document/shape.h"

#include <string.h>

#include "base/ident.h"
#include "mapping/formula/formula.h"
#include "workflow/document/document.h"

#define MAX_TABLES 200
#define MAX_TABLE_ROWS 20000
#define MAX_COLUMNS 16

static enum err check_blocks(struct shape *s, struct value *list);

static enum err
check_cases(struct shape *s, struct value *list)
{
    static const char *const keys[] = {"name", "condition", "blocks", NULL};
    enum err err = shape_need_type(s, list, VALUE_ARRAY);
    for (size_t i = 0; !err && i < value_size(list); i++) {
        struct value *c = value_at(list, i);
        size_t mark = shape_enter_index(s, i);
        err = shape_need_type(s, c, VALUE_OBJECT);
        if (!err)
            err = shape_only_keys(s, c, keys);
        if (!err && value_get(c, "name"))
            err = shape_need_name(s, value_get(c, "name"));
        if (!err && value_get(c, "condition"))
            err = shape_need_type(s, value_get(c, "condition"), VALUE_STRING);
        if (!err && value_get(c, "blocks")) {
            size_t inner = shape_enter(s, "blocks");
            err =
                shape_leave(s, inner, check_blocks(s, value_get(c, "blocks")));
        }
        shape_leave(s, mark, err);
        if (!err) {
            shape_drop_text(c, "condition", NULL);
            shape_drop_json(c, "blocks", "[]");
        }
    }
    return err;
}

/* "GET|PUT|POST" as "must be GET, PUT or POST". */
static enum err
refuse_choice(struct shape *s, const struct kind_field *f)
{
    struct buf words;
    buf_init(&words, 400);
    for (const char *p = f->help; *p; p++) {
        if (*p != '|')
            buf_addc(&words, *p);
        else
            buf_adds(&words, strchr(p + 1, '|') ? ", " : " or ");
    }
    enum err err = shape_fail(s, ERR_INVALID, "must be %s", buf_str(&words));
    buf_clear(&words);
    return err;
}

static enum err
check_text(struct shape *s, const struct kind_field *f, struct value *v)
{
    if (value_is(v, VALUE_OBJECT) && (f->flags & FIELD_ASKABLE))
        return shape_asked(s, v);
    enum err err = shape_need_type(s, v, VALUE_STRING);
    if (!err)
        err = shape_need_no_nul(s, v);
    if (!err && f->type == FIELD_CHOICE && *value_text(v, NULL) &&
        !field_has_choice(f, value_text(v, NULL)))
        err = refuse_choice(s, f);
    return err;
}

static enum err
check_integer(struct shape *s, const struct kind_field *f, struct value *v)
{
    if (value_is(v, VALUE_OBJECT) && (f->flags & FIELD_ASKABLE))
        return shape_asked(s, v);
    if (!value_is(v, VALUE_NUMBER) || value_int_or(v, -1) < 0 ||
        strspn(value_text(v, NULL), "0123456789") !=
            strlen(value_text(v, NULL)))
        return shape_fail(s, ERR_INVALID, "a whole number is expected here");
    return ERR_OK;
}

static enum err
check_field(struct shape *s, const struct kind_field *f, struct value *v)
{
    switch (f->type) {
    case FIELD_CELL:
        return shape_cell(s, v, f->flags & FIELD_ASKABLE);
    case FIELD_INTEGER:
        return check_integer(s, f, v);
    case FIELD_JSON:
        return ERR_OK;
    case FIELD_MAPPING:
        return shape_mapping(s, v);
    case FIELD_CELLS:
        return shape_named(s, v, true);
    case FIELD_SOURCES:
        return shape_named(s, v, false);
    case FIELD_AUTH:
        return shape_auth(s, v);
    case FIELD_VARIABLES:
        return shape_variables(s, v);
    case FIELD_BLOCKS:
        return check_blocks(s, v);
    case FIELD_CASES:
        return check_cases(s, v);
    default:
        return check_text(s, f, v);
    }
}

static enum err
check_fields(struct shape *s, struct value *block, const struct kind *kind)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < value_size(block); i++) {
        const char *key = value_key(block, i, NULL);
        size_t mark = shape_enter(s, key);
        const struct kind_field *f = kind_field(kind, key);
        if (f)
            err = check_field(s, f, value_at(block, i));
        else if (strcmp(key, "note") == 0)
            err = shape_need_type(s, value_at(block, i), VALUE_STRING);
        else if (strcmp(key, "id") && strcmp(key, "kind") &&
                 strcmp(key, "name"))
            err = shape_fail(
                s, ERR_INVALID,
                "a block of kind %s has no such field (remove it, or "
                "use a newer tailor)",
                kind->name);
        shape_leave(s, mark, err);
    }
    if (err)
        return err;
    shape_drop_text(block, "note", NULL);
    for (const struct kind_field *f = kind->fields; f->name; f++) {
        if (field_type_is_text(f->type))
            shape_drop_text(block, f->name, f->fallback);
        else
            shape_drop_json(block, f->name, f->fallback);
        if ((f->flags & FIELD_FORMAT_2) && value_get(block, f->name))
            s->format = DOCUMENT_ROWS;
    }
    return ERR_OK;
}

static enum err
check_block(struct shape *s, struct value *block, bool trigger)
{
    enum err err = shape_need_type(s, block, VALUE_OBJECT);
    if (err)
        return err;
    const char *id = value_get_text(block, "id");
    const char *word = value_get_text(block, "kind");
    const struct kind *kind = kind_find(word);
    if (++s->blocks > DOCUMENT_MAX_BLOCKS)
        return shape_fail(s, ERR_TOO_BIG, "more than %d blocks",
                          DOCUMENT_MAX_BLOCKS);
    if (!id || !uuid_is(id))
        return shape_fail(s, ERR_INVALID,
                          "a block has an \"id\", a UUID in lower case");
    if (!kind)
        return shape_fail(s, ERR_INVALID, "unknown kind of block \"%.60s\"",
                          word ? word : "");
    if ((kind->role == ROLE_TRIGGER) != trigger)
        return shape_fail(s, ERR_INVALID,
                          trigger
                              ? "%s is not a trigger (it belongs to the blocks)"
                              : "%s is a trigger (a workflow has one, "
                                "before its blocks)",
                          kind->name);
    size_t mark = shape_enter(s, "name");
    err = shape_leave(s, mark, shape_need_name(s, value_get(block, "name")));
    return err ? err : check_fields(s, block, kind);
}

static enum err
check_blocks(struct shape *s, struct value *list)
{
    enum err err = shape_need_type(s, list, VALUE_ARRAY);
    if (!err && s->nesting == DOCUMENT_MAX_NESTING)
        err =
            shape_fail(s, ERR_TOO_BIG, "blocks inside blocks more than %d deep",
                       DOCUMENT_MAX_NESTING);
    s->nesting++;
    for (size_t i = 0; !err && i < value_size(list); i++) {
        size_t mark = shape_enter_index(s, i);
        err = shape_leave(s, mark, check_block(s, value_at(list, i), false));
    }
    s->nesting--;
    return err;
}

static enum err
check_connectors(struct shape *s, struct value *pins)
{
    unsigned char bytes[DIGEST_BYTES];
    enum err err = shape_need_type(s, pins, VALUE_OBJECT);
    for (size_t i = 0; !err && i < value_size(pins); i++) {
        const char *hash = value_text(value_at(pins, i), NULL);
        size_t mark = shape_enter(s, value_key(pins, i, NULL));
        if (!value_is(value_at(pins, i), VALUE_STRING) ||
            strlen(hash) != DIGEST_SIZE - 1 ||
            !hex_decode(bytes, hash, DIGEST_BYTES))
            err =
                shape_fail(s, ERR_INVALID,
                           "the SHA-256 of a connector, 64 digits, is expected "
                           "here");
        shape_leave(s, mark, err);
    }
    return err;
}

static enum err
check_table_row(struct shape *s, const struct value *row, size_t columns)
{
    enum err err = shape_need_type(s, row, VALUE_ARRAY);
    if (!err && value_size(row) != columns)
        err = shape_fail(s, ERR_INVALID,
                         "the row has %zu cells, the table %zu "
                         "columns",
                         value_size(row), columns);
    for (size_t i = 0; !err && i < columns; i++)
        if (value_is(value_at(row, i), VALUE_ARRAY) ||
            value_is(value_at(row, i), VALUE_OBJECT))
            err = shape_fail(s, ERR_INVALID,
                             "a cell is text, a number, true, false or null");
    return err;
}

static enum err
check_table(struct shape *s, struct value *table)
{
    static const char *const keys[] = {"columns", "rows", NULL};
    const struct value *columns = value_get(table, "columns");
    const struct value *rows = value_get(table, "rows");
    enum err err = shape_need_type(s, table, VALUE_OBJECT);
    if (!err)
        err = shape_only_keys(s, table, keys);
    if (!err && (!value_is(columns, VALUE_ARRAY) || value_size(columns) < 2 ||
                 value_size(columns) > MAX_COLUMNS))
        err = shape_fail(s, ERR_INVALID, "a table has 2 to %d \"columns\"",
                         MAX_COLUMNS);
    for (size_t i = 0; !err && i < value_size(columns); i++)
        err = shape_need_name(s, value_at(columns, i));
    if (!err && rows && !value_is(rows, VALUE_ARRAY))
        err = shape_fail(s, ERR_INVALID, "\"rows\" is a list");
    if (!err && value_size(rows) > MAX_TABLE_ROWS)
        err = shape_fail(s, ERR_TOO_BIG, "more than %d rows", MAX_TABLE_ROWS);
    size_t inside = shape_enter(s, "rows");
    for (size_t i = 0; !err && i < value_size(rows); i++) {
        size_t mark = shape_enter_index(s, i);
        err = check_table_row(s, value_at(rows, i), value_size(columns));
        shape_leave(s, mark, err);
    }
    shape_leave(s, inside, err);
    if (!err)
        shape_drop_json(table, "rows", "[]");
    return err;
}

static enum err
check_tables(struct shape *s, struct value *tables)
{
    enum err err = shape_need_type(s, tables, VALUE_OBJECT);
    if (!err && value_size(tables) > MAX_TABLES)
        err = shape_fail(s, ERR_TOO_BIG, "more than %d tables", MAX_TABLES);
    for (size_t i = 0; !err && i < value_size(tables); i++) {
        size_t mark = shape_enter(s, value_key(tables, i, NULL));
        err = shape_leave(s, mark, check_table(s, value_at(tables, i)));
    }
    return err;
}

/* "format" and "formulas": a number that this program knows. */
static enum err
check_number(struct shape *s, const struct value *root, const char *key,
             int64_t oldest, int64_t newest)
{
    const char *digits = value_text(value_get(root, key), NULL);
    int64_t n = value_int_or(value_get(root, key), 0);
    if (n > newest)
        return shape_fail(
            s, ERR_NEWER,
            "\"%s\" is %lld, this program knows %lld (use a newer "
            "tailor)",
            key, (long long)n, (long long)newest);
    bool whole = digits && strspn(digits, "0123456789") == strlen(digits);
    if (n >= oldest && whole)
        return ERR_OK;
    return shape_fail(s, ERR_INVALID, "\"%s\" must be %lld to %lld", key,
                      (long long)oldest, (long long)newest);
}

static enum err
check_document(struct shape *s, struct value *root)
{
    static const char *const keys[] = {"format",     "formulas", "name",
                                       "connectors", "trigger",  "blocks",
                                       "tables",     "conflicts", NULL};
    static const struct {
        const char *key;
        enum err (*check)(struct shape *s, struct value *v);
    } parts[] = {{"connectors", check_connectors},
                 {"blocks", check_blocks},
                 {"tables", check_tables},
                 {"conflicts", shape_conflicts}};
    enum err err = shape_need_type(s, root, VALUE_OBJECT);
    if (!err)
        err = check_number(s, root, "format", DOCUMENT_OLDEST, DOCUMENT_FORMAT);
    if (!err)
        err =
            check_number(s, root, "formulas", FORMULA_OLDEST, FORMULA_LANGUAGE);
    if (!err)
        err = shape_only_keys(s, root, keys);
    if (!err) {
        size_t mark = shape_enter(s, "name");
        err = shape_leave(s, mark, shape_need_name(s, value_get(root, "name")));
    }
    if (!err && value_get(root, "trigger")) {
        size_t mark = shape_enter(s, "trigger");
        err = shape_leave(s, mark,
                          check_block(s, value_get(root, "trigger"), true));
    }
    for (size_t i = 0; !err && i < sizeof parts / sizeof *parts; i++) {
        struct value *v = value_get(root, parts[i].key);
        if (!v)
            continue;
        size_t mark = shape_enter(s, parts[i].key);
        err = shape_leave(s, mark, parts[i].check(s, v));
    }
    if (err)
        return err;
    value_set_int(root, "format", s->format);
    shape_drop_json(root, "connectors", "{}");
    shape_drop_json(root, "blocks", "[]");
    shape_drop_json(root, "tables", "{}");
    shape_drop_json(root, "conflicts", "[]");
    return ERR_OK;
}

enum err
shape_check(struct value *root, struct error *e)
{
    struct shape s = {.root = root, .format = DOCUMENT_OLDEST, .e = e};
    buf_init(&s.at, 4096);
    enum err err = check_document(&s, root);
    buf_clear(&s.at);
    return err;
}
