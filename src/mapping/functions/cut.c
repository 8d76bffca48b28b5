/* Lists: putting them together, and parts of them. */
#include "mapping/functions/fn.h"

/* --- putting together ---------------------------------------------------- */

void
fn_vstack(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct fvalue list;
    size_t total = 0;
    for (unsigned i = 0; i < count; i++) {
        if (fvalue_is_blank(&args[i]))
            fvalue_missing(&args[i]);
        struct fvalue one = args[i];
        fvalue_to_list(ev->arena, &one, &args[i]);
        total += args[i].length;
    }
    struct fvalue *items = fvalue_list(ev->arena, &list, total);
    for (unsigned i = 0; i < count; i++)
        for (uint32_t k = 0; k < args[i].length; k++)
            *items++ = args[i].items[k];
    *out = list;
}

void
fn_reverse(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    struct fvalue list;
    uint32_t n = args[0].length;
    struct fvalue *items = fvalue_list(ev->arena, &list, n);
    for (uint32_t i = 0; i < n; i++)
        items[i] = args[0].items[n - 1 - i];
    *out = list;
}

/* --- parts --------------------------------------------------------------- */

/* The elements FROM (from 0) to END - 1 of LIST, both cut to what it has. */
static void
part_of(struct evaluator *ev, const struct fvalue *list, int64_t from,
        int64_t end, struct fvalue *out)
{
    int64_t n = list->length;
    from = from < 0 ? 0 : from > n ? n : from;
    end = end < from ? from : end > n ? n : end;
    *out = *list;
    out->items = list->items + from;
    out->length = (uint32_t)(end - from);
    formula_step(ev->arena, out->length);
}

void
fn_take(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    int64_t k = fn_int(args, count, 1, 1), n = args[0].length;
    if (k < 0)
        part_of(ev, &args[0], n + k, n, out);
    else
        part_of(ev, &args[0], 0, k, out);
}

void
fn_drop(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    int64_t k = fn_int(args, count, 1, 1), n = args[0].length;
    if (k < 0)
        part_of(ev, &args[0], 0, n + k, out);
    else
        part_of(ev, &args[0], k, n, out);
}

/* The element at place I, counted from 0; no value where there is none. */
static void
element_or_none(const struct fvalue *list, int64_t i, struct fvalue *out)
{
    if (i >= 0 && i < (int64_t)list->length)
        *out = list->items[i];
    else
        fvalue_missing(out);
}

void
fn_first(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)ev;
    (void)count;
    element_or_none(&args[0], 0, out);
}

void
fn_last(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)ev;
    (void)count;
    element_or_none(&args[0], (int64_t)args[0].length - 1, out);
}

void
fn_slice(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    int64_t n = args[0].length;
    int64_t from = fn_int(args, count, 1, 1), to = fn_int(args, count, 2, -1);
    if (from == 0 || to == 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "SLICE: elements count from 1, or from -1 at the end");
        return;
    }
    part_of(ev, &args[0], from < 0 ? n + from : from - 1,
            to < 0 ? n + to + 1 : to, out);
}

void
fn_rows(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    struct fvalue list;
    if (fvalue_is_blank(&args[0])) {
        fvalue_int(out, 0);
        return;
    }
    fvalue_to_list(ev->arena, &args[0], &list);
    fvalue_int(out, list.length);
}
