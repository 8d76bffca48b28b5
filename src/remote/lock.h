/*
 * One follower per store: a lock on STORE-sync, held as long as it runs. The
 * kernel gives it back whatever way the process ends.
 */
#ifndef TAILOR_REMOTE_LOCK_H
#define TAILOR_REMOTE_LOCK_H

#include <stdbool.h>

#include "base/error.h"

/* Takes the lock beside STORE and writes this process's number into its file;
 * *FD is closed to give it back. Errors: BUSY where another process has it,
 * IO. */
enum err sync_lock(const char *store, int *fd, struct error *e);

/* True where a process has it. Asking makes the file where it is missing,
 * and otherwise wakes nobody who watches it. */
bool sync_lock_is_held(const char *store);

/* The number of the process that has it, 0 where none has. */
long sync_holder(const char *store);

/* Waits until the process HOLDER (0: none) does not have the lock of a store
 * that was replaced: a follower ends by itself once its file is another one.
 * Errors: BUSY after TIME_OUT_MS. */
enum err sync_wait_for_end(const char *store, long holder, int time_out_ms,
                           struct error *e);

/* The lock's file, as a new string: who closes it after opening it for writing
 * (sync_nudge) makes a follower try again at once whatever it has put off. */
char *sync_lock_path(const char *store);
void sync_nudge(const char *store);

/* Starts `tailor-sync --store STORE sync --follow --idle-exit SECONDS` in the
 * background where no follower runs, and nudges one that does: what was just
 * queued waits for no pause. EXE is started instead of tailor-sync, unless it
 * is NULL. Returns once it follows, or after PATIENCE_MS (0: once the program
 * was started). Errors: UNREACHABLE where it cannot be started, or ends before
 * that. */
enum err sync_ensure(const char *store, const char *exe, int seconds,
                     int patience_ms, struct error *e);

#endif
