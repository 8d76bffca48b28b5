/* Calls as journaled steps: before they go out. */
#include "runtime/executor/call_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/call_answer.h"
#include "runtime/executor/credential.h"
#include "runtime/outbound/account.h"
#include "runtime/outbound/address.h"
#include "runtime/outbound/vault.h"

enum {
    /* bytes of what is sent: with the key, and the host that configuration
     * puts in the place of another */
    SENT_ADDRESS_MAX = 2 * ADDRESS_MAX,
    SENT_HEADER_MAX = 256 << 10
};

/* --- the journal --------------------------------------------------------- */

/* Moves what the step N gave into OUT: read already where a thread has read
 * the answer, else the text in the journal. */
static void
take_output(struct run *r, const struct rs_step *s, struct output *out)
{
    if (r->answered == s->n && r->answer.set) {
        *out = r->answer;
        r->answer = (struct output){0};
        r->answered = 0;
    } else if (s->output) {
        buf_add(&out->text, s->output, s->output_length);
    }
}

static enum err
read_row(struct exec *x, int64_t page, struct call_row *row,
         struct output *output, struct error *e)
{
    enum err read = ERR_OK;
    *row = (struct call_row){.state = -1, .answer = output};
    struct db_stmt *q = db_use(x->db, RS_STEP_GET);
    db_int(q, x->run->n);
    db_text(q, x->block->id);
    db_text(q, x->place);
    db_int(q, page);
    struct rs_step s;
    if (rs_step_next(q, &s)) {
        row->n = s.n;
        row->state = (int)s.state;
        snprintf(row->key, sizeof row->key, "%s", s.key ? s.key : "");
        row->doubt = s.doubt;
        row->attempts = s.attempts;
        row->due_ms = s.due_at;
        row->credential = s.credential;
        snprintf(row->account, sizeof row->account, "%s",
                 s.account ? s.account : "");
        error_set(&row->failure, ERR_FAILED, "%s", s.message ? s.message : "");
        if (row->state == STEP_DONE)
            take_output(x->run, &s, output);
        else if (s.request)
            read = value_read(&row->request, s.request, s.request_length,
                              &value_limits_event, "request", e);
    }
    enum err err = db_end(q, e);
    return err == ERR_OK ? read : err;
}

enum err
call_add_row(struct exec *x, int64_t page, struct call_row *row,
             struct error *e)
{
    bool done = row->state == STEP_DONE;
    int64_t now = clock_now_ms();
    char *request = value_to_text(row->request);
    struct db_stmt *q = db_use(x->db, RS_STEP_ADD);
    db_int(q, x->run->n);
    db_text(q, x->block->id);
    db_text(q, x->place);
    db_int(q, page);
    db_int(q, done ? STEP_DONE : STEP_SENT);
    db_text(q, row->key);
    db_text(q, request);
    db_text(q, done ? buf_str(&row->answer->text) : NULL);
    db_int(q, done ? 0 : 1);
    db_int(q, now);
    db_int_or_null(q, done ? now : 0);
    db_text(q, done ? row->failure.text : NULL);
    db_int(q, row->credential);
    db_text(q, *row->account ? row->account : NULL);
    db_blob(q, row->hash, sizeof row->hash);
    enum err err = db_run(q, e);
    row->n = db_last_id(x->db);
    row->attempts = 1;
    free(request);
    return err;
}

static enum err
mark(struct exec *x, int statement, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(x->db, statement);
    db_int(q, n);
    return db_run(q, e);
}

/* --- parking ------------------------------------------------------------- */

static enum exec_result
park(struct exec *x, int why, const char *app, const char *message)
{
    char *text = mem_printf("%s: %s", x->block->name, message);
    enum err err = run_end(x->core, x->executor, x->run, RUN_PARKED, why, app,
                           text, x->block->id, x->e);
    free(text);
    return err == ERR_OK ? EXEC_PARKED : EXEC_STORE;
}

enum exec_result
call_park_unknown(struct exec *x, const struct call_row *row, const char *why)
{
    if (mark(x, RS_STEP_IS_UNKNOWN, row->n, x->e) != ERR_OK)
        return EXEC_STORE;
    return park(x, PARK_UNKNOWN, NULL, why);
}

/* A suspect credential is tried by one run at a time; this one waits. */
static enum exec_result
ask_suspect(struct exec *x, const struct call_plan *plan, struct secret *s)
{
    char *text;
    bool may = false;
    enum err err = credential_may_call(x->core, s->n, x->run->n, &may, x->e);
    if (err == ERR_OK && may)
        return EXEC_DONE;
    secret_close(s);
    if (err != ERR_OK)
        return EXEC_STORE;
    text = mem_printf("%s: the app refused the credential; tailord tries it "
                      "again by itself, and the run goes on then",
                      plan->app);
    enum exec_result result = park(x, PARK_CREDENTIAL, plan->app, text);
    free(text);
    return result;
}

/* What a missing credential means: the run waits for it. */
static enum exec_result
open_secret(struct exec *x, const struct call_plan *plan, struct secret *s)
{
    struct error why = {0};
    *s = (struct secret){0};
    if (!plan->app)
        return EXEC_DONE;
    switch (secret_open(s, x->db, core_runtime(x->core), x->run->installation,
                        plan->app, plan->connector, &why)) {
    case ERR_OK:
        return s->state == CREDENTIAL_OK ? EXEC_DONE : ask_suspect(x, plan, s);
    case ERR_NOT_FOUND:
    case ERR_DAMAGED:
        return park(x, PARK_CREDENTIAL, plan->app, why.text);
    default:
        *x->e = why;
        return EXEC_STORE;
    }
}

/* --- sending ------------------------------------------------------------- */

/* Where a call goes instead, by configuration (tests, the demo): the address
 * of the app or of the host, else the URL's own. */
static void
write_target(const struct exec *x, const char *app, const char *url,
             struct buf *out)
{
    const struct value *hosts = core_runtime(x->core)->connector_hosts;
    const char *rest = url + 8 + strcspn(url + 8, "/?#");
    char *host = mem_strndup(url + 8, (size_t)(rest - url - 8));
    const char *other = value_get_text(hosts, host);
    if (!other && app)
        other = value_get_text(hosts, app);
    buf_adds(out, other ? other : "https://");
    if (!other)
        buf_adds(out, host);
    buf_adds(out, rest);
    free(host);
}

/* A call on its way out. */
struct sending {
    const struct call_plan *plan;
    const struct call_row *row;
    struct secret *secret;
    struct passage passage;
};

struct headers {
    struct http_header *items; /* room for one more than the journal has */
    size_t count;
};

static void
add_headers(struct headers *h, const struct value *object)
{
    h->items = mem_array(value_size(object) + 1, sizeof *h->items);
    for (size_t i = 0; i < value_size(object); i++) {
        h->items[h->count].name = value_key(object, i, NULL);
        h->items[h->count++].value = value_text_or(value_at(object, i), "");
    }
}

/* Sends the request; V is its body, or NULL, as written in BODY. */
static void
start(struct exec *x, const struct sending *out, const char *url,
      const struct headers *h, const struct value *v, const struct buf *body)
{
    const struct call_row *row = out->row;
    struct outbound_request request = {
        .method = value_get_text(row->request, "method"),
        .url = url,
        .headers = h->items,
        .header_count = h->count,
        .body = v ? buf_str(body) : NULL,
        .body_len = body->len,
        .once = value_bool_or(value_get(row->request, "once"), false),
    };
    const char *action = value_get_text(row->request, "action");
    const struct connector *connector = out->plan->connector;
    struct call_out call = {
        .flying = {.run = x->run->n,
                   .step = row->n,
                   .lane = x->run->installation,
                   .passage = out->passage},
        .secret = *out->secret,
        .compiled = x->run->compiled,
        .connector = connector,
        .action =
            action && connector ? connector_action(connector, action) : NULL,
        .block = x->block,
        .app = out->plan->app,
        .attempts = row->attempts,
        .once = request.once,
    };
    *out->secret = (struct secret){0};
    output_clear(&x->run->answer);
    x->run->answered = 0;
    x->run->moved = true;
    call_start(x->core, x->executor, &call, &request);
}

/* Nothing of a request is sent cut. */
static enum err
check_whole(const struct buf *url, const struct buf *name,
            const struct buf *value, const struct buf *body, struct error *e)
{
    const struct {
        const struct buf *b;
        const char *what;
    } all[] = {{url, "address"},
               {name, "name of the header that signs the call"},
               {value, "header that signs the call"},
               {body, "body"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (buf_failed(all[i].b))
            return error_set(e, ERR_TOO_BIG, "the %s is longer than %zu bytes",
                             all[i].what, all[i].b->max);
    return ERR_OK;
}

/* Signs the journaled request and lets it out after the commit; what the
 * secret holds goes with it. */
static enum err
sign_and_start(struct exec *x, const struct sending *out, const char *own,
               struct buf *url, struct buf *value)
{
    struct secret *s = out->secret;
    const struct value *request = out->row->request;
    const struct value *v = value_get(request, "body");
    struct headers h = {.count = 0};
    struct buf name, body;
    enum err err = ERR_OK;
    buf_init(&name, 1024);
    buf_init(&body, RUN_OUTPUT_MAX);
    if (v)
        value_write(&body, v);
    write_target(x, out->plan->app, own, url);
    add_headers(&h, value_get(request, "headers"));
    if (s->n)
        err = secret_check_host(s, own, x->e);
    if (err == ERR_OK && s->n)
        err = secret_header(s, value_get_text(request, "method"), url, &name,
                            value, x->e);
    if (err == ERR_OK)
        err = check_whole(url, &name, value, &body, x->e);
    if (err == ERR_OK && name.len) {
        h.items[h.count].name = buf_str(&name);
        h.items[h.count++].value = buf_str(value);
    }
    if (err == ERR_OK)
        start(x, out, buf_str(url), &h, v, &body);
    free(h.items);
    buf_clear(&name);
    buf_clear(&body);
    return err;
}

static enum exec_result
send_out(struct exec *x, const struct sending *out)
{
    const char *own = value_get_text(out->row->request, "url");
    const char *method = value_get_text(out->row->request, "method");
    struct buf url, value;
    if (!own || !method || strncmp(own, "https://", 8) != 0) {
        error_set(x->e, ERR_INVALID, "url: must begin with https://");
        return EXEC_FAILED;
    }
    buf_init(&url, SENT_ADDRESS_MAX);
    buf_init(&value, SENT_HEADER_MAX);
    (void)buf_reserve(&url, ADDRESS_MAX);
    (void)buf_reserve(&value, 8192);
    enum err err = sign_and_start(x, out, own, &url, &value);
    vault_wipe(&value);
    vault_wipe(&url);
    return err == ERR_OK ? EXEC_WAIT : EXEC_FAILED;
}

/* Whether the limits of installation, account and host let the call out now;
 * else the run waits. */
static enum exec_result
pass(struct exec *x, struct sending *out)
{
    char turn[RUN_TURN_SIZE];
    const char *url = value_get_text(out->row->request, "url");
    bool stops = core_is_draining(x->core);
    if (!stops && gate_pass(x->executor, x->run, url ? url : "", out->secret,
                            &out->passage, turn))
        return EXEC_DONE;
    if (stops || !*turn) {
        lane_wait_for_place(x->executor, x->run);
        return EXEC_LATER;
    }
    char *text =
        mem_printf("%s: %s", x->block->name, gate_message(&out->passage));
    enum err err = lane_wait(x->core, x->executor, x->run, RUN_DUE_NEVER, turn,
                             text, x->block->id, x->e);
    free(text);
    return err == ERR_OK ? EXEC_LATER : EXEC_STORE;
}

/* Says in ROW for which account the credential S is. */
static void
name_account(const struct exec *x, const struct secret *s, struct call_row *row)
{
    row->credential = s->n;
    row->account[0] = '\0';
    if (s->n)
        account_kept_name(row->account, s, core_runtime(x->core)->vault);
}

static enum exec_result
send_new(struct exec *x, const struct call_plan *plan, struct call_row *row)
{
    bool ended = false;
    struct secret s;
    struct sending out = {.plan = plan, .row = row, .secret = &s};
    enum exec_result result = open_secret(x, plan, &s);
    if (result != EXEC_DONE)
        return result;
    key_make(x, plan->page, row->key);
    name_account(x, &s, row);
    result =
        plan->build(x, plan, plan->app ? &s : NULL, row->key, &row->request);
    if (result == EXEC_DONE)
        result = call_heed_others(x, plan, row, &ended);
    if (result == EXEC_DONE && !ended)
        result = pass(x, &out);
    if (result == EXEC_DONE && !ended &&
        call_add_row(x, plan->page, row, x->e) != ERR_OK)
        result = EXEC_STORE;
    if (result == EXEC_DONE && !ended)
        result = send_out(x, &out);
    secret_close(&s);
    return result;
}

/* Whether the address of the journaled request is one that the credential S
 * has. A block that gives the whole address itself asks no credential. */
static bool
is_addressed(const struct call_plan *plan, const struct call_row *row,
             const struct secret *s)
{
    struct error e;
    struct buf base;
    const char *url = value_get_text(row->request, "url");
    if (!s->n || !value_get(row->request, "action"))
        return true;
    buf_init(&base, ADDRESS_MAX);
    bool good = url &&
                secret_fill(s, connector_base_url(plan->connector), &base,
                            &e) == ERR_OK &&
                strncmp(url, buf_str(&base), base.len) == 0;
    /* a host name must not go on behind the base */
    if (good && base.len && base.data[base.len - 1] != '/')
        good = strchr("/?#", url[base.len]) != NULL;
    buf_clear(&base);
    return good;
}

/* Whether the credential S is certainly for the account that the call of ROW
 * went out for: an app keeps idempotency keys for each account. */
static bool
is_same_account(const struct exec *x, const struct call_row *row,
                const struct secret *s)
{
    struct call_row now;
    if (!s->n || !row->credential || row->credential == s->n)
        return true;
    name_account(x, s, &now);
    return *now.account && strcmp(now.account, row->account) == 0;
}

/* Whether the old address or account has certainly done nothing: it refused
 * each attempt or got none. Or a person said to call again. */
static bool
may_move(const struct call_row *row)
{
    const char *method = value_get_text(row->request, "method");
    bool reads =
        method && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
    bool did_nothing = row->due_ms && !row->doubt;
    return reads || did_nothing || row->state == STEP_UNKNOWN;
}

/* The customer chose a credential with another address or account: the request
 * is made anew for it, so that no token goes to the address of another. */
static enum exec_result
move(struct exec *x, const struct call_plan *plan, struct call_row *row,
     const char *why)
{
    if (!may_move(row))
        return call_park_unknown(x, row, why);
    if (mark(x, RS_STEP_DROP, row->n, x->e) != ERR_OK)
        return EXEC_STORE;
    value_free(row->request);
    row->request = NULL;
    return send_new(x, plan, row);
}

/* Why the call of ROW cannot go on as it is with the credential S; NULL where
 * it can. */
static const char *
moves(const struct exec *x, const struct call_plan *plan,
      const struct call_row *row, const struct secret *s)
{
    if (!is_addressed(plan, row, s))
        return "the customer chose a credential with another address, and "
               "nobody knows whether the call took effect at the old address "
               "(look there, then retry or cancel)";
    if (!is_same_account(x, row, s))
        return "the customer chose a credential that may be of another "
               "account, and nobody knows whether the call took effect in the "
               "old account (look there, then retry or cancel)";
    return NULL;
}

static enum exec_result
send_again(struct exec *x, const struct call_plan *plan, struct call_row *row)
{
    struct secret s;
    struct sending out = {.plan = plan, .row = row, .secret = &s};
    bool ended = false;
    enum exec_result result = call_heed_again(x, plan, row, &ended);
    if (result != EXEC_DONE || ended)
        return result;
    result = open_secret(x, plan, &s);
    const char *why = result == EXEC_DONE ? moves(x, plan, row, &s) : NULL;
    if (why) {
        secret_close(&s);
        return move(x, plan, row, why);
    }
    if (result == EXEC_DONE)
        result = pass(x, &out);
    if (result == EXEC_DONE && mark(x, RS_STEP_SEND, row->n, x->e) != ERR_OK)
        result = EXEC_STORE;
    row->attempts++;
    if (result == EXEC_DONE)
        result = send_out(x, &out);
    secret_close(&s);
    return result;
}

/* --- what to do with a step ---------------------------------------------- */

/* Runs that wait for the same reason say the same: when the attempt follows is
 * in the run's row, and how many there were in the step's. */
static enum exec_result
wait_for_attempt(struct exec *x, const struct call_row *row)
{
    char *text = mem_printf("%s: %s (another attempt of the call follows)",
                            x->block->name, row->failure.text);
    enum err err = lane_wait(x->core, x->executor, x->run, x->run->later_ms,
                             NULL, text, x->block->id, x->e);
    free(text);
    return err == ERR_OK ? EXEC_LATER : EXEC_STORE;
}

/* It was sent, or waits to be: a run that comes to it out of the journal has
 * waited. */
static enum exec_result
resume(struct exec *x, const struct call_plan *plan, struct call_row *row)
{
    if (executor_flies(x->executor, x->run->n, row->n))
        return EXEC_WAIT;
    if (x->run->later_ms)
        return wait_for_attempt(x, row);
    if (!row->due_ms && value_bool_or(value_get(row->request, "once"), false))
        return call_park_unknown(
            x, row,
            "tailord stopped before the answer came; nobody "
            "knows whether it took effect (look there, then "
            "retry or cancel)");
    return send_again(x, plan, row);
}

static enum exec_result
go_on(struct exec *x, const struct call_plan *plan, struct call_row *row)
{
    switch (row->state) {
    case STEP_DONE:
        return EXEC_DONE;
    case STEP_SENT:
        return resume(x, plan, row);
    case STEP_ASIDE:
        return EXEC_ASIDE;
    case STEP_UNKNOWN: /* a person said to try again */
        return send_again(x, plan, row);
    case STEP_FAILED: /* a retry drops it: here the answer was the last word */
        *x->e = row->failure;
        return EXEC_FAILED;
    default:
        return send_new(x, plan, row);
    }
}

/* A run without room in memory leaves it before a call: it may not leave while
 * one is out. */
enum exec_result
call_do(struct exec *x, const struct call_plan *plan, struct output *answer)
{
    struct call_row row;
    enum exec_result result = EXEC_STORE;
    if (read_row(x, plan->page, &row, answer, x->e) == ERR_OK)
        result =
            row.state == STEP_DONE || memory_keeps(x->core, x->executor, x->run)
                ? go_on(x, plan, &row)
                : EXEC_WAIT;
    value_free(row.request);
    return result;
}
