/* PCRE2 behind limits. */
#include "mapping/formula/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/path/match_meter.h"

struct pattern {
    pcre2_code *code;
    struct match_weight weight;
    char *pattern;
    size_t length;
    bool whole; /* has what looks at the place where a search began (\G), or
                   verbs: no windows */
};

struct formula_patterns {
    struct formula_arena *arena;
    pcre2_general_context *general;
    pcre2_match_context *limits;
    pcre2_match_data *data;
    struct pattern *last; /* the last pattern that was no constant */
    size_t held;          /* bytes that PCRE2 has of us */
};

/* What PCRE2 asks for counts against the budget; the size is kept in front
 * of the memory for the way back. */
enum { SIZE_PREFIX = 16 };

static void *
counted_alloc(size_t n, void *context)
{
    struct formula_patterns *r = context;
    if (!formula_hold(r->arena, n))
        return NULL;
    char *p = mem_alloc(n + SIZE_PREFIX);
    memcpy(p, &n, sizeof n);
    r->held += n;
    return p + SIZE_PREFIX;
}

static void
counted_free(void *p, void *context)
{
    struct formula_patterns *r = context;
    if (!p)
        return;
    char *start = (char *)p - SIZE_PREFIX;
    size_t n;
    memcpy(&n, start, sizeof n);
    formula_unhold(r->arena, n);
    r->held -= n;
    free(start);
}

static enum err
compile_with(struct pattern **out, const char *pattern, size_t n,
             pcre2_general_context *general, struct error *e)
{
    *out = NULL;
    if (n > PATTERN_BYTES_MAX)
        return error_set(e, ERR_INVALID,
                         "the regular expression has more than %d bytes: "
                         "shorten it",
                         PATTERN_BYTES_MAX);
    pcre2_compile_context *c = pcre2_compile_context_create(general);
    if (!c)
        return error_set(e, ERR_INVALID,
                         "the regular expression needs too much memory");
    pcre2_set_parens_nest_limit(c, 50);
    int code;
    PCRE2_SIZE at;
    struct match_weight weight;
    bool whole = memmem(pattern, n, "\\G", 2) || memmem(pattern, n, "(*", 2);
    pcre2_code *compiled = match_compile(
        &weight, pattern, n, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C,
        whole, c, &code, &at);
    pcre2_compile_context_free(c);
    if (!compiled) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(code, text, sizeof text);
        return error_set(e, ERR_INVALID,
                         "the regular expression is wrong at character %zu: "
                         "%s",
                         (size_t)at + 1, (const char *)text);
    }
    *out = mem_alloc(sizeof **out);
    **out = (struct pattern){.code = compiled,
                             .weight = weight,
                             .pattern = mem_strndup(pattern, n),
                             .length = n,
                             .whole = whole};
    return ERR_OK;
}

void
pattern_free(struct pattern *r)
{
    if (!r)
        return;
    pcre2_code_free(r->code);
    free(r->pattern);
    free(r);
}

size_t
pattern_bytes(const struct pattern *r)
{
    size_t code = 0;
    if (!r)
        return 0;
    pcre2_pattern_info(r->code, PCRE2_INFO_SIZE, &code);
    return mem_bytes(r) + mem_bytes(r->pattern) + code;
}

/* The limits of depth and memory. */
static pcre2_match_context *
limits(pcre2_general_context *general)
{
    pcre2_match_context *c = pcre2_match_context_create(general);
    if (c) {
        pcre2_set_depth_limit(c, PATTERN_DEPTH_LIMIT);
        pcre2_set_heap_limit(c, PATTERN_HEAP_LIMIT);
    }
    return c;
}

void
formula_patterns_free(struct formula_patterns *r)
{
    if (!r)
        return;
    pattern_free(r->last);
    pcre2_match_data_free(r->data);
    pcre2_match_context_free(r->limits);
    pcre2_general_context_free(r->general);
    free(r);
}

size_t
formula_patterns_held(const struct formula_patterns *r)
{
    return r ? r->held : 0;
}

static struct formula_patterns *
patterns_of(struct formula_arena *a)
{
    if (a->patterns)
        return a->patterns;
    struct formula_patterns *r = mem_alloc(sizeof *r);
    r->arena = a;
    a->patterns = r;
    r->general = pcre2_general_context_create(counted_alloc, counted_free, r);
    if (r->general) {
        r->limits = limits(r->general);
        r->data = pcre2_match_data_create(PATTERN_GROUPS, r->general);
    }
    if (!r->limits || !r->data) {
        a->patterns = NULL;
        formula_patterns_free(r);
        formula_exhaust(a, "it needs too much memory for regular expressions");
    }
    return r;
}

enum err
pattern_compile(struct pattern **out, const char *pattern, size_t n,
                struct formula_arena *a, struct error *e)
{
    return compile_with(out, pattern, n, a ? patterns_of(a)->general : NULL, e);
}

const struct pattern *
pattern_of(struct formula_arena *a, struct ftext pattern, struct fvalue *error)
{
    struct formula_patterns *r = patterns_of(a);
    if (r->last && r->last->length == pattern.n &&
        memcmp(r->last->pattern, pattern.s, pattern.n) == 0)
        return r->last;
    formula_step(a, 5000 + pattern.n * 20);
    pattern_free(r->last);
    struct error e;
    error_clear(&e);
    if (compile_with(&r->last, pattern.s, pattern.n, r->general, &e) != ERR_OK)
        fvalue_error(a, error, FORMULA_VALUE_ERROR, "%.200s", e.text);
    return r->last;
}

static void
read_spans(pcre2_match_data *data, int count,
           struct pattern_span spans[PATTERN_GROUPS])
{
    const PCRE2_SIZE *v = pcre2_get_ovector_pointer(data);
    for (int i = 0; i < PATTERN_GROUPS; i++) {
        spans[i].set = i < count && v[2 * i] != PCRE2_UNSET;
        spans[i].from = spans[i].set ? v[2 * i] : 0;
        spans[i].to = spans[i].set ? v[2 * i + 1] : 0;
        if (spans[i].to < spans[i].from) /* \K in a lookahead */
            spans[i].to = spans[i].from;
    }
}

/* One try on the first N bytes of SUBJECT. MORE: there are bytes behind them,
 * and a match that would look at those gives PCRE2_ERROR_PARTIAL. */
static int
try_match(struct formula_arena *a, const struct pattern *r, const char *subject,
          size_t n, size_t at, bool more)
{
    struct formula_patterns *m = patterns_of(a);
    uint32_t options = more ? PCRE2_PARTIAL_HARD : 0;
    if (at > 0) /* was checked as a whole before */
        options |= PCRE2_NO_UTF_CHECK;
    formula_step(a, 10 + (n - at) / 32);
    size_t steps = a->steps;
    int found = match_metered(&(struct match_call){.code = r->code,
                                                   .weight = &r->weight,
                                                   .subject = subject,
                                                   .n = n,
                                                   .at = at,
                                                   .options = options,
                                                   .limit = PATTERN_MATCH_LIMIT,
                                                   .data = m->data,
                                                   .context = m->limits},
                              &steps);
    formula_step(a, steps);
    return found;
}

/* The end of a window of N bytes from AT on, between characters. */
static size_t
window_end(struct ftext t, size_t at, size_t n)
{
    if (t.n - at <= n)
        return t.n;
    size_t end = at + n;
    while (end > at && ((unsigned char)t.s[end] & 0xc0) == 0x80)
        end--;
    return end;
}

/* Looks in a window that grows, so that a match costs what it is long and what
 * it has passed, not what is behind it. */
static int
match_windows(struct formula_arena *a, const struct pattern *r, struct ftext t,
              size_t at)
{
    size_t window = r->whole ? t.n : PATTERN_WINDOW;
    for (;;) {
        size_t end = window_end(t, at, window);
        bool more = end < t.n;
        int found = try_match(a, r, t.s, end, at, more);
        if (!more)
            return found;
        const PCRE2_SIZE *v = pcre2_get_ovector_pointer(patterns_of(a)->data);
        if (found == PCRE2_ERROR_NOMATCH) {
            at = end;
            window =
                window < PATTERN_WINDOW_MOST ? window * 4 : PATTERN_WINDOW_MOST;
        } else if (found == PCRE2_ERROR_PARTIAL ||
                   (found >= 0 && v[1] >= end)) {
            window *= 4;
        } else {
            return found;
        }
    }
}

int
pattern_match(struct formula_arena *a, const struct pattern *r,
              struct ftext subject, size_t at,
              struct pattern_span spans[PATTERN_GROUPS], struct fvalue *error)
{
    int found = match_windows(a, r, subject, at);
    if (found == PCRE2_ERROR_NOMATCH)
        return 0;
    if (found < 0) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(found, text, sizeof text);
        fvalue_error(a, error, FORMULA_NUM_ERROR,
                     "the regular expression gave up: %s: use a simpler one",
                     (const char *)text);
        return -1;
    }
    /* 0: more groups than SPANS holds */
    read_spans(patterns_of(a)->data, found == 0 ? PATTERN_GROUPS : found,
               spans);
    return 1;
}

void
pattern_library_version(char out[PATTERN_VERSION_SIZE])
{
    int size = pcre2_config(PCRE2_CONFIG_VERSION, NULL);
    *out = '\0';
    if (size > 0 && size <= PATTERN_VERSION_SIZE)
        pcre2_config(PCRE2_CONFIG_VERSION, out);
}
