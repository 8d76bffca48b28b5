/* When and whether to try again. */
#include "remote/retry.h"

/* A runtime says with a word of the table why it takes something never; what
 * stands between may answer with any status, and decides nothing. */
static bool
is_decided(const struct client_answer *answer)
{
    const char *word = value_get_text(answer->body, "error");
    return word && err_from_word(word) != ERR_OK;
}

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
            return is_decided(answer) ? RETRY_NEVER : RETRY_ASK;
        return answer->status >= 500 ? RETRY_ASK : RETRY_AGAIN;
    }
}

bool
retry_concerns_all(const struct client_answer *answer)
{
    if (answer->fate != CLIENT_ANSWERED)
        return answer->fate == CLIENT_NOT_SENT;
    return (answer->status == 401 || answer->status == 403) &&
           is_decided(answer);
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
