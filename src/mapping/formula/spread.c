/* Which lists a formula takes element by element. */
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/formula/ast.h"

/* Nodes that are reached from the root through operators and functions of
 * single values; each once, since names of LET can be used many times. */
struct spread {
    const struct formula *f;
    bool *seen;       /* by node */
    uint32_t *values; /* of names of LET, by slot */
    void (*visit)(void *context, const struct formula_list *l);
    void *context;
    unsigned names; /* of LET that are being followed */
};

static void spread_node(struct spread *s, uint32_t index);

static void
spread_kids(struct spread *s, const struct formula_node *n, unsigned from)
{
    for (unsigned i = from; i < n->count; i++)
        spread_node(s, s->f->kids[n->first + i]);
}

/* Lazy functions give one of their arguments, but AND and OR, which add lists
 * up; others spread the lists that they take for single values. */
static void
spread_call(struct spread *s, const struct formula_node *n)
{
    const struct formula_function *fn = &formula_functions[n->data];
    if (fn->lazy) {
        if (fn->flags & FN_CHOOSES)
            spread_kids(s, n, 0);
        return;
    }
    for (unsigned i = 0; i < n->count; i++)
        if (function_is_single(fn, i))
            spread_node(s, s->f->kids[n->first + i]);
}

static void
spread_let(struct spread *s, const struct formula_node *n)
{
    const struct formula *f = s->f;
    for (unsigned i = 0; i + 1 < n->count; i += 2)
        s->values[f->nodes[f->kids[n->first + i]].data] =
            f->kids[n->first + i + 1];
    spread_node(s, f->kids[n->first + n->count - 1u]);
}

static void
spread_node(struct spread *s, uint32_t index)
{
    const struct formula_node *n = &s->f->nodes[index];
    const struct formula_reference *r;
    if (s->seen[index])
        return;
    s->seen[index] = true;
    switch (n->kind) {
    case NODE_REFERENCE:
        r = &s->f->references[n->data];
        if (!r->singular && !r->local)
            s->visit(s->context, &(struct formula_list){.reference = n->data,
                                                        .block = r->block,
                                                        .path = r->path,
                                                        .text = r->text,
                                                        .named = s->names > 0});
        return;
    case NODE_LOCAL:
        s->names++;
        spread_node(s, s->values[n->data]);
        s->names--;
        return;
    case NODE_CALL:
        spread_call(s, n);
        return;
    case NODE_LET:
        spread_let(s, n);
        return;
    default:
        spread_kids(s, n, 0);
    }
}

void
formula_spread(const struct formula *f,
               void (*visit)(void *context, const struct formula_list *l),
               void *context)
{
    struct spread s = {.f = f,
                       .seen = mem_array(f->node_count, sizeof *s.seen),
                       .values = mem_array(f->locals + 1, sizeof *s.values),
                       .visit = visit,
                       .context = context};
    spread_node(&s, f->root);
    free(s.seen);
    free(s.values);
}
