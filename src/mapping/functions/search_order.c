/* Lists in order, for searches of what is smaller or larger than a key. */
#include "mapping/functions/search_private.h"

/* --- elements of one sort ------------------------------------------------ */

struct collected {
    struct fvalue *keys;
    uint32_t *at;
    uint32_t count, instants;
};

/* Collects the texts of S as they are, or its NUMBERS as numbers. */
static void
collect(struct evaluator *ev, const struct search *s, bool numbers,
        struct collected *c)
{
    struct decimal d;
    struct moment m;
    *c = (struct collected){
        .keys = formula_alloc(ev->arena, s->length * sizeof *c->keys),
        .at = formula_alloc(ev->arena, s->length * sizeof *c->at)};
    for (uint32_t i = 0; i < s->length; i++) {
        const struct fvalue *v = &s->items[i];
        formula_step(ev->arena, 2);
        if (numbers ? !fvalue_as_number(ev->arena, v, &d) : v->kind != F_TEXT)
            continue;
        if (numbers)
            fvalue_number(&c->keys[c->count], &d);
        else
            c->keys[c->count] = *v;
        c->instants += !numbers && fvalue_instant(v, &m);
        c->at[c->count++] = i;
    }
}

/* For each of N keys the first that is the largest up to there, or the
 * smallest. */
static const uint32_t *
leaders(struct evaluator *ev, const struct fvalue *keys, uint32_t n,
        bool largest)
{
    uint32_t *lead = formula_alloc(ev->arena, n * sizeof *lead);
    struct fvalue ignored;
    for (uint32_t i = 0; i < n; i++) {
        int order = 0;
        lead[i] = i > 0 ? lead[i - 1] : 0;
        formula_step(ev->arena, 1);
        if (fvalue_compare(ev->arena, &keys[i], &keys[lead[i]], &order,
                           &ignored) &&
            (largest ? order > 0 : order < 0))
            lead[i] = i;
    }
    return lead;
}

/* Finds what cannot stand among numbers. */
static void
find_unread(struct evaluator *ev, const struct search *s,
            struct search_order *o)
{
    o->unread = o->last_unread = -1;
    for (uint32_t i = 0; i < s->length; i++) {
        const struct fvalue *v = &s->items[i];
        o->has_numbers |= fvalue_is_number(v);
        if (v->kind != F_TEXT ||
            !ftext_unread_number(ev->arena, fn_text(v), false))
            continue;
        if (o->unread < 0)
            o->unread = i;
        o->last_unread = i;
    }
}

/* The elements of S in order; NULL where they do not fit the budget. */
static struct search_order *
make_order(struct evaluator *ev, struct search *s, bool numbers)
{
    struct collected c;
    size_t each = sizeof(struct fvalue) + 5 * sizeof(uint32_t);
    if (!formula_has_room(ev->arena, s->length * each))
        return NULL;
    collect(ev, s, numbers, &c);
    struct search_order *o = formula_alloc(ev->arena, sizeof *o);
    *o = (struct search_order){.count = c.count,
                               .keys = c.keys,
                               .at = c.at,
                               .sorted = fn_sorted(ev, c.keys, c.count),
                               .largest = leaders(ev, c.keys, c.count, true),
                               .smallest = leaders(ev, c.keys, c.count, false)};
    find_unread(ev, s, o);
    if (!numbers)
        s->instants = c.instants;
    return o;
}

/* --- asking -------------------------------------------------------------- */

/* Times are put in order among themselves only: where other texts stand
 * beside them, the order of two depends on which they are. */
static bool
is_one_order(const struct search *s, const struct fvalue *key)
{
    struct moment m;
    return s->instants == 0 ||
           (s->instants == s->by_text->count && fvalue_instant(key, &m));
}

struct search_order *
search_order_of(struct evaluator *ev, const struct fvalue *list,
                const struct fvalue *key)
{
    struct decimal d;
    bool number = fvalue_is_number(key);
    if (!formula_has(ev->arena, CHANGE_NUMERIC_TEXT) ||
        (number ? !fvalue_as_number(ev->arena, key, &d) : key->kind != F_TEXT))
        return NULL;
    struct search *s = search_of(ev, list);
    if (!s)
        return NULL;
    if (number) {
        if (!s->by_number)
            s->by_number = make_order(ev, s, true);
        return s->by_number;
    }
    if (!s->by_text)
        s->by_text = make_order(ev, s, false);
    return s->by_text && is_one_order(s, key) ? s->by_text : NULL;
}

const struct search_order *
search_order(struct evaluator *ev, const struct fvalue *list,
             const struct fvalue *key)
{
    return search_order_of(ev, list, key);
}

uint32_t
search_before(struct evaluator *ev, const struct search_order *o,
              const struct fvalue *key, bool equals)
{
    uint32_t from = 0, to = o->count;
    struct fvalue ignored;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = 0;
        formula_step(ev->arena, 1);
        fvalue_compare(ev->arena, &o->keys[o->sorted[middle]], key, &order,
                       &ignored);
        if (order < 0 || (equals && order == 0))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

uint32_t
search_beyond(struct evaluator *ev, const struct search_order *o,
              const struct fvalue *key, bool rising)
{
    const uint32_t *lead = rising ? o->largest : o->smallest;
    uint32_t from = 0, to = o->count;
    struct fvalue ignored;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = 0;
        formula_step(ev->arena, 1);
        fvalue_compare(ev->arena, &o->keys[lead[middle]], key, &order,
                       &ignored);
        if (rising ? order > 0 : order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}
