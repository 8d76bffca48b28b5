/* The addresses of runtimes; tailor-fetch reads them without a store. */
#include <string.h>

#include "manager/exchange/runtime.h"

enum err
runtime_check_url(const char *url, struct error *e)
{
    const char *host = url + 8;
    size_t n;
    if (strncmp(url, "https://", 8) != 0)
        return error_set(e, ERR_INVALID,
                         "URL %s: not https (a runtime is reached by "
                         "https://HOST[:PORT] only)",
                         url);
    n = strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789.-_:[]");
    if (n == 0 || (host[n] && strcmp(host + n, "/") != 0))
        return error_set(e, ERR_INVALID,
                         "URL %s: more or less than a host and a port (write "
                         "https://HOST[:PORT])",
                         url);
    return ERR_OK;
}
