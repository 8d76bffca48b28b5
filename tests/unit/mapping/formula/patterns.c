/*
 * Regular expressions are charged what they do, whatever the pattern: what
 * they try and what they pass is counted, not how long they take. Hostile
 * patterns end with an error before they take more than the budget; plain
 * ones cost a few steps a byte.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

enum {
    SMALL = 1000, /* what is quadratic still ends here */
    MIDDLE = 10000,
    LARGE = 100000,
    PASSED_A_STEP = 16, /* bytes of a scan that cost a step, at most */
    PLAIN_STEPS = 8     /* of a plain pattern for a byte, at most */
};

/* What the work of a pattern grows with. */
enum growth {
    PLAIN,  /* the text */
    TRIES,  /* its square: places that are tried one by one */
    PASSES, /* its square: bytes that single items pass */
    WILD    /* faster, or too fast to end on a small text */
};

struct hostile {
    const char *pattern, *unit;
    enum growth growth;
};

static const struct hostile patterns[] = {
    {"x(?=.*y)", "x", TRIES},
    {"x(?=.*?y)", "x", TRIES},
    {"x*(?<=y)", "x", TRIES},
    {"(?(?=.*y)x|z)", "x", TRIES},
    {"(?!.*y)z|x(?!.*x)", "x", TRIES},
    {"x*+y|z\\d", "x", PASSES},
    {"(?>x*)y|q", "x", PASSES},
    {"[a-x]*+(?C1)y|q", "x", PASSES},
    {"(?s:.)*?x*y|q", "x", PASSES},
    {"(?i)(?:x*y|q)", "X", PASSES},
    {"^(x*)(?:\\1y|x)*q|w", "x", PASSES},
    {"(?:x(?=(x*))|q)\\1y|w", "x", PASSES},
    {"\\b\\w*+\\b!|x\\w*+!|q", "x", PASSES},
    {"(x+)+y|z", "x", WILD},
    {"(?:a|ab|b)*c|z", "ab", WILD},
    {"(\\w+\\s?)+$z?!|q", "ab ", WILD},
    {"\\b(\\w+ )*\\bz|q", "ab ", WILD},
    {"(?s).*.*.*=|q", "x", WILD},
    {"(x|x)*?y|q", "x", WILD},
    {"(?i)(x+)(?=.*\\1y)|q", "x", WILD},
    {"(?:(?:x{0,50}){0,50}){0,5}y|q", "x", WILD},
    {"((?:x?)*)*y|q", "x", WILD},
    {".*.*y(*SKIP)|q", "x", WILD},
    {"\\X*z|q", "\xf0\x9f\x87\xa9", PASSES},
    {"(*sr:x*)y|q", "x", WILD},
    {"(?:x*+y|x*+z|q|a|b|c|d){1,999}|w", "x", PASSES},
    {"\\s+", "xxxxxxx", PLAIN},
    {"(\\w)\\1!", "letter ", PLAIN},
    {"<[^>]+>!", "<b>bold</b> ", PLAIN},
    {"\\bfoo\\b", "food ", PLAIN},
    {"(?i)order no[:.] ?\\d+", "Order nothing ", PLAIN},
    {"\\d{4}-\\d\\d-\\d\\d", "2026-1-1 ", PLAIN},
};

/* Evaluates REGEXMATCH of P on N bytes; returns the steps that it took, and
 * the text of the result in OUT. */
static uint64_t
steps_on(const struct hostile *p, size_t n, struct buf *out, struct error *e)
{
    struct buf input, text;
    struct fixture f;
    struct formula *formula = NULL;
    buf_init(&input, 1 << 20);
    buf_init(&text, 1 << 10);
    buf_adds(&input, "{\"t\":\"");
    while (input.len < n)
        buf_adds(&input, p->unit);
    buf_adds(&input, "\"}");
    buf_addf(&text, "=REGEXMATCH(t,\"%s\")", p->pattern);
    CHECK(fixture_init(&f, buf_str(&input)));
    CHECK_INT(formula_compile(&formula, buf_str(&text), text.len,
                              FORMULA_LANGUAGE, e),
              ERR_OK);
    struct formula_arena *arena = formula_arena_new();
    formula_eval_with(arena, formula, &f.scope, out, e);
    uint64_t steps = formula_arena_steps(arena);
    formula_arena_free(arena);
    formula_free(formula);
    fixture_clear(&f);
    buf_clear(&input);
    buf_clear(&text);
    return steps;
}

/* The work that P takes on N bytes, counted by hand. */
static uint64_t
least_steps(const struct hostile *p, size_t n)
{
    size_t characters = strlen(p->unit) == 1 ? n : n / strlen(p->unit);
    uint64_t square = (uint64_t)characters * characters / 2;
    return p->growth == TRIES    ? square
           : p->growth == PASSES ? square / PASSED_A_STEP
                                 : 0;
}

static void
check_pattern(const struct hostile *p, size_t n)
{
    struct buf out;
    struct error e = {0};
    buf_init(&out, 100);
    uint64_t steps = steps_on(p, n, &out, &e);
    bool gave_up =
        strstr(e.text, "too many steps") || strstr(e.text, "gave up");
    bool good = gave_up;
    if (p->growth == PLAIN)
        good = strcmp(buf_str(&out), "false") == 0 && steps < n * PLAIN_STEPS;
    else if (n == SMALL)
        good = gave_up || steps >= least_steps(p, n);
    if (!good) {
        char got[200];
        snprintf(got, sizeof got, "%s%.100s after %llu steps on %zu bytes",
                 buf_str(&out), e.text, (unsigned long long)steps, n);
        test_fail(__FILE__, __LINE__, p->pattern, got,
                  p->growth == PLAIN ? "false, cheaply" : "an error");
    }
    buf_clear(&out);
}

/* Sabotage: count nothing in count_item, in match_meter.c, or only items and
 * not what they pass. */
static void
test_hostile_patterns(void)
{
    static const size_t sizes[] = {SMALL, MIDDLE, LARGE};
    /* What is charged nothing may take for ever: the first failure ends. */
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++)
            if (!test_failures_here)
                check_pattern(&patterns[k], sizes[i]);
}

/* A pattern of which PCRE2 makes so much that nothing can be counted in it. */
static void
test_large_patterns(void)
{
    static const struct {
        const char *formula, *wanted;
    } cases[] = {
        {"=REGEXMATCH(t,\"(a|b|cd){1,2000}\")", "true"},
        {"=REGEXEXTRACT(t,\"é(a|b|cd){1,2000}\")", "\"a\""},
        {"=REGEXREPLACE(t,\"(?:a|b|cd){1,2000}\",\"-\")", "\"x é- -\""},
        {"=REGEXMATCH(t,\"^(?:a|b|cd){1,2000}\")", "false"},
        {"=ROWS($[?search(@, '(a|b|cd){1,2000}$')])", "1"},
        {"=ROWS($[?match(@, '(a|b|cd){1,2000}')])", "0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = eval_on("{\"t\":\"x éabcda bcd\"}", cases[i].formula);
        CHECK_STR(got, cases[i].wanted);
        free(got);
    }
}

static const struct test tests[] = {
    {"hostile patterns are charged what they do", test_hostile_patterns},
    {"large patterns match from place to place", test_large_patterns},
    {0}};

void
test_formula_patterns(void)
{
    test_run("formula patterns", tests);
}
