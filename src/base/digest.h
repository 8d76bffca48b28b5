/* SHA-256 and HMAC-SHA-256 as bytes and as hexadecimal names. */
#ifndef TAILOR_BASE_DIGEST_H
#define TAILOR_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_BYTES 32
#define DIGEST_SIZE 65 /* 64 digits and the NUL */

/* SHA-256 (FIPS 180-4) of N bytes at P, as 64 lower-case digits. */
void digest_hex(char out[DIGEST_SIZE], const void *p, size_t n);

/* The same as 32 bytes. */
void digest_bytes(unsigned char out[DIGEST_BYTES], const void *p, size_t n);

/* HMAC-SHA-256 (RFC 2104) of N bytes at P under a key of KEY_LEN bytes. */
void digest_hmac(unsigned char out[DIGEST_BYTES], const void *key,
                 size_t key_len, const void *p, size_t n);

/* 1 where the N bytes at A and B are equal, in constant time, else 0. */
int digest_equal(const void *a, const void *b, size_t n);

#endif
