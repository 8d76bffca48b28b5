/*
 * Who may come in: API keys and management tokens (256 random bits, stored as
 * SHA-256, revocable, of one environment), browser tokens, one-time tokens of
 * links.
 */
#ifndef TAILOR_RUNTIME_ACCESS_AUTH_H
#define TAILOR_RUNTIME_ACCESS_AUTH_H

#include "runtime/access/route.h"
#include "store/runtime.h"

#define AUTH_TOKEN_SIZE 49 /* "tlrk_", 43 characters, and the NUL */

/* Checks the credential of CALL's request against its route and fills
 * call->caller. Errors: UNAUTHORIZED (none, unknown, revoked, expired, of
 * another kind), ROLE (a read token where a write token is needed). */
enum err auth_check(struct route_call *call, struct error *e);

/* Adds the WWW-Authenticate header to the answer of an UNAUTHORIZED. */
void auth_challenge(const struct error *e, struct http_answer *answer);

/* Makes a token of KIND called NAME, stores its hash and writes the token to
 * TOKEN, the only time it can be seen. CONFLICT where a token of that name
 * exists. */
enum err auth_token_add(struct db *db, enum rt_token_kind kind,
                        const char *name, int environment,
                        char token[AUTH_TOKEN_SIZE], struct error *e);

/* Revokes it at once; NOT_FOUND if none exists. */
enum err auth_token_remove(struct db *db, enum rt_token_kind kind,
                           const char *name, struct error *e);

/* Writes a fresh token of 256 random bits with PREFIX (4 letters). */
void auth_token_make(char token[AUTH_TOKEN_SIZE], const char *prefix);

#endif
