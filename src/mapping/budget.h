/*
 * Steps that evaluations share: those of all rows of a record, or of a block.
 * A step is about ten nanoseconds. A budget may be part of another one, which
 * then ends it too.
 */
#ifndef TAILOR_MAPPING_BUDGET_H
#define TAILOR_MAPPING_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

enum {
    BUDGET_RECORD = 40000000, /* steps for a record, and for each byte of it: */
    BUDGET_RECORD_BYTE = 64,
    BUDGET_MOST = 100000000
};

/* What an evaluation says that needs more. */
#define BUDGET_PASSED                                                          \
    "the rows and formulas of this record need too many steps together: use "  \
    "shorter lists, or fewer formulas and paths that read a whole list for "   \
    "each element"

struct budget {
    size_t left;
    size_t given;
    bool passed;          /* more was needed than there was */
    bool inherits;        /* OUTER had less than a record may need */
    struct budget *outer; /* may be NULL */
};

static inline struct budget
budget_of(size_t steps)
{
    return (struct budget){.left = steps, .given = steps};
}

/* The budget for a record of BYTES, within OUTER. */
struct budget budget_of_record(size_t bytes, struct budget *outer);

/* Tells the outer budget what B has taken. */
void budget_end(struct budget *b);

/* Nothing is left of B, and it was not enough. */
static inline void
budget_pass(struct budget *b)
{
    b->left = 0;
    b->passed = true;
}

/* Takes N steps off B; false where there are not so many. */
static inline bool
budget_take(struct budget *b, size_t n)
{
    if (n <= b->left)
        b->left -= n;
    else
        budget_pass(b);
    return !b->passed;
}

#endif
