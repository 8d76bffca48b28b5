/* Whether the vault's keys are those that the store's credentials need. */
#ifndef TAILOR_RUNTIME_DAEMON_VAULT_CHECK_H
#define TAILOR_RUNTIME_DAEMON_VAULT_CHECK_H

#include "base/error.h"

struct command_place;
struct db;
struct value;
struct vault;

/* At start: makes the first key where the store has no sealed credential, and
 * proves by a sealed check value that the keys fit where it has. Errors:
 * REFUSED where the key file is missing, DAMAGED where it is another or was
 * changed; nothing is changed then. Begins and ends its own transaction. */
enum err vault_check(struct db *db, struct vault *vault, struct error *e);

/* Seals the check value with the newest key, in the caller's transaction. */
enum err vault_check_keep(struct db *db, const struct vault *vault,
                          struct error *e);

/* The command "vault lost". */
enum err vault_command_lost(const struct command_place *place,
                            const struct value *arguments, struct value **out,
                            struct error *e);

#endif
