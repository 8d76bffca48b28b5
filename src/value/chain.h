/*
 * The running hash of a list of records: SHA-256 of the hash before
 * (CHAIN_FIRST before the first) followed by the record's canonical form. A
 * runtime keeps it for its feed, and a console finds by it whether a record was
 * changed, left out or added.
 */
#ifndef TAILOR_VALUE_CHAIN_H
#define TAILOR_VALUE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "value/value.h"

/* What the first record is chained to. */
#define CHAIN_FIRST                                                            \
    "0000000000000000000000000000000000000000000000000000000000000000"

/* HASH becomes that of RECORD, which follows the one with HASH. False, and HASH
 * is no longer usable, where its canonical form has more than MOST bytes. */
bool chain_add(char hash[DIGEST_SIZE], const struct value *record, size_t most);

#endif
