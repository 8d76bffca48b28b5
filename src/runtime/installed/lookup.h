/*
 * Finding what decisions and runs are about, by the ids of the outside: the
 * installation, the workflow in it, its pointers. Rows, not names; what is
 * not of the environment is not found.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_LOOKUP_H
#define TAILOR_RUNTIME_INSTALLED_LOOKUP_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/ident.h"
#include "store/db.h"
#include "store/runtime.h"
#include "value/value.h"

struct installation_row {
    int64_t n;
    char id[IDENT_SIZE];
    int64_t user, integration;
    char user_id[IDENT_SIZE], integration_id[IDENT_SIZE];
    int state; /* enum rt_installation_state */
    int environment;
    int64_t created_ms;
    bool user_is_deleted;
};

struct installed_row {
    int64_t n, live, awaiting; /* 0: none */
    char live_id[IDENT_SIZE], awaiting_id[IDENT_SIZE];
    char live_hash[DIGEST_SIZE], awaiting_hash[DIGEST_SIZE];
    int64_t base_no, fork_no; /* of the live version */
    bool active, paused, todo;
};

struct version_row {
    int64_t n, workflow, installation; /* installation 0: a base version */
    int64_t base_no, fork_no;
    char hash[DIGEST_SIZE];
};

/* The newest base version of a workflow; without one all is 0 and "". */
struct newest_base {
    int64_t version, base_no;
    char id[IDENT_SIZE], hash[DIGEST_SIZE];
};

/* NOT_FOUND if none exists in ENVIRONMENT. */
enum err lookup_installation(struct db *db, int environment, const char *id,
                             struct installation_row *out, struct error *e);

/* The same by its row. */
enum err lookup_installation_n(struct db *db, int64_t n,
                               struct installation_row *out, struct error *e);

/* That of USER for INTEGRATION (rows); out->n is 0 without one. */
enum err lookup_installation_of(struct db *db, int64_t user,
                                int64_t integration,
                                struct installation_row *out, struct error *e);

/* The rows of workflow ID and its integration. NOT_FOUND. */
enum err lookup_workflow(struct db *db, const char *id, int64_t *workflow,
                         int64_t *integration, struct error *e);

/* out->n is 0 where the workflow is not installed there. */
enum err lookup_installed(struct db *db, int64_t installation, int64_t workflow,
                          struct installed_row *out, struct error *e);

/* What the user must do before the awaiting version of INSTALLED (row) can go
 * live, as JSON for the caller to free; NULL where nothing awaits. */
enum err lookup_needs(struct db *db, int64_t installed, struct value **out,
                      struct error *e);

/* out->n is 0 where there is no version ID. */
enum err lookup_version(struct db *db, const char *id, struct version_row *out,
                        struct error *e);

enum err lookup_newest_base(struct db *db, const char *workflow_id,
                            struct newest_base *out, struct error *e);

/* The user ID of ENVIRONMENT that is not deleted; NOT_FOUND. */
enum err lookup_user(struct db *db, int environment, const char *id,
                     int64_t *user, struct error *e);

/* "v3" or "v3.1", for sentences. */
void lookup_label(char out[48], int64_t base_no, int64_t fork_no);

#endif
