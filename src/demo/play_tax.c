/*
 * Job A, step by step: EnterpriseCo gets a tax line, nobody else does; then a
 * change that needs EnterpriseCo waits until EnterpriseCo accepts it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "demo/demo.h"
#include "demo/install.h"
#include "standin/orders.h"

#define INSTALLATION "enterpriseco/netsuite-order-to-cash"
#define WORKFLOW "order-to-cash"

enum { SEED = 7, WAIT_MS = 300000 };

struct play {
    struct demo_world *w;
    struct value *others; /* the rows of everybody else, before */
    char *draft;          /* id */
    char *awaiting;       /* id of the version that awaits */
};

/* Sends order N to customer C as the ISV's backend does. */
static enum err
send_order(struct demo_world *w, const struct demo_customer *c, unsigned n,
           struct error *e)
{
    struct value *body = value_object();
    value_set_text(body, "event", "order.recorded");
    value_set_text(body, "userId", c->username);
    value_set(body, "data", orders_recorded(n, SEED));
    return demo_api(w, "POST", "/run/event", body, NULL, e);
}

/* What the stand-in has of TYPE, of one ACCOUNT (NULL: of all); a new value
 * {"data": […]}. */
static enum err
records(struct demo_world *w, const char *type, const char *account,
        struct value **out, struct error *e)
{
    char *path = mem_printf("/standin/records?limit=100000&type=%s%s%s", type,
                            account ? "&account=" : "", account ? account : "");
    enum err err = demo_standin(w, path, out, e);
    free(path);
    return err;
}

/* Waits until the stand-in has COUNT records; *OUT is the array. */
static enum err
wait_for_records(struct demo_world *w, const char *type, const char *account,
                 size_t count, struct value **out, struct error *e)
{
    int64_t deadline = clock_monotonic_ms() + WAIT_MS;
    for (;;) {
        struct value *v = NULL;
        const struct timespec pause = {.tv_nsec = 10000000};
        enum err err = records(w, type, account, &v, e);
        if (err != ERR_OK)
            return err;
        if (value_size(value_get(v, "data")) >= count) {
            *out = value_detach(v, "data");
            value_free(v);
            return ERR_OK;
        }
        value_free(v);
        if (clock_monotonic_ms() > deadline)
            return error_set(e, ERR_FAILED,
                             "waited %d s in vain for %zu records of type %s",
                             WAIT_MS / 1000, count, type);
        nanosleep(&pause, NULL);
    }
}

static const char *
tax_of(const struct value *record)
{
    return value_text(value_get(value_get(record, "body"), "taxTotal"), NULL);
}

/* The installation rows of everybody but EnterpriseCo, without the time as
 * of which the copy is. */
static enum err
rows_of_others(struct demo_world *w, struct value **out, struct error *e)
{
    struct value *v = NULL;
    enum err err =
        demo_tailor(w, &v, e, "installation", "list", "--integration",
                    "netsuite-order-to-cash", "--limit", "1000", NULL);
    if (err != ERR_OK)
        return err;
    *out = value_array();
    struct value *rows = value_get(v, "data");
    for (size_t i = 0; i < value_size(rows); i++) {
        struct value *row = value_copy(value_at(rows, i));
        value_remove(row, "asOf");
        if (strcmp(value_get_text(row, "username"), w->customers[0].username) !=
            0)
            value_append(*out, row);
        else
            value_free(row);
    }
    value_free(v);
    return ERR_OK;
}

static enum err
before(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *sales = NULL;
    demo_heading(w, "1. Before: everybody runs the same version");
    enum err err = send_order(w, &w->customers[0], 0, e);
    if (err == ERR_OK)
        err = wait_for_records(w, "cashSale", w->customers[0].account, 1,
                               &sales, e);
    if (err == ERR_OK)
        err = demo_check(w, !tax_of(value_at(sales, 0)), e,
                         "order SO-10023 of EnterpriseCo became a cash sale "
                         "without tax");
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "sync", NULL);
    if (err == ERR_OK)
        err = rows_of_others(w, &p->others, e);
    if (err == ERR_OK)
        err = demo_check(w, value_size(p->others) == w->count - 1, e,
                         "the console shows the %u others", w->count - 1);
    value_free(sales);
    return err;
}

static enum err
fork_draft(struct play *p, struct error *e)
{
    struct value *v = NULL;
    enum err err = demo_tailor(p->w, &v, e, "draft", "fork", INSTALLATION,
                               WORKFLOW, "--new", NULL);
    if (err == ERR_OK) {
        free(p->draft);
        p->draft = mem_strdup(value_get_text(v, "versionId"));
        demo_say(p->w, "   draft %s", value_get_text(v, "version"));
    }
    value_free(v);
    return err;
}

/* Releases the draft; *OUT is the item of the answer. */
static enum err
release(struct play *p, const char *note, struct value **out, struct error *e)
{
    struct value *v = NULL;
    enum err err = demo_tailor(p->w, &v, e, "release", p->draft, "--note", note,
                               "--wait", NULL);
    if (err == ERR_OK)
        *out = value_copy(value_at(value_get(v, "data"), 0));
    value_free(v);
    return err;
}

static enum err
tax(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *item = NULL;
    demo_heading(w, "2. EnterpriseCo gets a version of its own with 5 %% tax");
    enum err err = fork_draft(p, e);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "block", "add", p->draft, "math",
                          "--name", "Tax", "--before", "Create cash sale",
                          "--set", "formula==ROUND(total * 0.05, 2)", NULL);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "mapping", "set", p->draft,
                          "Create cash sale", "taxTotal", "Tax!result", NULL);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "version", "validate", p->draft, NULL);
    if (err == ERR_OK)
        err = release(p, "5 % tax, agreed with EnterpriseCo", &item, e);
    if (err == ERR_OK)
        err = demo_check(w, strcmp(value_get_text(item, "status"), "live") == 0,
                         e, "%s is live for EnterpriseCo",
                         value_get_text(item, "version"));
    value_free(item);
    return err;
}

/* Compares the cash sale of each customer with what it must be. */
static enum err
compare_sales(struct demo_world *w, const struct value *sales, struct error *e)
{
    unsigned with_tax = 0;
    const char *tax_found = NULL;
    for (size_t i = 0; i < value_size(sales); i++) {
        const struct value *sale = value_at(sales, i);
        if (!tax_of(sale))
            continue;
        with_tax++;
        if (strcmp(value_get_text(sale, "account"), w->customers[0].account) ==
            0)
            tax_found = tax_of(sale);
    }
    enum err err = demo_check(
        w, tax_found && strncmp(tax_found, "62.5", 4) == 0, e,
        "the cash sale of EnterpriseCo has taxTotal %s (5 %% of 1249.90)",
        tax_found ? tax_found : "-");
    if (err == ERR_OK)
        err = demo_check(w, with_tax == 1, e,
                         "the cash sales of the %u others have none",
                         w->count - 1);
    return err;
}

static enum err
others_unchanged(struct play *p, struct error *e)
{
    struct value *now = NULL;
    enum err err = demo_tailor(p->w, NULL, e, "sync", NULL);
    if (err == ERR_OK)
        err = rows_of_others(p->w, &now, e);
    if (err == ERR_OK)
        err = demo_check(p->w, value_equal(p->others, now), e,
                         "the rows of the %u others are as they were",
                         p->w->count - 1);
    value_free(now);
    return err;
}

static enum err
everybody_orders(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *sales = NULL;
    enum err err = ERR_OK;
    demo_heading(w, "3. The same order at all %u customers", w->count);
    for (unsigned i = 0; err == ERR_OK && i < w->count; i++)
        err = send_order(w, &w->customers[i], 0, e);
    if (err == ERR_OK)
        err = wait_for_records(w, "cashSale", NULL, w->count + 1, &sales, e);
    if (err == ERR_OK)
        err = demo_check(w, value_size(sales) == w->count + 1, e,
                         "%u orders, %u cash sales, none twice", w->count + 1,
                         w->count + 1);
    if (err == ERR_OK)
        err = compare_sales(w, sales, e);
    if (err == ERR_OK)
        err = others_unchanged(p, e);
    value_free(sales);
    return err;
}

static enum err
material_change(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *item = NULL;
    char *url = mem_printf("url=%s/isv/tax-reports", w->standin_url);
    demo_heading(w, "4. A second change needs an app that EnterpriseCo has not "
                    "connected");
    enum err err = fork_draft(p, e);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "block", "add", p->draft, "api", "--name",
                          "Report tax", "--after", "Create cash sale", "--set",
                          url, "--set", "method=POST", "--set",
                          "auth={\"kind\":\"bearer\",\"app\":\"http\"}", NULL);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "mapping", "set", p->draft, "Report tax",
                          "order", "orderNumber", NULL);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, "mapping", "set", p->draft, "Report tax",
                          "tax", "Tax!result", NULL);
    if (err == ERR_OK)
        err = release(p, "report the tax", &item, e);
    if (err == ERR_OK) {
        p->awaiting = mem_strdup(value_get_text(item, "versionId"));
        err = demo_check(
            w, strcmp(value_get_text(item, "status"), "awaiting") == 0, e,
            "%s waits for EnterpriseCo; the version before stays live",
            value_get_text(item, "version"));
    }
    value_free(item);
    free(url);
    return err;
}

static enum err
old_one_runs_on(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *sales = NULL, *reports = NULL;
    enum err err = send_order(w, &w->customers[0], 1, e);
    if (err == ERR_OK)
        err = wait_for_records(w, "cashSale", w->customers[0].account, 3,
                               &sales, e);
    if (err == ERR_OK)
        err = records(w, "isv:/tax-reports", NULL, &reports, e);
    if (err == ERR_OK)
        err = demo_check(w,
                         tax_of(value_at(sales, 2)) &&
                             value_size(value_get(reports, "data")) == 0,
                         e,
                         "meanwhile orders run on the old version, with tax "
                         "and without the report");
    value_free(sales);
    value_free(reports);
    return err;
}

/* The ISV's page: connect the app, then update(). */
static enum err
customer_accepts(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *workflow = NULL, *reports = NULL;
    char *path = NULL;
    demo_heading(w, "5. EnterpriseCo connects the app and accepts");
    enum err err =
        demo_connect(w, &w->customers[0], "http", demo_isv_credential(w), e);
    if (err == ERR_OK)
        err = demo_tailor(w, &workflow, e, "workflow", "show", WORKFLOW, NULL);
    if (err == ERR_OK) {
        path = mem_printf("/workflows/%s/upgrade?userId=%s",
                          value_get_text(workflow, "workflowId"),
                          w->customers[0].username);
        err = demo_api(w, "PUT", path, NULL, NULL, e);
    }
    if (err == ERR_OK)
        err = send_order(w, &w->customers[0], 2, e);
    if (err == ERR_OK)
        err = wait_for_records(w, "isv:/tax-reports", NULL, 1, &reports, e);
    if (err == ERR_OK)
        err = demo_check(
            w, value_size(reports) == 1, e, "the next order is reported: %s",
            value_text_or(
                value_get(value_get(value_at(reports, 0), "body"), "order"),
                "?"));
    free(path);
    value_free(workflow);
    value_free(reports);
    return err;
}

static enum err
after(struct play *p, struct error *e)
{
    struct demo_world *w = p->w;
    struct value *v = NULL;
    demo_heading(w, "6. After: what the console knows");
    enum err err = others_unchanged(p, e);
    if (err == ERR_OK)
        err = demo_tailor(w, &v, e, "version", "show", p->awaiting, NULL);
    if (err == ERR_OK)
        err = demo_check(w, strcmp(value_get_text(v, "status"), "live") == 0, e,
                         "the runtime confirms that %s is live",
                         value_get_text(v, "version"));
    value_free(v);
    v = NULL;
    if (err == ERR_OK)
        err = demo_tailor(w, &v, e, "audit", "verify", NULL);
    if (err == ERR_OK)
        err = demo_check(w, value_bool_or(value_get(v, "good"), false), e,
                         "the audit chain of %s records holds",
                         value_text(value_get(v, "records"), NULL));
    value_free(v);
    return err;
}

enum err
demo_play_tax(struct demo_world *w, struct error *e)
{
    static enum err (*const steps[])(struct play *,
                                     struct error *) = {before,
                                                        tax,
                                                        everybody_orders,
                                                        material_change,
                                                        old_one_runs_on,
                                                        customer_accepts,
                                                        after};
    struct play p = {.w = w};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof steps / sizeof *steps; i++)
        err = steps[i](&p, e);
    if (err == ERR_OK)
        demo_heading(w,
                     "Job A: done; EnterpriseCo has its tax, the other %u "
                     "are untouched.",
                     w->count - 1);
    value_free(p.others);
    free(p.draft);
    free(p.awaiting);
    return err;
}
