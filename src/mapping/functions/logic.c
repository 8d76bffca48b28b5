/* Conditions, errors and names: the functions that choose what to evaluate.
 */
#include "mapping/functions/fn.h"

/* --- IF, IFS, SWITCH ----------------------------------------------------- */

/* What V has at place I: a single value and a list of one stand for all
 * places. NULL: the list ends before. */
static const struct fvalue *
at_place(const struct evaluator *ev, const struct fvalue *v, uint32_t i)
{
    if (v->kind != F_LIST)
        return v;
    if (v->length == 1 && formula_has(ev->arena, CHANGE_CHOSEN_LISTS))
        return &v->items[0];
    return i < v->length ? &v->items[i] : NULL;
}

/* How many places N and the list V have together. */
static uint32_t
places_with(const struct evaluator *ev, uint32_t n, const struct fvalue *v)
{
    bool counts = v->kind == F_LIST && v->length > 1 && v->length > n &&
                  formula_has(ev->arena, CHANGE_CHOSEN_LISTS);
    return counts ? v->length : n;
}

static void
no_place(struct evaluator *ev, const char *name, struct fvalue *out)
{
    FAIL(ev, out, FORMULA_NA_ERROR, "%s: its lists have different lengths",
         name);
}

/* What a list of conditions chooses from: CHOICES[1] where one is false. Lists
 * among them are taken element by element. */
static void
choose_each(struct evaluator *ev, const char *name,
            const struct fvalue *condition, const struct fvalue choices[2],
            struct fvalue *out)
{
    struct fvalue conditions, list, branch[2] = {choices[0], choices[1]};
    fvalue_to_list(ev->arena, condition, &conditions);
    uint32_t n = conditions.length;
    for (int i = 0; i < 2; i++) {
        if (fvalue_is_list(&choices[i]))
            fvalue_to_list(ev->arena, &choices[i], &branch[i]);
        n = places_with(ev, n, &branch[i]);
    }
    struct fvalue *items = fvalue_list(ev->arena, &list, n);
    for (uint32_t i = 0; i < n; i++) {
        bool b;
        const struct fvalue *c = at_place(ev, &conditions, i);
        if (c && !fvalue_to_boolean(ev->arena, c, &b, &items[i]))
            continue;
        const struct fvalue *v = c ? at_place(ev, &branch[!b], i) : NULL;
        if (v)
            items[i] = *v;
        else
            no_place(ev, name, &items[i]);
    }
    *out = list;
}

/* IF over a list of conditions: an element from the one or the other. */
static void
if_each(struct evaluator *ev, const struct formula_node *node,
        const struct fvalue *condition, struct fvalue *out)
{
    struct fvalue branch[2];
    evaluate_kid(ev, node, 1, &branch[0]);
    fvalue_boolean(&branch[1], false);
    if (node->count > 2)
        evaluate_kid(ev, node, 2, &branch[1]);
    choose_each(ev, "IF", condition, branch, out);
}

void
fn_if(struct evaluator *ev, const struct formula_node *node, struct fvalue *out)
{
    struct fvalue condition;
    bool b;
    evaluate_kid(ev, node, 0, &condition);
    if (fvalue_is_list(&condition)) {
        if_each(ev, node, &condition, out);
        return;
    }
    if (!fvalue_to_boolean(ev->arena, &condition, &b, out))
        return;
    if (b)
        evaluate_kid(ev, node, 1, out);
    else if (node->count > 2)
        evaluate_kid(ev, node, 2, out);
    else
        fvalue_boolean(out, false);
}

/* IFS from its condition I on, of a list of conditions element by element. */
static void
ifs_from(struct evaluator *ev, const struct formula_node *node, unsigned i,
         struct fvalue *out)
{
    for (; i + 1 < node->count; i += 2) {
        struct fvalue condition;
        bool b;
        evaluate_kid(ev, node, i, &condition);
        if (fvalue_is_list(&condition) &&
            formula_has(ev->arena, CHANGE_CASES_OF_LISTS)) {
            struct fvalue choices[2];
            evaluate_kid(ev, node, i + 1, &choices[0]);
            ifs_from(ev, node, i + 2, &choices[1]);
            choose_each(ev, "IFS", &condition, choices, out);
            return;
        }
        if (!fvalue_to_boolean(ev->arena, &condition, &b, out))
            return;
        if (b) {
            evaluate_kid(ev, node, i + 1, out);
            return;
        }
    }
    FAIL(ev, out, FORMULA_NA_ERROR,
         "IFS: no condition is true: end with TRUE, value");
}

void
fn_ifs(struct evaluator *ev, const struct formula_node *node,
       struct fvalue *out)
{
    ifs_from(ev, node, 0, out);
}

/* SWITCH of VALUE from its case I on; a list is taken element by element. */
static void
switch_from(struct evaluator *ev, const struct formula_node *node,
            const struct fvalue *value, unsigned i, struct fvalue *out)
{
    for (; i + 1 < node->count; i += 2) {
        bool equal;
        struct fvalue option, choices[2], hits;
        evaluate_kid(ev, node, i, &option);
        if ((fvalue_is_list(value) || fvalue_is_list(&option)) &&
            formula_has(ev->arena, CHANGE_CASES_OF_LISTS)) {
            evaluate_binary(ev, OP_EQUAL, value, &option, &hits);
            evaluate_kid(ev, node, i + 1, &choices[0]);
            switch_from(ev, node, value, i + 2, &choices[1]);
            if (hits.kind == F_ERROR)
                *out = hits;
            else
                choose_each(ev, "SWITCH", &hits, choices, out);
            return;
        }
        if (!fvalue_equals(ev->arena, value, &option, &equal, out))
            return;
        if (equal) {
            evaluate_kid(ev, node, i + 1, out);
            return;
        }
    }
    if (i < node->count)
        evaluate_kid(ev, node, i, out);
    else
        FAIL(ev, out, FORMULA_NA_ERROR,
             "SWITCH: no case matches: add a last argument for all others");
}

void
fn_switch(struct evaluator *ev, const struct formula_node *node,
          struct fvalue *out)
{
    struct fvalue value;
    evaluate_kid(ev, node, 0, &value);
    switch_from(ev, node, &value, 1, out);
}

void
fn_choose(struct evaluator *ev, const struct formula_node *node,
          struct fvalue *out)
{
    struct fvalue index;
    struct decimal d;
    int64_t i;
    evaluate_kid(ev, node, 0, &index);
    if (fvalue_is_blank(&index))
        fvalue_missing(out);
    else if (!fvalue_to_number(ev->arena, &index, &d, out))
        return;
    else if (!decimal_to_int(&d, &i) || i < 1 || i >= node->count)
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "CHOOSE: it has %u values, and the number is not one of them",
             node->count - 1u);
    else
        evaluate_kid(ev, node, (unsigned)i, out);
}

/* --- AND, OR, NOT -------------------------------------------------------- */

/* Looks for the condition WANTED among all arguments and their elements. */
static void
find_condition(struct evaluator *ev, const struct formula_node *node,
               bool wanted, struct fvalue *out)
{
    bool any = false;
    for (unsigned i = 0; i < node->count; i++) {
        struct fvalue v, list;
        evaluate_kid(ev, node, i, &v);
        bool single = !fvalue_is_list(&v);
        if (!single)
            fvalue_to_list(ev->arena, &v, &list);
        uint32_t n = single ? 1 : list.length;
        any |= n > 0;
        for (uint32_t k = 0; k < n; k++) {
            bool b;
            const struct fvalue *one = single ? &v : &list.items[k];
            if (!fvalue_to_boolean(ev->arena, one, &b, out))
                return;
            if (b == wanted) {
                fvalue_boolean(out, wanted);
                return;
            }
        }
    }
    bool none = !any && formula_has(ev->arena, CHANGE_AND_OF_NOTHING);
    fvalue_boolean(out, !wanted && !none);
}

void
fn_and(struct evaluator *ev, const struct formula_node *node,
       struct fvalue *out)
{
    find_condition(ev, node, false, out);
}

void
fn_or(struct evaluator *ev, const struct formula_node *node, struct fvalue *out)
{
    find_condition(ev, node, true, out);
}

void
fn_not(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_boolean(out, !args[0].boolean);
}

/* How many conditions of V and its elements are true, or -1: *OUT. */
static int64_t
count_true(struct evaluator *ev, const struct fvalue *v, struct fvalue *out)
{
    struct fvalue list;
    int64_t n = 0;
    fvalue_to_list(ev->arena, v, &list);
    formula_step(ev->arena, list.length);
    for (uint32_t i = 0; i < list.length; i++) {
        bool b;
        if (!fvalue_to_boolean(ev->arena, &list.items[i], &b, out))
            return -1;
        n += b;
    }
    return n;
}

void
fn_xor(struct evaluator *ev, struct fvalue *args, unsigned count,
       struct fvalue *out)
{
    int64_t n = 0;
    for (unsigned i = 0; i < count; i++) {
        int64_t more = count_true(ev, &args[i], out);
        if (more < 0)
            return;
        n += more;
    }
    fvalue_boolean(out, n % 2 == 1);
}

/* --- IFERROR, IFNA, COALESCE --------------------------------------------- */

/* Whether a value has another in its place. */
typedef bool is_replaced(const struct fvalue *v);

static bool
is_error(const struct fvalue *v)
{
    return v->kind == F_ERROR;
}

static bool
is_not_there(const struct fvalue *v)
{
    return v->kind == F_ERROR && v->error == FORMULA_NA_ERROR;
}

static bool
is_empty(const struct fvalue *v)
{
    return fvalue_is_blank(v) || (v->kind == F_TEXT && v->length == 0);
}

/* LIST with what INSTEAD has at the place of each element that is REPLACED. */
static void
replace_each(struct evaluator *ev, const char *name, const struct fvalue *list,
             const struct fvalue *instead, is_replaced *replaced,
             struct fvalue *out)
{
    struct fvalue other = *instead;
    bool each = fvalue_is_list(instead) &&
                formula_has(ev->arena, CHANGE_CHOSEN_LISTS);
    if (each)
        fvalue_to_list(ev->arena, instead, &other);
    uint32_t n = each ? places_with(ev, list->length, &other) : list->length;
    struct fvalue *items = fvalue_list(ev->arena, out, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct fvalue *v = at_place(ev, list, i);
        if (v && replaced(v))
            v = each ? at_place(ev, &other, i) : instead;
        if (v)
            items[i] = *v;
        else
            no_place(ev, name, &items[i]);
    }
}

/* The first argument, or the second where it is REPLACED; of a list element by
 * element. */
static void
replace(struct evaluator *ev, const char *name, const struct formula_node *node,
        is_replaced *replaced, struct fvalue *out)
{
    struct fvalue v, instead, list;
    evaluate_kid(ev, node, 0, &v);
    bool single = !fvalue_is_list(&v), any = single && replaced(&v);
    if (!single)
        fvalue_to_list(ev->arena, &v, &list);
    for (uint32_t i = 0; !single && i < list.length; i++)
        any |= replaced(&list.items[i]);
    *out = v;
    if (!any)
        return;
    fvalue_missing(&instead);
    if (node->count > 1)
        evaluate_kid(ev, node, 1, &instead);
    if (single)
        *out = instead;
    else
        replace_each(ev, name, &list, &instead, replaced, out);
}

void
fn_iferror(struct evaluator *ev, const struct formula_node *node,
           struct fvalue *out)
{
    replace(ev, "IFERROR", node, is_error, out);
}

void
fn_ifna(struct evaluator *ev, const struct formula_node *node,
        struct fvalue *out)
{
    replace(ev, "IFNA", node, is_not_there, out);
}

void
fn_ifempty(struct evaluator *ev, const struct formula_node *node,
           struct fvalue *out)
{
    replace(ev, "IFEMPTY", node, is_empty, out);
}

void
fn_coalesce(struct evaluator *ev, const struct formula_node *node,
            struct fvalue *out)
{
    for (unsigned i = 0; i < node->count; i++) {
        evaluate_kid(ev, node, i, out);
        if (!fvalue_is_blank(out))
            return;
    }
}

/* --- questions ----------------------------------------------------------- */

void
fn_isblank(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    if (args[0].kind == F_ERROR &&
        !formula_has(ev->arena, CHANGE_ISBLANK_ERROR))
        *out = args[0];
    else
        fvalue_boolean(out, fvalue_is_blank(&args[0]));
}

void
fn_isnumber(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_boolean(out, fvalue_is_number(&args[0]));
}

void
fn_istext(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_boolean(out, args[0].kind == F_TEXT);
}
