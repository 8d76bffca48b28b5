/*
 * Expected results: what a sample gives, compared cell by cell with what was
 * agreed. Costs milliseconds. To see the suite fail: in agreed_cells.c let
 * compare() use value_same, or in agreed.c drop is_in_loop.
 */
#include "workflow/preview/agreed.h"

#include <stdlib.h>

#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

static const char order[] =
    "{'format':1,'formulas':1,'name':'O',"
    "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
    "'blocks':["
    "{'id':'2','kind':'math','name':'Tax','formula':'=ROUND(total*0.05,2)'},"
    "{'id':'3','kind':'api','name':'Send','url':'https://x.example/a',"
    "'mapping':[{'target':'tax','source':'Tax!result'},"
    "{'target':'id','source':'id'},{'target':'memo','source':'memo'},"
    "{'target':'on','source':'=TEXT(NOW(),\\\"yyyy-mm-dd\\\")'}]},"
    "{'id':'4','kind':'iterate','name':'Each','list':'lines','blocks':["
    "{'id':'5','kind':'api','name':'Line','url':'https://x.example/l',"
    "'mapping':[{'target':'sku','source':'sku','required':true}]}]},"
    "{'id':'6','kind':'map','name':'Answer','mapping':["
    "{'target':'state','source':'Send!status'}]}]}";

#define INPUT                                                                  \
    "{'total':1250,'id':7615917337495251231,'lines':[{'sku':'a'},{'sku':'b'}]" \
    "}"
#define DAY 1770000000000 /* 2026-02-02 */

/* The cells that differ, a line each: "Send memo: "a" expected, - given". */
static char *
differ(const char *input, const char *outputs, const char *expected)
{
    struct error e = {0};
    struct agreed_cells cells;
    struct buf out;
    struct value *sample = value_object(), *agreed = case_value(expected);
    struct document *d = case_document(order);
    struct previewer *p = previewer_new(d);
    value_set(sample, "input", case_value(input));
    if (outputs)
        value_set(sample, "outputs", case_value(outputs));
    buf_init(&out, 10000);
    CHECK_INT(agreed_check(agreed, &e), ERR_OK);
    agreed_compare(&cells, p, sample, agreed, DAY);
    for (size_t i = 0; i < cells.count; i++) {
        const struct agreed_cell *c = &cells.items[i];
        buf_addf(&out, "%s%s %s: %s expected, %s given", i ? "\n" : "",
                 c->block, c->path, c->expected ? c->expected : "-",
                 c->given ? c->given : "-");
        if (c->why)
            buf_addf(&out, " (%s)", c->why);
    }
    agreed_cells_clear(&cells);
    previewer_free(p);
    document_free(d);
    value_free(sample);
    value_free(agreed);
    return buf_take(&out);
}

static void
check_differ(const char *expected, const char *lines)
{
    char *found = differ(INPUT, NULL, expected);
    CHECK_STR(found, lines);
    free(found);
}

static void
as_agreed(void)
{
    check_differ("{'Send':{'tax':62.5,'id':7615917337495251231,"
                 "'on':'2026-02-02'}}",
                 "");
    check_differ("{'Tax':{'result':62.5}}", "");
}

static void
numbers_are_compared_by_their_digits(void)
{
    check_differ("{'Tax':{'result':62.50}}", "");
    check_differ("{'Tax':{'result':6.25e1}}", "");
    check_differ("{'Tax':{'result':62.49}}",
                 "Tax result: 62.49 expected, 62.5 given");
    check_differ("{'Tax':{'result':'62.5'}}",
                 "Tax result: \"62.5\" expected, 62.5 given");
    /* Both are the same binary floating-point number. */
    check_differ("{'Send':{'tax':62.5,'id':7615917337495251000,"
                 "'on':'2026-02-02'}}",
                 "Send id: 7615917337495251000 expected, "
                 "7615917337495251231 given");
}

static void
missing_is_not_null(void)
{
    check_differ("{'Send':{'tax':62.5,'id':7615917337495251231,"
                 "'on':'2026-02-02','memo':null}}",
                 "Send memo: null expected, - given");
    check_differ("{'Send':{'tax':62.5,'on':'2026-02-02'}}",
                 "Send id: - expected, 7615917337495251231 given");
}

static void
a_loop_gives_a_list(void)
{
    check_differ("{'Line':[{'sku':'a'},{'sku':'b'}]}", "");
    check_differ("{'Line':[{'sku':'b'},{'sku':'b'},{'sku':'c'}]}",
                 "Line $[0].sku: \"b\" expected, \"a\" given\n"
                 "Line $[2]: {\"sku\":\"c\"} expected, - given");
}

static void
what_is_not_given_says_why(void)
{
    check_differ("{'Nothing':1}", "Nothing : 1 expected, - given "
                                  "(this version has no such block)");
    char *found = differ(INPUT, NULL, "{'Answer':{'state':'paid'}}");
    CHECK_HAS(found, "known only after a run");
    free(found);
    found = differ("{'total':1,'lines':[{}]}", NULL, "{'Line':[{'sku':1}]}");
    CHECK_HAS(found, "sku");
    free(found);
    found = differ("{'total':1,'lines':[]}", NULL, "{'Line':[{'sku':1}]}");
    CHECK_HAS(found, "(the list is empty)");
    free(found);
}

static void
other_blocks_answers_come_from_the_sample(void)
{
    char *found = differ(INPUT, "{'Send':{'status':'paid'}}",
                         "{'Answer':{'state':'paid'}}");
    CHECK_STR(found, "");
    free(found);
}

static void
what_it_gives_is_right(void)
{
    struct error e = {0};
    struct value *sample = value_object(), *v = NULL;
    struct agreed_cells cells;
    struct document *d = case_document(order);
    struct previewer *p = previewer_new(d);
    value_set(sample, "input", case_value(INPUT));
    CHECK_INT(agreed_from_preview(&v, p, sample, DAY, &e), ERR_OK);
    char *text = value_to_text(v);
    CHECK_STR(text, "{\"Send\":{\"tax\":62.5,\"id\":7615917337495251231,"
                    "\"on\":\"2026-02-02\"},"
                    "\"Line\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]}");
    agreed_compare(&cells, p, sample, v, DAY);
    CHECK_INT(cells.total, 0);
    free(text);
    agreed_cells_clear(&cells);
    value_free(v);
    value_set(sample, "input", case_value("{'total':'x','lines':[]}"));
    CHECK_INT(agreed_from_preview(&v, p, sample, DAY, &e), ERR_INVALID);
    CHECK_HAS(e.text, "Send: ");
    CHECK(!v);
    value_free(sample);
    previewer_free(p);
    document_free(d);
}

static void
not_an_expected_output(void)
{
    static const char *const bad[] = {"[]", "{}", "1", "null"};
    for (size_t i = 0; i < 4; i++) {
        struct error e = {0};
        struct value *v = case_value(bad[i]);
        CHECK_INT(agreed_check(v, &e), ERR_INVALID);
        value_free(v);
    }
}

void
test_workflow_agreed(void)
{
    static const struct test tests[] = {
        {"as agreed", as_agreed},
        {"numbers are compared by their digits",
         numbers_are_compared_by_their_digits},
        {"missing is not null", missing_is_not_null},
        {"a loop gives a list", a_loop_gives_a_list},
        {"what is not given says why", what_is_not_given_says_why},
        {"other blocks' answers come from the sample",
         other_blocks_answers_come_from_the_sample},
        {"what it gives is right", what_it_gives_is_right},
        {"not an expected output", not_an_expected_output},
        {NULL, NULL}};
    test_run("agreed", tests);
    failed_tests += test_result();
}
