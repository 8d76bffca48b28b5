/* Connectors: the shipped ones, what is refused, sets. */
#include <glob.h>

#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "base/mem.h"
#include "workflow/connector/connector.h"

#define SHIPPED TAILOR_SRCDATADIR "/connectors/"

void
shipped_connectors(struct connector_set *set)
{
    glob_t files = {0};
    connector_set_init(set);
    CHECK_INT(glob(SHIPPED "*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *text = data_read(files.gl_pathv[i] + strlen(TAILOR_SRCDATADIR));
        struct connector *c = NULL;
        struct error e = {0};
        connector_parse(&c, text, strlen(text), files.gl_pathv[i], &e);
        CHECK_STR(e.text, "");
        if (c)
            connector_set_add(set, c);
        free(text);
    }
    globfree(&files);
}

/* Sabotage: leave a file of data/connectors out of data/local.mk. */
static void
every_connector_is_installed(void)
{
    char *listed = data_read("local.mk");
    glob_t files = {0};
    CHECK_INT(glob(SHIPPED "*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *name =
            mem_printf("/connectors/%s", files.gl_pathv[i] + strlen(SHIPPED));
        CHECK_HAS(listed, name);
        free(name);
    }
    globfree(&files);
    free(listed);
}

static void
shipped(void)
{
    struct connector_set set;
    shipped_connectors(&set);
    const struct connector *c = connector_set_app(&set, "netsuite");
    const struct connector_action *a = connector_action(c, "createCashSale");
    CHECK_STR(a->method, "POST");
    CHECK_STR(a->path, "/services/rest/record/v1/cashSale");
    CHECK(a->effect);
    CHECK_STR(value_get_text(a->idempotency, "header"),
              "X-NetSuite-Idempotency-Key");
    a = connector_action(c, "searchPurchaseOrders");
    CHECK(!a->effect);
    CHECK_STR(value_get_text(a->paging, "more"), "hasMore");
    CHECK(!connector_action(c, "createCash"));
    CHECK(connector_needs_credential(c));
    CHECK_STR(value_get_text(connector_authentication_of(c, "oauth1"), "realm"),
              "{account}");
    CHECK(!connector_authentication_of(c, "basic"));
    CHECK(connector_set_find(&set, connector_hash(c)) == c);
    CHECK(!connector_set_find(&set, NULL));
    connector_set_clear(&set);
}

/* The hash does not depend on key order or white space. */
static void
content_addressed(void)
{
    static const char *const texts[] = {
        "{'format':1,'app':'a','name':'A','authentication':[],'actions':{}}",
        "{ 'actions':{}, 'name':'A', 'app':'a',\n'authentication':[ ],"
        "'format':1}"};
    struct connector *c[2];
    for (size_t i = 0; i < 2; i++)
        CHECK_INT(connector_from_value(&c[i], case_value(texts[i]), NULL),
                  ERR_OK);
    CHECK_STR(connector_hash(c[0]), connector_hash(c[1]));
    CHECK(!connector_needs_credential(c[0]));
    connector_free(c[0]);
    connector_free(c[1]);
}

#define HEAD "'format':1,'app':'a','name':'A','authentication':[]"

static void
refused(void)
{
    static const struct {
        const char *text, *error;
    } wrong[] = {
        {"{}", "\"format\" is missing"},
        {"{'format':2}", "newer"},
        {"{" HEAD ",'actions':{},'colour':1}", "unknown key \"colour\""},
        {"{'format':1,'app':'A b','name':'A','authentication':[],"
         "'actions':{}}",
         "\"app\" has"},
        {"{" HEAD ",'baseUrl':'http://x','actions':{}}", "https://"},
        {"{" HEAD ",'actions':{'x':{'name':'X','method':'FETCH','path':''}}}",
         "action x: the method"},
        {"{" HEAD ",'actions':{'x':{'name':'X','method':'GET','path':'x'}}}",
         "begin with /"},
        {"{" HEAD
         ",'actions':{'x':{'name':'X','method':'GET','path':'/{id}'}}}",
         "{id} of the path"},
        {"{" HEAD ",'actions':{'x':{'name':'X','method':'GET','path':'/',"
         "'paging':{'style':'random','items':'i'}}}}",
         "style of paging"},
        {"{'format':1,'app':'a','name':'A','actions':{},'authentication':"
         "[{'kind':'magic','label':'M','fields':[]}]}",
         "unknown kind"},
        {"{'format':1,'app':'a','name':'A','actions':{},'authentication':"
         "[{'kind':'oauth2','label':'M','fields':[],'grant':"
         "'authorizationCode','tokenUrl':'https://x'}]}",
         "authorizeUrl"},
        {"{" HEAD ",'clears':'zero','actions':{}}", "null or emptyText"},
        {"{" HEAD ",'actions':{'x':{'name':'X','method':'PUT','path':'',"
         "'replaces':{'by':'x'}}}}",
         "by"},
        {"{" HEAD ",'actions':{'x':{'name':'X','method':'POST','path':'',"
         "'exists':{'action':'x','key':'id'}}}}",
         "changes nothing"},
        {"{" HEAD ",'actions':{'x':{'name':'X','method':'POST','path':'',"
         "'exists':{'action':'y','key':'id'}},'y':{'name':'Y','method':'GET',"
         "'path':''}}}",
         "not among the inputs"},
        /* Sabotage: leave connector_key_field() out of the check. */
        {"{'format':1,'app':'a','name':'A','actions':{},'authentication':"
         "[{'kind':'apiKey','label':'K','fields':[{'name':'region','label':"
         "'R'},{'name':'key','label':'K'}]}]}",
         "is the key"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct connector *c;
        struct error e = {0};
        CHECK(connector_from_value(&c, case_value(wrong[i].text), &e));
        CHECK(!c);
        CHECK_HAS(e.text, wrong[i].error);
    }
}

#define PAGED(method, path, query, more)                                       \
    "{" HEAD ",'actions':{'x':{'name':'X','method':'" method "','path':'" path \
    "','query':[" query "],'input':{'type':'object','properties':{'from':"     \
    "{'type':'integer'}}},'paging':{'style':'offset','offset':'from','limit':" \
    "'most','items':'items','more':'more'}" more "}}}"

/* What the new connector TEXT is refused for; "" where it is taken. */
static struct error
check_new(const char *text)
{
    struct connector *c;
    struct error e = {0};
    CHECK_INT(connector_from_value(&c, case_value(text), &e), ERR_OK);
    CHECK_INT(connector_check_new(c, &e), *e.text ? ERR_INVALID : ERR_OK);
    connector_free(c);
    return e;
}

/* A stored connector like that is read all the same. Sabotage: leave is_in_path
 * or the look at "fixed" out of unsent(). */
static void
a_new_search_sends_where_its_page_begins(void)
{
    static const char *const good[] = {
        PAGED("GET", "/s", "'from','most'", ""),
        PAGED("GET", "/s/{from}", "'most'", ""),
        PAGED("POST", "/s", "", ""),
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_STR(check_new(good[i]).text, "");
    CHECK_HAS(check_new(PAGED("GET", "/s", "'number','most'", "")).text,
              "action x: paging: the offset \"from\" is not sent");
    CHECK_HAS(check_new(PAGED("GET", "/s/{from}", "'from'", "")).text,
              "action x: paging: the limit \"most\" is not sent");
    CHECK_HAS(check_new(PAGED("POST", "/s", "", ",'fixed':{'from':0}")).text,
              "the offset \"from\" is among \"fixed\"");
}

#define STYLED(paging)                                                         \
    "{" HEAD ",'actions':{'x':{'name':'X','method':'GET','path':'/s','query':" \
    "['from','most','page','after'],'paging':{'items':'i'," paging "}}}}"

/* What a style of paging needs is there, and nothing that only another one
 * uses. Sabotage: a check of check_style(). */
static void
a_new_search_has_what_its_style_needs(void)
{
    static const char *const good[] = {
        STYLED("'style':'offset','offset':'from','limit':'most','total':'t'"),
        STYLED("'style':'page','page':'page','first':0"),
        STYLED("'style':'page','page':'page','limit':'most','more':'m'"),
        STYLED("'style':'cursor','cursor':'after','next':'/p/next'"),
        STYLED("'style':'link','next':'next','limit':'most'"),
    };
    static const struct {
        const char *text, *error;
    } wrong[] = {
        {STYLED("'style':'offset','limit':'most','more':'m'"),
         "the style offset needs \"offset\""},
        {STYLED("'style':'offset','offset':'from','limit':'most'"),
         "nothing says where the search ends"},
        {STYLED("'style':'page','limit':'most'"),
         "the style page needs \"page\""},
        {STYLED("'style':'page','page':'page','offset':'from'"),
         "\"offset\" does not belong to the style page"},
        {STYLED("'style':'page','page':'number'"),
         "the page \"number\" is not sent"},
        {STYLED("'style':'cursor','cursor':'after'"),
         "the style cursor needs \"next\""},
        {STYLED("'style':'cursor','next':'n'"),
         "the style cursor needs \"cursor\""},
        {STYLED("'style':'cursor','cursor':'nosuch','next':'n'"),
         "the cursor \"nosuch\" is not sent"},
        {STYLED("'style':'link'"), "the style link needs \"next\""},
        {STYLED("'style':'link','next':'n','first':1"),
         "\"first\" does not belong to the style link"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_STR(check_new(good[i]).text, "");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_HAS(check_new(wrong[i].text).text, wrong[i].error);
}

void
test_workflow_connector(void)
{
    static const struct test tests[] = {
        {"the shipped connectors", shipped},
        {"every connector of the tree is installed",
         every_connector_is_installed},
        {"hashes of connectors", content_addressed},
        {"what is no connector is refused", refused},
        {"a new search sends where its page begins",
         a_new_search_sends_where_its_page_begins},
        {"a new search has what its style needs",
         a_new_search_has_what_its_style_needs},
        {NULL, NULL}};
    test_run("connector", tests);
    failed_tests += test_result();
}
