/* What of a version is for another customer. */
#include "workflow/carry/bare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/source.h"
#include "workflow/carry/carry_private.h"

/* One block of the copy, and what the base has of it. */
struct baring {
    const struct block *b, *base; /* BASE may be NULL */
    unsigned language;
    bool (*is_secret)(const char *name);
    struct value *left_out;
};

static void
say(const struct baring *s, const char *what, const char *key)
{
    char *text = key ? mem_printf("%s > %s[%s]", s->b->name, what, key)
                     : mem_printf("%s > %s", s->b->name, what);
    value_append(s->left_out, value_string(text));
    free(text);
}

/* Takes the member KEY out of the block, unless the base has it just so. */
static void
leave_out(const struct baring *s, const char *key)
{
    const struct value *v = value_get(s->b->value, key);
    if (!v || (s->base && carry_same(v, block_field(s->base, key))))
        return;
    const struct value *was = s->base ? block_field(s->base, key) : NULL;
    say(s, key, NULL);
    if (was)
        value_set(s->b->value, key, value_copy(was));
    else
        value_remove(s->b->value, key);
}

/* True where V is the constant of something that is named as a secret is. */
static bool
is_secret_constant(const struct baring *s, const char *name,
                   const struct value *v, bool cell)
{
    size_t n = 0;
    const char *text = value_text(v, &n);
    if (!text || n == 0 || !s->is_secret(name))
        return false;
    return cell ? *text != '='
                : source_kind(text, n, s->language) == SOURCE_CONSTANT;
}

/* The headers or the named inputs FIELD. */
static void
bare_named(const struct baring *s, const char *field, bool cell)
{
    struct value *all = value_get(s->b->value, field);
    const struct value *base = s->base ? block_field(s->base, field) : NULL;
    for (size_t i = value_size(all); i-- > 0;) {
        const char *key = value_key(all, i, NULL);
        if (!is_secret_constant(s, key, value_at(all, i), cell) ||
            carry_same(value_at(all, i), value_get(base, key)))
            continue;
        say(s, field, key);
        value_remove(all, key);
    }
}

/* The last part of a target: "password" of "user.password". */
static const char *
last_part(const char *target)
{
    const char *dot = strrchr(target, '.');
    return dot ? dot + 1 : target;
}

static void
bare_rows(const struct baring *s)
{
    struct value *rows = value_get(s->b->value, "mapping");
    for (size_t i = 0; i < value_size(rows); i++) {
        struct value *row = value_at(rows, i);
        const char *target = value_get_text(row, "target");
        long at = s->base && target ? edit_row_index(s->base, target) : -1;
        const struct value *was =
            at < 0 ? NULL
                   : value_at(block_field(s->base, "mapping"), (size_t)at);
        if (value_get(row, "note") &&
            !carry_same(value_get(row, "note"), value_get(was, "note"))) {
            say(s, "note of", target);
            value_remove(row, "note");
        }
        if (target &&
            is_secret_constant(s, last_part(target), value_get(row, "source"),
                               false) &&
            !carry_same(value_get(row, "source"), value_get(was, "source"))) {
            say(s, "mapping", target);
            value_remove(row, "source");
        }
    }
}

static void
bare_block(const struct baring *s)
{
    leave_out(s, "note");
    for (const struct kind_field *f = s->b->kind->fields; f->name; f++) {
        if (strcmp(f->name, "sample") == 0)
            leave_out(s, f->name);
        else if (f->type == FIELD_CELLS || f->type == FIELD_SOURCES)
            bare_named(s, f->name, f->type == FIELD_CELLS);
        else if (f->type == FIELD_MAPPING)
            bare_rows(s);
    }
}

enum err
document_bare(struct document **out, const struct document *d,
              const struct document *base, bool (*is_secret)(const char *name),
              struct value *left_out, struct error *e)
{
    struct document *copy = NULL; /* its values are changed in place */
    enum err err = document_from_value(&copy, value_copy(d->root), e);
    *out = NULL;
    for (size_t i = 0; !err && i < copy->count; i++) {
        struct baring s = {.b = &copy->blocks[i],
                           .base = document_block(base, copy->blocks[i].id),
                           .language = document_language(d),
                           .is_secret = is_secret,
                           .left_out = left_out};
        bare_block(&s);
    }
    if (!err)
        err = document_from_value(out, value_copy(copy->root), e);
    document_free(copy);
    return err;
}
