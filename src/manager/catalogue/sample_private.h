/* Keeping samples, for the files of this folder only. */
#ifndef TAILOR_MANAGER_CATALOGUE_SAMPLE_PRIVATE_H
#define TAILOR_MANAGER_CATALOGUE_SAMPLE_PRIVATE_H

#include "base/digest.h"
#include "manager/catalogue/sample.h"
#include "manager/session/names.h"

struct cs_sample;

/* Whose samples: of a workflow, and of an installation or (N 0) the vendor. */
struct sample_scope {
    struct name_ref workflow, installation;
};

/* INSTALLATION NULL: the vendor's. Inside an operation. */
enum err sample_scope(struct manager *m, const char *workflow,
                      const char *installation, struct sample_scope *out,
                      struct error *e);

/* Keeps {"input":INPUT} of the vendor with its audit record, inside an
 * operation; *FRESH says whether it was not there before. */
enum err sample_store(struct manager *m, int64_t workflow, const char *label,
                      const struct value *input, bool *fresh, struct error *e);

/* A sample as it is kept. */
struct kept_sample {
    int64_t n; /* 0: none */
    char id[IDENT_SIZE];
    char *body; /* owned, as the next ones; NULL: none */
    char *expected, *agreed_with, *note, *set_by;
    char hash[DIGEST_SIZE]; /* of the expected result; "": none */
    bool blocking;
    int64_t agreed_at;
};

/* A copy of ROW. */
void kept_sample_read(struct kept_sample *out, const struct cs_sample *row);
void kept_sample_clear(struct kept_sample *s);

/* INVALID where EXPECTED (NULL is OK) is nothing that can be kept. */
enum err sample_check_expected(const struct sample_expected *expected,
                               struct error *e);

/* Keeps what is EXPECTED of S, which has a row, inside an operation. HASH
 * becomes its name, or "" where all is as it was; S->blocking is set. ROLE
 * where it blocks releases, or did, and the actor may not release. */
enum err sample_expect(struct manager *m, const struct sample_scope *scope,
                       struct kept_sample *s,
                       const struct sample_expected *expected,
                       char hash[DIGEST_SIZE], struct error *e);

/* The audit record of S, of which HASH ("": nothing) is expected from now
 * on. */
enum err sample_audit(struct manager *m, const struct sample_scope *scope,
                      const struct kept_sample *s, const char *hash,
                      struct error *e);

#endif
