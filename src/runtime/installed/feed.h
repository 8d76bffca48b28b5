/*
 * The feed: facts for the console, in the order of their sequence. Each record
 * has a running hash (value/chain.h) over what readers get. A console sends
 * the hash at its cursor back: a store that was put back to an older state, in
 * whatever way, has another hash there or none.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_FEED_H
#define TAILOR_RUNTIME_INSTALLED_FEED_H

#include "base/digest.h"
#include "runtime/core/core.h"
#include "value/value.h"

/* Appends a fact of KIND about ENVIRONMENT to the feed, in the transaction of
 * the caller, and wakes who waits for it. FACT (an object) is taken; sequence
 * and time are added. */
enum err feed_add(struct core *core, int environment, const char *kind,
                  struct value *fact, struct error *e);

/* The record as readers get it: FACT with its sequence, time (milliseconds)
 * and kind; owned by the caller. */
struct value *feed_record(int64_t sequence, int64_t at, const char *kind,
                          const struct value *fact);

/* The running hash at SEQUENCE of ENVIRONMENT into HASH; "" where that record
 * does not exist, is no longer kept, or has none. */
enum err feed_hash_at(struct db *db, int environment, int64_t sequence,
                      char hash[DIGEST_SIZE], struct error *e);

#endif
