/* Finding answers in their JSON. */
#include "mapping/plan/answers.h"

#include <string.h>

/* The member KEY of the node AT, which may be anything; 0: none. */
static uint32_t
member(const struct tape *t, uint32_t at, const char *key, size_t n)
{
    return t->nodes[at].type == VALUE_OBJECT ? tape_member(t, at, key, n) : 0;
}

enum scope_resolved
answers_find(const struct tape *t, uint32_t at, const char *what,
             const char *key, size_t key_len, struct node_ref *value)
{
    uint32_t table = member(t, at, what, strlen(what));
    uint32_t found = table ? member(t, table, key, key_len) : 0;
    if (!found)
        return RESOLVED_NOT;
    *value = (struct node_ref){t, found};
    switch (t->nodes[found].type) {
    case VALUE_NULL:
        return RESOLVED_MISSING;
    case VALUE_ARRAY:
        return RESOLVED_AMBIGUOUS;
    default:
        return RESOLVED_VALUE;
    }
}
