/*
 * What of a call may be stored: an allow-list. Nobody can tell a secret by its
 * name or its look, so what is not known to be plain counts as one.
 */
#ifndef TAILOR_WORKFLOW_EDIT_CURL_PLAIN_H
#define TAILOR_WORKFLOW_EDIT_CURL_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* True for a name of a query's parameter, or of a field: letters, digits and
 * _ . - $ [ ], at most 40, that do not look like a key. */
bool plain_name(const char *name);

/* True for a VALUE of a query that tells nothing: "true" or "false"; at most
 * four digits where NAME is that of a count, such as "limit". */
bool plain_value(const char *name, const char *value);

/* True for a NAME of a query that may stand without a value: one of known
 * words. Another may be a secret that ends with "=". */
bool plain_empty_name(const char *name);

/* True where the header NAME is known and VALUE is of known words: media types
 * for Accept; words, short numbers, languages for the others. */
bool plain_header(const char *name, const char *value);

/* Appends the N bytes of a URL's path at PATH: of a step that is not made of
 * known words or a short number only "{step}", and no parameter behind ";".
 * KEPT receives the steps that were kept, *BLANKS and *CUT how many the others
 * were. */
void plain_path(const char *path, size_t n, struct buf *out, struct buf *kept,
                size_t *blanks, size_t *cut);

#endif
