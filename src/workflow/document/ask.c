/* The questions of a document. */
#include "workflow/document/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/connector/schema.h"

struct asking {
    const struct block *block;
    void (*visit)(void *context, const struct ask *ask);
    void *context;
};

static void
visit_one(const struct asking *a, const char *field, const struct value *ask)
{
    const struct block *b = a->block;
    const char *app = block_text(b, "app");
    if (!value_is(ask, VALUE_OBJECT))
        return;
    struct ask found = {
        .block = b,
        .app = *app                            ? app
               : b->kind->id == KIND_variables ? "accountVariables"
                                               : b->kind->name,
        .field = field,
        .label = value_get_text(ask, "label"),
        .type = value_text_or(value_get(ask, "type"), "string"),
        .required = value_bool_or(value_get(ask, "required"), true),
        .options = value_get(ask, "options"),
    };
    a->visit(a->context, &found);
}

static void
visit_cells(const struct asking *a, const char *field,
            const struct value *cells)
{
    for (size_t i = 0; i < value_size(cells); i++) {
        char *name = mem_printf("%s[%s]", field, value_key(cells, i, NULL));
        visit_one(a, name, value_get(value_at(cells, i), "ask"));
        free(name);
    }
}

static void
visit_block(const struct asking *a)
{
    for (const struct kind_field *f = a->block->kind->fields; f->name; f++) {
        const struct value *v = block_field(a->block, f->name);
        if (f->type == FIELD_CELLS)
            visit_cells(a, f->name, v);
        else if (f->flags & FIELD_ASKABLE)
            visit_one(a, f->name, value_get(v, "ask"));
        for (size_t i = 0; f->type == FIELD_VARIABLES && i < value_size(v); i++)
            visit_one(a, value_get_text(value_at(v, i), "name"),
                      value_get(value_at(v, i), "ask"));
    }
}

void
ask_each(const struct document *d,
         void (*visit)(void *context, const struct ask *ask), void *context)
{
    for (size_t i = 0; i < d->count; i++) {
        struct asking a = {&d->blocks[i], visit, context};
        visit_block(&a);
    }
}

static void
add_field(void *context, const struct ask *ask)
{
    struct value *fields = context, *field = value_object();
    value_set_text(field, "name", ask->field);
    value_set_text(field, "displayName", ask->label);
    value_set_text(field, "type", ask->type);
    value_set_bool(field, "required", ask->required);
    if (ask->options) {
        struct value *options = value_array();
        for (size_t i = 0; i < value_size(ask->options); i++) {
            const struct value *o = value_at(ask->options, i);
            struct value *option = value_object();
            value_set_text(option, "displayName", value_get_text(o, "label"));
            value_set(option, "value", value_copy(value_get(o, "value")));
            value_append(options, option);
        }
        value_set(field, "options", options);
    }
    value_append(fields, field);
}

struct value *
ask_form(const struct block *b)
{
    struct value *fields = value_array();
    struct asking a = {b, add_field, fields};
    visit_block(&a);
    return fields;
}

enum err
ask_check(const struct ask *ask, const struct value *v, struct error *e)
{
    static const struct {
        const char *type;
        unsigned bit;
        const char *words;
    } types[] = {{"string", SCHEMA_STRING, "text"},
                 {"number", SCHEMA_NUMBER, "a number"},
                 {"boolean", SCHEMA_BOOLEAN, "true or false"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, ask->type) == 0 &&
            schema_type_of(v) != types[i].bit)
            return error_set(e, ERR_INVALID, "%s: %s is expected", ask->label,
                             types[i].words);
    if (ask->required && value_is(v, VALUE_STRING) && !*value_text(v, NULL))
        return error_set(e, ERR_INVALID, "%s: an answer is required",
                         ask->label);
    for (size_t i = 0; i < value_size(ask->options); i++)
        if (value_equal(value_get(value_at(ask->options, i), "value"), v))
            return ERR_OK;
    if (value_size(ask->options) > 0)
        return error_set(e, ERR_INVALID,
                         "%s: the answer is not one of the options",
                         ask->label);
    return ERR_OK;
}
