/* The criteria of COUNTIF and SUMIF: ">5", "<>done", "A-*". */
#include <string.h>

#include "mapping/functions/search.h"

static const struct {
    const char *sign;
    uint8_t op;
} comparisons[] = {
    {"<=", OP_LESS_EQUAL}, {">=", OP_GREATER_EQUAL}, {"<>", OP_NOT_EQUAL},
    {"=", OP_EQUAL},       {"<", OP_LESS},           {">", OP_GREATER},
};

bool
criterion_refuses(struct evaluator *ev, const char *name,
                  const struct fvalue *v, struct fvalue *error)
{
    if (v->kind != F_LIST && v->kind != F_NODE)
        return false;
    struct fvalue list;
    if (fvalue_is_list(v)) {
        fvalue_to_list(ev->arena, v, &list);
        FAIL(ev, error, FORMULA_VALUE_ERROR,
             "%s: a criterion is a single value, not a list of %u (MAP(keys, "
             "LAMBDA(k, %s(…, k))) takes one after the other)",
             name, list.length, name);
    } else {
        FAIL(ev, error, FORMULA_VALUE_ERROR,
             "%s: a criterion is a single value, not an object", name);
    }
    return true;
}

void
criterion_read(const struct evaluator *ev, const struct fvalue *v,
               struct criterion *out)
{
    struct decimal d;
    *out = (struct criterion){.op = OP_EQUAL, .value = *v};
    if (v->kind == F_DIGITS && formula_has(ev->arena, CHANGE_CRITERIA) &&
        fvalue_as_number(ev->arena, v, &d))
        fvalue_number(&out->value, &d);
    if (fvalue_is_blank(v) && formula_has(ev->arena, CHANGE_BLANK_CRITERION))
        fvalue_text(&out->value, "", 0);
    if (v->kind != F_TEXT)
        return;
    struct ftext t = fn_text(v);
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        size_t n = strlen(comparisons[i].sign);
        if (t.n >= n && memcmp(t.s, comparisons[i].sign, n) == 0) {
            out->op = comparisons[i].op;
            t.s += n;
            t.n -= n;
            break;
        }
    }
    if (t.n > 0 && ftext_number(ev->arena, t, &d) == DECIMAL_OK)
        fvalue_number(&out->value, &d);
    else
        fvalue_text(&out->value, t.s, t.n);
    out->wildcard = out->value.kind == F_TEXT &&
                    (out->op == OP_EQUAL || out->op == OP_NOT_EQUAL) &&
                    ftext_has_wildcard(t);
}

/* Numbers match texts that are numbers; blank matches "" alone. -1: *ERROR. */
static int
is_equal(struct evaluator *ev, const struct criterion *c,
         const struct fvalue *v, struct fvalue *error)
{
    struct decimal d;
    bool equal;
    if (v->kind == F_TEXT && c->wildcard)
        return ftext_like(ev->arena, fn_text(&c->value), fn_text(v), true);
    if (fvalue_is_blank(v))
        return c->value.kind == F_TEXT && c->value.length == 0;
    if (c->value.kind == F_NUMBER) {
        if (v->kind == F_TEXT &&
            ftext_unread_number(ev->arena, fn_text(v), true)) {
            ftext_unread_error(ev->arena, fn_text(v), error);
            return -1;
        }
        return fvalue_as_number(ev->arena, v, &d) &&
               decimal_compare(&d, &c->value.number) == 0;
    }
    if (fvalue_equals(ev->arena, v, &c->value, &equal, error))
        return equal;
    return formula_has(ev->arena, CHANGE_CRITERIA) ? -1 : 0;
}

/* True where V is of the kind that an order is asked for: a number or a text
 * that is one, else a text. -1: *ERROR. */
static int
is_ordered(struct evaluator *ev, const struct criterion *c, struct fvalue *v,
           struct fvalue *error)
{
    struct decimal d;
    if (c->value.kind != F_NUMBER)
        return v->kind == F_TEXT;
    if (fvalue_as_number(ev->arena, v, &d)) {
        fvalue_number(v, &d);
        return 1;
    }
    if (v->kind != F_TEXT || !ftext_unread_number(ev->arena, fn_text(v), false))
        return 0;
    ftext_unread_error(ev->arena, fn_text(v), error);
    return -1;
}

int
criterion_holds(struct evaluator *ev, const struct criterion *c,
                const struct fvalue *v, struct fvalue *error)
{
    struct fvalue holds, one = *v;
    formula_step(ev->arena, 1);
    if (v->kind == F_ERROR || v->kind == F_NODE || v->kind == F_LIST)
        return 0;
    if (c->op == OP_EQUAL || c->op == OP_NOT_EQUAL) {
        int equal = is_equal(ev, c, v, error);
        return equal < 0 ? -1 : equal == (c->op == OP_EQUAL);
    }
    int ordered = is_ordered(ev, c, &one, error);
    if (ordered <= 0)
        return ordered;
    evaluate_binary(ev, (enum formula_operator)c->op, &one, &c->value, &holds);
    return holds.kind == F_BOOLEAN && holds.boolean;
}

/* How many keys of O are smaller or larger than the criterion, as it asks. */
static int64_t
count_in_order(struct evaluator *ev, const struct criterion *c,
               const struct search_order *o)
{
    bool falls = c->op == OP_GREATER || c->op == OP_GREATER_EQUAL;
    bool equals = c->op == OP_LESS_EQUAL || c->op == OP_GREATER;
    uint32_t before = search_before(ev, o, &c->value, equals);
    return falls ? o->count - before : before;
}

int64_t
criterion_count(struct evaluator *ev, const struct criterion *c,
                const struct fvalue *list, struct fvalue *error)
{
    struct candidates all;
    int64_t i, n = 0;
    const struct search_order *o = c->op == OP_EQUAL || c->op == OP_NOT_EQUAL
                                       ? NULL
                                       : search_order(ev, list, &c->value);
    if (o && c->value.kind == F_NUMBER && o->unread >= 0)
        return criterion_holds(ev, c, &list->items[o->unread], error);
    if (o)
        return count_in_order(ev, c, o);
    search_criterion(ev, list, c, &all);
    while ((i = candidates_next(&all)) >= 0) {
        int holds = criterion_holds(ev, c, &list->items[i], error);
        if (holds < 0)
            return -1;
        n += holds;
    }
    return n;
}
