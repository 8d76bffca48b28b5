/* Percent-encoding (RFC 3986). */
#include "base/percent.h"

int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
percent_is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

void
percent_encode(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (percent_is_unreserved(s[i]))
            buf_addc(out, s[i]);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)s[i]);
}

int
percent_byte(const char *s, size_t n)
{
    int high = n > 2 && *s == '%' ? hex_digit(s[1]) : -1;
    int low = high >= 0 ? hex_digit(s[2]) : -1;
    return low >= 0 ? high * 16 + low : -1;
}
