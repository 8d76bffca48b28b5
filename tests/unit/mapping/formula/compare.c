/* One comparison everywhere: pairs of values, and every function that asks
 * whether they are equal or which comes first. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

struct pair {
    const char *x, *y; /* JSON */
    char order;        /* of X to Y: < = >, or ! for an error that names Y */
    bool equal;
    bool criterion; /* as a criterion X is met by Y, which minds no zeros */
};

static const struct pair pairs[] = {
    {"\"2026-10-12T14:05:09Z\"", "\"2026-10-12T16:05:09+02:00\"", '=', true,
     true},
    {"\"2026-10-12T15:05:09+02:00\"", "\"2026-10-12T14:05:09Z\"", '<', false,
     false},
    {"\"2026-10-12\"", "\"2026-11-01\"", '<', false, false},
    {"5", "5.0", '=', true, true},
    {"5", "\"5\"", '=', true, true},
    {"\"5.00\"", "5", '=', true, true},
    {"1000", "\"1,000.00\"", '=', true, true},
    {"\"$5\"", "5", '=', true, true},
    {"9", "\"10\"", '<', false, false},
    {"\"99.00\"", "100", '<', false, false},
    {"\"9\"", "\"10\"", '<', false, false},
    {"\"1,000.00\"", "\"999\"", '>', false, false},
    {"\"007\"", "\"7\"", '=', false, true},
    {"\"a\"", "\"A\"", '=', true, true},
    {"\"a\"", "\"b\"", '<', false, false},
    {"\"\xc3\xa9\"", "\"z\"", '>', false, false},
    {"5000", "\"1.234,56\"", '!', false, false},
    {"5", "\"1,500\"", '!', false, false},
};

/* TRUE where X equals Y; an error where that is not known. */
static const char *const equality[] = {
    "=x=y",
    "=NOT(x<>y)",
    "=INDEX(VSTACK(x)=y,1)",
    "=SWITCH(x,y,TRUE,FALSE)",
    "=INDEX(SWITCH(VSTACK(x),y,TRUE,FALSE),1)",
    "=IFS(x=y,TRUE,TRUE,FALSE)",
    "=IFNA(MATCH(x,VSTACK(y),0),0)=1",
    "=XLOOKUP(x,VSTACK(y),{TRUE},FALSE)",
    "=XLOOKUP(x,VSTACK(y),{TRUE},FALSE,2)",
    "=IFNA(VLOOKUP(x,row,2,FALSE),FALSE)",
    "=IFNA(HLOOKUP(x,column,2,FALSE),FALSE)",
    "=INDEX(FILTER({TRUE},VSTACK(x)=y,{FALSE}),1)",
};

/* TRUE where Y meets the criterion X. */
static const char *const criteria[] = {
    "=COUNTIF(VSTACK(y),x)=1",
    "=COUNTIFS(VSTACK(y),x)=1",
    "=SUMIF(VSTACK(y),x,{1})=1",
    "=SUMIFS({1},VSTACK(y),x)=1",
    "=COUNTIF(VSTACK(y),\"<>\"&x)=0",
    "=IFERROR(AVERAGEIF(VSTACK(y),x,{1}),0)=1",
    "=MAXIFS({1},VSTACK(y),x)=1",
};

/* The formula, and the orders of X to Y for which it is TRUE. */
static const char *const orders[][2] = {
    {"=x<y", "<"},
    {"=x<=y", "<="},
    {"=x>y", ">"},
    {"=x>=y", "=>"},
    {"=COUNTIF(VSTACK(y),\">\"&x)=1", "<"},
    {"=COUNTIFS(VSTACK(y),\"<\"&x)=1", ">"},
    {"=SUMIF(VSTACK(y),\">=\"&x,{1})=1", "<="},
    {"=EXACT(JSON(SORT(VSTACK(y,x))),JSON(VSTACK(x,y)))", "<"},
    {"=EXACT(JSON(SORT(VSTACK(x,y),,FALSE)),JSON(VSTACK(y,x)))", "<"},
    {"=IFNA(MATCH(x,VSTACK(y),1),0)=1", "=>"},
    {"=IFNA(MATCH(x,VSTACK(y),-1),0)=1", "<="},
    {"=XLOOKUP(y,VSTACK(x),{TRUE},FALSE,-1)", "<="},
    {"=XLOOKUP(y,VSTACK(x),{TRUE},FALSE,1)", "=>"},
};

static void
check(const struct pair *p, const char *formula, bool wanted, bool fails)
{
    char *input = mem_printf("{\"x\":%s,\"y\":%s,\"row\":[[%s,true]],"
                             "\"column\":[[%s],[true]]}",
                             p->x, p->y, p->y, p->y);
    char *got = eval_on(input, formula);
    bool good = fails ? strncmp(got, "#VALUE!", 7) == 0
                      : strcmp(got, wanted ? "true" : "false") == 0;
    if (!good) {
        char *text = mem_printf("%s on %s gives %s", formula, input, got);
        test_fail(__FILE__, __LINE__, text, got,
                  fails    ? "#VALUE!"
                  : wanted ? "true"
                           : "false");
        free(text);
    }
    free(got);
    free(input);
}

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof *(list); i++)

static void
test_equality(void)
{
    EACH(i, pairs)
    {
        EACH(k, equality)
        check(&pairs[i], equality[k], pairs[i].equal, pairs[i].order == '!');
        EACH(k, criteria)
        if (pairs[i].order != '!')
            check(&pairs[i], criteria[k], pairs[i].criterion, false);
    }
}

static void
test_order(void)
{
    EACH(i, pairs)
    EACH(k, orders)
    check(&pairs[i], orders[k][0], strchr(orders[k][1], pairs[i].order) != NULL,
          pairs[i].order == '!');
}

/* What only adds up: a text that begins like a number is named, not skipped. */
static void
test_sums(void)
{
    static const char *const names[] = {"SUM", "AVERAGE", "MIN",
                                        "MAX", "MEDIAN",  "SUMPRODUCT"};
    EACH(i, names)
    {
        char *formula = mem_printf("=%s(l)", names[i]);
        char *got = eval_on("{\"l\":[\"1,000.00\"]}", formula);
        CHECK_STR(got, "1000");
        free(got);
        got = eval_on("{\"l\":[\"1.234,56\",2]}", formula);
        CHECK(strstr(got, "#VALUE!") && strstr(got, "\"1.234,56\""));
        free(got);
        free(formula);
    }
}

static const struct test tests[] = {
    {"equality is one for all functions", test_equality},
    {"the order is one for all functions", test_order},
    {"sums name what is no number", test_sums},
    {0}};

void
test_formula_compare(void)
{
    test_run("formula compare", tests);
}
