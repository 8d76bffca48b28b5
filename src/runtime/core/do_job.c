/* Doing one job of a tick, in a savepoint of its own. */
#include "base/log.h"
#include "runtime/access/auth.h"
#include "runtime/access/cors.h"
#include "runtime/core/core_private.h"
#include "store/db.h"

enum { LARGE_BODY = 64 * 1024 };

static struct route_call
call_of(struct core *core, struct job *j)
{
    return (struct route_call){
        .runtime = core->options.runtime,
        .core = core,
        .db = core->db,
        .time_ms = core_time_ms(core),
        .request = j->request,
        .body = j->body,
        .answer = &j->answer,
        .last = j->last,
        .position = j->position,
    };
}

/* Whether a thread reads the body of J before J is done. The caller is checked
 * here and again when J is done. False before the first tick, which reads the
 * times that the check needs. */
static bool
is_for_thread(struct core *core, struct job *j)
{
    if (j->kind != JOB_REQUEST || j->route || core->counts.ticks == 0 ||
        j->request->body_len <= LARGE_BODY)
        return false;
    struct route_call call = call_of(core, j);
    bool reads = route_reads_body(&call);
    j->route = reads ? call.route : NULL;
    return reads;
}

/* The client of J went away before a thread read its body. */
static void
answer_nobody(struct job *j)
{
    http_answer_init(&j->answer, 503);
    http_request_answer(j->request, &j->answer);
    core_job_free(j);
}

struct job *
core_read_bodies(struct core *core, struct job *jobs)
{
    struct job **at = &jobs;
    while (*at) {
        struct job *j = *at, *next = j->next;
        if (is_for_thread(core, j) && !core_read_body(core, j)) {
            *at = next;
        } else if (j->route && !j->body) {
            *at = next;
            answer_nobody(j);
        } else {
            at = &j->next;
        }
    }
    return jobs;
}

static enum err
do_request(struct core *core, struct job *j, struct error *e)
{
    http_answer_clear(&j->answer);
    http_answer_init(&j->answer, 200);
    j->parked = false;
    struct route_call call = call_of(core, j);
    j->reached = j->position;
    core->current = j;
    enum err err = route_dispatch(&call, e);
    core->current = NULL;
    j->body = call.body;
    if (err == ERR_OK && call.keep_nothing)
        j->undo = true;
    return err;
}

static enum err
run_job(struct core *core, struct job *j, struct error *e)
{
    switch (j->kind) {
    case JOB_REQUEST:
        core->counts.requests++;
        return do_request(core, j, e);
    case JOB_OUTBOUND:
        return j->outbound.done(core, j->outbound.ctx, j->result, e);
    case JOB_WORK:
    case JOB_WAITED:
        return j->work.run(core, j->work.ctx, e);
    }
    return ERR_OK;
}

void
core_log_failure(const struct job *j, const struct error *e)
{
    static const char *const words[] = {"request", "outbound", "work",
                                        "command"};
    if (j->kind != JOB_REQUEST || err_http_status(e->code) >= 500)
        log_event(LOG_WARNING, "job failed", "job", words[j->kind], "error",
                  err_word(e->code), "message", e->text, NULL);
}

/* J is parked as if it had not been begun. */
static void
undo_and_wait(struct core *core, struct job *j, struct effect *mark)
{
    core_effects_drop(core, mark);
    j->parked = true;
}

/* Does J inside a savepoint: its changes and effects stay, or none do. */
static void
do_whole(struct core *core, struct job *j)
{
    struct error e = {0};
    struct effect *mark = core->last_effect;
    j->undo = j->waits = false;
    enum err err = db_savepoint(core->db, &e);
    if (err == ERR_OK) {
        err = run_job(core, j, &e);
        if (err == ERR_OK && !j->undo && !j->waits)
            err = db_savepoint_release(core->db, &e);
        else
            db_savepoint_rollback(core->db);
    }
    if (j->waits) {
        undo_and_wait(core, j, mark);
    } else if (err != ERR_OK) {
        core_effects_drop(core, mark);
        if (!core_damage_note(core, &e))
            core_log_failure(j, &e);
        j->error = e;
        if (j->kind == JOB_REQUEST) {
            j->parked = false;
            core_public_error(core, &e);
            http_answer_error(&j->answer, &e);
            auth_challenge(&e, &j->answer);
        }
    }
    if (j->kind == JOB_REQUEST && !j->parked &&
        cors_mark(core->db, j->request, &j->answer, &e) != ERR_OK)
        core_log_failure(j, &e);
}

void
core_do_job(struct core *core, struct job *j)
{
    error_clear(&j->error);
    j->left = j->kind == JOB_WORK && j->work.waits &&
              j->work.waits(core, j->work.ctx);
    if (j->left)
        return;
    core->counts.savepoints++;
    do_whole(core, j);
}
