/* Public keys of people, as a line of an OpenSSH .pub file. */
#ifndef TAILOR_MANAGER_SESSION_SSH_KEY_H
#define TAILOR_MANAGER_SESSION_SSH_KEY_H

#include <stdbool.h>

#include "base/error.h"

/* Writes LINE as "TYPE BASE64" and " COMMENT" where it has one into *OUT, which
 * the caller frees. A key has one such form: one that sshd would take for the
 * same, and that is written otherwise, is INVALID, as are options before it,
 * certificates, and types that sshd does not know. */
enum err ssh_key_read(const char *line, char **out, struct error *e);

/* Whether sshd takes the keys of the lines A and B, which an older program may
 * have kept in any form, for the same; false where one of them is NULL. */
bool ssh_key_is_same(const char *a, const char *b);

#endif
