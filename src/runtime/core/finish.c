/* What becomes of the jobs of a tick: after its commit, and where it failed. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/core/core_private.h"
#include "store/db.h"

enum { RETRY_MS = 200 };

/* --- after the commit ----------------------------------------------------- */

static void
log_request(const struct job *j)
{
    char ms[24];
    char status[12];
    snprintf(ms, sizeof ms, "%lld",
             (long long)(clock_monotonic_ms() - j->request->received_ms));
    snprintf(status, sizeof status, "%d", j->answer.status);
    log_event(LOG_DEBUG, "request", "method", j->request->method, "path",
              j->request->path, "status", status, "ms", ms, "peer",
              j->request->peer, NULL);
}

static void
finish(struct core *core, struct job *j)
{
    if (j->kind == JOB_REQUEST && j->parked) {
        j->position = j->reached;
        j->next = core->parked;
        core->parked = j;
        return;
    }
    if (j->kind == JOB_REQUEST) {
        log_request(j);
        http_request_answer(j->request, &j->answer);
        j->request = NULL;
    }
    if (j->kind == JOB_REQUEST && j->route) {
        core_free_body(core, j);
        return;
    }
    if (j->kind == JOB_WAITED)
        core_waiter_done(core, j);
    core_job_free(j);
}

static void
wake_topics(struct core *core)
{
    for (struct job *j = core->parked; j; j = j->next)
        if (core->woken[j->topic])
            j->due = true;
    memset(core->woken, 0, sizeof core->woken);
}

/* Those of JOBS that were done. The others go before all that this tick asks
 * for: what had no turn is not passed by what comes. */
static struct job *
put_back_left(struct core *core, struct job *jobs)
{
    struct job **at = &jobs;
    while (*at) {
        struct job *j = *at;
        if (!j->left) {
            at = &j->next;
            continue;
        }
        *at = j->next;
        j->next = NULL;
        core_timer_add(core, 0, j);
    }
    return jobs;
}

void
core_let_out(struct core *core, struct job *jobs)
{
    jobs = put_back_left(core, jobs);
    core_effects_apply(core);
    while (jobs) {
        struct job *next = jobs->next;
        finish(core, jobs);
        jobs = next;
    }
    wake_topics(core);
}

/* --- when the commit failed ----------------------------------------------- */

static void
refuse(struct core *core, struct job *j, const struct error *why)
{
    if (j->kind == JOB_REQUEST) {
        struct error e = *why;
        core_public_error(core, &e);
        j->parked = false;
        http_answer_error(&j->answer, &e);
        j->answer.status = 503;
    }
    j->error = *why;
}

/* Does J again alone: false where it needs a change of the store. */
static bool
only_reads(struct core *core, struct job *j)
{
    struct error e = {0};
    if (db_begin(core->db, &e) != ERR_OK)
        return false;
    int64_t before = db_total_changes(core->db);
    core_do_job(core, j);
    bool reads = db_total_changes(core->db) == before;
    if (reads)
        reads = db_commit(core->db, &e) == ERR_OK;
    db_rollback(core->db);
    if (!reads)
        core_effects_drop(core, NULL);
    return reads;
}

/* What others asked for gets its outcome where nothing had to be written for
 * it. A tick fails as one, but a disk without room keeps nobody from reading.
 */
static void
finish_alone(struct core *core, struct job *j, const struct error *why)
{
    bool is_done = j->kind == JOB_WAITED && j->work.outside;
    bool again = j->kind != JOB_WAITED || !j->work.once;
    if (!is_done && !(again && db_usable(core->db) && only_reads(core, j)))
        refuse(core, j, why);
    core_let_out(core, j);
}

/* What was to be written is refused, or done again by what the journal says.
 * Only a finished call knows its answer: it is kept. */
enum err
core_fail_tick(struct core *core, struct job *jobs, const struct error *why,
               struct error *e)
{
    core->counts.failed_commits++;
    log_event(LOG_ERROR, "commit failed", "error", err_word(why->code),
              "message", why->text, NULL);
    core_effects_drop(core, NULL);
    struct job *calls = NULL, **last = &calls;
    while (jobs) {
        struct job *j = jobs;
        jobs = j->next;
        j->next = NULL;
        if (j->kind == JOB_REQUEST || j->kind == JOB_WAITED) {
            finish_alone(core, j, why);
        } else if (j->kind == JOB_OUTBOUND) {
            *last = j;
            last = &j->next;
        } else {
            core_job_free(j);
        }
    }
    core_jobs_again(core, calls);
    core->first = true; /* the store may be another than memory thinks */
    core_timers_drop_work(core);
    if (!db_usable(core->db)) {
        *e = *why;
        return why->code;
    }
    outbound_wait(core->outbound, RETRY_MS); /* no busy loop on a bad disk */
    return ERR_OK;
}
