/*
 * Rows of a synthetic store: customers, their installations and forks, as a
 * runtime's feed would have brought them, but in bulk and without audit.
 * For benchmarks and for trying out; never used on a store that people use.
 */
#ifndef TAILOR_STORE_SYNTHETIC_H
#define TAILOR_STORE_SYNTHETIC_H

#include "store/console.h"

/* What all rows share: row numbers of the base version, workflow … */
struct synthetic {
    struct db *db;
    int64_t base, workflow, integration, runtime;
    char base_id[25];
    char *document; /* text of the base version; freed by synthetic_end */
    int64_t now;    /* of all times, milliseconds */
};

/* One customer to insert. */
struct synthetic_customer {
    const char *user_id, *installation_id;
    const char *username, *full_name;
    int condition; /* enum installation_condition */
};

/* Looks up the newest base version of WORKFLOW and the runtime by name, and
 * begins a transaction. Errors: NOT_FOUND. */
enum err synthetic_begin(struct synthetic *s, struct db *db,
                         const char *workflow, const char *runtime,
                         struct error *e);

/* Inserts user, installation and installed workflow; *INSTALLATION (may be
 * NULL) receives its row number. Commits now and then by itself. */
enum err synthetic_add(struct synthetic *s, const struct synthetic_customer *c,
                       int64_t *installation, struct error *e);

/* Gives INSTALLATION a released, live version of its own with the document
 * BODY named HASH. */
enum err synthetic_fork(struct synthetic *s, int64_t installation,
                        const char *id, const char *hash, const char *body,
                        const char *note, struct error *e);

/* Commits; nothing is left open also after an error. */
enum err synthetic_end(struct synthetic *s, enum err err, struct error *e);

#endif
