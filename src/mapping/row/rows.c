/* Mapping rows: reading, writing, changing. */
#include "mapping/row/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/row/source.h"

#define ROWS_MAX 10000

void
rows_init(struct mapping_rows *r)
{
    *r = (struct mapping_rows){0};
}

void
row_copy(struct mapping_row *to, const struct mapping_row *from)
{
    *to = (struct mapping_row){
        .target = mem_strdup(from->target),
        .source = mem_strdup(from->source),
        .fallback = from->fallback ? value_copy(from->fallback) : NULL,
        .required = from->required,
        .note = mem_strdup(from->note)};
    for (size_t m = 0; m < ROW_MEMBERS; m++)
        to->more[m] = mem_strdup(from->more[m]);
}

static void
clear_more(struct mapping_row *row)
{
    for (size_t m = 0; m < ROW_MEMBERS; m++)
        FREE_NULL(row->more[m]);
}

void
row_clear(struct mapping_row *row)
{
    free(row->target);
    free(row->source);
    value_free(row->fallback);
    free(row->note);
    clear_more(row);
}

void
row_blank(struct mapping_row *row)
{
    row->source[0] = '\0';
    row->required = false;
    value_free(row->fallback);
    row->fallback = NULL;
    for (size_t m = 0; m < ROW_MEMBERS; m++)
        if (m != ROW_REST)
            FREE_NULL(row->more[m]);
}

bool
row_same_more(const struct mapping_row *a, const struct mapping_row *b)
{
    for (size_t m = 0; m < ROW_MEMBERS; m++)
        if (!text_equal(a->more[m], b->more[m]))
            return false;
    return true;
}

bool
row_same(const struct mapping_row *a, const struct mapping_row *b)
{
    return row_same_more(a, b) && strcmp(a->source, b->source) == 0 &&
           a->required == b->required && text_equal(a->note, b->note) &&
           !a->fallback == !b->fallback &&
           (!a->fallback || value_same(a->fallback, b->fallback));
}

void
row_set(struct mapping_row *row, enum row_member m, const char *text)
{
    char *copy = text && *text ? mem_strdup(text) : NULL;
    free(row->more[m]);
    row->more[m] = copy;
}

bool
row_is(const struct mapping_row *row, enum row_member m, const char *word)
{
    return text_equal(row->more[m] ? row->more[m] : row_member(m)->without,
                      word);
}

void
rows_clear(struct mapping_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        row_clear(&r->rows[i]);
    free(r->rows);
    rows_init(r);
}

struct mapping_row *
rows_add(struct mapping_rows *r, const char *target, const char *source)
{
    if (r->count == r->capacity) {
        r->capacity = r->capacity ? r->capacity * 2 : 16;
        r->rows = mem_resize(r->rows, r->capacity, sizeof *r->rows);
    }
    struct mapping_row *row = &r->rows[r->count++];
    *row = (struct mapping_row){.target = mem_strdup(target),
                                .source = mem_strdup(source ? source : "")};
    return row;
}

void
rows_add_copy(struct mapping_rows *r, const struct mapping_row *row)
{
    struct mapping_row *to = rows_add(r, "", "");
    row_clear(to);
    row_copy(to, row);
}

struct mapping_row *
rows_find(const struct mapping_rows *r, const char *target)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->rows[i].target, target) == 0)
            return &r->rows[i];
    return NULL;
}

struct mapping_row *
rows_set(struct mapping_rows *r, const char *target, const char *source)
{
    struct mapping_row *row = rows_find(r, target);
    if (!row)
        return rows_add(r, target, source);
    char *copy = mem_strdup(source ? source : "");
    free(row->source);
    row->source = copy;
    return row;
}

void
rows_remove(struct mapping_rows *r, size_t i)
{
    row_clear(&r->rows[i]);
    memmove(&r->rows[i], &r->rows[i + 1], (--r->count - i) * sizeof *r->rows);
}

void
rows_copy(struct mapping_rows *out, const struct mapping_rows *r)
{
    struct mapping_rows copy;
    rows_init(&copy);
    for (size_t i = 0; i < r->count; i++)
        rows_add_copy(&copy, &r->rows[i]);
    rows_clear(out);
    *out = copy;
}

/* --- documents ----------------------------------------------------------- */

/* Text of a row: no NUL may be in it, for it is typed and shown. */
static enum err
read_text(const struct value *v, const char *key, char **out, struct error *e)
{
    size_t n;
    if (!value_is(v, VALUE_STRING))
        return error_set(e, ERR_INVALID, "\"%s\" is not text", key);
    const char *text = value_text(v, &n);
    if (strlen(text) != n)
        return error_set(e, ERR_INVALID, "\"%s\" holds a NUL character", key);
    free(*out);
    *out = mem_strdup(text);
    return ERR_OK;
}

/* The line of members.def with KEY, or ROW_MEMBERS. */
static enum row_member
member_of(const char *key)
{
    enum row_member m = 0;
    while (m < ROW_MEMBERS && strcmp(row_member(m)->key, key) != 0)
        m++;
    return m;
}

static enum err
read_member(struct mapping_row *row, const char *key, const struct value *v,
            struct error *e)
{
    enum row_member more = member_of(key);
    if (more < ROW_MEMBERS) {
        enum err err = read_text(v, key, &row->more[more], e);
        if (err == ERR_OK && (!row->more[more][0] ||
                              row_is(row, more, row_member(more)->without)))
            FREE_NULL(row->more[more]);
        return err;
    }
    if (strcmp(key, "target") == 0)
        return read_text(v, key, &row->target, e);
    if (strcmp(key, "source") == 0)
        return read_text(v, key, &row->source, e);
    if (strcmp(key, "note") == 0) {
        enum err err = read_text(v, key, &row->note, e);
        if (err == ERR_OK && !row->note[0])
            FREE_NULL(row->note);
        return err;
    }
    if (strcmp(key, "default") == 0) {
        row->fallback = value_copy(v);
        return ERR_OK;
    }
    if (strcmp(key, "required") != 0)
        return error_set(e, ERR_INVALID,
                         "no such member \"%s\" (target, source, default, "
                         "required, note)",
                         key);
    if (!value_is(v, VALUE_TRUE) && !value_is(v, VALUE_FALSE))
        return error_set(e, ERR_INVALID, "\"required\" is true or false");
    row->required = value_bool_or(v, false);
    return ERR_OK;
}

static enum err
read_row(struct mapping_rows *r, const struct value *v, struct error *e)
{
    if (!value_is(v, VALUE_OBJECT))
        return error_set(e, ERR_INVALID, "it is not an object");
    struct mapping_row *row = rows_add(r, "", "");
    for (size_t i = 0; i < value_size(v); i++) {
        enum err err =
            read_member(row, value_key(v, i, NULL), value_at(v, i), e);
        if (err != ERR_OK)
            return err;
    }
    if (!row->target[0])
        return error_set(e, ERR_INVALID, "it has no target");
    return ERR_OK;
}

enum err
rows_read(struct mapping_rows *r, const struct value *array, struct error *e)
{
    struct mapping_rows fresh;
    struct error own;
    if (array && !value_is(array, VALUE_ARRAY))
        return error_set(e, ERR_INVALID, "a mapping is a list of rows");
    if (value_size(array) > ROWS_MAX)
        return error_set(e, ERR_TOO_BIG, "a mapping has at most %d rows",
                         ROWS_MAX);
    e = e ? e : &own;
    rows_init(&fresh);
    for (size_t i = 0; i < value_size(array); i++) {
        if (read_row(&fresh, value_at(array, i), e) != ERR_OK) {
            rows_clear(&fresh);
            return error_prefix(e, "mapping row %zu", i + 1);
        }
    }
    rows_clear(r);
    *r = fresh;
    return ERR_OK;
}

struct value *
row_object(const struct mapping_row *row)
{
    struct value *v = value_object();
    value_set_text(v, "target", row->target);
    if (row->source[0])
        value_set_text(v, "source", row->source);
    if (row->fallback)
        value_set(v, "default", value_copy(row->fallback));
    if (row->required)
        value_set_bool(v, "required", true);
    if (row->note)
        value_set_text(v, "note", row->note);
    for (size_t m = 0; m < ROW_MEMBERS; m++)
        if (row->more[m])
            value_set_text(v, row_member(m)->key, row->more[m]);
    return v;
}

struct value *
rows_value(const struct mapping_rows *r)
{
    struct value *array = value_array();
    for (size_t i = 0; i < r->count; i++)
        value_append(array, row_object(&r->rows[i]));
    return array;
}
