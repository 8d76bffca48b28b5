/*
 * Versions that a runtime has and this store lacks, as after a restore of the
 * store or with a second console: listed with their numbers, which count as
 * taken, and imported once their documents are here. A user-specific version
 * is imported by itself; a base version, which would go on to every other
 * runtime, only after manager_versions_want.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_VERSIONS_H
#define TAILOR_MANAGER_EXCHANGE_VERSIONS_H

#include "base/digest.h"
#include "manager/exchange/facts.h"

struct pool;

/* What sync does next about them. */
struct versions_due {
    bool list;              /* read the list of versions, behind AFTER */
    char after[64];         /* "": from the start */
    bool import;            /* call manager_versions_import */
    char hash[DIGEST_SIZE]; /* a document to fetch, or "" */
};

enum err manager_versions_due(struct manager *m, const char *runtime_id,
                              struct versions_due *out, struct error *e);

/* Takes in a page of the list: what this store lacks becomes known as
 * missing. */
enum err manager_apply_versions(struct manager *m, const char *runtime_id,
                                const struct version_page *page,
                                struct error *e);

/* Keeps the document HASH that the runtime gave as V: INVALID where its
 * content has another hash or is neither a workflow nor a connector. */
enum err manager_take_document(struct manager *m, const char *runtime_id,
                               const char *hash, const struct value *v,
                               struct error *e);

/* Imports the first version that is wanted and whose documents are here, in
 * its place: an open draft that has its number gets the next free one. */
enum err manager_versions_import(struct manager *m, const char *runtime_id,
                                 struct error *e);

/* The first version that is wanted is unavailable: WHY is shown, and it is not
 * asked for again until it is wanted again. */
enum err manager_versions_give_up(struct manager *m, const char *runtime_id,
                                  const char *why, struct error *e);

/* Wants every version that RUNTIME (a name) has and this store lacks, base
 * versions too; *COUNT says how many. NOT_FOUND if none exists. */
enum err manager_versions_want(struct manager *m, const char *runtime,
                               int64_t *count, struct error *e);

struct unknown_row {
    const char *id, *integration_key, *workflow_key;
    const char *customer; /* NULL: a base version */
    const char *label;    /* "v?" where the number is not known */
    const char *why;      /* why it could not be imported, or NULL */
    bool wanted;
};

struct unknown_list {
    struct unknown_row *rows;
    size_t count;
    struct pool *pool;
};

/* The versions that RUNTIME (a name) has and this store lacks. */
enum err manager_unknown_list(struct manager *m, const char *runtime,
                              struct unknown_list *out, struct error *e);
void unknown_list_clear(struct unknown_list *list);

#endif
