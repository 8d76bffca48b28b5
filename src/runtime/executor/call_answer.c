/* Calls as journaled steps: what their answers mean. */
#include "runtime/executor/call_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "runtime/executor/credential.h"
#include "runtime/runtime.h"
#include "value/pointer.h"

enum {
    ATTEMPTS = 40,
    LONGEST_WAIT_MS = 300000,
    LONGEST_ASKED_MS = 7 * 24 * 3600 * 1000, /* as long as payloads stay */
    CLOCK_OFF_MS = 120000 /* what apps allow a signed time to be off */
};

/* A call that is out. */
struct call_ctx {
    struct executor *executor;
    struct flying flying;
    bool landed;
    struct secret secret; /* that was sent; n 0: none was */
};

/* An answer under the hand. */
struct answer {
    struct core *core;
    struct executor *executor;
    struct run *run; /* NULL: it has ended meanwhile */
    const struct outbound_result *result;
    int64_t step, attempts;
    const struct block *block;
    struct value *request;
    const char *app;
    const struct connector *connector;
    struct secret *secret;
    struct buf body; /* of the answer, redacted */
    bool once;
};

/* --- rules -------------------------------------------------------------------
 */

bool
call_is_retried(const struct connector *c, int status)
{
    const struct value *rules = c ? connector_retry(c) : NULL;
    const struct value *statuses = value_get(rules, "statuses");
    for (size_t i = 0; i < value_size(statuses); i++)
        if (value_int_or(value_at(statuses, i), 0) == status)
            return true;
    return !statuses && (status == 429 || status == 503);
}

int64_t
call_attempts(const struct connector *c)
{
    const struct value *rules = c ? connector_retry(c) : NULL;
    return value_int_or(value_get(rules, "attempts"), ATTEMPTS);
}

/* Doubled each time, half of it by chance; or as long as the app asked. */
static int64_t
wait_ms(const struct answer *a)
{
    unsigned char chance;
    int64_t ms = a->executor->backoff_ms;
    int64_t asked = a->result->retry_after_ms;
    for (int64_t i = 1; i < a->attempts && ms < LONGEST_WAIT_MS; i++)
        ms *= 2;
    random_bytes(&chance, 1);
    ms = ms / 2 + ms * chance / 512;
    if (asked > LONGEST_ASKED_MS)
        asked = LONGEST_ASKED_MS;
    return asked > ms ? asked : ms;
}

/* TEXT (taken) without secrets. What JSON had escaped in the body stands plain
 * in what is kept of it, and headers never went through the body. */
static char *
redacted(const struct answer *a, char *text)
{
    struct buf b;
    buf_init(&b, RUN_OUTPUT_MAX);
    buf_adds(&b, text);
    free(text);
    secret_redact(a->secret, &b);
    return buf_take(&b);
}

/* --- the sentence of a failure
 * -------------------------------------------------- */

/* At most 300 bytes of a text from outside, as people may see it. */
static char *
shown(const char *text, size_t n)
{
    struct buf out;
    buf_init(&out, 3000);
    text_visible(&out, text, n < 300 ? n : 300);
    return buf_take(&out);
}

/* What the JSON Pointer that the connector names finds in the answer. */
static char *
error_member(const struct answer *a, const struct value *body, const char *key)
{
    const char *at = a->connector
                         ? value_get_text(connector_errors(a->connector), key)
                         : NULL;
    const struct value *v = at ? pointer_get(body, at, NULL) : NULL;
    size_t n = 0;
    const char *text = value_text(v, &n);
    return text ? shown(text, n) : NULL;
}

static char *
failure(const struct answer *a, const struct value *body)
{
    struct buf out;
    char *message = error_member(a, body, "message");
    char *path = error_member(a, body, "path");
    bool failed = a->result->status >= 400;
    buf_init(&out, 2000);
    buf_addf(&out, "HTTP %d", a->result->status);
    if (failed && message) {
        buf_adds(&out, ": ");
        buf_adds(&out, message);
    } else if (failed && a->body.len) {
        buf_adds(&out, ": ");
        text_visible(&out, a->body.data, a->body.len < 200 ? a->body.len : 200);
    }
    if (failed && path) {
        buf_adds(&out, " (");
        buf_adds(&out, path);
        buf_addc(&out, ')');
    }
    free(message);
    free(path);
    return redacted(a, buf_take(&out));
}

/* --- outputs
 * --------------------------------------------------------------------- */

/* "https://host/cashSale/17" gives "17". */
static const char *
last_segment(const char *location)
{
    const char *at = strrchr(location, '/');
    return at ? at + 1 : location;
}

/* Members of the output that the connector takes out of headers. */
static void
add_headers(const struct answer *a, struct value *output)
{
    const char *key = value_get_text(a->request, "action");
    const struct connector_action *action =
        key && a->connector ? connector_action(a->connector, key) : NULL;
    const struct value *rules = action ? action->result : NULL;
    for (size_t i = 0; i < value_size(rules); i++) {
        const char *header = value_get_text(value_at(rules, i), "header");
        const char *take = value_get_text(value_at(rules, i), "take");
        const char *from = a->result->location;
        if (!header || strcasecmp(header, "Location") != 0 || !*from)
            continue;
        if (take && strcmp(take, "lastSegment") == 0)
            from = last_segment(from);
        value_set_text(output, value_key(rules, i, NULL), from);
    }
}

/* What the block gives: an action the app's answer, an api block status and
 * body. BODY is taken. */
static char *
write_output(const struct answer *a, struct value *body)
{
    struct value *output = body;
    if (!value_get(a->request, "action")) {
        output = value_object();
        value_set_int(output, "status", a->result->status);
        if (body)
            value_set(output, "body", body);
    } else if (!value_is(body, VALUE_OBJECT)) {
        output = value_object();
        if (body)
            value_set(output, "body", body);
    }
    add_headers(a, output);
    char *text = value_to_text(output);
    value_free(output);
    return redacted(a, text);
}

/* The body as JSON, or as a text where it is none; NULL where it is empty. */
static struct value *
read_body(const struct answer *a)
{
    struct value *v = NULL;
    if (a->body.len == 0)
        return NULL;
    if (value_read(&v, a->body.data, a->body.len, &value_limits_event, "answer",
                   NULL) != ERR_OK)
        v = value_string_n(a->body.data, a->body.len);
    return v;
}

/* --- the journal
 * --------------------------------------------------------------- */

static enum err
end_step(struct answer *a, int state, const char *output, const char *message,
         struct error *e)
{
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_END);
    db_int(q, state);
    db_text(q, output);
    db_int_or_null(q, a->result->status);
    db_text(q, message);
    db_int(q, clock_now_ms());
    db_int(q, a->step);
    return db_run(q, e);
}

static enum err
park_run(struct answer *a, int why, const char *app, const char *message,
         struct error *e)
{
    if (!a->run)
        return ERR_OK;
    int64_t n = a->run->n;
    char *text = mem_printf("%s: %s", a->block ? a->block->name : "?", message);
    enum err code = run_end(a->core, a->executor, a->run, RUN_PARKED, why, app,
                            text, a->block ? a->block->id : NULL, e);
    free(text);
    executor_forget(a->core, n);
    return code;
}

static enum err
go_on(struct answer *a, struct error *e)
{
    return a->run ? executor_go_on(a->core, a->run, e) : ERR_OK;
}

static enum err
fail_step(struct answer *a, const char *output, const char *message,
          struct error *e)
{
    enum err code = end_step(a, STEP_FAILED, output, message, e);
    return code == ERR_OK ? go_on(a, e) : code;
}

/* Later again, or enough of it. */
static enum err
try_later(struct answer *a, const char *message, struct error *e)
{
    if (a->attempts >= call_attempts(a->connector)) {
        char *text = mem_printf("after %lld attempts: %s",
                                (long long)a->attempts, message);
        enum err code = fail_step(a, NULL, text, e);
        free(text);
        return code;
    }
    int64_t later_ms = clock_now_ms() + wait_ms(a);
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_LATER);
    db_int(q, later_ms);
    db_text(q, message);
    db_int_or_null(q, a->result->status);
    db_int(q, a->step);
    enum err code = db_run(q, e);
    if (a->run)
        a->run->later_ms = later_ms;
    return code == ERR_OK ? go_on(a, e) : code;
}

/* --- deciding
 * -------------------------------------------------------------------- */

static enum err
take_no_answer(struct answer *a, struct error *e)
{
    enum err code;
    char *message = redacted(a, mem_strdup(a->result->message));
    if (a->result->permanent && (!a->result->sent || !a->once)) {
        code = fail_step(a, NULL, message, e);
    } else if (!a->result->sent || !a->once) {
        code = try_later(a, message, e);
    } else {
        char *text = mem_printf(
            a->result->code == ERR_TOO_BIG
                ? "%s: whether it took effect is unknown (look in the app, "
                  "then retry or cancel)"
                : "no answer (%s); nobody knows whether it took effect (look "
                  "there, then retry or cancel)",
            message);
        code = end_step(a, STEP_UNKNOWN, NULL, message, e);
        if (code == ERR_OK)
            code = park_run(a, PARK_UNKNOWN, NULL, text, e);
        free(text);
    }
    free(message);
    return code;
}

/* How far this machine's clock is from the app's, where that matters: a
 * signature with a time is refused. 0: near enough, or not known. */
static long
clock_off_minutes(const struct answer *a)
{
    int64_t ms = a->result->date_ms ? clock_now_ms() - a->result->date_ms : 0;
    bool signs_time = strcmp(a->secret->kind, "oauth1") == 0;
    return signs_time && (ms > CLOCK_OFF_MS || ms < -CLOCK_OFF_MS)
               ? (long)(ms / 60000)
               : 0;
}

/* MESSAGE with what is known of the reason; the caller frees it. */
static char *
refusal(const char *message, long off_minutes)
{
    if (!off_minutes)
        return mem_strdup(message);
    return mem_printf("the clock of this server is %ld minutes %s the app's "
                      "(set the clock): %s",
                      labs(off_minutes),
                      off_minutes > 0 ? "ahead of" : "behind", message);
}

/* Whether the credential that was sent is still the one that the run would
 * send, and may be tried again. */
static enum err
is_current(const struct answer *a, bool *out, struct error *e)
{
    struct secret other;
    enum err code = secret_open(&other, core_db(a->core), core_runtime(a->core),
                                a->run->installation, a->app, a->connector, e);
    *out = code == ERR_OK && other.n == a->secret->n;
    if (code == ERR_OK)
        secret_close(&other);
    return code == ERR_NOT_FOUND || code == ERR_DAMAGED ? ERR_OK : code;
}

/* The app refused the credential: nothing is lost, the call is made again
 * once the credential has proved good, or another is connected. Where it was
 * deleted, replaced or believed refused, the run finds that out for itself. */
static enum err
take_refused_credential(struct answer *a, const struct credential_answer *c,
                        struct error *e)
{
    bool current = false;
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_DROP);
    db_int(q, a->step);
    enum err code = db_run(q, e);
    if (code == ERR_OK)
        code = is_current(a, &current, e);
    if (code != ERR_OK || !current)
        return code == ERR_OK ? go_on(a, e) : code;
    char *text = credential_words(CREDENTIAL_SUSPECT, c);
    code = park_run(a, PARK_CREDENTIAL, a->app, text, e);
    free(text);
    return code;
}

/* What the answer says of the credential that was sent; where it was *REFUSED,
 * nothing else follows. */
static enum err
judge_credential(struct answer *a, const char *message, bool *refused,
                 struct error *e)
{
    long off = clock_off_minutes(a);
    char *why = refusal(message, off);
    const struct credential_answer c = {.n = a->secret->n,
                                        .run = a->run->n,
                                        .status = a->result->status,
                                        .clock_is_off = off,
                                        .message = why};
    enum err code = c.n ? credential_take(a->core, &c, e) : ERR_OK;
    *refused = a->result->status == 401 && a->app && c.n;
    if (code == ERR_OK && *refused)
        code = take_refused_credential(a, &c, e);
    free(why);
    return code;
}

static enum err
take_answer(struct answer *a, struct error *e)
{
    struct value *body = read_body(a);
    int status = a->result->status;
    enum err code;
    if (!a->run) { /* cancelled: nothing follows, nothing of it is kept */
        value_free(body);
        return end_step(a, status < 300 ? STEP_DONE : STEP_FAILED, NULL, NULL,
                        e);
    }
    char *message = failure(a, body);
    bool refused = false;
    code = judge_credential(a, message, &refused, e);
    if (code != ERR_OK || refused) {
        value_free(body);
    } else if (call_is_retried(a->connector, status)) {
        code = try_later(a, message, e);
        value_free(body);
    } else {
        char *output = write_output(a, body);
        if (status >= 200 && status < 300) {
            code = end_step(a, STEP_DONE, output, NULL, e);
            code = code == ERR_OK ? go_on(a, e) : code;
        } else {
            code = fail_step(a, output, message, e);
        }
        free(output);
    }
    free(message);
    return code;
}

/* --- the answer comes
 * --------------------------------------------------------------- */

static enum err
read_step(struct answer *a, struct error *e)
{
    enum err read = ERR_OK;
    char block[UUID_SIZE] = "";
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_BY_N);
    db_int(q, a->step);
    if (db_row(q)) {
        size_t n = 0;
        const char *request = db_get_text_n(q, 6, &n);
        snprintf(block, sizeof block, "%s", db_get_text(q, 1));
        a->attempts = db_get_int(q, 5);
        read = value_read(&a->request, request ? request : "", n,
                          &value_limits_event, "request", e);
    }
    enum err code = db_end(q, e);
    if (a->run)
        a->block = document_block(a->run->compiled->document, block);
    return code == ERR_OK ? read : code;
}

static void
know_app(struct answer *a)
{
    a->app = value_get_text(a->request, "app");
    a->once = value_bool_or(value_get(a->request, "once"), false);
    const char *rules = value_get_text(a->request, "connector");
    if (a->run && rules)
        a->connector = connector_set_find(
            &a->run->compiled->connectors,
            document_connector(a->run->compiled->document, rules));
}

/* Takes the secrets out of what came back, with the rules of the run's own
 * connector: that of the sending may be gone. */
static void
redact(struct answer *a)
{
    struct secret *s = a->secret;
    buf_init(&a->body, RUN_OUTPUT_MAX);
    if (a->result->code == ERR_OK)
        buf_add(&a->body, a->result->body.data, a->result->body.len);
    s->connector = a->connector;
    s->authentication = a->connector
                            ? connector_authentication_of(a->connector, s->kind)
                            : NULL;
    secret_redact(s, &a->body);
}

static enum err
call_done(struct core *core, void *ctx, const struct outbound_result *result,
          struct error *e)
{
    struct call_ctx *c = ctx;
    const struct flying *f = &c->flying;
    struct answer a = {.core = core,
                       .executor = c->executor,
                       .result = result,
                       .secret = &c->secret,
                       .step = f->step};
    executor_land(c->executor, f->run, f->step);
    c->landed = true;
    enum err code = executor_run(core, f->run, &a.run, e);
    if (code == ERR_OK)
        code = read_step(&a, e);
    if (code == ERR_OK && a.request) {
        know_app(&a);
        redact(&a);
        code =
            result->code == ERR_OK ? take_answer(&a, e) : take_no_answer(&a, e);
    }
    lanes_move_up(core, c->executor);
    buf_clear(&a.body);
    value_free(a.request);
    return code;
}

static void
call_over(void *ctx)
{
    struct call_ctx *c = ctx;
    if (!c->landed) /* the same step may be out again */
        executor_land(c->executor, c->flying.run, c->flying.step);
    secret_close(&c->secret);
    free(c);
}

void
call_start(struct core *core, struct executor *executor,
           const struct flying *flying, const struct outbound_request *request,
           struct secret *secret)
{
    struct call_ctx *c = mem_alloc(sizeof *c);
    *c = (struct call_ctx){
        .executor = executor, .flying = *flying, .secret = *secret};
    *secret = (struct secret){0};
    executor_fly(executor, flying);
    core_start_outbound(
        core, request,
        (struct core_outbound){.done = call_done, .free = call_over, .ctx = c});
}
