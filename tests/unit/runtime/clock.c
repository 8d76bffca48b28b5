/* The C library's clock, with what tests change of it. */
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/runtime/runtime.h"

enum { HOLD_S = 60 }; /* then the test has failed, and is not to hang */

time_t world_clock_off;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int to_hold, held; /* evaluations; the first held ones stay held … */
    int released;      /* … but for so many */
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

/* The time that a thread has had besides its own. */
static _Thread_local time_t thread_off;

static bool all_slow;

static void
pass_gate(void)
{
    pthread_mutex_lock(&gate.lock);
    if (gate.to_hold > 0 && thread_off == 0) {
        int place = gate.held++;
        gate.to_hold--;
        thread_off = 1;
        pthread_cond_broadcast(&gate.changed);
        struct timespec until = {.tv_sec = time(NULL) + HOLD_S};
        while (place >= gate.released &&
               pthread_cond_timedwait(&gate.changed, &gate.lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&gate.lock);
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
        pass_gate();
    }
    return result;
}

void
world_hold_evaluations(int count)
{
    pthread_mutex_lock(&gate.lock);
    gate.held = gate.released = 0;
    gate.to_hold = count;
    pthread_mutex_unlock(&gate.lock);
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
