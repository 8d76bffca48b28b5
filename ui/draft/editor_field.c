/* Fields of a block as lines of text, and lines of text as fields. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"

/* --- as text -------------------------------------------------------------- */

static char *
plain_text(const struct value *v)
{
    const char *text = value_text(v, NULL);
    return text ? mem_strdup(text) : value_to_text(v);
}

/* "none", "bearer", "bearer http", "header http X-Key". */
static char *
auth_text(const struct value *auth)
{
    const char *app = value_get_text(auth, "app");
    const char *header = value_get_text(auth, "header");
    return mem_printf("%s%s%s%s%s",
                      value_text_or(value_get(auth, "kind"), "none"),
                      app ? " " : "", app ? app : "", header ? " " : "",
                      header ? header : "");
}

/* "Accept: application/json; X-Shop: =shop". */
static char *
named_text(const struct value *v)
{
    struct buf out;
    buf_init_any(&out);
    for (size_t i = 0; i < value_size(v); i++) {
        char *text = plain_text(value_at(v, i));
        buf_addf(&out, "%s%s: %s", i ? "; " : "", value_key(v, i, NULL), text);
        free(text);
    }
    return buf_take(&out);
}

char *
editor_field_text(const struct block *b, const struct kind_field *field)
{
    const struct value *v = block_field(b, field->name);
    if (block_field_asked(b, field->name))
        return mem_strdup(EDITOR_ASKED);
    switch (field->type) {
    case FIELD_AUTH:
        return auth_text(v);
    case FIELD_CELLS:
    case FIELD_SOURCES:
        return named_text(v);
    case FIELD_MAPPING:
        return mem_printf("%zu row%s", value_size(v),
                          value_size(v) == 1 ? "" : "s");
    default:
        return v ? plain_text(v)
                 : mem_strdup(field->fallback ? field->fallback : "");
    }
}

bool
editor_item_has_lines(const struct block *b, const struct editor_item *item)
{
    const struct kind_field *f = item->field;
    bool code = f && b->kind->id == KIND_code && strcmp(f->name, "code") == 0;
    return f && !item->member &&
           (f->type == FIELD_JSON || f->type == FIELD_VARIABLES || code);
}

/* JSON over several lines, or on one where that is too long. */
static char *
json_text(const struct value *v)
{
    struct buf out;
    buf_init_any(&out);
    value_write_pretty(&out, v);
    while (out.len > 0 && out.data[out.len - 1] == '\n')
        buf_truncate(&out, out.len - 1);
    if (out.len <= EDITOR_FIELD_MOST)
        return buf_take(&out);
    buf_clear(&out);
    return value_to_text(v);
}

char *
editor_member_text(const struct block *b, const struct editor_item *item)
{
    if (!item->field)
        return mem_strdup(b->name);
    const struct value *whole = block_field(b, item->field->name);
    if (!item->member && whole && editor_item_has_lines(b, item) &&
        item->field->type != FIELD_TEXT &&
        !block_field_asked(b, item->field->name))
        return json_text(whole);
    if (!item->member)
        return editor_field_text(b, item->field);
    const struct value *all = block_field(b, item->field->name);
    const struct value *v =
        value_get(editor_item_is_case(item) ? value_at(all, item->at) : all,
                  item->member);
    return v ? plain_text(v) : mem_strdup("");
}

/* --- as a value ----------------------------------------------------------- */

static enum err
integer_value(const struct kind_field *field, const char *text,
              struct value **out, struct error *e)
{
    if (!value_is_number_text(text, strlen(text)))
        return error_set(e, ERR_INVALID, "%s: a whole number is needed",
                         field->name);
    *out = value_number(text, strlen(text));
    return ERR_OK;
}

static enum err
json_value(const struct kind_field *field, const char *text, struct value **out,
           struct error *e)
{
    return value_read(out, text, strlen(text), &value_limits_document,
                      field->name, e);
}

static enum err
auth_value(const char *text, struct value **out, struct error *e)
{
    static const char *const members[] = {"kind", "app", "header"};
    size_t i = 0;
    *out = value_object();
    for (; i < 3; i++) {
        char *word = screen_word(text, i);
        if (word && *word)
            value_set_text(*out, members[i], word);
        free(word);
    }
    char *more = screen_word(text, i);
    if (!more)
        return ERR_OK;
    free(more);
    value_free(*out);
    *out = NULL;
    return error_set(e, ERR_INVALID,
                     "auth: write the kind and the app whose credential is "
                     "used, such as \"bearer http\"");
}

static enum err
whole_value(const struct kind_field *field, const char *text,
            struct value **out, struct error *e)
{
    *out = NULL;
    if (!*text)
        return ERR_OK;
    switch (field->type) {
    case FIELD_INTEGER:
        return integer_value(field, text, out, e);
    case FIELD_JSON:
    case FIELD_VARIABLES:
        return json_value(field, text, out, e);
    case FIELD_AUTH:
        return auth_value(text, out, e);
    default:
        *out = value_string(text);
        return ERR_OK;
    }
}

/* OBJECT (taken) with the member that TEXT names: "Accept: text/html". */
static enum err
add_member(const struct kind_field *field, const char *text,
           struct value *object, struct value **out, struct error *e)
{
    size_t colon = strcspn(text, ":");
    const char *value = text + colon + (text[colon] == ':');
    value += strspn(value, " ");
    char *name = mem_strndup(text, colon);
    for (size_t n = strlen(name); n > 0 && name[n - 1] == ' '; n--)
        name[n - 1] = '\0';
    bool right = text[colon] && *name && *value;
    if (right) {
        value_set(object, name, value_string(value));
        *out = object;
    } else
        value_free(object);
    free(name);
    return right ? ERR_OK
                 : error_set(e, ERR_INVALID,
                             "%s: write the name, a colon and the value, such "
                             "as \"%s\"",
                             field->name,
                             field->type == FIELD_CELLS
                                 ? "Accept: application/json"
                                 : "total: order.total");
}

static enum err
member_value(const struct block *b, const struct editor_item *item,
             const char *text, struct value **out, struct error *e)
{
    const struct value *now = block_field(b, item->field->name);
    struct value *object = now ? value_copy(now) : value_object();
    *out = NULL;
    if (!*item->member && *text)
        return add_member(item->field, text, object, out, e);
    if (*text)
        value_set(object, item->member, value_string(text));
    else
        value_remove(object, item->member);
    if (value_size(object) > 0)
        *out = object;
    else
        value_free(object);
    return ERR_OK;
}

enum err
editor_item_value(const struct block *b, const struct editor_item *item,
                  const char *text, struct value **out, struct error *e)
{
    if (!item->field) {
        *out = value_string(text);
        return ERR_OK;
    }
    return item->member ? member_value(b, item, text, out, e)
                        : whole_value(item->field, text, out, e);
}
