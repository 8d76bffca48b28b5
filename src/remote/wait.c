/* Waiting for what a runtime answers. */
#include "remote/wait.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "remote/lock.h"
#include "store/console.h"

struct wake {
    int fd;
    int commits;  /* watch descriptor of the wake file */
    int store;    /* of the store: it may be replaced or overwritten */
    int follower; /* of the lock file, 0: not watched */
};

enum err
wake_open(struct wake **out, struct manager *m, struct error *e)
{
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), watch;
    *out = NULL;
    if (fd < 0)
        return error_errno(e, ERR_IO, "inotify");
    watch = inotify_add_watch(fd, manager_wake_path(m), IN_MODIFY);
    if (watch < 0) {
        error_errno(e, ERR_IO, manager_wake_path(m));
        close(fd);
        return ERR_IO;
    }
    *out = mem_alloc(sizeof **out);
    (*out)->fd = fd;
    (*out)->commits = watch;
    (*out)->store = inotify_add_watch(fd, db_path(manager_db(m)),
                                      IN_ATTRIB | IN_CLOSE_WRITE |
                                          IN_MOVE_SELF | IN_DELETE_SELF);
    return ERR_OK;
}

enum err
wake_add(struct wake *w, const char *path, struct error *e)
{
    if (inotify_add_watch(w->fd, path, IN_CLOSE_WRITE) < 0)
        return error_errno(e, ERR_IO, path);
    return ERR_OK;
}

enum err
wake_follower(struct wake *w, const char *path, struct error *e)
{
    int watch = inotify_add_watch(w->fd, path, IN_MODIFY | IN_CLOSE_WRITE);
    if (watch < 0)
        return error_errno(e, ERR_IO, path);
    w->follower = watch;
    return ERR_OK;
}

void
wake_close(struct wake *w)
{
    if (!w)
        return;
    close(w->fd);
    free(w);
}

int
wake_fd(const struct wake *w)
{
    return w->fd;
}

unsigned
wake_drain(struct wake *w)
{
    _Alignas(struct inotify_event) char events[4096];
    unsigned reasons = 0;
    ssize_t n;
    while ((n = read(w->fd, events, sizeof events)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *i = (const void *)(events + at);
            reasons |= i->wd == w->commits || i->wd == w->store || i->wd < 0
                           ? WAKE_COMMIT
                       : i->wd == w->follower ? WAKE_FOLLOWER
                                              : WAKE_NUDGE;
            at += (ssize_t)(sizeof *i + i->len);
        }
    return reasons;
}

bool
wake_wait(struct wake *w, int time_out_ms)
{
    struct pollfd p = {w->fd, POLLIN, 0};
    int n;
    do
        n = poll(&p, 1, time_out_ms);
    while (n < 0 && errno == EINTR);
    return n > 0 && wake_drain(w) != 0;
}

/* What is left of the time until DEADLINE (-1: none). */
static int
left(int64_t deadline)
{
    int64_t ms = deadline - clock_monotonic_ms();
    if (deadline < 0)
        return -1;
    return ms > 0 ? (int)ms : 0;
}

static enum err
refusal(const struct outbox_status *s, struct error *e)
{
    enum err err = strcmp(s->outcome, "stale") == 0            ? ERR_STALE
                   : strcmp(s->outcome, "acceptedBefore") == 0 ? ERR_CONFLICT
                                                               : ERR_REFUSED;
    if (s->other)
        return error_set(e, err, "not released: %s", s->error);
    return error_set(e, err, "the runtime answered %s: %s",
                     *s->outcome ? s->outcome : "refused",
                     *s->error ? s->error : "no reason given");
}

static enum err
too_late(const struct outbox_status *s, struct error *e)
{
    if (s->state == OUTBOX_UNKNOWN)
        return error_hint(e, HINT_RUNTIME_LATER, NULL, NULL,
                          error_set(e, ERR_OUTCOME_UNKNOWN,
                                    "unknown, retrying: sent, but not "
                                    "answered yet%s%s",
                                    *s->error ? ": " : "", s->error));
    return error_hint(e, HINT_RUNTIME_QUEUE, NULL, NULL,
                      error_set(e, ERR_UNREACHABLE,
                                "queued: not delivered yet%s%s",
                                *s->error ? ": " : "", s->error));
}

enum err
wait_for_request(struct manager *m, const char *key, int time_out_ms,
                 struct outbox_status *out, struct error *e)
{
    int64_t deadline =
        time_out_ms < 0 ? -1 : clock_monotonic_ms() + time_out_ms;
    struct wake *w;
    bool woken = true;
    enum err err = wake_open(&w, m, e);
    while (!err) {
        err = manager_check_place(m, e);
        if (!err)
            err = manager_outbox_status(m, key, out, e);
        if (err || out->state == OUTBOX_DONE)
            break;
        if (out->state == OUTBOX_REFUSED)
            err = refusal(out, e);
        else if (!woken)
            err = too_late(out, e);
        else
            woken = wake_wait(w, left(deadline));
    }
    wake_close(w);
    return err;
}

/* --- another process that follows ----------------------------------------- */

#define LOOK_MS 500 /* the end of that process wakes nobody */

/* Runtimes as a look finds them. */
struct look {
    bool done;        /* each is in step */
    int64_t progress; /* differs where that process got on meanwhile */
};

static bool
is_asked_for(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return n == 0;
}

static enum err
look_at(const struct runtime_row *r, int64_t since, struct look *out,
        struct error *e)
{
    out->progress += r->tried_at + r->last_contact + r->feed_cursor +
                     r->charged + r->receipt_sequence - r->queued;
    if (r->tried_at >= since && r->last_error)
        return error_set(e, r->trouble, "%s", r->last_error);
    if (r->tried_at < since || r->queued || r->copy_asked ||
        r->feed_cursor < r->feed_head)
        out->done = false;
    return ERR_OK;
}

/* The trouble of the first runtime that has one. */
static enum err
look_at_runtimes(struct manager *m, const char *const *names, size_t n,
                 int64_t since, struct look *out, struct error *e)
{
    struct runtime_list list;
    enum err err = manager_runtime_list(m, &list, e);
    *out = (struct look){.done = true};
    for (size_t i = 0; i < list.count && !err; i++)
        if (is_asked_for(names, n, list.rows[i].name))
            err = look_at(&list.rows[i], since, out, e);
    if (!err)
        err = runtime_list_has(&list, names, n, e);
    runtime_list_clear(&list);
    return err;
}

/* A number that cannot be read is not named: kill 0 would end the caller. */
static enum err
no_progress(const char *store, struct error *e)
{
    long holder = sync_holder(store);
    char number[24];
    snprintf(number, sizeof number, "%ld", holder);
    if (holder > 0)
        return error_hint(e, HINT_FOLLOWER_STUCK, number, NULL,
                          error_set(e, ERR_UNREACHABLE,
                                    "sync: process %ld follows the runtimes "
                                    "but makes no progress",
                                    holder));
    return error_hint(e, HINT_FOLLOWER_UNKNOWN, NULL, NULL,
                      error_set(e, ERR_UNREACHABLE,
                                "sync: another process follows the runtimes "
                                "but makes no progress"));
}

enum err
wait_for_contact(struct manager *m, const char *const *runtimes, size_t n,
                 int64_t since, int patience_ms, bool *ended, struct error *e)
{
    const char *store = db_path(manager_db(m));
    int64_t deadline = 0, progress = -1;
    struct look look;
    struct wake *w;
    enum err err = wake_open(&w, m, e);
    while (!err) {
        err = manager_check_place(m, e);
        if (!err)
            err = look_at_runtimes(m, runtimes, n, since, &look, e);
        if (err || look.done)
            break;
        if (look.progress != progress)
            deadline = clock_monotonic_ms() + patience_ms;
        progress = look.progress;
        *ended = !sync_lock_is_held(store);
        if (*ended)
            break;
        if (left(deadline) == 0)
            err = no_progress(store, e);
        else
            wake_wait(w, left(deadline) < LOOK_MS ? left(deadline) : LOOK_MS);
    }
    wake_close(w);
    return err;
}
