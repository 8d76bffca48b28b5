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

/* What a comparison asks: which comes first, or whether they are equal. */
enum question { WHICH_FIRST, IS_EQUAL };

/* The order of V where it is a text that stands as a number; false where it is
 * another text, with *ERROR set where it would be lost among numbers. */
static bool
text_as_number(struct formula_arena *a, const struct fvalue *v,
               const struct fvalue *number, enum question question, int *order,
               struct fvalue *error)
{
    struct decimal d, e;
    if (fvalue_as_number(a, v, &d)) {
        if (question == WHICH_FIRST && !fvalue_to_number(a, number, &e, error))
            return false;
        if (question == IS_EQUAL && !fvalue_as_number(a, number, &e))
            return false;
        *order = decimal_compare(&d, &e);
        return true;
    }
    struct ftext t = {v->text, v->length};
    if (ftext_unread_number(a, t, question == IS_EQUAL))
        ftext_unread_error(a, t, error);
    return false;
}

/* The order of two texts that mean the same kind of thing: times with their
 * zones or, for WHICH_FIRST, numbers. A number comes before other texts. */
static bool
texts_by_meaning(struct formula_arena *a, const struct fvalue *x,
                 const struct fvalue *y, enum question question, int *order)
{
    struct moment m, n;
    struct decimal d, e;
    if (formula_has(a, CHANGE_INSTANTS) && fvalue_instant(x, &m) &&
        fvalue_instant(y, &n)) {
        *order = instant_order(&m, &n);
        return true;
    }
    if (question == IS_EQUAL || !formula_has(a, CHANGE_NUMERIC_ORDER))
        return false;
    bool first = fvalue_as_number(a, x, &d),
         second = fvalue_as_number(a, y, &e);
    if (!first && !second)
        return false;
    *order = first && second ? decimal_compare(&d, &e) : second - first;
    return true;
}

/* Compares by what texts mean; false where X and Y (of the ranks P and Q) are
 * compared as they stand, with *ERROR set where they cannot be. */
static bool
by_meaning(struct formula_arena *a, const struct fvalue *x,
           const struct fvalue *y, const int ranks[2], enum question question,
           int *order, struct fvalue *error)
{
    int p = ranks[0], q = ranks[1];
    if (p == RANK_TEXT && q == RANK_TEXT)
        return texts_by_meaning(a, x, y, question, order);
    if (!formula_has(a, CHANGE_NUMERIC_TEXT))
        return false;
    if (p == RANK_TEXT && q == RANK_NUMBER)
        return text_as_number(a, x, y, question, order, error);
    if (p != RANK_NUMBER || q != RANK_TEXT ||
        !text_as_number(a, y, x, question, order, error))
        return false;
    *order = -*order;
    return true;
}

static bool
compare(struct formula_arena *a, const struct fvalue *x, const struct fvalue *y,
        enum question question, int *order, struct fvalue *error)
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
    int ranks[] = {rank_of(x), rank_of(y)};
    struct fvalue unread = {.kind = F_MISSING};
    if (by_meaning(a, x, y, ranks, question, order, &unread))
        return true;
    if (unread.kind == F_ERROR) {
        *error = unread;
        return false;
    }
    if (ranks[0] == RANK_BLANK)
        ranks[0] = ranks[1];
    if (ranks[1] == RANK_BLANK)
        ranks[1] = ranks[0];
    if (ranks[0] == ranks[1])
        return compare_alike(a, x, y, ranks[0], order, error);
    *order = ranks[0] < ranks[1] ? -1 : 1;
    return true;
}

bool
fvalue_compare(struct formula_arena *a, const struct fvalue *x,
               const struct fvalue *y, int *order, struct fvalue *error)
{
    return compare(a, x, y, WHICH_FIRST, order, error);
}

bool
fvalue_equals(struct formula_arena *a, const struct fvalue *x,
              const struct fvalue *y, bool *equal, struct fvalue *error)
{
    int order;
    if (!compare(a, x, y, IS_EQUAL, &order, error))
        return false;
    *equal = order == 0;
    return true;
}
