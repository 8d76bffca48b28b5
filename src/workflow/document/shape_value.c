/* The shapes of configuration values: names, questions, rows, cells. */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "mapping/row/rows.h"
#include "mapping/row/target.h"
#include "value/pointer.h"
#include "workflow/document/document.h"
#include "workflow/document/place.h"
#include "workflow/document/shape.h"

/* Fails at the current place. */
enum err
shape_fail(struct shape *s, enum err err, const char *format, ...)
{
    struct buf text, place;
    va_list ap;
    buf_init(&text, 1000);
    buf_init(&place, 4096);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    place_name(s->root, buf_str(&s->at), &place);
    error_set(s->e, err, "%s: %s", buf_str(&place), buf_str(&text));
    buf_clear(&text);
    buf_clear(&place);
    return err;
}

size_t
shape_enter(struct shape *s, const char *key)
{
    size_t mark = s->at.len;
    pointer_add_key(&s->at, key, strlen(key));
    return mark;
}

size_t
shape_enter_index(struct shape *s, size_t i)
{
    size_t mark = s->at.len;
    pointer_add_index(&s->at, i);
    return mark;
}

enum err
shape_leave(struct shape *s, size_t mark, enum err err)
{
    buf_truncate(&s->at, mark);
    return err;
}

enum err
shape_need_type(struct shape *s, const struct value *v, enum value_type type)
{
    static const char *const words[] = {
        "null", "false", "true", "a number", "a string", "a list", "an object"};
    return value_is(v, type)
               ? ERR_OK
               : shape_fail(s, ERR_INVALID, "%s is expected here", words[type]);
}

static enum err
need_bool(struct shape *s, const struct value *v)
{
    return value_is(v, VALUE_TRUE) || value_is(v, VALUE_FALSE)
               ? ERR_OK
               : shape_fail(s, ERR_INVALID, "true or false is expected here");
}

/* A name that people read: text, not long, nothing hidden in it. */
enum err
shape_need_name(struct shape *s, const struct value *v)
{
    size_t n;
    const char *t = value_text(v, &n);
    if (!value_is(v, VALUE_STRING))
        return shape_need_type(s, v, VALUE_STRING);
    if (n == 0 || n > DOCUMENT_MAX_NAME)
        return shape_fail(s, ERR_INVALID, "a name has 1 to %d bytes",
                          DOCUMENT_MAX_NAME);
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t step = utf8_decode(t + i, n - i, &cp);
        if (step == 0 || text_is_hidden(cp))
            return shape_fail(
                s, ERR_INVALID,
                "a name may not hold control or invisible characters "
                "(U+%04X)",
                (unsigned)cp);
        i += step;
    }
    return ERR_OK;
}

enum err
shape_need_no_nul(struct shape *s, const struct value *v)
{
    size_t n;
    const char *t = value_text(v, &n);
    if (t && strlen(t) != n)
        return shape_fail(s, ERR_INVALID,
                          "NUL characters are not allowed here");
    return ERR_OK;
}

/* Refuses keys of V that are not among KEYS (ends with NULL). */
enum err
shape_only_keys(struct shape *s, const struct value *v, const char *const *keys)
{
    for (size_t i = 0; i < value_size(v); i++) {
        size_t n;
        const char *key = value_key(v, i, &n);
        size_t k = 0;
        while (keys[k] && (strlen(keys[k]) != n || memcmp(keys[k], key, n)))
            k++;
        if (!keys[k])
            return shape_fail(
                s, ERR_INVALID,
                "unknown key \"%.60s\" (remove it, or use a newer "
                "tailor)",
                key);
    }
    return ERR_OK;
}

void
shape_drop_text(struct value *object, const char *key, const char *fallback)
{
    const struct value *v = value_get(object, key);
    const char *t = value_text(v, NULL);
    if (value_is(v, VALUE_STRING) && (!*t || text_equal(t, fallback)))
        value_remove(object, key);
}

void
shape_drop_json(struct value *object, const char *key, const char *fallback)
{
    const struct value *v = value_get(object, key);
    struct buf text;
    if (!v || !fallback)
        return;
    buf_init(&text, 64);
    value_write_canonical(&text, v);
    if (!buf_failed(&text) && strcmp(buf_str(&text), fallback) == 0)
        value_remove(object, key);
    buf_clear(&text);
}

static enum err
check_options(struct shape *s, const struct value *list)
{
    static const char *const keys[] = {"label", "value", NULL};
    enum err err = shape_need_type(s, list, VALUE_ARRAY);
    for (size_t i = 0; !err && i < value_size(list); i++) {
        const struct value *o = value_at(list, i);
        size_t mark = shape_enter_index(s, i);
        err = shape_need_type(s, o, VALUE_OBJECT);
        if (!err)
            err = shape_only_keys(s, o, keys);
        if (!err)
            err = shape_need_name(s, value_get(o, "label"));
        if (!err &&
            (!value_get(o, "value") || value_size(value_get(o, "value"))))
            err =
                shape_fail(s, ERR_INVALID,
                           "an option has a label and a value that is text, a "
                           "number or true or false");
        shape_leave(s, mark, err);
    }
    return err;
}

/* The question {"label","type","required","options"}. */
static enum err
check_ask(struct shape *s, struct value *ask)
{
    static const char *const keys[] = {"label", "type", "required", "options",
                                       NULL};
    const char *type = value_get_text(ask, "type");
    enum err err = shape_need_type(s, ask, VALUE_OBJECT);
    if (!err)
        err = shape_only_keys(s, ask, keys);
    if (!err)
        err = shape_need_name(s, value_get(ask, "label"));
    if (!err && value_get(ask, "type") &&
        (!type || (strcmp(type, "string") && strcmp(type, "number") &&
                   strcmp(type, "boolean"))))
        err = shape_fail(s, ERR_INVALID,
                         "the type of a question is \"string\", \"number\" or "
                         "\"boolean\"");
    if (!err && value_get(ask, "required"))
        err = need_bool(s, value_get(ask, "required"));
    if (!err && value_get(ask, "options"))
        err = check_options(s, value_get(ask, "options"));
    if (err)
        return err;
    shape_drop_text(ask, "type", "string");
    shape_drop_json(ask, "required", "true");
    shape_drop_json(ask, "options", "[]");
    return ERR_OK;
}

/* V is {"ask": …}. */
enum err
shape_asked(struct shape *s, struct value *v)
{
    static const char *const keys[] = {"ask", NULL};
    enum err err = shape_only_keys(s, v, keys);
    if (err)
        return err;
    size_t mark = shape_enter(s, "ask");
    return shape_leave(s, mark, check_ask(s, value_get(v, "ask")));
}

/* Takes out the members of members.def that say what holds without them, and
 * notes that the others need their format, as an output that is a list. */
static void
check_members(struct shape *s, struct value *row)
{
    for (enum row_member m = 0; m < ROW_MEMBERS; m++) {
        const struct row_member_help *h = row_member(m);
        shape_drop_text(row, h->key, h->without);
        if (value_get(row, h->key))
            s->format = DOCUMENT_ROWS;
    }
    const char *target = value_get_text(row, "target");
    if (target && (target_is_list(target) || target_is_all(target)))
        s->format = DOCUMENT_ROWS;
}

static enum err
check_row(struct shape *s, struct value *row)
{
    static const char *const keys[] = {
        "target", "source", "default", "required", "note",
#define MEMBER(id, key, option, without, form, help) key,
#include "mapping/row/members.def"
#undef MEMBER
        NULL};
    enum err err = shape_need_type(s, row, VALUE_OBJECT);
    if (!err)
        err = shape_only_keys(s, row, keys);
    for (size_t i = 0; !err && i < value_size(row); i++) {
        const char *key = value_key(row, i, NULL);
        size_t mark = shape_enter(s, key);
        if (strcmp(key, "required") == 0)
            err = need_bool(s, value_at(row, i));
        else if (strcmp(key, "default") != 0)
            err = shape_need_type(s, value_at(row, i), VALUE_STRING);
        if (!err && strcmp(key, "default") != 0)
            err = shape_need_no_nul(s, value_at(row, i));
        shape_leave(s, mark, err);
    }
    if (err)
        return err;
    shape_drop_text(row, "target", NULL);
    shape_drop_text(row, "source", NULL);
    shape_drop_text(row, "note", NULL);
    shape_drop_json(row, "required", "false");
    check_members(s, row);
    return ERR_OK;
}

enum err
shape_mapping(struct shape *s, struct value *rows)
{
    enum err err = shape_need_type(s, rows, VALUE_ARRAY);
    if (!err && value_size(rows) > MAPPING_ROWS_MAX)
        err = shape_fail(s, ERR_TOO_BIG, "more than %d rows", MAPPING_ROWS_MAX);
    for (size_t i = 0; !err && i < value_size(rows); i++) {
        size_t mark = shape_enter_index(s, i);
        err = shape_leave(s, mark, check_row(s, value_at(rows, i)));
    }
    return err;
}

enum err
shape_cell(struct shape *s, struct value *v, bool askable)
{
    if (value_is(v, VALUE_OBJECT) && askable)
        return shape_asked(s, v);
    if (value_is(v, VALUE_STRING))
        return shape_need_no_nul(s, v);
    if (value_is(v, VALUE_NUMBER) || value_is(v, VALUE_TRUE) ||
        value_is(v, VALUE_FALSE))
        return ERR_OK;
    return shape_fail(s, ERR_INVALID,
                      "text, a number, true or false%s is expected here",
                      askable ? " or {\"ask\": …}" : "");
}

/* An object of cells or sources by name. */
enum err
shape_named(struct shape *s, struct value *v, bool cells)
{
    enum err err = shape_need_type(s, v, VALUE_OBJECT);
    for (size_t i = 0; !err && i < value_size(v); i++) {
        size_t mark = shape_enter(s, value_key(v, i, NULL));
        struct value *item = value_at(v, i);
        err = cells ? shape_cell(s, item, true)
                    : shape_need_type(s, item, VALUE_STRING);
        shape_leave(s, mark, err);
    }
    return err;
}

enum err
shape_auth(struct shape *s, struct value *v)
{
    static const char *const keys[] = {"kind", "app", "header", NULL};
    enum err err = shape_need_type(s, v, VALUE_OBJECT);
    if (!err)
        err = shape_only_keys(s, v, keys);
    for (size_t i = 0; !err && i < value_size(v); i++) {
        size_t mark = shape_enter(s, value_key(v, i, NULL));
        err = shape_need_type(s, value_at(v, i), VALUE_STRING);
        shape_leave(s, mark, err);
    }
    if (err)
        return err;
    const char *kind = value_get_text(v, "kind");
    if (!kind || (strcmp(kind, "none") && strcmp(kind, "basic") &&
                  strcmp(kind, "bearer") && strcmp(kind, "header")))
        return shape_fail(s, ERR_INVALID,
                          "auth has a kind: none, basic, bearer or header");
    shape_drop_text(v, "app", NULL);
    shape_drop_text(v, "header", NULL);
    return ERR_OK;
}

enum err
shape_variables(struct shape *s, struct value *list)
{
    static const char *const keys[] = {"name", "ask", NULL};
    enum err err = shape_need_type(s, list, VALUE_ARRAY);
    for (size_t i = 0; !err && i < value_size(list); i++) {
        struct value *v = value_at(list, i);
        size_t mark = shape_enter_index(s, i);
        err = shape_need_type(s, v, VALUE_OBJECT);
        if (!err)
            err = shape_only_keys(s, v, keys);
        if (!err)
            err = shape_need_name(s, value_get(v, "name"));
        if (!err)
            err = check_ask(s, value_get(v, "ask"));
        shape_leave(s, mark, err);
    }
    return err;
}
