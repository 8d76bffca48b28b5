/*
 * Queueing for runtimes, for the files of this folder only. Call inside an
 * open operation; what is queued is committed with what caused it.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_OUTBOX_H
#define TAILOR_MANAGER_EXCHANGE_OUTBOX_H

#include <stdint.h>

#include "base/error.h"
#include "base/ident.h"

struct manager;
struct value;

/* One row; row numbers are 0 and strings NULL if none exists. */
struct outbox_new {
    int64_t runtime;
    const char *kind;
    int64_t installation, workflow, version;
    const char *hash; /* of a document */
    int64_t lead;     /* row of the request this item belongs to */
};

/* Adds a row whose body is ITEM, which is *taken*. N and KEY (each may be
 * NULL) receive its row number and its idempotency key. REFUSED where the
 * runtime was removed. */
enum err outbox_add(struct manager *m, const struct outbox_new *row,
                    struct value *item, int64_t *n, char key[IDENT_SIZE],
                    struct error *e);

/* The document HASH as a tree, NULL where it is not here; its hash is not
 * compared. The caller frees it. */
enum err outbox_document(struct manager *m, const char *hash,
                         struct value **out, struct error *e);

/* Queues the workflow document HASH and, before it, the connectors that it
 * names, where the runtime was not sent them yet. */
enum err outbox_add_document(struct manager *m, int64_t runtime,
                             const char *hash, struct error *e);

/* Queues again what RUNTIME was sent of documents, catalogue entries and base
 * versions: it may have lost them. *N is how many rows that are. All of it may
 * come twice without effect. */
enum err outbox_renew(struct manager *m, int64_t runtime, int64_t *n,
                      struct error *e);

/* Queues again the document HASH and the connectors that it names, where
 * RUNTIME was sent them. */
enum err outbox_renew_document(struct manager *m, int64_t runtime,
                               const char *hash, struct error *e);

/* Queues the catalogue entry of INTEGRATION, as it is now, for every runtime
 * that offers it. */
enum err outbox_add_entries(struct manager *m, int64_t integration,
                            struct error *e);

struct outbox_ask;
struct outbox_batch;

/* As manager_outbox_due(). */
enum err outbox_due(struct manager *m, const struct outbox_ask *ask,
                    struct outbox_batch *out, struct error *e);

#endif
