/* A server that outbound calls reach, in the test's own loop. */
#ifndef TAILOR_TEST_HTTP_SINK_H
#define TAILOR_TEST_HTTP_SINK_H

#include "http/server.h"
#include "runtime/outbound/outbound.h"

enum { HUGE_ANSWER = 4 << 20 };

struct sink {
    char folder[64];
    char ca[96], certificate[96], key[96];
    struct http_server *server;
    const char *port;
    const char *late; /* its Retry-After */
    int requests;
    int asked_plain; /* how many of them asked for no compression */
};

void sink_start(struct sink *s);
/* The same with a certificate for localhost that openssl makes, its own
 * authority: KEY as in -newkey, USAGE as in extendedKeyUsage. */
void sink_start_as(struct sink *s, const char *key, const char *usage);

/* S ends its connections and goes on at its port with such a certificate. */
void sink_become(struct sink *s, const char *key, const char *usage);

/* The same with the chain of a root of the kind ROOT, which is trusted, an
 * authority under it with a key of the kind MIDDLE and USAGE, and the server's
 * own: all three are sent. */
void sink_start_under(struct sink *s, const char *root, const char *middle,
                      const char *usage);
void sink_stop(struct sink *s);
/* Answers what has come: a redirect, a large answer, or what was sent. */
void sink_serve(struct sink *s);

/* How many connections S has open. */
uint64_t sink_connections(struct sink *s);

/* Calls that trust S; LOOPBACK and ALLOW as in struct outbound_options. */
struct outbound *sink_caller(struct sink *s, bool loopback,
                             const char *const *allow);
/* The DONE of outbound_start: stores RESULT in *CTX. */
void sink_keep(void *ctx, struct outbound_result *result);
/* Calls and serves until the call has ended; the caller frees its result. */
struct outbound_result *sink_call(struct sink *s, struct outbound *o,
                                  const struct outbound_request *r);

#endif
