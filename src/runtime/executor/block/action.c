/* An app's action: the connector says how it is called. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "runtime/executor/block/pages.h"
#include "runtime/executor/call.h"
#include "runtime/outbound/address.h"
#include "runtime/outbound/oauth1.h"

/* A search ends somewhere, whatever the app says of its pages. */
enum { PAGES_MAX = 10000 };

/* What is being put together for one call. */
struct building {
    struct exec *x;
    const struct connector_action *action;
    struct value *input; /* what the mapping gave; parts are taken out */
    struct buf url;
};

/* --- the address --------------------------------------------------------- */

static void
add_encoded(struct buf *out, const struct value *v)
{
    size_t n = 0;
    const char *text = value_text(v, &n);
    if (text) {
        percent_encode(out, text, n);
        return;
    }
    char *json = value_to_text(v);
    percent_encode(out, json, strlen(json));
    free(json);
}

/* The path with each {name} taken out of the input. */
static enum err
add_path(struct building *b, struct error *e)
{
    const char *path = b->action->path, *open;
    while ((open = strchr(path, '{')) && strchr(open, '}')) {
        const char *close = strchr(open, '}');
        char *name = mem_strndup(open + 1, (size_t)(close - open - 1));
        struct value *v = value_detach(b->input, name);
        size_t before = b->url.len + (size_t)(open - path);
        buf_add(&b->url, path, (size_t)(open - path));
        if (v && !value_is(v, VALUE_NULL))
            add_encoded(&b->url, v);
        value_free(v);
        bool empty = b->url.len == before;
        if (empty)
            error_set(e, ERR_INVALID,
                      "%s: it is missing, and the address needs it", name);
        free(name);
        if (empty)
            return ERR_INVALID;
        path = close + 1;
    }
    buf_adds(&b->url, path);
    return ERR_OK;
}

static void
add_query(struct building *b, const char *name, const struct value *v)
{
    buf_addc(&b->url, strchr(buf_str(&b->url), '?') ? '&' : '?');
    percent_encode(&b->url, name, strlen(name));
    buf_addc(&b->url, '=');
    add_encoded(&b->url, v);
}

static void
add_queries(struct building *b)
{
    for (size_t i = 0; i < value_size(b->action->query); i++) {
        const char *name = value_text_or(value_at(b->action->query, i), "");
        struct value *v = value_detach(b->input, name);
        if (v)
            add_query(b, name, v);
        value_free(v);
    }
}

/* Names the lists of the input that take the place of those at the other side,
 * where the app is told so by a parameter. */
static void
add_replaced(struct building *b)
{
    const struct plan *plan = run_field(b->x, "mapping")->plan;
    const char *parameter = value_get_text(b->action->replaces, "query");
    struct buf names;
    buf_init_any(&names);
    for (size_t i = 0; plan && parameter && i < plan_rows(plan); i++) {
        const char *name = plan_replaced(plan, i);
        if (name && value_get(b->input, name))
            buf_addf(&names, "%s%s", names.len > 0 ? "," : "", name);
    }
    if (names.len > 0) {
        struct value *v = value_string(buf_str(&names));
        add_query(b, parameter, v);
        value_free(v);
    }
    buf_clear(&names);
}

/* --- the request --------------------------------------------------------- */

static void
add_fixed(struct building *b)
{
    const struct value *fixed = b->action->fixed;
    for (size_t i = 0; i < value_size(fixed); i++)
        value_set(b->input, value_key(fixed, i, NULL),
                  value_copy(value_at(fixed, i)));
}

static bool
is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* A call that has an effect, at an app that knows no idempotency key, must
 * not be sent twice. */
static bool
acts_once(const struct connector_action *a)
{
    return a->effect && !is_read(a->method) &&
           !value_get_text(a->idempotency, "header") &&
           strcmp(a->method, "PUT") != 0 && strcmp(a->method, "DELETE") != 0;
}

static struct value *
write_request(struct building *b, const struct call_plan *plan, const char *key)
{
    const struct connector_action *a = b->action;
    struct value *request = value_object(), *headers = value_object();
    const char *header = value_get_text(a->idempotency, "header");
    value_set_text(headers, "Accept", "application/json");
    for (size_t i = 0; i < value_size(a->headers); i++)
        value_set(headers, value_key(a->headers, i, NULL),
                  value_copy(value_at(a->headers, i)));
    if (header && a->effect)
        value_set_text(headers, header, key);
    value_set_text(request, "method", a->method);
    value_set_text(request, "url", buf_str(&b->url));
    if (plan->app)
        value_set_text(request, "app", plan->app);
    value_set_text(request, "connector", connector_app(plan->connector));
    value_set_text(request, "action", a->key);
    value_set_bool(request, "once", acts_once(a));
    if (!is_read(a->method)) {
        value_set_text(headers, "Content-Type", "application/json");
        value_set(request, "body", b->input);
        b->input = NULL;
    }
    value_set(request, "headers", headers);
    return request;
}

/* The input, in x->made. */
static enum exec_result
evaluate(struct exec *x)
{
    struct buf text;
    buf_init(&text, RUN_OUTPUT_MAX);
    enum exec_result result = run_mapping(x, &text);
    if (result == EXEC_DONE &&
        value_read(&x->made, buf_str(&text), text.len, &value_limits_event,
                   "mapping", x->e) != ERR_OK)
        result = EXEC_FAILED;
    buf_clear(&text);
    return result;
}

static enum exec_result
build(struct exec *x, const struct call_plan *plan, const struct secret *secret,
      const char *key, struct value **request)
{
    struct building b = {.x = x, .action = plan->ctx};
    enum exec_result result = run_evaluate(x, NULL, evaluate);
    b.input = x->made;
    x->made = NULL;
    buf_init(&b.url, ADDRESS_MAX);
    if (result == EXEC_DONE && secret &&
        secret_fill(secret, connector_base_url(plan->connector), &b.url,
                    x->e) != ERR_OK)
        result = EXEC_FAILED;
    if (!secret)
        buf_adds(&b.url, connector_base_url(plan->connector));
    if (result == EXEC_DONE) {
        pages_ask(&x->run->pages, b.action, b.input); /* the path may take it */
        if (add_path(&b, x->e) != ERR_OK)
            result = EXEC_FAILED;
    }
    if (result == EXEC_DONE) {
        add_fixed(&b);
        add_queries(&b);
        add_replaced(&b);
        if (pages_follow(&x->run->pages, b.action, &b.url, x->e) != ERR_OK)
            result = EXEC_FAILED;
    }
    if (result == EXEC_DONE && address_check(&b.url, x->e) != ERR_OK)
        result = EXEC_FAILED;
    if (result == EXEC_DONE)
        *request = write_request(&b, plan, key);
    value_free(b.input);
    buf_clear(&b.url);
    return result;
}

/* --- pages ---------------------------------------------------------------- */

static const struct connector *
connector_of(const struct exec *x)
{
    const char *app = block_text(x->block, "app");
    const struct compiled *c = x->run->compiled;
    return connector_set_find(c->connectors,
                              document_connector(c->document, app));
}

/* Adds the page that came, and frees it; pages are copied, joined and freed
 * here, on a thread where they are large. */
static enum exec_result
take_page(struct exec *x)
{
    struct pages *p = &x->run->pages;
    const struct connector_action *a =
        connector_action(connector_of(x), block_text(x->block, "action"));
    bool more = false;
    enum err err = pages_add(p, x->block, a, &more, x->e);
    output_clear(&p->page);
    if (err == ERR_OK && !more)
        pages_end(p, a, &x->out);
    if (err != ERR_OK || !more) {
        pages_clear(p);
        p->came = true; /* until the block has the result */
    }
    return err == ERR_OK ? EXEC_DONE : EXEC_FAILED;
}

static enum exec_result
too_many_pages(struct exec *x)
{
    error_set(x->e, ERR_TOO_BIG,
              "the app says after %d pages that more follow (narrow the "
              "search)",
              PAGES_MAX);
    return EXEC_FAILED;
}

/* The next page in ANSWER. One that comes out of the journal, as all do when
 * the run had left memory, is read on a thread where it is large. */
static enum exec_result
get_page(struct exec *x, struct call_plan *plan, struct output *answer)
{
    struct run *r = x->run;
    plan->page = r->pages.next;
    if (plan->page >= PAGES_MAX)
        return too_many_pages(x);
    if (!r->pages.reads) {
        enum exec_result result = call_do(x, plan, answer);
        if (result != EXEC_DONE || answer->set)
            return result;
        r->unread = answer->text;
        answer->text = (struct buf){.max = RUN_OUTPUT_MAX};
        r->pages.reads = true;
    }
    enum exec_result result = run_evaluate(x, NULL, run_read_unread);
    if (result == EXEC_WAIT)
        return result;
    r->pages.reads = false;
    buf_clear(&r->unread);
    *answer = x->list;
    x->list = (struct output){0};
    return result;
}

/* Gets the next page and adds it to those before. */
static enum exec_result
do_page(struct exec *x, struct call_plan *plan)
{
    struct pages *p = &x->run->pages;
    if (!p->came) {
        struct output answer = {.text = {.max = RUN_OUTPUT_MAX}};
        enum exec_result result = get_page(x, plan, &answer);
        if (result != EXEC_DONE) {
            output_clear(&answer);
            return result;
        }
        p->page = answer;
        p->came = true;
    }
    enum exec_result result = run_evaluate(x, NULL, take_page);
    if (result != EXEC_WAIT)
        p->came = false;
    return result;
}

static enum exec_result
do_pages(struct exec *x, struct call_plan *plan)
{
    struct pages *p = &x->run->pages;
    for (;;) {
        enum exec_result result = do_page(x, plan);
        if (result == EXEC_FAILED || result == EXEC_ASIDE)
            pages_clear(p);
        if (result != EXEC_DONE || p->next == 0)
            return result;
        if (run_gives_way(x))
            return EXEC_WAIT;
    }
}

enum exec_result
exec_action(struct exec *x)
{
    const char *app = block_text(x->block, "app");
    const struct connector *c = connector_of(x);
    const struct connector_action *a =
        c ? connector_action(c, block_text(x->block, "action")) : NULL;
    if (!a) {
        error_set(x->e, ERR_INVALID, "%s: its connector is not here", app);
        return EXEC_FAILED;
    }
    struct call_plan plan = {.app = connector_needs_credential(c) ? app : NULL,
                             .connector = c,
                             .ctx = (void *)(uintptr_t)a,
                             .build = build};
    return a->paging ? do_pages(x, &plan) : call_do(x, &plan, &x->read);
}
