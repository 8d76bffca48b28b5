/* Finding calls that have the same arguments: a table by their hash. */
#include "mapping/formula/repeats.h"

#include <string.h>

enum { REPEATS_LEAST = 8 }; /* calls for which it is worth it */

void
repeats_begin(struct repeats *r, struct formula_arena *a,
              const struct formula_function *fn, const struct fvalue *args,
              unsigned count, uint32_t n)
{
    size_t places = 16;
    while (places < 2 * (size_t)n)
        places *= 2;
    size_t bytes = places * sizeof *r->calls;
    *r = (struct repeats){
        .arena = a, .fn = fn, .args = args, .count = count, .mask = places - 1};
    if (n < REPEATS_LEAST || !(fn->flags & FN_SEARCHES) ||
        !formula_has_room(a, bytes))
        return;
    formula_step(a, places / 16);
    r->calls = formula_alloc(a, bytes);
    memset(r->calls, 0, bytes);
}

/* Argument I of call K; NULL where all calls have the same. */
static const struct fvalue *
argument(const struct repeats *r, unsigned i, uint32_t k)
{
    const struct fvalue *v = &r->args[i];
    bool spread =
        function_is_single(r->fn, i) && v->kind == F_LIST && v->length > 1;
    return spread && k < v->length ? &v->items[k] : NULL;
}

static size_t
hash_value(size_t hash, const struct fvalue *v)
{
    char digits[DECIMAL_SIZE];
    struct ftext t = {digits, 0};
    if (v->kind == F_TEXT || v->kind == F_DIGITS)
        t = (struct ftext){v->text, v->length};
    else if (v->kind == F_NUMBER)
        t.n = decimal_format(&v->number, digits);
    else if (v->kind == F_BOOLEAN)
        hash += v->boolean;
    for (size_t i = 0; i < t.n; i++)
        hash = (hash ^ (unsigned char)t.s[i]) * 0x100000001b3u;
    hash = (hash + v->kind) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static bool
is_same(const struct fvalue *v, const struct fvalue *w)
{
    if (v->kind != w->kind)
        return false;
    switch (v->kind) {
    case F_TEXT:
    case F_DIGITS:
        return v->length == w->length &&
               memcmp(v->text, w->text, v->length) == 0;
    case F_NUMBER:
        return decimal_compare(&v->number, &w->number) == 0;
    case F_BOOLEAN:
        return v->boolean == w->boolean;
    default:
        return v->kind == F_MISSING || v->kind == F_NULL;
    }
}

static bool
are_same(const struct repeats *r, uint32_t k, uint32_t m)
{
    for (unsigned i = 0; i < r->count; i++) {
        const struct fvalue *v = argument(r, i, k), *w = argument(r, i, m);
        if (!v != !w || (v && !is_same(v, w)))
            return false;
    }
    return true;
}

uint32_t
repeats_first(struct repeats *r, uint32_t k)
{
    size_t at = 0;
    if (!r->calls)
        return k;
    for (unsigned i = 0; i < r->count; i++) {
        const struct fvalue *v = argument(r, i, k);
        if (v) {
            formula_step(r->arena, v->kind == F_TEXT ? v->length / 16 : 1);
            at = hash_value(at, v);
        }
    }
    for (at &= r->mask; r->calls[at]; at = (at + 1) & r->mask) {
        formula_step(r->arena, 1);
        if (are_same(r, k, r->calls[at] - 1))
            return r->calls[at] - 1;
    }
    r->calls[at] = k + 1;
    return k;
}
