/* Reading query parameters. */
#include "runtime/embedded/query.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* NULL where the parameter is absent or empty. */
static const char *
given(const struct route_call *call, const char *name)
{
    const char *text = http_request_query(call->request, name);
    return text && *text ? text : NULL;
}

enum err
query_number(const struct route_call *call, const char *name, int64_t least,
             int64_t most, int64_t *out, struct error *e)
{
    const char *text = given(call, name);
    if (!text)
        return ERR_OK;
    bool digits = strspn(text, "0123456789") == strlen(text);
    int64_t n = digits ? strtoll(text, NULL, 10) : -1;
    if (n < least)
        return error_set(e, ERR_INVALID,
                         "%s: not a whole number of at least %lld", name,
                         (long long)least);
    *out = n > most ? most : n;
    return ERR_OK;
}

enum err
query_time(const struct route_call *call, const char *name, int64_t *out,
           struct error *e)
{
    const char *text = given(call, name);
    if (text && clock_parse(text, out) != 0)
        return error_set(e, ERR_INVALID,
                         "%s: not a time (write it as 2026-10-12T14:05:00Z)",
                         name);
    return ERR_OK;
}

enum err
query_choice(const struct route_call *call, const char *name, const char *yes,
             const char *no, bool *out, struct error *e)
{
    const char *text = given(call, name);
    if (!text)
        return ERR_OK;
    if (strcasecmp(text, yes) != 0 && strcasecmp(text, no) != 0)
        return error_set(e, ERR_INVALID, "%s: neither %s nor %s", name, yes,
                         no);
    *out = strcasecmp(text, yes) == 0;
    return ERR_OK;
}
