/* What versions.c and import.c share. */
#ifndef TAILOR_MANAGER_EXCHANGE_VERSIONS_PRIVATE_H
#define TAILOR_MANAGER_EXCHANGE_VERSIONS_PRIVATE_H

#include "base/digest.h"
#include "base/ident.h"
#include "manager/exchange/copy.h"

/* A version that a runtime has and that is wanted; n 0: none. */
struct wanted {
    int64_t n, workflow, installation, base_no, fork_no, released_at;
    char id[IDENT_SIZE], hash[DIGEST_SIZE];
    char *released_by;
};

/* The first one of the runtime of row RUNTIME; the caller frees
 * OUT->released_by, also after an error. */
enum err versions_first_wanted(struct manager *m, int64_t runtime,
                               struct wanted *out, struct error *e);

/* Wants what any runtime has under ID with the content HASH, which is here. */
enum err versions_want_same(struct manager *m, const char *id,
                            const char *hash, struct error *e);

/* Wants what RUNTIME has under ID, which is an own version of a customer,
 * where this store released another content under it that was refused, or that
 * the runtime has lost. */
enum err versions_want_refused(struct manager *m, int64_t runtime,
                               const char *id, struct error *e);

/* STATEMENT of an unknown version: runtime S, the id, place and number of X are
 * bound. */
struct db_stmt *versions_entry(struct manager *m, int statement,
                               const struct speaker *s,
                               const struct version_entry *x, int64_t workflow,
                               int64_t installation);

/* The version of row VERSION, released here, has another content at runtime S,
 * which lists it as X: no pointer of that runtime means it any more. */
enum err versions_clash(struct manager *m, struct speaker *s,
                        const struct version_entry *x, int64_t version,
                        int64_t workflow, int64_t installation,
                        struct error *e);

#endif
