/*
 * Restoring a runtime: a copy is put in the place of the store, and the next
 * start is held, so that nothing runs before an admin has compared it.
 */
#ifndef TAILOR_RUNTIME_DAEMON_RESTORE_H
#define TAILOR_RUNTIME_DAEMON_RESTORE_H

#include "base/error.h"

struct command_place;
struct db;
struct value;

/* Makes the start on the copy PATH held. The copy has a rollback journal
 * afterwards, by which the opening of a store knows it for a copy. Errors are
 * those of db_open and db_commit. */
enum err restore_mark(const char *path, struct error *e);

/* At start: holds the runtime where a log of another database was found beside
 * its store. Begins and ends its own transaction. */
enum err restore_opened(struct db *db, struct error *e);

/* Removes what a restore of the store PATH that was killed has left beside it;
 * the caller has the store for itself. */
void restore_remove_parts(const char *path);

/* The command "restore": BUSY where a process uses the store, INVALID where the
 * copy is not a regular file, REFUSED where it is the store, DAMAGED, NEWER or
 * NOT_FOUND where it is not one of a runtime. The store is left as it was then;
 * else it is kept beside the new one. Keys and tokens that it has revoked stay
 * revoked. */
enum err restore_command(const struct command_place *place,
                         const struct value *arguments, struct value **out,
                         struct error *e);

#endif
