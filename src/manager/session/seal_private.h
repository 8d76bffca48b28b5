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

/* The hash of the columns of Q's row from FROM on. */
void seal_hash_row(struct db_stmt *q, int from, char hash[DIGEST_SIZE]);

/* The hash of the row NAME; "" where there is none. */
enum err seal_read(struct db *db, enum seal seal, const char *name,
                   char hash[DIGEST_SIZE], struct error *e);

/* "actor:bob"; the caller frees it. */
char *seal_subject(enum seal seal, const char *name);

#endif
