/* JSON Patch (RFC 6902) on value trees, with inverse patches. */
#ifndef TAILOR_VALUE_PATCH_H
#define TAILOR_VALUE_PATCH_H

#include "value/value.h"

/* Applies PATCH (an array of operations) to *ROOT, all or nothing: on an
 * error *ROOT is unchanged. Where INVERSE is not NULL it receives a new patch
 * that undoes PATCH exactly, key order included where JSON Patch can say it.
 * Errors: INVALID (malformed, with the index of the operation), NOT_FOUND
 * (path), CONFLICT (a "test" that failed). */
enum err patch_apply(struct value **root, const struct value *patch,
                     struct value **inverse, struct error *e);

/* A patch that turns FROM into TO: small, by member and element (elements
 * that carry an "id" member are matched by it). The caller owns it. */
struct value *patch_diff(const struct value *from, const struct value *to);

#endif
