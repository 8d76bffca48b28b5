/* What the handlers of the management API (doc/management-api.md) share. */
#ifndef TAILOR_RUNTIME_MANAGE_MANAGE_H
#define TAILOR_RUNTIME_MANAGE_MANAGE_H

#include "runtime/access/route.h"
#include "store/db.h"
#include "value/value.h"

#define MANAGE_PROTOCOL_MIN 1
#define MANAGE_PROTOCOL_MAX 2

/* The part of a list that a call asks for. */
struct manage_page {
    int64_t after; /* the row or record before it */
    int64_t limit;
};

/* Reads "after", which is FIRST where it is absent, and "limit": 1 to 1,000.
 * INVALID. */
enum err manage_page_asked(const struct route_call *call, int64_t first,
                           struct manage_page *out, struct error *e);

#endif
