/*
 * Regular expressions: PCRE2, with Unicode, without JIT, with limits of
 * matching steps, depth and memory.
 */
#ifndef TAILOR_MAPPING_REGEX_H
#define TAILOR_MAPPING_REGEX_H

#include "mapping/formula_value.h"

struct regex;
struct formula_regexes;

enum {
    REGEX_PATTERN_MAX = 1024, /* bytes of a pattern */
    REGEX_MATCH_LIMIT = 100000,
    REGEX_QUICK_LIMIT = 2000, /* of the first try, which most pass */
    REGEX_DEPTH_LIMIT = 1000,
    REGEX_HEAP_LIMIT = 512 /* KiB */
};

/* Compiles the N bytes at PATTERN into *OUT, which the caller frees. Where A
 * is not NULL, memory counts against its budget. Errors: INVALID with a
 * sentence. */
enum err regex_compile(struct regex **out, const char *pattern, size_t n,
                       struct formula_arena *a, struct error *e);
void regex_free(struct regex *r); /* NULL is OK */

/* The compiled PATTERN: kept in A until another pattern comes, freed with A.
 * NULL: *ERROR holds an error value. */
const struct regex *regex_of(struct formula_arena *a, struct ftext pattern,
                             struct fvalue *error);

/* Where a group matched, in bytes of the subject. */
struct regex_span {
    size_t from, to;
    bool set;
};

enum { REGEX_GROUPS = 10 }; /* the match and groups 1 to 9 */

/* Looks for R in SUBJECT from byte AT on. 1: found, groups in SPANS; 0: not
 * found; -1: *ERROR holds an error value (a limit was passed). */
int regex_match(struct formula_arena *a, const struct regex *r,
                struct ftext subject, size_t at,
                struct regex_span spans[REGEX_GROUPS], struct fvalue *error);

/* Frees what regex_match and regex_of keep in an arena; NULL is OK. */
void formula_regexes_free(struct formula_regexes *r);

/* Bytes that R holds of its arena's budget; 0 for NULL. */
size_t formula_regexes_held(const struct formula_regexes *r);

#endif
