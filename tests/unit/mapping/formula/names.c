/* References, renaming of blocks, checking, threads. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

static void
note(void *context, const char *block, const char *path)
{
    struct buf *b = context;
    buf_addf(b, "%s%s%s;", block ? block : "", block ? "!" : "", path);
}

static void
test_references(void)
{
    struct formula *f;
    struct buf b;
    const char *text = "=IF(Tax!result > @.q, 'Create cash sale'!id & x.y[0], "
                       "LET(n, $.a, n.b + lines[*].r)) & # & \"Tax!no\"";
    buf_init(&b, 4096);
    CHECK(formula_compile(&f, text, strlen(text), FORMULA_LANGUAGE, NULL) ==
          ERR_OK);
    formula_references(f, note, &b);
    CHECK_STR(buf_str(&b), "Tax!result;@.q;Create cash sale!id;x.y[0];$.a;"
                           "lines[*].r;");
    buf_clear(&b);
    formula_free(f);
}

static void
note_table(void *context, const char *table)
{
    buf_addf(context, "%s;", table);
}

static void
test_tables(void)
{
    struct formula *f;
    struct buf b;
    const char *text = "=LOOKUP(LOOKUP(a,\"In\"),\"Out \"\"1\"\"\",\"no\")&"
                       "XLOOKUP(1,\"x\",\"y\")&LOOKUP(a,table)";
    buf_init(&b, 4096);
    CHECK(formula_compile(&f, text, strlen(text), FORMULA_LANGUAGE, NULL) ==
          ERR_OK);
    formula_tables(f, note_table, &b);
    CHECK_STR(buf_str(&b), "In;Out \"1\";");
    buf_clear(&b);
    formula_free(f);
}

static void
test_rename(void)
{
    static const char *const cases[][4] = {
        {"=Tax!result + Tax ! 1", "Tax", "VAT", NULL},
        {"=Tax!result*2", "Tax", "VAT", "=VAT!result*2"},
        {"= tax!result", "Tax", "VAT", "= tax!result"},
        {"=Tax!a&\"Tax!a\"&'Tax'!b[?@.Tax==1]", "Tax", "Order tax",
         "='Order tax'!a&\"Tax!a\"&'Order tax'!b[?@.Tax==1]"},
        {"='It''s'!x", "It's", "a'b c", "='a''b c'!x"},
        {"='Create cash sale'!id", "Create cash sale", "Sale", "=Sale!id"},
        {"=Größe!x", "Größe", "G2", "=G2!x"},
        {"=a!x+b!x", "a", "b", "=b!x+b!x"},
        {"=Taxes!x", "Tax", "VAT", "=Taxes!x"},
        {"=1+", "Tax", "VAT", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = formula_rename_block(cases[i][0], cases[i][1], cases[i][2]);
        CHECK_STR(got, cases[i][3]);
        free(got);
    }
}

static void
test_check(void)
{
    struct formula_problem p[FORMULA_PROBLEMS];
    const char *text = "=SUMM(1) & LEFT() & REGEXMATCH(\"é\", \"(\") & 1 +";
    CHECK_INT(formula_check(text, strlen(text), FORMULA_LANGUAGE, p,
                            FORMULA_PROBLEMS),
              4);
    CHECK_INT(p[0].column, 2);
    CHECK_HAS(p[0].text, "did you mean SUM?");
    CHECK_INT(p[1].column, 12);
    CHECK_HAS(p[1].text, "LEFT(text, [count])");
    CHECK_INT(p[2].column, 37);
    CHECK_INT(p[3].column, 47);
    CHECK_INT(formula_check("=1", 2, FORMULA_LANGUAGE, p, FORMULA_PROBLEMS), 0);
    CHECK_INT(formula_check(text, strlen(text), FORMULA_LANGUAGE, p, 2), 2);
    CHECK_INT(formula_check("=\xff", 2, FORMULA_LANGUAGE, p, FORMULA_PROBLEMS),
              1);
    CHECK_HAS(p[0].text, "UTF-8");
}

/* One compiled formula, evaluated by several threads at once. */
static const struct formula *shared;

static void *
evaluate_often(void *context)
{
    bool *ok = context;
    struct fixture f;
    struct formula_arena *arena = formula_arena_new();
    struct buf out;
    buf_init(&out, 4096);
    *ok = fixture_init(&f, ".");
    for (int i = 0; *ok && i < 2000; i++) {
        buf_reset(&out);
        *ok = formula_eval_with(arena, shared, &f.scope, &out, NULL) ==
                  FORMULA_VALUE &&
              strcmp(buf_str(&out), "\"A-1/10023/ANA/16/141.8\"") == 0;
    }
    buf_clear(&out);
    formula_arena_free(arena);
    fixture_clear(&f);
    return NULL;
}

static void
test_threads(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    bool ok[THREADS];
    struct formula *f;
    const char *text =
        "=INDEX(SORT(lines[*].sku),1)&\"/\"&REGEXEXTRACT(number,\"\\d+\")&"
        "\"/\"&UPPER(LEFT(customer.fullName,3))&\"/\"&HOUR(date,"
        "\"Europe/Berlin\")&\"/\"&SUMPRODUCT(lines[*].quantity,lines[*].rate)";
    CHECK(formula_compile(&f, text, strlen(text), FORMULA_LANGUAGE, NULL) ==
          ERR_OK);
    shared = f;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, evaluate_often, &ok[i]);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(ok[i]);
    }
    formula_free(f);
}

/* An arena holds no more after a thousand evaluations than after one. */
static void
test_arena(void)
{
    struct fixture f;
    struct formula *formula;
    struct buf out;
    const char *text = "=TEXTJOIN(\",\",TRUE,SORT(lines[*].sku))&"
                       "REGEXREPLACE(number,$.pattern,\"x\")&JSON($)";
    buf_init(&out, 1 << 20);
    CHECK(fixture_init(&f, "."));
    CHECK(formula_compile(&formula, text, strlen(text), FORMULA_LANGUAGE,
                          NULL) == ERR_OK);
    struct formula_arena *arena = formula_arena_new();
    formula_eval_with(arena, formula, &f.scope, &out, NULL);
    size_t once = formula_arena_most(arena);
    for (int i = 0; i < 1000; i++) {
        buf_reset(&out);
        formula_eval_with(arena, formula, &f.scope, &out, NULL);
    }
    CHECK(formula_arena_most(arena) <= once + 65536);
    formula_arena_free(arena);
    formula_free(formula);
    fixture_clear(&f);
    buf_clear(&out);
}

static const struct test tests[] = {
    {"references are visited in order", test_references},
    {"tables are visited in order", test_tables},
    {"blocks are renamed", test_rename},
    {"all problems are found", test_check},
    {"threads share a compiled formula", test_threads},
    {"an arena does not grow", test_arena},
    {0}};

void
test_formula_names(void)
{
    test_run("formula", tests);
}
