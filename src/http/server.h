/*
 * The HTTPS server: libmicrohttpd and GnuTLS behind a queue. Its own threads
 * speak TLS, refuse what is malformed and collect bodies; whole requests wait
 * in a queue until the one thread that owns the data takes them, and are
 * answered from there, at once or later (long polls). It knows nothing of
 * tailord's store, so tailor-standin uses it too.
 */
#ifndef TAILOR_HTTP_SERVER_H
#define TAILOR_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "value/value.h"

enum {
    HTTP_MAX_HEADERS = 100,
    HTTP_MAX_URI = 8192,
    HTTP_MAX_SEGMENTS = 24,
    HTTP_MAX_QUERY = 64
};

struct http_server;

struct http_options {
    const char *listen;      /* "127.0.0.1:8443", "[::1]:0"; port 0: any */
    const char *certificate; /* PEM files; read again by http_server_reload */
    const char *key;
    size_t max_body;           /* bytes of a body; 0: 16 MB */
    size_t max_bodies;         /* bytes of all bodies that are being received
                                  or wait; past it 503; 0: 256 MB */
    unsigned max_connections;  /* 0: 2,000 */
    unsigned max_per_ip;       /* 0: no bound of its own */
    unsigned request_ms;       /* a request's bytes must all be here, and its
                                  answer be taken, within this; 0: 30,000 */
    unsigned idle_ms;          /* a kept connection without a request may stay
                                  this long; 0: 60,000 */
    unsigned threads;          /* 0: 2 */
    void (*queued)(void *ctx); /* may be NULL; called by the server's threads
                                  whenever the queue got a request or a waiting
                                  client has gone */
    void *ctx;
};

/* A name and a value; both NUL-terminated and owned by the request. */
struct http_pair {
    const char *name;
    const char *value;
};

/* One whole request. All of it belongs to the request and lives until it is
 * answered. */
struct http_request {
    const char *method;                      /* "GET" */
    const char *path;                        /* as sent, without the query */
    const char *segments[HTTP_MAX_SEGMENTS]; /* percent-decoded */
    size_t segment_count;                    /* a trailing slash adds none */
    struct http_pair query[HTTP_MAX_QUERY];  /* decoded, in their order */
    size_t query_count;
    struct http_pair headers[HTTP_MAX_HEADERS];
    size_t header_count;
    const char *body; /* NUL-terminated, "" if none exists */
    size_t body_len;
    const char *peer;    /* address of the client, for the log */
    int64_t received_ms; /* monotonic clock, when it was complete */
};

/* What to answer. Filled by http_answer_* or by hand; http_request_answer
 * takes the body and the headers. */
struct http_answer {
    int status;
    const char *content_type; /* static; NULL: application/json */
    struct buf body;
    struct http_pair headers[12]; /* both strings owned by the answer */
    size_t header_count;
    bool close; /* close the connection after it (4xx of the pre-filter) */
};

/* Starts a server; *OUT is to be freed. Errors: IO (files, address), INVALID
 * (certificate or key, address). */
enum err http_server_start(struct http_server **out,
                           const struct http_options *options, struct error *e);

/* Stops listening, answers 503 to what is still queued or taken, waits for the
 * threads and frees. NULL is OK. */
void http_server_free(struct http_server *s);

/* Stops listening, and answers 503 with Retry-After to requests that begin from
 * here on; those that had begun are queued and answered as before. */
void http_server_drain(struct http_server *s);

/* Requests that have begun and whose answers are not sent yet. */
size_t http_server_busy(struct http_server *s);

/* "ADDR:PORT" that the server listens at, with the real port; borrowed. */
const char *http_server_address(const struct http_server *s);

/* Reads certificate and key again; the old ones stay where that fails. */
enum err http_server_reload(struct http_server *s, struct error *e);

/* The oldest queued request, now the caller's to answer, or NULL after
 * TIMEOUT_MS (0: at once, -1: never) without one. */
struct http_request *http_server_next(struct http_server *s, int timeout_ms);

/* Counters for /metrics. */
struct http_counts {
    uint64_t connections; /* open now */
    uint64_t requests;    /* queued so far */
    uint64_t malformed;   /* refused by the pre-filter */
    uint64_t reaped;      /* closed at their deadline */
};
void http_server_counts(struct http_server *s, struct http_counts *out);

/* Answers REQUEST, which is gone afterwards; takes what ANSWER holds. May be
 * called by any thread; a client that went away is not an error. */
void http_request_answer(struct http_request *request,
                         struct http_answer *answer);

/* True once the client of a waiting request has closed its connection; it is
 * then to be answered all the same (to nobody). */
bool http_request_gone(const struct http_request *request);

/* The value of header NAME (any case) or query parameter NAME, borrowed, or
 * NULL. */
const char *http_request_header(const struct http_request *r, const char *name);
const char *http_request_query(const struct http_request *r, const char *name);

/* True where the path from segment FROM on has the shape of PATTERN
 * ("/users/{id}/token"); the segments in the places of {…} go, borrowed, in
 * order into PARAMS, which has room for HTTP_MAX_SEGMENTS. */
bool http_request_match(const struct http_request *r, size_t from,
                        const char *pattern, const char **params);

/* Reads the body as JSON within LIMITS; an empty body is an empty object.
 * Names and ids in it become C strings, so that NUL characters are refused,
 * but for those in members named in DATA (see value_find_nul). */
enum err http_request_json(const struct http_request *r,
                           const struct value_limits *limits,
                           const char *const *data, struct value **out,
                           struct error *e);
/* The same on a tape, which borrows the body; NUL characters stay. */
struct tape;
enum err http_request_tape(const struct http_request *r,
                           const struct value_limits *limits, struct tape *out,
                           struct error *e);
/* The same as a tree, for a body that is a payload: NUL characters stay. */
enum err http_request_payload(const struct http_request *r,
                              const struct value_limits *limits,
                              struct value **out, struct error *e);

/* An empty answer with STATUS and a body of at most 64 MB. */
void http_answer_init(struct http_answer *a, int status);
void http_answer_clear(struct http_answer *a);

/* Sets STATUS and the JSON of V, which is taken. */
void http_answer_json(struct http_answer *a, int status, struct value *v);

/* Sets {"message": sentence, "error": word} and the status of the code. */
void http_answer_error(struct http_answer *a, const struct error *e);

/* Adds a header; both strings are copied, control characters in VALUE are
 * replaced. */
void http_answer_header(struct http_answer *a, const char *name,
                        const char *value);

#endif
