/* Custom JSON API call. */
#include <string.h>

#include "runtime/executor/call.h"
#include "runtime/outbound/address.h"

enum { HEADER_VALUE_MAX = 8192 };

static bool
is_idempotent(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "DELETE") == 0;
}

/* Where the app of the block's credential looks for the key of a call, or
 * NULL: then it would take the second of two calls for another one. */
static const char *
key_header(const struct call_plan *plan)
{
    return plan->connector ? connector_key_header(plan->connector) : NULL;
}

static bool
has_body(const struct exec *x)
{
    return strcmp(block_text(x->block, "method"), "GET") != 0;
}

/* Headers that say where the call comes from, as the ISV's backend knows them
 * from the embedded API. */
static void
add_origin(const struct exec *x, struct value *headers)
{
    value_set_text(headers, "X-Alloy-WorkflowId", x->run->workflow_id);
    value_set_text(headers, "X-Alloy-UserId", x->run->user_id);
    value_set_text(headers, "X-Alloy-BlockName", x->block->name);
    value_set_text(headers, "X-Alloy-BlockType", x->block->kind->name);
    value_set_text(headers, "X-Alloy-ExecutionUuid", x->run->execution);
}

/* Header names are tokens, values hold no control characters. */
static bool
is_header(const char *name, const char *value)
{
    for (const char *p = name; *p; p++)
        if (*p <= ' ' || *p > '~' || strchr("\"(),/:;<=>?@[\\]{}", *p))
            return false;
    for (const unsigned char *p = (const unsigned char *)value; *p; p++)
        if (*p < ' ' || *p == 0x7f)
            return false;
    return *name != '\0';
}

static enum exec_result
add_own(struct exec *x, struct value *headers)
{
    const struct compiled_field *f = run_field(x, "headers");
    enum source_outcome outcome = SOURCE_FILLED;
    for (size_t i = 0; i < f->member_count && outcome != SOURCE_FAILED; i++) {
        struct buf text;
        const struct compiled_field *m = &f->members[i];
        buf_init(&text, HEADER_VALUE_MAX);
        outcome = run_text_of(x, m, &text, x->e);
        if (outcome == SOURCE_FILLED && !is_header(m->name, buf_str(&text))) {
            error_set(x->e, ERR_INVALID,
                      "headers[%.100s]: not a valid HTTP header", m->name);
            outcome = SOURCE_FAILED;
        }
        if (outcome == SOURCE_FILLED)
            value_set_text(headers, m->name, buf_str(&text));
        buf_clear(&text);
    }
    return outcome == SOURCE_FAILED ? EXEC_FAILED : EXEC_DONE;
}

static enum exec_result
add_body(struct exec *x)
{
    struct buf text;
    struct value *body = NULL;
    buf_init(&text, RUN_OUTPUT_MAX);
    enum exec_result result = run_mapping(x, &text);
    if (result == EXEC_DONE &&
        value_read(&body, buf_str(&text), text.len, &value_limits_event,
                   "mapping", x->e) != ERR_OK)
        result = EXEC_FAILED;
    buf_clear(&text);
    if (body)
        value_set(x->made, "body", body);
    return result;
}

/* {"url", "headers", "body"?}, in x->made. */
static enum exec_result
evaluate(struct exec *x)
{
    struct buf url;
    struct value *headers = value_object();
    enum exec_result result = EXEC_DONE;
    buf_init(&url, ADDRESS_MAX);
    x->made = value_object();
    value_set(x->made, "headers", headers);
    if (run_eval_text(x, "url", &url, x->e) != SOURCE_FILLED || !url.len) {
        if (!*x->e->text)
            error_set(x->e, ERR_INVALID, "url: it is missing");
        result = EXEC_FAILED;
    }
    if (result == EXEC_DONE && address_check(&url, x->e) != ERR_OK)
        result = EXEC_FAILED;
    value_set_text(x->made, "url", buf_str(&url));
    if (result == EXEC_DONE)
        result = add_own(x, headers);
    if (result == EXEC_DONE && has_body(x))
        result = add_body(x);
    buf_clear(&url);
    return result;
}

static struct value *
write_request(const struct exec *x, const struct call_plan *plan,
              const char *key)
{
    const char *method = block_text(x->block, "method");
    const char *header = key_header(plan);
    struct value *r = value_object(), *headers = value_object();
    const struct value *own = value_get(x->made, "headers");
    value_set_text(headers, "Accept", "application/json");
    add_origin(x, headers);
    value_set_text(headers, header ? header : "Idempotency-Key", key);
    for (size_t i = 0; i < value_size(own); i++)
        value_set(headers, value_key(own, i, NULL),
                  value_copy(value_at(own, i)));
    if (has_body(x)) {
        struct value *body = value_detach(x->made, "body");
        value_set_text(headers, "Content-Type", "application/json");
        if (body)
            value_set(r, "body", body);
    }
    value_set_text(r, "method", method);
    value_set_text(r, "url", value_get_text(x->made, "url"));
    if (plan->app) {
        value_set_text(r, "app", plan->app);
        value_set_text(r, "connector", plan->app);
    }
    value_set_bool(r, "once", !is_idempotent(method) && !header);
    value_set(r, "headers", headers);
    return r;
}

static enum exec_result
build(struct exec *x, const struct call_plan *plan, const struct secret *secret,
      const char *key, struct value **request)
{
    (void)secret;
    enum exec_result result = run_evaluate(x, NULL, evaluate);
    if (result == EXEC_DONE)
        *request = write_request(x, plan, key);
    value_free(x->made);
    x->made = NULL;
    return result;
}

enum exec_result
exec_api(struct exec *x)
{
    const struct document *d = x->run->compiled->document;
    const char *app = value_get_text(block_field(x->block, "auth"), "app");
    struct call_plan plan = {.app = app, .build = build};
    if (app)
        plan.connector = connector_set_find(x->run->compiled->connectors,
                                            document_connector(d, app));
    return call_do(x, &plan, &x->read);
}
