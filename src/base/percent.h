/*
 * Percent-encoding, and single hexadecimal digits.
 * Source: RFC 3986 sections 2.1 and 2.3.
 */
#ifndef TAILOR_BASE_PERCENT_H
#define TAILOR_BASE_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The value of the hexadecimal digit C, of either case; -1 for others. */
int hex_digit(char c);

/* True for what RFC 3986 calls unreserved: letters, digits and "-._~". */
bool percent_is_unreserved(char c);

/* Appends N bytes at S; all but the unreserved become %XX, in capitals. */
void percent_encode(struct buf *out, const char *s, size_t n);

/* The byte of "%XX" at S (N bytes left), or -1 where S begins with no such
 * escape. */
int percent_byte(const char *s, size_t n);

#endif
