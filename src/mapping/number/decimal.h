/*
 * Exact decimals: IEEE 754 decimal128 (34 digits) of Intel's library, with a
 * fast form for what money needs, a 64-bit coefficient and a scale. Both
 * forms give the same results; the fast one never rounds.
 */
#ifndef TAILOR_MAPPING_NUMBER_DECIMAL_H
#define TAILOR_MAPPING_NUMBER_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_DIGITS 34
#define DECIMAL_SIZE 64 /* what decimal_format needs, with the NUL */

/* scale 0 to 18: coefficient * 10^-scale with less than 19 digits;
 * DECIMAL_WIDE: the bits of a decimal128. Made only by the functions below. */
struct decimal {
    union {
        int64_t coefficient;
        uint64_t wide[2];
    };
    int8_t scale;
};

enum { DECIMAL_WIDE = -1 };

enum decimal_parsed {
    DECIMAL_OK,
    DECIMAL_NOT_A_NUMBER,
    DECIMAL_TOO_LONG /* more than 34 significant digits, or out of range */
};

/* Reads the N bytes at TEXT: [+-] digits [. digits] [E [+-] digits]. Nothing
 * is rounded: a number that does not fit exactly is DECIMAL_TOO_LONG. */
enum decimal_parsed decimal_parse(struct decimal *out, const char *text,
                                  size_t n);

struct decimal decimal_int(int64_t n);

/* Writes D and returns the length: plain digits where the integer part has at
 * most 34 digits and a fraction at most 40 characters, else "1.5E+400"; no
 * zeros after the last digit behind the point. The text is a JSON number. */
size_t decimal_format(const struct decimal *d, char out[DECIMAL_SIZE]);

/* The same value in the wide form; for tests that compare the forms. */
struct decimal decimal_widen(const struct decimal *d);

/* Towards zero to an integer; false where it does not fit. */
bool decimal_to_int(const struct decimal *d, int64_t *out);

bool decimal_is_zero(const struct decimal *d);
bool decimal_is_negative(const struct decimal *d); /* below zero */
bool decimal_is_integer(const struct decimal *d);

/* Below, at or above zero as A is smaller than, equal to or above B. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

/* Arithmetic, rounded half-even to 34 digits where it is not exact. False
 * where there is no result: overflow, division by zero, a root of a negative
 * number. OUT may be A or B. */
bool decimal_add(struct decimal *out, const struct decimal *a,
                 const struct decimal *b);
bool decimal_subtract(struct decimal *out, const struct decimal *a,
                      const struct decimal *b);
bool decimal_multiply(struct decimal *out, const struct decimal *a,
                      const struct decimal *b);
bool decimal_divide(struct decimal *out, const struct decimal *a,
                    const struct decimal *b);
bool decimal_power(struct decimal *out, const struct decimal *a,
                   const struct decimal *b);
/* The remainder with the sign of B, as MOD in spreadsheets. */
bool decimal_modulo(struct decimal *out, const struct decimal *a,
                    const struct decimal *b);
struct decimal decimal_negate(const struct decimal *d);

enum decimal_rounding {
    DECIMAL_HALF_AWAY, /* as people round: 2.675 to 2.68, -0.5 to -1 */
    DECIMAL_TO_ZERO,
    DECIMAL_FROM_ZERO,
    DECIMAL_FLOOR,
    DECIMAL_CEILING,
    DECIMAL_HALF_EVEN /* as banks round: 2.5 to 2, 3.5 to 4 */
};

/* D rounded to PLACES after the point (negative: before it). */
bool decimal_round(struct decimal *out, const struct decimal *d, int places,
                   enum decimal_rounding mode);

/* D with DIGITS digits from the first one that is not 0, halves away from
 * zero. */
bool decimal_round_digits(struct decimal *out, const struct decimal *d,
                          int digits);

/* The logarithm of D to BASE, right in its first 32 digits; false where one of
 * them is not above zero or the base is 1. */
bool decimal_log(struct decimal *out, const struct decimal *d,
                 const struct decimal *base);

#endif
