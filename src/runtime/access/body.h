/*
 * The body of a request as handlers use it. A payload is not made into a tree:
 * it is read onto a tape to check it, and kept as the text that is stored.
 */
#ifndef TAILOR_RUNTIME_ACCESS_BODY_H
#define TAILOR_RUNTIME_ACCESS_BODY_H

#include "base/digest.h"
#include "http/server.h"

/* What a route reads of the body. NUL characters are refused except in
 * payloads, because names and ids become C strings. */
enum body_kind {
    BODY_NONE,     /* nothing, or the bytes as they came */
    BODY_JSON,     /* an object */
    BODY_REQUESTS, /* an object in which "data" and "input" are payloads */
    BODY_EVENT,    /* an object whose member "data" is a payload */
    BODY_START     /* the same, for the start of one workflow */
};

struct body {
    struct error why;      /* the code is OK where the body can be used */
    struct value *members; /* the object; of EVENT and START the members that
                              are not containers, without "data" */
    struct buf data; /* EVENT and START: "data" as JSON without white space;
                        "{}" where it is missing or null */
    bool has_data;   /* EVENT and START: it is neither missing nor null */
    char hash[DIGEST_SIZE]; /* EVENT and START with an Idempotency-Key: of the
                               kind and of the body in its canonical form;
                               else "" */
};

/* Reads the body of REQUEST; a large one takes long. Never NULL: what is wrong
 * with the body (INVALID, TOO_BIG) is in why. The caller owns the result. Any
 * thread. */
struct body *body_read(const struct http_request *request, enum body_kind kind);
void body_free(struct body *b);

#endif
