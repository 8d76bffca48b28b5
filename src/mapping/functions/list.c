/* Lists: taking elements and keeping some. */
#include "mapping/functions/fn.h"

/* --- INDEX --------------------------------------------------------------- */

void
fn_element(struct evaluator *ev, const struct fvalue *v, int64_t i,
           struct fvalue *out)
{
    struct fvalue list;
    fvalue_to_list(ev->arena, v, &list);
    if (i < 0)
        FAIL(ev, out, FORMULA_VALUE_ERROR, "INDEX: elements count from 1");
    else if (i > (int64_t)list.length)
        FAIL(ev, out, FORMULA_REF_ERROR,
             "INDEX: the list has %u elements, not %lld", list.length,
             (long long)i);
    else
        *out = i == 0 ? *v : list.items[i - 1];
}

void
fn_index(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    struct fvalue row;
    if (args[0].kind == F_MISSING) {
        fvalue_missing(out);
        return;
    }
    fn_element(ev, &args[0], fn_int(args, count, 1, 0), &row);
    if (row.kind == F_ERROR || !fn_given(args, count, 2))
        *out = row;
    else
        fn_element(ev, &row, fn_int(args, count, 2, 0), out);
}

/* --- FILTER -------------------------------------------------------------- */

void
fn_filter(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct fvalue list;
    if (args[0].length != args[1].length) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "FILTER: the list has %u elements, the conditions %u",
             args[0].length, args[1].length);
        return;
    }
    struct fvalue *items = fvalue_list(ev->arena, &list, args[0].length);
    uint32_t n = 0;
    for (uint32_t i = 0; i < args[0].length; i++) {
        bool keep;
        if (!fvalue_to_boolean(ev->arena, &args[1].items[i], &keep, out))
            return;
        if (keep)
            items[n++] = args[0].items[i];
    }
    list.length = n;
    if (n > 0)
        *out = list;
    else if (count > 2 && args[2].kind != F_MISSING)
        *out = args[2];
    else
        FAIL(ev, out, FORMULA_NA_ERROR,
             "FILTER: no element is left (a third argument says what to "
             "give then)");
}
