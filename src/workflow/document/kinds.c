/* The tables made of kinds.def, and looking in them. */
#include "workflow/document/kinds.h"

#include <string.h>

enum {
    REQUIRED = FIELD_REQUIRED,
    ASKABLE = FIELD_ASKABLE,
    FORMAT_2 = FIELD_FORMAT_2
};

#define FIELD(name, type, flags, fallback, help)                               \
    {                                                                          \
        name, FIELD_##type, flags, fallback, help                              \
    }
#define KIND(id, role, runs, summary, validator, title, output, help, ...)     \
    static const struct kind_field fields_##id[] = {                           \
        __VA_ARGS__, {NULL, FIELD_TEXT, 0, NULL, NULL}};
#include "workflow/document/kinds.def"
#undef KIND
#undef FIELD

enum { RUNS = true, LATER = false };

static const struct kind kinds[] = {
#define KIND(id, role, runs, summary, validator, title, output, help, ...)     \
    {KIND_##id, #id, ROLE_##role, runs, title, output, help, fields_##id},
#include "workflow/document/kinds.def"
#undef KIND
};

static const char *const role_words[] = {"trigger", "logic", "utility", "app"};

static const char *const type_words[] = {
    "text", "cell",      "source", "formula", "choice", "integer",
    "json", "app",       "action", "mapping", "cells",  "sources",
    "auth", "variables", "blocks", "cases"};

const struct kind *
kind_get(enum kind_id id)
{
    return &kinds[id];
}

const struct kind *
kind_find(const char *name)
{
    for (size_t i = 0; name && i < KIND_COUNT; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const struct kind_field *
kind_field(const struct kind *kind, const char *name)
{
    for (const struct kind_field *f = kind->fields; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

bool
field_type_is_text(enum field_type type)
{
    return type <= FIELD_CHOICE || type == FIELD_APP || type == FIELD_ACTION;
}

const char *
kind_role_word(enum kind_role role)
{
    return role_words[role];
}

const char *
field_type_word(enum field_type type)
{
    return type_words[type];
}

bool
field_has_choice(const struct kind_field *field, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = field->help; n > 0 && p; p = strchr(p, '|')) {
        p += *p == '|';
        if (strncmp(p, word, n) == 0 && (p[n] == '|' || p[n] == '\0'))
            return true;
    }
    return false;
}

bool
kind_sends(const struct kind *kind)
{
    return kind->id == KIND_action || kind->id == KIND_api;
}
