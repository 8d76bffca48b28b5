/* An app's action: the connector says how it is called. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "base/text.h"
#include "runtime/executor/call.h"
#include "runtime/outbound/address.h"
#include "runtime/outbound/oauth1.h"

/* A search ends somewhere, whatever the app says of its pages. */
enum { PAGES_MAX = 10000, PAGE_SIZE_MAX = 100000, SEEN_MAX = 120 };
#define OFFSET_MAX (INT64_C(1) << 53)

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

/* Where the page begins, by the connector's rules. */
static void
set_page(struct building *b, int64_t page)
{
    const struct value *p = b->action->paging;
    const char *offset = value_get_text(p, "offset");
    const char *limit = value_get_text(p, "limit");
    int64_t size = value_int_or(value_get(p, "size"), 100);
    if (!offset || !limit)
        return;
    int64_t asked = value_int_or(value_get(b->input, limit), 0);
    if (size < 1 || size > PAGE_SIZE_MAX)
        size = PAGE_SIZE_MAX;
    if (asked < 1 || asked > size)
        value_set_int(b->input, limit, size);
    else
        size = asked;
    int64_t from = value_int_or(value_get(b->input, offset), 0);
    if (from >= 0 && from < OFFSET_MAX)
        value_set_int(b->input, offset, from + page * size);
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
        set_page(&b, plan->page); /* the path may take it */
        if (add_path(&b, x->e) != ERR_OK)
            result = EXEC_FAILED;
    }
    if (result == EXEC_DONE) {
        add_fixed(&b);
        add_queries(&b);
        add_replaced(&b);
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

/* The node of the member that the connector names KEY; 0 where there is
 * none. */
static uint32_t
page_member(const struct connector_action *a, const struct tape *page,
            const char *key)
{
    const char *name = value_get_text(a->paging, key);
    return name ? tape_member(page, 0, name, strlen(name)) : 0;
}

/* How many items there are on all pages, or -1 where the app does not say. */
static int64_t
page_total(const struct connector_action *a, const struct tape *page)
{
    struct buf text;
    uint32_t at = page_member(a, page, "total");
    if (!at || page->nodes[at].type != VALUE_NUMBER)
        return -1;
    buf_init_any(&text);
    tape_write(page, at, &text);
    struct value *v = value_number(buf_str(&text), text.len);
    int64_t total = value_int_or(v, -1);
    value_free(v);
    buf_clear(&text);
    return total;
}

/* The failure of a page: what the connector says of KEY is not so. The page
 * itself tells people what came in place of it. */
static enum err
not_a_page(const struct pages *p, const struct connector_action *a,
           const struct tape *page, const char *key, struct error *e)
{
    struct buf whole, seen;
    bool list = strcmp(key, "items") == 0;
    buf_init(&whole, RUN_OUTPUT_MAX);
    buf_init(&seen, 2000);
    tape_write(page, list ? 0 : page_member(a, page, key), &whole);
    text_visible(&seen, buf_str(&whole),
                 whole.len < SEEN_MAX ? whole.len : SEEN_MAX);
    error_set(e, ERR_INVALID,
              list ? "page %lld: the answer has no list \"%s\" (it is %s%s)"
                   : "page %lld: the member \"%s\" of the answer must be true "
                     "or false (it is %s%s)",
              (long long)p->next + 1, value_get_text(a->paging, key),
              buf_str(&seen), whole.len > SEEN_MAX ? "..." : "");
    buf_clear(&whole);
    buf_clear(&seen);
    return ERR_INVALID;
}

/* An app answers a search with a sign-in page, an error, half an answer: that
 * is not "nothing found", and what came before is not all there is. */
static enum err
check_page(const struct pages *p, const struct connector_action *a,
           const struct tape *page, struct error *e)
{
    uint32_t list = page_member(a, page, "items");
    uint32_t more = page_member(a, page, "more");
    if (!list || page->nodes[list].type != VALUE_ARRAY)
        return not_a_page(p, a, page, "items", e);
    if (more && page->nodes[more].type != VALUE_TRUE &&
        page->nodes[more].type != VALUE_FALSE)
        return not_a_page(p, a, page, "more", e);
    return ERR_OK;
}

/* What stands before the items in what the search gives. */
static void
begin_pages(struct pages *p, const struct connector_action *a)
{
    struct value *name = value_string(value_get_text(a->paging, "items"));
    buf_addc(&p->text, '{');
    value_write(&p->text, name);
    buf_addc(&p->text, ':');
    value_free(name);
}

/* Adds the items of a page; how many. */
static uint32_t
add_items(struct pages *p, const struct tape *page, uint32_t list)
{
    uint32_t n = page->nodes[list].length;
    uint32_t node = list + 1;
    for (uint32_t i = 0; i < n; i++) {
        buf_addc(&p->text, p->items++ ? ',' : '[');
        tape_write(page, node, &p->text);
        node = page->nodes[node].next;
    }
    return n;
}

/* Whether the items of TEXT from AT on are those of the page before. */
static bool
is_repeated(const struct pages *p, size_t at)
{
    size_t before = at - p->last, now = p->text.len - at;
    return p->next > 0 && now == before && now > 1 &&
           memcmp(p->text.data + p->last + 1, p->text.data + at + 1, now - 1) ==
               0;
}

/* A page that is the same as the one before is no other page where the app was
 * not told where it begins, or would go on so for ever. Else the records may be
 * alike: a query may ask for one column. */
static enum err
check_other(const struct pages *p, const struct connector_action *a,
            bool endless, size_t at, struct error *e)
{
    bool told = connector_sends_offset(a);
    if ((told && !endless) || !is_repeated(p, at))
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "page %lld is the same as the page before, and the app "
                     "%s (check the paging of the connector)",
                     (long long)p->next + 1,
                     told ? "says that more follow"
                          : "does not get the offset of a page");
}

/* Adds the items of a page to those before; *MORE says whether there are
 * others. An app that says how many there are in all is asked for no more than
 * those, whatever its flag says; one that does not, and gives the same page
 * again, would do so for ever. */
static enum err
add_page(struct pages *p, const struct connector_action *a, bool *more,
         struct error *e)
{
    const struct tape *page = &p->page.tape;
    enum err err = output_complete(&p->page, e);
    if (err == ERR_OK)
        err = check_page(p, a, page, e);
    if (err != ERR_OK)
        return err;
    if (p->next == 0)
        begin_pages(p, a);
    size_t at = p->text.len;
    uint32_t follow = page_member(a, page, "more");
    int64_t total = page_total(a, page);
    *more = follow && page->nodes[follow].type == VALUE_TRUE;
    if (add_items(p, page, page_member(a, page, "items")) == 0 ||
        (total >= 0 && p->items >= (uint64_t)total))
        *more = false;
    if (buf_failed(&p->text))
        return error_set(e, ERR_TOO_BIG,
                         "the pages together are longer than 64 MB");
    err = check_other(p, a, *more && total < 0, at, e);
    if (err != ERR_OK)
        return err;
    p->last = at;
    p->next++;
    return ERR_OK;
}

/* Moves the pages into OUT, as what the search gives. */
static void
end_pages(struct pages *p, const struct connector_action *a, struct buf *out)
{
    const char *total = value_get_text(a->paging, "total");
    buf_adds(&p->text, p->items ? "]" : "[]");
    if (total) {
        struct value *name = value_string(total);
        buf_addc(&p->text, ',');
        value_write(&p->text, name);
        buf_addf(&p->text, ":%llu", (unsigned long long)p->items);
        value_free(name);
    }
    buf_addc(&p->text, '}');
    buf_clear(out);
    *out = p->text;
    p->text = (struct buf){.max = RUN_OUTPUT_MAX};
}

static void
clear_pages(struct pages *p)
{
    buf_clear(&p->text);
    output_clear(&p->page);
    *p = (struct pages){.text = {.max = RUN_OUTPUT_MAX}};
}

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
    enum err err = add_page(p, a, &more, x->e);
    output_clear(&p->page);
    if (err == ERR_OK && !more)
        end_pages(p, a, &x->out);
    if (err != ERR_OK || !more) {
        clear_pages(p);
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
            clear_pages(p);
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
