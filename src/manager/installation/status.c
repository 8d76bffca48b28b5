/* What a monitor asks: figures, and what of them needs a person. */
#include "manager/installation/status.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/installation/installation.h"
#include "manager/session/host_clock.h"
#include "manager/session/leftovers.h"
#include "manager/session/operation.h"

#define MINUTE INT64_C(60000)
#define QUIET_MS (15 * MINUTE)  /* a follower is answered every half minute */
#define AHEAD_MS MINUTE         /* a clock may be corrected by less */
#define QUEUED_MS (15 * MINUTE) /* a runtime that answers takes what waits */
#define ENDS_MS (14 * 24 * 60 * MINUTE)
#define SESSIONS_MS (24 * 60 * MINUTE)
#define FREE_LEAST (INT64_C(256) << 20)

/* --- figures -------------------------------------------------------------- */

static enum err
read_queues(struct manager *m, struct status *s, struct error *e)
{
    enum err err = ERR_OK;
    s->queues = mem_array(s->runtimes.count + 1, sizeof *s->queues);
    for (size_t i = 0; i < s->runtimes.count && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), CS_STATUS_QUEUE);
        db_int(q, s->runtimes.rows[i].n);
        struct cs_queue queue;
        if (cs_queue_next(q, &queue)) {
            s->queues[i].count = queue.requests;
            s->queues[i].uncertain = queue.uncertain;
            s->queues[i].oldest_at = queue.oldest_at;
        }
        err = db_end(q, e);
    }
    return err;
}

static void
count_condition(struct status *s, int condition, int64_t count)
{
    int trouble = installation_condition_trouble(condition);
    s->conditions[trouble] += count;
    if (condition >= CONDITION_PAUSED_WITH)
        s->conditions[CONDITION_PAUSED] += count;
}

static enum err
read_conditions(struct manager *m, struct status *s, struct error *e)
{
    enum err err = ERR_OK;
    for (int c = 0; c < CONDITION_COUNT && !err; c++) {
        int64_t count = 0;
        struct db_stmt *q;
        if (c == CONDITION_OK || c == CONDITION_UNINSTALLED)
            continue;
        q = db_use(manager_db(m), CS_STATUS_CONDITION);
        db_int(q, c);
        err = db_run_int(q, &count, NULL, e);
        count_condition(s, c, count);
    }
    return err;
}

static enum err
read_sessions(struct manager *m, struct status *s, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_SESSIONS_OPEN);
    db_text(q, action_table[ACTION_SESSION_START].name);
    db_int(q, s->at - SESSIONS_MS);
    db_text(q, action_table[ACTION_SESSION_END].name);
    return db_run_int(q, &s->open_sessions, NULL, e);
}

/* What a clock that is ahead would remove, had it not been doubted. */
static enum err
read_clock(struct manager *m, struct status *s, struct error *e)
{
    struct host_clock c;
    int64_t boot = clock_boot_ms();
    enum err err = host_clock_read(m, &c, e);
    if (err || host_clock_judge(&c, s->at, boot) != HOST_CLOCK_AHEAD)
        return err;
    s->expected_at = host_clock_trusted(&c, s->at, boot);
    struct db_stmt *q = db_use(manager_db(m), CS_EXPIRED_BETWEEN);
    db_int(q, s->at);
    db_int(q, s->expected_at);
    return db_run_int(q, &s->doubted, NULL, e);
}

static enum err
read_figures(struct manager *m, struct status *s, struct error *e)
{
    enum err err = operation_begin(m, ACTION_STATUS, e);
    if (!err)
        err = read_queues(m, s, e);
    if (!err)
        err = read_conditions(m, s, e);
    if (!err)
        err = db_run_int(db_use(manager_db(m), CS_STATUS_REFUSED), &s->refused,
                         NULL, e);
    if (!err)
        err = read_sessions(m, s, e);
    if (!err)
        err = read_clock(m, s, e);
    return operation_end(m, err, e);
}

static void
read_disk(struct manager *m, struct status *s)
{
    struct stat file;
    struct statvfs disk;
    const char *path = db_path(manager_db(m));
    s->leftovers = leftovers_count(path, &s->one_leftover);
    s->bytes = stat(path, &file) == 0 ? file.st_size : 0;
    s->free = statvfs(path, &disk) == 0
                  ? (int64_t)disk.f_bavail * (int64_t)disk.f_frsize
                  : -1;
}

/* --- what needs a person -------------------------------------------------- */

/* One more problem, about RUNTIME (NULL: about none), with HINT about ABOUT. */
static void add(struct status *s, const char *kind, const char *runtime,
                enum hint hint, const char *about, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

static void
add(struct status *s, const char *kind, const char *runtime, enum hint hint,
    const char *about, const char *format, ...)
{
    struct buf text;
    va_list ap;
    s->problems =
        mem_resize(s->problems, s->problem_count + 1, sizeof *s->problems);
    struct status_problem *p = &s->problems[s->problem_count++];
    *p = (struct status_problem){.kind = kind, .runtime = runtime};
    buf_init(&text, sizeof p->what.text);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    error_hint(&p->what, hint, about, NULL,
               error_set(&p->what, ERR_FAILED, "%s", buf_str(&text)));
    buf_clear(&text);
}

static void
judge_contact(struct status *s, const struct runtime_row *r)
{
    char age[CLOCK_SPAN_SIZE];
    clock_span(age, s->at - r->heard_at);
    if (r->last_error)
        add(s, "trouble", r->name, HINT_NONE, NULL, "%s", r->last_error);
    else if (!r->heard_at)
        add(s, "contact", r->name, HINT_SYNC_FOLLOW, NULL,
            "runtime %s: sync has not reached it yet", r->name);
    else if (r->heard_at - s->at >= AHEAD_MS)
        add(s, "clock", r->name, HINT_SYNC_FOLLOW, NULL,
            "runtime %s: its last contact is later than the clock of this "
            "host, so when sync asked it last is not known",
            r->name);
    else if (s->at - r->heard_at >= QUIET_MS)
        add(s, "contact", r->name, HINT_SYNC_FOLLOW, NULL,
            "runtime %s: sync has not asked it for %s", r->name, age);
}

static void
judge_queue(struct status *s, const struct runtime_row *r,
            const struct status_queue *queue)
{
    char age[CLOCK_SPAN_SIZE];
    clock_span(age, s->at - queue->oldest_at);
    if (queue->oldest_at && s->at - queue->oldest_at >= QUEUED_MS)
        add(s, "queue", r->name, HINT_RUNTIME_SYNC, r->name,
            "runtime %s: %lld requests wait for it, the oldest for %s", r->name,
            (long long)queue->count, age);
}

static void
judge_certificate(struct status *s, const struct runtime_row *r)
{
    char age[CLOCK_SPAN_SIZE];
    int64_t left = r->certificate_ends - s->at;
    if (!r->certificate_ends || left >= ENDS_MS)
        return;
    clock_span(age, left < 0 ? -left : left);
    add(s, "certificate", r->name, HINT_NONE, NULL,
        left < 0 ? "runtime %s: its certificate expired %s ago (renew it)"
                 : "runtime %s: its certificate expires in %s (renew it)",
        r->name, age);
}

static void
judge_runtimes(struct status *s)
{
    for (size_t i = 0; i < s->runtimes.count; i++) {
        const struct runtime_row *r = &s->runtimes.rows[i];
        judge_contact(s, r);
        if (r->held)
            add(s, "held", r->name, HINT_RUNTIME_ACCEPT, r->name,
                "runtime %s: it was restored and runs nothing yet", r->name);
        else if (r->restored)
            add(s, "restored", r->name, HINT_RUNTIME_ACCEPT, r->name,
                "runtime %s: it was put back to an older state and runs on; "
                "what that has undone waits for a person",
                r->name);
        judge_queue(s, r, &s->queues[i]);
        judge_certificate(s, r);
    }
}

/* Who removes a runtime for good keeps its installations as they were; what is
 * queued there was meant to happen. */
static void
judge_removed(struct status *s)
{
    for (size_t i = 0; i < s->removed.count; i++) {
        const struct removed_runtime *r = &s->removed.rows[i];
        if (r->queued)
            add(s, "removed", r->name, HINT_RUNTIME_AGAIN, r->name,
                "runtime %s: was removed from this store, so nothing delivers "
                "the %lld request%s queued for it",
                r->name, (long long)r->queued, r->queued == 1 ? "" : "s");
    }
}

static void
judge_installations(struct status *s)
{
    static const struct {
        int condition;
        const char *kind;
        const char *one, *many;
    } bad[] = {
        {CONDITION_UNKNOWN, "unknownVersion",
         "installation runs a version that is not in this store",
         "installations run a version that is not in this store"},
        {CONDITION_MISSING, "missing",
         "installation is missing at its runtime, which was restored",
         "installations are missing at their runtimes, which were restored"},
        {CONDITION_FAILING, "failing", "installation is failing",
         "installations are failing"},
        {CONDITION_PARKED, "parked", "installation has parked runs",
         "installations have parked runs"},
        {CONDITION_TO_DO, "todo",
         "installation stopped at a Stop Workflow block",
         "installations stopped at a Stop Workflow block"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf term;
        int64_t n = s->conditions[bad[i].condition];
        buf_init(&term, 64);
        installation_state_term(bad[i].condition, &term);
        if (n)
            add(s, bad[i].kind, NULL, HINT_STATE_LIST, buf_str(&term),
                "%lld %s", (long long)n, n == 1 ? bad[i].one : bad[i].many);
        buf_clear(&term);
    }
}

/* A long pause looks the same, so it is told where something hangs on it. */
static void
judge_clock(struct status *s)
{
    char ahead[CLOCK_SPAN_SIZE], shown[CLOCK_TEXT_SIZE];
    if (!s->doubted)
        return;
    clock_span(ahead, s->at - s->expected_at);
    clock_format(shown, s->at);
    add(s, "hostClock", NULL, HINT_NONE, NULL,
        "the clock of this host shows %s, %s later than expected, so %lld kept "
        "samples and sheets are not removed yet (set the clock; if it is "
        "right, they go after sync has followed for 3 days)",
        shown, ahead, (long long)s->doubted);
}

static void
judge_rest(struct status *s)
{
    if (s->refused)
        add(s, "credential", NULL, HINT_CREDENTIAL_LIST, NULL,
            "installations with a credential that the app refused: %lld (those "
            "customers must connect it again)",
            (long long)s->refused);
    if (s->leftovers)
        add(s, "leftover", NULL, HINT_NONE, NULL,
            "%zu file%s of a store restore that was killed, with all that the "
            "copy held, %s left: %s (remove %s; the next store restore does)",
            s->leftovers, s->leftovers == 1 ? "" : "s",
            s->leftovers == 1 ? "is" : "are", s->one_leftover,
            s->leftovers == 1 ? "it" : "them");
    if (s->free >= 0 && s->free < FREE_LEAST)
        add(s, "disk", NULL, HINT_NONE, NULL,
            "the disk of the store has %lld MB free (free at least %lld MB)",
            (long long)(s->free >> 20), (long long)(FREE_LEAST >> 20));
}

enum err
manager_status(struct manager *m, struct status *out, struct error *e)
{
    *out = (struct status){.at = clock_now_ms()};
    enum err err = manager_runtime_list(m, &out->runtimes, e);
    if (!err)
        err = manager_removed_list(m, &out->removed, e);
    if (!err)
        err = read_figures(m, out, e);
    if (err)
        return err;
    read_disk(m, out);
    judge_runtimes(out);
    judge_removed(out);
    judge_installations(out);
    judge_clock(out);
    judge_rest(out);
    return ERR_OK;
}

void
status_clear(struct status *s)
{
    runtime_list_clear(&s->runtimes);
    removed_list_clear(&s->removed);
    free(s->queues);
    free(s->problems);
    free(s->one_leftover);
}
