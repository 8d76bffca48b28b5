/* What SUM and its kin add up. */
#ifndef TAILOR_MAPPING_FUNCTIONS_TALLY_H
#define TAILOR_MAPPING_FUNCTIONS_TALLY_H

#include "mapping/functions/fn.h"

/* What the arguments of SUM and its kin add up to. */
struct tally {
    struct decimal sum, least, most;
    int64_t numbers;
    bool overflow;
    bool takes_dates; /* MIN and MAX */
    int64_t dates;
    struct fvalue first, last; /* of the dates */
};

/* Adds V, an element of a list, and the elements of one: numbers and texts that
 * are numbers count; other texts, booleans and blanks do not. False: *ERROR. */
bool tally_element(struct evaluator *ev, struct tally *t,
                   const struct fvalue *v, struct fvalue *error);

/* Tallies the arguments: a single one must be a number unless it is blank.
 * False: *OUT is an error. */
bool tally_all(struct evaluator *ev, struct fvalue *args, unsigned count,
               bool takes_dates, struct tally *t, struct fvalue *out);

/* True where the text V can be left out of a sum: a number in a form that is
 * not read must not be lost. */
bool tally_may_skip(struct evaluator *ev, const struct fvalue *v,
                    struct fvalue *error);

#endif
