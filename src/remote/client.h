/*
 * HTTPS to runtimes. Answers are hostile until they are checked: size,
 * depth and time are bounded, redirects, proxies and .netrc are off, and the
 * certificate is checked against the runtime's own CA or key pin and its
 * host name. No setting turns a check off.
 */
#ifndef TAILOR_REMOTE_CLIENT_H
#define TAILOR_REMOTE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "value/value.h"

struct client;

/* Where a runtime is and how it is known. Strings are borrowed for the time
 * of the call that takes them. */
struct client_target {
    const char *name;    /* the runtime's name, for messages */
    const char *url;     /* https://HOST[:PORT] */
    const char *ca_file; /* PEM file of its CA, or NULL */
    const char *pin;     /* "sha256//BASE64" of its public key, or NULL */
    const char *token;   /* bearer token */
};

struct client_request {
    const char *method; /* GET, HEAD, PUT, POST */
    const char *path;   /* "/manage/v1/info" */
    const char *body;   /* copied; NULL for none */
    size_t body_len;
    long time_out_ms; /* 0: the usual 30 seconds */
};

/* What is known of a request once its call has ended. */
enum client_fate {
    CLIENT_ANSWERED, /* status and body are there */
    CLIENT_NOT_SENT, /* no byte of it reached the runtime */
    CLIENT_UNKNOWN   /* it may have been carried out */
};

struct client_answer {
    enum client_fate fate;
    long status;        /* HTTP status, where answered */
    struct value *body; /* owned by the client; NULL if none exists */
    int64_t certificate_ends; /* the first certificate of the runtime's chain
                                 to end; 0: a kept connection, not seen */
    struct error error; /* why not, or the runtime's own error (4xx, 5xx) */
};

/* Called once per started request; the answer is valid inside the call. A
 * callback may start further requests. */
typedef void client_done(void *context, const struct client_answer *answer);

/* A client with its kept connections. Ignores SSLKEYLOGFILE and proxies of
 * the environment. Never NULL. */
struct client *client_new(void);

/* Ends all calls in progress without calling back, and frees. NULL is OK. */
void client_free(struct client *c);

/* Checks that TARGET can be used: its URL, that it has a CA file that is
 * readable or a well-formed pin, and a token of printable characters.
 * Errors: INVALID, NOT_FOUND, IO. */
enum err client_check_target(const struct client_target *target,
                             struct error *e);

/* Starts REQUEST at TARGET (both copied); DONE is called with CONTEXT from
 * client_run. Errors: as client_check_target (DONE is then not called). */
enum err client_start(struct client *c, const struct client_target *target,
                      const struct client_request *request, client_done *done,
                      void *context, struct error *e);

/* Moves all calls on, waits at most TIME_OUT_MS (-1: no limit of its own)
 * for them or for one of the N descriptors FDS, and calls back for those
 * that ended. */
void client_run(struct client *c, const int *fds, size_t n, int time_out_ms);

/* One request and its answer, waiting. *BODY (may be NULL) is owned by the
 * caller. Errors: UNREACHABLE, OUTCOME_UNKNOWN, or the runtime's own. */
enum err client_fetch(struct client *c, const struct client_target *target,
                      const struct client_request *request, struct value **body,
                      struct error *e);

#endif
