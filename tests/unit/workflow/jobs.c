/* The main jobs on the shipped integrations: what the edits say, that they
 * validate, whom they need, and what the mappings make of a sample. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include <stdint.h>

#include "mapping/plan/plan.h"
#include "workflow/edit/edit.h"
#include "workflow/edit/summary.h"
#include "workflow/integration/integration_file.h"
#include "workflow/validate/material.h"
#include "workflow/validate/validate.h"

static struct integration_file *
shipped_integration(const char *path, const struct connector_set *set)
{
    struct integration_file *f = NULL;
    struct error e = {0};
    char *text = data_read(path);
    integration_file_parse(&f, text, strlen(text), path, set, &e);
    CHECK_STR(e.text, "");
    free(text);
    return f;
}

static void
apply(struct document **d, enum err err, struct value *patch)
{
    struct document *to = NULL;
    struct error e = {0};
    CHECK_INT(err, ERR_OK);
    if (patch)
        document_patch(&to, *d, patch, NULL, &e);
    CHECK_STR(e.text, "");
    if (to) {
        document_free(*d);
        *d = to;
    }
    value_free(patch);
}

static struct document *
copy_of(const struct document *d)
{
    struct document *copy = NULL;
    document_from_value(&copy, value_copy(d->root), NULL);
    return copy;
}

/* {"result":62.50} for Tax!result. */
static struct node_ref
tax_output(void *context, const char *name, size_t n)
{
    const struct tape *tax = context;
    bool is_tax = n == 3 && memcmp(name, "Tax", 3) == 0;
    return (struct node_ref){is_tax ? tax : NULL, 0};
}

/* What the mapping of B makes of BODY; the caller frees it. */
static char *
mapped(const struct block *b, const struct value *body)
{
    static const char tax_text[] = "{\"result\":62.50}";
    struct mapping_rows rows;
    struct plan *plan = NULL;
    struct tape tape, tax;
    struct buf out;
    struct error e = {0};
    char *text = value_to_text(body);
    rows_init(&rows);
    tape_init(&tape);
    tape_init(&tax);
    buf_init(&out, 1 << 20);
    tape_read(&tape, text, strlen(text), &value_limits_event, "body", &e);
    tape_read(&tax, tax_text, strlen(tax_text), &value_limits_event, "tax", &e);
    rows_read(&rows, block_field(b, "mapping"), &e);
    plan_compile(&plan, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, &e);
    struct scope scope = {.root = {&tape, 0},
                          .current = {&tape, 0},
                          .context = &tax,
                          .output = tax_output};
    if (plan)
        plan_run(plan, &scope, &out, NULL, &e);
    CHECK_STR(e.text, "");
    plan_free(plan);
    rows_clear(&rows);
    tape_clear(&tape);
    tape_clear(&tax);
    free(text);
    return buf_take(&out);
}

static const char wanted_sale[] =
    "{\"externalId\":\"order-SO-10023\",\"tranId\":\"SO-10023\",\"entity\":{"
    "\"externalId\":\"C-00400\"},\"email\":\"ada@example.com\",\"currency\":{"
    "\"refName\":\"USD\"},\"memo\":\"Order SO-10023, Ada Lovelace\",\"item\":{"
    "\"items\":[{\"item\":{\"externalId\":\"SKU-1\"},\"description\":\"Widget, "
    "small\",\"quantity\":2,\"rate\":499.95,\"amount\":999.9},{\"item\":{"
    "\"externalId\":\"SKU-2\"},\"description\":\"Hinge\",\"quantity\":1,"
    "\"rate\":250.00,\"amount\":250}]},\"taxTotal\":62.50,"
    "\"custbody_order_id\":98765432109876000000,\"custbody_shipping_priority\":"
    "\"Express\",\"custbody_gift_note\":null}";

/* Job A: 5 % tax. */
static void
tax(void)
{
    struct connector_set set;
    struct problem_list problems;
    struct need_list needs;
    shipped_connectors(&set);
    struct integration_file *f =
        shipped_integration("integrations/netsuite-order-to-cash.json", &set);
    struct document *d = copy_of(f->workflows[0].document);
    struct value *patch = NULL;
    struct value *config = case_value("{'formula':'=ROUND(total * 0.05, 2)'}");
    struct value *facts =
        case_value("{'connected':{'netsuite':['rest_webservices']}}");
    enum err err = edit_insert(
        &patch, d, edit_new_block(d, kind_get(KIND_math), "Tax", config),
        (struct edit_place){PLACE_BEFORE, "Create cash sale", NULL}, NULL,
        NULL);
    apply(&d, err, patch);
    err = edit_row_set(&patch, d, "Create cash sale", "taxTotal", "Tax!result",
                       NULL);
    apply(&d, err, patch);
    char *summary = summary_edit(f->workflows[0].document, d);
    CHECK_STR(summary, "added math block Tax; Create cash sale > taxTotal: "
                       "blank -> Tax!result");
    problem_list_init(&problems);
    need_list_init(&needs);
    validate_document(d, &set, &problems);
    CHECK_INT(problems.count, 0);
    material_needs(d, &set, facts, &needs);
    CHECK_INT(needs.count, 0);
    char *sale =
        mapped(document_block_find(d, "Create cash sale"), f->samples[0].body);
    CHECK_STR(sale, wanted_sale);
    free(sale);
    free(summary);
    need_list_clear(&needs);
    problem_list_clear(&problems);
    value_free(config);
    value_free(facts);
    document_free(d);
    integration_file_free(f);
    connector_set_clear(&set);
}

/* Job B: the customer's sheet, and the stop removed. */
static void
mapping_from_the_call(void)
{
    static const struct {
        const char *target, *source;
    } sheet[] = {
        {"external_order_id", "OrderId"},
        {"vendor.name", "Subsidiary.refName"},
        {"vendor.email", "Email"},
        {"lineItems[*].sku", "lines[*].ItemSku"},
        {"lineItems[*].product_name", "lines[*].Name"},
        {"lineItems[*].quantity", "lines[*].Quantity"},
        {"lineItems[*].unit_cost", "lines[*].Rate"},
        {"custom_field_1", "cust_Assigned_Procurement_Rep"},
        {"custom_field_2", "cust_ShippingPriority"},
        {"first_name", "=TEXTBEFORE(customer.fullName, \" \")"},
        {"last_name", "=TEXTAFTER(customer.fullName, \" \")"},
    };
    struct connector_set set;
    struct problem_list problems;
    shipped_connectors(&set);
    struct integration_file *f =
        shipped_integration("integrations/order-sync.json", &set);
    struct document *d = copy_of(f->workflows[0].document);
    struct value *patch = NULL;
    enum err err = edit_remove(&patch, d, "Stop Workflow", NULL);
    apply(&d, err, patch);
    for (size_t i = 0; i < sizeof sheet / sizeof *sheet; i++) {
        err = edit_row_set(&patch, d, "Custom JSON API Call", sheet[i].target,
                           sheet[i].source, NULL);
        apply(&d, err, patch);
    }
    problem_list_init(&problems);
    validate_document(d, &set, &problems);
    CHECK_INT(problems.count, 0);
    char *body =
        mapped(document_block_find(d, "Custom JSON API Call"),
               block_field(f->workflows[1].document->trigger, "sample"));
    CHECK_STR(body,
              "{\"external_order_id\":\"PO-000001\",\"vendor\":{\"name\":\"US "
              "East\",\"email\":\"buyer1@example.com\"},\"lineItems\":[{"
              "\"sku\":\"SKU-1000\",\"product_name\":\"Widget, small\","
              "\"quantity\":4,\"unit_cost\":9.99},{\"sku\":\"SKU-2750\","
              "\"product_name\":\"Bolt \\\"M8\\\"\",\"quantity\":100,"
              "\"unit_cost\":0.05}],\"custom_field_1\":\"Grace Hopper\","
              "\"custom_field_2\":\"Express\",\"first_name\":\"Ada\","
              "\"last_name\":\"Lovelace\"}");
    free(body);
    problem_list_clear(&problems);
    document_free(d);
    integration_file_free(f);
    connector_set_clear(&set);
}

void
test_workflow_jobs(void)
{
    static const struct test tests[] = {
        {"tax for one customer", tax},
        {"the mapping from the call", mapping_from_the_call},
        {NULL, NULL}};
    test_run("jobs", tests);
    failed_tests += test_result();
}
