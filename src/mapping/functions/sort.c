/* Putting lists in order: SORT and UNIQUE. */
#include <string.h>

#include "mapping/functions/fn.h"

struct sorting {
    struct evaluator *ev;
    const struct fvalue *keys;
    bool falling;
    bool exact; /* texts by their bytes */
};

enum {
    SORT_NUMBER,
    SORT_INSTANT, /* apart from texts, so that the order is one */
    SORT_TEXT,
    SORT_BOOLEAN,
    SORT_OTHER,
    SORT_BLANK
};

static int
text_rank(const struct sorting *s, const struct fvalue *v)
{
    struct moment m;
    struct decimal d;
    const struct formula_arena *a = s->ev->arena;
    if (formula_has(a, CHANGE_INSTANTS) && fvalue_instant(v, &m))
        return SORT_INSTANT;
    return !s->exact && formula_has(a, CHANGE_NUMERIC_ORDER) &&
                   fvalue_as_number(a, v, &d)
               ? SORT_NUMBER
               : SORT_TEXT;
}

static int
sort_rank(const struct sorting *s, const struct fvalue *v)
{
    if (v->kind == F_TEXT)
        return text_rank(s, v);
    return fvalue_is_number(v)    ? SORT_NUMBER
           : v->kind == F_BOOLEAN ? SORT_BOOLEAN
           : fvalue_is_blank(v)   ? SORT_BLANK
                                  : SORT_OTHER;
}

/* The order of numbers of which one has too many digits to compare: any, but
 * the same every time, and equal for equal digits alone. */
static int
text_order(struct formula_arena *a, const struct fvalue *x,
           const struct fvalue *y)
{
    struct ftext s, t;
    struct fvalue error;
    if (!fvalue_to_text(a, x, &s, &error) || !fvalue_to_text(a, y, &t, &error))
        return 0;
    return ftext_compare(s, t);
}

/* The order of two elements; blanks come last both ways. */
static int
sort_order(const struct sorting *s, uint32_t a, uint32_t b)
{
    const struct fvalue *x = &s->keys[a], *y = &s->keys[b];
    struct fvalue error;
    int order = 0, p = sort_rank(s, x), q = sort_rank(s, y);
    formula_step(s->ev->arena, 1);
    if (p == SORT_BLANK || q == SORT_BLANK)
        return p - q;
    if (p != q)
        order = p - q;
    else if (p == SORT_TEXT && s->exact)
        order = ftext_compare(fn_text(x), fn_text(y));
    else if (p != SORT_OTHER &&
             !fvalue_compare(s->ev->arena, x, y, &order, &error))
        order = text_order(s->ev->arena, x, y);
    if (order == 0 && p == SORT_TEXT && s->exact)
        order = x->boolean - y->boolean;
    return s->falling ? -order : order;
}

/* Merges the runs [from, middle) and [middle, to) of IN into OUT. */
static void
merge(const struct sorting *s, const uint32_t *in, uint32_t *out, uint32_t from,
      uint32_t middle, uint32_t to)
{
    uint32_t i = from, j = middle;
    for (uint32_t k = from; k < to; k++) {
        if (i < middle && (j >= to || sort_order(s, in[i], in[j]) <= 0))
            out[k] = in[i++];
        else
            out[k] = in[j++];
    }
}

/* The indexes of N keys in order; equals keep theirs. */
static uint32_t *
sorted(const struct sorting *s, uint32_t n)
{
    size_t bytes = n * sizeof(uint32_t);
    uint32_t *in = formula_alloc(s->ev->arena, bytes);
    uint32_t *out = formula_alloc(s->ev->arena, bytes);
    for (uint32_t i = 0; i < n; i++)
        in[i] = i;
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t from = 0; from < n; from += 2 * width) {
            uint32_t middle = from + width < n ? from + width : n;
            uint32_t to = middle + width < n ? middle + width : n;
            merge(s, in, out, from, middle, to);
        }
        uint32_t *swap = in;
        in = out;
        out = swap;
    }
    return in;
}

const uint32_t *
fn_sorted(struct evaluator *ev, const struct fvalue *keys, uint32_t n)
{
    struct sorting s = {ev, keys, false, false};
    return sorted(&s, n);
}

/* Descending for FALSE, as in Sheets, and for -1, as in Excel. */
static bool
is_falling(const struct evaluator *ev, const struct fvalue *args,
           unsigned count)
{
    struct decimal d;
    if (!fn_given(args, count, 2))
        return false;
    if (args[2].kind == F_BOOLEAN)
        return !args[2].boolean;
    return fvalue_as_number(ev->arena, &args[2], &d) &&
           (decimal_is_negative(&d) || decimal_is_zero(&d));
}

/* The keys that SORT orders by: its second argument, the N-th of each inner
 * list where that is a number, else the elements. */
static bool
sort_keys(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *keys, struct fvalue *error)
{
    struct decimal d;
    int64_t n;
    *keys = args[0];
    if (!fn_given(args, count, 1))
        return true;
    if (fvalue_is_list(&args[1])) {
        fvalue_to_list(ev->arena, &args[1], keys);
        if (keys->length == args[0].length)
            return true;
        FAIL(ev, error, FORMULA_VALUE_ERROR,
             "SORT: the list has %u elements, the keys %u", args[0].length,
             keys->length);
        return false;
    }
    if (!fvalue_to_number(ev->arena, &args[1], &d, error))
        return false;
    if (!decimal_to_int(&d, &n) || n < 1) {
        FAIL(ev, error, FORMULA_VALUE_ERROR, "SORT: columns count from 1");
        return false;
    }
    struct fvalue *items = fvalue_list(ev->arena, keys, args[0].length);
    for (uint32_t i = 0; i < args[0].length; i++) {
        fn_element(ev, &args[0].items[i], n, &items[i]);
        if (items[i].kind == F_ERROR) {
            *error = items[i];
            return false;
        }
    }
    return true;
}

/* False where KEYS hold an error, or numbers beside a text that only begins
 * like one and so has no place among them. */
static bool
can_sort(struct evaluator *ev, const struct fvalue *keys, struct fvalue *error)
{
    bool numbers = false;
    const struct fvalue *unread = NULL;
    for (uint32_t i = 0; i < keys->length; i++) {
        const struct fvalue *v = &keys->items[i];
        if (v->kind == F_ERROR) {
            *error = *v;
            return false;
        }
        numbers |= fvalue_is_number(v);
        if (v->kind == F_TEXT && !unread &&
            ftext_unread_number(ev->arena, fn_text(v), false))
            unread = v;
    }
    if (numbers && unread)
        ftext_unread_error(ev->arena, fn_text(unread), error);
    return !numbers || !unread;
}

void
fn_sort(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    struct fvalue keys, list;
    if (!sort_keys(ev, args, count, &keys, out) || !can_sort(ev, &keys, out))
        return;
    struct sorting s = {ev, keys.items, is_falling(ev, args, count), false};
    const uint32_t *order = sorted(&s, keys.length);
    struct fvalue *items = fvalue_list(ev->arena, &list, keys.length);
    for (uint32_t i = 0; i < keys.length; i++)
        items[i] = args[0].items[order[i]];
    *out = list;
}

/* Elements that are objects or lists are compared by their JSON text, which
 * is marked to differ from a text of the same bytes. */
static bool
unique_keys(struct evaluator *ev, const struct fvalue *list,
            struct fvalue *keys, struct fvalue *error)
{
    struct fvalue *items = fvalue_list(ev->arena, keys, list->length);
    for (uint32_t i = 0; i < list->length; i++) {
        items[i] = list->items[i];
        if (items[i].kind == F_ERROR) {
            *error = items[i];
            return false;
        }
        if (items[i].kind == F_TEXT)
            items[i].boolean = false;
        if (items[i].kind != F_NODE && items[i].kind != F_LIST)
            continue;
        fn_json(ev, &list->items[i], 1, &items[i]);
        items[i].boolean = true;
        if (items[i].kind == F_ERROR) {
            *error = items[i];
            return false;
        }
    }
    return true;
}

void
fn_unique(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    (void)count;
    struct fvalue keys, list;
    if (!unique_keys(ev, &args[0], &keys, out))
        return;
    struct sorting s = {ev, keys.items, false, true};
    const uint32_t *order = sorted(&s, keys.length);
    bool *again = formula_alloc(ev->arena, keys.length);
    memset(again, 0, keys.length);
    for (uint32_t i = 1; i < keys.length; i++)
        again[order[i]] = sort_order(&s, order[i - 1], order[i]) == 0;
    struct fvalue *items = fvalue_list(ev->arena, &list, keys.length);
    uint32_t n = 0;
    for (uint32_t i = 0; i < keys.length; i++)
        if (!again[i])
            items[n++] = args[0].items[i];
    list.length = n;
    *out = list;
}
