/* What one runtime may bring. */
#include "remote/bounds.h"

#include <inttypes.h>

enum err
bounds_rows(const char *name, const char *what, int64_t count, int64_t most,
            struct error *e)
{
    if (count <= most)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "runtime %s: names more than %" PRId64
                     " %s: is this tailord? (check who runs it)",
                     name, most, what);
}

enum err
bounds_copy(const char *name, int64_t cursor, int64_t head, struct error *e)
{
    if (head < BOUNDS_FEED_MOST || cursor >= head - BOUNDS_FEED_MOST)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "runtime %s: its lists are of record %" PRId64
                     ", its feed goes on to %" PRId64
                     ": is this tailord? (check who runs it)",
                     name, cursor, head);
}

enum err
bounds_feed(const char *name, int64_t count, int64_t most, struct error *e)
{
    if (count <= most)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "runtime %s: its feed does not end: more than %" PRId64
                     " records were read and more follow (check who runs it)",
                     name, most);
}
