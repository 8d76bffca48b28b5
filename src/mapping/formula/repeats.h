/* Calls of one function for the elements of lists, of which many may have the
 * same arguments. */
#ifndef TAILOR_MAPPING_FORMULA_REPEATS_H
#define TAILOR_MAPPING_FORMULA_REPEATS_H

#include "mapping/functions/functions.h"

struct repeats {
    struct formula_arena *arena;
    const struct formula_function *fn;
    const struct fvalue *args; /* COUNT; the lists among them are spread */
    unsigned count;
    uint32_t *calls; /* by hash: the number of a call, or 0; NULL: none are
                        remembered */
    size_t mask;
};

/* Begins N calls of FN with ARGS, which stay; none is remembered where FN is
 * cheap, or where there are few or no room. */
void repeats_begin(struct repeats *r, struct formula_arena *a,
                   const struct formula_function *fn, const struct fvalue *args,
                   unsigned count, uint32_t n);

/* The call, counted from 0, that had the same arguments as call K, which is
 * remembered if there was none: then K. */
uint32_t repeats_first(struct repeats *r, uint32_t k);

#endif
