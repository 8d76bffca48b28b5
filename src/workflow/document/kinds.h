/*
 * The kinds of blocks, as data: what each is for, its configuration fields,
 * and which of them the runtime can run. Made of kinds.def.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_KINDS_H
#define TAILOR_WORKFLOW_DOCUMENT_KINDS_H

#include <stdbool.h>
#include <stddef.h>

enum kind_id {
#define KIND(id, ...) KIND_##id,
#include "workflow/document/kinds.def"
#undef KIND
    KIND_COUNT
};

enum kind_role { ROLE_TRIGGER, ROLE_LOGIC, ROLE_UTILITY, ROLE_APP };

/* What a configuration value may be. */
enum field_type {
    FIELD_TEXT,    /* literal text, never evaluated */
    FIELD_CELL,    /* as a cell of a sheet: a formula where it begins with
                      "=", else literal text */
    FIELD_SOURCE,  /* as the source of a mapping row: path, constant, formula */
    FIELD_FORMULA, /* a formula, begins with "=" */
    FIELD_CHOICE,  /* one of the words in help, separated by "|" */
    FIELD_INTEGER, /* a whole number */
    FIELD_JSON,    /* any JSON value */
    FIELD_APP,     /* key of a connector that the document pins */
    FIELD_ACTION,  /* key of an action of that connector */
    FIELD_MAPPING, /* list of rows: target, source, default, required, note */
    FIELD_CELLS,   /* object of cells by name */
    FIELD_SOURCES, /* object of sources by name */
    FIELD_AUTH,    /* {"kind","app","header"} */
    FIELD_VARIABLES, /* list of {"name","ask"} */
    FIELD_BLOCKS,    /* list of blocks */
    FIELD_CASES      /* list of {"name","condition","blocks"} */
};

enum {
    FIELD_REQUIRED = 1,
    FIELD_ASKABLE = 2,
    FIELD_FORMAT_2 = 4 /* format 1 of documents does not know it */
};

struct kind_field {
    const char *name; /* NULL ends a list */
    enum field_type type;
    unsigned flags;
    const char *fallback; /* the default, or NULL: plain text for the types up
                             to FIELD_CHOICE, else canonical JSON */
    const char *help;     /* for FIELD_CHOICE the words */
};

struct kind {
    enum kind_id id;
    const char *name; /* the word in documents */
    enum kind_role role;
    bool runs; /* this version's runtime has an executor for it */
    const char *title;
    const char *output; /* what NAME! refers to; NULL: no output */
    const char *help;
    const struct kind_field *fields; /* ends with a NULL name */
};

/* The row of the kind ID; never NULL. */
const struct kind *kind_get(enum kind_id id);

/* The kind called NAME, or NULL. */
const struct kind *kind_find(const char *name);

/* The field NAME of KIND, or NULL. */
const struct kind_field *kind_field(const struct kind *kind, const char *name);

/* True for the types whose value is one text (FIELD_TEXT to FIELD_CHOICE,
 * FIELD_APP, FIELD_ACTION). */
bool field_type_is_text(enum field_type type);

/* True where a block of KIND sends a call to an app or an API. */
bool kind_sends(const struct kind *kind);

/* The word for ROLE ("trigger" …) and for TYPE ("formula" …), static. */
const char *kind_role_word(enum kind_role role);
const char *field_type_word(enum field_type type);

/* True where WORD is one of the choices of FIELD. */
bool field_has_choice(const struct kind_field *field, const char *word);

#endif
