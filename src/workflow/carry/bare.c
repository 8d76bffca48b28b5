/* What of a version is for another customer. */
#include "workflow/carry/bare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/members.h"
#include "workflow/carry/carry_private.h"
#include "workflow/carry/literals.h"
#include "workflow/edit/curl_secrets.h"

/* One block of the copy, and what the base has of it. */
struct baring {
    const struct block *b, *base; /* BASE may be NULL */
    unsigned language;
    struct bare *how;
};

/* --- constants ------------------------------------------------------------ */

/* True where one part of NAME ("user.password", "password[0]") is what secrets
 * are called. */
static bool
is_secret_name(const struct bare *how, const char *name)
{
    bool found = secret_is_named(name);
    char *copy = mem_strdup(name), *rest = copy;
    while (*rest && !found) {
        size_t n = strcspn(rest, ".[]'\"");
        char *next = rest + n + (rest[n] != '\0');
        rest[n] = '\0';
        found = how->is_secret(rest) || secret_is_named(rest);
        rest = next;
    }
    free(copy);
    return found;
}

/* True where a person said that the constant at PLACE comes along; of one that
 * is called as a SECRET is, this one by itself. */
static bool
is_wanted(const struct bare *how, const char *place, bool secret)
{
    bool found = how->all && !secret;
    for (size_t i = 0; i < value_size(how->wanted) && !found; i++)
        found = strcmp(value_text_or(value_at(how->wanted, i), ""), place) == 0;
    return found;
}

/* True where the constant V at PLACE comes along; says what becomes of it. NAME
 * (may be NULL) is what it is called, WAS what the base has there. */
static bool
comes_along(struct bare *how, const char *place, const char *name,
            const struct value *v, const struct value *was)
{
    bool secret = name && is_secret_name(how, name);
    if (was && carry_same(v, was))
        return true;
    if (literal_has_login(v) || !is_wanted(how, place, secret)) {
        value_append(how->left_out, value_string(place));
        return false;
    }
    char *text = mem_printf("constant %s", place);
    value_append(how->along, value_string(text));
    how->constants++;
    free(text);
    return true;
}

/* --- texts ---------------------------------------------------------------- */

/* "Call > headers[X-Sum]", "Call > mapping[sum] note", a new string; KEY and
 * MORE may be NULL. */
static char *
place_of(const struct baring *s, const char *field, const char *key,
         const char *more)
{
    return mem_printf("%s > %s%s%s%s%s%s", s->b->name, field, key ? "[" : "",
                      key ? key : "", key ? "]" : "", more ? " " : "",
                      more ? more : "");
}

/* Says that V, which comes along at PLACE, has texts or numbers of its own. */
static void
say_literals(const struct baring *s, const char *place, const struct value *v)
{
    const char *said = value_text_or(v, "");
    struct buf texts, numbers;
    buf_init_any(&texts);
    buf_init_any(&numbers);
    literal_texts(said, &texts);
    literal_numbers(said, s->language, &numbers);
    char *text = mem_printf("%s has %s%s%s%s%s", place,
                            texts.len ? "the text " : "", buf_str(&texts),
                            texts.len && numbers.len ? " and " : "",
                            numbers.len ? "the number " : "",
                            buf_str(&numbers));
    value_append(s->how->along, value_string(text));
    free(text);
    buf_clear(&texts);
    buf_clear(&numbers);
}

/* True where the text V of KIND at PLACE comes along. */
static bool
text_comes(const struct baring *s, const char *place, const char *name,
           enum text_kind kind, const struct value *v, const struct value *was)
{
    enum literal literal = literal_of(v, kind, s->language);
    if (literal == LITERAL_NONE || (was && carry_same(v, was)))
        return true;
    if (literal == LITERAL_ALL || literal_has_login(v) || s->how->strict ||
        (name && is_secret_name(s->how, name)))
        return comes_along(s->how, place, name, v, was);
    say_literals(s, place, v);
    return true;
}

/* --- questions ------------------------------------------------------------ */

/* The label of the question ASK goes: it asks for what is called NAME, or for
 * the field of the block. */
static void
plain_label(const struct baring *s, struct value *ask, const char *name,
            const struct value *was)
{
    const struct value *before = value_get(was, "label");
    if (before)
        value_set(ask, "label", value_copy(before));
    else
        value_set_text(ask, "label", name ? name : s->b->name);
}

/* The question ASK at PLACE, about what is called NAME (may be NULL): its
 * options are constants. */
static void
bare_question(const struct baring *s, const char *place, const char *name,
              struct value *ask, const struct value *was)
{
    const struct value *label = value_get(ask, "label");
    char *options = mem_printf("%s options", place);
    if (label && !carry_same(label, value_get(was, "label"))) {
        char *text =
            s->how->strict
                ? mem_printf("%s label", place)
                : mem_printf("%s asks \"%s\"", place, value_text_or(label, ""));
        value_append(s->how->strict ? s->how->left_out : s->how->along,
                     value_string(text));
        if (s->how->strict)
            plain_label(s, ask, name, was);
        free(text);
    }
    if (value_get(ask, "options") &&
        !comes_along(s->how, options, NULL, value_get(ask, "options"),
                     value_get(was, "options")))
        value_remove(ask, "options");
    free(options);
}

static const struct value *
named_in(const struct value *list, const char *name)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (strcmp(value_text_or(value_get(value_at(list, i), "name"), ""),
                   name) == 0)
            return value_at(list, i);
    return NULL;
}

static void
bare_variables(const struct baring *s, const char *field)
{
    struct value *list = value_get(s->b->value, field);
    const struct value *base = s->base ? block_field(s->base, field) : NULL;
    for (size_t i = 0; i < value_size(list); i++) {
        struct value *v = value_at(list, i);
        const char *name = value_text_or(value_get(v, "name"), "");
        char *place = place_of(s, field, name, NULL);
        bare_question(s, place, name, value_get(v, "ask"),
                      value_get(named_in(base, name), "ask"));
        free(place);
    }
}

/* --- fields --------------------------------------------------------------- */

/* Puts what the base has in the place of the note or the example KEY. */
static void
bare_example(const struct baring *s, const char *key)
{
    const struct value *v = value_get(s->b->value, key);
    const struct value *was = s->base ? block_field(s->base, key) : NULL;
    if (!v || carry_same(v, was))
        return;
    char *place = place_of(s, key, NULL, NULL);
    value_append(s->how->left_out, value_string(place));
    free(place);
    if (was)
        value_set(s->b->value, key, value_copy(was));
    else
        value_remove(s->b->value, key);
}

/* The member KEY of OBJECT, a constant, a text of KIND or a question, which is
 * at PLACE and called NAME (may be NULL); WAS is what the base has there. */
static void
bare_member(const struct baring *s, struct value *object, const char *key,
            enum text_kind kind, const char *place, const char *name,
            const struct value *was)
{
    struct value *v = value_get(object, key);
    if (value_is(v, VALUE_OBJECT) && value_get(v, "ask"))
        bare_question(s, place, name, value_get(v, "ask"),
                      value_get(was, "ask"));
    else if (v && !text_comes(s, place, name, kind, v, was))
        value_remove(object, key);
}

static void
bare_text(const struct baring *s, const char *field, enum text_kind kind)
{
    char *place = place_of(s, field, NULL, NULL);
    bare_member(s, s->b->value, field, kind, place, NULL,
                s->base ? block_field(s->base, field) : NULL);
    free(place);
}

/* The headers or the named inputs FIELD. */
static void
bare_named(const struct baring *s, const char *field, enum text_kind kind)
{
    struct value *all = value_get(s->b->value, field);
    const struct value *base = s->base ? block_field(s->base, field) : NULL;
    for (size_t i = value_size(all); i-- > 0;) {
        const char *key = value_key(all, i, NULL);
        char *place = place_of(s, field, key, NULL);
        bare_member(s, all, key, kind, place, key, value_get(base, key));
        free(place);
    }
}

/* The header that a credential is sent in. */
static void
bare_auth(const struct baring *s, const char *field)
{
    struct value *auth = value_get(s->b->value, field);
    const struct value *base = s->base ? block_field(s->base, field) : NULL;
    const struct value *header = value_get(auth, "header");
    char *place = place_of(s, field, NULL, "header");
    if (header &&
        !comes_along(s->how, place, NULL, header, value_get(base, "header")))
        value_remove(auth, "header");
    free(place);
}

/* Takes out of a field of whatever type what is not the base's. */
static void
bare_constant(const struct baring *s, const char *field)
{
    const struct value *v = value_get(s->b->value, field);
    char *place = place_of(s, field, NULL, NULL);
    if (v && !comes_along(s->how, place, NULL, v,
                          s->base ? block_field(s->base, field) : NULL))
        value_remove(s->b->value, field);
    free(place);
}

/* --- rows ----------------------------------------------------------------- */

/* The formats and look-ups of ROW come along; texts in them are said, or left
 * out with the member. */
static void
bare_row_members(const struct baring *s, const char *field, struct value *row,
                 const struct value *was)
{
    const char *target = value_text_or(value_get(row, "target"), "");
    bool listed = !s->how->strict && !is_secret_name(s->how, target);
    for (enum row_member m = 0; m < ROW_MEMBERS; m++) {
        const char *key = row_member(m)->key;
        const struct value *v = value_get(row, key);
        char *place = place_of(s, field, target, key);
        bool theirs = v && strpbrk(value_text_or(v, ""), "\"'\\") &&
                      !carry_same(v, value_get(was, key));
        if (theirs && listed)
            say_literals(s, place, v);
        else if (theirs && !comes_along(s->how, place, target, v, NULL))
            value_remove(row, key);
        free(place);
    }
}

static void
bare_row(const struct baring *s, const char *field, struct value *row,
         const struct value *was)
{
    const char *target = value_text_or(value_get(row, "target"), "");
    const struct value *note = value_get(row, "note");
    const struct value *fallback = value_get(row, "default");
    const struct value *source = value_get(row, "source");
    char *at = place_of(s, field, target, NULL);
    char *at_default = place_of(s, field, target, "default");
    char *at_note = place_of(s, field, target, "note");
    if (source && !text_comes(s, at, target, TEXT_SOURCE, source,
                              value_get(was, "source")))
        value_remove(row, "source");
    if (fallback && !comes_along(s->how, at_default, target, fallback,
                                 value_get(was, "default")))
        value_remove(row, "default");
    if (note && !carry_same(note, value_get(was, "note"))) {
        value_append(s->how->left_out, value_string(at_note));
        value_remove(row, "note");
    }
    bare_row_members(s, field, row, was);
    free(at);
    free(at_default);
    free(at_note);
}

static void
bare_rows(const struct baring *s, const char *field)
{
    struct value *rows = value_get(s->b->value, field);
    for (size_t i = 0; i < value_size(rows); i++) {
        struct value *row = value_at(rows, i);
        const char *target = value_get_text(row, "target");
        long at = s->base && target ? edit_row_index(s->base, target) : -1;
        bare_row(s, field, row,
                 at < 0 ? NULL
                        : value_at(block_field(s->base, field), (size_t)at));
    }
}

static void
bare_cases(const struct baring *s, const char *field)
{
    struct value *cases = value_get(s->b->value, field);
    const struct value *base = s->base ? block_field(s->base, field) : NULL;
    for (size_t i = 0; i < value_size(cases); i++) {
        struct value *c = value_at(cases, i);
        const char *name = value_text_or(value_get(c, "name"), "");
        char *place = place_of(s, field, name, "condition");
        bare_member(s, c, "condition", TEXT_FORMULA, place, NULL,
                    value_get(named_in(base, name), "condition"));
        free(place);
    }
}

/* --- the whole ------------------------------------------------------------ */

static void
bare_field(const struct baring *s, const struct kind_field *f)
{
    switch (f->type) {
    case FIELD_CHOICE:
    case FIELD_INTEGER:
        if (value_is(value_get(s->b->value, f->name), VALUE_OBJECT))
            bare_text(s, f->name, TEXT_CELL);
        break;
    case FIELD_APP:
    case FIELD_ACTION:
    case FIELD_BLOCKS: /* each block of the document is gone through */
        break;
    case FIELD_CELL:
        bare_text(s, f->name, TEXT_CELL);
        break;
    case FIELD_SOURCE:
        bare_text(s, f->name, TEXT_SOURCE);
        break;
    case FIELD_FORMULA:
        bare_text(s, f->name, TEXT_FORMULA);
        break;
    case FIELD_CELLS:
        bare_named(s, f->name, TEXT_CELL);
        break;
    case FIELD_SOURCES:
        bare_named(s, f->name, TEXT_SOURCE);
        break;
    case FIELD_MAPPING:
        bare_rows(s, f->name);
        break;
    case FIELD_CASES:
        bare_cases(s, f->name);
        break;
    case FIELD_VARIABLES:
        bare_variables(s, f->name);
        break;
    case FIELD_AUTH:
        bare_auth(s, f->name);
        break;
    case FIELD_JSON:
        bare_example(s, f->name);
        break;
    default:
        bare_constant(s, f->name);
    }
}

/* True where TABLE (may be NULL) has just this ROW. */
static bool
has_row(const struct value *table, const struct value *row)
{
    const struct value *rows = value_get(table, "rows");
    bool found = false;
    for (size_t i = 0; i < value_size(rows) && !found; i++)
        found = carry_same(value_at(rows, i), row);
    return found;
}

/* Says what columns TABLE, called NAME, has that the base's does not. */
static void
say_columns(const char *name, const struct value *table,
            const struct value *was, struct bare *how)
{
    const struct value *columns = value_get(table, "columns");
    struct buf text;
    if (carry_same(columns, value_get(was, "columns")))
        return;
    buf_init_any(&text);
    buf_addf(&text, "value table %s has the columns", name);
    for (size_t i = 0; i < value_size(columns); i++)
        buf_addf(&text, "%s %s", i ? "," : "",
                 value_text_or(value_at(columns, i), ""));
    value_append(how->along, value_string(buf_str(&text)));
    buf_clear(&text);
}

/* The rows of the value tables; the key of one is data too, so they are counted
 * and taken together. */
static void
bare_tables(struct value *tables, const struct document *base, struct bare *how)
{
    for (size_t i = 0; i < value_size(tables); i++) {
        size_t n;
        const char *name = value_key(tables, i, &n);
        struct value *rows = value_get(value_at(tables, i), "rows");
        struct value *theirs = value_array(), *kept = value_array();
        const struct value *was = document_table(base, name, n);
        char *place = mem_printf("value table %s", name);
        say_columns(name, value_at(tables, i), was, how);
        for (size_t k = 0; k < value_size(rows); k++)
            value_append(has_row(was, value_at(rows, k)) ? kept : theirs,
                         value_copy(value_at(rows, k)));
        if (value_size(theirs) > 0 &&
            !comes_along(how, place, name, theirs, NULL)) {
            value_set(value_at(tables, i), "rows", kept);
            kept = NULL;
        }
        value_free(kept);
        value_free(theirs);
        free(place);
    }
}

/* The name of the workflow is the base's. */
static void
bare_name(struct value *root, const struct document *base, struct bare *how)
{
    const struct value *was = value_get(base->root, "name");
    if (carry_same(value_get(root, "name"), was))
        return;
    value_append(how->left_out, value_string("name of the workflow"));
    if (was)
        value_set(root, "name", value_copy(was));
    else
        value_remove(root, "name");
}

/* Takes out of ROOT the members that are none of the structure's. */
static void
bare_root(struct value *root)
{
    static const char *const keys[] = {"format",    "formulas", "name",
                                       "trigger",   "blocks",   "tables",
                                       "connectors"};
    for (size_t i = value_size(root); i-- > 0;) {
        const char *key = value_key(root, i, NULL);
        bool known = false;
        for (size_t k = 0; k < sizeof keys / sizeof *keys && !known; k++)
            known = strcmp(key, keys[k]) == 0;
        if (!known)
            value_remove(root, key);
    }
}

enum err
document_bare(struct document **out, const struct document *d,
              const struct document *base, struct bare *how, struct error *e)
{
    struct document *copy = NULL; /* its values are changed in place */
    enum err err = document_from_value(&copy, value_copy(d->root), e);
    *out = NULL;
    for (size_t i = 0; !err && i < copy->count; i++) {
        struct baring s = {.b = &copy->blocks[i],
                           .base = document_block(base, copy->blocks[i].id),
                           .language = document_language(d),
                           .how = how};
        if (s.base && s.base->kind != s.b->kind)
            s.base = NULL;
        bare_example(&s, "note");
        for (const struct kind_field *f = s.b->kind->fields; f->name; f++)
            bare_field(&s, f);
    }
    if (!err) {
        bare_tables(value_get(copy->root, "tables"), base, how);
        bare_name(copy->root, base, how);
        bare_root(copy->root);
        err = document_from_value(out, value_copy(copy->root), e);
    }
    document_free(copy);
    return err;
}
