/* What the runtime tells the rows of a mapping: what clears a field, which
 * fields are lists, dates and numbers. It costs some 20 ms. */
#include "base/mem.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;

#define FILLS(blocks)                                                          \
    "{'format':2,'formulas':2,'name':'T','connectors':{PIN},'trigger':{'id':"  \
    "'00000000-0000-4000-8000-000000000001','kind':'event','name':'E',"        \
    "'event':'go','label':'no','schema':{'properties':{'lines':{'type':"       \
    "'array'}}}},'blocks':[" blocks "]}"

/* What became of the event DATA for the workflow BLOCKS at an app with the
 * HASH. */
static struct shown
run_at(const char *connector, const char *blocks, const char *data)
{
    struct place p;
    place_install(&w, &p, place_workflow(&w, connector, blocks));
    char *id = place_event(&w, &p, data);
    struct shown s = run_finish(&w, id);
    free(id);
    s.id = NULL;
    return s;
}

static struct shown
run_blocks(const char *blocks, const char *data)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector,
                    ",'authentication':[],'clears':'emptyText'");
    return run_at(connector, blocks, data);
}

/* Sabotage: out->clears in run_mapping_scope() of scope.c. */
static void
what_clears_a_field_is_as_the_connector_says(void)
{
    struct shown s = run_blocks(
        FILLS(BLOCK(10, "action", "Make",
                    "'app':'thing','action':'make','mapping':[{'target':"
                    "'memo','source':'memo','write':'clear'}]") "," //
              BLOCK(11, "map", "Own",
                    "'mapping':[{'target':'memo','source':'memo',"
                    "'write':'clear'}]")),
        "{'no':1}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"got\":\"{\\\"memo\\\":\\\"\\\"}\"}");
    CHECK_HAS(s.steps, ":done:{\"memo\":null}");
    free(s.steps);
}

/* Sabotage: is_list in run_scope() of scope.c. */
static void
one_object_is_a_list_where_the_schema_says_so(void)
{
    struct shown s = run_blocks(
        FILLS(BLOCK(10, "map", "Own",
                    "'mapping':[{'target':'o[*].sku','source':"
                    "'lines[*].sku'}]")),
        "{'no':1,'lines':{'sku':'A'}}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, ":done:{\"o\":[{\"sku\":\"A\"}]}");
    free(s.steps);
}

/* Sabotage: document_expect() in compile_mapping() of compiled.c. */
static void
a_text_with_two_readings_is_not_sent(void)
{
    struct shown s = run_blocks(
        FILLS(BLOCK(10, "map", "Own",
                    "'schema':{'properties':{'due':{'type':'string',"
                    "'format':'date'}}},'mapping':[{'target':'due',"
                    "'source':'due'}]")),
        "{'no':1,'due':'03/04/2026'}");
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "\"03/04/2026\" is 2026-03-04 or 2026-04-03");
    free(s.steps);
}

/* Of the lists with a policy those that are sent are named, each once.
 * Sabotage: add_replaced() in block/action.c. */
static void
lists_that_replace_are_named(void)
{
    char *app = mem_printf(
        "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://%s',"
        "'authentication':[],'actions':{'make':{'name':'M','method':'POST',"
        "'path':'/make','effect':true,'replaces':{'query':'replace'}}}}",
        w.host);
    static const char blocks[] = FILLS(
        BLOCK(10, "action", "Make",
              "'app':'thing','action':'make','mapping':["
              "{'target':'item.items[*]','source':'lines[*]',"
              "'list':'replace'},{'target':'item.items[*].sku','source':"
              "'@.sku'},{'target':'taxes[*]','source':'lines[*]','list':"
              "'replace'},{'target':'taxes[*].no','source':'#'},"
              "{'target':'none[*]','source':'gone[*]','list':'replace'},"
              "{'target':'none[*].no','source':'#'}]"));
    char connector[DIGEST_SIZE];
    snprintf(connector, sizeof connector, "%s", world_document(&w, app));
    struct shown s =
        run_at(connector, blocks, "{'no':1,'lines':[{'sku':'A'}]}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "\"replace\":\"item,taxes\"");
    free(s.steps);
    free(app);
}

void
test_runtime_rows(void)
{
    static const struct test tests[] = {
        {"what clears a field is as the connector says",
         what_clears_a_field_is_as_the_connector_says},
        {"one object is a list where the schema says so",
         one_object_is_a_list_where_the_schema_says_so},
        {"lists that replace are named", lists_that_replace_are_named},
        {"a text with two readings is not sent",
         a_text_with_two_readings_is_not_sent},
        {NULL, NULL}};
    world_start(&w);
    test_run("rows", tests);
    failed_tests += test_result();
    world_stop(&w);
}
