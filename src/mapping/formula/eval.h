/* The evaluator, as functions see it. */
#ifndef TAILOR_MAPPING_FORMULA_EVAL_H
#define TAILOR_MAPPING_FORMULA_EVAL_H

#include "mapping/formula/ast.h"

struct evaluator {
    const struct formula *f;
    const struct scope *scope;
    struct formula_arena *arena;
    struct fvalue *locals;           /* of LET, by slot */
    const struct formula_node *call; /* of the function that runs */
};

/* Evaluates kid I of NODE. */
void evaluate_kid(struct evaluator *ev, const struct formula_node *node,
                  unsigned i, struct fvalue *out);

/* X op Y, element by element where one is a list. */
void evaluate_binary(struct evaluator *ev, enum formula_operator op,
                     const struct fvalue *x, const struct fvalue *y,
                     struct fvalue *out);

/* The compiled pattern of argument I of the function that runs: the one
 * compiled with the formula, or that of TEXT. NULL: *OUT is an error. */
const struct pattern *evaluate_pattern(struct evaluator *ev, unsigned i,
                                       const struct fvalue *text,
                                       struct fvalue *out);

/* The zone NAME ("Europe/Berlin", "+02:00", "Z"), or that of the scope where
 * it is blank; kept in the arena. NULL: *OUT is an error. */
const struct zone *evaluate_zone(struct evaluator *ev,
                                 const struct fvalue *name, struct fvalue *out);

/* kept.c: whether the result of NODE may be kept for the record, which it is
 * where it reads a list and is the same for all elements; the one that is kept
 * or NULL; keeps it where it is a number or a condition. */
bool kept_is_for(const struct evaluator *ev, const struct formula_node *node);
const struct fvalue *kept_find(const struct formula_arena *a,
                               const struct formula_node *node);
void kept_add(struct formula_arena *a, const struct formula_node *node,
              const struct fvalue *value);

/* Makes *OUT an error. */
#define FAIL(ev, out, error, ...)                                              \
    fvalue_error((ev)->arena, (out), (error), __VA_ARGS__)

#endif
