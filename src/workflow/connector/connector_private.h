/* The shape of a connector document. Used by connector.c only. */
#ifndef TAILOR_WORKFLOW_CONNECTOR_CONNECTOR_PRIVATE_H
#define TAILOR_WORKFLOW_CONNECTOR_CONNECTOR_PRIVATE_H

#include "value/value.h"

#define CONNECTOR_MAX_BYTES (4 * 1024 * 1024)

/* Errors: INVALID with the place, NEWER. */
enum err connector_check(const struct value *root, struct error *e);

#endif
