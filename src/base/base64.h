/* Base64 (RFC 4648, section 4), with padding. */
#ifndef TAILOR_BASE_BASE64_H
#define TAILOR_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* The characters of N bytes in base64, without the NUL. */
size_t base64_length(size_t n);

/* Writes N bytes at P as base64_length(N) characters and a NUL. */
void base64_encode(char *out, const void *p, size_t n);

/* Reads the M characters at S, also with - and _ (section 5), with or without
 * padding and with white space between, into OUT, which has room for M bytes.
 * False where they are not base64. */
bool base64_decode(char *out, size_t *n, const char *s, size_t m);

#endif
