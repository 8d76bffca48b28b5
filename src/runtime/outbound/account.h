/*
 * Which account of an app a credential is for. A customer may connect one
 * account more than once; the app counts the calls of all together.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_ACCOUNT_H
#define TAILOR_RUNTIME_OUTBOUND_ACCOUNT_H

#include "base/digest.h"
#include "runtime/outbound/secret.h"

#define ACCOUNT_KEY_BYTES 32

/* Fills KEY at random. Names made with it say nothing of a secret to who has
 * not the key, and are comparable with each other only. */
void account_key_new(unsigned char key[ACCOUNT_KEY_BYTES]);

/* The name of the account that S, which is open and has a connector, belongs
 * to: equal for equal accounts of one customer at one app, and never equal for
 * two customers, since anybody may write the name of another's account into a
 * credential. What names the account are the fields of the connector's address
 * other than "host"; where it has no others, the host and what the kind of
 * credential signs in as (user name, token, key). All spellings of a host and
 * port are one (outbound_url_site). Where the credential lacks what names its
 * account, it is an account of its own. */
void account_name(char out[DIGEST_SIZE], const struct secret *s,
                  const unsigned char key[ACCOUNT_KEY_BYTES]);

struct vault;

/* The same name under a key of V, which has one: comparable with what was kept
 * before a restart. "" where S has no connector, which would tell the account.
 */
void account_kept_name(char out[DIGEST_SIZE], const struct secret *s,
                       const struct vault *v);

#endif
