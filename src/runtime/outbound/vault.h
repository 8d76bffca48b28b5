/*
 * The vault: credentials sealed with XChaCha20-Poly1305 (libsodium). The
 * associated data of each is its user, app and credential id, so that a
 * sealed one moved to another row does not open. Keys are numbered and live
 * in a file of the state folder; plaintext exists only in struct secret.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_VAULT_H
#define TAILOR_RUNTIME_OUTBOUND_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"

struct vault;

/* Whose credential it is; strings borrowed. */
struct vault_name {
    const char *user_id;
    const char *app;
    const char *credential_id;
};

/* Opens the key file PATH. Where it is missing the vault has no key, and the
 * file is made, 0600, by the first vault_rotate. Errors: REFUSED where others
 * could read it, DAMAGED, IO. */
enum err vault_open(struct vault **out, const char *path, struct error *e);
void vault_close(struct vault *v);

/* Where the key file is; borrowed. */
const char *vault_path(const struct vault *v);

/* Whether what stands at the path would open as V again: the same keys, in a
 * file that no others can read. */
bool vault_stands(const struct vault *v);

/* The number of the key that seals now; 0 if none exists yet. */
int64_t vault_key_no(const struct vault *v);

/* Appends the N bytes at PLAIN, sealed with the newest key, which must exist,
 * to OUT. */
enum err vault_seal(const struct vault *v, const struct vault_name *name,
                    const void *plain, size_t n, struct buf *out,
                    struct error *e);

/* Appends what the N bytes at SEALED hold to OUT, which the caller empties
 * with vault_wipe. DAMAGED where it does not open: another name, another
 * key, a changed bit. */
enum err vault_unseal(const struct vault *v, const struct vault_name *name,
                      int64_t key_no, const void *sealed, size_t n,
                      struct buf *out, struct error *e);

/* Adds a key, which seals from now on; the old ones still open. */
enum err vault_rotate(struct vault *v, struct error *e);

/* Fills KEY with a key for PURPOSE, made of the first key of V, which has one:
 * the same after a restart and a rotation. The caller zeroes KEY. */
void vault_derive(const struct vault *v, const char *purpose,
                  unsigned char key[DIGEST_BYTES]);

/* The command "vault rotate": adds a key and seals every credential with it,
 * in the transaction of the caller. */
struct command_place;
struct value;
enum err vault_command_rotate(const struct command_place *place,
                              const struct value *arguments,
                              struct value **out, struct error *e);

/* Zeroes and frees what B holds. */
void vault_wipe(struct buf *b);

#endif
