/* Texts as characters: offsets, finding, wildcards. */
#include <string.h>

#include "base/text.h"
#include "mapping/functions/fn.h"

enum { INT_LIMIT_DIGITS = 15 };

int64_t
fn_int(const struct fvalue *args, unsigned count, unsigned i, int64_t fallback)
{
    static const int64_t limit = 1000000000000000;
    int64_t n;
    if (!fn_given(args, count, i))
        return fallback;
    if (!decimal_to_int(&args[i].number, &n))
        return decimal_is_negative(&args[i].number) ? -limit : limit;
    return n > limit ? limit : n < -limit ? -limit : n;
}

bool
fn_flag(const struct fvalue *args, unsigned count, unsigned i, bool fallback)
{
    return fn_given(args, count, i) ? args[i].boolean : fallback;
}

size_t
ftext_offset(struct ftext t, int64_t i)
{
    size_t at = 0;
    for (; i > 0 && at < t.n; i--) {
        at++;
        while (at < t.n && ((unsigned char)t.s[at] & 0xc0) == 0x80)
            at++;
    }
    return at;
}

static bool
begins_folded(struct formula_arena *a, struct ftext t, struct ftext needle)
{
    size_t i = 0, j = 0;
    while (j < needle.n) {
        uint32_t x, y;
        if (i >= t.n)
            return false;
        i += utf8_decode(t.s + i, t.n - i, &x);
        j += utf8_decode(needle.s + j, needle.n - j, &y);
        if (x != y && formula_lower(a, x) != formula_lower(a, y))
            return false;
    }
    return true;
}

size_t
ftext_find(struct formula_arena *a, struct ftext t, struct ftext needle,
           size_t from, bool fold)
{
    if (from > t.n)
        return t.n + 1;
    if (needle.n == 0)
        return from;
    if (!fold) {
        const char *p = memmem(t.s + from, t.n - from, needle.s, needle.n);
        size_t passed = p ? (size_t)(p - t.s) - from : t.n - from;
        formula_step(a, 1 + passed / 16);
        return p ? from + passed : t.n + 1;
    }
    for (size_t at = from; at < t.n;) {
        formula_step(a, 1 + needle.n / 64);
        if (begins_folded(a, (struct ftext){t.s + at, t.n - at}, needle))
            return at;
        at += ftext_offset((struct ftext){t.s + at, t.n - at}, 1);
    }
    return t.n + 1;
}

/* --- wildcards ----------------------------------------------------------- */

enum wildcard { LITERAL, ONE, MANY };

/* The next sign of a pattern; *AT moves behind it. */
static enum wildcard
next_sign(struct ftext p, size_t *at, uint32_t *c)
{
    *at += utf8_decode(p.s + *at, p.n - *at, c);
    if (*c == '?')
        return ONE;
    if (*c == '*')
        return MANY;
    if (*c == '~' && *at < p.n && strchr("?*~", p.s[*at]))
        *c = (unsigned char)p.s[(*at)++];
    return LITERAL;
}

bool
ftext_has_wildcard(struct ftext t)
{
    return memchr(t.s, '?', t.n) || memchr(t.s, '*', t.n) ||
           memchr(t.s, '~', t.n);
}

/* The same as ftext_like; *BEHIND_STAR: what was not found stands behind a *,
 * so that it is nowhere in the rest of T. */
static bool
is_like(struct formula_arena *a, struct ftext p, struct ftext t, bool whole,
        bool *behind_star)
{
    size_t i = 0, j = 0, star = p.n + 1, star_text = 0;
    for (;;) {
        formula_step(a, 1);
        size_t after = j;
        uint32_t c = 0, d = 0;
        enum wildcard sign = LITERAL;
        if (j < p.n) {
            sign = next_sign(p, &after, &c);
        } else if (i == t.n || !whole) {
            return true;
        }
        if (j < p.n && sign == MANY) {
            star = j = after;
            star_text = i;
            continue;
        }
        size_t n = i < t.n ? utf8_decode(t.s + i, t.n - i, &d) : 0;
        if (j < p.n && n > 0 &&
            (sign == ONE || formula_lower(a, c) == formula_lower(a, d))) {
            i += n;
            j = after;
            continue;
        }
        *behind_star = star <= p.n;
        if (!*behind_star || star_text >= t.n)
            return false;
        star_text +=
            ftext_offset((struct ftext){t.s + star_text, t.n - star_text}, 1);
        i = star_text;
        j = star;
    }
}

bool
ftext_like(struct formula_arena *a, struct ftext pattern, struct ftext t,
           bool whole)
{
    bool behind_star;
    return is_like(a, pattern, t, whole, &behind_star);
}

size_t
ftext_find_like(struct formula_arena *a, struct ftext t, struct ftext pattern,
                size_t from)
{
    while (from < t.n) {
        bool behind_star = false;
        struct ftext rest = {t.s + from, t.n - from};
        if (is_like(a, pattern, rest, false, &behind_star))
            return from;
        if (behind_star)
            break;
        from += ftext_offset(rest, 1);
    }
    return t.n + 1;
}
