/*
 * Workflow documents with their connectors, parsed, and what the executor made
 * of them. The last used are kept, since the runs of a workflow and a bulk
 * upgrade of thousands of installations ask for the same one again and again.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_PARSED_H
#define TAILOR_RUNTIME_INSTALLED_PARSED_H

#include "store/db.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

struct parsed {
    char hash[DIGEST_SIZE];
    struct document *document;
    struct connector_set connectors; /* those that it pins and that are here */
    void *compiled;                  /* the executor's; NULL before a run */
    void (*drop)(void *compiled);    /* frees it with the document */
    unsigned holders;                /* the cache, and who asked to keep it */
    struct parsed *next;             /* last used first */
};

struct parsed_cache {
    struct parsed *first;
    size_t count, max;
};

/* An empty cache of at most MAX documents, one or more. */
void parsed_cache_init(struct parsed_cache *c, size_t max);
void parsed_cache_clear(struct parsed_cache *c);

/* The document HASH of the store; *OUT belongs to the cache and is good until
 * the next call, or for as long as it is held. The store is asked whether it
 * has the document each time: a transaction that brought it may have been
 * rolled back. Errors: NOT_FOUND, DAMAGED, INVALID. */
enum err parsed_get(struct parsed_cache *c, struct db *db, const char *hash,
                    const struct parsed **out, struct error *e);

/* The same for a HASH that stands in a row of a version, which the store
 * keeps with its document: it is not asked. */
enum err parsed_of_version(struct parsed_cache *c, struct db *db,
                           const char *hash, struct parsed **out,
                           struct error *e);

/* Keeps P until it is released as often. */
void parsed_hold(struct parsed *p);
void parsed_release(struct parsed *p);

#endif
