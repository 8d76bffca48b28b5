/* Validation: the cases of validate.json, and the shipped integrations. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "workflow/integration/integration_file.h"
#include "workflow/validate/validate.h"

/* A connector that says all that its answers have. */
static const char shop[] =
    "{'format':1,'app':'shop','name':'Shop','authentication':[],'actions':{"
    "'find':{'name':'Find','method':'GET','path':'/items','input':{'properties'"
    ":{'name':{},'page':{}}},'paging':{'style':'page','items':'items'},'output'"
    ":{'properties':{'total':{},'items':{'items':{'properties':{'id':{}}}}}}}}}";

/* "@" in the pins stands for the shipped NetSuite connector, "@shop" for that
 * one. */
static void
fill_pins(const struct value *document, const struct connector_set *set)
{
    struct value *pins = value_get(document, "connectors");
    for (size_t i = 0; i < value_size(pins); i++) {
        const char *pin = value_text(value_at(pins, i), NULL);
        const char *app = strcmp(pin, "@") == 0 ? "netsuite" : pin + 1;
        if (*pin == '@')
            value_replace_at(
                pins, i,
                value_string(connector_hash(connector_set_app(set, app))));
    }
}

static void
run_case(const struct value *c, const struct connector_set *set)
{
    const struct value *wanted = value_get(c, "problems");
    struct problem_list found;
    struct document *d = NULL;
    struct error e = {0};
    problem_list_init(&found);
    fill_pins(value_get(c, "document"), set);
    document_from_value(&d, value_copy(value_get(c, "document")), &e);
    CHECK_STR(e.text, "");
    if (d)
        validate_document(d, set, &found);
    CHECK_INT(found.count, value_size(wanted));
    for (size_t i = 0; i < found.count; i++) {
        const struct problem *p = &found.items[i];
        char *sentence = problem_sentence(p);
        char line[2048];
        snprintf(line, sizeof line, "%s %s",
                 p->severity == PROBLEM_ERROR ? "error" : "warning", sentence);
        if (i < value_size(wanted))
            CHECK_HAS(line, value_text(value_at(wanted, i), NULL));
        else
            printf("#   more: %s\n", line);
        free(sentence);
    }
    if (test_failures_here)
        printf("# case %s\n", value_get_text(c, "name"));
    document_free(d);
    problem_list_clear(&found);
}

static void
cases(void)
{
    struct connector_set set;
    struct value *list = cases_read("validate.json");
    int failures = 0;
    struct connector *c;
    shipped_connectors(&set);
    if (connector_from_value(&c, case_value(shop), NULL) == ERR_OK)
        connector_set_add(&set, c);
    for (size_t i = 0; i < value_size(list); i++) {
        test_failures_here = 0;
        run_case(value_at(list, i), &set);
        failures += test_failures_here;
    }
    test_failures_here = failures;
    CHECK(value_size(list) > 60);
    value_free(list);
    connector_set_clear(&set);
}

/* A mapping block of N rows, each with a source of LENGTH bytes. */
static struct value *
mapping_of(int number, int n, int length)
{
    struct value *b = value_object(), *rows = value_array();
    char *id = mem_printf("00000000-0000-4000-8000-%012d", number);
    char *source = mem_alloc((size_t)length + 1);
    memset(source, 'a', (size_t)length);
    for (int i = 0; i < n; i++) {
        struct value *row = value_object();
        char *target = mem_printf("f%d", i);
        value_set_text(row, "target", target);
        value_set_text(row, "source", source);
        value_append(rows, row);
        free(target);
    }
    value_set_text(b, "id", id);
    value_set_text(b, "kind", "map");
    value_set_text(b, "name", id);
    value_set(b, "mapping", rows);
    free(source);
    free(id);
    return b;
}

/* Such blocks are one problem, and the rest is not looked at. */
static void
is_too_big(int blocks, int rows, int length, const char *says)
{
    struct connector_set set;
    struct problem_list found;
    struct document *d = NULL;
    struct error e = {0};
    struct value *root = value_object(), *list = value_array();
    for (int i = 0; i < blocks; i++)
        value_append(list, mapping_of(i + 1, rows, length));
    value_set_int(root, "format", 1);
    value_set_int(root, "formulas", 1);
    value_set_text(root, "name", "W");
    value_set(root, "blocks", list);
    CHECK_INT(document_from_value(&d, root, &e), ERR_OK);
    connector_set_init(&set);
    problem_list_init(&found);
    if (d)
        validate_document(d, &set, &found);
    CHECK_INT(found.count, 1);
    CHECK_INT(found.errors, 1);
    if (found.count)
        CHECK_HAS(found.items[0].text, says);
    problem_list_clear(&found);
    document_free(d);
}

static void
large_documents(void)
{
    is_too_big(3, 3334, 0, "10002 rows together, more than 10000");
    is_too_big(2, 65, 8100, "1053000 bytes together, more than 1048576");
}

static void
one_error(void)
{
    struct connector_set set;
    struct error e = {0};
    connector_set_init(&set);
    struct document *d =
        case_document("{'format':1,'formulas':1,'name':'N','blocks':["
                      "{'id':'2','kind':'math','name':'A'},"
                      "{'id':'3','kind':'math','name':'A'},"
                      "{'id':'4','kind':'math','name':'B','formula':'='}]}");
    CHECK_INT(validate_or_error(d, &set, &e), ERR_INVALID);
    CHECK_HAS(e.text, "no trigger");
    CHECK_HAS(e.text, "; and 2 more");
    document_free(d);
}

static void
shipped_integrations(void)
{
    static const struct {
        const char *path;
        size_t workflows, warnings;
    } files[] = {{"integrations/netsuite-order-to-cash.json", 1, 0},
                 {"integrations/order-sync.json", 3, 0}};
    struct connector_set set;
    shipped_connectors(&set);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct integration_file *f = NULL;
        struct problem_list problems;
        struct error e = {0};
        char *text = data_read(files[i].path);
        problem_list_init(&problems);
        integration_file_parse(&f, text, strlen(text), "file", &set, &e);
        CHECK_STR(e.text, "");
        if (f) {
            CHECK_INT(f->workflow_count, files[i].workflows);
            integration_file_validate(f, &set, &problems);
        }
        CHECK_INT(problems.errors, 0);
        CHECK_INT(problems.count, files[i].warnings);
        for (size_t p = 0; p < problems.count; p++) {
            char *sentence = problem_sentence(&problems.items[p]);
            if (problems.count != files[i].warnings)
                printf("#   %s\n", sentence);
            free(sentence);
        }
        free(text);
        integration_file_free(f);
        problem_list_clear(&problems);
    }
    connector_set_clear(&set);
}

#define WORKFLOWS                                                              \
    "'workflows':[{'key':'w','name':'W','document':{'format':1,'formulas':1,"  \
    "'name':'N'}}]"

static void
wrong_files(void)
{
    static const struct {
        const char *text, *error;
    } wrong[] = {
        {"{}", "format"},
        {"{'format':2}", "newer"},
        {"{'format':1,'key':'A b','name':'n','app':'a'," WORKFLOWS "}",
         "\"key\" has"},
        {"{'format':1,'key':'a','name':'','app':'a'," WORKFLOWS "}",
         "\"name\" has"},
        {"{'format':1,'key':'a','name':'n','app':'a','workflows':[]}",
         "at least one"},
        {"{'format':1,'key':'a','name':'n','app':'a','x':1," WORKFLOWS "}",
         "unknown key \"x\""},
        {"{'format':1,'key':'a','name':'n','app':'a','workflows':["
         "{'key':'w','name':'W','document':{'format':1,'formulas':1}}]}",
         "w: name"},
        {"{'format':1,'key':'a','name':'n','app':'a'," WORKFLOWS
         ",'samples':[{'event':'e','name':'n'}]}",
         "\"body\" is missing"},
    };
    struct connector_set set;
    connector_set_init(&set);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct integration_file *f;
        struct error e = {0};
        struct value *v = case_value(wrong[i].text);
        char *text = value_to_text(v);
        CHECK(integration_file_parse(&f, text, strlen(text), "f", &set, &e));
        CHECK(!f);
        CHECK_HAS(e.text, wrong[i].error);
        free(text);
        value_free(v);
    }
}

void
test_workflow_validate(void)
{
    static const struct test tests[] = {
        {"cases of validation", cases},
        {"large documents are refused", large_documents},
        {"the first problems as one error", one_error},
        {"the shipped integrations are right", shipped_integrations},
        {"what is no integration file is refused", wrong_files},
        {NULL, NULL}};
    test_run("validate", tests);
    failed_tests += test_result();
}
