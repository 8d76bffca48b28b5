/* Waiting for what a runtime answers, woken by inotify, never by a timer. */
#ifndef TAILOR_REMOTE_WAIT_H
#define TAILOR_REMOTE_WAIT_H

#include "manager/exchange/exchange.h"

struct wake; /* a watch on the store and its wake file */

/* ERR_IO where it cannot be watched. Watch first, then look. */
enum err wake_open(struct wake **out, struct manager *m, struct error *e);
void wake_close(struct wake *w); /* NULL is OK */

/* Watches PATH too, for nudges: that it is closed after writing. */
enum err wake_add(struct wake *w, const char *path, struct error *e);

/* Watches the lock file PATH (sync_lock_path): a follower begins or ends. */
enum err wake_follower(struct wake *w, const char *path, struct error *e);

/* The descriptor that becomes readable; wake_drain empties it and says what
 * happened since: bits of enum wake_reason. */
enum wake_reason { WAKE_COMMIT = 1, WAKE_NUDGE = 2, WAKE_FOLLOWER = 4 };
int wake_fd(const struct wake *w);
unsigned wake_drain(struct wake *w);

/* Waits until something is committed or TIME_OUT_MS (-1: none) is over;
 * false then. */
bool wake_wait(struct wake *w, int time_out_ms);

/* Waits until the request KEY is answered, at most TIME_OUT_MS. ERR_OK: done,
 * *OUT has the outcome's word. STALE, CONFLICT (accepted before) and REFUSED:
 * the runtime's answer. OUTCOME_UNKNOWN: sent, but not answered in time;
 * UNREACHABLE: still queued. */
enum err wait_for_request(struct manager *m, const char *key, int time_out_ms,
                          struct outbox_status *out, struct error *e);

/* Waits until another process that follows has met each of the N RUNTIMES
 * (names; 0: all) since SINCE (wall clock), delivered what was queued and read
 * the feed to its end. *ENDED: nobody follows any more. Errors: NOT_FOUND where
 * one is not known; what is wrong with the first runtime in trouble;
 * UNREACHABLE where for PATIENCE_MS nothing came of it. */
enum err wait_for_contact(struct manager *m, const char *const *runtimes,
                          size_t n, int64_t since, int patience_ms, bool *ended,
                          struct error *e);

#endif
