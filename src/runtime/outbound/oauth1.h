/*
 * OAuth 1.0a request signatures with HMAC-SHA-256, as NetSuite's token-based
 * authentication uses them (RFC 5849; signature method name "HMAC-SHA256").
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_OAUTH1_H
#define TAILOR_RUNTIME_OUTBOUND_OAUTH1_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

struct oauth1_keys {
    const char *realm; /* NetSuite: the account id; NULL leaves it out */
    const char *consumer_key;
    const char *consumer_secret;
    const char *token;
    const char *token_secret;
};

/* A protocol or query parameter, not yet encoded; borrowed. */
struct oauth1_param {
    const char *name;
    const char *value;
};

/* Appends the signature base string (section 3.4.1) of a request: METHOD,
 * URL with its query, and the COUNT protocol parameters in PARAMS. INVALID
 * if URL is not an http(s) URL or there are too many parameters, TOO_BIG where
 * OUT cannot hold it. */
enum err oauth1_base_string(struct buf *out, const char *method,
                            const char *url, const struct oauth1_param *params,
                            size_t count, struct error *e);

/* Appends the base64 signature of BASE under the two secrets. */
void oauth1_sign(struct buf *out, const char *base, const char *consumer_secret,
                 const char *token_secret);

/* Appends the value of the Authorization header for a request. TIMESTAMP is
 * in seconds; NONCE must be fresh for each request. Errors: as above. */
enum err oauth1_header(struct buf *out, const struct oauth1_keys *keys,
                       const char *method, const char *url, long long timestamp,
                       const char *nonce, struct error *e);

#endif
