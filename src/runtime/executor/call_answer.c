/* Calls as journaled steps: what their answers mean. */
#include "runtime/executor/call_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/answer.h"
#include "runtime/executor/credential.h"
#include "runtime/runtime.h"

enum {
    ATTEMPTS = 40,
    LONGEST_WAIT_MS = 300000,
    LONGEST_ASKED_MS = 7 * 24 * 3600 * 1000, /* as long as payloads stay */
    CLOCK_OFF_MS = 120000 /* what apps allow a signed time to be off */
};

/* A call that is out. */
struct sent_call {
    struct executor *executor;
    struct call_out out;
    bool landed;
    bool gives;           /* its answer is in the journal, and … */
    struct answer answer; /* … here, once it is read */
};

/* An answer that came. */
struct arrival {
    struct core *core;
    struct executor *executor;
    struct run *run; /* NULL: it has ended meanwhile */
    const struct outbound_result *result;
    struct sent_call *call;
    const struct connector *connector;
    const struct block *block;
    int64_t step, attempts;
    const char *app;
    bool once;
};

/* --- rules --------------------------------------------------------------- */

/* Whether an app that answers so took nothing on, and may do so later. */
static bool
turns_away(int status)
{
    return status == 429 || status == 503;
}

bool
call_is_retried(const struct connector *c, int status)
{
    const struct value *rules = c ? connector_retry(c) : NULL;
    const struct value *statuses = value_get(rules, "statuses");
    for (size_t i = 0; i < value_size(statuses); i++)
        if (value_int_or(value_at(statuses, i), 0) == status)
            return true;
    return !statuses && turns_away(status);
}

int64_t
call_attempts(const struct connector *c)
{
    const struct value *rules = c ? connector_retry(c) : NULL;
    return value_int_or(value_get(rules, "attempts"), ATTEMPTS);
}

/* What the app asks for is done unless its connector says that it is wrong. */
static bool
obeys_retry_after(const struct connector *c)
{
    const struct value *rules = c ? connector_retry(c) : NULL;
    return value_bool_or(value_get(rules, "retryAfter"), true);
}

/* Doubled each time, half of it by chance; or as long as the app asked. */
static int64_t
wait_ms(const struct arrival *a)
{
    unsigned char chance;
    int64_t ms = a->executor->backoff_ms;
    int64_t asked =
        obeys_retry_after(a->connector) ? a->result->retry_after_ms : 0;
    for (int64_t i = 1; i < a->attempts && ms < LONGEST_WAIT_MS; i++)
        ms *= 2;
    random_bytes(&chance, 1);
    ms = ms / 2 + ms * chance / 512;
    if (asked > LONGEST_ASKED_MS)
        asked = LONGEST_ASKED_MS;
    return asked > ms ? asked : ms;
}

/* TEXT without secrets, as a new string. */
static char *
redacted(const struct arrival *a, const char *text)
{
    struct buf b;
    buf_init(&b, 4 * sizeof a->result->message);
    buf_adds(&b, text);
    secret_redact(&a->call->out.secret, &b);
    return buf_take(&b);
}

/* --- the journal --------------------------------------------------------- */

static enum err
end_step(struct arrival *a, int state, const struct buf *output,
         const char *message, struct error *e)
{
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_END);
    db_int(q, state);
    db_text_n(q, output ? buf_str(output) : NULL, output ? output->len : 0);
    db_int_or_null(q, a->result->status);
    db_text(q, message);
    db_int(q, clock_now_ms());
    db_int(q, a->step);
    return db_run(q, e);
}

static enum err
park_run(struct arrival *a, int why, const char *app, const char *message,
         struct error *e)
{
    if (!a->run)
        return ERR_OK;
    int64_t n = a->run->n;
    char *text = mem_printf("%s: %s", a->block ? a->block->name : "?", message);
    enum err err = run_end(a->core, a->executor, a->run, RUN_PARKED, why, app,
                           text, a->block ? a->block->id : NULL, e);
    free(text);
    executor_forget(a->core, n);
    return err;
}

/* To write a large answer is long enough for a tick: the run goes on in the
 * next. */
static enum err
go_on(struct arrival *a, struct error *e)
{
    if (!a->run)
        return ERR_OK;
    if (a->result->body.len <= CORE_LARGE_ANSWER)
        return executor_go_on(a->core, a->run, e);
    executor_again(a->core, a->run->n, a->run->installation);
    return ERR_OK;
}

/* Ends the step without an output where OUTPUT is NULL or large: the message
 * has the beginning of what the app said, and the core writes it for one
 * customer while all others wait. */
static enum err
fail_step(struct arrival *a, const struct buf *output, const char *message,
          struct error *e)
{
    bool kept = output && output->len <= CORE_LARGE_ANSWER;
    enum err err = end_step(a, STEP_FAILED, kept ? output : NULL, message, e);
    return err == ERR_OK ? go_on(a, e) : err;
}

/* Whether the attempt may have taken effect all the same: it was sent, and no
 * answer turned it away. */
static bool
is_in_doubt(const struct outbound_result *r)
{
    if (r->code != ERR_OK)
        return r->sent;
    return r->status != 401 && !turns_away(r->status);
}

/* Whether the clock may be why there is no answer: it decides whether a
 * certificate is valid. Such a call waits until the clock is right. */
static bool
is_of_clock(const struct arrival *a)
{
    return a->result->distrusted && core_clock_is_doubted(a->core);
}

/* The step, where it is still there, has another attempt at LATER_MS. */
static enum err
mark_later(struct arrival *a, int64_t later_ms, const char *message,
           struct error *e)
{
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_LATER);
    db_int(q, later_ms);
    db_text(q, message);
    db_int_or_null(q, a->result->status);
    db_int(q, is_in_doubt(a->result));
    db_int(q, a->step);
    return db_run(q, e);
}

/* Schedules the next attempt, or fails the step after the last one. */
static enum err
try_later(struct arrival *a, const char *message, struct error *e)
{
    if (a->attempts >= call_attempts(a->connector) && !is_of_clock(a)) {
        char *text = mem_printf("after %lld attempts: %s",
                                (long long)a->attempts, message);
        enum err err = fail_step(a, NULL, text, e);
        free(text);
        return err;
    }
    int64_t later_ms = clock_now_ms() + wait_ms(a);
    enum err err = mark_later(a, later_ms, message, e);
    if (a->run)
        a->run->later_ms = later_ms;
    return err == ERR_OK ? go_on(a, e) : err;
}

/* --- deciding ------------------------------------------------------------ */

static enum err
take_no_answer(struct arrival *a, struct error *e)
{
    enum err err;
    char *message = redacted(a, a->result->message);
    bool waits = !a->result->permanent || is_of_clock(a);
    if (!waits && (!a->result->sent || !a->once)) {
        err = fail_step(a, NULL, message, e);
    } else if (!a->result->sent) {
        char *text = mem_printf("not sent: %s", message);
        err = try_later(a, text, e);
        free(text);
    } else if (!a->once) {
        err = try_later(a, message, e);
    } else {
        char *text = mem_printf(
            a->result->permanent /* what came cannot be taken */
                ? "%s: whether it took effect is unknown (look in the app, "
                  "then retry or cancel)"
                : "no answer (%s); nobody knows whether it took effect (look "
                  "there, then retry or cancel)",
            message);
        err = end_step(a, STEP_UNKNOWN, NULL, message, e);
        if (err == ERR_OK)
            err = park_run(a, PARK_UNKNOWN, NULL, text, e);
        free(text);
    }
    free(message);
    return err;
}

/* How far this machine's clock is from the app's, where that matters: a
 * signature with a time is refused. 0: near enough, or not known. */
static long
clock_off_minutes(const struct arrival *a)
{
    int64_t ms = a->result->date_ms ? clock_now_ms() - a->result->date_ms : 0;
    bool signs_time = strcmp(a->call->out.secret.kind, "oauth1") == 0;
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
is_current(const struct arrival *a, bool *out, struct error *e)
{
    struct secret other;
    enum err err = secret_open(&other, core_db(a->core), core_runtime(a->core),
                               a->run->installation, a->app, a->connector, e);
    *out = err == ERR_OK && other.n == a->call->out.secret.n;
    if (err == ERR_OK)
        secret_close(&other);
    return err == ERR_NOT_FOUND || err == ERR_DAMAGED ? ERR_OK : err;
}

/* The call is made anew, unless an attempt before this one may have taken
 * effect: that one's request and doubt stay. */
static enum err
drop_unless_in_doubt(struct arrival *a, const char *message, struct error *e)
{
    struct db_stmt *q = db_use(core_db(a->core), RS_STEP_DROP_SURE);
    db_int(q, a->step);
    enum err err = db_run(q, e);
    return err == ERR_OK ? mark_later(a, clock_now_ms(), message, e) : err;
}

/* The app refused the credential: nothing is lost, the call is made again
 * once the credential has proved good, or another is connected. Where it was
 * deleted, replaced or believed refused, the run finds that out for itself. */
static enum err
take_refused_credential(struct arrival *a, const struct credential_answer *c,
                        struct error *e)
{
    bool current = false;
    enum err err = drop_unless_in_doubt(a, c->message, e);
    if (err == ERR_OK)
        err = is_current(a, &current, e);
    if (err != ERR_OK || !current)
        return err == ERR_OK ? go_on(a, e) : err;
    char *text = credential_words(CREDENTIAL_SUSPECT, c);
    err = park_run(a, PARK_CREDENTIAL, a->app, text, e);
    free(text);
    return err;
}

/* What the answer says of the credential that was sent; where it was *REFUSED,
 * nothing else follows. */
static enum err
judge_credential(struct arrival *a, const char *message, bool *refused,
                 struct error *e)
{
    long off = clock_off_minutes(a);
    char *why = refusal(message, off);
    const struct credential_answer c = {.n = a->call->out.secret.n,
                                        .run = a->run->n,
                                        .status = a->result->status,
                                        .clock_is_off = off,
                                        .message = why};
    enum err err = c.n ? credential_take(a->core, &c, e) : ERR_OK;
    *refused = a->result->status == 401 && a->app && c.n;
    if (err == ERR_OK && *refused)
        err = take_refused_credential(a, &c, e);
    free(why);
    return err;
}

static enum err
take_result(struct arrival *a, const struct answer *answer, struct error *e)
{
    int status = a->result->status;
    const struct buf *output = &answer->output.text;
    if (call_is_retried(a->connector, status))
        return try_later(a, answer->message, e);
    if (status < 200 || status >= 300)
        return fail_step(a, output, answer->message, e);
    enum err err = end_step(a, STEP_DONE, output, NULL, e);
    a->call->gives = err == ERR_OK && answer->output.set;
    return err == ERR_OK ? go_on(a, e) : err;
}

/* The run has ended meanwhile, so nothing follows. Another run of the event may
 * need the answer, unless it is large; where the run's payload was erased
 * nothing of it is kept. */
static enum err
keep_late_answer(struct arrival *a, const struct answer *answer,
                 struct error *e)
{
    int64_t kept = 0;
    int state = a->result->status < 300 ? STEP_DONE : STEP_FAILED;
    struct db_stmt *q = db_use(core_db(a->core), RS_RUN_IS_KEPT);
    db_int(q, a->call->out.flying.run);
    enum err err = db_run_int(q, &kept, NULL, e);
    bool keeps = kept && state == STEP_DONE && answer->output.set &&
                 answer->output.text.len <= CORE_LARGE_ANSWER;
    return err == ERR_OK
               ? end_step(a, state, keeps ? &answer->output.text : NULL, NULL,
                          e)
               : err;
}

static enum err
take_answer(struct arrival *a, const struct answer *answer, struct error *e)
{
    bool refused = false;
    if (!a->run)
        return keep_late_answer(a, answer, e);
    enum err err = judge_credential(a, answer->message, &refused, e);
    return err == ERR_OK && !refused ? take_result(a, answer, e) : err;
}

/* --- the answer comes ---------------------------------------------------- */

static void
read_answer(struct sent_call *c, const struct outbound_result *result,
            struct buf *body, const atomic_bool *stopped)
{
    const struct answer_rules rules = {.connector = c->out.connector,
                                       .action = c->out.action,
                                       .secret = &c->out.secret};
    answer_read(&c->answer, &rules, result, body, stopped);
}

/* On a thread: a large answer. RESULT keeps the size of what came. A part of an
 * answer that broke off is none. */
static void
prepare(void *ctx, struct outbound_result *result, const atomic_bool *stopped)
{
    if (result->code != ERR_OK)
        return;
    struct buf body = result->body;
    result->body = (struct buf){.len = body.len, .max = body.max};
    read_answer(ctx, result, &body, stopped);
}

static enum err
call_done(struct core *core, void *ctx, const struct outbound_result *result,
          struct error *e)
{
    struct sent_call *c = ctx;
    const struct flying *f = &c->out.flying;
    struct arrival a = {.core = core,
                        .executor = c->executor,
                        .result = result,
                        .call = c,
                        .connector = c->out.connector,
                        .block = c->out.block,
                        .step = f->step,
                        .attempts = c->out.attempts,
                        .app = c->out.app,
                        .once = c->out.once};
    executor_land(c->executor, f->run, f->step);
    c->landed = true;
    if (result->code == ERR_OK && !c->answer.is_read) {
        struct buf body;
        buf_init(&body, result->body.max);
        buf_add(&body, result->body.data, result->body.len);
        read_answer(c, result, &body, NULL);
    }
    /* An answer that cannot be read is as good as none. */
    struct outbound_result none = *result;
    if (c->answer.broken) {
        none.code = ERR_INVALID;
        none.permanent = true;
        none.sent = true;
        snprintf(none.message, sizeof none.message, "%s", c->answer.broken);
        a.result = result = &none;
    }
    enum err err = executor_run(core, f->run, &a.run, e);
    if (err == ERR_OK && result->code == ERR_OK)
        err = take_answer(&a, &c->answer, e);
    else if (err == ERR_OK)
        err = take_no_answer(&a, e);
    lanes_move_up(core, c->executor);
    return err;
}

static void
call_over(void *ctx)
{
    struct sent_call *c = ctx;
    const struct flying *f = &c->out.flying;
    if (!c->landed) /* the same step may be out again */
        executor_land(c->executor, f->run, f->step);
    if (c->gives)
        executor_give(c->executor, f->run, f->step, &c->answer.output);
    answer_clear(&c->answer);
    secret_close(&c->out.secret);
    compiled_release(c->out.compiled);
    free(c);
}

void
call_start(struct core *core, struct executor *executor, struct call_out *out,
           const struct outbound_request *request)
{
    struct sent_call *c = mem_alloc(sizeof *c);
    *c = (struct sent_call){.executor = executor, .out = *out};
    out->secret = (struct secret){0};
    compiled_hold(out->compiled);
    executor_fly(executor, &out->flying);
    core_start_outbound(core, request,
                        (struct core_outbound){.prepare = prepare,
                                               .group = out->flying.lane,
                                               .run = out->flying.run,
                                               .done = call_done,
                                               .free = call_over,
                                               .ctx = c});
}
