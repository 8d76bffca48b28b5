/*
 * Where something is in a workflow document, in the names that people read:
 * "Tax > formula", "Create cash sale > mapping[taxTotal] > source". Messages
 * name places so; JSON Pointers are for programs.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_PLACE_H
#define TAILOR_WORKFLOW_DOCUMENT_PLACE_H

#include "value/value.h"

/* Makes OUT the name of what POINTER names in the document ROOT: from the
 * innermost block with a name on; "document" for the whole. */
void place_name(const struct value *root, const char *pointer, struct buf *out);

#endif
