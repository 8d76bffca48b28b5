/* What tests change of the C library: its clock, and where a thread is held. */
#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/runtime/runtime.h"

enum { HOLD_S = 60 }; /* then the test has failed, and is not to hang */

time_t world_clock_off;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool answers;      /* they are held, not evaluations */
    int to_hold, held; /* of them; the first held ones stay held … */
    int released;      /* … but for so many */
    pthread_t holder;  /* the thread that held them … */
    bool waits;        /* … waits for the threads beside it to end */
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

/* The time that a thread has had besides its own. */
static _Thread_local time_t thread_off;

static bool all_slow;

static _Thread_local bool in_core;

/* The core itself is never held: nothing would release it. */
static void
pass_gate(bool answer)
{
    pthread_mutex_lock(&gate.lock);
    if (gate.to_hold > 0 && gate.answers == answer && thread_off == 0 &&
        !in_core) {
        int place = gate.held++;
        gate.to_hold--;
        thread_off = 1;
        pthread_cond_broadcast(&gate.changed);
        struct timespec until = {.tv_sec =
                                     time(NULL) + HOLD_S * world_patience()};
        while (place >= gate.released &&
               pthread_cond_timedwait(&gate.changed, &gate.lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&gate.lock);
}

/* --- the core's waits ---------------------------------------------------- */

enum { THREADS = 8, POLL_NS = 2000000 };

void
world_in_core(bool in)
{
    in_core = in;
}

static bool
no_thread_is_free(void)
{
    return gate.held - gate.released >= THREADS;
}

/* Whether evaluations are held, but fewer than OVER, and a thread is free. */
static bool
may_still_end(int over)
{
    pthread_mutex_lock(&gate.lock);
    bool held = gate.to_hold > 0 || gate.held > gate.released;
    bool may = held && gate.held <= over && !no_thread_is_free();
    pthread_mutex_unlock(&gate.lock);
    return may;
}

int __real_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock);
int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock);

/* The core waits without a limit only where it ends. */
int
__wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    pthread_mutex_lock(&gate.lock);
    if (gate.held > gate.released && pthread_equal(gate.holder, pthread_self()))
        gate.waits = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
    return __real_pthread_cond_wait(cond, lock);
}

int __real_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until);

/* How soon a thread begins depends on what else the machine does. While
 * evaluations are held the core therefore waits for one until it ends, is held
 * itself, or has no thread to run on, however long its own limit is. */
int
__wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                              const struct timespec *until)
{
    int before = in_core ? world_held_evaluations() : 0, code = ETIMEDOUT;
    if (!in_core || !may_still_end(before))
        return __real_pthread_cond_timedwait(cond, lock, until);
    while (code == ETIMEDOUT && may_still_end(before)) {
        struct timespec t;
        syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
        t.tv_nsec += POLL_NS;
        t.tv_sec += t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        code = __real_pthread_cond_timedwait(cond, lock, &t);
    }
    return code;
}

/* In the place of the C library's: libraries look at certificates by it. */
time_t
time(time_t *out)
{
    struct timespec t;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
    t.tv_sec += world_clock_off;
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

/* In the place of the C library's. An evaluation begins by asking how much
 * time its thread has had. */
int
clock_gettime(clockid_t id, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, id, out);
    if (id == CLOCK_REALTIME)
        out->tv_sec += world_clock_off;
    if (id == CLOCK_THREAD_CPUTIME_ID) {
        thread_off += all_slow;
        out->tv_sec += thread_off;
        pass_gate(false);
    }
    return result;
}

/* In the place of the C library's: texts of this charset stay as they are. */
iconv_t
iconv_open(const char *to, const char *from)
{
    iconv_t (*open)(const char *, const char *) =
        (iconv_t(*)(const char *, const char *))dlsym(RTLD_NEXT, "iconv_open");
    if (strcmp(from, "utf-16-held") != 0)
        return open(to, from);
    pass_gate(true);
    return (iconv_t)-1;
}

static void
hold(bool answers, int count)
{
    pthread_mutex_lock(&gate.lock);
    gate.answers = answers;
    gate.held = gate.released = 0;
    gate.to_hold = count;
    gate.holder = pthread_self();
    gate.waits = false;
    pthread_mutex_unlock(&gate.lock);
}

void
world_hold_evaluations(int count)
{
    hold(false, count);
}

void
world_hold_answers(int count)
{
    hold(true, count);
}

void
world_slow_evaluations(bool slow)
{
    all_slow = slow;
}

int
world_held_evaluations(void)
{
    pthread_mutex_lock(&gate.lock);
    int held = gate.held;
    pthread_mutex_unlock(&gate.lock);
    return held;
}

void
world_release_evaluations(int count)
{
    pthread_mutex_lock(&gate.lock);
    if (count == 0)
        gate.to_hold = 0;
    gate.released = count ? count : gate.held;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static void *
release_when_waited_for(void *ctx)
{
    struct timespec until = {.tv_sec = time(NULL) + HOLD_S * world_patience()};
    (void)ctx;
    pthread_mutex_lock(&gate.lock);
    while (!gate.waits &&
           pthread_cond_timedwait(&gate.changed, &gate.lock, &until) == 0)
        ;
    pthread_mutex_unlock(&gate.lock);
    world_release_evaluations(0);
    return NULL;
}

void
world_crash_while_held(struct world *w)
{
    pthread_t thread;
    pthread_create(&thread, NULL, release_when_waited_for, NULL);
    world_crash(w);
    pthread_mutex_lock(&gate.lock);
    CHECK(gate.waits);
    gate.waits = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
    pthread_join(thread, NULL);
}
