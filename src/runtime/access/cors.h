/* Which web pages may call the embedded API from a browser (the origins that
 * `tailord origin add` listed). */
#ifndef TAILOR_RUNTIME_ACCESS_CORS_H
#define TAILOR_RUNTIME_ACCESS_CORS_H

#include "runtime/access/route.h"

/* Answers an OPTIONS request: 204, with the CORS headers for a listed
 * origin. */
enum err cors_preflight(struct route_call *call);

/* Adds Access-Control-Allow-Origin for a listed origin, also to errors. */
enum err cors_mark(struct db *db, const struct http_request *request,
                   struct http_answer *answer, struct error *e);

#endif
