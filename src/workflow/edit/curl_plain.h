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

/* True for a value of a query that tells nothing: at most four digits, "true"
 * or "false". */
bool plain_value(const char *value);

/* True where the header NAME is known and VALUE is of plain words: media types
 * for Accept; words, short numbers, languages for the others. */
bool plain_header(const char *name, const char *value);

/* Appends the N bytes of a URL's path at PATH: of a step that is not a plain
 * word or a short number only "{step}", and no parameter behind ";". *BLANKS
 * and *CUT receive how many those were. */
void plain_path(const char *path, size_t n, struct buf *out, size_t *blanks,
                size_t *cut);

#endif
