/*
 * What every operation is made of, for the files of this folder only: begin
 * (session, role, transaction), audit record, end (commit, doubt, wake).
 *
 *     enum err err = operation_begin(m, ACTION_DRAFT_TAKE, e);
 *     if (r == ERR_OK)
 *         r = take(m, name, e);       // one static function with the work
 *     return operation_end(m, r, e);  // commit, or rollback where r fails
 */
#ifndef TAILOR_MANAGER_SESSION_OPERATION_H
#define TAILOR_MANAGER_SESSION_OPERATION_H

#include "manager/session/audit.h"
#include "manager/session/manager.h"
#include "manager/session/seal.h"
#include "store/console.h"

/* Checks that the session may do ACTION (the role is read again from the
 * store) and opens a transaction: BEGIN IMMEDIATE for one that mutates, else
 * a read transaction. Every begin, failed or not, is followed by
 * operation_end. Operations do not nest. */
enum err operation_begin(struct manager *m, enum action action,
                         struct error *e);

/* Says that the open operation changes bookkeeping only (a setting, the tries
 * of the outbox) and needs no audit record; WHY is for the reader. */
void operation_unaudited(struct manager *m, const char *why);

/* Ends it. RESULT ERR_OK commits a changing operation and touches the wake
 * file; one that changed rows without an audit record (or saying that it
 * needs none) is rolled back and FAILED. With another RESULT
all is rolled back and RESULT returned. Where the commit's outcome is
 * in doubt, the store is opened again and asked for the audit record: ERR_OK
 * where it is there, IO where it is not, OUTCOME_UNKNOWN where neither can
 * be named. */
enum err operation_end(struct manager *m, enum err result, struct error *e);

/* Names a row that the open operation has changed or is about to change: its
 * next audit record seals it as it is then. What a record is about (its
 * subject) is sealed without this. An operation that ends with a named row
 * and without a record after it is FAILED. */
void operation_seal(struct manager *m, enum seal seal, const char *name);
/* The same for rows named by two row numbers. */
void operation_seal_pair(struct manager *m, enum seal seal, int64_t a,
                         int64_t b);

/* Removes each row whose id Q gives (it is ended), by the statement REMOVE, and
 * names it as SEAL. *COUNT is added to. */
enum err operation_remove(struct manager *m, struct db_stmt *q, int remove,
                          enum seal seal, size_t *count, struct error *e);

/* Writes the audit record of the open operation; ACTION, actor and session
 * are filled in. Its subject is already as the operation leaves it. BEFORE and
 * AFTER are canonical JSON or NULL (borrowed). */
enum err operation_audit(struct manager *m, const char *subject_kind,
                         const char *subject_id, const char *installation_id,
                         const char *before, const char *after,
                         struct error *e);

/* The same for what a feed tells: ENTRY has the word of its action, the row and
 * the runtime's id as its origin. */
enum err operation_audit_as(struct manager *m, const struct audit_entry *entry,
                            struct error *e);

/* The value of KEY in the store's meta table into OUT; "" where unset. */
enum err operation_meta(struct manager *m, const char *key, char *out,
                        size_t size, struct error *e);

/* The time of the open operation, one for all its rows. */
int64_t operation_now(const struct manager *m);

/* Empties the list of candidates / adds one (copied). */
void operation_no_candidates(struct manager *m);
void operation_candidate(struct manager *m, const char *text);

#endif
