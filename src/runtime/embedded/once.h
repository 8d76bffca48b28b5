/*
 * Idempotency keys of callers: a request with the header Idempotency-Key has
 * its effect once for each user and key, and a repeat gets the same answer.
 * What is remembered is written in the transaction of the effect and kept as
 * long as runs are.
 */
#ifndef TAILOR_RUNTIME_EMBEDDED_ONCE_H
#define TAILOR_RUNTIME_EMBEDDED_ONCE_H

#include "base/digest.h"
#include "runtime/embedded/embedded.h"

struct once {
    const char *key; /* borrowed from the request; NULL: it has none */
    int64_t user;
    char hash[DIGEST_SIZE];
};

/* Looks for an earlier request of the user (row) with the key of CALL. Where
 * there is one with the same BODY, answers as it was answered and *REPEATED is
 * true. Errors: CONFLICT where it was another request, INVALID for a key that
 * is empty, longer than 255 characters or not printable ASCII. */
enum err once_begin(struct route_call *call, int64_t user,
                    const struct body *body, struct once *out, bool *repeated,
                    struct error *e);

/* Remembers what CALL is answered. Nothing where the request has no key. */
enum err once_end(struct route_call *call, const struct once *o,
                  struct error *e);

#endif
