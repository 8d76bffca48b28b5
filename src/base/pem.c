/* Certificates in PEM files. */
#include "base/pem.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static int
digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Decodes the LEN characters of base64 at S into OUT, which has room for them;
 * returns the bytes, 0 where S has another character. */
static size_t
decode(const char *s, size_t len, unsigned char *out)
{
    unsigned bits = 0, held = 0;
    size_t n = 0, i = 0;
    for (; i < len && s[i] != '='; i++) {
        int digit = digit_of(s[i]);
        if (strchr("\r\n\t ", s[i]) && s[i])
            continue;
        if (digit < 0)
            return 0;
        held = held << 6 | (unsigned)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (unsigned char)(held >> bits);
        }
    }
    for (; i < len; i++)
        if (!s[i] || !strchr("=\r\n\t ", s[i]))
            return 0;
    return n;
}

/* Whether the N bytes at P are one sequence of DER, and nothing else. */
static bool
is_sequence(const unsigned char *p, size_t n)
{
    size_t octets = n > 1 && p[1] >= 0x80 ? p[1] & 0x7fu : 0, length = 0;
    if (n < 2 || p[0] != 0x30 || octets > 4 || n < 2 + octets)
        return false;
    for (size_t i = 0; i < octets; i++)
        length = length << 8 | p[2 + i];
    if (octets == 0)
        length = p[1];
    return length > 0 && n == 2 + octets + length;
}

static bool
is_certificate(const char *s, size_t len)
{
    unsigned char *der = mem_alloc(len + 1);
    bool is = is_sequence(der, decode(s, len, der));
    free(der);
    return is;
}

bool
pem_has_certificates(const char *text, size_t len)
{
    const char *end = text + len, *at;
    size_t found = 0;
    for (; (at = memmem(text, (size_t)(end - text), BEGIN, strlen(BEGIN)));
         found++) {
        at += strlen(BEGIN);
        const char *stop = memmem(at, (size_t)(end - at), END, strlen(END));
        if (!stop || !is_certificate(at, (size_t)(stop - at)))
            return false;
        text = stop + strlen(END);
    }
    return found > 0;
}
