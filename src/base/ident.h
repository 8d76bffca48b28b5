/*
 * Identifiers: 24 hexadecimal digits, minted where a thing is made and the
 * same everywhere (the embedded API's clients decide by that shape whether a
 * word is an id). The first 8 digits are the time in seconds, the rest is
 * random, so ids sort roughly by age.
 */
#ifndef TAILOR_BASE_IDENT_H
#define TAILOR_BASE_IDENT_H

#include <stdbool.h>
#include <stddef.h>

#define IDENT_SIZE 25 /* 24 digits and the NUL */
#define UUID_SIZE 37

/* Writes a fresh id into ID. */
void ident_new(char id[IDENT_SIZE]);

/* True where S is exactly 24 lower-case hexadecimal digits. */
bool ident_is(const char *s);

/* Writes a random UUID version 4 (RFC 9562) into UUID; blocks use it. */
void uuid_new(char uuid[UUID_SIZE]);

/* True where S is shaped as a UUID in lower case. */
bool uuid_is(const char *s);

/* Fills P with N random bytes from the system. */
void random_bytes(void *p, size_t n);

/* Writes 2 * N lower-case hexadecimal digits and a NUL for N bytes at P. */
void hex_encode(char *out, const void *p, size_t n);

/* Reads 2 * N hexadecimal digits at HEX into OUT; false where they are not. */
bool hex_decode(void *out, const char *hex, size_t n);

#endif
