/* demo --store-only: a store with as many customers and forks as wished. */
#ifndef TAILOR_DEMO_SYNTHETIC_H
#define TAILOR_DEMO_SYNTHETIC_H

#include <stdint.h>

#include "demo/demo.h"

struct demo_synthetic {
    uint64_t installations;
    uint64_t forks;
    uint64_t seed; /* the same rows for the same seed */
    bool progress; /* say how far it is on stderr */
};

/* Fills the store of W, which has the integration netsuite-order-to-cash,
 * with installations at a runtime that does not exist. */
enum err demo_synthetic(struct demo_world *w,
                        const struct demo_synthetic *options, struct error *e);

#endif
