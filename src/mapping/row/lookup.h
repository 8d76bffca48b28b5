/*
 * Look-ups: what a row's source is a key of, and what becomes of a key without
 * a value: a value table ("Country, else blank"), a search in an app
 * ("netsuite findSubsidiary by name, take id"), the cross reference of a kind
 * of record ("customer", "customer, reverse").
 */
#ifndef TAILOR_MAPPING_ROW_LOOKUP_H
#define TAILOR_MAPPING_ROW_LOOKUP_H

#include <stdbool.h>

#include "base/error.h"

enum lookup_kind { LOOKUP_NONE, LOOKUP_TABLE, LOOKUP_FIND, LOOKUP_REFERENCE };

enum lookup_miss {
    MISS_SET_ASIDE, /* the record fails */
    MISS_DEFAULT,   /* the row's default is sent */
    MISS_BLANK      /* the field is left out */
};

struct row_lookup {
    enum lookup_kind kind;
    char *what; /* the value table; else how tables of answers name it: the
                   search, or "reference customer" */
    enum lookup_miss miss;
};

/* Reads TEXT, the member of a look-up of KIND, into *OUT, whose WHAT the caller
 * frees. Errors: INVALID. */
enum err row_lookup_read(struct row_lookup *out, enum lookup_kind kind,
                         const char *text, struct error *e);

/* A search: the record of APP that ACTION finds by its input KEY, of which TAKE
 * is sent. */
struct row_find {
    char *app, *action, *key, *take;
};

/* Takes the search WHAT (of a row_lookup) apart into *OUT, to be emptied by
 * row_find_clear, also after an error. Errors: INVALID. */
enum err row_find_read(struct row_find *out, const char *what, struct error *e);
void row_find_clear(struct row_find *f);

/* The kind of record of a cross reference WHAT as a new string; *REVERSE says
 * whether the id is the key. */
char *row_reference_record(const char *what, bool *reverse);

#endif
