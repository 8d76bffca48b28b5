/* Sums, counts and extremes of what meets several criteria. */
#include "mapping/functions/search.h"
#include "mapping/functions/tally.h"

/* Lists of one length and what their elements must meet. */
struct conditions {
    struct fvalue *lists; /* of the arguments, each in its place */
    struct criterion *criteria;
    unsigned count;
    uint32_t length;
};

/* Reads the pairs of a list and a criterion from argument FROM on; false:
 * *OUT is an error. */
static bool
read_conditions(struct evaluator *ev, const char *name, struct fvalue *args,
                unsigned from, unsigned count, struct conditions *c,
                struct fvalue *out)
{
    c->count = (count - from) / 2;
    c->criteria = formula_alloc(ev->arena, c->count * sizeof *c->criteria);
    c->lists = args + from;
    if ((count - from) % 2 != 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: each list has a criterion behind it", name);
        return false;
    }
    for (unsigned i = 0; i < c->count; i++) {
        struct fvalue one = c->lists[2 * i], *criterion = &c->lists[2 * i + 1];
        fvalue_to_list(ev->arena, &one, &c->lists[2 * i]);
        if (criterion_refuses(ev, name, criterion, out))
            return false;
        if (i > 0 && c->lists[2 * i].length != c->length) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "%s: its lists have %u and %u elements", name, c->length,
                 c->lists[2 * i].length);
            return false;
        }
        c->length = c->lists[2 * i].length;
        criterion_read(ev, criterion, &c->criteria[i]);
    }
    return true;
}

/* 1 where all criteria hold at place I, 0 where one does not, -1: *ERROR. */
static int
all_hold(struct evaluator *ev, const struct conditions *c, uint32_t i,
         struct fvalue *error)
{
    for (unsigned k = 0; k < c->count; k++) {
        int holds = criterion_holds(ev, &c->criteria[k],
                                    &c->lists[2 * k].items[i], error);
        if (holds <= 0)
            return holds;
    }
    return 1;
}

/* Tallies the elements of VALUES for which the criteria hold. */
static bool
tally_where(struct evaluator *ev, const char *name, const struct conditions *c,
            const struct fvalue *values, bool takes_dates, struct tally *t,
            struct fvalue *out)
{
    struct fvalue list;
    struct candidates some;
    int64_t i;
    *t = (struct tally){.sum = decimal_int(0),
                        .least = decimal_int(0),
                        .most = decimal_int(0),
                        .takes_dates = takes_dates};
    fvalue_to_list(ev->arena, values, &list);
    if (list.length != c->length) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: its lists have %u and %u elements", name, list.length,
             c->length);
        return false;
    }
    search_criterion(ev, &c->lists[0], &c->criteria[0], &some);
    while ((i = candidates_next(&some)) >= 0) {
        int holds = all_hold(ev, c, (uint32_t)i, out);
        if (holds < 0 || (holds && !tally_element(ev, t, &list.items[i], out)))
            return false;
    }
    if (t->overflow)
        FAIL(ev, out, FORMULA_NUM_ERROR, "%s: out of range", name);
    return !t->overflow;
}

static void
mean_of(struct evaluator *ev, const char *name, const struct tally *t,
        struct fvalue *out)
{
    struct decimal n = decimal_int(t->numbers), d;
    if (t->numbers == 0)
        FAIL(ev, out, FORMULA_DIV_ERROR, "%s: there are no numbers", name);
    else if (decimal_divide(&d, &t->sum, &n))
        fvalue_number(out, &d);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "%s: out of range", name);
}

void
fn_countifs(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    struct conditions c = {0};
    struct candidates some;
    int64_t i, n = 0;
    if (!read_conditions(ev, "COUNTIFS", args, 0, count, &c, out))
        return;
    search_criterion(ev, &c.lists[0], &c.criteria[0], &some);
    while ((i = candidates_next(&some)) >= 0) {
        int holds = all_hold(ev, &c, (uint32_t)i, out);
        if (holds < 0)
            return;
        n += holds;
    }
    fvalue_int(out, n);
}

void
fn_sumifs(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct conditions c = {0};
    struct tally t;
    if (read_conditions(ev, "SUMIFS", args, 1, count, &c, out) &&
        tally_where(ev, "SUMIFS", &c, &args[0], false, &t, out))
        fvalue_number(out, &t.sum);
}

void
fn_averageifs(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    struct conditions c = {0};
    struct tally t;
    if (read_conditions(ev, "AVERAGEIFS", args, 1, count, &c, out) &&
        tally_where(ev, "AVERAGEIFS", &c, &args[0], false, &t, out))
        mean_of(ev, "AVERAGEIFS", &t, out);
}

void
fn_averageif(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    struct conditions c = {0};
    struct tally t;
    struct fvalue values = fn_given(args, count, 2) ? args[2] : args[0];
    if (!read_conditions(ev, "AVERAGEIF", args, 0, 2, &c, out))
        return;
    bool known = values.kind == F_LIST && values.length == c.length &&
                 search_sum(ev, &c.lists[0], &c.criteria[0], &values, &t);
    if (known || tally_where(ev, "AVERAGEIF", &c, &values, false, &t, out))
        mean_of(ev, "AVERAGEIF", &t, out);
}

/* The least (or MOST) number or date of those that meet the criteria. */
static void
extreme_where(struct evaluator *ev, const char *name, struct fvalue *args,
              unsigned count, bool most, struct fvalue *out)
{
    struct conditions c = {0};
    struct tally t;
    if (!read_conditions(ev, name, args, 1, count, &c, out) ||
        !tally_where(ev, name, &c, &args[0], true, &t, out))
        return;
    if (t.dates > 0 && t.numbers > 0)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "%s: dates and numbers cannot be compared", name);
    else if (t.dates > 0)
        *out = most ? t.last : t.first;
    else
        fvalue_number(out, most ? &t.most : &t.least);
}

void
fn_minifs(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    extreme_where(ev, "MINIFS", args, count, false, out);
}

void
fn_maxifs(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    extreme_where(ev, "MAXIFS", args, count, true, out);
}
