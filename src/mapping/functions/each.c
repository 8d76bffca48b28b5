/* MAP and REDUCE: an expression for each element of lists. */
#include "mapping/functions/fn.h"

/* The LAMBDA behind the lists of a call. */
static const struct formula_node *
lambda_of(const struct evaluator *ev, const struct formula_node *node)
{
    return &ev->f->nodes[ev->f->kids[node->first + node->count - 1u]];
}

/* Gives the name I of LAMBDA the value V. */
static void
set_name(struct evaluator *ev, const struct formula_node *lambda, unsigned i,
         const struct fvalue *v)
{
    uint32_t slot = ev->f->nodes[ev->f->kids[lambda->first + i]].data;
    ev->locals[slot] = *v;
}

static void
evaluate_body(struct evaluator *ev, const struct formula_node *lambda,
              struct fvalue *out)
{
    formula_step(ev->arena, 1);
    evaluate_kid(ev, lambda, lambda->count - 1u, out);
}

/* Evaluates kid I of NODE as a list; false: *OUT is an error or no value. */
static bool
evaluate_list_kid(struct evaluator *ev, const struct formula_node *node,
                  unsigned i, struct fvalue *list, struct fvalue *out)
{
    struct fvalue v;
    evaluate_kid(ev, node, i, &v);
    if (v.kind == F_ERROR || fvalue_is_blank(&v)) {
        *out = v;
        if (v.kind != F_ERROR)
            fvalue_missing(out);
        return false;
    }
    fvalue_to_list(ev->arena, &v, list);
    return true;
}

void
fn_map(struct evaluator *ev, const struct formula_node *node,
       struct fvalue *out)
{
    const struct formula_node *lambda = lambda_of(ev, node);
    unsigned count = node->count - 1u;
    struct fvalue result;
    struct fvalue *lists = formula_alloc(ev->arena, count * sizeof *lists);
    for (unsigned i = 0; i < count; i++) {
        if (!evaluate_list_kid(ev, node, i, &lists[i], out))
            return;
        if (lists[i].length != lists[0].length) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "MAP: its lists have %u and %u elements", lists[0].length,
                 lists[i].length);
            return;
        }
    }
    struct fvalue *items = fvalue_list(ev->arena, &result, lists[0].length);
    for (uint32_t k = 0; k < lists[0].length; k++) {
        for (unsigned i = 0; i < count; i++)
            set_name(ev, lambda, i, &lists[i].items[k]);
        evaluate_body(ev, lambda, &items[k]);
        if (items[k].kind == F_LIST) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "MAP: LAMBDA gives a list for element %u, and lists have one "
                 "dimension: make one value of it, as with SUM or TEXTJOIN",
                 k + 1);
            return;
        }
    }
    *out = result;
}

void
fn_reduce(struct evaluator *ev, const struct formula_node *node,
          struct fvalue *out)
{
    const struct formula_node *lambda = lambda_of(ev, node);
    struct fvalue list, total, next;
    evaluate_kid(ev, node, 0, &total);
    if (!evaluate_list_kid(ev, node, 1, &list, out)) {
        if (out->kind != F_ERROR)
            *out = total;
        return;
    }
    for (uint32_t k = 0; k < list.length && total.kind != F_ERROR; k++) {
        set_name(ev, lambda, 0, &total);
        set_name(ev, lambda, 1, &list.items[k]);
        evaluate_body(ev, lambda, &next);
        total = next;
    }
    *out = total;
}
