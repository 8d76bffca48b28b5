/* Which web pages may call from a browser. */
#include "runtime/access/cors.h"

#include "runtime/access/origin.h"

enum err
cors_mark(struct db *db, const struct http_request *request,
          struct http_answer *answer, struct error *e)
{
    const char *origin = http_request_header(request, "origin");
    if (!origin)
        return ERR_OK;
    bool listed;
    enum err err = origin_is_listed(db, origin, &listed, e);
    http_answer_header(answer, "Vary", "Origin");
    if (err == ERR_OK && listed)
        http_answer_header(answer, "Access-Control-Allow-Origin", origin);
    return err;
}

enum err
cors_preflight(struct route_call *call)
{
    call->answer->status = 204;
    if (!http_request_header(call->request, "origin"))
        return ERR_OK;
    http_answer_header(call->answer, "Access-Control-Allow-Methods",
                       "GET, POST, PUT, DELETE");
    http_answer_header(call->answer, "Access-Control-Allow-Headers",
                       "content-type, x-alloy-user-token, x-api-version");
    http_answer_header(call->answer, "Access-Control-Max-Age", "600");
    return ERR_OK;
}
