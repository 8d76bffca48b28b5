/* What the parts of the tape reader share; private to src/value. */
#ifndef TAILOR_VALUE_TAPE_SCAN_H
#define TAILOR_VALUE_TAPE_SCAN_H

#include <string.h>

#include "value/tape.h"

/* Objects with more members than this are checked for duplicate keys when they
 * are complete. */
enum { TAPE_SORT_FROM = 32 };

struct scan {
    struct tape *tape;
    const char *end;
    size_t room;           /* nodes there is memory for, within the limit */
    size_t max_nodes;      /* limits, clamped to what a node can say */
    size_t max_depth;      /* … */
    size_t depth;          /* containers that are open */
    struct tape_open *top; /* the innermost of them */
    /* Where and why the text is refused: */
    const char *bad;
    const char *why;
    enum err code;
    bool too_deep;   /* with TOO_BIG; else it is the nodes */
    const char *key; /* the key that occurs twice, unless NULL */
    size_t key_len;
};

/* Notes that the text is refused at P for the reason WHY (static); returns
 * NULL. */
const char *scan_refuse(struct scan *s, const char *p, const char *why);

/* Reads the whole text onto the tape; false where it is refused. */
bool scan_text(struct scan *s);

/* Looks for a key that occurs twice in the complete object TOP; returns P, or
 * NULL where it found one. */
const char *scan_check_keys(struct scan *s, const struct tape_open *top,
                            const char *p);

/* The length of the JSON number at P, 0 if none exists. *BAD receives
 * where it went wrong. */
size_t scan_number(const char *p, const char *end, const char **bad);

/* The hash must look at the bytes of short keys in full, never past them. */
static inline uint16_t
hash_short(const char *key, size_t n)
{
    uint64_t a = 0, b = 0;
    if (n >= 8) {
        memcpy(&a, key, 8);
        memcpy(&b, key + n - 8, 8);
    } else if (n >= 4) {
        uint32_t head, tail;
        memcpy(&head, key, 4);
        memcpy(&tail, key + n - 4, 4);
        a = head;
        b = tail;
    } else if (n > 0) {
        a = (unsigned char)key[0];
        b = (uint64_t)(unsigned char)key[n / 2] << 8 |
            (unsigned char)key[n - 1];
    }
    uint64_t h = (a ^ (b << 23 | b >> 41)) + n;
    return (uint16_t)(h * 0x9e3779b97f4a7c15u >> 48);
}

/* A hash of all bytes of a key. Keys that collide can be made, so the caller
 * bounds what they cost. */
static inline size_t
hash_whole(const char *key, size_t n)
{
    uint64_t h = n, word;
    for (; n >= 8; key += 8, n -= 8) {
        memcpy(&word, key, 8);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    word = 0;
    memcpy(&word, key, n);
    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    return (size_t)(h ^ h >> 32);
}

#endif
