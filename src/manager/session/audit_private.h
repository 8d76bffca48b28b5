/* What audit.c and audit_verify.c share. */
#ifndef TAILOR_MANAGER_SESSION_AUDIT_PRIVATE_H
#define TAILOR_MANAGER_SESSION_AUDIT_PRIVATE_H

#include "manager/session/audit.h"
#include "store/console.h"

/* The last record's number and hash; 0 and 64 zeros for an empty chain. */
enum err audit_head(struct db *db, int64_t *sequence, char hash[DIGEST_SIZE],
                    struct error *e);

/* Fills ROW from R; strings are borrowed from it. */
void audit_read_row(const struct cs_audit_record *r, struct audit_row *row);

/* Appends the last line of an export. */
void audit_write_trailer(struct buf *out, const char *head, int64_t records,
                         const char *store);

/* Fills the names of the rows of LIST, inside an operation. */
enum err audit_name_rows(struct manager *m, struct audit_list *list,
                         struct error *e);

#endif
