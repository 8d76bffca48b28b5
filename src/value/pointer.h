/* JSON Pointer (RFC 6901) on value trees and tapes. */
#ifndef TAILOR_VALUE_POINTER_H
#define TAILOR_VALUE_POINTER_H

#include "value/tape.h"

/* The value that POINTER ("" or "/a/0/b~1c") names in ROOT, borrowed; NULL
 * with NOT_FOUND or INVALID in E (may be NULL) if none exists. */
struct value *pointer_get(const struct value *root, const char *pointer,
                          struct error *e);

/* The node that POINTER names on T, SIZE_MAX if none exists. */
size_t pointer_find(const struct tape *t, const char *pointer);

/* Appends "/" and KEY, escaped (~0, ~1), to the pointer in OUT. */
void pointer_add_key(struct buf *out, const char *key, size_t n);
void pointer_add_index(struct buf *out, size_t i);

#endif
