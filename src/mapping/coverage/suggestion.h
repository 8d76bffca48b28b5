/*
 * Suggestions: what other installations of a workflow fill a target from.
 * They are shown as such and never applied by themselves.
 */
#ifndef TAILOR_MAPPING_COVERAGE_SUGGESTION_H
#define TAILOR_MAPPING_COVERAGE_SUGGESTION_H

#include "mapping/row/rows.h"

struct suggestion {
    char *source;
    char *target; /* the other installation's target */
    size_t users; /* installations that have this row */
    bool exact;   /* the same target; else a similar name */
};

struct suggestions {
    struct suggestion *items;
    size_t count;
    size_t capacity;
};

/* Looks at the rows of COUNT other installations and puts into *OUT (to be
 * emptied by suggestions_clear) what they fill TARGET, or a field of similar
 * name, from: exact ones first, then by users. Blank rows suggest nothing. */
void suggestions_find(struct suggestions *out, const char *target,
                      const struct mapping_rows *others, size_t count);
void suggestions_clear(struct suggestions *s);

/* How alike two field names are, 0 to 100; case, "_", "-" and spaces do not
 * count ("line_items" and "lineItems" are 100). */
unsigned suggestion_likeness(const char *a, const char *b);

#endif
