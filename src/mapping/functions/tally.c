/* What the functions of sums add up: numbers, texts that are numbers, dates. */
#include "mapping/functions/tally.h"

#include <string.h>

#include "base/text.h"

static void
tally_add(struct tally *t, const struct decimal *d)
{
    if (!decimal_add(&t->sum, &t->sum, d))
        t->overflow = true;
    if (t->numbers == 0 || decimal_compare(d, &t->least) < 0)
        t->least = *d;
    if (t->numbers == 0 || decimal_compare(d, &t->most) > 0)
        t->most = *d;
    t->numbers++;
}

/* True where T begins as a number does: behind blanks, a sign, a bracket or a
 * currency sign stands a digit. */
static bool
begins_like_number(struct ftext t)
{
    static const char *const before[] = {" ", "+", "-", "(", "$",
                                         "€", "£", "¥", "."};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t n = strlen(before[i]);
        if (t.n > n && memcmp(t.s, before[i], n) == 0) {
            t = (struct ftext){t.s + n, t.n - n};
            i = (size_t)-1;
        }
    }
    return t.n > 0 && t.s[0] >= '0' && t.s[0] <= '9';
}

bool
tally_may_skip(struct evaluator *ev, const struct fvalue *v,
               struct fvalue *error)
{
    if (v->kind != F_TEXT || !begins_like_number(fn_text(v)) ||
        !formula_has(ev->arena, CHANGE_UNREADABLE_NUMBER))
        return true;
    FAIL(ev, error, FORMULA_VALUE_ERROR,
         "\"%.*s\" is not a plain number: read it with VALUE, as in "
         "SUM(VALUE(list))",
         (int)utf8_valid_prefix(v->text, v->length > 40 ? 40 : v->length),
         v->text);
    return false;
}

/* Takes V for MIN and MAX where it is a date; false where it is none. */
static bool
tally_date(struct evaluator *ev, struct tally *t, const struct fvalue *v)
{
    struct moment m;
    struct fvalue error;
    int order;
    if (!t->takes_dates || v->kind != F_TEXT || v->length < 10 ||
        !moment_parse(&m, v->text, v->length) || !m.has_date)
        return false;
    if (t->dates == 0 ||
        (fvalue_compare(ev->arena, v, &t->first, &order, &error) && order < 0))
        t->first = *v;
    if (t->dates == 0 ||
        (fvalue_compare(ev->arena, v, &t->last, &order, &error) && order > 0))
        t->last = *v;
    t->dates++;
    return true;
}

bool
tally_element(struct evaluator *ev, struct tally *t, const struct fvalue *v,
              struct fvalue *error)
{
    struct decimal d;
    formula_step(ev->arena, 1);
    if (fvalue_is_list(v)) {
        struct fvalue list;
        fvalue_to_list(ev->arena, v, &list);
        for (uint32_t i = 0; i < list.length; i++)
            if (!tally_element(ev, t, &list.items[i], error))
                return false;
        return true;
    }
    if (v->kind == F_ERROR) {
        *error = *v;
        return false;
    }
    if (v->kind == F_DIGITS) {
        if (!fvalue_to_number(ev->arena, v, &d, error))
            return false;
        tally_add(t, &d);
    } else if (fvalue_as_number(v, &d)) {
        tally_add(t, &d);
    } else if (!tally_date(ev, t, v)) {
        return tally_may_skip(ev, v, error);
    }
    return true;
}

bool
tally_all(struct evaluator *ev, struct fvalue *args, unsigned count,
          bool takes_dates, struct tally *t, struct fvalue *out)
{
    *t = (struct tally){.sum = decimal_int(0),
                        .least = decimal_int(0),
                        .most = decimal_int(0),
                        .takes_dates = takes_dates};
    for (unsigned i = 0; i < count; i++) {
        struct decimal d;
        if (fvalue_is_list(&args[i])) {
            if (!tally_element(ev, t, &args[i], out))
                return false;
        } else if (!fvalue_is_blank(&args[i]) && !tally_date(ev, t, &args[i])) {
            if (!fvalue_to_number(ev->arena, &args[i], &d, out))
                return false;
            tally_add(t, &d);
        }
    }
    if (t->overflow)
        FAIL(ev, out, FORMULA_NUM_ERROR, "the sum is out of range");
    return !t->overflow;
}
