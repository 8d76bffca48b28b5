/* Results of a formula that are the same for all elements of a record. */
#include "mapping/formula/eval.h"

#include "base/mem.h"

struct formula_kept {
    const struct formula_node *node;
    struct fvalue value; /* a number or a condition: neither owns memory */
};

void
formula_arena_record(struct formula_arena *a)
{
    if (!a->kept)
        a->kept = mem_array(FORMULA_KEPT, sizeof *a->kept);
    a->kept_count = 0;
}

void
formula_arena_forget(struct formula_arena *a)
{
    a->kept_count = 0;
}

/* Whether the result of NODE may be kept: one that reads a list and is the
 * same for all elements. */
bool
kept_is_for(const struct evaluator *ev, const struct formula_node *node)
{
    const struct formula *f = ev->f;
    if (!ev->arena->kept || !node->fixed)
        return false;
    for (unsigned i = 0; i < node->count; i++) {
        const struct formula_node *kid = &f->nodes[f->kids[node->first + i]];
        if (kid->kind == NODE_REFERENCE && !f->references[kid->data].singular)
            return true;
    }
    return false;
}

const struct fvalue *
kept_find(const struct formula_arena *a, const struct formula_node *node)
{
    for (size_t i = 0; i < a->kept_count; i++)
        if (a->kept[i].node == node)
            return &a->kept[i].value;
    return NULL;
}

void
kept_add(struct formula_arena *a, const struct formula_node *node,
         const struct fvalue *value)
{
    bool plain = value->kind == F_NUMBER || value->kind == F_BOOLEAN;
    if (plain && a->kept_count < FORMULA_KEPT)
        a->kept[a->kept_count++] =
            (struct formula_kept){.node = node, .value = *value};
}
