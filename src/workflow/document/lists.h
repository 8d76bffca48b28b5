/*
 * Which fields of what a mapping reads are lists, as the schemas of the
 * trigger and of other blocks' answers say: an API that sends one object for
 * a list of one is then understood.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_LISTS_H
#define TAILOR_WORKFLOW_DOCUMENT_LISTS_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* True where PATH ("lines", "orders[*].lines"), of what the mapping of READER
 * has as $ or of the output of BLOCK (NULL: $), is a list by its schema. SET
 * has the connectors that D pins. */
bool document_is_list(const struct document *d, const struct connector_set *set,
                      const struct block *reader, const char *block,
                      const char *path);

#endif
