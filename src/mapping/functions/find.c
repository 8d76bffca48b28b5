/* Finding in texts: positions, delimiters, regular expressions. */
#include <string.h>

#include "base/text.h"
#include "mapping/functions/fn.h"

/* --- positions ----------------------------------------------------------- */

/* The byte where the search begins, or T.n + 1 where START is no character.
 */
static size_t
search_start(struct evaluator *ev, const char *name, struct ftext t,
             int64_t start, struct fvalue *out)
{
    if (start >= 1 && start - 1 <= (int64_t)utf8_length(t.s, t.n))
        return ftext_offset(t, start - 1);
    FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: the text has no character %lld",
         name, (long long)start);
    return t.n + 1;
}

static void
found_at(struct evaluator *ev, const char *name, struct ftext t,
         struct ftext needle, size_t at, struct fvalue *out)
{
    if (at <= t.n)
        fvalue_int(out, (int64_t)utf8_length(t.s, at) + 1);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: \"%.*s\" is not in the text",
             name,
             (int)utf8_valid_prefix(needle.s, needle.n > 40 ? 40 : needle.n),
             needle.s);
}

void
fn_find(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    struct ftext needle = fn_text(&args[0]), t = fn_text(&args[1]);
    size_t from = search_start(ev, "FIND", t, fn_int(args, count, 2, 1), out);
    if (from <= t.n)
        found_at(ev, "FIND", t, needle,
                 ftext_find(ev->arena, t, needle, from, false), out);
}

void
fn_search(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct ftext needle = fn_text(&args[0]), t = fn_text(&args[1]);
    size_t at = search_start(ev, "SEARCH", t, fn_int(args, count, 2, 1), out);
    if (at > t.n)
        return;
    at = ftext_has_wildcard(needle)
             ? ftext_find_like(ev->arena, t, needle, at)
             : ftext_find(ev->arena, t, needle, at, true);
    found_at(ev, "SEARCH", t, needle, at, out);
}

/* --- TEXTBEFORE, TEXTAFTER ----------------------------------------------- */

/* The byte of occurrence WHICH of the delimiter, counted from the end where
 * it is negative; T.n + 1 where there is none. */
static size_t
find_occurrence(struct evaluator *ev, struct ftext t, struct ftext d,
                int64_t which, bool fold)
{
    int64_t total = 0;
    if (which < 0) {
        for (size_t at = 0; (at = ftext_find(ev->arena, t, d, at, fold)) <= t.n;
             at += d.n) {
            formula_step(ev->arena, 1);
            total++;
        }
        which = total + 1 + which;
    }
    size_t at = t.n + 1, from = 0;
    for (int64_t i = 0; i < which; i++, from = at + d.n) {
        formula_step(ev->arena, 1);
        at = ftext_find(ev->arena, t, d, from, fold);
        if (at > t.n)
            break;
    }
    return at;
}

static void
around(struct evaluator *ev, const char *name, struct fvalue *args,
       unsigned count, bool before, struct fvalue *out)
{
    struct ftext t = fn_text(&args[0]), d = fn_text(&args[1]);
    int64_t which = fn_int(args, count, 2, 1);
    bool fold = fn_int(args, count, 3, 0) != 0;
    bool at_end = fn_int(args, count, 4, 0) != 0;
    if (which == 0 || d.n == 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             which == 0 ? "%s: occurrences count from 1, or from -1 at the end"
                        : "%s: the delimiter is empty",
             name);
        return;
    }
    size_t at = find_occurrence(ev, t, d, which, fold);
    if (at <= t.n) {
        size_t after = at + d.n < t.n ? at + d.n : t.n;
        fvalue_text(out, before ? t.s : t.s + after, before ? at : t.n - after);
    } else if (at_end) {
        fvalue_text(out, t.s, before ? t.n : 0);
    } else if (fn_given(args, count, 5)) {
        *out = args[5];
    } else {
        FAIL(ev, out, FORMULA_NA_ERROR, "%s: \"%.*s\" is not in the text", name,
             (int)utf8_valid_prefix(d.s, d.n > 40 ? 40 : d.n), d.s);
    }
}

void
fn_textbefore(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    around(ev, "TEXTBEFORE", args, count, true, out);
}

void
fn_textafter(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    around(ev, "TEXTAFTER", args, count, false, out);
}

/* --- regular expressions ------------------------------------------------- */

/* Matches the text with the pattern that follows it: 1 with SPANS, 0, or -1
 * with the error in OUT. */
static int
match(struct evaluator *ev, struct fvalue *args, struct pattern_span *spans,
      struct fvalue *out)
{
    const struct pattern *r = evaluate_pattern(ev, 1, &args[1], out);
    return r ? pattern_match(ev->arena, r, fn_text(&args[0]), 0, spans, out)
             : -1;
}

void
fn_regexmatch(struct evaluator *ev, struct fvalue *args, unsigned count,
              struct fvalue *out)
{
    (void)count;
    struct pattern_span spans[PATTERN_GROUPS];
    int found = match(ev, args, spans, out);
    if (found >= 0)
        fvalue_boolean(out, found > 0);
}

/* The first group, or the whole match where the pattern has none. */
static void
take_group(struct ftext t, const struct pattern_span *spans, struct fvalue *out)
{
    int last = 0;
    for (int i = 1; i < PATTERN_GROUPS; i++)
        last = spans[i].set ? i : last;
    const struct pattern_span *g = &spans[last > 0 ? 1 : 0];
    for (int i = 1; i <= last && !g->set; i++)
        g = &spans[i];
    fvalue_text(out, t.s + g->from, g->to - g->from);
}

void
fn_regexextract(struct evaluator *ev, struct fvalue *args, unsigned count,
                struct fvalue *out)
{
    (void)count;
    struct pattern_span spans[PATTERN_GROUPS];
    struct ftext t = fn_text(&args[0]);
    int found = match(ev, args, spans, out);
    if (found < 0)
        return;
    if (found == 0) {
        FAIL(ev, out, FORMULA_NA_ERROR,
             "REGEXEXTRACT: the text does not match: catch it with IFNA");
        return;
    }
    take_group(t, spans, out);
}

/* Where the search goes on behind a match: one character on where it was
 * empty. */
static size_t
behind_match(struct ftext t, size_t at, const struct pattern_span *match)
{
    size_t end = match->to > at ? match->to : at;
    if (match->to > match->from)
        return end;
    size_t n = ftext_offset((struct ftext){t.s + end, t.n - end}, 1);
    return end + (n ? n : 1);
}

/* Puts all matches of R in T into ITEMS where it is not NULL; returns how many,
 * or -1: *ERROR. */
static int64_t
all_matches(struct evaluator *ev, const struct pattern *r, struct ftext t,
            struct fvalue *items, struct fvalue *error)
{
    struct pattern_span spans[PATTERN_GROUPS];
    int64_t n = 0;
    for (size_t at = 0; at <= t.n; n++) {
        int found = pattern_match(ev->arena, r, t, at, spans, error);
        if (found < 0)
            return -1;
        if (found == 0)
            break;
        formula_step(ev->arena, 1);
        if (items)
            take_group(t, spans, &items[n]);
        at = behind_match(t, at, &spans[0]);
    }
    return n;
}

void
fn_regexall(struct evaluator *ev, struct fvalue *args, unsigned count,
            struct fvalue *out)
{
    (void)count;
    struct fvalue list;
    struct ftext t = fn_text(&args[0]);
    const struct pattern *r = evaluate_pattern(ev, 1, &args[1], out);
    if (!r)
        return;
    int64_t n = all_matches(ev, r, t, NULL, out);
    if (n < 0)
        return;
    struct fvalue *items = fvalue_list(ev->arena, &list, (size_t)n);
    if (all_matches(ev, r, t, items, out) == n)
        *out = list;
}

/* A text that is put together, counted first and then copied. */
struct pieces {
    char *out; /* NULL while only counting */
    size_t n;
};

static void
add_piece(struct pieces *p, const char *s, size_t n)
{
    if (p->out && n)
        memcpy(p->out + p->n, s, n);
    p->n += n;
}

/* The replacement with $0 to $9 and \0 to \9 as the groups, $$ as $. */
static void
add_replacement(struct pieces *p, struct ftext with, struct ftext t,
                const struct pattern_span *spans)
{
    for (size_t i = 0; i < with.n; i++) {
        char c = with.s[i], d = i + 1 < with.n ? with.s[i + 1] : '\0';
        if ((c == '$' || c == '\\') && d >= '0' && d <= '9') {
            const struct pattern_span *g = &spans[d - '0'];
            add_piece(p, t.s + g->from, g->to - g->from);
            i++;
        } else {
            add_piece(p, &c, 1);
            i += (c == '$' && d == '$') || (c == '\\' && d == '\\');
        }
    }
}

/* Replaces all matches; false: *ERROR holds an error. */
static bool
replace_all(struct evaluator *ev, const struct pattern *r, struct ftext t,
            struct ftext with, struct pieces *p, struct fvalue *error)
{
    struct pattern_span spans[PATTERN_GROUPS];
    size_t from = 0, at = 0;
    while (at <= t.n) {
        int found = pattern_match(ev->arena, r, t, at, spans, error);
        if (found < 0)
            return false;
        if (found == 0)
            break;
        size_t start = spans[0].from < from ? from : spans[0].from;
        size_t end = spans[0].to < start ? start : spans[0].to;
        add_piece(p, t.s + from, start - from);
        formula_step(ev->arena, 1 + with.n / 16);
        add_replacement(p, with, t, spans);
        from = at = end;
        if (spans[0].to <= spans[0].from) { /* an empty match: one on */
            size_t n = ftext_offset((struct ftext){t.s + at, t.n - at}, 1);
            at += n ? n : 1;
        }
    }
    if (from < t.n)
        add_piece(p, t.s + from, t.n - from);
    return true;
}

void
fn_regexreplace(struct evaluator *ev, struct fvalue *args, unsigned count,
                struct fvalue *out)
{
    (void)count;
    const struct pattern *r = evaluate_pattern(ev, 1, &args[1], out);
    if (!r)
        return;
    struct ftext t = fn_text(&args[0]), with = fn_text(&args[2]);
    struct pieces p = {NULL, 0};
    if (!replace_all(ev, r, t, with, &p, out))
        return;
    p.out = formula_alloc(ev->arena, p.n);
    p.n = 0;
    if (replace_all(ev, r, t, with, &p, out))
        fvalue_text(out, p.out, p.n);
}
