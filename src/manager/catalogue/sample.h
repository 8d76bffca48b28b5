/*
 * Samples: recorded inputs to try a draft on, kept with a workflow; the
 * vendor's own (synthetic ones), and those of an installation. A sample may
 * carry the output that was agreed with the customer, by block: the expected
 * result. Both are data of customers, which are removed as one.
 */
#ifndef TAILOR_MANAGER_CATALOGUE_SAMPLE_H
#define TAILOR_MANAGER_CATALOGUE_SAMPLE_H

#include <stddef.h>

#include "base/ident.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"

struct value;

struct sample_row {
    const char *id;
    const char *label;
    const char *body; /* JSON: {"input":…} or with "outputs" by block name and
                         "lookups" (preview.h), or NULL */
    int64_t at;
    bool own;             /* the installation's, else the vendor's */
    const char *hash;     /* of the expected result; NULL: none */
    const char *expected; /* JSON: {BLOCK:VALUE}, or NULL as BODY */
    bool blocking;        /* a difference blocks the release */
    const char *agreed_with, *note, *set_by; /* NULL where HASH is */
    int64_t agreed_at;
    int64_t expires_at; /* when it will be removed; 0: never */
};

struct sample_list {
    struct sample_row *rows;
    size_t count;
    struct pool *pool;
};

/* The newest LIMIT samples of WORKFLOW that have not expired: the vendor's,
 * and those of INSTALLATION (NULL: none); with body and expected NULL where
 * the session may not see payloads. */
enum err manager_sample_list(struct manager *m, const char *workflow,
                             const char *installation, int limit,
                             struct sample_list *out, struct error *e);
void sample_list_clear(struct sample_list *list);

/* V (*taken*) as a sample: itself where it is {"input":…}, with "outputs"
 * and "lookups" or without, else {"input":V}. The caller owns the result. */
struct value *sample_value(struct value *v);

/* What is expected of a sample, all borrowed. */
struct sample_expected {
    const struct value *blocks; /* {BLOCK:VALUE}; NULL: as it is */
    const char *agreed_with;    /* of the customer; NULL: as it is */
    const char *note;           /* NULL: as it is */
    bool set_blocking, blocking;
    int64_t at; /* NOW() of BLOCKS; 0: the time of the operation */
};

#define SAMPLES_OF_INSTALLATION 200 /* of a workflow */
#define SAMPLES_AGREED                                                         \
    100 /* with an expected result, of each, and of the                        \
           vendor for a workflow */
#define SAMPLE_AGREED_MAX (512 * 1024) /* bytes of one and what is expected */

/* Keeps SAMPLE (borrowed), as sample_value gives it, for INSTALLATION (NULL:
 * the vendor's) and WORKFLOW under LABEL, with what is EXPECTED of it (NULL:
 * nothing, or what is expected of it already). *FRESH is false where it was
 * kept already. TOO_BIG and CONFLICT at the limits above; ROLE where it blocks
 * releases, or did, and the actor may not release. */
enum err manager_sample_add(struct manager *m, const char *workflow,
                            const char *installation, const char *label,
                            const struct value *sample,
                            const struct sample_expected *expected, bool *fresh,
                            struct error *e);

/* Changes what is EXPECTED of the sample NAME (its id, or its label) of
 * INSTALLATION (NULL: of the vendor); NULL: nothing any more. */
enum err manager_sample_set(struct manager *m, const char *workflow,
                            const char *installation, const char *name,
                            const struct sample_expected *expected,
                            struct error *e);

/* Keeps it until EXPIRES_AT (0: for ever), when manager_purge removes it with
 * what is expected of it. ROLE where it blocks releases and the actor may not
 * release. */
enum err manager_sample_keep(struct manager *m, const char *workflow,
                             const char *installation, const char *name,
                             int64_t expires_at, struct error *e);

/* The id of the sample NAME (its label or id): what a question is about. */
enum err manager_sample_find(struct manager *m, const char *workflow,
                             const char *installation, const char *name,
                             char id[IDENT_SIZE], struct error *e);

/* Removes it with what is expected of it. */
enum err manager_sample_remove(struct manager *m, const char *workflow,
                               const char *installation, const char *name,
                               struct error *e);

#endif
