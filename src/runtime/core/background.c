/*
 * Threads beside the core. What may take long and needs nothing that the core
 * changes is done here, so that the core goes on with everything else.
 *
 * Quick work goes before slow work, and few slow pieces run at once: there is
 * nearly always a thread for the quick. Slow pieces of one group take turns
 * with those of others, and their threads give the processor to all others.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/core/core_private.h"

enum {
    SLOW_AT_ONCE = 2, /* slow pieces of one kind */
    SLOW_NICE = 10,
    STACK_BYTES = 8 << 20
};

struct piece {
    struct piece *next;
    enum background_kind kind;
    void (*run)(void *ctx, const atomic_bool *stopped);
    void *ctx;
    int64_t group;
    struct job *job; /* to be done when it has ended; NULL: a discard */
    uint64_t turn;   /* the lowest of those that wait is begun first */
    bool slow, running, ended;
    pid_t thread;    /* that runs it */
    bool waited_for; /* the core waits for its end */
};

void
core_background_init(struct background *b)
{
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->work, NULL);
    pthread_cond_init(&b->end, &clock);
    pthread_condattr_destroy(&clock);
}

static void
append(struct piece **list, struct piece *p)
{
    while (*list)
        list = &(*list)->next;
    p->next = NULL;
    *list = p;
}

/* --- on the threads ------------------------------------------------------ */

static bool
goes_before(const struct piece *a, const struct piece *b)
{
    return a->slow != b->slow ? b->slow : a->turn < b->turn;
}

/* For good: only who may do so raises a thread's priority again. On Linux each
 * thread has one of its own. */
static void
make_slow(const struct piece *p)
{
    setpriority(PRIO_PROCESS, (id_t)p->thread, SLOW_NICE);
}

/* The piece to begin, taken out of those that wait; NULL: none. */
static struct piece *
take(struct background *b)
{
    struct piece **best = NULL;
    for (struct piece **at = &b->waiting; *at; at = &(*at)->next)
        if ((!(*at)->slow || b->slow_running[(*at)->kind] < SLOW_AT_ONCE) &&
            (!best || goes_before(*at, *best)))
            best = at;
    if (!best)
        return NULL;
    struct piece *p = *best;
    *best = p->next;
    b->waiting_count--;
    if (p->slow && p->turn > b->turn)
        b->turn = p->turn;
    b->slow_running[p->kind] += p->slow;
    p->running = true;
    return p;
}

/* The end of P: the core waits for it, or finds it among the ended. */
static void
end(struct core *core, struct piece *p)
{
    struct background *b = &core->background;
    b->slow_running[p->kind] -= p->slow;
    p->running = false;
    p->ended = true;
    if (p->slow)
        pthread_cond_signal(&b->work); /* another slow one may begin */
    if (p->waited_for) {
        pthread_cond_signal(&b->end);
        return;
    }
    if (!p->job) {
        free(p);
        return;
    }
    append(&b->ended, p);
    core_wakeup(core);
}

static bool add_thread(struct core *core);

/* Runs P, without the lock; whether it was slow. */
static bool
run(struct core *core, struct piece *p)
{
    struct background *b = &core->background;
    p->thread = gettid();
    if (p->slow)
        make_slow(p);
    pthread_mutex_unlock(&b->lock);
    p->run(p->ctx, &b->closed);
    pthread_mutex_lock(&b->lock);
    bool slow = p->slow;
    end(core, p);
    return slow;
}

static void
run_all(struct core *core)
{
    struct background *b = &core->background;
    struct piece *p;
    while (!b->closed && (p = take(b)))
        (void)run(core, p);
}

/* A thread lasts until something slow was done on it. */
static void *
thread_main(void *ctx)
{
    struct core *core = ctx;
    struct background *b = &core->background;
    bool slow = false;
    pthread_mutex_lock(&b->lock);
    while (!b->closed && !slow) {
        struct piece *p = take(b);
        if (p) {
            slow = run(core, p);
            continue;
        }
        b->idle++;
        pthread_cond_wait(&b->work, &b->lock);
        b->idle--;
    }
    if (!b->closed && b->waiting && !add_thread(core) && b->count == 1)
        run_all(core); /* no other thread would do it */
    b->count--;
    pthread_cond_broadcast(&b->end);
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* One more thread, which takes no signals; false where there can be none. */
static bool
add_thread(struct core *core)
{
    struct background *b = &core->background;
    sigset_t all, before;
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool good = pthread_create(&thread, &attr, thread_main, core) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    b->count += good;
    return good;
}

/* --- on the core's thread ------------------------------------------------ */

/* Behind those of its group that wait already; those of others may come
 * between. */
static uint64_t
turn_of(const struct background *b, int64_t group)
{
    uint64_t turn = b->turn + 1;
    for (const struct piece *p = b->waiting; p; p = p->next)
        turn += p->group == group;
    return turn;
}

static void
put(struct background *b, struct piece *p)
{
    append(&b->waiting, p);
    b->waiting_count++;
    pthread_cond_signal(&b->work);
}

/* Waits at most MS for the end of P; false where it goes on, as slow. */
static bool
wait_for(struct background *b, struct piece *p, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms * 1000000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    while (!p->ended &&
           pthread_cond_timedwait(&b->end, &b->lock, &until) != ETIMEDOUT)
        ;
    p->waited_for = false;
    if (p->ended)
        return true;
    p->slow = true;
    if (p->running) {
        b->slow_running[p->kind]++;
        make_slow(p);
    }
    return false;
}

/* True where P has ended: P is then freed, its job is not. */
static bool
begin(struct core *core, struct piece *p, int64_t wait_ms)
{
    struct background *b = &core->background;
    p->slow = wait_ms <= 0;
    p->waited_for = wait_ms > 0;
    pthread_mutex_lock(&b->lock);
    p->turn = turn_of(b, p->group);
    bool threads = b->waiting_count < b->idle || b->count == CORE_THREADS ||
                   add_thread(core) || b->count > 0;
    bool ended = !threads;
    if (threads) {
        put(b, p);
        ended = wait_ms > 0 && wait_for(b, p, wait_ms);
    }
    pthread_mutex_unlock(&b->lock);
    if (!threads)
        p->run(p->ctx, &b->closed);
    if (ended)
        free(p);
    return ended;
}

bool
core_try_background(struct core *core, const struct core_background *work,
                    int64_t wait_ms)
{
    struct piece *p = mem_alloc(sizeof *p);
    struct job *j = mem_alloc(sizeof *j);
    j->kind = JOB_WORK;
    j->work = work->then;
    *p = (struct piece){.kind = BACKGROUND_WORK,
                        .run = work->run,
                        .ctx = work->then.ctx,
                        .group = work->group,
                        .job = j};
    bool ended = begin(core, p, wait_ms);
    if (ended)
        free(j);
    return ended;
}

void
core_begin_background(struct core *core, const struct core_background *work)
{
    struct error ignored = {0};
    if (!core_try_background(core, work, 0))
        return;
    (void)work->then.run(core, work->then.ctx, &ignored);
    if (work->then.free)
        work->then.free(work->then.ctx);
}

/* --- large bodies -------------------------------------------------------- */

/* Reads nothing where the client has gone: nobody gets an answer. */
static void
read_body(void *ctx, const atomic_bool *stopped)
{
    struct job *j = ctx;
    if (!atomic_load(stopped) && !http_request_gone(j->request))
        j->body = body_read(j->request, j->route->body);
}

/* Bodies of one size take turns with those of others: the group is the negative
 * number of binary digits of the size, which no installation has as its row. */
static int64_t
group_of(const struct http_request *r)
{
    int64_t digits = 0;
    for (size_t n = r->body_len; n; n >>= 1)
        digits++;
    return -digits;
}

bool
core_read_body(struct core *core, struct job *j)
{
    struct piece *p = mem_alloc(sizeof *p);
    *p = (struct piece){.kind = BACKGROUND_BODY,
                        .run = read_body,
                        .ctx = j,
                        .group = group_of(j->request),
                        .job = j};
    return begin(core, p, 0);
}

/* --- what is not needed any more ------------------------------------------ */

struct discarded {
    void (*free)(void *what);
    void *what;
};

static void
free_discarded(void *ctx, const atomic_bool *stopped)
{
    struct discarded *d = ctx;
    (void)stopped;
    d->free(d->what);
    free(d);
}

void
core_discard(struct core *core, void (*free)(void *what), void *what)
{
    struct piece *p = mem_alloc(sizeof *p);
    struct discarded *d = mem_alloc(sizeof *d);
    *d = (struct discarded){free, what};
    *p = (struct piece){
        .kind = BACKGROUND_DISCARD, .run = free_discarded, .ctx = d};
    (void)begin(core, p, 0);
}

static void
free_job(void *job)
{
    core_job_free(job);
}

void
core_free_body(struct core *core, struct job *j)
{
    core_discard(core, free_job, j);
}

/* --- large answers ------------------------------------------------------- */

static void
prepare(void *ctx, const atomic_bool *stopped)
{
    struct job *j = ctx;
    j->outbound.prepare(j->outbound.ctx, j->result, stopped);
}

bool
core_prepare_answer(struct core *core, struct job *j)
{
    struct piece *p = mem_alloc(sizeof *p);
    *p = (struct piece){.kind = BACKGROUND_ANSWER,
                        .run = prepare,
                        .ctx = j,
                        .group = j->outbound.group,
                        .job = j};
    bool ended = begin(core, p, 0);
    core->background.preparing += !ended;
    return ended;
}

/* --- their ends ---------------------------------------------------------- */

/* The pieces that have ended, as jobs; of large bodies and answers only one, as
 * a tick should write no more than that. */
struct job *
core_background_ended(struct core *core)
{
    struct background *b = &core->background;
    struct job *jobs = NULL, **last = &jobs;
    bool large = false;
    pthread_mutex_lock(&b->lock);
    for (struct piece **at = &b->ended; *at;) {
        struct piece *p = *at;
        if (p->kind != BACKGROUND_WORK && large) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        large |= p->kind != BACKGROUND_WORK;
        b->preparing -= p->kind == BACKGROUND_ANSWER;
        *last = p->job;
        last = &p->job->next;
        free(p);
    }
    *last = NULL;
    bool more = b->ended;
    pthread_mutex_unlock(&b->lock);
    if (more)
        core_wakeup(core);
    return jobs;
}

static void
drop(struct piece *p)
{
    while (p) {
        struct piece *next = p->next;
        if (p->job)
            core_job_free(p->job);
        else
            free_discarded(p->ctx, NULL);
        free(p);
        p = next;
    }
}

void
core_background_stop(struct background *b)
{
    pthread_mutex_lock(&b->lock);
    b->closed = true;
    pthread_cond_broadcast(&b->work);
    while (b->count)
        pthread_cond_wait(&b->end, &b->lock);
    pthread_mutex_unlock(&b->lock);
}

void
core_background_free(struct background *b)
{
    core_background_stop(b);
    drop(b->waiting);
    drop(b->ended);
    b->waiting = b->ended = NULL;
    pthread_cond_destroy(&b->work);
    pthread_cond_destroy(&b->end);
    pthread_mutex_destroy(&b->lock);
}
