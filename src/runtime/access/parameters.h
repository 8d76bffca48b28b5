/* The query parameters of a request: one rule for all routes. */
#ifndef TAILOR_RUNTIME_ACCESS_PARAMETERS_H
#define TAILOR_RUNTIME_ACCESS_PARAMETERS_H

#include "runtime/access/route.h"

/* Whether the route of CALL knows each parameter of its query, each is there
 * once, and none has another value in the body or the path (a user by id is the
 * same as by username). Else USAGE, which names the parameter and both values.
 * A body that cannot be read is left to the handler. */
enum err parameters_check(const struct route_call *call, struct error *e);

#endif
