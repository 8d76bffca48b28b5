/* What the functions of sums add up: numbers, texts that are numbers, dates. */
#include "mapping/functions/tally.h"

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

bool
tally_may_skip(struct evaluator *ev, const struct fvalue *v,
               struct fvalue *error)
{
    if (v->kind != F_TEXT || !ftext_unread_number(ev->arena, fn_text(v), false))
        return true;
    ftext_unread_error(ev->arena, fn_text(v), error);
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
    } else if (fvalue_as_number(ev->arena, v, &d)) {
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
