/* Comparing JSON numbers exactly in decimal. */
#include "mapping/number/number.h"

#include <stdbool.h>
#include <stdint.h>

/* Past any exponent that a text of real length can have. */
#define EXPONENT_MAX INT64_C(1000000000000000)

struct decimal {
    bool negative;
    bool zero;
    int64_t lead;       /* power of ten of the first digit that is not 0 */
    const char *digits; /* from that digit on; may hold one '.' */
    const char *end;
};

static int64_t
read_exponent(const char *s, const char *end)
{
    int64_t n = 0;
    bool negative = false;
    if (s < end && (*s == '+' || *s == '-'))
        negative = *s++ == '-';
    for (; s < end; s++)
        if (n < EXPONENT_MAX)
            n = n * 10 + (*s - '0');
    return negative ? -n : n;
}

static struct decimal
read_decimal(const char *s, size_t n)
{
    const char *end = s + n;
    struct decimal d = {.zero = true};
    if (s < end && *s == '-') {
        d.negative = true;
        s++;
    }
    int64_t power = 0; /* of the digit before the point, counted back */
    bool fraction = false;
    for (; s < end && *s != 'e' && *s != 'E'; s++) {
        if (*s == '.') {
            fraction = true;
            continue;
        }
        if (d.zero && *s != '0') {
            d.zero = false;
            d.digits = s;
            power = fraction ? power - 1 : 0;
        } else if (fraction ? d.zero : !d.zero) {
            power += fraction ? -1 : 1;
        }
    }
    d.end = s;
    d.lead = power + (s < end ? read_exponent(s + 1, end) : 0);
    return d;
}

/* The next digit of D, '0' for ever after the last one. */
static char
next_digit(struct decimal *d)
{
    if (d->digits < d->end && *d->digits == '.')
        d->digits++;
    return d->digits < d->end ? *d->digits++ : '0';
}

static int
compare_magnitude(struct decimal *a, struct decimal *b)
{
    if (a->lead != b->lead)
        return a->lead < b->lead ? -1 : 1;
    while (a->digits < a->end || b->digits < b->end) {
        char x = next_digit(a), y = next_digit(b);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

int
number_compare(const char *a, size_t an, const char *b, size_t bn)
{
    struct decimal x = read_decimal(a, an), y = read_decimal(b, bn);
    if (x.zero && y.zero)
        return 0;
    if (x.zero)
        return y.negative ? 1 : -1;
    if (y.zero)
        return x.negative ? -1 : 1;
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    int c = compare_magnitude(&x, &y);
    return x.negative ? -c : c;
}
