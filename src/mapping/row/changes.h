/*
 * What a row says otherwise than another beside its source: whatever reads as
 * unchanged by its target and source, and is not.
 */
#ifndef TAILOR_MAPPING_ROW_CHANGES_H
#define TAILOR_MAPPING_ROW_CHANGES_H

#include "mapping/row/rows.h"

/* What WANTED has otherwise than NOW (NULL: a row that is new), of all members
 * but target and source: [{"member","now","wanted"}…], both in words ("clear",
 * "yes", "none"), empty without any. The caller owns it. */
struct value *row_changes(const struct mapping_row *now,
                          const struct mapping_row *wanted);

/* Appends CHANGES, an answer of row_changes, as "write always -> clear, default
 * none -> 0". */
void row_changes_words(const struct value *changes, struct buf *out);

#endif
