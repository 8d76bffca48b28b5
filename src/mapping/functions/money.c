/* Money: minor units of currencies, and amounts that are split exactly. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mapping/functions/currency.h"
#include "mapping/functions/fn.h"
#include "mapping/number/decimal_parts.h"

/* Places behind the point by ISO 4217; -1: it has no minor unit. */
static const struct {
    const char *code;
    int places;
} currencies[] = {
#define CURRENCY(code, places) {code, places},
#include "mapping/functions/currencies.def"
#undef CURRENCY
};

bool
currency_places(const char *code, size_t n, int *places)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (n == 3 && strncasecmp(currencies[i].code, code, 3) == 0) {
            *places = currencies[i].places;
            return true;
        }
    return false;
}

/* The places of the currency T; false: *OUT is an error. */
static bool
places_of(struct evaluator *ev, const char *name, struct ftext t, int *places,
          struct fvalue *out)
{
    if (!currency_places(t.s, t.n, places)) {
        FAIL(ev, out, FORMULA_NA_ERROR,
             "%s: \"%.*s\" is not a currency of ISO 4217", name,
             (int)utf8_valid_prefix(t.s, t.n > 20 ? 20 : t.n), t.s);
        return false;
    }
    if (*places >= 0)
        return true;
    char code[4] = "";
    for (size_t i = 0; i < 3; i++)
        code[i] = (char)toupper((unsigned char)t.s[i]);
    FAIL(ev, out, FORMULA_NA_ERROR, "%s: %s has no minor unit in ISO 4217",
         name, code);
    return false;
}

static struct decimal
power_of_ten(int places)
{
    struct decimal ten = decimal_int(10), n = decimal_int(places), out;
    decimal_power(&out, &ten, &n);
    return out;
}

/* AMOUNT in units of PLACES behind the point, which must be whole; false: *OUT
 * is an error. */
static bool
in_units(struct evaluator *ev, const char *name, const struct decimal *amount,
         int places, struct decimal *units, struct fvalue *out)
{
    struct decimal factor = power_of_ten(places);
    char digits[DECIMAL_SIZE];
    if (decimal_multiply(units, amount, &factor) && decimal_is_integer(units))
        return true;
    digits[decimal_format(amount, digits)] = '\0';
    FAIL(ev, out, FORMULA_NUM_ERROR,
         "%s: %s has more than %d places: ROUND it first", name, digits,
         places);
    return false;
}

void
fn_minor(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    int places;
    struct decimal units;
    if (places_of(ev, "MINOR", fn_text(&args[1]), &places, out) &&
        in_units(ev, "MINOR", &args[0].number, places, &units, out))
        fvalue_number(out, &units);
}

void
fn_major(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    int places;
    struct decimal units, factor;
    if (!places_of(ev, "MAJOR", fn_text(&args[1]), &places, out) ||
        !in_units(ev, "MAJOR", &args[0].number, 0, &units, out))
        return;
    factor = power_of_ten(places);
    if (decimal_divide(&units, &units, &factor))
        fvalue_number(out, &units);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "MAJOR: out of range");
}

/* --- splitting ----------------------------------------------------------- */

/* A share: whole units, and what the division left over. */
struct share {
    struct decimal units, rest;
    uint32_t place;
};

/* The larger rest first, of equal ones the earlier share. */
static int
by_rest(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    int order = decimal_compare(&y->rest, &x->rest);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static int
by_place(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

static int
digits_of(const struct decimal *d)
{
    struct decimal_parts p = decimal_parts_of(d);
    int n = 0;
    decimal_strip_zeros(&p, DECIMAL_EXPONENT_MAX);
    for (; p.c > 0; p.c /= 10)
        n++;
    return n;
}

/* Reads the weights and their sum; false: *OUT is an error. */
static bool
read_weights(struct evaluator *ev, const struct fvalue *list,
             struct share *shares, struct decimal *sum, struct fvalue *out)
{
    *sum = decimal_int(0);
    for (uint32_t i = 0; i < list->length; i++) {
        shares[i].place = i;
        if (!fvalue_to_number(ev->arena, &list->items[i], &shares[i].units,
                              out))
            return false;
        if (decimal_is_negative(&shares[i].units) ||
            !decimal_add(sum, sum, &shares[i].units)) {
            FAIL(ev, out, FORMULA_NUM_ERROR,
                 "SPLITAMOUNT: weight %u is below 0 or out of range", i + 1);
            return false;
        }
    }
    return true;
}

/* Turns the weights of N shares into their whole units of TOTAL, and what these
 * leave of it; false where that is not exact. */
static bool
divide_units(struct share *shares, uint32_t n, const struct decimal *total,
             const struct decimal *sum, struct decimal *left)
{
    *left = *total;
    for (uint32_t i = 0; i < n; i++) {
        struct decimal product;
        if (digits_of(total) + digits_of(&shares[i].units) > DECIMAL_DIGITS ||
            !decimal_multiply(&product, total, &shares[i].units) ||
            !decimal_modulo(&shares[i].rest, &product, sum) ||
            !decimal_subtract(&product, &product, &shares[i].rest) ||
            !decimal_divide(&shares[i].units, &product, sum) ||
            !decimal_subtract(left, left, &shares[i].units))
            return false;
    }
    return true;
}

/* The places that argument 2 says by a number or a currency, 2 where none is
 * given; false: *OUT is an error. */
static bool
places_argument(struct evaluator *ev, const struct fvalue *args, unsigned count,
                int *places, struct fvalue *out)
{
    *places = 2;
    if (!fn_given(args, count, 2))
        return true;
    struct ftext t = fn_text(&args[2]);
    if (t.n != 1 || t.s[0] < '0' || t.s[0] > '9')
        return places_of(ev, "SPLITAMOUNT", t, places, out);
    *places = t.s[0] - '0';
    return true;
}

/* Gives each share of N, in the order of rests, one more unit until none of
 * LEFT is left, and writes the amounts. */
static void
write_shares(struct evaluator *ev, struct share *shares, uint32_t n,
             int64_t left, const struct decimal *unit, struct fvalue *out)
{
    struct decimal one = decimal_int(1);
    qsort(shares, n, sizeof *shares, by_rest);
    for (uint32_t i = 0; i < n && i < left; i++)
        decimal_add(&shares[i].units, &shares[i].units, &one);
    qsort(shares, n, sizeof *shares, by_place);
    struct fvalue *items = fvalue_list(ev->arena, out, n);
    for (uint32_t i = 0; i < n; i++) {
        struct decimal amount;
        decimal_divide(&amount, &shares[i].units, unit);
        fvalue_number(&items[i], &amount);
    }
}

void
fn_splitamount(struct evaluator *ev, struct fvalue *args, unsigned count,
               struct fvalue *out)
{
    int places;
    int64_t over;
    struct decimal total, sum, left, unit;
    uint32_t n = args[1].length;
    struct share *shares = formula_alloc(ev->arena, n * sizeof *shares);
    formula_step(ev->arena, 40 * (uint64_t)n);
    if (!places_argument(ev, args, count, &places, out) ||
        !in_units(ev, "SPLITAMOUNT", &args[0].number, places, &total, out) ||
        !read_weights(ev, &args[1], shares, &sum, out))
        return;
    bool below = decimal_is_negative(&total);
    unit = power_of_ten(places);
    if (below) {
        total = decimal_negate(&total);
        unit = decimal_negate(&unit);
    }
    if (decimal_is_zero(&sum))
        FAIL(ev, out, FORMULA_DIV_ERROR, "SPLITAMOUNT: all weights are 0");
    else if (!divide_units(shares, n, &total, &sum, &left) ||
             !decimal_to_int(&left, &over))
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "SPLITAMOUNT: the total and a weight have more than 34 digits "
             "together");
    else
        write_shares(ev, shares, n, over, &unit, out);
}
