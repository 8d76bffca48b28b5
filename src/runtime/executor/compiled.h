/*
 * Workflow documents ready to run: parsed, their texts and mappings compiled,
 * their connectors at hand. The runtime's cache of documents keeps the last
 * used; a run holds the one it started with for as long as it lasts.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_COMPILED_H
#define TAILOR_RUNTIME_EXECUTOR_COMPILED_H

#include <stdatomic.h>

#include "mapping/plan/plan.h"
#include "mapping/row/source.h"
#include "runtime/installed/parsed.h"
#include "store/db.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* Memory for running a plan, kept for the next run; NULL while one is going
 * on. Threads take it and give it back. */
struct spare {
    _Atomic(struct plan_runner *) runner;
};

/* One configuration value that is evaluated. */
struct compiled_field {
    const char *name; /* "condition"; for members of an object their name */
    const struct kind_field *field;
    unsigned language;              /* the format of its formulas */
    bool asked;                     /* its value is the user's answer */
    struct source source;           /* blank if none exists */
    struct plan *plan;              /* of a mapping with rows, else NULL */
    struct spare *spare;            /* of the plan */
    struct compiled_field *members; /* of an object of cells */
    size_t member_count;
};

struct compiled_block {
    const struct block *block;
    struct compiled_field *fields; /* as the kind's fields, in their order */
    size_t count;
};

struct compiled {
    struct parsed *parsed; /* owns this, and the next two */
    const struct document *document;
    const struct connector_set *connectors;
    struct compiled_block *blocks; /* as document->blocks */
    size_t bytes;                  /* of memory, without what PARSED had */
    size_t runs;                   /* in memory that have it … */
    int64_t since_ms;              /* … since then (monotonic), in turns */
};

/* Makes what runs need of P, which is held meanwhile; on any thread, as nothing
 * of P changes. Only compiled_keep() may follow, on the core. Errors:
 * INVALID. */
enum err compiled_make(struct parsed *p, struct compiled **out,
                       struct error *e);
/* Gives C to the document that it was made of. */
void compiled_keep(struct compiled *c);

/* The document HASH of a version for a run, ready; *OUT is held until
 * compiled_leave(). Errors: NOT_FOUND, DAMAGED, INVALID. */
enum err compiled_get(struct parsed_cache *c, struct db *db, const char *hash,
                      struct compiled **out, struct error *e);
void compiled_leave(struct compiled *c); /* NULL is OK */
void compiled_hold(struct compiled *c);
void compiled_release(struct compiled *c); /* NULL is OK */

/* True where too much is held of what C is one of: who waits lets go of it. */
bool compiled_is_crowded(const struct compiled *c);

/* The field NAME of block I, or NULL where its kind has none. */
const struct compiled_field *compiled_field(const struct compiled *c, size_t i,
                                            const char *name);

#endif
