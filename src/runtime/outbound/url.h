/*
 * Which URLs may be called, before a name is resolved; which addresses may be
 * connected is in outbound.h.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_URL_H
#define TAILOR_RUNTIME_OUTBOUND_URL_H

#include <stdbool.h>

#include "base/buf.h"

struct outbound_url {
    bool allowed; /* the allow-list names its host and port */
    bool plain;   /* http:// */
};

/* Reads URL: its scheme, that it has no user part, whether ALLOW ("host:port",
 * ended by NULL; NULL: none) has its host and port, in whatever spelling. NULL,
 * or what is wrong with it. */
const char *outbound_url_examine(struct outbound_url *out, const char *url,
                                 char *const *allow);

/* Appends "host:port" of URL, as the client reads them: equal for all spellings
 * of one host (letters of either case, the dot that ends a full name, forms of
 * an IPv4 address, also as IPv6 maps it, and of an IPv6 one, whatever its zone)
 * and of one port (left out where it is the default, zeros
 * before it). False where the client cannot read URL, or memory ends. */
bool outbound_url_site(struct buf *out, const char *url);

#endif
