/*
 * The pre-filter: what libmicrohttpd 0.9.75 lets pass and must not (request
 * smuggling by doubled or contradictory headers, odd names, versions, paths).
 * Pure functions of the head of a request, so that tests and fuzzers can call
 * them.
 */
#ifndef TAILOR_HTTP_CHECK_H
#define TAILOR_HTTP_CHECK_H

#include "http/server.h"

struct http_field {
    const char *name;
    size_t name_len;
    const char *value;
    size_t value_len;
};

struct http_head {
    const char *method;
    const char *uri; /* as sent, with the query */
    const char *version;
    const struct http_field *fields;
    size_t field_count;
    size_t max_body;
    size_t size; /* bytes of the whole head as it came */
};

/* 0 where HEAD is well formed; else the status to refuse it with (400, 413,
 * 414, 417, 431, 501, 505) and the sentence in E. LENGTH receives the length
 * of the body. */
int http_check_head(const struct http_head *head, size_t *length,
                    struct error *e);

/* Splits and decodes URI into the path, segments and query of R. All strings
 * go into STORE (its maximum must be 4 * strlen(uri) + 64 or more), which must
 * outlive R. Returns 0 or 400 with the sentence in E. */
int http_check_uri(const char *uri, struct http_request *r, struct buf *store,
                   struct error *e);

#endif
