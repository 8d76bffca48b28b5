/*
 * What a version sends that the live one does not, over samples. Costs
 * milliseconds. To see the suite fail: in sends.c let path_of_all() copy its
 * text, drop `c->last != s->samples`, or let compare() skip the second loop.
 */
#include "workflow/preview/sends.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#define DAY 1770000000000 /* 2026-02-02 */

/* A workflow with one order sent (ROWS and URL) and each line sent (LINE), and
 * more blocks MORE. */
#define ORDER(url, rows, line, more)                                           \
    "{'format':1,'formulas':1,'name':'O',"                                     \
    "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"            \
    "'blocks':["                                                               \
    "{'id':'3','kind':'api','name':'Send','url':'https://x.example/" url "',"  \
    "'mapping':[" rows "]},"                                                   \
    "{'id':'4','kind':'iterate','name':'Each','list':'lines','blocks':["       \
    "{'id':'6','kind':'if','name':'Paid','condition':'=qty>0','then':["         \
    "{'id':'5','kind':'api','name':'Line','url':'https://x.example/l',"        \
    "'mapping':[" line "]}],'else':[]}]}" more "]}"
#define ID "{'target':'id','source':'id'}"
#define SKU "{'target':'sku','source':'sku'}"
#define LIVE ORDER("a", ID, SKU, "")

/* Three orders; the second has no lines, the total of the third is no number. */
static const char *const orders[] = {
    "{'input':{'id':'A','total':1250,'lines':[{'sku':'a','qty':1},"
    "{'sku':'b','qty':2}],'list':[{'n':1},{'n':2}]}}",
    "{'input':{'id':'B','total':100,'lines':[]}}",
    "{'input':{'id':'C','total':'x','lines':[{'sku':'c','qty':0},"
    "{'sku':'d','qty':5}]}}",
};

/* The lines and the sum for VERSION against OTHER (NULL: none). */
static char *
said(const char *version, const char *other)
{
    struct document *d = case_document(version);
    struct document *was = other ? case_document(other) : NULL;
    struct previewer *p = previewer_new(d);
    struct previewer *q = was ? previewer_new(was) : NULL;
    struct sends s;
    struct buf out;
    buf_init(&out, 10000);
    sends_init(&s, p, q);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        static const char *const labels[] = {"A", "B", "C"};
        struct value *v = case_value(orders[i]);
        struct preview_sample sample = {labels[i], v};
        CHECK_INT(sends_add(&s, &sample, DAY, NULL), ERR_OK);
        value_free(v);
    }
    for (size_t i = 0; i < s.count; i++) {
        sends_say_cell(&s, i, &out);
        buf_addc(&out, '\n');
    }
    sends_say_sum(&s, &out);
    sends_clear(&s);
    previewer_free(p);
    previewer_free(q);
    document_free(d);
    document_free(was);
    return buf_take(&out);
}

static void
check_said(const char *version, const char *other, const char *lines)
{
    char *found = said(version, other);
    CHECK_STR(found, lines);
    free(found);
}

static void
the_same_version_sends_nothing_else(void)
{
    check_said(LIVE, LIVE,
               "3 samples: nothing that is sent differs, 0 fail");
    check_said(LIVE, NULL,
               "3 samples: nothing is live to compare with, 0 fail");
}

static void
a_new_cell_is_told_with_the_first_sample(void)
{
    check_said(ORDER("a",
                     ID ",{'target':'tax','source':'=ROUND(total*0.05,2)'}",
                     SKU, ""),
               LIVE,
               "Send: + tax, 62.5 on A (2 of 3 samples)\n"
               "Send: - a call, was {\"id\":\"C\"} on C (1 of 3 samples)\n"
               "3 samples: 3 send something else, 1 fails");
}

static void
changed_and_missing_cells_are_told(void)
{
    check_said(ORDER("a", "{'target':'id','source':'=id&\\\"!\\\"'}",
                     "{'target':'qty','source':'qty'}", ""),
               LIVE,
               "Send: ~ id, \"A\" -> \"A!\" on A (3 of 3 samples)\n"
               "Line: - sku, was \"a\" on A (2 of 3 samples)\n"
               "Line: + qty, 1 on A (2 of 3 samples)\n"
               "3 samples: 3 send something else, 0 fail");
}

static void
the_elements_of_a_list_are_one_cell(void)
{
    check_said(ORDER("a",
                     ID ",{'target':'items[*].n','source':'list[*].n'}",
                     SKU, ""),
               ORDER("a",
                     ID ",{'target':'items[*].n','source':'list[*].m'},"
                        "{'target':'items[*].k','source':'list[*].n'}",
                     SKU, ""),
               "Send: - items[*].k, was 1 on A (1 of 3 samples)\n"
               "Send: + items[*].n, 1 on A (1 of 3 samples)\n"
               "3 samples: 1 sends something else, 0 fail");
}

static void
another_place_and_other_calls_are_told(void)
{
    check_said(ORDER("b", ID, SKU,
                     ",{'id':'7','kind':'api','name':'Log',"
                     "'url':'https://x.example/log','mapping':[" ID "]}"),
               LIVE,
               "Send: ~ where to, POST https://x.example/a -> POST "
               "https://x.example/b on A (3 of 3 samples)\n"
               "Log: + a call, {\"id\":\"A\"} on A (3 of 3 samples)\n"
               "3 samples: 3 send something else, 0 fail");
    check_said(LIVE,
               ORDER("a", ID, SKU,
                     ",{'id':'7','kind':'api','name':'Log',"
                     "'url':'https://x.example/log','mapping':[" ID "]}"),
               "Log: - a call, was {\"id\":\"A\"} on A (3 of 3 samples)\n"
               "3 samples: 3 send something else, 0 fail");
}

/* A condition that lets another line through adds that call and moves none. */
static void
calls_of_a_loop_keep_their_elements(void)
{
    char text[4000];
    const char *from = LIVE, *at = strstr(LIVE, "=qty>0");
    snprintf(text, sizeof text, "%.*s=qty<5%s", (int)(at - from), from,
             at + strlen("=qty>0"));
    check_said(text, LIVE,
               "Line: + a call, {\"sku\":\"c\"} on C (1 of 3 samples)\n"
               "Line: - a call, was {\"sku\":\"d\"} on C (1 of 3 samples)\n"
               "3 samples: 1 sends something else, 0 fail");
}

void
test_workflow_sends(void)
{
    static const struct test tests[] = {
        {"the same version sends nothing else",
         the_same_version_sends_nothing_else},
        {"a new cell is told with the first sample",
         a_new_cell_is_told_with_the_first_sample},
        {"changed and missing cells are told",
         changed_and_missing_cells_are_told},
        {"the elements of a list are one cell",
         the_elements_of_a_list_are_one_cell},
        {"another place and other calls are told",
         another_place_and_other_calls_are_told},
        {"calls of a loop keep their elements",
         calls_of_a_loop_keep_their_elements},
        {NULL, NULL}};
    test_run("sends", tests);
    failed_tests += test_result();
}
