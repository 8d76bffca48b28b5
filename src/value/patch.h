/* JSON Patch (RFC 6902) on value trees, with inverse patches. */
#ifndef TAILOR_VALUE_PATCH_H
#define TAILOR_VALUE_PATCH_H

#include "value/value.h"

/* Applies PATCH (an array of operations) to *ROOT, all or nothing: on an
 * error *ROOT is unchanged, else it is a new tree and what was borrowed from
 * the old one is gone. Where INVERSE is not NULL it receives a new patch that
 * undoes PATCH exactly. Errors: INVALID (malformed), NOT_FOUND (path),
 * CONFLICT (a "test" that failed), TOO_BIG (nested too deep, or copies that
 * add up to more than a document may hold); all with the number of the
 * operation, from 1.
 *
 * Beyond RFC 6902, which lets other readers ignore it, an operation that adds
 * a member may say "before": the key of the member to put it before. Inverse
 * patches do, so that they restore the order of keys as well. */
enum err patch_apply(struct value **root, const struct value *patch,
                     struct value **inverse, struct error *e);

/* The same without changing ROOT: *OUT is the new tree, which the caller owns;
 * NULL on an error. */
enum err patch_make(struct value **out, const struct value *root,
                    const struct value *patch, struct value **inverse,
                    struct error *e);

/* A patch that turns FROM into the same document as TO (value_same): small,
 * by member and element. Elements that all carry a string "id" of their own
 * are matched by it, also where they moved. The caller owns it. */
struct value *patch_diff(const struct value *from, const struct value *to);

#endif
