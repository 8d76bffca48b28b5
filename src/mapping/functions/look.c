/* Looking up: MATCH, XLOOKUP and the value tables of the workflow. */
#include "base/text.h"
#include "mapping/functions/search.h"

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

/* A search in a list; BACKWARDS: from its end. */
struct looking {
    struct evaluator *ev;
    const struct fvalue *key, *list;
    enum look look;
    bool backwards;
};

/* The first element that is the key; LOOK_NOTHING, or LOOK_FAILED with *ERROR
 * where one before it cannot be compared. */
static int64_t
look_exactly(const struct looking *l, struct fvalue *error)
{
    struct candidates c;
    int64_t i;
    if (l->look == LOOK_WILDCARD && l->key->kind == F_TEXT &&
        ftext_has_wildcard(fn_text(l->key)))
        search_all(l->list, l->backwards, &c);
    else
        search_equals(l->ev, l->list, l->key, l->backwards, &c);
    while ((i = candidates_next(&c)) >= 0) {
        formula_step(l->ev->arena, 1);
        int hit = is_hit(l->ev, l->key, &l->list->items[i], l->look, error);
        if (hit != 0)
            return hit > 0 ? i : LOOK_FAILED;
    }
    return LOOK_NOTHING;
}

/* The element that is the key or next to it, by comparing all. */
static int64_t
look_through(const struct looking *l, struct fvalue *error)
{
    struct candidates c;
    struct fvalue ignored;
    int64_t i, best = LOOK_NOTHING;
    search_all(l->list, l->backwards, &c);
    while ((i = candidates_next(&c)) >= 0) {
        const struct fvalue *v = &l->list->items[i];
        int order, to_best;
        formula_step(l->ev->arena, 1);
        int hit = is_hit(l->ev, l->key, v, l->look, error);
        if (hit != 0)
            return hit > 0 ? i : LOOK_FAILED;
        int ordered = order_to_key(l->ev, v, l->key, &order, error);
        if (ordered < 0)
            return LOOK_FAILED;
        if (!ordered || fvalue_is_blank(v) ||
            (order != 0 && (order < 0) != (l->look == LOOK_SMALLER)))
            continue;
        if (best >= 0 &&
            (!fvalue_compare(l->ev->arena, v, &l->list->items[best], &to_best,
                             &ignored) ||
             (l->look == LOOK_SMALLER ? to_best <= 0 : to_best >= 0)))
            continue;
        best = i;
    }
    return best;
}

/* The elements of LIST in the order of KEY; NULL where each must be compared,
 * as where a text stands among numbers. */
static const struct search_order *
order_for(struct evaluator *ev, const struct fvalue *list,
          const struct fvalue *key)
{
    struct decimal d;
    const struct search_order *o = search_order(ev, list, key);
    bool mixed = o && key->kind == F_TEXT && o->has_numbers &&
                 (fvalue_as_number(ev->arena, key, &d) ||
                  ftext_unread_number(ev->arena, fn_text(key), false));
    return mixed ? NULL : o;
}

/* The element next to the key where none is the key: of equals the first in
 * the direction of the search. */
static int64_t
next_to(const struct looking *l, const struct search_order *o)
{
    bool smaller = l->look == LOOK_SMALLER;
    uint32_t n = search_before(l->ev, o, l->key, smaller);
    if (n == (smaller ? 0 : o->count))
        return LOOK_NOTHING;
    n -= smaller;
    if (smaller != l->backwards) {
        const struct fvalue *best = &o->keys[o->sorted[n]];
        n = search_before(l->ev, o, best, l->backwards) - l->backwards;
    }
    return o->at[o->sorted[n]];
}

/* The same as look_through(). */
static int64_t
look_in_order(const struct looking *l, const struct search_order *o,
              struct fvalue *error)
{
    int64_t hit = look_exactly(l, error);
    int64_t unread = l->backwards ? o->last_unread : o->unread;
    int order;
    bool first = unread >= 0 && (hit < 0 || (unread < hit) != l->backwards);
    if (first && fvalue_is_number(l->key)) {
        order_to_key(l->ev, &l->list->items[unread], l->key, &order, error);
        return LOOK_FAILED;
    }
    return hit == LOOK_NOTHING ? next_to(l, o) : hit;
}

/* The element that is KEY or, by LOOK, next to it; LOOK_NOTHING, or
 * LOOK_FAILED with *ERROR. BACKWARDS: the last such element. */
static int64_t
look_for(struct evaluator *ev, const struct fvalue *key,
         const struct fvalue *list, enum look look, bool backwards,
         struct fvalue *error)
{
    struct looking l = {ev, key, list, look, backwards};
    if (look == LOOK_EXACT || look == LOOK_WILDCARD)
        return look_exactly(&l, error);
    const struct search_order *o = order_for(ev, list, key);
    return o ? look_in_order(&l, o, error) : look_through(&l, error);
}

/* MATCH of type 1 and -1 by comparing: the list is in order, the last of
 * equals counts. */
static int64_t
match_through(struct evaluator *ev, const struct fvalue *key,
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

static int64_t
match_sorted(struct evaluator *ev, const struct fvalue *key,
             const struct fvalue *list, bool rising, struct fvalue *error)
{
    const struct search_order *o = order_for(ev, list, key);
    int order;
    if (!o)
        return match_through(ev, key, list, rising, error);
    uint32_t beyond = search_beyond(ev, o, key, rising);
    uint32_t end = beyond < o->count ? o->at[beyond] : list->length;
    if (fvalue_is_number(key) && o->unread >= 0 && o->unread < end) {
        order_to_key(ev, &list->items[o->unread], key, &order, error);
        return LOOK_FAILED;
    }
    return beyond > 0 ? (int64_t)o->at[beyond - 1] : LOOK_NOTHING;
}

/* How many bytes of T a message shows. */
static int
shown(struct ftext t)
{
    return (int)utf8_valid_prefix(t.s, t.n > 60 ? 60 : t.n);
}

void
fn_not_found(struct evaluator *ev, const char *name, const struct fvalue *key,
             struct fvalue *out)
{
    struct ftext t = {"the value", 9};
    struct fvalue error;
    if (key->kind != F_NODE && key->kind != F_LIST)
        fvalue_to_text(ev->arena, key, &t, &error);
    FAIL(ev, out, FORMULA_NA_ERROR, "%s: \"%.*s\" is not there", name, shown(t),
         t.s);
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
             "LOOKUP: the workflow has no value table \"%.*s\"", shown(table),
             table.s);
    else if (found)
        fvalue_node(ev->arena, out, value);
    else if (count > 2 && args[2].kind != F_MISSING)
        *out = args[2];
    else
        FAIL(ev, out, FORMULA_NA_ERROR,
             "LOOKUP: \"%.*s\" is not in the value table \"%.*s\"", shown(key),
             key.s, shown(table), table.s);
}
