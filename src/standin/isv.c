/*
 * The ISV's own application API: takes any JSON at POST or PUT /isv/…, with
 * the bearer token of the configuration, keeps it, and acts once per
 * idempotency key.
 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "standin/standin.h"

static bool
token_holds(const struct standin *s, const struct http_request *request)
{
    const char *header = http_request_header(request, "Authorization");
    size_t n = strlen(s->isv_token);
    return header && strncasecmp(header, "Bearer ", 7) == 0 &&
           strlen(header + 7) == n && digest_equal(header + 7, s->isv_token, n);
}

/* The X-Alloy-… headers of the call, as "name: value" lines. */
static char *
embedded_headers(const struct http_request *request)
{
    struct buf lines;
    buf_init_any(&lines);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_pair *h = &request->headers[i];
        if (strncasecmp(h->name, "X-Alloy-", 8) == 0)
            buf_addf(&lines, "%s: %s\n", h->name, h->value);
    }
    return buf_take(&lines);
}

static void
keep_call(struct standin *s, const struct http_request *request,
          struct value *body, struct http_answer *answer)
{
    const char *key = http_request_header(request, "Idempotency-Key");
    char *type = mem_printf("isv:%s", request->path + 4);
    struct standin_record *r = standin_keep(s, type, "", key ? key : "", body);
    free(r->headers);
    r->headers = embedded_headers(request);
    struct value *v = value_object();
    value_set_int(v, "id", r->id);
    value_set_text(v, "status", "received");
    http_answer_json(answer, r->attempts > 1 ? 200 : 201, v);
    free(type);
}

void
standin_isv(struct standin *s, const struct http_request *request,
            struct http_answer *answer)
{
    struct error e;
    struct value *body = NULL;
    bool writes = strcmp(request->method, "POST") == 0 ||
                  strcmp(request->method, "PUT") == 0;
    if (!token_holds(s, request))
        error_set(&e, ERR_UNAUTHORIZED, "the bearer token is missing or wrong");
    else if (!writes)
        error_set(&e, ERR_USAGE, "%s: not here (use POST or PUT)",
                  request->method);
    else if (http_request_payload(request, &value_limits_event, &body, &e) ==
             ERR_OK) {
        keep_call(s, request, body, answer);
        return;
    }
    http_answer_error(answer, &e);
}
