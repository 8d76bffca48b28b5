/* SHA-1 as RFC 3174 describes it. */
#include "mapping/functions/sha1.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 64 };

struct sha1 {
    uint32_t h[5];
    unsigned char block[BLOCK];
    size_t used;
    uint64_t bytes;
};

static uint32_t
rotate(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static void
mix(struct sha1 *s)
{
    uint32_t w[80];
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)s->block[4 * t] << 24 |
               (uint32_t)s->block[4 * t + 1] << 16 |
               (uint32_t)s->block[4 * t + 2] << 8 | s->block[4 * t + 3];
    for (int t = 16; t < 80; t++)
        w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    uint32_t a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4];
    for (int t = 0; t < 80; t++) {
        uint32_t f = t < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                     : t < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = rotate(a, 5) + f + e + w[t];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    s->h[0] += a;
    s->h[1] += b;
    s->h[2] += c;
    s->h[3] += d;
    s->h[4] += e;
}

static void
add(struct sha1 *s, const void *p, size_t n)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++) {
        s->block[s->used++] = bytes[i];
        if (s->used == BLOCK) {
            mix(s);
            s->used = 0;
        }
    }
    s->bytes += n;
}

void
sha1_of_two(unsigned char out[SHA1_BYTES], const void *a, size_t n,
            const void *b, size_t m)
{
    struct sha1 s = {
        .h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
    add(&s, a, n);
    add(&s, b, m);
    uint64_t bits = s.bytes * 8;
    add(&s, "\x80", 1);
    while (s.used != BLOCK - 8)
        add(&s, "", 1);
    for (int i = 7; i >= 0; i--) {
        unsigned char byte = (unsigned char)(bits >> (8 * i));
        add(&s, &byte, 1);
    }
    for (int i = 0; i < SHA1_BYTES; i++)
        out[i] = (unsigned char)(s.h[i / 4] >> (24 - 8 * (i % 4)));
}
