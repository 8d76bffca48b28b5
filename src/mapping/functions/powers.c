/* Numbers: signs, roots, powers, logarithms. */
#include "mapping/functions/fn.h"

enum { POWER_STEPS = 50, IRRATIONAL_DIGITS = 30 };

void
fn_sign(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_int(out, decimal_is_negative(&args[0].number) ? -1
                    : decimal_is_zero(&args[0].number)   ? 0
                                                         : 1);
}

void
fn_sqrt(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    struct decimal half, one = decimal_int(1), two = decimal_int(2), d;
    formula_step(ev->arena, POWER_STEPS);
    if (decimal_is_negative(&args[0].number))
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "SQRT: a number below zero has no square root");
    else if (decimal_divide(&half, &one, &two) &&
             decimal_power(&d, &args[0].number, &half))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "SQRT: out of range");
}

void
fn_power(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    struct fvalue power;
    evaluate_binary(ev, OP_POWER, &args[0], &args[1], &power);
    if (power.kind == F_NUMBER && !decimal_is_integer(&args[1].number))
        decimal_round_digits(&power.number, &power.number, IRRATIONAL_DIGITS);
    *out = power;
}

void
fn_log(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    struct decimal base = decimal_int(10), one = decimal_int(1), d;
    if (fn_given(args, count, 1))
        base = args[1].number;
    formula_step(ev->arena, 2 * POWER_STEPS);
    if (decimal_compare(&base, &one) == 0)
        FAIL(ev, out, FORMULA_DIV_ERROR, "LOG: the base is 1");
    else if (!decimal_log(&d, &args[0].number, &base))
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "LOG: the number and the base are above zero");
    else {
        decimal_round_digits(&d, &d, IRRATIONAL_DIGITS);
        fvalue_number(out, &d);
    }
}

void
fn_pi(struct evaluator *ev, struct fvalue *args, unsigned count,
      struct fvalue *out)
{
    static const char digits[] = "3.141592653589793238462643383279503";
    struct decimal d;
    (void)ev;
    (void)args;
    (void)count;
    decimal_parse(&d, digits, sizeof digits - 1);
    fvalue_number(out, &d);
}
