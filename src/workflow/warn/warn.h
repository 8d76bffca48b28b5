/*
 * Warnings that samples give: keys that only look equal, totals that do not
 * add up, zeros that get lost. They are of the document and its samples alone;
 * nothing is changed.
 */
#ifndef TAILOR_WORKFLOW_WARN_WARN_H
#define TAILOR_WORKFLOW_WARN_WARN_H

#include "workflow/preview/preview.h"
#include "workflow/problem.h"

/* Adds to OUT the warnings that the COUNT samples and the value tables give
 * for the document D of P; BLOCK (NULL: any) is the only one that is looked
 * at, and then value tables are not. SET has the connectors that D pins. A
 * sample that cannot be walked gives none. P is left without a visitor. */
void warnings_find(struct problem_list *out, struct previewer *p,
                   const struct document *d, const struct connector_set *set,
                   const struct block *block,
                   const struct preview_sample *samples, size_t count,
                   int64_t now_ms);

#endif
