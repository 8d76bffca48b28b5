/* Comparing values; numbers exactly, as the decimals they are written as. */
#include <string.h>

#include "value/tree.h"
#include "value/value.h"

/* A JSON number taken apart: its digits from the first that is not 0, which
 * counts tens to the power TOP. */
struct decimal {
    bool negative;
    bool zero;
    bool huge; /* the exponent is past what TOP can hold */
    const char *digits;
    const char *digits_end; /* a '.' may stand in between */
    int64_t top;
};

static int64_t
read_exponent(const char *p, const char *end, bool *huge)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    int64_t n = 0;
    for (; p < end; p++) {
        *huge = *huge || n > INT64_MAX / 100;
        n = *huge ? n : n * 10 + (*p - '0');
    }
    return negative ? -n : n;
}

static struct decimal
take_apart(const char *text, size_t n)
{
    struct decimal d = {.negative = *text == '-'};
    const char *end = text + n;
    const char *p = text + d.negative;
    const char *e = p;
    while (e < end && *e != 'e' && *e != 'E')
        e++;
    if (e < end)
        d.top = read_exponent(e + 1, end, &d.huge);
    const char *point = memchr(p, '.', (size_t)(e - p));
    while (p < e && (*p == '0' || *p == '.'))
        p++;
    d.zero = p == e;
    d.digits = p;
    d.digits_end = e;
    if (!point)
        point = e;
    d.top += point > p ? point - p - 1 : point - p;
    return d;
}

/* The next digit, 0 past the last. */
static int
next_digit(const char **p, const char *end)
{
    if (*p < end && **p == '.')
        (*p)++;
    return *p < end ? *(*p)++ - '0' : 0;
}

static bool
same_digits(const struct decimal *a, const struct decimal *b)
{
    const char *p = a->digits, *q = b->digits;
    while (p < a->digits_end || q < b->digits_end) {
        if (next_digit(&p, a->digits_end) != next_digit(&q, b->digits_end))
            return false;
    }
    return true;
}

static bool
same_text(const struct value *a, const struct value *b)
{
    return a->size == b->size &&
           memcmp(as_scalar(a)->text, as_scalar(b)->text, a->size) == 0;
}

static bool
same_number(const struct value *a, const struct value *b)
{
    if (same_text(a, b))
        return true;
    struct decimal x = take_apart(as_scalar(a)->text, a->size);
    struct decimal y = take_apart(as_scalar(b)->text, b->size);
    if (x.zero || y.zero)
        return x.zero && y.zero;
    return !x.huge && !y.huge && x.negative == y.negative && x.top == y.top &&
           same_digits(&x, &y);
}

int64_t
value_int_or(const struct value *v, int64_t fallback)
{
    if (!value_is(v, VALUE_NUMBER))
        return fallback;
    struct decimal d = take_apart(as_scalar(v)->text, v->size);
    if (d.zero)
        return 0;
    if (d.huge || d.top < 0 || d.top > 18)
        return fallback;
    const char *p = d.digits;
    int64_t n = 0;
    for (int64_t i = 0; i <= d.top; i++) {
        int digit = next_digit(&p, d.digits_end);
        /* Built as a negative number, which has room for INT64_MIN. */
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_sub_overflow(n, digit, &n))
            return fallback;
    }
    while (p < d.digits_end) {
        if (next_digit(&p, d.digits_end) != 0)
            return fallback;
    }
    if (!d.negative && n == INT64_MIN)
        return fallback;
    return d.negative ? n : -n;
}

static bool
compare(const struct value *a, const struct value *b,
        bool (*numbers)(const struct value *, const struct value *))
{
    if (value_type(a) != value_type(b))
        return false;
    if (value_is(a, VALUE_NUMBER))
        return numbers(a, b);
    if (value_is(a, VALUE_STRING))
        return same_text(a, b);
    if (value_size(a) != value_size(b))
        return false;
    for (size_t i = 0; i < value_size(a); i++) {
        const struct value *other = value_at(b, i);
        if (a->type == VALUE_OBJECT) {
            const struct member *m = &as_map(a)->members[i];
            other = value_get_n(b, m->key, m->key_len);
        }
        if (!other || !compare(value_at(a, i), other, numbers))
            return false;
    }
    return true;
}

bool
value_equal(const struct value *a, const struct value *b)
{
    return compare(a, b, same_number);
}

bool
value_same(const struct value *a, const struct value *b)
{
    return compare(a, b, same_text);
}
