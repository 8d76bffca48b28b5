/*
 * The samples with an expected result, checked against a document. The
 * samples of the vendor are for base versions, those of an installation for
 * its own versions. What is checked has a name: the hash of a sample with
 * what is expected of it, and the hash of the whole set, which does not depend
 * on its order. A session that may not see payloads cannot check.
 */
#ifndef TAILOR_MANAGER_RELEASE_CHECKED_H
#define TAILOR_MANAGER_RELEASE_CHECKED_H

#include "base/digest.h"
#include "base/ident.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"
#include "workflow/preview/agreed.h"

enum checked_verdict {
    CHECKED_AGREED,  /* all give what was agreed */
    CHECKED_DIFFERS, /* one at least does not */
    CHECKED_CLOSED   /* the session may not see them */
};

/* "agreed", "differs", "notChecked". */
const char *checked_verdict_word(enum checked_verdict verdict);

struct checked_sample {
    char id[IDENT_SIZE];
    char hash[DIGEST_SIZE];
    const char *label;
    bool blocking; /* a difference blocks the release */
    enum checked_verdict verdict;
    struct agreed_cells cells; /* that differ */
};

/* Strings live in the pool. */
struct checked {
    struct checked_sample *samples; /* newest first */
    size_t count;
    size_t agreed;
    size_t blocking;            /* those that block: marked and not agreed */
    char set[DIGEST_SIZE];      /* the hash of the set; "" where COUNT is 0 */
    char document[DIGEST_SIZE]; /* the hash of what was checked */
    /* The hash of the document, its format, and each sample with its mark and
     * verdict: what a decision is about. Also where COUNT is 0. */
    char decided[DIGEST_SIZE];
    unsigned format; /* the format of the document's formulas */
    enum checked_verdict verdict;
    struct pool *pool;
};

/* The name of SAMPLE with what is EXPECTED of it since AT; both are canonical
 * JSON. */
void checked_hash(char out[DIGEST_SIZE], const char *sample,
                  const char *expected, int64_t at);

/* The hash of the COUNT hashes, whatever their order. */
void checked_set_hash(char out[DIGEST_SIZE], const char *const *hashes,
                      size_t count);

struct connector_set;
struct document;

/* Checks the samples of WORKFLOW and INSTALLATION (rows; 0: the vendor's) with
 * D and its CONNECTORS (NULL: they are loaded), inside an operation. DAMAGED
 * where a sample is not what its hash says. Clear OUT also after an error. */
enum err checked_run(struct checked *out, struct manager *m, int64_t workflow,
                     int64_t installation, const struct document *d,
                     const struct connector_set *connectors, struct error *e);
/* *SAME: C is what checked_run would find now with a document of FORMAT: the
 * same samples, results, marks and right to see them. Evaluates nothing. */
enum err checked_same(const struct checked *c, struct manager *m,
                      int64_t workflow, int64_t installation, unsigned format,
                      bool *same, struct error *e);
void checked_clear(struct checked *c);

/* The same for the version NAME, as an operation; with SAMPLE (a label or an
 * id; NULL: all) only that one: NOT_FOUND where nothing is expected of it. */
enum err manager_check_samples(struct manager *m, const char *name,
                               const char *sample, struct checked *out,
                               struct error *e);

/* REFUSED where a sample of C blocks the release of VERSION (an id) of WHAT. */
enum err checked_refuse(const struct checked *c, const char *what,
                        const char *version, struct error *e);

/* Appends "3 of 4 as agreed; SO-10023 differs at tax: 62.50 expected, 62.49
 * given"; nothing where nothing is checked. */
void checked_say(const struct checked *c, struct buf *out);

/* What an audit record says of C; owned by the caller. */
struct value *checked_record(const struct checked *c);

#endif
