/*
 * Browser tokens: JSON Web Tokens (RFC 7519) with one fixed algorithm, HS256,
 * one audience, and a life of at most 30 minutes. The header is compared as
 * bytes, so there is nothing to negotiate.
 */
#ifndef TAILOR_RUNTIME_ACCESS_JWT_H
#define TAILOR_RUNTIME_ACCESS_JWT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/ident.h"

enum { JWT_LIFE_SECONDS = 1800, JWT_KEY_BYTES = 32 };

struct jwt_claims {
    char user_id[IDENT_SIZE];
    char link_id[IDENT_SIZE]; /* "": not from a link */
    int environment;
    int64_t issued;     /* seconds since 1970 */
    int64_t expires;    /* at most JWT_LIFE_SECONDS later */
    int64_t not_before; /* 0: at once; jwt_make writes none */
};

/* Appends the token for CLAIMS to OUT. */
void jwt_make(struct buf *out, const struct jwt_claims *claims,
              const unsigned char key[JWT_KEY_BYTES]);

/* Reads and checks TOKEN at the time NOW (seconds since 1970). Errors:
 * UNAUTHORIZED, without saying which check failed but for expiry. */
enum err jwt_read(struct jwt_claims *out, const char *token,
                  const unsigned char key[JWT_KEY_BYTES], int64_t now,
                  struct error *e);

#endif
