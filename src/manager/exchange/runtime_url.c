/* The addresses and pins of runtimes; tailor-fetch reads them without a store.
 */
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

/* curl takes anything else for the name of a file. */
enum err
runtime_check_pin(const char *pin, struct error *e)
{
    size_t begin = strlen("sha256//"), digits = 0;
    if (strncmp(pin, "sha256//", begin) == 0)
        digits = strspn(pin + begin, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz0123456789+/");
    if (digits == 43 && strcmp(pin + begin + digits, "=") == 0)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "pin %.100s: not a valid pin (write sha256// and the "
                     "SHA-256 of the public key in base64)",
                     pin);
}
