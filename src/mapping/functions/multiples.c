/* Numbers: rounding to multiples, and whole quotients. */
#include "mapping/functions/fn.h"

enum direction { DOWNWARDS, UPWARDS, NEAREST };

static struct decimal
magnitude(const struct decimal *d)
{
    return decimal_is_negative(d) ? decimal_negate(d) : *d;
}

/* The multiple of M (above 0) next to X: X less its rest, which is exact. */
static bool
multiple_of(const struct decimal *x, const struct decimal *m,
            enum direction direction, struct decimal *out)
{
    struct decimal rest, doubled;
    if (!decimal_modulo(&rest, x, m) || !decimal_subtract(out, x, &rest) ||
        !decimal_add(&doubled, &rest, &rest))
        return false;
    bool up = direction == UPWARDS
                  ? !decimal_is_zero(&rest)
                  : direction == NEAREST && decimal_compare(&doubled, m) >= 0;
    return !up || decimal_add(out, out, m);
}

/* Both below zero are rounded as their magnitudes are. */
static void
round_to_multiple(struct evaluator *ev, const char *name,
                  const struct fvalue *args, const struct decimal *m,
                  enum direction direction, struct fvalue *out)
{
    struct decimal x = args[0].number, unit = magnitude(m), d;
    bool below = decimal_is_negative(m);
    if (below)
        x = decimal_negate(&x);
    if (below && decimal_is_negative(&x)) {
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "%s: the number is above zero and the multiple below it", name);
    } else if (!multiple_of(&x, &unit, direction, &d)) {
        FAIL(ev, out, FORMULA_NUM_ERROR, "%s: out of range", name);
    } else {
        if (below)
            d = decimal_negate(&d);
        fvalue_number(out, &d);
    }
}

/* The multiple that is argument 1, or 1. */
static struct decimal
multiple_argument(const struct fvalue *args, unsigned count)
{
    return fn_given(args, count, 1) ? args[1].number : decimal_int(1);
}

void
fn_ceiling(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct decimal m = multiple_argument(args, count);
    if (decimal_is_zero(&m))
        fvalue_int(out, 0);
    else
        round_to_multiple(ev, "CEILING", args, &m, UPWARDS, out);
}

void
fn_floor(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct decimal m = multiple_argument(args, count);
    if (!decimal_is_zero(&m))
        round_to_multiple(ev, "FLOOR", args, &m, DOWNWARDS, out);
    else if (decimal_is_zero(&args[0].number))
        fvalue_int(out, 0);
    else
        FAIL(ev, out, FORMULA_DIV_ERROR, "FLOOR: the multiple is 0");
}

void
fn_mround(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    (void)count;
    struct decimal x = args[0].number, m = args[1].number;
    if (decimal_is_zero(&m) || decimal_is_zero(&x)) {
        fvalue_int(out, 0);
    } else if (decimal_is_negative(&m) != decimal_is_negative(&x)) {
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "MROUND: the number and the multiple have different signs");
    } else {
        round_to_multiple(ev, "MROUND", args, &m, NEAREST, out);
    }
}

void
fn_quotient(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    (void)count;
    struct decimal x = magnitude(&args[0].number), q;
    struct decimal y = magnitude(&args[1].number);
    if (decimal_is_zero(&y)) {
        FAIL(ev, out, FORMULA_DIV_ERROR, "QUOTIENT: division by zero");
    } else if (!multiple_of(&x, &y, DOWNWARDS, &q) ||
               !decimal_divide(&q, &q, &y)) {
        FAIL(ev, out, FORMULA_NUM_ERROR, "QUOTIENT: out of range");
    } else {
        if (decimal_is_negative(&args[0].number) !=
            decimal_is_negative(&args[1].number))
            q = decimal_negate(&q);
        fvalue_number(out, &q);
    }
}
