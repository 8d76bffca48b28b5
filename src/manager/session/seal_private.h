/* What seal.c and seal_check.c share. */
#ifndef TAILOR_MANAGER_SESSION_SEAL_PRIVATE_H
#define TAILOR_MANAGER_SESSION_SEAL_PRIVATE_H

#include "base/digest.h"
#include "manager/session/seal.h"
#include "store/console.h"

struct seal_info {
    const char *word;
    int one;   /* statement of a row by its name */
    int slice; /* statement of the rows after a number */
};
extern const struct seal_info seal_table[SEAL_COUNT];

/* A row as it is sealed. */
struct seal_row {
    int64_t n;
    const char *name; /* borrowed until the next; NULL: there is no such row */
    char hash[DIGEST_SIZE];
};

/* The next row of Q, one of the statements above; false if none exists
 * (db_end gives the error). */
bool seal_next(struct db_stmt *q, struct seal_row *row);

/* The hash of the row NAME; "" if none exists. */
enum err seal_read(struct db *db, enum seal seal, const char *name,
                   char hash[DIGEST_SIZE], struct error *e);

/* "actor:bob"; the caller frees it. */
char *seal_subject(enum seal seal, const char *name);

#endif
