/* Cells that differ, for the agreed*.c files only. */
#ifndef TAILOR_WORKFLOW_PREVIEW_AGREED_PRIVATE_H
#define TAILOR_WORKFLOW_PREVIEW_AGREED_PRIVATE_H

#include "workflow/preview/agreed.h"

/* Adds one cell; all are copied, and EXPECTED, GIVEN and WHY may be NULL. */
void agreed_cells_add(struct agreed_cells *out, const char *block,
                      const char *path, const struct value *expected,
                      const struct value *given, const char *why);

#endif
