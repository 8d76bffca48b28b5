/* Comparing the values of formulas: their order, and which are equal. */
#include <string.h>

#include "base/text.h"
#include "mapping/formula/value.h"

int
ftext_compare(struct ftext a, struct ftext b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.s, b.s, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

int
ftext_compare_folded(struct formula_arena *arena, struct ftext a,
                     struct ftext b)
{
    size_t i = 0, j = 0;
    while (i < a.n && j < b.n) {
        uint32_t x, y;
        i += utf8_decode(a.s + i, a.n - i, &x);
        j += utf8_decode(b.s + j, b.n - j, &y);
        if (x == y)
            continue;
        x = formula_lower(arena, x);
        y = formula_lower(arena, y);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (i < a.n) - (j < b.n);
}

enum { RANK_NUMBER, RANK_TEXT, RANK_BOOLEAN, RANK_BLANK };

static int
rank_of(const struct fvalue *v)
{
    switch (v->kind) {
    case F_NUMBER:
    case F_DIGITS:
        return RANK_NUMBER;
    case F_TEXT:
        return RANK_TEXT;
    case F_BOOLEAN:
        return RANK_BOOLEAN;
    default:
        return RANK_BLANK;
    }
}

static bool
compare_alike(struct formula_arena *a, const struct fvalue *x,
              const struct fvalue *y, int rank, int *order,
              struct fvalue *error)
{
    struct decimal p, q;
    struct ftext s, t;
    bool b, c;
    switch (rank) {
    case RANK_NUMBER:
        *order = 0;
        if (x->kind == F_DIGITS && y->kind == F_DIGITS &&
            x->length == y->length && memcmp(x->text, y->text, x->length) == 0)
            return true;
        if (!fvalue_to_number(a, x, &p, error) ||
            !fvalue_to_number(a, y, &q, error))
            return false;
        *order = decimal_compare(&p, &q);
        return true;
    case RANK_TEXT:
        if (!fvalue_to_text(a, x, &s, error) ||
            !fvalue_to_text(a, y, &t, error))
            return false;
        formula_step(a, (s.n < t.n ? s.n : t.n) / 16);
        *order = ftext_compare_folded(a, s, t);
        return true;
    case RANK_BOOLEAN:
        if (!fvalue_to_boolean(a, x, &b, error) ||
            !fvalue_to_boolean(a, y, &c, error))
            return false;
        *order = b - c;
        return true;
    default:
        *order = 0;
        return true;
    }
}

bool
fvalue_instant(const struct fvalue *v, struct moment *m)
{
    return v->kind == F_TEXT && v->length > 16 && v->text[4] == '-' &&
           moment_parse(m, v->text, v->length) && m->has_date && m->has_time &&
           m->zone != MOMENT_LOCAL;
}

static int
instant_order(const struct moment *m, const struct moment *n)
{
    int64_t x = moment_wall(m) - m->offset, y = moment_wall(n) - n->offset;
    return x != y ? (x > y) - (x < y)
                  : (m->nanos > n->nanos) - (m->nanos < n->nanos);
}

/* Compares what is a number on the one side and a text that is one on the
 * other as numbers, and two times that say their zones as times. False where
 * X and Y are neither. */
static bool
compare_by_meaning(struct formula_arena *a, const struct fvalue *x,
                   const struct fvalue *y, int p, int q, int *order)
{
    struct decimal d, e;
    struct moment m, n;
    if (p == RANK_TEXT && q == RANK_TEXT) {
        if (!formula_has(a, CHANGE_INSTANTS) || !fvalue_instant(x, &m) ||
            !fvalue_instant(y, &n))
            return false;
        *order = instant_order(&m, &n);
        return true;
    }
    if (p + q != RANK_NUMBER + RANK_TEXT || p == q ||
        !formula_has(a, CHANGE_NUMERIC_TEXT) || !fvalue_as_number(x, &d) ||
        !fvalue_as_number(y, &e))
        return false;
    *order = decimal_compare(&d, &e);
    return true;
}

bool
fvalue_compare(struct formula_arena *a, const struct fvalue *x,
               const struct fvalue *y, int *order, struct fvalue *error)
{
    const struct fvalue *both[] = {x, y};
    for (int i = 0; i < 2; i++) {
        if (both[i]->kind == F_ERROR) {
            *error = *both[i];
            return false;
        }
        if (both[i]->kind == F_LIST || both[i]->kind == F_NODE)
            return fvalue_no_container(a, both[i], "value to compare", error);
    }
    int p = rank_of(x), q = rank_of(y);
    if (compare_by_meaning(a, x, y, p, q, order))
        return true;
    if (p == RANK_BLANK)
        p = q;
    if (q == RANK_BLANK)
        q = p;
    if (p == q)
        return compare_alike(a, x, y, p, order, error);
    *order = p < q ? -1 : 1;
    return true;
}
