/* What the files of the HTTPS server share; nobody else includes this. */
#ifndef TAILOR_HTTP_SERVER_PRIVATE_H
#define TAILOR_HTTP_SERVER_PRIVATE_H

#include <microhttpd.h>
#include <pthread.h>

#include "http/server.h"
#include "http/tls.h"

/* One TCP connection; lives from accept to close. */
struct http_conn {
    struct http_conn *next, *previous;
    struct http_server *server;
    struct http_tls *tls; /* the certificate it was greeted with */
    int fd;
    int64_t deadline;              /* monotonic; INT64_MAX: none */
    struct http_exchange *waiting; /* queued or taken, else NULL */
    char peer[48];
};

enum exchange_state {
    EXCHANGE_READING,
    EXCHANGE_WAITING, /* queued or taken; its connection is suspended */
    EXCHANGE_ANSWERED
};

/* One request and its answer. Owned by libmicrohttpd's per-request pointer;
 * while waiting it is the taker's. */
struct http_exchange {
    struct http_request request; /* first: the public face */
    struct http_exchange *next;  /* in the queue */
    struct http_server *server;
    struct http_conn *conn;
    struct MHD_Connection *connection;
    char *uri;
    size_t uri_len;
    struct buf store; /* decoded path and query, copied headers */
    struct buf body;
    size_t expected; /* Content-Length */
    bool begun;      /* the head was checked */
    bool dropped;    /* there was no room for its body */
    bool too_big;    /* its body is longer than any may be */
    bool gone;
    bool late; /* it came while the server was draining */
    int64_t waiting_since;
    enum exchange_state state;
    struct http_answer answer;
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    char address[80];
    int listen_fd;
    pthread_mutex_t lock; /* all below, and every connection and exchange */
    pthread_cond_t queue_grew;
    pthread_cond_t reaper_wake;
    struct http_tls *tls;
    struct http_conn *conns;
    struct http_exchange *queue_head, *queue_tail;
    struct http_counts counts;
    size_t body_bytes; /* held by exchanges */
    pthread_t reaper;
    bool reaper_runs;
    bool draining;
    bool stopping;
    size_t begun; /* requests whose answer is not sent yet */
};

/* The callbacks given to libmicrohttpd (conn.c). */
void *http_on_uri(void *ctx, const char *uri, struct MHD_Connection *c);
enum MHD_Result http_on_request(void *ctx, struct MHD_Connection *c,
                                const char *url, const char *method,
                                const char *version, const char *data,
                                size_t *size, void **state);
void http_on_completed(void *ctx, struct MHD_Connection *c, void **state,
                       enum MHD_RequestTerminationCode code);
void http_on_connection(void *ctx, struct MHD_Connection *c, void **socket_ctx,
                        enum MHD_ConnectionNotificationCode code);

/* Answers 503 because the server stops (server.c). */
void http_answer_stopping(struct http_request *request);

/* The thread that closes what is past its deadline (reaper.c). */
void *http_reaper_main(void *server);

#endif
