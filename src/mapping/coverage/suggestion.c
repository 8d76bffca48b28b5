/* What other installations fill a field from. */
#include "mapping/coverage/suggestion.h"

#include <stdlib.h>
#include <string.h>

#include "base/likeness.h"
#include "base/mem.h"
#include "base/text.h"

#define LIKE_ENOUGH 80

/* --- likeness ------------------------------------------------------------ */

/* The letters and digits of NAME in lower case. */
static size_t
simplify(const char *name, char *out)
{
    size_t n = 0;
    for (; *name && n < LIKENESS_MAX_BYTES; name++) {
        char c = *name;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
            (unsigned char)c >= 0x80)
            out[n++] = c;
    }
    return n;
}

unsigned
suggestion_likeness(const char *a, const char *b)
{
    char x[LIKENESS_MAX_BYTES], y[LIKENESS_MAX_BYTES];
    size_t xn = simplify(a, x), yn = simplify(b, y);
    size_t longer = xn > yn ? xn : yn;
    if (longer == 0)
        return 0;
    size_t alike = longer - likeness_distance(x, xn, y, yn);
    return (unsigned)(100 * alike / longer);
}

/* The last name of a target: "sku" of "lineItems[*].sku". */
static const char *
last_name(const char *target)
{
    const char *dot = strrchr(target, '.');
    return dot ? dot + 1 : target;
}

static bool
is_alike(const char *a, const char *b)
{
    return suggestion_likeness(a, b) >= LIKE_ENOUGH ||
           suggestion_likeness(last_name(a), last_name(b)) == 100;
}

/* --- finding ------------------------------------------------------------- */

static void
add(struct suggestions *l, const struct mapping_row *row, bool exact)
{
    for (size_t i = 0; i < l->count; i++) {
        struct suggestion *s = &l->items[i];
        if (strcmp(s->source, row->source) == 0 &&
            strcmp(s->target, row->target) == 0) {
            s->users++;
            return;
        }
    }
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 8;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    l->items[l->count++] =
        (struct suggestion){.source = mem_strdup(row->source),
                            .target = mem_strdup(row->target),
                            .users = 1,
                            .exact = exact};
}

/* Exact ones first, then those of more users, then by text. */
static int
compare(const void *a, const void *b)
{
    const struct suggestion *x = a, *y = b;
    if (x->exact != y->exact)
        return x->exact ? -1 : 1;
    if (x->users != y->users)
        return x->users > y->users ? -1 : 1;
    int c = text_compare(x->source, y->source);
    return c ? c : text_compare(x->target, y->target);
}

void
suggestions_find(struct suggestions *out, const char *target,
                 const struct mapping_rows *others, size_t count)
{
    *out = (struct suggestions){0};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < others[i].count; k++) {
            const struct mapping_row *row = &others[i].rows[k];
            bool exact = strcmp(row->target, target) == 0;
            if (row->source[0] && (exact || is_alike(row->target, target)))
                add(out, row, exact);
        }
    }
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, compare);
}

void
suggestions_clear(struct suggestions *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->items[i].source);
        free(s->items[i].target);
    }
    free(s->items);
    *s = (struct suggestions){0};
}
