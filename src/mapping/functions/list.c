/* Lists: taking, looking up, keeping, ordering. */
#include <string.h>

#include "mapping/functions/fn.h"

/* --- INDEX --------------------------------------------------------------- */

static void
element_at(struct evaluator *ev, const struct fvalue *v, int64_t i,
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
    element_at(ev, &args[0], fn_int(args, count, 1, 0), &row);
    if (row.kind == F_ERROR || !fn_given(args, count, 2))
        *out = row;
    else
        element_at(ev, &row, fn_int(args, count, 2, 0), out);
}

/* --- looking up ---------------------------------------------------------- */

enum look { LOOK_EXACT, LOOK_SMALLER, LOOK_LARGER, LOOK_WILDCARD };

/* The order of V to KEY: 1, or 0 where they are of different sorts; -1: *ERROR
 * names the text that is neither. */
static int
order_to_key(struct evaluator *ev, const struct fvalue *v,
             const struct fvalue *key, int *order, struct fvalue *error)
{
    struct decimal d;
    struct formula_arena *a = ev->arena;
    bool numbers = fvalue_is_number(v) && fvalue_is_number(key);
    if (v->kind == F_ERROR)
        return 0;
    if (v->kind != key->kind && !numbers) {
        const struct fvalue *text = v->kind == F_TEXT ? v : key;
        const struct fvalue *other = text == v ? key : v;
        if (text->kind != F_TEXT || !fvalue_is_number(other) ||
            !formula_has(a, CHANGE_NUMERIC_TEXT))
            return 0;
        if (ftext_unread_number(a, fn_text(text), false)) {
            ftext_unread_error(a, fn_text(text), error);
            return -1;
        }
        if (!fvalue_as_number(a, text, &d))
            return 0;
    }
    return fvalue_compare(a, v, key, order, error);
}

/* True where KEY is V, by LOOK; -1: *ERROR. */
static int
is_hit(struct evaluator *ev, const struct fvalue *key, const struct fvalue *v,
       enum look look, struct fvalue *error)
{
    bool equal;
    struct fvalue ignored;
    if (fvalue_is_blank(v) || v->kind == F_ERROR)
        return 0;
    if (look == LOOK_WILDCARD && key->kind == F_TEXT && v->kind == F_TEXT &&
        ftext_has_wildcard(fn_text(key)))
        return ftext_like(ev->arena, fn_text(key), fn_text(v), true);
    bool alike =
        key->kind == v->kind || (fvalue_is_number(key) && fvalue_is_number(v));
    if (alike)
        return fvalue_equals(ev->arena, v, key, &equal, &ignored) && equal;
    if (!(fvalue_is_number(key) && v->kind == F_TEXT) &&
        !(fvalue_is_number(v) && key->kind == F_TEXT))
        return 0;
    if (!fvalue_equals(ev->arena, v, key, &equal, error))
        return -1;
    return equal;
}

/* What a search gives instead of an element's index. */
enum { LOOK_NOTHING = -1, LOOK_FAILED = -2 };

/* The element that is KEY or, by LOOK, next to it; LOOK_NOTHING, or
 * LOOK_FAILED with *ERROR. BACKWARDS: the last such element. */
static int64_t
look_for(struct evaluator *ev, const struct fvalue *key,
         const struct fvalue *list, enum look look, bool backwards,
         struct fvalue *error)
{
    int64_t best = LOOK_NOTHING;
    for (uint32_t n = 0; n < list->length; n++) {
        uint32_t i = backwards ? list->length - 1 - n : n;
        const struct fvalue *v = &list->items[i];
        struct fvalue ignored;
        int order, to_best;
        formula_step(ev->arena, 1);
        int hit = is_hit(ev, key, v, look, error);
        if (hit != 0)
            return hit > 0 ? (int64_t)i : LOOK_FAILED;
        if (look != LOOK_SMALLER && look != LOOK_LARGER)
            continue;
        int ordered = order_to_key(ev, v, key, &order, error);
        if (ordered < 0)
            return LOOK_FAILED;
        if (!ordered || fvalue_is_blank(v) ||
            (order != 0 && (order < 0) != (look == LOOK_SMALLER)))
            continue;
        if (best >= 0 && (!fvalue_compare(ev->arena, v, &list->items[best],
                                          &to_best, &ignored) ||
                          (look == LOOK_SMALLER ? to_best <= 0 : to_best >= 0)))
            continue;
        best = i;
    }
    return best;
}

/* MATCH of type 1 and -1: the list is in order, the last of equals counts. */
static int64_t
match_sorted(struct evaluator *ev, const struct fvalue *key,
             const struct fvalue *list, bool rising, struct fvalue *error)
{
    int64_t best = LOOK_NOTHING;
    for (uint32_t i = 0; i < list->length; i++) {
        int order;
        formula_step(ev->arena, 1);
        int ordered = order_to_key(ev, &list->items[i], key, &order, error);
        if (ordered < 0)
            return LOOK_FAILED;
        if (!ordered)
            continue;
        if (order != 0 && (order > 0) == rising)
            break;
        best = i;
    }
    return best;
}

void
fn_not_found(struct evaluator *ev, const char *name, const struct fvalue *key,
             struct fvalue *out)
{
    struct ftext t = {"the value", 9};
    struct fvalue error;
    if (key->kind != F_NODE && key->kind != F_LIST)
        fvalue_to_text(ev->arena, key, &t, &error);
    FAIL(ev, out, FORMULA_NA_ERROR, "%s: \"%.*s\" is not there", name,
         (int)(t.n > 60 ? 0 : t.n), t.s);
}

int64_t
fn_look(struct evaluator *ev, const char *name, const struct fvalue *key,
        const struct fvalue *list, bool sorted, struct fvalue *out)
{
    int64_t at = sorted ? match_sorted(ev, key, list, true, out)
                        : look_for(ev, key, list, LOOK_WILDCARD, false, out);
    if (at == LOOK_NOTHING)
        fn_not_found(ev, name, key, out);
    return at;
}

void
fn_match(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    int64_t type = fn_int(args, count, 2, 1);
    int64_t at =
        type == 0 ? look_for(ev, &args[0], &args[1], LOOK_WILDCARD, false, out)
                  : match_sorted(ev, &args[0], &args[1], type > 0, out);
    if (at >= 0)
        fvalue_int(out, at + 1);
    else if (at == LOOK_NOTHING)
        fn_not_found(ev, "MATCH", &args[0], out);
}

void
fn_xlookup(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    int64_t mode = fn_int(args, count, 4, 0);
    enum look look = mode == 0    ? LOOK_EXACT
                     : mode == -1 ? LOOK_SMALLER
                     : mode == 1  ? LOOK_LARGER
                                  : LOOK_WILDCARD;
    if (args[1].length != args[2].length) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "XLOOKUP: its lists have %u and %u elements", args[1].length,
             args[2].length);
        return;
    }
    int64_t at = look_for(ev, &args[0], &args[1], look,
                          fn_int(args, count, 5, 1) < 0, out);
    if (at >= 0)
        *out = args[2].items[at];
    else if (at == LOOK_FAILED)
        return;
    else if (count > 3 && args[3].kind != F_MISSING)
        *out = args[3];
    else
        fn_not_found(ev, "XLOOKUP", &args[0], out);
}

/* Looks KEY up in TABLE with the digits that it has and, where it is a number,
 * as that number is written shortest: 12.0 finds "12". */
static bool
table_value(struct evaluator *ev, const struct fvalue *key, struct ftext table,
            struct node_ref *value, bool *has_table)
{
    struct ftext text;
    struct fvalue ignored;
    struct decimal d;
    char digits[DECIMAL_SIZE];
    if (!ev->scope->lookup || !fvalue_to_text(ev->arena, key, &text, &ignored))
        return false;
    if (ev->scope->lookup(ev->scope->context, table.s, table.n, text.s, text.n,
                          value, has_table))
        return true;
    return key->kind == F_DIGITS &&
           formula_has(ev->arena, CHANGE_TABLE_NUMBERS) &&
           fvalue_as_number(ev->arena, key, &d) &&
           ev->scope->lookup(ev->scope->context, table.s, table.n, digits,
                             decimal_format(&d, digits), value, has_table);
}

/* A value of a named table of the workflow. */
void
fn_lookup(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct ftext key, table = fn_text(&args[1]);
    struct node_ref value = {NULL, 0};
    bool has_table = false, found = false;
    if (!fvalue_to_text(ev->arena, &args[0], &key, out))
        return;
    found = table_value(ev, &args[0], table, &value, &has_table);
    if (!has_table && table.n == 0)
        FAIL(ev, out, FORMULA_REF_ERROR,
             "LOOKUP: the name of the table is blank: write it in quotes, as "
             "in LOOKUP(country, \"Country\")");
    else if (!has_table)
        FAIL(ev, out, FORMULA_REF_ERROR,
             "LOOKUP: the workflow has no value table \"%.*s\"",
             (int)(table.n > 60 ? 0 : table.n), table.s);
    else if (found)
        fvalue_node(ev->arena, out, value);
    else if (count > 2 && args[2].kind != F_MISSING)
        *out = args[2];
    else
        fn_not_found(ev, "LOOKUP", &args[0], out);
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
             "FILTER: nothing is left: say what then as third argument");
}

/* --- SORT and UNIQUE ----------------------------------------------------- */

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
        element_at(ev, &args[0].items[i], n, &items[i]);
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
