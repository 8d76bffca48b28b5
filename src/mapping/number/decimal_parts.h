/* Decimals taken apart: what their arithmetic and their text share. */
#ifndef TAILOR_MAPPING_NUMBER_DECIMAL_PARTS_H
#define TAILOR_MAPPING_NUMBER_DECIMAL_PARTS_H

#include "mapping/number/decimal.h"

enum {
    DECIMAL_SMALL_DIGITS = 18, /* of the fast form */
    DECIMAL_BIAS = 6176,
    DECIMAL_EXPONENT_MAX = 6111
};

typedef unsigned __int128 decimal_coefficient;

/* (-1)^negative * c * 10^e */
struct decimal_parts {
    decimal_coefficient c;
    int e;
    bool negative;
};

struct decimal_parts decimal_parts_of(const struct decimal *d);

/* The fast form wherever it fits, so that equal values look alike. P must be
 * in the range of decimal128. */
struct decimal decimal_of_parts(struct decimal_parts p);

/* COEFFICIENT * 10^-SCALE in the fast form. */
static inline struct decimal
decimal_small(int64_t coefficient, int scale)
{
    return (struct decimal){.coefficient = coefficient, .scale = (int8_t)scale};
}

/* Takes zeros from the end of the coefficient as long as E is below TO. */
static inline void
decimal_strip_zeros(struct decimal_parts *p, int to)
{
    while (p->e < to && p->c % 10 == 0) {
        p->c /= 10;
        p->e++;
    }
}

#endif
