/* The keys of one object on a tape, as a list to sort; private to src/value. */
#ifndef TAILOR_VALUE_TAPE_KEY_H
#define TAILOR_VALUE_TAPE_KEY_H

#include "value/tape.h"

struct tape_key {
    const char *text; /* escapes resolved */
    size_t n;
    uint32_t node;
};

/* The COUNT keys of the object whose members are the nodes from FROM to before
 * TO, in their order, as a new array to free. Those with escapes lie in STORE,
 * which this initialises and the caller clears after the last use of a key. */
struct tape_key *tape_list_keys(const struct tape *t, uint32_t from,
                                uint32_t to, size_t count, struct buf *store);

#endif
