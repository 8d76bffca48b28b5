/* How alike two texts are. */
#include "base/likeness.h"

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ROW has the distances of the first bytes of A to all prefixes of B; makes
 * them those of one byte more of A, which is C. */
static void
add_byte(size_t *row, char c, const char *b, size_t bn)
{
    size_t before = row[0]++; /* the distance with one byte less of both */
    for (size_t k = 1; k <= bn; k++) {
        size_t changed = before + (c != b[k - 1]);
        before = row[k];
        row[k] = least(changed, least(row[k], row[k - 1]) + 1);
    }
}

size_t
likeness_distance(const char *a, size_t an, const char *b, size_t bn)
{
    size_t row[LIKENESS_MAX_BYTES + 1];
    an = least(an, LIKENESS_MAX_BYTES);
    bn = least(bn, LIKENESS_MAX_BYTES);
    for (size_t k = 0; k <= bn; k++)
        row[k] = k;
    for (size_t i = 0; i < an; i++)
        add_byte(row, a[i], b, bn);
    return row[bn];
}
