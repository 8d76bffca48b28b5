/* The HTTPS server: start, stop, reload, the queue. */
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/server_private.h"

enum { CONNECTION_MEMORY = 48 * 1024 };

static void
apply_defaults(struct http_options *o)
{
    if (!o->max_body)
        o->max_body = 16 * 1024 * 1024;
    if (!o->max_bodies)
        o->max_bodies = 256 * 1024 * 1024;
    if (!o->max_connections)
        o->max_connections = 2000;
    if (!o->request_ms)
        o->request_ms = 30000;
    if (!o->idle_ms)
        o->idle_ms = 60000;
    if (!o->threads)
        o->threads = 2;
}

/* --- the listening socket ------------------------------------------------- */

static enum err
resolve(const char *listen_at, struct addrinfo **out, struct error *e)
{
    char host[256];
    const char *colon = strrchr(listen_at, ':');
    size_t n = colon ? (size_t)(colon - listen_at) : 0;
    bool brackets = n > 2 && listen_at[0] == '[' && listen_at[n - 1] == ']';
    if (!colon || n >= sizeof host || !colon[1])
        return error_set(e, ERR_INVALID,
                         "listen address %s: no ADDR:PORT (write for example "
                         "127.0.0.1:8443)",
                         listen_at);
    snprintf(host, sizeof host, "%.*s", (int)(brackets ? n - 2 : n),
             listen_at + (brackets ? 1 : 0));
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    int code = getaddrinfo(host[0] ? host : NULL, colon + 1, &hints, out);
    if (code)
        return error_set(e, ERR_INVALID, "listen address %s: %s", listen_at,
                         gai_strerror(code));
    return ERR_OK;
}

static void
keep_address(struct http_server *s)
{
    struct sockaddr_storage at;
    socklen_t n = sizeof at;
    char host[64] = "", port[8] = "";
    if (getsockname(s->listen_fd, (struct sockaddr *)&at, &n) == 0)
        getnameinfo((struct sockaddr *)&at, n, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(s->address, sizeof s->address,
             at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static enum err
open_socket(struct http_server *s, struct error *e)
{
    struct addrinfo *list = NULL;
    enum err err = resolve(s->options.listen, &list, e);
    if (err != ERR_OK)
        return err;
    s->listen_fd =
        socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (s->listen_fd < 0 ||
        setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        bind(s->listen_fd, list->ai_addr, list->ai_addrlen) ||
        listen(s->listen_fd, 1024))
        err = error_errno(e, ERR_IO, s->options.listen);
    freeaddrinfo(list);
    if (err == ERR_OK)
        keep_address(s);
    return err;
}

/* --- start and stop ------------------------------------------------------- */

static enum err
start_daemon(struct http_server *s, struct error *e)
{
    const struct http_options *o = &s->options;
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS | MHD_ALLOW_SUSPEND_RESUME;
    if (s->address[0] == '[')
        flags |= MHD_USE_IPv6;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, http_on_request, s, MHD_OPTION_LISTEN_SOCKET,
        s->listen_fd, MHD_OPTION_HTTPS_MEM_CERT, buf_str(&s->tls->certificate),
        MHD_OPTION_HTTPS_MEM_KEY, buf_str(&s->tls->key),
        MHD_OPTION_HTTPS_PRIORITIES, HTTP_TLS_PRIORITIES,
        MHD_OPTION_URI_LOG_CALLBACK, http_on_uri, s,
        MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, s,
        MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, o->max_connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->max_per_ip,
        MHD_OPTION_CONNECTION_TIMEOUT, (o->idle_ms + 999) / 1000,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_THREAD_POOL_SIZE,
        o->threads, MHD_OPTION_END);
    if (!s->daemon)
        return error_set(e, ERR_FAILED,
                         "server at %s: libmicrohttpd did not start (is the "
                         "certificate in order?)",
                         s->address);
    return ERR_OK;
}

static void
init_sync(struct http_server *s)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->queue_grew, &attributes);
    pthread_cond_init(&s->reaper_wake, &attributes);
    pthread_condattr_destroy(&attributes);
}

enum err
http_server_start(struct http_server **out, const struct http_options *options,
                  struct error *e)
{
    struct http_server *s = mem_alloc(sizeof *s);
    s->options = *options;
    s->listen_fd = -1;
    apply_defaults(&s->options);
    s->options.certificate = mem_strdup(options->certificate);
    s->options.key = mem_strdup(options->key);
    init_sync(s);
    enum err err =
        http_tls_load(&s->tls, options->certificate, options->key, e);
    if (err == ERR_OK)
        err = open_socket(s, e);
    if (err == ERR_OK)
        err = start_daemon(s, e);
    if (err == ERR_OK) {
        s->reaper_runs =
            pthread_create(&s->reaper, NULL, http_reaper_main, s) == 0;
        if (!s->reaper_runs)
            err = error_set(e, ERR_FAILED, "server: cannot start a thread");
    }
    if (err != ERR_OK) {
        http_server_free(s);
        return err;
    }
    *out = s;
    return ERR_OK;
}

void
http_answer_stopping(struct http_request *request)
{
    struct http_answer a = {0};
    struct error e;
    error_set(&e, ERR_BUSY, "The server is stopping (try again)");
    http_answer_error(&a, &e);
    http_answer_header(&a, "Retry-After", "5");
    a.close = true;
    http_request_answer(request, &a);
}

/* Answers 503 to every request that waits, taken or not. */
static void
turn_away(struct http_server *s)
{
    for (;;) {
        struct http_exchange *x = NULL;
        pthread_mutex_lock(&s->lock);
        s->stopping = true;
        s->queue_head = s->queue_tail = NULL;
        for (struct http_conn *c = s->conns; c && !x; c = c->next)
            x = c->waiting;
        pthread_mutex_unlock(&s->lock);
        if (!x)
            return;
        http_answer_stopping(&x->request);
    }
}

/* The kernel refuses connections to a socket that is shut down. */
void
http_server_drain(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->draining = true;
    pthread_mutex_unlock(&s->lock);
    MHD_quiesce_daemon(s->daemon);
    shutdown(s->listen_fd, SHUT_RDWR);
}

size_t
http_server_busy(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->begun;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void
http_server_free(struct http_server *s)
{
    if (!s)
        return;
    if (s->daemon) {
        MHD_quiesce_daemon(s->daemon);
        turn_away(s);
        MHD_stop_daemon(s->daemon);
    }
    if (s->reaper_runs) {
        pthread_mutex_lock(&s->lock);
        s->stopping = true;
        pthread_cond_signal(&s->reaper_wake);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->reaper, NULL);
    }
    if (s->listen_fd >= 0)
        close(s->listen_fd);
    http_tls_drop(s->tls);
    pthread_cond_destroy(&s->reaper_wake);
    pthread_cond_destroy(&s->queue_grew);
    pthread_mutex_destroy(&s->lock);
    free((char *)(uintptr_t)s->options.certificate);
    free((char *)(uintptr_t)s->options.key);
    free(s);
}

const char *
http_server_address(const struct http_server *s)
{
    return s->address;
}

enum err
http_server_reload(struct http_server *s, struct error *e)
{
    struct http_tls *fresh = NULL;
    enum err err =
        http_tls_load(&fresh, s->options.certificate, s->options.key, e);
    if (err != ERR_OK)
        return err;
    pthread_mutex_lock(&s->lock);
    struct http_tls *old = s->tls;
    s->tls = fresh;
    /* libmicrohttpd's own copy of the first one stays; every connection is
     * given the current one as it opens. */
    http_tls_drop(old);
    pthread_mutex_unlock(&s->lock);
    return ERR_OK;
}

void
http_server_counts(struct http_server *s, struct http_counts *out)
{
    pthread_mutex_lock(&s->lock);
    *out = s->counts;
    pthread_mutex_unlock(&s->lock);
}

/* --- the queue ------------------------------------------------------------ */

static void
wait_for_queue(struct http_server *s, int timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (!s->queue_head) {
        int code = timeout_ms < 0 ? pthread_cond_wait(&s->queue_grew, &s->lock)
                                  : pthread_cond_timedwait(&s->queue_grew,
                                                           &s->lock, &until);
        if (code == ETIMEDOUT)
            return;
    }
}

struct http_request *
http_server_next(struct http_server *s, int timeout_ms)
{
    pthread_mutex_lock(&s->lock);
    if (!s->queue_head && timeout_ms != 0)
        wait_for_queue(s, timeout_ms);
    struct http_exchange *x = s->queue_head;
    if (x) {
        s->queue_head = x->next;
        if (!s->queue_head)
            s->queue_tail = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return x ? &x->request : NULL;
}

void
http_request_answer(struct http_request *request, struct http_answer *answer)
{
    struct http_exchange *x = (struct http_exchange *)request;
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    x->answer = *answer;
    x->state = EXCHANGE_ANSWERED;
    x->conn->waiting = NULL;
    x->conn->deadline = clock_monotonic_ms() + s->options.request_ms;
    struct MHD_Connection *connection = x->connection;
    pthread_mutex_unlock(&s->lock);
    *answer = (struct http_answer){0};
    /* From here on the server's thread may free X at any moment. */
    MHD_resume_connection(connection);
}

bool
http_request_gone(const struct http_request *request)
{
    const struct http_exchange *x = (const struct http_exchange *)request;
    pthread_mutex_lock(&x->server->lock);
    bool gone = x->gone;
    pthread_mutex_unlock(&x->server->lock);
    return gone;
}
