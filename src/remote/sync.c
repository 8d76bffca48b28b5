/* Sync: the loop over all runtimes of a store. */
#include "remote/sync.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/catalogue/purge.h"
#include "manager/exchange/runtime.h"
#include "remote/lock.h"
#include "remote/peer.h"
#include "remote/wait.h"
#include "store/db.h"

#define STOP_MS 3000
#define PURGE_MS (60 * 60 * 1000)

struct sync {
    struct peers all;
    const struct sync_options *options;
    struct peer **peers;
    size_t count;
    struct wake *wake;
    int signals; /* signalfd, -1 where not following */
    sigset_t old_mask;
    int lock;
    int64_t stop_at;  /* monotonic; 0: go on */
    int64_t purge_at; /* likewise: when to look for what has expired */
};

/* --- which runtimes ------------------------------------------------------- */

static bool
is_named(const struct sync *s, const char *name)
{
    for (size_t i = 0; i < s->options->runtime_count; i++)
        if (strcmp(s->options->runtimes[i], name) == 0)
            return true;
    return s->options->runtime_count == 0;
}

static struct peer *
find_peer(const struct sync *s, int64_t n)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->peers[i]->n == n)
            return s->peers[i];
    return NULL;
}

/* A peer with calls under way is freed once they have ended. */
static void
drop_gone(struct sync *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct peer *p = s->peers[i];
        if (p->gone && !peer_calls(p) && !p->feeding)
            peer_free(p);
        else
            s->peers[kept++] = p;
    }
    s->count = kept;
}

static enum err
load_peers(struct sync *s, struct error *e)
{
    struct runtime_list list;
    enum err err = manager_runtime_list(s->all.m, &list, e);
    s->all.changed = false;
    for (size_t i = 0; i < s->count && !err; i++)
        s->peers[i]->gone = true;
    for (size_t i = 0; i < list.count && !err; i++) {
        struct peer *p = find_peer(s, list.rows[i].n);
        if (!is_named(s, list.rows[i].name))
            continue;
        if (p) {
            peer_update(p, &list.rows[i]);
        } else {
            s->peers = mem_resize(s->peers, s->count + 1, sizeof *s->peers);
            p = s->peers[s->count++] = peer_new(&s->all, &list.rows[i]);
        }
        p->gone = false;
    }
    runtime_list_clear(&list);
    drop_gone(s);
    return err;
}

static enum err
check_names(const struct sync *s, struct error *e)
{
    struct runtime_list list;
    enum err err = manager_runtime_list(s->all.m, &list, e);
    if (!err)
        err = runtime_list_has(&list, s->options->runtimes,
                               s->options->runtime_count, e);
    runtime_list_clear(&list);
    return err;
}

/* --- when to end ---------------------------------------------------------- */

/* Without follow: everything is settled, or has failed once. Answers that
 * cannot be believed end nothing: other requests go on. */
static bool
all_ended(const struct sync *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!peer_settled(s->peers[i]) && !peer_fails(s->peers[i], DOES_ANSWER))
            return false;
    return true;
}

static bool
any_busy(const struct sync *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (peer_calls(s->peers[i]))
            return true;
    return false;
}

/* Nothing has mattered for a while and nothing is queued. The lock is given
 * back first and the outbox looked at once more: who queued while we held
 * the lock did not start another follower. */
static bool
idle_is_over(struct sync *s)
{
    struct error e;
    int64_t queued = 0;
    if (!s->options->idle_exit || any_busy(s) ||
        clock_monotonic_ms() <
            s->all.active_at + 1000 * (int64_t)s->options->idle_exit)
        return false;
    close(s->lock);
    s->lock = -1;
    if (manager_outbox_count(s->all.m, 0, &queued, &e) == ERR_OK && queued == 0)
        return true;
    s->all.active_at = clock_monotonic_ms();
    /* Somebody else may have taken over already: then we go. */
    return sync_lock(db_path(manager_db(s->all.m)), &s->lock, &e) != ERR_OK;
}

static bool
must_end(struct sync *s)
{
    if (s->stop_at)
        return !any_busy(s) || clock_monotonic_ms() >= s->stop_at;
    return s->options->follow ? idle_is_over(s) : all_ended(s);
}

/* --- the loop ------------------------------------------------------------- */

/* Milliseconds until the next retry, the idle end or the stop; -1: none. */
static int
next_wake(const struct sync *s)
{
    int64_t now = clock_monotonic_ms(), at = INT64_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const struct peer *p = s->peers[i];
        if (p->next_attempt > now && p->next_attempt < at)
            at = p->next_attempt;
        int64_t again = s->options->follow ? peer_aside_next(p) : 0;
        if (again > now && again < at)
            at = again;
        int64_t look = peer_beside_next(p);
        if (look > now && look < at)
            at = look;
    }
    if (s->options->follow && s->options->idle_exit) {
        int64_t end = s->all.active_at + 1000 * (int64_t)s->options->idle_exit;
        if (end < at)
            at = end > now ? end : now + 1000;
    }
    if (s->stop_at && s->stop_at < at)
        at = s->stop_at;
    if (s->options->follow && s->purge_at < at)
        at = s->purge_at;
    if (at == INT64_MAX)
        return -1;
    return at > now ? (int)(at - now < 3600000 ? at - now : 3600000) : 0;
}

static void
take_signal(struct sync *s)
{
    struct signalfd_siginfo info;
    if (read(s->signals, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    s->all.stopping = true;
    s->stop_at = clock_monotonic_ms() + STOP_MS;
}

/* A commit may have queued something; a nudge ends every pause and asks every
 * runtime how it is. */
static enum err
woken(struct sync *s, unsigned reasons, struct error *e)
{
    if (reasons & WAKE_NUDGE)
        for (size_t i = 0; i < s->count; i++)
            peer_nudge(s->peers[i]);
    if (reasons || s->all.changed)
        return load_peers(s, e);
    drop_gone(s);
    return ERR_OK;
}

/* Who keeps the store up to date also removes what it keeps for a time; where
 * it cannot now, it does later. */
static void
purge(struct sync *s)
{
    struct error e = {.code = ERR_OK};
    if (clock_monotonic_ms() < s->purge_at)
        return;
    s->purge_at = clock_monotonic_ms() + PURGE_MS;
    if (manager_purge(s->all.m, &e) != ERR_OK && s->options->say)
        s->options->say(s->options->context, "store", e.text);
}

static enum err
turn(struct sync *s, struct error *e)
{
    const int fds[] = {wake_fd(s->wake), s->signals};
    enum err err = manager_check_place(s->all.m, e);
    if (err)
        return err;
    purge(s);
    for (size_t i = 0; i < s->count; i++)
        peer_step(s->peers[i]);
    if (must_end(s))
        return ERR_CANCELLED;
    client_run(s->all.client, fds, s->signals >= 0 ? 2 : 1, next_wake(s));
    if (s->signals >= 0)
        take_signal(s);
    return woken(s, wake_drain(s->wake), e);
}

/* --- start and end -------------------------------------------------------- */

static enum err
start(struct sync *s, struct error *e)
{
    const char *store = db_path(manager_db(s->all.m));
    char *path = sync_lock_path(store);
    enum err err = sync_lock(store, &s->lock, e);
    if (!err)
        err = wake_open(&s->wake, s->all.m, e);
    if (!err)
        err = wake_add(s->wake, path, e);
    free(path);
    if (!err)
        err = check_names(s, e);
    if (!err)
        err = load_peers(s, e);
    if (!err && s->options->follow) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigaddset(&set, SIGINT);
        sigprocmask(SIG_BLOCK, &set, &s->old_mask);
        s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    return err;
}

static void
finish(struct sync *s)
{
    client_free(s->all.client);
    for (size_t i = 0; i < s->count; i++)
        peer_free(s->peers[i]);
    free(s->peers);
    wake_close(s->wake);
    if (s->signals >= 0) {
        close(s->signals);
        sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
    }
    if (s->lock >= 0)
        close(s->lock);
}

static enum err
first_trouble(const struct sync *s, struct error *e)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->peers[i]->trouble.code) {
            *e = s->peers[i]->trouble;
            return e->code;
        }
    return ERR_OK;
}

enum err
sync_run(struct manager *m, const struct sync_options *options, struct error *e)
{
    struct sync s = {.options = options, .signals = -1, .lock = -1};
    enum err err;
    s.all = (struct peers){.m = m,
                           .client = client_new(),
                           .follow = options->follow,
                           .active_at = clock_monotonic_ms(),
                           .say = options->say,
                           .progress = options->progress,
                           .context = options->context};
    err = start(&s, e);
    while (!err)
        err = turn(&s, e);
    if (err == ERR_CANCELLED)
        err = options->follow ? ERR_OK : first_trouble(&s, e);
    finish(&s);
    return err;
}

enum err
sync_once(struct manager *m, const struct sync_options *options,
          int patience_ms, struct error *e)
{
    const char *store = db_path(manager_db(m));
    bool ended = true;
    enum err err = ERR_OK;
    while (!err && ended) {
        int64_t since = clock_now_ms();
        err = sync_run(m, options, e);
        if (err != ERR_BUSY || !sync_lock_is_held(store))
            return err;
        error_clear(e);
        sync_nudge(store);
        ended = false;
        err = wait_for_contact(m, options->runtimes, options->runtime_count,
                               since, patience_ms, &ended, e);
    }
    return err;
}
