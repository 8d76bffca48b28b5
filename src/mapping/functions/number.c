/* Numbers: rounding, sums and counts. */
#include <string.h>
#include <strings.h>

#include "mapping/functions/search.h"
#include "mapping/functions/tally.h"

/* --- rounding ------------------------------------------------------------ */

static void
round_to(struct evaluator *ev, struct fvalue *args, unsigned count,
         enum decimal_rounding mode, struct fvalue *out)
{
    int64_t places = fn_int(args, count, 1, 0);
    struct decimal d;
    int limited = places > 10000    ? 10000
                  : places < -10000 ? -10000
                                    : (int)places;
    if (decimal_round(&d, &args[0].number, limited, mode))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "the rounded number is out of range");
}

static const struct {
    const char *word;
    enum decimal_rounding mode;
} modes[] = {
    {"half-away", DECIMAL_HALF_AWAY}, {"half-even", DECIMAL_HALF_EVEN},
    {"away", DECIMAL_FROM_ZERO},      {"to-zero", DECIMAL_TO_ZERO},
    {"floor", DECIMAL_FLOOR},         {"ceiling", DECIMAL_CEILING},
};

void
fn_round(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct ftext word = {"half-away", 9};
    if (fn_given(args, count, 2))
        word = fn_text(&args[2]);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (word.n == strlen(modes[i].word) &&
            strncasecmp(word.s, modes[i].word, word.n) == 0) {
            round_to(ev, args, count, modes[i].mode, out);
            return;
        }
    FAIL(ev, out, FORMULA_VALUE_ERROR,
         "ROUND: its mode is half-away, half-even, away, to-zero, floor or "
         "ceiling");
}

void
fn_roundup(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    round_to(ev, args, count, DECIMAL_FROM_ZERO, out);
}

void
fn_rounddown(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    round_to(ev, args, count, DECIMAL_TO_ZERO, out);
}

void
fn_int_function(struct evaluator *ev, struct fvalue *args, unsigned count,
                struct fvalue *out)
{
    (void)count;
    round_to(ev, args, 1, DECIMAL_FLOOR, out);
}

void
fn_mod(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    (void)count;
    struct decimal d;
    if (decimal_is_zero(&args[1].number))
        FAIL(ev, out, FORMULA_DIV_ERROR, "MOD: division by zero");
    else if (decimal_modulo(&d, &args[0].number, &args[1].number))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "MOD: out of range");
}

void
fn_abs(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    (void)ev;
    (void)count;
    *out = args[0];
    if (decimal_is_negative(&out->number))
        out->number = decimal_negate(&out->number);
}

/* --- sums ---------------------------------------------------------------- */

void
fn_sum(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    struct tally t;
    if (tally_all(ev, args, count, false, &t, out))
        fvalue_number(out, &t.sum);
}

/* The least (or MOST) number or date of all arguments. */
static void
extreme(struct evaluator *ev, struct fvalue *args, unsigned count, bool most,
        struct fvalue *out)
{
    struct tally t;
    bool dates = formula_has(ev->arena, CHANGE_DATES_AGGREGATED);
    if (!tally_all(ev, args, count, dates, &t, out))
        return;
    if (t.dates > 0 && t.numbers > 0)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: dates and numbers cannot be compared", most ? "MAX" : "MIN");
    else if (t.dates > 0)
        *out = most ? t.last : t.first;
    else
        fvalue_number(out, most ? &t.most : &t.least);
}

void
fn_min(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    extreme(ev, args, count, false, out);
}

void
fn_max(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    extreme(ev, args, count, true, out);
}

void
fn_average(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct tally t;
    if (!tally_all(ev, args, count, false, &t, out))
        return;
    struct decimal n = decimal_int(t.numbers), d;
    if (t.numbers == 0)
        FAIL(ev, out, FORMULA_DIV_ERROR, "AVERAGE: there are no numbers");
    else if (decimal_divide(&d, &t.sum, &n))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "AVERAGE: out of range");
}

/* --- counts -------------------------------------------------------------- */

/* How many values there are; ONLY_NUMBERS: that are numbers. */
static int64_t
count_values(struct evaluator *ev, const struct fvalue *v, bool only_numbers)
{
    struct decimal d;
    formula_step(ev->arena, 1);
    if (!fvalue_is_list(v))
        return only_numbers
                   ? fvalue_as_number(ev->arena, v, &d) || v->kind == F_DIGITS
                   : !fvalue_is_blank(v);
    struct fvalue list;
    fvalue_to_list(ev->arena, v, &list);
    int64_t n = 0;
    for (uint32_t i = 0; i < list.length; i++)
        n += count_values(ev, &list.items[i], only_numbers);
    return n;
}

void
fn_count(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    int64_t n = 0;
    bool booleans = formula_has(ev->arena, CHANGE_COUNT_BOOLEAN);
    for (unsigned i = 0; i < count; i++)
        n += count_values(ev, &args[i], true) +
             (booleans && args[i].kind == F_BOOLEAN);
    fvalue_int(out, n);
}

void
fn_counta(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    int64_t n = 0;
    for (unsigned i = 0; i < count; i++)
        n += count_values(ev, &args[i], false);
    fvalue_int(out, n);
}

/* --- SUMPRODUCT, SUMIF, COUNTIF ------------------------------------------ */

/* The product of element I of all lists; what is not a number counts as 0. */
static bool
product_at(struct evaluator *ev, const struct fvalue *args, unsigned count,
           uint32_t i, struct decimal *out, struct fvalue *error)
{
    *out = decimal_int(1);
    for (unsigned k = 0; k < count; k++) {
        const struct fvalue *v = &args[k].items[i];
        struct decimal d;
        formula_step(ev->arena, 1);
        if (v->kind == F_ERROR) {
            *error = *v;
            return false;
        }
        if (v->kind == F_DIGITS && !fvalue_to_number(ev->arena, v, &d, error))
            return false;
        if (!fvalue_as_number(ev->arena, v, &d)) {
            if (!tally_may_skip(ev, v, error))
                return false;
            d = decimal_int(0);
        }
        if (!decimal_multiply(out, out, &d)) {
            FAIL(ev, error, FORMULA_NUM_ERROR, "SUMPRODUCT: out of range");
            return false;
        }
    }
    return true;
}

void
fn_sumproduct(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    struct decimal sum = decimal_int(0);
    for (unsigned k = 1; k < count; k++)
        if (args[k].length != args[0].length) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "SUMPRODUCT: its lists have %u and %u elements",
                 args[0].length, args[k].length);
            return;
        }
    for (uint32_t i = 0; i < args[0].length; i++) {
        struct decimal product;
        if (!product_at(ev, args, count, i, &product, out))
            return;
        if (!decimal_add(&sum, &sum, &product)) {
            FAIL(ev, out, FORMULA_NUM_ERROR, "SUMPRODUCT: out of range");
            return;
        }
    }
    fvalue_number(out, &sum);
}

void
fn_countif(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    struct criterion c;
    if (formula_has(ev->arena, CHANGE_CRITERIA) &&
        criterion_refuses(ev, "COUNTIF", &args[1], out))
        return;
    criterion_read(ev, &args[1], &c);
    int64_t n = criterion_count(ev, &c, &args[0], out);
    if (n >= 0)
        fvalue_int(out, n);
}

/* Adds up those of VALUES at whose place LIST meets C; false: *OUT is an
 * error. */
static bool
tally_if(struct evaluator *ev, const struct criterion *c,
         const struct fvalue *list, const struct fvalue *values,
         struct tally *t, struct fvalue *out)
{
    struct candidates some;
    int64_t i;
    if (search_sum(ev, list, c, values, t))
        return true;
    search_criterion(ev, list, c, &some);
    while ((i = candidates_next(&some)) >= 0) {
        int holds = criterion_holds(ev, c, &list->items[i], out);
        if (holds < 0 ||
            (holds && !tally_element(ev, t, &values->items[i], out)))
            return false;
    }
    return true;
}

void
fn_sumif(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct criterion c;
    struct tally t = {.sum = decimal_int(0)};
    const struct fvalue *values = fn_given(args, count, 2) ? &args[2] : args;
    if (formula_has(ev->arena, CHANGE_CRITERIA) &&
        criterion_refuses(ev, "SUMIF", &args[1], out))
        return;
    criterion_read(ev, &args[1], &c);
    if (values->length != args[0].length)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "SUMIF: its lists have %u and %u elements", args[0].length,
             values->length);
    else if (!tally_if(ev, &c, &args[0], values, &t, out))
        return;
    else if (t.overflow)
        FAIL(ev, out, FORMULA_NUM_ERROR, "SUMIF: out of range");
    else
        fvalue_number(out, &t.sum);
}
