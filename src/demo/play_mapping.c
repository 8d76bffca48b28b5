/*
 * Job B, step by step: a customer installs the order sync, its first run
 * stops to do, the engineer fills the mapping from the customer's sheet, and
 * the historical orders arrive at the ISV's API, the bad ones set aside.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "demo/demo.h"
#include "demo/install.h"

#define INSTALLATION "globex/order-sync"
#define WORKFLOW "initial-sync"
#define API_BLOCK "Custom JSON API Call"
#define RECEIVED "/standin/records?type=isv:/orders&limit=100000"

enum { CUSTOMER = 1, WAIT_MS = 300000, ORDERS = 2000, ONE_WORD_NAMES = 20 };

/* The customer's sheet, as agreed on the call. */
static const char sheet[] = "YourApp,Netsuite\r\n"
                            "external_order_id,OrderId\r\n"
                            "vendor.name,Subsidiary.refName\r\n"
                            "vendor.email,Email\r\n"
                            "lineItems[*].sku,lines[*].ItemSku\r\n"
                            "lineItems[*].product_name,lines[*].Name\r\n"
                            "lineItems[*].quantity,lines[*].Quantity\r\n"
                            "lineItems[*].unit_cost,lines[*].Rate\r\n"
                            "custom_field_1,cust_Assigned_Procurement_Rep\r\n"
                            "custom_field_2,cust_ShippingPriority\r\n";

/* Waits until READY says yes of what the command shows; *OUT is that. */
static enum err
wait_for(struct demo_world *w, bool (*ready)(const struct value *v),
         const char *what, struct value **out, struct error *e)
{
    int64_t deadline = clock_monotonic_ms() + WAIT_MS;
    bool quiet = w->quiet;
    enum err err = ERR_OK;
    w->quiet = true;
    for (;;) {
        const struct timespec pause = {.tv_nsec = 50000000};
        struct value *v = NULL;
        err = demo_tailor(w, &v, e, "installation", "show", INSTALLATION, NULL);
        if (err == ERR_OK && ready(v)) {
            *out = v;
            break;
        }
        value_free(v);
        /* Before the feed has brought it there is no such installation. */
        if (clock_monotonic_ms() > deadline) {
            err = error_set(e, ERR_FAILED, "waited %d s in vain for %s",
                            WAIT_MS / 1000, what);
            break;
        }
        nanosleep(&pause, NULL);
    }
    w->quiet = quiet;
    return err;
}

static const struct value *
initial_sync(const struct value *installation)
{
    const struct value *rows = value_get(installation, "workflowList");
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        if (strcmp(value_text_or(value_get(row, "workflow"), ""), WORKFLOW) ==
            0)
            return row;
    }
    return NULL;
}

static bool
is_to_do(const struct value *installation)
{
    return value_bool_or(value_get(initial_sync(installation), "todo"), false);
}

static bool
is_set_aside(const struct value *installation)
{
    const struct value *row = initial_sync(installation);
    return value_int_or(value_get(row, "setAside"), 0) > 0;
}

static enum err
customer_installs(struct demo_world *w, struct error *e)
{
    const struct demo_customer *c = &w->customers[CUSTOMER];
    struct value *v = NULL, *integration = NULL;
    demo_heading(w, "1. %s installs the order sync; its first run stops",
                 c->name);
    enum err err = demo_connect(w, c, "http", demo_isv_credential(w), e);
    if (err == ERR_OK)
        err = demo_tailor(w, &integration, e, "integration", "show",
                          "order-sync", NULL);
    if (err == ERR_OK)
        err =
            demo_install(w, c, value_get_text(integration, "integrationId"), e);
    if (err == ERR_OK)
        err = wait_for(w, is_to_do, "the installation to be to do", &v, e);
    value_free(integration);
    value_free(v);
    v = NULL;
    if (err == ERR_OK)
        err = demo_tailor(w, &v, e, "installation", "list", "--state", "to do",
                          NULL);
    if (err == ERR_OK)
        err = demo_check(w, value_size(value_get(v, "data")) == 1, e,
                         "%s is in the queue of customers that wait for their "
                         "mapping",
                         c->name);
    value_free(v);
    return err;
}

static enum err
import_sheet(struct demo_world *w, const char *draft, struct error *e)
{
    char *path = mem_printf("%s/globex.csv", w->dir);
    struct value *v = NULL;
    enum err err = file_write(path, sheet, sizeof sheet - 1, 0600, e);
    if (err == ERR_OK)
        err = demo_tailor(w, &v, e, "mapping", "import", draft, API_BLOCK, path,
                          "--target", "YourApp", "--source", "Netsuite", NULL);
    if (err == ERR_OK)
        err = demo_check(w, value_size(value_get(v, "data")) == 9, e,
                         "nine rows of the sheet: %s filled or changed",
                         value_text(value_get(v, "changed"), NULL));
    value_free(v);
    free(path);
    return err;
}

static enum err
map(struct demo_world *w, char **draft, struct error *e)
{
    struct value *v = NULL;
    demo_heading(w, "2. The engineer fills the mapping from the sheet");
    enum err err = demo_tailor(w, &v, e, "draft", "fork", INSTALLATION,
                               WORKFLOW, "--new", NULL);
    if (err == ERR_OK)
        *draft = mem_strdup(value_get_text(v, "versionId"));
    value_free(v);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "block", "remove", *draft,
                          "Stop Workflow", NULL);
    if (err == ERR_OK)
        err = import_sheet(w, *draft, e);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "mapping", "set", *draft, API_BLOCK,
                          "first_name", "=TEXTBEFORE(customer.fullName, \" \")",
                          NULL);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "mapping", "set", *draft, API_BLOCK,
                          "last_name", "=TEXTAFTER(customer.fullName, \" \")",
                          NULL);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "version", "validate", *draft, NULL);
    return err;
}

/* The id of the customer's newest run; the caller frees it. */
static enum err
newest_run(struct demo_world *w, char **id, struct error *e)
{
    struct value *v = NULL;
    enum err err = demo_tailor(w, &v, e, "run", "list", "--installation",
                               INSTALLATION, NULL);
    if (err == ERR_OK)
        *id = mem_strdup(
            value_get_text(value_at(value_get(v, "data"), 0), "runId"));
    value_free(v);
    return err;
}

/* What the preview says of the block that sends. */
static const struct value *
preview_of_sending(const struct value *preview)
{
    const struct value *blocks = value_get(preview, "data");
    for (size_t i = 0; i < value_size(blocks); i++) {
        const struct value *b = value_at(blocks, i);
        if (strcmp(value_text_or(value_get(b, "block"), ""), API_BLOCK) == 0)
            return b;
    }
    return NULL;
}

static enum err
preview(struct demo_world *w, const char *draft, struct error *e)
{
    char *run = NULL;
    struct value *v = NULL;
    demo_heading(w, "3. A preview on the orders that the stopped run fetched");
    enum err err = newest_run(w, &run, e);
    if (err == ERR_OK)
        err = demo_tailor(w, &v, e, "preview", draft, "--sample", run, NULL);
    const struct value *b = preview_of_sending(v);
    int64_t times = value_int_or(value_get(b, "times"), 0);
    int64_t failed = value_int_or(value_get(b, "failed"), 0);
    if (err == ERR_OK)
        err = demo_check(w, times == ORDERS && failed == ONE_WORD_NAMES, e,
                         "of %lld orders %lld would fail, the first: %s",
                         (long long)times, (long long)failed,
                         value_text_or(value_get(b, "reason"), "?"));
    value_free(v);
    free(run);
    return err;
}

static enum err
release_and_run(struct demo_world *w, const char *draft, struct error *e)
{
    struct value *v = NULL;
    demo_heading(w, "4. Released, and run at once over %d historical orders",
                 ORDERS);
    enum err err =
        demo_tailor(w, &v, e, "release", draft, "--note",
                    "the mapping of the call", "--run-now", "--wait", NULL);
    if (err == ERR_OK)
        err = demo_check(
            w,
            strcmp(value_get_text(value_at(value_get(v, "data"), 0), "status"),
                   "live") == 0,
            e, "the version is live");
    value_free(v);
    v = NULL;
    if (err == ERR_OK)
        err = wait_for(w, is_set_aside, "the run to end", &v, e);
    if (err == ERR_OK)
        err = demo_check(
            w,
            value_int_or(value_get(initial_sync(v), "setAside"), 0) ==
                ONE_WORD_NAMES,
            e, "%d orders are set aside: names of one word have no last name",
            ONE_WORD_NAMES);
    if (err == ERR_OK)
        err = demo_check(w, !is_to_do(v), e, "the customer left the queue");
    value_free(v);
    return err;
}

/* True where RECORD has what the sheet and the two formulas say. */
static bool
is_mapped(const struct value *record)
{
    const struct value *body = value_get(record, "body");
    const struct value *items = value_get(body, "lineItems");
    const struct value *first = value_at(items, 0);
    return value_get_text(body, "external_order_id") &&
           value_get_text(value_get(body, "vendor"), "name") &&
           value_get_text(body, "first_name") &&
           value_get_text(body, "last_name") &&
           value_get_text(body, "custom_field_1") &&
           value_is(items, VALUE_ARRAY) &&
           (!first || (value_get_text(first, "sku") &&
                       value_is(value_get(first, "unit_cost"), VALUE_NUMBER)));
}

static enum err
received(struct demo_world *w, struct error *e)
{
    struct value *v = NULL;
    size_t good = 0;
    demo_heading(w, "5. What the ISV's API received");
    enum err err = demo_standin(w, RECEIVED, &v, e);
    const struct value *records = value_get(v, "data");
    for (size_t i = 0; i < value_size(records); i++)
        good += is_mapped(value_at(records, i));
    if (err == ERR_OK)
        err = demo_check(
            w, good == ORDERS - ONE_WORD_NAMES && value_size(records) == good,
            e, "%zu orders, each once and each mapped", good);
    value_free(v);
    return err;
}

enum err
demo_play_mapping(struct demo_world *w, struct error *e)
{
    char *draft = NULL;
    demo_heading(w, "Job B: the mapping from the call");
    enum err err = customer_installs(w, e);
    if (err == ERR_OK)
        err = map(w, &draft, e);
    if (err == ERR_OK)
        err = preview(w, draft, e);
    if (err == ERR_OK)
        err = release_and_run(w, draft, e);
    if (err == ERR_OK)
        err = received(w, e);
    if (err == ERR_OK)
        demo_heading(w, "Job B: done.");
    free(draft);
    return err;
}
