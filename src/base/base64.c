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

/* The six bits of the digit C, or -1. */
static int
digit_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool
base64_decode(char *out, size_t *n, const char *s, size_t m)
{
    unsigned bits = 0, digits = 0, padding = 0;
    *n = 0;
    for (size_t i = 0; i < m; i++) {
        int value = digit_value(s[i]);
        if (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t')
            continue;
        padding += s[i] == '=';
        if (s[i] == '=')
            continue;
        if (value < 0 || padding > 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        if (++digits % 4 != 1)
            out[(*n)++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)) & 0xff);
    }
    return digits % 4 != 1 && (padding == 0 || (digits + padding) % 4 == 0);
}
