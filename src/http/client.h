/*
 * HTTPS calls to other servers, with libcurl, which only client_private.h
 * includes. Redirects, proxies, .netrc and compression are off; TLS is 1.2 or
 * later; the certificate and the host name are checked, and no option turns
 * that off. What differs between callers is an option here.
 *
 * A client belongs to one thread, but for http_client_wake() and
 * http_client_retire().
 */
#ifndef TAILOR_HTTP_CLIENT_H
#define TAILOR_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/error.h"

struct http_client;

/* What is the same for all calls of a client. */
struct http_client_options {
    const char *user_agent;
    bool plain;             /* http:// URLs are called too */
    bool certificates;      /* tell when they end */
    long connect_ms;        /* until TLS is ready; 0: 10,000 */
    long kept;              /* idle connections; 0: 256 */
    long per_host;          /* connections to a host and port; 0: no limit */
    long connection_s;      /* how long one is used; 0: no limit */
    size_t answer_head_max; /* bytes of the headers of an answer; 0: 64 KB */
};

/* Who is trusted: at least one of the three. */
struct http_trust {
    const char *ca_file; /* PEM; NULL: none */
    bool system;         /* the authorities that the system trusts */
    const char *pin;     /* "sha256//BASE64" of the host's public key. Alone it
                            stands in for an authority; otherwise the
                            certificate must be trusted too. NULL: none */
};

struct http_header {
    const char *name;
    const char *value;
};

enum http_call_fate {
    HTTP_CALL_ANSWERED,
    HTTP_CALL_CUT,             /* by http_client_free */
    HTTP_CALL_REFUSED,         /* may_connect said no */
    HTTP_CALL_BAD_URL,         /* libcurl cannot read it */
    HTTP_CALL_BAD_CA,          /* ca_file cannot be read */
    HTTP_CALL_NOT_CONNECTED,   /* nobody listens there */
    HTTP_CALL_NOT_TRUSTED,     /* the certificate of the host */
    HTTP_CALL_NOT_TRUSTED_YET, /* it becomes valid later; with GnuTLS only */
    HTTP_CALL_EXPIRED,         /* its time is over; with GnuTLS only */
    HTTP_CALL_UNFIT,           /* trusted, but not for servers, or weak */
    HTTP_CALL_OTHER_KEY,       /* not the pinned one */
    HTTP_CALL_TOO_BIG,         /* the body of the answer */
    HTTP_CALL_HEAD_TOO_BIG,    /* its headers */
    HTTP_CALL_TIMED_OUT,
    HTTP_CALL_BROKEN /* any other failure */
};

/* How a call ended; valid inside `done`. */
struct http_call_end {
    enum http_call_fate fate;
    bool sent;       /* bytes of the request may have reached the host */
    int status;      /* HTTP status; 0: none came */
    struct buf body; /* `done` may take it and leave an empty one */
    const char *content_type; /* "" where none came */
    int64_t certificate_ends; /* the first of the host's chain to end; 0: not
                                 asked for, or a kept connection */
    const char *kind;         /* of failure, in libcurl's words */
    const char *why;          /* the failure of this call */
};

/* One call; all but ctx is copied by http_client_start. */
struct http_call {
    const char *method; /* "GET", "POST", … */
    const char *url;
    const struct http_header *headers; /* Accept-Encoding is "identity" for
                                          all */
    size_t header_count;
    const void *body; /* NULL: none */
    size_t body_len;
    struct http_trust trust;
    unsigned timeout_ms; /* whole call; 0: 30,000 */
    size_t answer_max;   /* bytes of the answer's body; 0: 16 MB */
    bool once;    /* on a connection of its own and never sent twice: for calls
                     with an effect */
    bool counted; /* the caller counts the attempts: where a kept connection
                     breaks, the client makes no second one of a call with a
                     body by itself */

    /* Called with the address that is about to be connected, after the name
     * was resolved, so that a DNS answer that changes cannot get past it.
     * NULL: any address. */
    bool (*may_connect)(void *ctx, const struct sockaddr *address);
    /* Whether TOTAL bytes of the answer may be in memory. If not, the call is
     * paused, and its time, until http_client_resume: its time begins again
     * then, and after further pauses goes on. NULL: yes. */
    bool (*may_hold)(void *ctx, size_t total);
    /* Called for each header LINE of N bytes of the answer. NULL: none. */
    void (*header)(void *ctx, const char *line, size_t n);
    /* Called once. It may start further calls, but not free the client. */
    void (*done)(void *ctx, struct http_call_end *end);
    void *ctx;
};

/* OPTIONS are copied. Ignores SSLKEYLOGFILE and the proxies of the environment.
 * NULL where libcurl does not start. */
struct http_client *http_client_new(const struct http_client_options *options);
/* Cuts all calls: `done` is called for each and must not start another. NULL is
 * OK. */
void http_client_free(struct http_client *c);

/* Starts a call; its `done` is called by http_client_collect. Errors, without
 * `done`: INVALID for a line end in a header or nobody that is trusted, FAILED
 * for no memory. */
enum err http_client_start(struct http_client *c, const struct http_call *call,
                           struct error *e);

/* Waits for something to happen to a call, for one of the N descriptors FDS to
 * be readable or for http_client_wake, at most TIMEOUT_MS (-1: no limit). */
void http_client_wait(struct http_client *c, const int *fds, size_t n,
                      int timeout_ms);
/* Ends http_client_wait early; any thread, also a signal handler. */
void http_client_wake(struct http_client *c);
/* Moves calls on and calls `done` for those that ended; how many they were. */
size_t http_client_collect(struct http_client *c);

/* From now on no call begins on a connection that was made before: who is
 * trusted may have changed. Those in use end with their call. Any thread. */
void http_client_retire(struct http_client *c);

/* Calls that are paused. */
size_t http_client_paused(const struct http_client *c);
/* Goes on with those of them that may_hold now lets. Calls `done` for those
 * that fail at it. */
void http_client_resume(struct http_client *c);

/* How many connections had the certificates of their host judged for what they
 * are good for beyond being trusted: each once, before its first request. */
uint64_t http_client_judged(const struct http_client *c);

/* --- URLs and dates as the client reads them ------------------------------ */

enum http_url_flaw {
    HTTP_URL_FINE,
    HTTP_URL_BAD,    /* cannot be read */
    HTTP_URL_SCHEME, /* neither https nor http */
    HTTP_URL_PORT,
    HTTP_URL_USER /* it has a user name */
};

struct http_url {
    bool plain;        /* http:// */
    char *host, *port; /* the port is the default one where none is given */
};

/* Reads URL as http_client_start does; OUT is to be cleared in any case. */
enum http_url_flaw http_url_read(struct http_url *out, const char *url);
void http_url_clear(struct http_url *u);

/* The date of a header, in milliseconds; false where TEXT is none. */
bool http_date_read(const char *text, int64_t *ms);

/* The version of the libcurl library that the program runs with. */
const char *http_client_library_version(void);

/* Whether FILE may be a ca_file: NOT_FOUND, IO, or INVALID with the reason
 * where it holds no certificates. */
enum err http_ca_check(const char *file, struct error *e);

#endif
