/*
 * Workflow documents with their connectors, parsed: the last used are kept,
 * since a bulk upgrade asks for the same one for each of thousands of
 * installations.
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
 * the next call. The store is asked whether it has the document each time: a
 * transaction that brought it may have been rolled back. Errors: NOT_FOUND,
 * DAMAGED, INVALID. */
enum err parsed_get(struct parsed_cache *c, struct db *db, const char *hash,
                    const struct parsed **out, struct error *e);

#endif
