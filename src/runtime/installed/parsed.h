/*
 * Workflow documents with their connectors, parsed, and what the executor made
 * of them. The last used are kept, since the runs of a workflow and a bulk
 * upgrade of thousands of installations ask for the same one again and again;
 * how many is a question of their memory: documents are of 1 kB to 10 MB.
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
    size_t bytes;                    /* of memory, without the connectors */
    unsigned holders;                /* the cache, and who asked to keep it */
    struct parsed_cache *cache;      /* that it is in, or NULL */
    struct parsed_cache *owner;      /* that it was made for */
    struct parsed *next;             /* last used first */
    bool trims; /* when it is freed, memory goes back to the system */
};

/* Documents that are held stay in it, and count; the others go, the last used
 * last, while all take more than MAX bytes. The last used one stays, unless
 * room is reserved. A connector that several pin is parsed, and counted, once.
 */
struct parsed_cache {
    struct parsed *first;
    size_t count, bytes, max;
    size_t reserved; /* bytes, for what threads make */
    size_t freed;    /* bytes, since the allocator gave free memory back */
    struct parsed *discarded;
    size_t discarded_bytes;
};

/* An empty cache of at most MAX bytes. */
void parsed_cache_init(struct parsed_cache *c, size_t max);
void parsed_cache_clear(struct parsed_cache *c);

/* True where the documents that are held are too many for it: who waits
 * should let go of his. */
bool parsed_cache_is_full(const struct parsed_cache *c);

/* The document HASH of the store; *OUT belongs to the cache and is good until
 * the next call, or for as long as it is held. The store is asked whether it
 * has the document each time: a transaction that brought it may have been
 * rolled back. Errors: NOT_FOUND, DAMAGED, INVALID. */
enum err parsed_get(struct parsed_cache *c, struct db *db, const char *hash,
                    const struct parsed **out, struct error *e);

/* Whether the store has the document HASH. Errors: NOT_FOUND. */
enum err parsed_check_here(struct db *db, const char *hash, struct error *e);

/* The same for a HASH that stands in a row of a version, which the store
 * keeps with its document: it is not asked. */
enum err parsed_of_version(struct parsed_cache *c, struct db *db,
                           const char *hash, struct parsed **out,
                           struct error *e);

/* The entry of HASH, or NULL: nothing is parsed, nothing moves. */
struct parsed *parsed_look(const struct parsed_cache *c, const char *hash);

/* An entry of HASH and its DOCUMENT, which it takes in any case, with its
 * connectors. It is not in the cache, and held by the caller. */
enum err parsed_make(struct parsed_cache *c, struct db *db, const char *hash,
                     struct document *document, struct parsed **out,
                     struct error *e);

/* Puts P, which the caller goes on to hold, into C, in the place of an entry
 * of the same hash. */
void parsed_put(struct parsed_cache *c, struct parsed *p);

/* Reserves BYTES for an entry that a thread makes: documents that nobody holds
 * go for it. What is held and reserved takes no more than C's bound then; where
 * FIRST is true, and nothing else is reserved, four times as much. False where
 * there is no room: nothing is reserved. */
bool parsed_reserve(struct parsed_cache *c, size_t bytes, bool first);
void parsed_unreserve(struct parsed_cache *c, size_t bytes);

/* Large entries that nobody needs any more, to be freed on any thread by
 * parsed_free_discarded(), or NULL. So many that nobody takes are freed at
 * once. */
struct parsed *parsed_take_discarded(struct parsed_cache *c);
void parsed_free_discarded(void *list);

/* Counts what was compiled for P, MORE bytes. */
void parsed_compiled(struct parsed *p, void *compiled,
                     void (*drop)(void *compiled), size_t more);

/* Keeps P until it is released as often. */
void parsed_hold(struct parsed *p);
void parsed_release(struct parsed *p);

#endif
