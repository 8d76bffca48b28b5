/* What the handlers of the management API (doc/management-api.md) share. */
#ifndef TAILOR_RUNTIME_MANAGE_MANAGE_H
#define TAILOR_RUNTIME_MANAGE_MANAGE_H

#include "runtime/access/route.h"
#include "store/db.h"
#include "value/value.h"

#define MANAGE_PROTOCOL_MIN 1
#define MANAGE_PROTOCOL_MAX 2

/* The number of query parameter NAME, or FALLBACK where it is absent or no
 * number. */
int64_t manage_number(const struct call *call, const char *name,
                      int64_t fallback);

/* The page size asked for: 1 to 1,000. */
int64_t manage_limit(const struct call *call);

#endif
