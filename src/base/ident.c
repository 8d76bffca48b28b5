/* Identifiers and randomness (the kernel's generator). */
#include "base/ident.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/percent.h"

void
random_bytes(void *p, size_t n)
{
    char *at = p;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort(); /* no kernel that this runs on does this */
        at += got;
        n -= (size_t)got;
    }
}

/* The digit of N, 0 to 15, without a branch or a table: secrets pass here. */
static char
digit_of(unsigned n)
{
    return (char)('0' + n + (((9 - n) >> 8) & ('a' - '0' - 10)));
}

void
hex_encode(char *out, const void *p, size_t n)
{
    const unsigned char *from = p;
    for (size_t i = 0; i < n; i++) {
        *out++ = digit_of(from[i] >> 4);
        *out++ = digit_of(from[i] & 15);
    }
    *out = '\0';
}

bool
hex_decode(void *out, const char *hex, size_t n)
{
    unsigned char *to = out;
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = high < 0 ? -1 : hex_digit(hex[2 * i + 1]);
        if (low < 0)
            return false;
        to[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void
ident_new(char id[IDENT_SIZE])
{
    unsigned char raw[12];
    time_t now = time(NULL);
    raw[0] = (unsigned char)(now >> 24);
    raw[1] = (unsigned char)(now >> 16);
    raw[2] = (unsigned char)(now >> 8);
    raw[3] = (unsigned char)now;
    random_bytes(raw + 4, sizeof raw - 4);
    hex_encode(id, raw, sizeof raw);
}

static bool
is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool
ident_is(const char *s)
{
    size_t n = 0;
    while (is_hex_digit(s[n]))
        n++;
    return n == IDENT_SIZE - 1 && s[n] == '\0';
}

void
uuid_new(char uuid[UUID_SIZE])
{
    unsigned char raw[16];
    char hex[33];
    random_bytes(raw, sizeof raw);
    raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x40);
    raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80);
    hex_encode(hex, raw, sizeof raw);
    static const int groups[] = {8, 4, 4, 4, 12};
    const char *from = hex;
    char *to = uuid;
    for (int i = 0; i < 5; i++) {
        if (i > 0)
            *to++ = '-';
        memcpy(to, from, (size_t)groups[i]);
        to += groups[i];
        from += groups[i];
    }
    *to = '\0';
}

bool
uuid_is(const char *s)
{
    for (int i = 0; i < UUID_SIZE - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s[i] != '-' : !is_hex_digit(s[i]))
            return false;
    }
    return s[UUID_SIZE - 1] == '\0';
}
