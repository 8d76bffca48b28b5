/* What libmicrohttpd calls: connections, heads, bodies, answers. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/check.h"
#include "http/server_private.h"

enum {
    HANDSHAKE_MS = 10000,
    PARAMETERS_MAX = 400, /* more would not fit a connection's memory */
    SWALLOWED_MAX = 64 * 1024 * 1024
};

/* --- connections ---------------------------------------------------------- */

static void
keep_peer(struct http_conn *conn, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *at = info ? info->client_addr : NULL;
    if (at && at->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)at)->sin_addr,
                  conn->peer, sizeof conn->peer);
    else if (at && at->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)at)->sin6_addr,
                  conn->peer, sizeof conn->peer);
}

/* The handshake uses the current certificate, which a reload may have
 * changed since the daemon started. */
static void
use_current_tls(struct http_conn *conn, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (!info || !info->tls_session)
        return;
    conn->tls = conn->server->tls;
    conn->tls->uses++;
    gnutls_credentials_set(info->tls_session, GNUTLS_CRD_CERTIFICATE,
                           conn->tls->credentials);
}

static struct http_conn *
open_conn(struct http_server *s, struct MHD_Connection *c)
{
    struct http_conn *conn = mem_alloc(sizeof *conn);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    conn->server = s;
    conn->fd = info ? info->connect_fd : -1;
    keep_peer(conn, c);
    pthread_mutex_lock(&s->lock);
    unsigned ms = s->options.request_ms;
    conn->deadline =
        clock_monotonic_ms() + (ms < HANDSHAKE_MS ? ms : HANDSHAKE_MS);
    use_current_tls(conn, c);
    conn->next = s->conns;
    if (s->conns)
        s->conns->previous = conn;
    else
        pthread_cond_signal(&s->reaper_wake);
    s->conns = conn;
    s->counts.connections++;
    pthread_mutex_unlock(&s->lock);
    return conn;
}

static void
close_conn(struct http_conn *conn)
{
    struct http_server *s = conn->server;
    pthread_mutex_lock(&s->lock);
    if (conn->previous)
        conn->previous->next = conn->next;
    else
        s->conns = conn->next;
    if (conn->next)
        conn->next->previous = conn->previous;
    s->counts.connections--;
    http_tls_drop(conn->tls);
    pthread_mutex_unlock(&s->lock);
    free(conn);
}

void
http_on_connection(void *ctx, struct MHD_Connection *c, void **socket_ctx,
                   enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_ctx = open_conn(ctx, c);
    } else if (*socket_ctx) {
        close_conn(*socket_ctx);
        *socket_ctx = NULL;
    }
}

static struct http_conn *
conn_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void
set_deadline(struct http_server *s, struct http_conn *conn, unsigned ms)
{
    pthread_mutex_lock(&s->lock);
    conn->deadline = clock_monotonic_ms() + ms;
    pthread_mutex_unlock(&s->lock);
}

/* --- one exchange --------------------------------------------------------- */

/* libmicrohttpd keeps parameters in the connection's memory and, where they
 * do not fit, neither answers nor closes. */
static size_t
parameters_in(const char *uri)
{
    size_t n = 1;
    for (uri = strchr(uri, '?'); uri; uri = strchr(uri + 1, '&'))
        n++;
    return n;
}

void *
http_on_uri(void *ctx, const char *uri, struct MHD_Connection *c)
{
    struct http_server *s = ctx;
    struct http_exchange *x = mem_alloc(sizeof *x);
    x->server = s;
    x->conn = conn_of(c);
    x->connection = c;
    x->uri = mem_strdup(uri);
    x->uri_len = strlen(uri);
    x->request.body = "";
    set_deadline(s, x->conn, s->options.request_ms);
    if (parameters_in(uri) > PARAMETERS_MAX)
        shutdown(x->conn->fd, SHUT_RDWR);
    return x;
}

void
http_on_completed(void *ctx, struct MHD_Connection *c, void **state,
                  enum MHD_RequestTerminationCode code)
{
    struct http_server *s = ctx;
    struct http_exchange *x = *state;
    (void)c;
    (void)code;
    if (!x)
        return;
    pthread_mutex_lock(&s->lock);
    x->conn->deadline = clock_monotonic_ms() + s->options.idle_ms;
    s->body_bytes -= x->body.len;
    s->begun -= x->begun;
    pthread_mutex_unlock(&s->lock);
    http_answer_clear(&x->answer);
    buf_clear(&x->store);
    buf_clear(&x->body);
    free(x->uri);
    free(x);
    *state = NULL;
}

static enum MHD_Result
send_answer(struct http_exchange *x)
{
    struct http_answer *a = &x->answer;
    size_t n = a->body.len;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        n, buf_take(&a->body), MHD_RESPMEM_MUST_FREE);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type",
                            a->content_type ? a->content_type
                                            : "application/json");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    bool cached = false;
    for (size_t i = 0; i < a->header_count; i++) {
        MHD_add_response_header(response, a->headers[i].name,
                                a->headers[i].value);
        cached |= strcmp(a->headers[i].name, "Cache-Control") == 0;
    }
    if (!cached)
        MHD_add_response_header(response, "Cache-Control", "no-store");
    if (a->close)
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result =
        MHD_queue_response(x->connection, (unsigned)a->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result
refuse(struct http_exchange *x, int status, const struct error *e)
{
    pthread_mutex_lock(&x->server->lock);
    x->server->counts.malformed++;
    pthread_mutex_unlock(&x->server->lock);
    http_answer_error(&x->answer, e);
    x->answer.status = status;
    x->answer.close = true;
    x->state = EXCHANGE_ANSWERED;
    return send_answer(x);
}

/* --- the head ------------------------------------------------------------- */

struct fields {
    struct http_field list[HTTP_MAX_HEADERS + 1];
    size_t count;
    size_t bytes;
};

static enum MHD_Result
take_field(void *ctx, enum MHD_ValueKind kind, const char *name,
           size_t name_len, const char *value, size_t value_len)
{
    struct fields *f = ctx;
    (void)kind;
    f->list[f->count++] =
        (struct http_field){name, name_len, value ? value : "", value_len};
    f->bytes += name_len + value_len + 2;
    return f->count > HTTP_MAX_HEADERS ? MHD_NO : MHD_YES;
}

static const char *
keep(struct buf *store, const char *s, size_t n)
{
    const char *at = store->data + store->len;
    buf_add(store, s, n);
    buf_addc(store, '\0');
    return at;
}

/* Copies the head into the exchange: libmicrohttpd reuses its memory. */
static int
keep_head(struct http_exchange *x, const struct fields *f, const char *method,
          struct error *e)
{
    struct http_request *r = &x->request;
    size_t room = f->bytes + 4 * x->uri_len + 1024;
    buf_init(&x->store, room);
    buf_reserve(&x->store, room);
    r->method = keep(&x->store, method, strlen(method));
    for (size_t i = 0; i < f->count; i++) {
        const struct http_field *h = &f->list[i];
        r->headers[i].name = keep(&x->store, h->name, h->name_len);
        r->headers[i].value = keep(&x->store, h->value, h->value_len);
    }
    r->header_count = f->count;
    r->peer = x->conn->peer;
    return http_check_uri(x->uri, r, &x->store, e);
}

static size_t
head_size(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/* A client that is still sending reads no answer: a body that is not much too
 * big is taken and thrown away, and answered at its end. Who asks with Expect
 * is told at once. */
static bool
can_swallow(const struct fields *f, size_t length)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->list[i].name_len == 6 &&
            strncasecmp(f->list[i].name, "expect", 6) == 0)
            return false;
    return length <= SWALLOWED_MAX;
}

static int
begin(struct http_exchange *x, const char *method, const char *version,
      struct error *e)
{
    struct fields *f = mem_alloc(sizeof *f);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, take_field, f);
    struct http_head head = {
        .method = method,
        .uri = x->uri,
        .version = version,
        .fields = f->list,
        .field_count = f->count,
        .max_body = x->server->options.max_body,
        .size = head_size(x->connection),
    };
    int status = http_check_head(&head, &x->expected, e);
    if (status == 413 && can_swallow(f, x->expected)) {
        x->dropped = x->too_big = true;
        status = 0;
    }
    if (!status)
        status = keep_head(x, f, method, e);
    free(f);
    pthread_mutex_lock(&x->server->lock);
    x->begun = true;
    x->late = x->server->draining;
    x->server->begun++;
    pthread_mutex_unlock(&x->server->lock);
    buf_init(&x->body, x->server->options.max_body);
    return status;
}

/* --- the body and the queue ----------------------------------------------- */

/* All bodies together are bounded too, for nobody has shown a key yet. What
 * finds no room is swallowed and answered at its end: libmicrohttpd takes no
 * answer in the middle of a body. */
static void
take_body(struct http_exchange *x, const char *data, size_t n)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    bool room = !x->dropped && n <= s->options.max_bodies - s->body_bytes &&
                buf_add(&x->body, data, n);
    if (room)
        s->body_bytes += n;
    pthread_mutex_unlock(&s->lock);
    x->dropped = !room;
}

/* Makes X the last of the queue; false where the server is stopping. */
static bool
append(struct http_server *s, struct http_exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool open = !s->stopping && !x->late;
    x->state = EXCHANGE_WAITING;
    x->conn->waiting = x;
    x->conn->deadline = INT64_MAX;
    x->waiting_since = x->request.received_ms = clock_monotonic_ms();
    if (open) {
        if (s->queue_tail)
            s->queue_tail->next = x;
        else
            s->queue_head = x;
        s->queue_tail = x;
        s->counts.requests++;
        pthread_cond_signal(&s->queue_grew);
    }
    pthread_mutex_unlock(&s->lock);
    return open;
}

/* Suspends the connection and queues X. The suspension comes first: from the
 * moment X is in the queue it can be answered, which resumes. */
static enum MHD_Result
queue(struct http_exchange *x)
{
    struct http_server *s = x->server;
    if (x->body.len) {
        x->request.body = x->body.data;
        x->request.body_len = x->body.len;
    }
    MHD_suspend_connection(x->connection);
    if (!append(s, x)) {
        http_answer_stopping(&x->request);
        return MHD_YES;
    }
    if (s->options.queued)
        s->options.queued(s->options.ctx);
    return MHD_YES;
}

enum MHD_Result
http_on_request(void *ctx, struct MHD_Connection *c, const char *url,
                const char *method, const char *version, const char *data,
                size_t *size, void **state)
{
    struct http_exchange *x = *state;
    struct error e = {0};
    (void)ctx;
    (void)c;
    (void)url;
    if (!x)
        return MHD_NO;
    if (!x->begun) {
        int status = begin(x, method, version, &e);
        return status ? refuse(x, status, &e) : MHD_YES;
    }
    if (x->state == EXCHANGE_ANSWERED)
        return send_answer(x);
    if (*size) {
        take_body(x, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!x->dropped)
        return queue(x);
    if (x->too_big) {
        error_set(&e, ERR_TOO_BIG,
                  "request: a body of %zu bytes is too big (at most %zu)",
                  x->expected, x->server->options.max_body);
        return refuse(x, 413, &e);
    }
    error_set(&e, ERR_BUSY, "server: too many large requests (try again)");
    return refuse(x, 503, &e);
}
