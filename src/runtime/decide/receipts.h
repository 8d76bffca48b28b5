/*
 * Receipts: the answers to requests, kept for ever, each hashed together with
 * the one before it, so that a console that keeps them can prove that none
 * was taken away. Each environment has its own chain.
 */
#ifndef TAILOR_RUNTIME_DECIDE_RECEIPTS_H
#define TAILOR_RUNTIME_DECIDE_RECEIPTS_H

#include "runtime/core/core.h"
#include "value/value.h"

/* What the first receipt is chained to. */
#define RECEIPT_FIRST                                                          \
    "0000000000000000000000000000000000000000000000000000000000000000"

/* Decides REQUEST ({"key","kind","actor","items"}), or finds that it was
 * decided before; *OUT, owned by the caller, is its receipt. Errors: INVALID
 * (malformed), CONFLICT (the key was used for another request), NOT_FOUND (a
 * document that an item names is not here: nothing was decided, and the same
 * request can come again). */
enum err receipts_decide(struct core *core, int environment,
                         const struct value *request, struct value **out,
                         struct error *e);

/* The receipt of KEY; NOT_FOUND where that request never arrived. */
enum err receipts_get(struct db *db, int environment, const char *key,
                      struct value **out, struct error *e);

/* First (1 where nothing was cut) and newest sequence of the feed. */
enum err receipts_feed_ends(struct db *db, int environment, int64_t *first,
                            int64_t *head, struct error *e);

#endif
