/* Searching with a list of keys: each key finds what it finds alone, where all
 * elements are compared. The seed is printed. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

static uint64_t state;

static unsigned
pick(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % n);
}

/* JSON by what it is: a list of one sort, or of several, is drawn from some
 * rows of these. */
static const char *const sorts[][8] = {
    {"1", "2", "2.0", "10", "-3", "0", "1e1", "12345678901234567890123456789"},
    {"\"1\"", "\"02\"", "\"2\"", "\"10.00\"", "\"$5\"", "\"5 %\"", "\"-3\"",
     "\"1,000.00\""},
    {"\"a\"", "\"A\"", "\"b\"", "\"ab\"", "\"\xc3\xa9\"", "\"\xc3\x89\"",
     "\"z\"", "\"\""},
    {"\"2026-10-12\"", "\"2026-11-01\"", "\"2025-01-31\"", "\"2026-10-12\"",
     "\"2026-10-13\"", "\"2027-01-01\"", "\"2024-02-29\"", "\"1999-12-31\""},
    {"\"2026-10-12T14:05:09Z\"", "\"2026-10-12T16:05:09+02:00\"",
     "\"2026-10-12T15:05:09+02:00\"", "\"2026-10-12t14:05:09z\"",
     "\"2026-10-12T14:05:09.5Z\"", "\"2020-01-01T00:00:00Z\"",
     "\"2026-10-12T14:05:10Z\"", "\"2030-01-01T00:00:00-08:00\""},
    {"null", "true", "false", "{\"x\":1}", "[1]", "\"TRUE\"", "[]", "null"},
    {"\"1,500\"", "\"1.234,56\"", "\"5-5\"", "\"12 34\"", "\"(7)\"", "\"7-\"",
     "\"1.2.3\"", "\"9a\""},
    {"1234567890123456789012345678901234567890",
     "\"1234567890123456789012345678901234567890\"", "1e400", "\"a*\"", "\"?\"",
     "\"~*\"", "\">1\"", "\"<>a\""},
    {"1", "2", "3.5", "-4", "0.25", "10", "\"7\"", "\"x\""},
};

enum { SORTS = sizeof sorts / sizeof *sorts, MOST = 24 };

/* A list of N elements of the sorts ALLOWED. */
static void
add_list(struct buf *out, const char *name, unsigned n, unsigned allowed)
{
    buf_addf(out, "\"%s\":[", name);
    for (unsigned i = 0; i < n; i++) {
        unsigned sort;
        do
            sort = pick(SORTS);
        while (!(allowed >> sort & 1));
        const char *item = sorts[sort][pick(8)];
        bool list = item[0] == '[' && name[0] == 'k'; /* has keys of its own */
        buf_addf(out, "%s%s", i ? "," : "", list ? "false" : item);
    }
    buf_adds(out, "]");
}

/* What a search looks like: K is the key, or the list of them. */
static const char *const searches[] = {
    "COUNTIF(l,K)",
    "COUNTIF(l,\">\"&K)",
    "COUNTIF(l,\"<=\"&K)",
    "COUNTIF(l,\"<>\"&K)",
    "COUNTIF(l,\">=\"&K)",
    "COUNTIF(l,\"<\"&K)",
    "SUMIF(l,K)",
    "SUMIF(l,K,v)",
    "SUMIF(l,\">\"&K,v)",
    "SUMIF(l,\"<=\"&K,v)",
    "SUMIF(l,\">=\"&K)",
    "AVERAGEIF(l,\"<\"&K,v[*])",
    "AVERAGEIF(l,K,v)",
    "MATCH(K,l)",
    "MATCH(K,l,0)",
    "MATCH(K,l,-1)",
    "XLOOKUP(K,l,v)",
    "XLOOKUP(K,l,v,\"none\",0,-1)",
    "XLOOKUP(K,l,v,\"none\",-1)",
    "XLOOKUP(K,l,v,\"none\",1)",
    "XLOOKUP(K,l,v,\"none\",-1,-1)",
    "XLOOKUP(K,l,v,\"none\",1,-1)",
    "XLOOKUP(K,l,v,\"none\",2)",
};

/* SEARCH with KEY in place of K, in brackets, IFERROR around it. */
static char *
formula_for(const char *search, const char *key, bool caught)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_adds(&b, caught ? "=IFERROR(" : "=");
    for (const char *s = search; *s; s++)
        if (*s == 'K' && s[1] != 'U')
            buf_adds(&b, key);
        else
            buf_addc(&b, *s);
    buf_adds(&b, caught ? ",\"failed\")" : "");
    return buf_take(&b);
}

/* What each key gives alone, as a list. */
static char *
one_by_one(struct fixture *f, const char *search, unsigned keys, bool caught)
{
    struct buf all;
    buf_init(&all, 1 << 16);
    for (unsigned i = 0; i < keys; i++) {
        char key[32];
        snprintf(key, sizeof key, "INDEX(k,%u)", i + 1);
        char *text = formula_for(search, key, caught);
        char *got = fixture_eval(f, text);
        bool failed = got[0] == '#';
        free(text);
        if (failed) {
            buf_clear(&all);
            return got;
        }
        buf_addf(&all, "%s%s", i ? "," : "[",
                 strcmp(got, "missing") == 0 ? "null" : got);
        free(got);
    }
    buf_adds(&all, "]");
    return buf_take(&all);
}

static void
compare_search(struct fixture *f, const char *input, const char *search,
               unsigned keys, bool caught)
{
    char *text = formula_for(search, "k", caught);
    char *got = fixture_eval(f, text);
    char *wanted = one_by_one(f, search, keys, caught);
    if (strcmp(got, wanted) != 0)
        printf("# %s on %s\n", text, input);
    CHECK_STR(got, wanted);
    free(wanted);
    free(got);
    free(text);
}

/* One list and keys, of few sorts so that they are often found. */
static void
compare_lists(unsigned language)
{
    struct buf b;
    struct fixture f;
    unsigned allowed = 1u << pick(SORTS);
    while (pick(2))
        allowed |= 1u << pick(SORTS);
    unsigned n = 9 + pick(MOST - 9), keys = 2 + pick(MOST - 2);
    buf_init(&b, 1 << 16);
    buf_addc(&b, '{');
    add_list(&b, "l", n, allowed);
    buf_addc(&b, ',');
    add_list(&b, "k", keys, pick(4) ? allowed : allowed | 1u << pick(SORTS));
    buf_addc(&b, ',');
    add_list(&b, "v", n, pick(3) ? 1u << 8 : 3);
    buf_addc(&b, '}');
    CHECK(fixture_init(&f, buf_str(&b)));
    f.language = language;
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
        for (int caught = 0; caught < 2; caught++)
            compare_search(&f, buf_str(&b), searches[i], keys, caught);
    fixture_clear(&f);
    buf_clear(&b);
}

/* Sabotage: leave out hash_instant() or add_unlike() in search.c. */
static void
test_lists(void)
{
    state = test_seed() * 2654435761u + 1;
    for (int i = test_rounds(80); i > 0 && test_failures_here == 0; i--)
        compare_lists(i % 8 ? 2 : 1);
}

/* What took more steps than a formula has, each element with each. */
static void
test_sizes(void)
{
    static const char *const formulas[][2] = {
        {"=SUM(COUNTIF(l[*].s,l[*].s))", "4000"},
        {"=SUM(COUNTIF(l[*].t,l[*].t))", "6000000"},
        {"=SUM(SUMIF(l[*].t,l[*].t,l[*].a))", "11998000000"},
        {"=SUM(COUNTIF(l[*].a,\">\"&l[*].a))", "7998000"},
        {"=SUM(SUMIF(l[*].a,\"<\"&l[*].a,l[*].a))", "10658668000"},
        {"=COUNT(XLOOKUP(l[*].s,l[*].s,l[*].a))", "4000"},
        {"=COUNT(XLOOKUP(l[*].t,l[*].t,l[*].a,0,0,-1))", "4000"},
        {"=SUM(XLOOKUP(l[*].a+0.5,l[*].a,l[*].a,0,-1))", "7998000"},
        {"=SUM(MATCH(l[*].a,l[*].a))", "8002000"},
    };
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_adds(&b, "{\"l\":[");
    for (int i = 0; i < 4000; i++)
        buf_addf(&b, "%s{\"s\":\"A%d\",\"t\":\"%s\",\"a\":%d}", i ? "," : "", i,
                 i % 2   ? "new"
                 : i % 4 ? "open"
                         : "done",
                 i);
    buf_adds(&b, "]}");
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        char *got = eval_on(buf_str(&b), formulas[i][0]);
        CHECK_STR(got, formulas[i][1]);
        free(got);
    }
    buf_clear(&b);
}

static const struct test tests[] = {
    {"each key finds what it finds alone", test_lists},
    {"long lists are searched for each of their elements", test_sizes},
    {NULL, NULL},
};

void
test_formula_searches(void)
{
    test_run("formula searches", tests);
}
