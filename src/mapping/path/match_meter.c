/* A callout before each item of the pattern counts what PCRE2 does. */
#include "mapping/path/match_meter.h"

#include <stdlib.h>
#include <string.h>

/* Costs are counted in parts of a step: an item is a step, a byte that a plain
 * item passes is a part. */
enum { PARTS = 8, CLASS_BYTES = 4, GROUPS = 16, FLAG_RUN = 4 };

struct meter {
    const struct match_weight *weight;
    size_t last;   /* where the item before began */
    size_t a_byte; /* parts of each byte */
    uint64_t spent, most;
};

/* The largest number in braces: "x{500}" reads 500 characters and fails. */
static size_t
largest_count(const char *pattern, size_t n)
{
    size_t largest = 0, number = 0;
    bool inside = false;
    for (size_t i = 0; i < n; i++) {
        char c = pattern[i];
        bool digit = c >= '0' && c <= '9';
        number = inside && digit ? number * 10 + (size_t)(c - '0') : 0;
        inside = c == '{' || (inside && (digit || c == ',' || c == ' '));
        if (number > UINT16_MAX)
            number = UINT16_MAX;
        if (number > largest)
            largest = number;
    }
    return largest;
}

/* The bytes of the longest class in brackets, which each character that it
 * tries is compared with. */
static size_t
longest_class(const char *pattern, size_t n)
{
    size_t longest = 0, from = n;
    for (size_t i = 0; i < n; i++) {
        if (pattern[i] == '[' && from == n)
            from = i;
        if (pattern[i] != ']' || from == n)
            continue;
        longest = i - from > longest ? i - from : longest;
        if (i > from + 2)
            from = n;
    }
    return longest;
}

static bool
has(const char *pattern, size_t n, const char *text)
{
    return memmem(pattern, n, text, strlen(text)) != NULL;
}

static void
weigh(struct match_weight *out, const pcre2_code *code, const char *pattern,
      size_t n)
{
    uint32_t behind = 0, reference = 0, groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_MAXLOOKBEHIND, &behind);
    pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &reference);
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    size_t count = largest_count(pattern, n);
    *out = (struct match_weight){
        .reach = behind > count ? behind : count,
        .a_byte = 1 + longest_class(pattern, n) / CLASS_BYTES,
        .an_item = PARTS + groups * PARTS / GROUPS,
        .references = reference > 0,
        .runs = has(pattern, n, "sr:") || has(pattern, n, "script_run:"),
        .graphemes = has(pattern, n, "\\X")};
}

pcre2_code *
match_compile(struct match_weight *out, const char *pattern, size_t n,
              uint32_t options, bool places, pcre2_compile_context *context,
              int *error, size_t *error_at)
{
    PCRE2_SPTR text = (PCRE2_SPTR)pattern;
    bool counted = true;
    pcre2_code *code = pcre2_compile(text, n, options | PCRE2_AUTO_CALLOUT,
                                     error, error_at, context);
    if (!code && *error == PCRE2_ERROR_PATTERN_TOO_LARGE && !places) {
        counted = false;
        code = pcre2_compile(text, n, options, error, error_at, context);
    }
    if (code)
        weigh(out, code, pattern, n);
    out->counted = counted;
    return code;
}

/* The bytes of the longest of the groups that are set, which a reference to
 * it compares. */
static size_t
longest_group(const pcre2_callout_block *b)
{
    size_t longest = 0;
    for (uint32_t i = 1; i < b->capture_top; i++) {
        const PCRE2_SIZE *v = b->offset_vector + 2 * (size_t)i;
        if (v[0] != PCRE2_UNSET && v[1] > v[0] && v[1] - v[0] > longest)
            longest = v[1] - v[0];
    }
    return longest;
}

/* The most bytes that the next item may look at and then fail. */
static size_t
blind_bytes(const struct meter *m, const pcre2_callout_block *b)
{
    const struct match_weight *w = m->weight;
    size_t bytes = w->reach;
    if (w->references)
        bytes = longest_group(b) * (bytes ? bytes : 1) + bytes;
    if (w->runs || bytes > b->subject_length)
        bytes = b->subject_length;
    return bytes;
}

static int
count_item(pcre2_callout_block *b, void *context)
{
    struct meter *m = context;
    size_t at = b->current_position;
    size_t passed = at > m->last ? at - m->last : m->last - at;
    m->last = at;
    m->spent += m->weight->an_item + (passed + blind_bytes(m, b)) * m->a_byte;
    return m->spent > m->most ? PCRE2_ERROR_CALLOUT : 0;
}

/* Counts for \X, which looks back over all letters that make flags, U+1F1E6 to
 * U+1F1FF, at each of them, and may pass all of them in one item. */
static void
count_flags(struct meter *m, const struct match_call *c)
{
    static const char flag[] = "\xf0\x9f\x87";
    enum { LETTER = 4 };
    size_t longest = 0, run = 0, letters = 0, i = c->at;
    while (i >= LETTER && memcmp(c->subject + i - LETTER, flag, 3) == 0)
        i -= LETTER;
    while (i + LETTER <= c->n) {
        bool is_flag = memcmp(c->subject + i, flag, 3) == 0;
        run = is_flag ? run + 1 : 0;
        longest = run > longest ? run : longest;
        letters += is_flag && i >= c->at;
        i += is_flag ? LETTER : 1;
    }
    m->a_byte += longest / FLAG_RUN;
    m->spent += (uint64_t)letters * longest;
}

static int
match_counted(const struct match_call *c, struct meter *m)
{
    if (c->weight->graphemes)
        count_flags(m, c);
    if (m->spent > m->most)
        return PCRE2_ERROR_CALLOUT;
    pcre2_set_callout(c->context, count_item, m);
    return pcre2_match(c->code, (PCRE2_SPTR)c->subject, c->n, c->at, c->options,
                       c->data, c->context);
}

/* Tries one place with few steps and, where they do not do, with more; each of
 * them may pass all that follows. */
static int
match_place(const struct match_call *c, size_t at, struct meter *m)
{
    static const uint32_t limits[] = {64, 2000, 100000};
    enum { RUNGS = sizeof limits / sizeof *limits, PASSES = 64 };
    int found = PCRE2_ERROR_MATCHLIMIT;
    for (int i = 0; i < RUNGS && found == PCRE2_ERROR_MATCHLIMIT; i++) {
        uint64_t passed = (uint64_t)(c->n - at) * limits[i] / PASSES;
        m->spent += (uint64_t)PARTS * limits[i] + passed * m->a_byte;
        if (m->spent > m->most)
            return PCRE2_ERROR_CALLOUT;
        pcre2_set_match_limit(c->context, limits[i]);
        found = pcre2_match(c->code, (PCRE2_SPTR)c->subject, c->n, at,
                            c->options | PCRE2_ANCHORED |
                                (at > c->at ? PCRE2_NO_UTF_CHECK : 0),
                            c->data, c->context);
    }
    return found;
}

static int
match_places(const struct match_call *c, struct meter *m)
{
    uint32_t options = 0;
    pcre2_pattern_info(c->code, PCRE2_INFO_ALLOPTIONS, &options);
    for (size_t at = c->at;;) {
        int found = match_place(c, at, m);
        if (found != PCRE2_ERROR_NOMATCH || at == c->n ||
            (options & PCRE2_ANCHORED))
            return found;
        do
            at++;
        while (at < c->n && ((unsigned char)c->subject[at] & 0xC0) == 0x80);
    }
}

int
match_metered(const struct match_call *c, size_t *steps)
{
    uint64_t most = *steps < UINT32_MAX ? *steps : UINT32_MAX;
    struct meter m = {.weight = c->weight,
                      .last = c->at,
                      .a_byte = c->weight->a_byte,
                      .most = most * PARTS};
    pcre2_set_match_limit(c->context, c->limit);
    int found = c->weight->counted ? match_counted(c, &m) : match_places(c, &m);
    *steps = (size_t)((m.spent + PARTS - 1) / PARTS);
    return found;
}
