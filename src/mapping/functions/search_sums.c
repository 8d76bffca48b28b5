/* Sums of what is smaller or larger than a key, from sums of all elements in
 * order. */
#include "mapping/functions/search_private.h"

/* The sum of the first elements of a search_order, and of how many numbers;
 * MAGNITUDE: that of their absolute values. */
struct search_sum {
    struct decimal sum, magnitude;
    uint32_t numbers;
};

/* Adds V to S, which counts what tally_element() counts; false where an order
 * of adding could make a difference, or where V cannot be added. */
static bool
add(struct evaluator *ev, struct search_sum *s, const struct fvalue *v)
{
    struct tally t = {.sum = decimal_int(0)};
    struct fvalue error;
    if (fvalue_is_list(v) || !tally_element(ev, &t, v, &error) || t.overflow)
        return false;
    struct decimal size =
        decimal_is_negative(&t.sum) ? decimal_negate(&t.sum) : t.sum;
    s->numbers += (uint32_t)t.numbers;
    return decimal_add(&s->sum, &s->sum, &t.sum) &&
           decimal_add(&s->magnitude, &s->magnitude, &size) &&
           s->magnitude.scale != DECIMAL_WIDE && s->sum.scale != DECIMAL_WIDE;
}

/* The sums of VALUES in the order O, one more than O has keys; NULL where they
 * depend on the order of adding or do not fit the budget. */
static const struct search_sum *
sums_of(struct evaluator *ev, struct search_order *o,
        const struct fvalue *values)
{
    if (o->values == values->items)
        return o->sums;
    size_t bytes = ((size_t)o->count + 1) * sizeof *o->sums;
    o->values = values->items;
    o->sums = NULL;
    if (!formula_has_room(ev->arena, bytes))
        return NULL;
    struct search_sum *sums = formula_alloc(ev->arena, bytes);
    sums[0] = (struct search_sum){decimal_int(0), decimal_int(0), 0};
    for (uint32_t i = 0; i < o->count; i++) {
        sums[i + 1] = sums[i];
        if (!add(ev, &sums[i + 1], &values->items[o->at[o->sorted[i]]]))
            return NULL;
    }
    o->sums = sums;
    return sums;
}

bool
search_sum(struct evaluator *ev, const struct fvalue *list,
           const struct criterion *c, const struct fvalue *values,
           struct tally *out)
{
    if (c->op == OP_EQUAL || c->op == OP_NOT_EQUAL)
        return false;
    struct search_order *o = search_order_of(ev, list, &c->value);
    if (!o || (c->value.kind == F_NUMBER && o->unread >= 0))
        return false;
    const struct search_sum *sums = sums_of(ev, o, values);
    if (!sums)
        return false;
    bool above = c->op == OP_GREATER || c->op == OP_GREATER_EQUAL;
    bool equals = c->op == OP_LESS_EQUAL || c->op == OP_GREATER;
    const struct search_sum *at =
        &sums[search_before(ev, o, &c->value, equals)];
    const struct search_sum *all = &sums[o->count];
    *out = (struct tally){.sum = at->sum, .numbers = at->numbers};
    if (!above)
        return true;
    out->numbers = all->numbers - at->numbers;
    return decimal_subtract(&out->sum, &all->sum, &at->sum);
}
