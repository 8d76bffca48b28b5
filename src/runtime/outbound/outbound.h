/*
 * Outbound HTTP(S): what workflows and connectors call, inside the core's loop.
 * The address that is really connected is checked (no loopback, private,
 * link-local … unless the configuration allows that host and port), large
 * answers wait for a place in memory, nothing of a request is ever logged. What
 * holds for every call is in http/client.h.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_OUTBOUND_H
#define TAILOR_RUNTIME_OUTBOUND_OUTBOUND_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/error.h"
#include "http/client.h"

struct outbound;
struct place; /* of a large answer: places.h */

struct outbound_options {
    bool own_ca_only;         /* trust CA_FILE alone, not the system's list */
    const char *ca_file;      /* PEM, beside the system's; NULL: none */
    const char *const *allow; /* "host:port" that may be anywhere (by the
                                 names and numbers used in URLs); ended by
                                 NULL; NULL: none */
    bool allow_loopback;      /* any port of 127.0.0.0/8 and ::1 (the demo) */
    int64_t turn_ms;          /* a place of a large answer is held no longer
                                 where others wait; 0: 2,000 */
    long connection_s; /* a kept connection takes no call later; 0: 3,600 */
};

/* One call to make; everything is copied by outbound_start. */
struct outbound_request {
    const char *method; /* "GET", "POST", … */
    const char *url;    /* https://…; http:// only where allowed */
    const struct http_header *headers; /* Accept-Encoding is "identity" for
                                          all */
    size_t header_count;
    const void *body; /* NULL: none */
    size_t body_len;
    unsigned timeout_ms; /* whole call; 0: 30,000 */
    size_t max_answer;   /* bytes; 0: 16 MB */
    bool once;     /* sent on a connection of its own and never twice: for calls
                      with an effect */
    int64_t group; /* whose call: large answers of one group take turns with
                      those of others */
    int64_t run;   /* what outbound_waits is asked about; 0: nothing */
};

/* How a call ended. */
struct outbound_result {
    enum err code;     /* OK: an HTTP answer came, whatever its status */
    char message[256]; /* why not, without secrets */
    bool permanent;    /* no answer, and the same call gets none later */
    bool distrusted;   /* the certificate of the host is why */
    bool sent; /* bytes of the request may have reached the other side, so
                  that without an answer its effect is unknown */
    int status;
    struct buf body;
    char content_type[128];  /* "" where none came */
    const char *compression; /* of the body: "gzip", …, static; NULL: none.
                                With 2xx the code is INVALID, with any other
                                status the body is dropped */
    char location[512];      /* of a Location header, "" where none came */
    char retry_after[64];    /* of a Retry-After header, "" where none came */
    int64_t retry_after_ms;  /* what it asks for: seconds, or the time to its
                                date; -1: none */
    int64_t date_ms;         /* of a Date header: the other side's clock; 0:
                                none */
    int64_t duration_ms;
    struct place *place; /* what a large answer holds; NULL: none */
};

/* A set of running calls; OPTIONS are copied. */
enum err outbound_new(struct outbound **out,
                      const struct outbound_options *options, struct error *e);
/* From now on no call begins on a connection that was made before; any thread.
 * Errors as of outbound_new, where the CA file is no longer one. */
enum err outbound_reload(struct outbound *o, struct error *e);
/* Cuts what runs, without callbacks. NULL is OK. */
void outbound_free(struct outbound *o);

/* Gives back the place of a large answer: another one may come in. */
void outbound_result_free(struct outbound_result *result);

/* Starts (or queues) a call. DONE is called once by outbound_collect, with
 * ctx, and takes RESULT; a call that cannot even start (bad URL, refused
 * address) ends the same way. An answer of more than 1 MB needs a place
 * (places.h): the call is paused until it has one, and its timeout counts from
 * then. Where others wait it gives its place back after its turn and waits
 * behind them, with what has come, while all that has come so is at most 64
 * MB. */
void outbound_start(struct outbound *o, const struct outbound_request *request,
                    void (*done)(void *ctx, struct outbound_result *result),
                    void *ctx);

/* Waits for something to happen, at most TIMEOUT_MS or until outbound_wakeup.*/
void outbound_wait(struct outbound *o, int timeout_ms);
/* Ends outbound_wait early; any thread, also a signal handler. */
void outbound_wakeup(struct outbound *o);
/* Moves transfers on and calls DONE for those that ended. */
void outbound_collect(struct outbound *o);
/* Calls that run or wait their turn. */
size_t outbound_count(const struct outbound *o);
/* Those of them that are paused because their answer waits for a place. */
size_t outbound_paused(const struct outbound *o);
/* How many answers wait for a place, and whether one of RUN does. */
size_t outbound_waiting(const struct outbound *o);
bool outbound_waits(const struct outbound *o, int64_t run);

/* How many connections had their certificates judged: each new one, once. */
uint64_t outbound_judged(const struct outbound *o);

/* True where ADDRESS must not be connected by default: loopback, private,
 * link-local, unique local, multicast, unspecified, carrier-grade NAT,
 * documentation, benchmarking, reserved, and IPv4 mapped, translated or
 * tunnelled in IPv6 (RFC 6890 and its registry). */
bool outbound_address_is_inside(const struct sockaddr *address);

/* True for 127.0.0.0/8 and ::1. */
bool outbound_address_is_loopback(const struct sockaddr *address);

#endif
