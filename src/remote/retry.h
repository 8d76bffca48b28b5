/* When and whether to try again: pure decisions. */
#ifndef TAILOR_REMOTE_RETRY_H
#define TAILOR_REMOTE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "remote/client.h"

#define RETRY_FIRST_MS 200
#define RETRY_LONGEST_MS 60000

enum retry_verdict {
    RETRY_DONE,  /* carried out, or decided: read the answer */
    RETRY_AGAIN, /* surely not carried out: send it again later */
    RETRY_ASK,   /* it may have been: ask before sending it again */
    RETRY_NEVER  /* the runtime will never take it */
};

/* What the end of a call means for what it carried. */
enum retry_verdict retry_judge(const struct client_answer *answer);

/* Whether a call that ended without its answer concerns the runtime as a whole
 * (no connection, what the runtime says of the token), and not what was sent
 * alone: a proxy may answer 403 to one request, and a contact shows more. */
bool retry_concerns_all(const struct client_answer *answer);

/* The pause before attempt FAILURES + 1 (FAILURES from 1): exponential
 * backoff with full jitter, that is anything from 0 to the backoff. RANDOM
 * is uniform over all 32-bit numbers. */
int64_t retry_delay_ms(unsigned failures, uint32_t random);

#endif
