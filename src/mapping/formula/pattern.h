/*
 * Regular expressions: PCRE2, with Unicode, without JIT, with limits of
 * matching steps, depth and memory.
 */
#ifndef TAILOR_MAPPING_FORMULA_PATTERN_H
#define TAILOR_MAPPING_FORMULA_PATTERN_H

#include "mapping/formula/value.h"

struct pattern;
struct formula_patterns;

enum {
    PATTERN_BYTES_MAX = 1024, /* bytes of a pattern */
    PATTERN_MATCH_LIMIT = 100000, /* from one place */
    PATTERN_DEPTH_LIMIT = 1000,
    PATTERN_WINDOW = 64,        /* bytes that a match looks at first, and */
    PATTERN_WINDOW_MOST = 1024, /* where nothing is found, at most */
    PATTERN_HEAP_LIMIT = 512    /* KiB */
};

/* Compiles the N bytes at PATTERN into *OUT, which the caller frees. Where A
 * is not NULL, memory counts against its budget. Errors: INVALID with a
 * sentence. */
enum err pattern_compile(struct pattern **out, const char *pattern, size_t n,
                         struct formula_arena *a, struct error *e);
void pattern_free(struct pattern *r); /* NULL is OK */
size_t pattern_bytes(const struct pattern *r); /* of memory; 0 for NULL */

/* The compiled PATTERN: kept in A until another pattern comes, freed with A.
 * NULL: *ERROR holds an error value. */
const struct pattern *pattern_of(struct formula_arena *a, struct ftext pattern,
                                 struct fvalue *error);

/* Where a group matched, in bytes of the subject. */
struct pattern_span {
    size_t from, to;
    bool set;
};

enum { PATTERN_GROUPS = 10 }; /* the match and groups 1 to 9 */

/* Looks for R in SUBJECT from byte AT on. 1: found, groups in SPANS; 0: not
 * found; -1: *ERROR holds an error value (a limit was passed). */
int pattern_match(struct formula_arena *a, const struct pattern *r,
                  struct ftext subject, size_t at,
                  struct pattern_span spans[PATTERN_GROUPS],
                  struct fvalue *error);

/* Frees what pattern_match and pattern_of keep in an arena; NULL is OK. */
void formula_patterns_free(struct formula_patterns *r);

enum { PATTERN_VERSION_SIZE = 64 };

/* The version of the PCRE2 library that the program runs with, and its day. */
void pattern_library_version(char out[PATTERN_VERSION_SIZE]);

/* Bytes that R holds of its arena's budget; 0 for NULL. */
size_t formula_patterns_held(const struct formula_patterns *r);

#endif
