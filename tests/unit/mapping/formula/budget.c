/*
 * No formula of 1 KB passes its budget of steps or holds more than 1 MB
 * beside its input. Hostile formulas are written down and drawn at random;
 * each is counted by the arena, its memory also on the heap (heap.c), and
 * watched on the clock by the suite's own time-out. To see it fail, take the
 * comparison out of formula_step or out of formula_hold.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/mapping/formula/heap.h"
#include "tests/unit/test.h"

enum {
    FORMULA_KB = 1024,
    ELEMENTS = 20000,
    STEPS = 1000000, /* as FORMULA_STEPS, and INPUT_STEPS a byte of input */
    INPUT_STEPS = 32,
    BYTES = 1024 * 1024, /* as FORMULA_BYTES, and INPUT_BYTES a byte */
    INPUT_BYTES = 48,
    OUTPUT = 64 << 20,
    BOOKKEEPING = 64 * 1024 /* the arena itself, zones, heads of blocks */
};

/* An input with a list of numbers, texts and objects, and a long text. */
static char *
hostile_input(int elements)
{
    struct buf b;
    buf_init(&b, 8 << 20);
    buf_adds(&b, "{\"l\":[");
    for (int i = 0; i < elements; i++)
        buf_addf(&b, "%s%d", i ? "," : "", i * 7919 % elements);
    buf_adds(&b, "],\"t\":\"");
    for (int i = 0; i < elements; i++)
        buf_adds(&b, "ab ");
    buf_adds(&b, "c\",\"o\":[");
    for (int i = 0; i < 500; i++)
        buf_addf(&b, "%s{\"a\":[[{\"a\":%d}]]}", i ? "," : "", i);
    buf_adds(&b, "]}");
    return buf_take(&b);
}

/* Evaluates TEXT on F with ARENA and checks what it cost. */
static void
check_cost(struct fixture *f, const char *text)
{
    struct formula *formula;
    struct buf out;
    struct error e;
    error_clear(&e);
    if (formula_compile(&formula, text, strlen(text), FORMULA_LANGUAGE, &e) !=
        ERR_OK)
        return;
    buf_init(&out, OUTPUT);
    buf_reserve(&out, OUTPUT);
    heap_start();
    struct formula_arena *arena = formula_arena_new();
    formula_eval_with(arena, formula, &f->scope, &out, &e);
    if (heap_peak() > BYTES + INPUT_BYTES * f->input.text_len + BOOKKEEPING)
        test_fail(__FILE__, __LINE__, "a formula holds too much", text, NULL);
    if (formula_arena_steps(arena) > STEPS + INPUT_STEPS * f->input.text_len ||
        formula_arena_most(arena) > BYTES + INPUT_BYTES * f->input.text_len)
        test_fail(__FILE__, __LINE__, "a formula passed its budget", text,
                  NULL);
    buf_clear(&out);
    formula_free(formula);
    formula_arena_free(arena);
}

static const char *const hostile[] = {
    "=SUM(l)",
    "=SORT(l)",
    "=UNIQUE(l)",
    "=MATCH(l,l,0)",
    "=XLOOKUP(l,l,l)",
    "=COUNTIF(l,l)",
    "=SUMPRODUCT(l*l,l*l,l*l)",
    "=l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l*l",
    "=SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(t,\"a\",t),\"a\",t),\"a\",t)"
    ",\"a\",t)",
    "=LET(a,t&t,b,a&a,c,b&b,d,c&c,e,d&d,f,e&e,g,f&f,h,g&g,h&h)",
    "=TEXTJOIN(t,FALSE,l)",
    "=TEXTJOIN(t,FALSE,SPLIT(t,\"a\"))",
    "=SEARCH(\"*a*b*a*b*a*b*z\",t)",
    "=SEARCH(\"~*?*a*?*b*?*c*?*z\",t&t)",
    "=COUNTIF(SPLIT(t,\" \"),\"*a*b*c\")",
    "=REGEXMATCH(t,\"^(a|b|ab|ba| )*z\")",
    "=REGEXMATCH(t,\"(\\w+\\s?)+z\")",
    "=REGEXMATCH(SPLIT(t,\" \"),\"(a+)+(b+)+$z\")",
    "=REGEXREPLACE(t,\"\",t)",
    "=REGEXREPLACE(t,\".\",\"$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0$0\")",
    "=REGEXREPLACE(t,\"(?=(\\w*))\",\"$1$1$1$1$1$1\")",
    "=REGEXMATCH(\"x\",t)",
    "=REGEXMATCH(t,LEFT(\"((a{1,99}){1,99}){1,99}((a{1,99}){1,99}){1,99}\",99)"
    ")",
    "=REGEXMATCH(l,l&\"(a|b)*\")",
    "=2^99999^99999",
    "=1.0000001^99999",
    "=l^9999",
    "=TEXT(l,\"#,##0.000000000000\")",
    "=TEXT(1E30,\"000000000000000000000000000000000000000000000000000000\")",
    "=JSON($)&JSON($)&JSON($)&JSON($)&JSON($)&JSON($)&JSON($)&JSON($)",
    "=JSON(JSON(JSON(JSON(JSON(JSON(JSON(JSON($))))))))",
    "=ENCODEURL(ENCODEURL(ENCODEURL(ENCODEURL(ENCODEURL(t)))))",
    "=BASE64(BASE64(BASE64(BASE64(BASE64(t)))))",
    "=SHA256(t&t&t)&SHA256(l)",
    "=$..*",
    "=$..a..a",
    "=COUNTA($..*,$..*,$..*,$..[*]..*)",
    "=o[*]..a[*]..a",
    "=$..*..*..*..*",
    "=COUNTA($..*..*)&COUNTA($..*..*)&COUNTA($..*..*)&COUNTA($..*..*)",
    "=$[?$..*[?$..*[?$..*[?$..z]]]]",
    "=LET(a,l,b,a&a,c,b&b,d,c&c,e,d&d,COUNTA(e))",
    "=FILTER(l,COUNTIF(l,l)>1)",
    "=EDATE(\"2026-01-01\",l)",
    "=IFERROR(l/0,l)",
    "=INDEX(SPLIT(t,\" \"),l)",
    "=SPLIT(t,\"abcdefghijklmnopqrstuvwxyz\",TRUE,FALSE)",
    "=PROPER(UPPER(LOWER(t)))",
    "=MID(t,l,9)",
    "=FIND(\"zzz\",t,l)",
    "=REPT(REPT(t,l),9999999)",
    "=PADLEFT(t,l*999,t)",
    "=VSTACK(VSTACK(l,l,l,l),VSTACK(l,l,l,l),VSTACK(l,l,l,l),VSTACK(l,l,l,l))",
    "=REVERSE(SORT(VSTACK(l,SPLIT(t,\" \"))))",
    "=LARGE(l,l)",
    "=MEDIAN(l,l,l,l,l,l,l,l)",
    "=COUNTIFS(l,\">1\",l,\">2\",l,\">3\",l,\">4\",l,\">5\",l,\">6\")",
    "=VLOOKUP(l,o[*].a,1,FALSE)",
    "=NUMBERVALUE(t&t,\",\",\".\")",
    "=LOG(l,3)&POWER(l,0.3)&SQRT(l)",
    "=TAKE(l,l)",
    "=STRIPHTML(REPT(\"<a \",9999))",
    "=STRIPHTML(REPT(\"<!--\",9999)&REPT(\"<a href=\"\"\",9999))",
    "=DECODEHTML(REPT(\"&euro\",9999))",
    "=DECODEHTML(ENCODEHTML(ENCODEHTML(ENCODEHTML(REPT(\"&\",9999)))))",
    "=REGEXALL(t,\"\")",
    "=REGEXALL(t,\".*?b\")",
    "=NETWORKDAYS(\"1000-01-01\",\"9999-12-31\",l&\"\")",
    "=WORKDAY(\"2026-01-01\",l)",
    "=FROMEPOCH(l,\"ms\")&FROMEXCEL(l)",
    "=HMAC(t,t,\"SHA512\")&MD5(l)&SHA1(l)",
    "=BASE64DECODE(t)&DECODEURL(t)",
    "=PARSEJSON(l&\"\")",
    "=PARSEJSON(\"[\"&l&\"]\")",
    "=PARSEJSON(JSON($))",
    "=LET(j,JSON(l),MAP(l,LAMBDA(x,PARSEJSON(j))))",
    "=PARSEJSON(\"[\"&TEXTJOIN(\",\",TRUE,l,l,l,l,l,l,l,l,l,l)&\"]\")",
    "=PARSEJSON(REPT(\"[\",9999))",
    "=ENTRIES(PARSEJSON(\"{\"\"a\"\":\"&JSON($)&\"}\"))",
    "=MAP(l,LAMBDA(x,OBJECT(\"a\",x,\"b\",x)))",
    "=MAP(l,LAMBDA(x,SUM(MAP(l,LAMBDA(y,x*y)))))",
    "=REDUCE(\"\",l,LAMBDA(r,x,r&x&t))",
    "=REDUCE({1},l,LAMBDA(r,x,VSTACK(r,r)))",
    "=SPLITAMOUNT(1,l,9)",
    "=NFC(REPT(UNICHAR(801)&UNICHAR(769),9999))",
    "=ASCII(REPT(UNICHAR(801)&UNICHAR(769),9999))",
    "=ASCII(REPT(UNICHAR(65018),9999))",
    "=NFC(REPT(UNICHAR(7834),99999))",
    NULL};

static void
test_hostile(void)
{
    char *input = hostile_input(ELEMENTS);
    struct fixture f;
    CHECK(fixture_init(&f, input));
    for (size_t i = 0; hostile[i]; i++)
        check_cost(&f, hostile[i]);
    fixture_clear(&f);
    free(input);
}

static unsigned long state;

static unsigned
draw(unsigned n)
{
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(state >> 33) % n;
}

/* A random expression of functions, operators and the input's fields. */
static void
draw_expression(struct buf *out, unsigned depth)
{
    static const char *const atoms[] = {
        "l", "t",    "o",     "l[0]",   "\"a\"", "2",   "0.5",
        "$", "TRUE", "{1,2}", "o[*].a", "\" \"", "$..a"};
    static const char *const operators[] = {"+", "-", "*", "/",  "&",
                                            "=", "<", "^", "<>", ">="};
    struct formula_function_help h;
    unsigned what = depth == 0 ? 0 : draw(5);
    if (what < 2) {
        buf_adds(out, atoms[draw(sizeof atoms / sizeof *atoms)]);
    } else if (what == 2) {
        buf_addc(out, '(');
        draw_expression(out, depth - 1);
        buf_adds(out, operators[draw(10)]);
        draw_expression(out, depth - 1);
        buf_addc(out, ')');
    } else {
        formula_function_at(draw((unsigned)formula_function_count()), &h);
        unsigned most = h.max > 6 ? 4 : h.max;
        unsigned n = h.min >= most ? h.min : h.min + draw(most - h.min + 1);
        buf_addf(out, "%s(", h.name);
        for (unsigned i = 0; i < n; i++) {
            if (i)
                buf_addc(out, ',');
            draw_expression(out, depth - 1);
        }
        buf_addc(out, ')');
    }
}

static void
test_random(void)
{
    char *input = hostile_input(ELEMENTS);
    struct fixture f;
    CHECK(fixture_init(&f, input));
    state = test_seed();
    for (int i = 0; i < 400 && !test_failures_here; i++) {
        struct buf b;
        buf_init(&b, FORMULA_KB);
        draw_expression(&b, 4);
        if (!buf_failed(&b))
            check_cost(&f, buf_str(&b));
        buf_clear(&b);
    }
    fixture_clear(&f);
    free(input);
}

/* Brackets, signs and operators without end. */
static void
test_depth(void)
{
    static const struct {
        const char *unit;
        const char *what;
    } cases[] = {{"(", "64 brackets"},        {"-", "64 brackets"},
                 {"IF(", "64 brackets"},      {"{", "64 brackets"},
                 {"1+", "nested too deeply"}, {"LET(a,", "64 brackets"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        struct formula *f;
        struct error e;
        buf_init(&b, 1 << 16);
        buf_addc(&b, '=');
        while (b.len < 6000)
            buf_adds(&b, cases[i].unit);
        buf_adds(&b, "1");
        CHECK(formula_compile(&f, buf_str(&b), b.len, FORMULA_LANGUAGE, &e) ==
              ERR_INVALID);
        CHECK_HAS(e.text, cases[i].what);
        buf_clear(&b);
    }
    char *long_text = mem_alloc(FORMULA_TEXT_MAX + 2);
    memset(long_text, ' ', FORMULA_TEXT_MAX + 1);
    long_text[0] = '1';
    struct formula *f;
    struct error e;
    CHECK(formula_compile(&f, long_text, FORMULA_TEXT_MAX + 1, FORMULA_LANGUAGE,
                          &e) == ERR_INVALID);
    CHECK(formula_compile(&f, long_text, FORMULA_TEXT_MAX, FORMULA_LANGUAGE,
                          &e) == ERR_OK);
    formula_free(f);
    free(long_text);
}

/* A formula of which nobody wants the value any more does not begin.
 * Sabotage: let formula_eval_with() not look at scope->stopped. */
static void
test_stopped(void)
{
    struct fixture f;
    struct formula *formula = NULL;
    struct error e = {0};
    struct buf out;
    atomic_bool stopped = false;
    buf_init(&out, 100);
    CHECK(fixture_init(&f, "{}"));
    CHECK(formula_compile(&formula, "=1", 2, FORMULA_LANGUAGE, &e) == ERR_OK);
    f.scope.stopped = &stopped;
    CHECK(formula_eval(formula, &f.scope, &out, &e) == FORMULA_VALUE);
    stopped = true;
    CHECK(formula_eval(formula, &f.scope, &out, &e) == FORMULA_ERROR);
    CHECK_HAS(e.text, "stopped");
    formula_free(formula);
    buf_clear(&out);
    fixture_clear(&f);
}

/* The deepest formulas that compile are evaluated on a small stack. */
static void *
evaluate_deepest(void *context)
{
    bool *ok = context;
    struct buf b;
    buf_init(&b, 1 << 16);
    buf_adds(&b, "=1");
    for (int i = 0; i < 390; i++)
        buf_adds(&b, "+1");
    char *sum = eval_on("{}", buf_str(&b));
    buf_reset(&b);
    for (int i = 0; i < 60; i++)
        buf_adds(&b, "IF(TRUE,");
    buf_adds(&b, "1");
    for (int i = 0; i < 60; i++)
        buf_addc(&b, ')');
    char *nested = eval_on("{}", buf_str(&b));
    *ok = strcmp(sum, "391") == 0 && strcmp(nested, "1") == 0;
    buf_clear(&b);
    free(sum);
    free(nested);
    return NULL;
}

static void
test_stack(void)
{
    pthread_t thread;
    pthread_attr_t small;
    bool ok = false;
    pthread_attr_init(&small);
    CHECK_INT(pthread_attr_setstacksize(&small, 512 * 1024), 0);
    CHECK_INT(pthread_create(&thread, &small, evaluate_deepest, &ok), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&small);
    CHECK(ok);
}

/* A budget that is passed cannot be caught. */
static void
test_not_caught(void)
{
    char *input = hostile_input(5000);
    char *got = eval_on(input, "=IFERROR(MATCH(\"*&\"&l,l,0),\"caught\")");
    CHECK_HAS(got, "#NUM!: it needs too many steps");
    free(got);
    got = eval_on(
        input,
        "=IFERROR(LET(a,t&t&t&t&t&t&t&t,b,a&a&a&a&a&a&a&a,b&b&b&b&b&b),1)");
    CHECK_HAS(got, "#NUM!: it needs too much memory");
    free(got);
    free(input);
}

/* Long texts and lists pass: a match and a find cost what they pass, and the
 * budget grows with the input. Sabotage: charge T.n - FROM in ftext_find, or
 * the rest of the text in try_match; FORMULA_INPUT_STEPS or _BYTES
 * of 1. */
static void
test_long_input(void)
{
    enum { WORDS = 40000, LINES = 30000 };
    static const struct {
        const char *formula, *wanted;
    } cases[] = {
        {"=LEN(REGEXREPLACE(t,\"\\s+\",\" \"))", "140000"},
        {"=LEN(REGEXREPLACE(t,\"<[^>]+>\",\"\"))", "100000"},
        {"=LEN(REGEXREPLACE(t,\"[^\\x20-\\x7E]\",\"\"))", "160000"},
        {"=LEN(SUBSTITUTE(t,\" \",\"__\"))", "220000"},
        {"=TEXTAFTER(t,\"<\",-1)", "\"> \""},
        {"=SUM(l)", "60000"},
        {"=SUM(l*l)", "120000"},
        {"=COUNTA(FILTER(l,l>1))", "30000"},
        {"=COUNTA(UNIQUE(l))", "1"},
        {"=IFNA(XLOOKUP(n,n,n),0)=n", NULL},
    };
    struct buf b;
    buf_init(&b, 8 << 20);
    buf_adds(&b, "{\"t\":\"");
    for (int i = 0; i < WORDS; i++)
        buf_adds(&b, i % 2 ? "> " : "<b");
    for (int i = 0; i < WORDS; i++)
        buf_adds(&b, i % 2 ? "> " : " <");
    buf_adds(&b, "\",\"l\":[2");
    for (int i = 1; i < LINES; i++)
        buf_adds(&b, ",2");
    buf_adds(&b, "],\"n\":[0");
    for (int i = 1; i < 3000; i++)
        buf_addf(&b, ",%d", i);
    buf_adds(&b, "]}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = eval_on(buf_str(&b), cases[i].formula);
        if (cases[i].wanted)
            CHECK_STR(got, cases[i].wanted);
        else
            CHECK(strncmp(got, "[true,", 6) == 0);
        free(got);
    }
    buf_clear(&b);
}

/* A text in which every character is a hit costs what it is long, whatever
 * function reads it. Sabotage: begin with PATTERN_WINDOW_MOST in pattern.c, or
 * drop "behind_star" in ftext_find_like. */
static void
test_dense_texts(void)
{
    enum { UNITS = 10000 };
    static const struct {
        const char *unit, *formula, *wanted;
    } cases[] = {
        {"xxxxxx", "=LEN(REGEXREPLACE(t,\"[^0-9]\",\"\"))", "0"},
        {"a b c ", "=LEN(REGEXREPLACE(t,\"\\s+\",\"\"))", "30000"},
        {"xxxxxx", "=ROWS(REGEXALL(t,\"x\"))", "60000"},
        {"xxxxxx", "=LEN(SUBSTITUTE(t,\"x\",\"yy\"))", "120000"},
        {"a b c ", "=LEN(TEXTBEFORE(t,\" \",-1))", "59999"},
        {"a b c ", "=LEN(TEXTAFTER(t,\"B\",-1,1))", "3"},
        {"a b c ", "=ROWS(SPLIT(t,\" \"))", "30000"},
        {"xxxxxx", "=IFERROR(SEARCH(\"x*y\",t),0)", "0"},
        {"xxxxxx", "=IFERROR(SEARCH(\"x?y\",t),0)", "0"},
        {"xxxxxx", "=SEARCH(\"x*x\",t,100)", "100"},
        {"xxxxxx", "=COUNTIF(VSTACK(t),\"*x*y\")", "0"},
        {"a b c ", "=LEN(TRIM(t))", "59999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        buf_adds(&b, "{\"t\":\"");
        for (int k = 0; k < UNITS; k++)
            buf_adds(&b, cases[i].unit);
        buf_adds(&b, "\"}");
        char *got = eval_on(buf_str(&b), cases[i].formula);
        if (strcmp(got, cases[i].wanted) != 0)
            test_fail(__FILE__, __LINE__, cases[i].formula, got,
                      cases[i].wanted);
        free(got);
        buf_clear(&b);
    }
}

/* Matches are the same in windows as in the whole text, which a verb such as
 * (*LF) asks for. Sabotage: drop "v[1] >= end" or PCRE2_PARTIAL_HARD in
 * pattern.c. */
static void
test_windows(void)
{
    static const char *const patterns[] = {"\\s+",
                                           "$",
                                           "(?m)$",
                                           "\\bab",
                                           "a(?=b)",
                                           "a(?!b)",
                                           "(?<=b)a",
                                           "[ab]{3,}c",
                                           ".*c",
                                           "x*",
                                           "(a|ab)(c|bcd)(d*)",
                                           "\\R",
                                           "^",
                                           "(?m)^",
                                           "a+?b",
                                           "é+",
                                           "(?s).{1000}",
                                           "(?s)b.*a",
                                           "\\z",
                                           "c?$",
                                           "(?<!a)",
                                           "(?!.)",
                                           "\\X",
                                           "(?s)a.*?x",
                                           "(?s)x(?=.*c)"};
    static const char *const units[] = {"a", "b", " ",  "c",   "\\n",
                                        "é", "d", "ab", "bcd", "x"};
    srand(test_seed());
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct buf b, with, whole;
        buf_init(&b, 1 << 20);
        buf_init(&with, 1 << 10);
        buf_init(&whole, 1 << 10);
        buf_adds(&b, "{\"t\":\"");
        for (int k = 0; k < 2500; k++)
            buf_adds(&b, units[(size_t)rand() % (k % 700 < 350 ? 3 : 10)]);
        buf_adds(&b, "\"}");
        buf_addf(&with, "=REGEXREPLACE(t,\"%s\",\"[$0]\")", patterns[i]);
        buf_addf(&whole, "=REGEXREPLACE(t,\"(*LF)%s\",\"[$0]\")", patterns[i]);
        char *got = eval_on(buf_str(&b), buf_str(&with));
        char *wanted = eval_on(buf_str(&b), buf_str(&whole));
        if (strncmp(wanted, "#NUM!", 5) != 0)
            CHECK_STR(got, wanted);
        free(got);
        free(wanted);
        buf_clear(&b);
        buf_clear(&with);
        buf_clear(&whole);
    }
}

static const struct test tests[] = {
    {"long texts and lists pass", test_long_input},
    {"texts in which every character is a hit pass", test_dense_texts},
    {"matches in windows are those of the whole text", test_windows},
    {"hostile formulas keep their budget", test_hostile},
    {"random formulas keep their budget", test_random},
    {"depth and length are bounded", test_depth},
    {"the deepest formula needs little stack", test_stack},
    {"a passed budget cannot be caught", test_not_caught},
    {"what nobody waits for does not begin", test_stopped},
    {0}};

void
test_formula_budget(void)
{
    test_run("formula budget", tests);
}
