/* Numbers of a list by their order: the middle one, the k-th. */
#include <stdlib.h>

#include "mapping/functions/tally.h"

/* The numbers of V and its elements, by the rules of SUM. */
struct ordered {
    struct decimal *numbers;
    uint32_t count;
};

static bool
add_number(struct evaluator *ev, struct ordered *o, const struct fvalue *v,
           struct fvalue *error)
{
    struct decimal d;
    if (v->kind == F_ERROR) {
        *error = *v;
        return false;
    }
    if (v->kind == F_DIGITS && !fvalue_to_number(ev->arena, v, &d, error))
        return false;
    if (!fvalue_as_number(ev->arena, v, &d))
        return tally_may_skip(ev, v, error);
    o->numbers[o->count++] = d;
    return true;
}

/* Makes V a number where it is a single value, as SUM does; false: *ERROR. */
static bool
single_is_number(struct evaluator *ev, struct fvalue *v, struct fvalue *error)
{
    struct decimal d;
    if (fvalue_is_list(v) || fvalue_is_blank(v) ||
        !formula_has(ev->arena, CHANGE_MIDDLE_NUMBERS))
        return true;
    if (!fvalue_to_number(ev->arena, v, &d, error))
        return false;
    fvalue_number(v, &d);
    return true;
}

static int
by_size(const void *a, const void *b)
{
    return decimal_compare(a, b);
}

/* Sorts the numbers of COUNT lists; false: *OUT is an error. */
static bool
order_numbers(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct ordered *o, struct fvalue *out)
{
    size_t total = 0, steps = 1;
    for (unsigned i = 0; i < count; i++) {
        struct fvalue one = args[i];
        if (!single_is_number(ev, &one, out))
            return false;
        fvalue_to_list(ev->arena, &one, &args[i]);
        total += args[i].length;
    }
    for (size_t n = total; n > 1; n /= 2)
        steps++;
    formula_step(ev->arena, total * steps);
    *o = (struct ordered){
        .numbers = formula_alloc(ev->arena, total * sizeof *o->numbers)};
    for (unsigned i = 0; i < count; i++)
        for (uint32_t k = 0; k < args[i].length; k++)
            if (!add_number(ev, o, &args[i].items[k], out))
                return false;
    qsort(o->numbers, o->count, sizeof *o->numbers, by_size);
    return true;
}

void
fn_median(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct ordered o;
    struct decimal sum, two = decimal_int(2);
    if (!order_numbers(ev, args, count, &o, out))
        return;
    uint32_t middle = o.count / 2;
    if (o.count == 0)
        FAIL(ev, out, FORMULA_NUM_ERROR, "MEDIAN: there are no numbers");
    else if (o.count % 2 == 1)
        fvalue_number(out, &o.numbers[middle]);
    else if (decimal_add(&sum, &o.numbers[middle - 1], &o.numbers[middle]) &&
             decimal_divide(&sum, &sum, &two))
        fvalue_number(out, &sum);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "MEDIAN: out of range");
}

static void
number_at(struct evaluator *ev, const char *name, struct fvalue *args,
          unsigned count, bool largest, struct fvalue *out)
{
    struct ordered o;
    int64_t k = fn_int(args, count, 1, 1);
    if (!order_numbers(ev, args, 1, &o, out))
        return;
    if (k < 1 || k > o.count)
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "%s: the list has %u numbers, and no number %lld of them", name,
             o.count, (long long)k);
    else
        fvalue_number(out, &o.numbers[largest ? o.count - k : k - 1]);
}

void
fn_large(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    number_at(ev, "LARGE", args, count, true, out);
}

void
fn_small(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    number_at(ev, "SMALL", args, count, false, out);
}
