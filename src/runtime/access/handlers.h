/* Every handler of routes.def, declared from the table itself. */
#ifndef TAILOR_RUNTIME_ACCESS_HANDLERS_H
#define TAILOR_RUNTIME_ACCESS_HANDLERS_H

#include "runtime/access/route.h"

#define R(method, space, pattern, auth, handler, body, help, query)            \
    enum err handler(struct route_call *call, struct error *e);
#include "runtime/access/routes.def"
#undef R

#endif
