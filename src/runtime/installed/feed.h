/* The feed: facts for the console, in the order of their sequence. */
#ifndef TAILOR_RUNTIME_INSTALLED_FEED_H
#define TAILOR_RUNTIME_INSTALLED_FEED_H

#include "runtime/core/core.h"
#include "value/value.h"

/* Appends a fact of KIND about ENVIRONMENT to the feed, in the transaction of
 * the caller, and wakes who waits for it. FACT (an object, taken) gets no
 * sequence or time: readers add them from the row. */
enum err feed_add(struct core *core, int environment, const char *kind,
                  struct value *fact, struct error *e);

#endif
