/*
 * What documents ask of a customer: their questions, and all that he may have
 * to do. It is little and hangs on the document alone, so it is kept by hash:
 * a list of hundreds of installations parses no document that was asked about
 * before, however large.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_ASKS_H
#define TAILOR_RUNTIME_INSTALLED_ASKS_H

#include "runtime/installed/parsed.h"
#include "workflow/validate/material.h"

struct asks {
    char hash[DIGEST_SIZE];
    struct value *forms; /* [{"app","blockId","fields"}…], as ask_form() */
    struct need_list demands;
    const struct kind *trigger; /* its kind; NULL: no trigger */
    bool todo;                  /* a block of it says "to do" */
    struct value *missing; /* the hashes of connectors that were not here */
    size_t bytes;          /* of memory */
    uint64_t used;         /* the higher, the later */
    struct asks *next;
};

enum { ASKS_BUCKETS = 1024 };

/* The last used, of at most MAX bytes; the last used one stays. */
struct asks_cache {
    struct asks *buckets[ASKS_BUCKETS];
    size_t bytes, max;
    uint64_t uses;
    uint64_t derived;       /* how often a document was looked through … */
    uint64_t derived_bytes; /* … and the memory of all those documents */
};

void asks_cache_init(struct asks_cache *c, size_t max);
void asks_cache_clear(struct asks_cache *c);

/* Whether C knows what the document HASH asks. */
bool asks_has(struct asks_cache *c, const char *hash);

/* Keeps in C what D asks, the document HASH, with those of its connectors that
 * are here: for a caller that has it parsed in any case. */
void asks_note(struct asks_cache *c, const char *hash, const struct document *d,
               const struct connector_set *connectors);

/* What the document HASH of the store asks; *OUT belongs to C and is good until
 * the next call. A document that C does not know is read through DOCUMENTS. The
 * store is asked whether it has the document each time. Errors: NOT_FOUND,
 * DAMAGED, INVALID. */
enum err asks_get(struct asks_cache *c, struct parsed_cache *documents,
                  struct db *db, const char *hash, const struct asks **out,
                  struct error *e);

#endif
