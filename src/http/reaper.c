/*
 * The reaper: libmicrohttpd's time-out only counts idle time, so a client
 * that sends or reads a byte now and then stays for ever. This thread shuts
 * the socket of every connection that is past its absolute deadline, and
 * notices when the client of a waiting request has gone.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/server_private.h"

enum { PERIOD_MS = 250, SETTLED_MS = 1000 };

/* Shuts what is late; the close itself stays libmicrohttpd's. */
static void
reap(struct http_server *s, int64_t now)
{
    for (struct http_conn *c = s->conns; c; c = c->next)
        if (c->deadline <= now) {
            shutdown(c->fd, SHUT_RDWR);
            c->deadline = INT64_MAX;
            s->counts.reaped++;
        }
}

/* True where a client of a request that has waited a while has hung up. */
static bool
find_gone(struct http_server *s, int64_t now)
{
    bool found = false;
    for (struct http_conn *c = s->conns; c; c = c->next) {
        struct http_exchange *x = c->waiting;
        if (!x || x->gone || now - x->waiting_since < SETTLED_MS)
            continue;
        struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};
        if (poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP))) {
            x->gone = true;
            found = true;
        }
    }
    return found;
}

static void
sleep_until_due(struct http_server *s)
{
    if (!s->conns) {
        pthread_cond_wait(&s->reaper_wake, &s->lock);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PERIOD_MS * 1000000L;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&s->reaper_wake, &s->lock, &until);
}

void *
http_reaper_main(void *server)
{
    struct http_server *s = server;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        int64_t now = clock_monotonic_ms();
        reap(s, now);
        if (find_gone(s, now) && s->options.queued) {
            pthread_mutex_unlock(&s->lock);
            s->options.queued(s->options.ctx);
            pthread_mutex_lock(&s->lock);
        }
        sleep_until_due(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
