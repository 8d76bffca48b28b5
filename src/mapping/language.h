/*
 * The formats of the formula language. A document names the format that its
 * formulas and rows were written for, and what they mean never changes: a
 * fix that changes a meaning is a line of language.def, and holds from its
 * format on.
 */
#ifndef TAILOR_MAPPING_LANGUAGE_H
#define TAILOR_MAPPING_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#define FORMULA_OLDEST 1
#define FORMULA_LANGUAGE 2 /* the newest: of new documents */

enum language_change {
#define CHANGE(id, since, title, before, after) CHANGE_##id,
#include "mapping/language.def"
#undef CHANGE
    LANGUAGE_CHANGES
};

struct language_change_help {
    unsigned since; /* the first format with the newer meaning */
    const char *id, *title, *before, *after;
};

/* The line C of language.def. */
const struct language_change_help *language_change(enum language_change c);

/* True where C holds in the format LANGUAGE. */
bool language_has(unsigned language, enum language_change c);

/* TRUE or FALSE where S, of N bytes, is what another language has for it, in
 * capitals as spreadsheets write it (WAHR, FAUX); else NULL. */
const char *language_local_boolean(const char *s, size_t n);

/* The first character of the N bytes at S, outside quotes and brackets, that
 * people never mean in a name: an invisible one, a curly quote, a long
 * dash. True with its byte in *FOUND and what to do in *WHY (static). */
bool language_odd_character(const char *s, size_t n, size_t *found,
                            const char **why);

#endif
