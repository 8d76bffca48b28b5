/* Materiality and the questions of a document. */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "workflow/document/ask.h"
#include "workflow/validate/material.h"

static const char two_apps[] =
    "{'format':1,'formulas':1,'name':'N',"
    "'connectors':{'netsuite':'%s','http':'%s'},"
    "'blocks':["
    "{'id':'1','kind':'action','name':'A','app':'netsuite',"
    "  'action':'createCashSale'},"
    "{'id':'2','kind':'if','name':'I','condition':'=TRUE','then':["
    "  {'id':'3','kind':'api','name':'B','url':{'ask':{'label':'URL'}},"
    "   'headers':{'X-Team':{'ask':{'label':'Team','required':false}}},"
    "   'auth':{'kind':'bearer','app':'http'}}]},"
    "{'id':'4','kind':'action','name':'C','app':'netsuite',"
    "  'action':'createCashSale'},"
    "{'id':'5','kind':'variables','name':'V','values':["
    "  {'name':'region','ask':{'label':'Region','options':["
    "    {'label':'EU','value':'eu'},{'label':'US','value':'us'}]}}]}]}";

#define CONNECTED "'connected':{'netsuite':['rest_webservices'],'http':[]}"
#define ANSWER_3 "'00000000-0000-4000-8000-000000000003':{'url':'https://x'}"
#define ANSWER_5 "'00000000-0000-4000-8000-000000000005':{'region':'eu'}"

static const struct {
    const char *facts, *needs;
} cases[] = {
    {"{}", "connect netsuite; connect http; answer url; answer region; "},
    {"{" CONNECTED "}", "answer url; answer region; "},
    {"{" CONNECTED ",'answers':{" ANSWER_3 "}}", "answer region; "},
    {"{" CONNECTED ",'answers':{" ANSWER_3 "," ANSWER_5 "}}", ""},
    {"{'connected':{'netsuite':[],'http':[]},"
     "'answers':{" ANSWER_3 "," ANSWER_5 "}}",
     "scope netsuite rest_webservices; "},
    {"{'connected':{'netsuite':['rest_webservices']},"
     "'answers':{" ANSWER_3 "," ANSWER_5 "}}",
     "connect http; "},
};

static struct document *
document_of_two_apps(const struct connector_set *set)
{
    char text[2048];
    snprintf(text, sizeof text, two_apps,
             connector_hash(connector_set_app(set, "netsuite")),
             connector_hash(connector_set_app(set, "http")));
    return case_document(text);
}

/* What rows are looked up in must be connected, with the scopes of the search.
 * Sabotage: demand_looked_up. */
static void
needs_of_look_ups(void)
{
    static const char form[] =
        "{'format':2,'formulas':2,'name':'N','connectors':{'netsuite':'%s'},"
        "'blocks':[{'id':'1','kind':'map','name':'M','mapping':[{'target':'a',"
        "'source':'x','find':'netsuite suiteql by q, take id, else blank'}]}]}";
    static const char *const facts[][2] = {
        {"{}", "[{\"kind\":\"connect\",\"app\":\"netsuite\""},
        {"{'connected':{'netsuite':[]}}", "\"scope\":\"rest_webservices\""},
        {"{'connected':{'netsuite':['rest_webservices']}}", "[]"}};
    struct connector_set set;
    shipped_connectors(&set);
    char *text =
        mem_printf(form, connector_hash(connector_set_app(&set, "netsuite")));
    struct document *d = case_document(text);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        struct need_list found;
        struct value *f = case_value(facts[i][0]);
        need_list_init(&found);
        material_needs(d, &set, f, &found);
        struct value *v = need_list_value(&found);
        char *json = value_to_text(v);
        CHECK_HAS(json, facts[i][1]);
        free(json);
        value_free(v);
        value_free(f);
        need_list_clear(&found);
    }
    document_free(d);
    free(text);
    connector_set_clear(&set);
}

/* Sabotage: without the ask_each in material_needs, answers are forgotten and
 * this fails. */
static void
needs(void)
{
    struct connector_set set;
    shipped_connectors(&set);
    struct document *d = document_of_two_apps(&set);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value *facts = case_value(cases[i].facts);
        struct need_list list;
        struct buf got;
        buf_init(&got, 1000);
        need_list_init(&list);
        material_needs(d, &set, facts, &list);
        for (size_t k = 0; k < list.count; k++) {
            const struct need *n = &list.items[k];
            if (n->kind == NEED_CONNECT)
                buf_addf(&got, "connect %s; ", n->app);
            else if (n->kind == NEED_SCOPE)
                buf_addf(&got, "scope %s %s; ", n->app, n->scope);
            else
                buf_addf(&got, "answer %s; ", n->field);
        }
        CHECK_STR(buf_str(&got), cases[i].needs);
        need_list_clear(&list);
        value_free(facts);
        buf_clear(&got);
    }
    document_free(d);
    connector_set_clear(&set);
}

/* "Team" is not required: a version that asks for it alone goes live at once.
 * Sabotage: leave ask->required out of need_answer. */
static void
a_question_that_is_not_required_is_not_material(void)
{
    static const char *const facts[] = {
        "{}", "{" CONNECTED ",'answers':{" ANSWER_3 "," ANSWER_5 "}}"};
    struct connector_set set;
    shipped_connectors(&set);
    struct document *d = document_of_two_apps(&set);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        struct value *v = case_value(facts[i]);
        struct need_list list;
        need_list_init(&list);
        material_needs(d, &set, v, &list);
        CHECK_INT(list.count, i == 0 ? 4 : 0);
        for (size_t k = 0; k < list.count; k++)
            CHECK(!list.items[k].label ||
                  strcmp(list.items[k].label, "Team") != 0);
        need_list_clear(&list);
        value_free(v);
    }
    document_free(d);
    connector_set_clear(&set);
}

/* The answer on the wire, with its label. */
static void
needs_as_json(void)
{
    struct connector_set set;
    struct need_list list;
    shipped_connectors(&set);
    struct document *d = document_of_two_apps(&set);
    need_list_init(&list);
    material_needs(d, &set, NULL, &list);
    struct value *v = need_list_value(&list);
    char *text = value_to_text(value_at(v, 0));
    CHECK_STR(text, "{\"kind\":\"connect\",\"app\":\"netsuite\",\"label\":"
                    "\"Connect NetSuite\"}");
    free(text);
    value_free(v);
    need_list_clear(&list);
    document_free(d);
    connector_set_clear(&set);
}

struct check {
    const char *field;
    const struct value *answer;
    struct error e;
};

static void
check_one(void *context, const struct ask *ask)
{
    struct check *c = context;
    if (strcmp(ask->field, c->field) == 0)
        ask_check(ask, c->answer, &c->e);
}

static void
answers(void)
{
    static const struct {
        const char *field, *answer, *error;
    } wanted[] = {{"region", "'eu'", ""},
                  {"region", "'mars'", "not one of the options"},
                  {"region", "7", "text is expected"},
                  {"url", "''", "required"},
                  {"headers[X-Team]", "''", ""}};
    struct connector_set set;
    shipped_connectors(&set);
    struct document *d = document_of_two_apps(&set);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct value *v = case_value(wanted[i].answer);
        struct check c = {.field = wanted[i].field, .answer = v};
        ask_each(d, check_one, &c);
        if (*wanted[i].error)
            CHECK_HAS(c.e.text, wanted[i].error);
        else
            CHECK_STR(c.e.text, "");
        value_free(v);
    }
    struct value *form = ask_form(document_block_find(d, "V"));
    char *text = value_to_text(form);
    CHECK_STR(text, "[{\"name\":\"region\",\"displayName\":\"Region\",\"type\":"
                    "\"string\",\"required\":true,\"options\":[{\"displayName\""
                    ":\"EU\",\"value\":\"eu\"},{\"displayName\":\"US\","
                    "\"value\":\"us\"}]}]");
    free(text);
    value_free(form);
    document_free(d);
    connector_set_clear(&set);
}

void
test_workflow_material(void)
{
    static const struct test tests[] = {
        {"what the end user must do", needs},
        {"a question that is not required is not material",
         a_question_that_is_not_required_is_not_material},
        {"needs of look-ups", needs_of_look_ups},
        {"needs as JSON", needs_as_json},
        {"answers and forms", answers},
        {NULL, NULL}};
    test_run("material", tests);
    failed_tests += test_result();
}
