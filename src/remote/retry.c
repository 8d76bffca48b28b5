/* When and whether to try again. */
#include "remote/retry.h"

enum retry_verdict
retry_judge(const struct client_answer *answer)
{
    if (answer->fate == CLIENT_NOT_SENT)
        return RETRY_AGAIN;
    if (answer->fate == CLIENT_UNKNOWN)
        return RETRY_ASK;
    if (answer->status >= 200 && answer->status < 300)
        return RETRY_DONE;
    switch (answer->status) {
    case 401: /* a token can be replaced, a clock set right, … */
    case 403:
    case 408:
    case 425:
    case 429:
        return RETRY_AGAIN;
    default:
        if (answer->status >= 400 && answer->status < 500)
            return RETRY_NEVER;
        return answer->status >= 500 ? RETRY_ASK : RETRY_AGAIN;
    }
}

int64_t
retry_delay_ms(unsigned failures, uint32_t random)
{
    int64_t backoff = RETRY_FIRST_MS;
    for (unsigned i = 1; i < failures && backoff < RETRY_LONGEST_MS; i++)
        backoff *= 2;
    if (backoff > RETRY_LONGEST_MS)
        backoff = RETRY_LONGEST_MS;
    return (int64_t)(((uint64_t)random * (uint64_t)backoff) >> 32);
}
