/* The operators: arithmetic, days and dates, comparing, joining, lists. */
#include <string.h>

#include "base/moment.h"
#include "mapping/formula/eval.h"

static const char *const signs[] = {
    [OP_EQUAL] = "=",       [OP_NOT_EQUAL] = "<>", [OP_LESS] = "<",
    [OP_LESS_EQUAL] = "<=", [OP_GREATER] = ">",    [OP_GREATER_EQUAL] = ">=",
    [OP_CONCAT] = "&",      [OP_ADD] = "+",        [OP_SUBTRACT] = "-",
    [OP_MULTIPLY] = "*",    [OP_DIVIDE] = "/",     [OP_POWER] = "^",
};

/* --- comparing ----------------------------------------------------------- */

static void
compare(struct evaluator *ev, enum formula_operator op, const struct fvalue *x,
        const struct fvalue *y, struct fvalue *out)
{
    int order;
    bool equal;
    if (op == OP_EQUAL || op == OP_NOT_EQUAL) {
        if (fvalue_equals(ev->arena, x, y, &equal, out))
            fvalue_boolean(out, equal == (op == OP_EQUAL));
        return;
    }
    if (!fvalue_compare(ev->arena, x, y, &order, out))
        return;
    switch (op) {
    case OP_LESS:
        fvalue_boolean(out, order < 0);
        return;
    case OP_LESS_EQUAL:
        fvalue_boolean(out, order <= 0);
        return;
    case OP_GREATER:
        fvalue_boolean(out, order > 0);
        return;
    default:
        fvalue_boolean(out, order >= 0);
    }
}

/* --- dates --------------------------------------------------------------- */

static bool
is_date(const struct fvalue *v, struct moment *m)
{
    return v->kind == F_TEXT && v->length >= 10 && v->text[4] == '-' &&
           moment_parse(m, v->text, v->length) && m->has_date;
}

/* Seconds on a common clock: UTC where both say their zone. */
static int64_t
seconds_of(const struct moment *m, bool zoned)
{
    return moment_wall(m) - (zoned ? m->offset : 0);
}

/* END - START in days, as DAYS with the time of day. */
static void
days_between(const struct moment *end, const struct moment *start,
             struct fvalue *out)
{
    bool zoned = end->zone != MOMENT_LOCAL && start->zone != MOMENT_LOCAL;
    struct decimal seconds =
        decimal_int(seconds_of(end, zoned) - seconds_of(start, zoned));
    struct decimal nanos = decimal_int(end->nanos - start->nanos);
    struct decimal billion = decimal_int(1000000000), day = decimal_int(86400);
    decimal_divide(&nanos, &nanos, &billion);
    decimal_add(&seconds, &seconds, &nanos);
    decimal_divide(&seconds, &seconds, &day);
    fvalue_number(out, &seconds);
}

enum { NANOS = 1000000000, DATE_DAYS_MAX = 10000000 };

/* N days as whole seconds and, where FRACTIONS, the nanoseconds above them;
 * false where that is out of range. */
static bool
split_days(struct decimal n, bool fractions, int64_t *seconds, int64_t *nanos)
{
    struct decimal day = decimal_int(86400), billion = decimal_int(NANOS);
    struct decimal whole, rest;
    *nanos = 0;
    if (!decimal_multiply(&n, &n, &day) ||
        !decimal_round(&whole, &n, 0,
                       fractions ? DECIMAL_FLOOR : DECIMAL_HALF_AWAY) ||
        !decimal_to_int(&whole, seconds) || *seconds / 86400 > DATE_DAYS_MAX ||
        *seconds / 86400 < -DATE_DAYS_MAX)
        return false;
    if (!fractions)
        return true;
    return decimal_subtract(&rest, &n, &whole) &&
           decimal_multiply(&rest, &rest, &billion) &&
           decimal_round(&rest, &rest, 0, DECIMAL_HALF_AWAY) &&
           decimal_to_int(&rest, nanos);
}

/* M with N days added; a date becomes a date and time by a part of a day. */
static void
add_days(struct evaluator *ev, struct moment *m, struct decimal n,
         struct fvalue *out)
{
    int64_t seconds, nanos, days;
    bool day = !m->has_time;
    bool parts = day && formula_has(ev->arena, CHANGE_DATE_PARTS);
    bool fractions =
        parts || (!day && formula_has(ev->arena, CHANGE_DATE_FRACTIONS));
    if (day && !parts)
        decimal_round(&n, &n, 0, DECIMAL_FLOOR);
    char *text = formula_alloc(ev->arena, MOMENT_SIZE);
    if (!split_days(n, fractions, &seconds, &nanos)) {
        FAIL(ev, out, FORMULA_NUM_ERROR, "the date is out of range");
        return;
    }
    if (fractions) {
        nanos += m->nanos;
        seconds += nanos / NANOS;
        moment_set_nanos(m, (int32_t)(nanos % NANOS));
    }
    seconds += m->seconds;
    days = seconds / 86400 - (seconds % 86400 < 0);
    m->day += days;
    m->seconds = (int32_t)(seconds - days * 86400);
    if (parts)
        m->has_time = m->seconds != 0 || m->nanos != 0;
    if (moment_format(m, text))
        fvalue_text(out, text, strlen(text));
    else
        FAIL(ev, out, FORMULA_NUM_ERROR, "the date is out of range");
}

/* A date + a time of day, in any order; false where it is none of these. */
static bool
date_and_time(struct evaluator *ev, const struct fvalue *x,
              const struct fvalue *y, struct fvalue *out)
{
    struct moment m, time;
    if (x->kind != F_TEXT || y->kind != F_TEXT)
        return false;
    const struct fvalue *other = is_date(x, &m) ? y : x;
    if ((other == x && !is_date(y, &m)) ||
        !moment_parse(&time, other->text, other->length) || time.has_date)
        return false;
    struct decimal seconds = decimal_int(time.seconds), part;
    struct decimal nanos = decimal_int(time.nanos), unit = decimal_int(NANOS);
    struct decimal day = decimal_int(86400);
    m.has_time = true;
    if (decimal_divide(&nanos, &nanos, &unit) &&
        decimal_add(&seconds, &seconds, &nanos) &&
        decimal_divide(&part, &seconds, &day))
        add_days(ev, &m, part, out);
    return true;
}

/* date + days, days + date, date - days, date - date; false where it is
 * none of these. */
static bool
date_arithmetic(struct evaluator *ev, enum formula_operator op,
                const struct fvalue *x, const struct fvalue *y,
                struct fvalue *out)
{
    struct moment m, other;
    struct decimal n;
    bool first = is_date(x, &m);
    if (op == OP_ADD && formula_has(ev->arena, CHANGE_DATE_AND_TIME) &&
        date_and_time(ev, x, y, out))
        return true;
    if (op == OP_SUBTRACT && first && is_date(y, &other)) {
        days_between(&m, &other, out);
        return true;
    }
    if (!first && (op != OP_ADD || !is_date(y, &m)))
        return false;
    if (!fvalue_to_number(ev->arena, first ? y : x, &n, out))
        return true;
    if (op == OP_SUBTRACT)
        n = decimal_negate(&n);
    add_days(ev, &m, n, out);
    return true;
}

/* --- arithmetic ---------------------------------------------------------- */

static bool
calculate(enum formula_operator op, struct decimal *out,
          const struct decimal *p, const struct decimal *q)
{
    switch (op) {
    case OP_ADD:
        return decimal_add(out, p, q);
    case OP_SUBTRACT:
        return decimal_subtract(out, p, q);
    case OP_MULTIPLY:
        return decimal_multiply(out, p, q);
    case OP_DIVIDE:
        return decimal_divide(out, p, q);
    default:
        return decimal_power(out, p, q);
    }
}

static void
arithmetic(struct evaluator *ev, enum formula_operator op,
           const struct fvalue *x, const struct fvalue *y, struct fvalue *out)
{
    struct decimal p, q, result;
    if (fvalue_is_blank(x) || fvalue_is_blank(y)) {
        fvalue_missing(out);
        return;
    }
    if ((op == OP_ADD || op == OP_SUBTRACT) &&
        (x->kind == F_TEXT || y->kind == F_TEXT) &&
        date_arithmetic(ev, op, x, y, out))
        return;
    if (!fvalue_to_number(ev->arena, x, &p, out) ||
        !fvalue_to_number(ev->arena, y, &q, out))
        return;
    if (op == OP_POWER)
        formula_step(ev->arena, 50);
    if (op == OP_DIVIDE && decimal_is_zero(&q))
        FAIL(ev, out, FORMULA_DIV_ERROR, "division by zero");
    else if (calculate(op, &result, &p, &q))
        fvalue_number(out, &result);
    else
        FAIL(ev, out, FORMULA_NUM_ERROR,
             "%s has no result with these numbers, or one out of range",
             signs[op]);
}

/* --- joining ------------------------------------------------------------- */

static void
join(struct evaluator *ev, const struct fvalue *x, const struct fvalue *y,
     struct fvalue *out)
{
    struct ftext s, t;
    if (!fvalue_to_text(ev->arena, x, &s, out) ||
        !fvalue_to_text(ev->arena, y, &t, out))
        return;
    formula_step(ev->arena, (s.n + t.n) / 16);
    char *text = formula_alloc(ev->arena, s.n + t.n);
    memcpy(text, s.s, s.n);
    memcpy(text + s.n, t.s, t.n);
    fvalue_text(out, text, s.n + t.n);
}

/* --- lists --------------------------------------------------------------- */

static const struct fvalue *
element(const struct fvalue *list, bool is_list, uint32_t i)
{
    if (!is_list)
        return list;
    if (list->length == 1)
        return &list->items[0];
    return i < list->length ? &list->items[i] : NULL;
}

static void
each(struct evaluator *ev, enum formula_operator op, const struct fvalue *x,
     const struct fvalue *y, struct fvalue *out)
{
    struct fvalue p = *x, q = *y;
    bool x_list = fvalue_is_list(x), y_list = fvalue_is_list(y);
    if (x_list)
        fvalue_to_list(ev->arena, x, &p);
    if (y_list)
        fvalue_to_list(ev->arena, y, &q);
    uint32_t n = x_list ? p.length : 0;
    if (y_list && q.length > n)
        n = q.length;
    struct fvalue list;
    struct fvalue *items = fvalue_list(ev->arena, &list, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct fvalue *a = element(&p, x_list, i);
        const struct fvalue *b = element(&q, y_list, i);
        formula_step(ev->arena, 1);
        if (a && b)
            evaluate_binary(ev, op, a, b, &items[i]);
        else
            FAIL(ev, &items[i], FORMULA_NA_ERROR,
                 "%s: its lists have different lengths", signs[op]);
    }
    *out = list;
}

void
evaluate_binary(struct evaluator *ev, enum formula_operator op,
                const struct fvalue *x, const struct fvalue *y,
                struct fvalue *out)
{
    if (x->kind == F_ERROR)
        *out = *x;
    else if (y->kind == F_ERROR)
        *out = *y;
    else if (fvalue_is_list(x) || fvalue_is_list(y))
        each(ev, op, x, y, out);
    else if (op < OP_CONCAT)
        compare(ev, op, x, y, out);
    else if (op == OP_CONCAT)
        join(ev, x, y, out);
    else
        arithmetic(ev, op, x, y, out);
}
