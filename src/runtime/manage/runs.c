/* Runs as engineers see them: lists without payloads, one run with its
 * blocks, each look at it on record. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/payload.h"
#include "runtime/embedded/query.h"
#include "runtime/installed/live.h"
#include "runtime/installed/lookup.h"
#include "runtime/installed/reading.h"
#include "runtime/manage/manage.h"

enum { LIST_MAX = 200, STEPS_MAX = 5000, ACTOR_MAX = 200 };
enum { LOOKED_AT = 1000 }; /* runs that one call looks at */

/* How far a clock may have been set back. */
#define CLOCK_BACK_MS (24LL * 3600 * 1000)

/* Says when an open run makes its next attempt, where it waits for that. */
static void
set_next_attempt(struct value *v, int state, int64_t due_ms)
{
    bool open = state == RUN_ACCEPTED || state == RUN_RUNNING;
    if (open && due_ms > clock_now_ms() && due_ms < RUN_DUE_NEVER)
        api_set_time(v, "nextAttemptAt", due_ms);
}

/* What the journal says of the run, or what it waits for in memory. */
static const char *
message_of(const struct route_call *call, const struct rs_run *r)
{
    bool open = r->state == RUN_ACCEPTED || r->state == RUN_RUNNING;
    if (open && !r->message && api_run_waits_for_memory(call, r->n))
        return "waits for memory: other runs with large versions or much data "
               "hold all of it";
    if (open && !r->message && core_answer_waits(call->core, r->n))
        return "waits for memory: its answer is large, and other large answers "
               "hold all places";
    return r->message;
}

static struct value *
run_value(const struct route_call *call, const struct rs_run *r)
{
    struct value *v = value_object();
    char label[48];
    lookup_label(label, r->base_no, r->fork_no);
    value_set_text(v, "runId", r->id);
    value_set_text(v, "executionId", r->execution);
    value_set_text(v, "installationId", r->installation_id);
    value_set_text(v, "workflowId", r->workflow_id);
    value_set_text(v, "versionId", r->version_id);
    value_set_text(v, "version", label);
    value_set_text(v, "state", rt_run_state_word((int)r->state));
    if (r->park) {
        value_set_text(v, "parkedFor", rt_park_word((int)r->park));
        value_set_int(v, "parkedTimes", r->parked_times);
    }
    value_set_text(v, "event", r->event);
    value_set_text(v, "label", r->label);
    api_set_time(v, "acceptedAt", r->accepted_at);
    api_set_time(v, "startedAt", r->started_at);
    api_set_time(v, "stoppedAt", r->stopped_at);
    value_set_text(v, "message", message_of(call, r));
    value_set_text(v, "blockId", r->block);
    value_set_int(v, "setAside", r->set_aside);
    set_next_attempt(v, (int)r->state, r->due_at);
    return v;
}

/* A look at the runs: what is asked for, and what was found. */
struct look {
    const char *run; /* the id of the only one */
    const char *installation, *find;
    int state; /* -1: any */
    int park;  /* PARK_NONE: any */
    int64_t since, until;
    int64_t before, oldest; /* rows: looks at those between them */
    int64_t limit;
    int64_t rows[LIST_MAX];
    size_t count;
    int64_t last; /* the row that was looked at last */
    bool more;
};

static const char *
given(const struct route_call *call, const char *name)
{
    const char *text = http_request_query(call->request, name);
    return text && *text ? text : NULL;
}

static enum err
read_look(struct route_call *call, struct look *l, struct error *e)
{
    struct manage_page page;
    const char *state = given(call, "state");
    const char *park = given(call, "parkedFor");
    enum err err = manage_page_asked(call, INT64_MAX, &page, e);
    *l = (struct look){.run = given(call, "runId"),
                       .installation = given(call, "installationId"),
                       .find = given(call, "find"),
                       .state = rt_run_state_of_word(state),
                       .park = rt_park_of_word(park),
                       .until = INT64_MAX,
                       .before = page.after,
                       .limit = page.limit};
    if (l->limit > LIST_MAX)
        l->limit = LIST_MAX;
    if (err == ERR_OK && state && l->state < 0)
        err = error_set(e, ERR_USAGE, "state: unknown state %s", state);
    if (err == ERR_OK && park && l->park == PARK_NONE)
        err = error_set(e, ERR_USAGE, "parkedFor: unknown reason %s", park);
    if (l->park != PARK_NONE && !state)
        l->state = RUN_PARKED;
    if (err == ERR_OK)
        err = query_time(call, "since", &l->since, e);
    return err == ERR_OK ? query_time(call, "until", &l->until, e) : err;
}

/* Runs are accepted in the order of their rows, up to what a clock was set
 * back: no run beyond these rows was accepted in the time asked for. */
static enum err
find_ends(struct route_call *call, struct look *l, struct error *e)
{
    int64_t newest = INT64_MAX;
    enum err err = ERR_OK;
    if (l->since > CLOCK_BACK_MS) {
        struct db_stmt *q = db_use(call->db, RS_RUN_NEWEST_BEFORE);
        db_int(q, l->since - CLOCK_BACK_MS);
        err = db_run_int(q, &l->oldest, NULL, e);
    }
    if (err == ERR_OK && l->until < INT64_MAX - CLOCK_BACK_MS) {
        struct db_stmt *q = db_use(call->db, RS_RUN_OLDEST_FROM);
        db_int(q, l->until + CLOCK_BACK_MS);
        err = db_run_int(q, &newest, NULL, e);
    }
    if (newest < l->before)
        l->before = newest;
    return err;
}

/* The statement that leads to the runs by the narrowest filter. */
static enum err
choose(struct route_call *call, const struct look *l, int *out, struct error *e)
{
    int64_t few = 0;
    enum err err = ERR_OK;
    if (l->find) {
        struct db_stmt *q = db_use(call->db, RS_RUN_LABELS_FEW);
        db_text(q, l->find);
        db_int(q, LOOKED_AT);
        err = db_run_int(q, &few, NULL, e);
    }
    *out = few               ? RS_RUNS_LOOKED_AT_LABELLED
           : l->installation ? RS_RUNS_LOOKED_AT_OF_INSTALLATION
           : l->state >= 0   ? RS_RUNS_LOOKED_AT_OF_STATE
                             : RS_RUNS_LOOKED_AT;
    return err;
}

static enum err
look_at_runs(struct route_call *call, struct look *l, struct error *e)
{
    int statement, looked_at = 0;
    enum err err = choose(call, l, &statement, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(call->db, statement);
    db_int(q, call->caller.environment);
    db_int(q, l->before);
    db_text(q, l->installation);
    db_int(q, l->state);
    db_int(q, l->since);
    db_int(q, l->until);
    db_text(q, l->find);
    db_int(q, LOOKED_AT);
    db_int(q, l->park);
    struct rs_run_looked_at r;
    while ((int64_t)l->count < l->limit && rs_run_looked_at_next(q, &r) &&
           r.n > l->oldest) {
        l->last = r.n;
        looked_at++;
        if (r.fits)
            l->rows[l->count++] = r.n;
    }
    l->more = (int64_t)l->count == l->limit || looked_at == LOOKED_AT;
    return db_end(q, e);
}

/* The run with the id that was asked for; other filters do not apply. */
static enum err
look_at_one(struct route_call *call, struct look *l, struct error *e)
{
    bool found = false;
    struct db_stmt *q = db_use(call->db, RS_RUN_OF_ENVIRONMENT);
    db_text(q, l->run);
    db_int(q, call->caller.environment);
    enum err err = db_run_int(q, &l->rows[0], &found, e);
    l->count = found ? 1 : 0;
    return err;
}

static enum err
find_runs(struct route_call *call, struct look *l, struct error *e)
{
    if (l->run)
        return look_at_one(call, l, e);
    enum err err = find_ends(call, l, e);
    return err == ERR_OK ? look_at_runs(call, l, e) : err;
}

/* A run of a list, with the cursor that leads on behind it. */
static struct value *
listed_value(const struct route_call *call, const struct rs_run *r)
{
    struct value *v = run_value(call, r);
    char cursor[24];
    snprintf(cursor, sizeof cursor, "%lld", (long long)r->n);
    value_set_text(v, "cursor", cursor);
    return v;
}

static enum err
list_runs(struct route_call *call, const struct look *l, struct value *list,
          struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < l->count && err == ERR_OK; i++) {
        struct db_stmt *q = db_use(call->db, RS_RUN_LISTED);
        db_int(q, l->rows[i]);
        struct rs_run r;
        if (rs_run_next(q, &r))
            value_append(list, listed_value(call, &r));
        err = db_end(q, e);
    }
    return err;
}

enum err
manage_runs(struct route_call *call, struct error *e)
{
    struct value *list = value_array();
    struct look look;
    char cursor[24];
    enum err err = read_look(call, &look, e);
    if (err == ERR_OK)
        err = find_runs(call, &look, e);
    if (err == ERR_OK)
        err = list_runs(call, &look, list, e);
    if (err != ERR_OK) {
        value_free(list);
        return err;
    }
    struct value *v = value_object();
    snprintf(cursor, sizeof cursor, "%lld", (long long)look.last);
    value_set(v, "data", list);
    value_set_text(v, "cursor", look.more ? cursor : NULL);
    api_answer(call, v);
    return ERR_OK;
}

/* --- one run -------------------------------------------------------------- */

static enum err
set_payloads(struct db *db, struct payloads *p, int64_t step, struct value *v,
             struct error *e)
{
    enum err err = payload_set(db, p, "step", "request", step, v, "input", e);
    return err == ERR_OK
               ? payload_set(db, p, "step", "output", step, v, "output", e)
               : err;
}

static struct value *
step_value(const struct rs_listed_step *s, const struct document *d)
{
    struct value *v = value_object();
    const struct block *b = d ? document_block(d, s->block) : NULL;
    value_set_text(v, "blockId", s->block);
    value_set_text(v, "block", b ? b->name : NULL);
    value_set_text(v, "kind", b ? b->kind->name : NULL);
    value_set_text(v, "place", s->place);
    value_set_int(v, "page", s->page);
    value_set_text(v, "state", rt_step_state_word((int)s->state));
    value_set_text(v, "idempotencyKey", s->key);
    if (s->status)
        value_set_int(v, "status", s->status);
    value_set_text(v, "message", s->message);
    value_set_int(v, "attempts", s->attempts);
    api_set_time(v, "startedAt", s->started_at);
    api_set_time(v, "stoppedAt", s->stopped_at);
    return v;
}

static enum err
add_steps(struct route_call *call, int64_t run, const char *hash,
          struct payloads *p, struct value *v, struct error *e)
{
    const struct parsed *d = NULL;
    struct value *list = value_array();
    enum err err =
        hash ? parsed_get(&call->runtime->documents, call->db, hash, &d, e)
             : ERR_OK;
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_STEPS_OF_RUN);
        db_int(q, run);
        db_int(q, STEPS_MAX);
        struct rs_listed_step s;
        while (err == ERR_OK && rs_listed_step_next(q, &s)) {
            struct value *step = step_value(&s, d ? d->document : NULL);
            value_append(list, step);
            err = set_payloads(call->db, p, s.n, step, e);
        }
        enum err read = db_end(q, err == ERR_OK ? e : NULL);
        err = err == ERR_OK ? read : err;
    }
    value_set(v, "blocks", list);
    return err;
}

/* A look at a payload stays on record, with who looked. */
static enum err
record_look(struct route_call *call, const char *actor, int64_t run,
            const char *id, struct error *e)
{
    log_event(LOG_INFO, "payload looked at", "actor", actor, "run", id, "token",
              call->caller.key_name, NULL);
    struct db_stmt *q = db_use(call->db, RS_LOOK_ADD);
    db_int(q, clock_now_ms());
    db_text(q, actor);
    db_text(q, call->caller.key_name);
    db_int(q, run);
    return db_run(q, e);
}

enum err
manage_run(struct route_call *call, struct error *e)
{
    const char *actor = http_request_query(call->request, "actor");
    struct value *v = NULL;
    char hash[DIGEST_SIZE] = "";
    struct payloads p = {.left = PAYLOADS_ALL};
    int64_t n = 0;
    if (!actor || !*actor || strlen(actor) > ACTOR_MAX)
        return error_set(e, ERR_USAGE,
                         "actor is missing (viewing a run is logged)");
    struct db_stmt *q = db_use(call->db, RS_RUN_SHOW);
    db_text(q, call->params[0]);
    db_int(q, call->caller.environment);
    struct rs_run r;
    if (rs_run_next(q, &r)) {
        n = r.n;
        v = run_value(call, &r);
        api_set_time(v, "payloadUntil", r.expires_at);
        snprintf(hash, sizeof hash, "%s", r.hash ? r.hash : "");
        value_set_text(v, "hash", hash);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !v)
        err = error_set(e, ERR_NOT_FOUND, "run %s: not found", call->params[0]);
    if (err == ERR_OK && *hash)
        err = reading_check(call->core, hash, e);
    if (err == ERR_OK)
        err = record_look(call, actor, n, call->params[0], e);
    if (err == ERR_OK)
        err = payload_set(call->db, &p, "run", "input", n, v, "input", e);
    if (err == ERR_OK) /* one of them is there */
        err = payload_set(call->db, &p, "run_input", "text", n, v, "input", e);
    if (err == ERR_OK)
        err = add_steps(call, n, *hash ? hash : NULL, &p, v, e);
    if (err == ERR_OK && p.cut)
        value_set_int(v, "payloadsCut", p.cut);
    if (err == ERR_OK)
        api_answer(call, v);
    else
        value_free(v);
    return err;
}
