/*
 * What has been taken away since a backup was made, as the store that the
 * backup replaces knows it.
 */
#ifndef TAILOR_RUNTIME_DAEMON_RESTORE_SINCE_H
#define TAILOR_RUNTIME_DAEMON_RESTORE_SINCE_H

#include "base/error.h"

struct buf;
struct db;

/* OUT receives a line that nothing was compared, WHY, and what to do. */
void restore_not_compared(struct buf *out, const char *why);

/* Keys and tokens that are revoked in REPLACED are revoked in COPY, also those
 * that COPY never had, for the restore after this one; deleted users that COPY
 * never had are kept there as deleted, too. Where both are of one runtime,
 * origins that REPLACED does not allow are removed
 * from COPY, in the caller's transaction. OUT receives lines about them, and
 * about the users and credentials that were deleted there and are back in
 * COPY; or, where it is another runtime's, that nothing was compared. */
enum err restore_since(struct db *copy, struct db *replaced, struct buf *out,
                       struct error *e);

/* OUT receives a line for each kind of key that COPY accepts: their names, and
 * when each was made. */
enum err restore_keys(struct db *copy, struct buf *out, struct error *e);

#endif
