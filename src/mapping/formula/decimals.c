/* Whether a formula fixes the decimals of an amount. */
#include "mapping/formula/ast.h"

/* True where the node AT is the constant N. */
static bool
is_number(const struct formula *f, uint32_t at, int64_t n)
{
    const struct formula_node *node = &f->nodes[at];
    const struct decimal wanted = decimal_int(n);
    return node->kind == NODE_CONSTANT &&
           f->constants[node->data].value.kind == F_NUMBER &&
           decimal_compare(&f->constants[node->data].value.number, &wanted) ==
               0;
}

static bool
calls(const struct formula_node *n, const char *name, size_t len)
{
    return n->kind == NODE_CALL && (int)n->data == function_find(name, len);
}

unsigned
formula_decimals(const struct formula *f)
{
    unsigned found = 0;
    for (size_t i = 0; i < f->node_count; i++) {
        const struct formula_node *n = &f->nodes[i];
        const uint32_t *kids = &f->kids[n->first];
        if (calls(n, "MINOR", 5) || calls(n, "MAJOR", 5))
            return 0;
        if (n->kind == NODE_BINARY &&
            (n->op == OP_MULTIPLY || n->op == OP_DIVIDE) &&
            (is_number(f, kids[1], 100) ||
             (n->op == OP_MULTIPLY && is_number(f, kids[0], 100))))
            found |= FORMULA_SCALES;
        if (calls(n, "ROUND", 5) && n->count == 2 &&
            is_number(f, kids[1], 2))
            found |= FORMULA_ROUNDS;
    }
    return found;
}
