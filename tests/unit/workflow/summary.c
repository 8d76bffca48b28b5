/* Summaries of blocks, the diff as JSON, schemas and their targets. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "workflow/connector/schema.h"
#include "workflow/edit/summary.h"

static void
summaries(void)
{
    static const struct {
        const char *block, *summary;
    } wanted[] = {
        {"{'kind':'event','event':'order.recorded'}", "order.recorded"},
        {"{'kind':'event'}", "not set"},
        {"{'kind':'installation'}", "On installation"},
        {"{'kind':'schedule','cron':'0 6 * * *'}", "0 6 * * * UTC"},
        {"{'kind':'poll','app':'netsuite','action':'searchPurchaseOrders'}",
         "NetSuite: Search purchase orders"},
        {"{'kind':'action','app':'netsuite','action':'createCashSale',"
         "'mapping':[{'target':'a','source':'b'},{'target':'c'}]}",
         "NetSuite: Create cash sale, 2 fields, 1 blank"},
        {"{'kind':'action','app':'avalara','action':'x'}", "avalara: x"},
        {"{'kind':'api','url':{'ask':{'label':'URL'}}}",
         "POST asked from the user"},
        {"{'kind':'math','formula':'=1+1'}", "=1+1"},
        {"{'kind':'find','list':'lines','condition':'=@.a'}",
         "lines where =@.a"},
        {"{'kind':'if','condition':'=a > 1'}", "=a > 1"},
        {"{'kind':'branch','cases':[{}],'match':'all'}",
         "1 case, all that match"},
        {"{'kind':'iterate','list':'lines','onError':'setAside'}",
         "lines, failed elements are set aside"},
        {"{'kind':'delay','for':'PT5M'}", "for PT5M"},
        {"{'kind':'variables','values':[{'name':'a','ask':{'label':'A'}}]}",
         "asks a"},
        {"{'kind':'call','workflow':'w'}", "runs w"},
        {"{'kind':'map','mapping':[{'target':'a','source':'b'}]}",
         "builds a value, 1 field"},
        {"{'kind':'code','inputs':{'a':'b'}}", "1 input"},
        {"{'kind':'stop','reason':'todo','note':'map it'}", "to do: map it"},
        {"{'kind':'stop','reason':'end'}", "normal end"},
    };
    struct connector_set set;
    shipped_connectors(&set);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct value *root = case_value("{'format':1,'formulas':1,'name':'N'}");
        struct value *block = case_value(wanted[i].block), *pins;
        struct document *d = NULL;
        struct error e = {0};
        value_set_text(block, "id", case_uuid(1));
        value_set_text(block, "name", "B");
        pins = value_object();
        value_set_text(pins, "netsuite",
                       connector_hash(connector_set_app(&set, "netsuite")));
        value_set(root, "connectors", pins);
        if (kind_find(value_get_text(block, "kind"))->role == ROLE_TRIGGER) {
            value_set(root, "trigger", block);
        } else {
            value_set(root, "blocks", value_array());
            value_append(value_get(root, "blocks"), block);
        }
        document_from_value(&d, root, &e);
        CHECK_STR(e.text, "");
        if (d) {
            char *got = summary_block(&d->blocks[0], d, &set);
            CHECK_STR(got, wanted[i].summary);
            free(got);
        }
        document_free(d);
    }
    connector_set_clear(&set);
}

static void
diff_as_json(void)
{
    struct document *a = case_document(
        "{'format':1,'formulas':1,'name':'N','blocks':[{'id':'1','kind':'map',"
        "'name':'M','mapping':[{'target':'a'},{'target':'b','source':'x'}]}]}");
    struct document *b = case_document(
        "{'format':1,'formulas':1,'name':'N','blocks':[{'id':'1','kind':'map',"
        "'name':'M','mapping':[{'target':'a','source':'Tax!result'},"
        "{'target':'b','source':'x','required':true,'default':0}]}]}");
    struct change_list l;
    change_list_init(&l);
    diff_documents(a, b, &l);
    struct value *v = change_list_value(&l);
    char *text = value_to_text(v);
    CHECK_STR(
        text,
        "[{\"kind\":\"changed\",\"subject\":\"row\",\"blockId\":"
        "\"00000000-0000-4000-8000-000000000001\",\"block\":\"M\",\"field\":"
        "\"a\",\"before\":\"\",\"after\":\"Tax!result\",\"text\":\"M > a: "
        "blank -> Tax!result\"},{\"kind\":\"changed\",\"subject\":\"row\","
        "\"blockId\":\"00000000-0000-4000-8000-000000000001\",\"block\":\"M\","
        "\"field\":\"b\",\"before\":\"x\",\"after\":\"x, default 0, required\","
        "\"text\":\"M > b: x -> x, default 0, required\"}]");
    free(text);
    value_free(v);
    change_list_clear(&l);
    document_free(a);
    document_free(b);
}

#define BLOCK(id, name)                                                        \
    "{'id':'" id "','kind':'map','name':'" name "','mapping':[]}"
#define IN_ORDER(a, b, c)                                                      \
    "{'format':1,'formulas':1,'name':'N','blocks':[" a "," b "," c "]}"

/* Any other order of the same blocks is a difference that names a block.
 *
 * Sabotage: the line of find_moved() that sets what diff_moved() marked. */
static void
another_order_is_a_difference(void)
{
    static const char *const orders[] = {
        IN_ORDER(BLOCK("1", "A"), BLOCK("2", "B"), BLOCK("3", "C")),
        IN_ORDER(BLOCK("1", "A"), BLOCK("3", "C"), BLOCK("2", "B")),
        IN_ORDER(BLOCK("2", "B"), BLOCK("1", "A"), BLOCK("3", "C")),
        IN_ORDER(BLOCK("2", "B"), BLOCK("3", "C"), BLOCK("1", "A")),
        IN_ORDER(BLOCK("3", "C"), BLOCK("1", "A"), BLOCK("2", "B")),
        IN_ORDER(BLOCK("3", "C"), BLOCK("2", "B"), BLOCK("1", "A"))};
    struct document *a = case_document(orders[0]);
    for (size_t i = 1; i < sizeof orders / sizeof *orders; i++) {
        struct document *b = case_document(orders[i]);
        struct change_list l;
        change_list_init(&l);
        diff_documents(a, b, &l);
        CHECK(l.count >= 1);
        for (size_t k = 0; k < l.count; k++) {
            CHECK_INT(l.items[k].kind, CHANGE_MOVED);
            CHECK_HAS(l.items[k].text, "moved ");
        }
        change_list_clear(&l);
        document_free(b);
    }
    document_free(a);
}

static void
schema_targets(void)
{
    static const char schema[] =
        "{'type':'object','required':['a','lines'],'properties':{"
        "'a':{'type':['string','null'],'title':'A'},"
        "'odd name':{'enum':[1,2]},"
        "'address':{'$ref':'#/$defs/address'},"
        "'loop':{'$ref':'#/$defs/loop'},"
        "'lines':{'type':'array','items':{'type':'object','required':['sku'],"
        "  'properties':{'sku':{'type':'string'},'qty':{'type':'integer'}}}},"
        "'any':{'anyOf':[{'type':'number'},{'type':'string'}]}},"
        "'$defs':{'address':{'type':'object','required':['zip'],"
        "  'properties':{'zip':{'type':'string'}}},"
        "  'loop':{'type':'object','properties':{'x':{'$ref':"
        "  '#/$defs/loop'}}}}}";
    static const struct {
        const char *path;
        unsigned types;
        bool required, always, leaf;
    } wanted[] = {
        {"a", SCHEMA_STRING | SCHEMA_NULL, true, true, true},
        {"['odd name']", SCHEMA_NUMBER, false, false, true},
        {"address", SCHEMA_OBJECT, false, false, false},
        {"address.zip", SCHEMA_STRING, true, false, true},
        {"lines", SCHEMA_ARRAY, true, true, false},
        {"lines[*].sku", SCHEMA_STRING, true, false, true},
        {"lines[0].qty", SCHEMA_NUMBER, false, false, true},
        {"$.any", SCHEMA_NUMBER | SCHEMA_STRING, false, false, true},
    };
    struct schema_targets t;
    struct value *v = case_value(schema);
    schema_targets_init(&t);
    schema_collect(&t, v, NULL);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        /* case_value turns ' into ", so odd names are quoted so here */
        const struct schema_target *s = schema_targets_find(&t, wanted[i].path);
        CHECK(s != NULL);
        if (!s) {
            printf("# no target %s\n", wanted[i].path);
            continue;
        }
        CHECK_INT(s->types, wanted[i].types);
        CHECK_INT(s->required, wanted[i].required);
        CHECK_INT(s->always, wanted[i].always);
        CHECK_INT(s->leaf, wanted[i].leaf);
    }
    CHECK(!schema_targets_find(&t, "b"));
    CHECK_STR(schema_targets_find(&t, "a")->title, "A");
    schema_targets_clear(&t);
    value_free(v);
}

static void
sample_targets(void)
{
    struct schema_targets t;
    struct value *v =
        case_value("{'a':null,'l':[{'x':1},{'x':'s','y':true}],'o':{}}");
    schema_targets_init(&t);
    schema_collect(&t, NULL, v);
    CHECK_INT(t.count, 6);
    CHECK_INT(schema_targets_find(&t, "a")->types, SCHEMA_ANY);
    CHECK_INT(schema_targets_find(&t, "l[*].x")->types,
              SCHEMA_NUMBER | SCHEMA_STRING);
    CHECK_INT(schema_targets_find(&t, "l[*].y")->types, SCHEMA_BOOLEAN);
    schema_targets_clear(&t);
    value_free(v);
}

void
test_workflow_summary(void)
{
    static const struct test tests[] = {
        {"one line a block", summaries},
        {"a diff as JSON", diff_as_json},
        {"another order is a difference", another_order_is_a_difference},
        {"targets of a schema", schema_targets},
        {"targets of a sample", sample_targets},
        {NULL, NULL}};
    test_run("summary", tests);
    failed_tests += test_result();
}
