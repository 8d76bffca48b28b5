/*
 * Which elements of a list may be equal to a key. Each element is put into
 * buckets by what it can be equal to: a text by its letters without case and by
 * its number or its point in time, a number by its value. Whoever searches
 * compares the elements of the key's buckets, so that a bucket may hold more
 * than it should, and never less.
 */
#include "mapping/functions/search_private.h"

#include <string.h>

#include "base/text.h"

struct formula_searches {
    struct search kept[SEARCH_KEPT];
    unsigned next;
};

struct search *
search_of(struct evaluator *ev, const struct fvalue *list)
{
    struct formula_arena *a = ev->arena;
    if (list->length < SEARCH_LEAST)
        return NULL;
    if (!a->searches) {
        a->searches = formula_alloc(a, sizeof *a->searches);
        memset(a->searches, 0, sizeof *a->searches);
    }
    struct formula_searches *s = a->searches;
    for (unsigned i = 0; i < SEARCH_KEPT; i++)
        if (s->kept[i].items == list->items &&
            s->kept[i].length == list->length) {
            s->kept[i].known = true;
            return &s->kept[i];
        }
    s->kept[s->next] =
        (struct search){.items = list->items, .length = list->length};
    s->next = (s->next + 1) % SEARCH_KEPT;
    return NULL;
}

/* --- what an element can be equal to ------------------------------------- */

enum { HASH_TEXT = 1, HASH_NUMBER, HASH_INSTANT, HASH_BOOLEAN };

enum { HASHES = 2 }; /* at most, of one value */

static uint32_t
mix(uint32_t hash, uint32_t more)
{
    uint64_t x = ((uint64_t)hash << 32 | more) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(x >> 32) ^ (uint32_t)x;
}

static uint32_t
hash_letters(struct formula_arena *a, struct ftext t)
{
    uint32_t hash = HASH_TEXT, c;
    formula_step(a, 1 + t.n / 8);
    for (size_t i = 0; i < t.n;) {
        i += utf8_decode(t.s + i, t.n - i, &c);
        hash = mix(hash, formula_lower(a, c));
    }
    return hash;
}

static uint32_t
hash_bytes(uint32_t hash, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = mix(hash, (unsigned char)s[i]);
    return hash;
}

/* Equal numbers have equal digits once they are written as numbers are. */
static uint32_t
hash_number(struct formula_arena *a, const struct decimal *d)
{
    char digits[DECIMAL_SIZE];
    formula_step(a, 8);
    if (decimal_is_zero(d))
        return HASH_NUMBER;
    return hash_bytes(HASH_NUMBER, digits, decimal_format(d, digits));
}

static uint32_t
hash_instant(const struct moment *m)
{
    uint64_t at = (uint64_t)(moment_wall(m) - m->offset);
    uint32_t hash = mix(HASH_INSTANT, (uint32_t)at);
    return mix(mix(hash, (uint32_t)(at >> 32)), (uint32_t)m->nanos);
}

/* The hashes of V into OUT: values that are equal have one in common. */
static unsigned
hashes_of(struct formula_arena *a, const struct fvalue *v, uint32_t out[HASHES])
{
    struct decimal d;
    struct moment m;
    unsigned n = 0;
    switch (v->kind) {
    case F_MISSING:
    case F_NULL: /* as criteria take a blank */
        out[n++] = hash_letters(a, (struct ftext){"", 0});
        return n;
    case F_BOOLEAN:
        out[n++] = mix(HASH_BOOLEAN, v->boolean);
        return n;
    case F_NUMBER:
    case F_DIGITS:
        out[n++] = fvalue_as_number(a, v, &d)
                       ? hash_number(a, &d)
                       : hash_bytes(HASH_NUMBER, v->text, v->length);
        return n;
    case F_TEXT:
        out[n++] = hash_letters(a, fn_text(v));
        if (fvalue_as_number(a, v, &d))
            out[n++] = hash_number(a, &d);
        else if (fvalue_instant(v, &m))
            out[n++] = hash_instant(&m);
        return n;
    default: /* equal to nothing */
        return 0;
    }
}

/* --- buckets ------------------------------------------------------------- */

static void
note_number(struct search *s, uint32_t i)
{
    if (!s->has_numbers)
        s->numbers[0] = i;
    s->numbers[1] = i;
    s->has_numbers = true;
}

static void
note_unread(struct search *s, uint32_t i)
{
    if (!s->has_unread)
        s->unread[0] = i;
    s->unread[1] = i;
    s->has_unread = true;
}

/* Puts the hashes of all elements into HASHES_OUT, two places an element, and
 * how many into COUNTS. */
static void
hash_elements(struct evaluator *ev, struct search *s, uint32_t *hashes,
              uint8_t *counts)
{
    struct formula_arena *a = ev->arena;
    for (uint32_t i = 0; i < s->length; i++) {
        const struct fvalue *v = &s->items[i];
        formula_step(a, 2);
        counts[i] = (uint8_t)hashes_of(a, v, hashes + (size_t)HASHES * i);
        if (fvalue_is_number(v))
            note_number(s, i);
        if (v->kind == F_TEXT && ftext_unread_number(a, fn_text(v), true))
            note_unread(s, i);
    }
}

/* Sorts the elements into their buckets: counts what each holds, then puts
 * the last element in first. */
static void
fill_buckets(struct search *s, const uint32_t *hashes, const uint8_t *counts,
             uint32_t *starts, uint32_t *members)
{
    memset(starts, 0, ((size_t)s->mask + 2) * sizeof *starts);
    for (uint32_t i = 0; i < s->length; i++)
        for (unsigned k = 0; k < counts[i]; k++)
            starts[hashes[(size_t)HASHES * i + k] & s->mask]++;
    uint32_t sum = 0;
    for (uint32_t b = 0; b <= s->mask + 1; b++)
        sum = starts[b] += sum;
    for (uint32_t i = s->length; i-- > 0;)
        for (unsigned k = 0; k < counts[i]; k++)
            members[--starts[hashes[(size_t)HASHES * i + k] & s->mask]] = i;
}

/* Makes the buckets of S; false where they do not fit. */
static bool
make_buckets(struct evaluator *ev, struct search *s)
{
    struct formula_arena *a = ev->arena;
    size_t n = s->length, buckets = 16;
    if (s->hashed)
        return true;
    while (buckets < HASHES * n)
        buckets *= 2;
    if (!formula_has_room(a, (2 * HASHES * n + buckets) * sizeof(uint32_t) + n))
        return false;
    formula_step(a, buckets / 8);
    uint32_t *hashes = formula_alloc(a, HASHES * n * sizeof *hashes);
    uint8_t *counts = formula_alloc(a, n * sizeof *counts);
    uint32_t *starts = formula_alloc(a, (buckets + 1) * sizeof *starts);
    uint32_t *members = formula_alloc(a, HASHES * n * sizeof *members);
    s->mask = (uint32_t)buckets - 1;
    hash_elements(ev, s, hashes, counts);
    fill_buckets(s, hashes, counts, starts, members);
    s->starts = starts;
    s->members = members;
    s->hashed = true;
    return true;
}

/* --- candidates ---------------------------------------------------------- */

static void
add_range(struct candidates *c, const uint32_t *from, const uint32_t *to)
{
    if (from == to)
        return;
    c->ranges[c->count].from = from;
    c->ranges[c->count++].to = to;
}

/* True where KEY is a value that buckets know. */
static bool
has_buckets(const struct fvalue *key)
{
    return fvalue_is_number(key) || key->kind == F_TEXT ||
           key->kind == F_BOOLEAN;
}

static void
add_unlike(struct evaluator *ev, const struct search *s,
           const struct fvalue *key, struct candidates *c)
{
    const uint32_t *one = NULL;
    if (s->has_unread && fvalue_is_number(key))
        one = &s->unread[c->backwards];
    if (s->has_numbers && key->kind == F_TEXT &&
        ftext_unread_number(ev->arena, fn_text(key), true))
        one = &s->numbers[c->backwards];
    if (one)
        add_range(c, one, one + 1);
}

void
search_all(const struct fvalue *list, bool backwards, struct candidates *out)
{
    *out = (struct candidates){
        .all = true, .backwards = backwards, .length = list->length};
}

void
search_equals(struct evaluator *ev, const struct fvalue *list,
              const struct fvalue *key, bool backwards, struct candidates *out)
{
    uint32_t hashes[HASHES];
    struct search *s = has_buckets(key) ? search_of(ev, list) : NULL;
    search_all(list, backwards, out);
    if (!s || !make_buckets(ev, s))
        return;
    out->all = false;
    unsigned n = hashes_of(ev->arena, key, hashes);
    for (unsigned i = 0; i < n; i++) {
        const uint32_t *start = s->starts + (hashes[i] & s->mask);
        add_range(out, s->members + start[0], s->members + start[1]);
    }
    add_unlike(ev, s, key, out);
}

void
search_criterion(struct evaluator *ev, const struct fvalue *list,
                 const struct criterion *c, struct candidates *out)
{
    if (c->op == OP_EQUAL && !c->wildcard && c->value.kind != F_DIGITS)
        search_equals(ev, list, &c->value, false, out);
    else
        search_all(list, false, out);
}

static uint32_t
head_of(const struct candidates *c, unsigned i)
{
    return c->backwards ? c->ranges[i].to[-1] : *c->ranges[i].from;
}

static bool
is_empty(const struct candidates *c, unsigned i)
{
    return c->ranges[i].from == c->ranges[i].to;
}

int64_t
candidates_next(struct candidates *c)
{
    int64_t next = -1;
    if (c->all && c->done < c->length) {
        uint32_t n = c->done++;
        return c->backwards ? c->length - 1 - n : n;
    }
    for (unsigned i = 0; i < c->count; i++)
        if (!is_empty(c, i) &&
            (next < 0 || (head_of(c, i) < next) != c->backwards))
            next = head_of(c, i);
    for (unsigned i = 0; next >= 0 && i < c->count; i++)
        if (!is_empty(c, i) && head_of(c, i) == next) {
            c->ranges[i].to -= c->backwards;
            c->ranges[i].from += !c->backwards;
        }
    return next;
}
