/* Budgets of records, which are part of the budget of their block. */
#include "mapping/budget.h"

struct budget
budget_of_record(size_t bytes, struct budget *outer)
{
    size_t most = (BUDGET_MOST - BUDGET_RECORD) / BUDGET_RECORD_BYTE;
    size_t more = (bytes < most ? bytes : most) * BUDGET_RECORD_BYTE;
    struct budget b = budget_of(BUDGET_RECORD + more);
    b.outer = outer;
    if (outer && outer->left < b.left) {
        b.left = b.given = outer->left;
        b.inherits = true;
    }
    return b;
}

void
budget_end(struct budget *b)
{
    if (!b->outer)
        return;
    b->outer->left -= b->given - b->left;
    if (b->passed && b->inherits)
        budget_pass(b->outer);
}
