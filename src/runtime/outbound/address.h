/*
 * What the address of a call may be, whatever the data that it is made of:
 * whole, and without a part that climbs to another path.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_ADDRESS_H
#define TAILOR_RUNTIME_OUTBOUND_ADDRESS_H

#include "base/buf.h"
#include "base/error.h"

enum { ADDRESS_MAX = 8192 }; /* bytes of an address */

/* Looks at URL, made in a buffer that holds at most ADDRESS_MAX bytes: TOO_BIG
 * where that was too small; INVALID where a part of its path is "." or "..",
 * however often it is percent-encoded, which servers take out together with
 * the part before it (RFC 3986, section 5.2.4). */
enum err address_check(const struct buf *url, struct error *e);

/* Whether TEXT can be the host of an address, with or without a port:
 * "a.example", "127.0.0.1:8443", "[::1]". */
bool address_is_host(const char *text);

#endif
