/*
 * What the schema of a block's targets says that a row must be sure of: that
 * they are dates or numbers.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_EXPECTED_H
#define TAILOR_WORKFLOW_DOCUMENT_EXPECTED_H

#include "mapping/plan/plan.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* The schema of what the rows of the block B fill: of its action, or its own;
 * NULL: none. SET has the connectors that D pins. */
const struct value *document_input_schema(const struct document *d,
                                          const struct connector_set *set,
                                          const struct block *b);

/* Tells P, compiled from ROWS, which are those of the block B of D, what the
 * schema of B says of their targets: of its action, or its own. SET has the
 * connectors that D pins. */
void document_expect(struct plan *p, const struct mapping_rows *rows,
                     const struct document *d, const struct connector_set *set,
                     const struct block *b);

#endif
