/*
 * What a match with PCRE2 takes, counted while it runs: PCRE2's own limit
 * counts from zero at each place where a match may start, and one step of it
 * may go over the whole text.
 */
#ifndef TAILOR_MAPPING_PATH_MATCH_METER_H
#define TAILOR_MAPPING_PATH_MATCH_METER_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the items of a pattern may cost, read once when it is compiled. */
struct match_weight {
    size_t reach;    /* bytes that an item may look at before it fails */
    size_t a_byte;   /* what a byte of them costs */
    size_t an_item;  /* what an item costs that looks at none */
    bool references; /* an item may be as long as a group */
    bool runs;       /* an item may look at the whole text */
    bool graphemes;  /* \X looks back over flags */
    bool counted;    /* it calls back for each item */
};

/* pcre2_compile() of N bytes of PATTERN, so that its matches are metered. A
 * pattern that is too large for that is matched from place to place, for more
 * steps; not so where PLACES says that it depends on where a search began. */
pcre2_code *match_compile(struct match_weight *out, const char *pattern,
                          size_t n, uint32_t options, bool places,
                          pcre2_compile_context *context, int *error,
                          size_t *error_at);

struct match_call {
    const pcre2_code *code;
    const struct match_weight *weight;
    const char *subject;
    size_t n, at; /* bytes of it, and where the search begins */
    uint32_t options;
    uint32_t limit; /* PCRE2's own, from one place */
    pcre2_match_data *data;
    pcre2_match_context *context;
};

/* pcre2_match() with at most *STEPS steps. Puts what it took there, which is
 * more than what it may take where the result is PCRE2_ERROR_CALLOUT. */
int match_metered(const struct match_call *c, size_t *steps);

#endif
