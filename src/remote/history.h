/* Whether a page of a feed is what the runtime has written: its records lead
 * from the running hash that was known to the one that the page says. */
#ifndef TAILOR_REMOTE_HISTORY_H
#define TAILOR_REMOTE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "value/value.h"

/* ANSWER was asked for after record AFTER, which has the running hash BEFORE
 * ("": not known, then nothing is compared). With MUST the runtime is one that
 * tells a hash. Errors: INVALID. */
enum err history_check_page(const struct value *answer, int64_t after,
                            const char *before, bool must, struct error *e);

#endif
