/* Base64 by nettle. */
#include "base/base64.h"

#include <nettle/base64.h>

size_t
base64_length(size_t n)
{
    return BASE64_ENCODE_RAW_LENGTH(n);
}

void
base64_encode(char *out, const void *p, size_t n)
{
    base64_encode_raw(out, n, p);
    out[base64_length(n)] = '\0';
}
