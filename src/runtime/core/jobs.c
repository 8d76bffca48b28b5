/* What there is to do in a tick: gathering, timers, waiting threads. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/core/core_private.h"

/* --- one job -------------------------------------------------------------- */

void
core_job_free(struct job *j)
{
    if (j->kind == JOB_OUTBOUND) {
        outbound_result_free(j->result);
        if (j->outbound.free)
            j->outbound.free(j->outbound.ctx);
    }
    if ((j->kind == JOB_WORK || j->kind == JOB_WAITED) && j->work.free)
        j->work.free(j->work.ctx);
    http_answer_clear(&j->answer);
    body_free(j->body);
    free(j);
}

/* Before all others: the next tick takes them before a look at the journal can
 * take their calls for lost and make them again. */
void
core_jobs_again(struct core *core, struct job *list)
{
    struct job *last = list;
    while (last && last->next)
        last = last->next;
    if (!last)
        return;
    last->next = core->ready;
    if (!core->ready)
        core->ready_tail = last;
    core->ready = list;
}

/* --- timers: a binary heap ------------------------------------------------ */

static bool
earlier(const struct timer *a, const struct timer *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void
swap(struct timer *a, struct timer *b)
{
    struct timer t = *a;
    *a = *b;
    *b = t;
}

void
core_timer_add(struct core *core, int64_t at_ms, struct job *j)
{
    struct timers *t = &core->timers;
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 64;
        t->items = mem_resize(t->items, t->capacity, sizeof *t->items);
    }
    size_t i = t->count++;
    t->items[i] = (struct timer){at_ms, t->order++, j};
    for (; i > 0 && earlier(&t->items[i], &t->items[(i - 1) / 2]);
         i = (i - 1) / 2)
        swap(&t->items[i], &t->items[(i - 1) / 2]);
}

static struct job *
timer_take(struct timers *t)
{
    struct job *j = t->items[0].job;
    t->items[0] = t->items[--t->count];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t c = 2 * i + 1; c <= 2 * i + 2 && c < t->count; c++)
            if (earlier(&t->items[c], &t->items[least]))
                least = c;
        if (least == i)
            return j;
        swap(&t->items[i], &t->items[least]);
        i = least;
    }
}

/* Drops work that waits for its time: the journal, read anew, says what there
 * is to do. */
void
core_timers_drop_work(struct core *core)
{
    struct timers *t = &core->timers;
    struct job *calls = NULL;
    for (size_t i = 0; i < t->count; i++) {
        struct job *j = t->items[i].job;
        if (j->kind == JOB_OUTBOUND) { /* only it knows the answer */
            j->next = calls;
            calls = j;
        } else {
            core_job_free(j);
        }
    }
    t->count = 0;
    core_jobs_again(core, calls);
}

int64_t
core_next_due(const struct core *core)
{
    int64_t due = core->timers.count ? core->timers.items[0].at_ms : INT64_MAX;
    for (const struct job *j = core->parked; j; j = j->next) {
        if (j->due)
            return 0;
        if (j->until_ms < due)
            due = j->until_ms;
    }
    return due;
}

/* --- gathering ------------------------------------------------------------ */

struct gathered {
    struct job *head, *tail;
    size_t count, most;
};

static void
append(struct gathered *g, struct job *j)
{
    j->next = NULL;
    if (g->tail)
        g->tail->next = j;
    else
        g->head = j;
    g->tail = j;
    g->count++;
}

static void
gather_parked(struct core *core, struct gathered *g, int64_t now)
{
    for (struct job **p = &core->parked; *p;) {
        struct job *j = *p;
        bool gone = http_request_gone(j->request);
        j->last = gone || j->until_ms <= now;
        if (!j->due && !j->last) {
            p = &j->next;
            continue;
        }
        *p = j->next;
        j->due = false;
        append(g, j);
    }
}

static void
gather_requests(struct http_server *server, struct gathered *g)
{
    struct http_request *r;
    while (g->count < g->most && (r = http_server_next(server, 0))) {
        struct job *j = mem_alloc(sizeof *j);
        j->kind = JOB_REQUEST;
        j->request = r;
        append(g, j);
    }
}

static void
gather_list(struct gathered *g, struct job *j)
{
    while (j) {
        struct job *next = j->next;
        append(g, j);
        j = next;
    }
}

static void
gather_commands(struct core *core, struct gathered *g)
{
    pthread_mutex_lock(&core->lock);
    struct job *j = core->commands;
    core->commands = core->commands_tail = NULL;
    pthread_mutex_unlock(&core->lock);
    gather_list(g, j);
}

/* Everything that is due, the runtime's own work first: a flood of requests
 * must not keep accepted runs waiting. */
struct job *
core_gather(struct core *core, struct http_server *server, size_t most)
{
    struct gathered g = {.most = most};
    int64_t now = clock_monotonic_ms();
    while (core->ready && g.count < most) {
        struct job *j = core->ready;
        core->ready = j->next;
        if (!core->ready)
            core->ready_tail = NULL;
        append(&g, j);
    }
    while (core->timers.count && core->timers.items[0].at_ms <= now &&
           g.count < most)
        append(&g, timer_take(&core->timers));
    gather_list(&g, core_background_ended(core));
    gather_commands(core, &g);
    gather_parked(core, &g, now);
    g.most = g.count + most;
    if (server)
        gather_requests(server, &g);
    return g.head;
}

/* --- threads that wait ---------------------------------------------------- */

void
core_waiter_done(struct core *core, struct job *j)
{
    pthread_mutex_lock(&core->lock);
    *j->waiter_error = j->error;
    *j->waiter_done = true;
    pthread_cond_broadcast(&core->done);
    pthread_mutex_unlock(&core->lock);
}

enum err
core_do(struct core *core, struct core_work work, struct error *e)
{
    bool done = false;
    struct error error = {0};
    struct job *j = mem_alloc(sizeof *j);
    j->kind = JOB_WAITED;
    j->work = work;
    j->waiter_done = &done;
    j->waiter_error = &error;
    pthread_mutex_lock(&core->lock);
    if (core->closed) {
        pthread_mutex_unlock(&core->lock);
        core_job_free(j);
        return error_set(e, ERR_CANCELLED, "tailord: it is stopping");
    }
    if (core->commands_tail)
        core->commands_tail->next = j;
    else
        core->commands = j;
    core->commands_tail = j;
    core_wakeup(core);
    while (!done)
        pthread_cond_wait(&core->done, &core->lock);
    pthread_mutex_unlock(&core->lock);
    if (e)
        *e = error;
    return error.code;
}

/* --- the end -------------------------------------------------------------- */

static void
free_list(struct core *core, struct job *j)
{
    while (j) {
        struct job *next = j->next;
        if (j->kind == JOB_WAITED) {
            error_set(&j->error, ERR_CANCELLED, "tailord: it is stopping");
            core_waiter_done(core, j);
        }
        core_job_free(j);
        j = next;
    }
}

void
core_commands_close(struct core *core)
{
    pthread_mutex_lock(&core->lock);
    core->closed = true;
    struct job *j = core->commands;
    core->commands = core->commands_tail = NULL;
    pthread_mutex_unlock(&core->lock);
    free_list(core, j);
}

/* Requests stay unanswered here: the server turns them away when it stops. */
void
core_jobs_free(struct core *core)
{
    core_effects_drop(core, NULL);
    free_list(core, core->parked);
    free_list(core, core->ready);
    for (size_t i = 0; i < core->timers.count; i++)
        core_job_free(core->timers.items[i].job);
    free(core->timers.items);
}

void
core_orphans_free(struct core *core)
{
    while (core->flights) {
        struct flight *f = core->flights;
        core->flights = f->next;
        if (f->done.free)
            f->done.free(f->done.ctx);
        free(f);
    }
}
