/* Pages of a feed against its running hash. */
#include "remote/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "value/chain.h"

/* An answer has less. */
#define RECORD_MOST ((size_t)8 << 20)

enum err
history_check_page(const struct value *answer, int64_t after,
                   const char *before, bool must, struct error *e)
{
    const struct value *data = value_get(answer, "data");
    const char *said = value_get_text(answer, "hash");
    size_t count = value_size(data);
    char hash[DIGEST_SIZE];
    bool fits = true;
    snprintf(hash, sizeof hash, "%s", after == 0 ? CHAIN_FIRST : before);
    if (!hash[0] || (!said && !(must && count > 0)))
        return ERR_OK;
    for (size_t i = 0; i < count && fits; i++)
        fits = chain_add(hash, value_at(data, i), RECORD_MOST);
    if (fits && said && strcmp(hash, said) == 0)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "feed: records %" PRId64 " to %" PRId64
                     " do not match the running hash of the feed: they were "
                     "changed after the runtime wrote them (none of them was "
                     "taken; look for a proxy in between, and run \"tailord "
                     "check\" at the runtime)",
                     after + 1, after + (int64_t)count);
}
