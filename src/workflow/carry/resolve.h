/* Resolving the conflicts of a document (workflow/document/conflicts.h). */
#ifndef TAILOR_WORKFLOW_CARRY_RESOLVE_H
#define TAILOR_WORKFLOW_CARRY_RESOLVE_H

#include "workflow/document/document.h"

enum conflict_choice {
    CHOOSE_OURS,   /* what the own version had */
    CHOOSE_THEIRS, /* what the new base has */
    CHOOSE_NOW     /* what stands there now: it was edited by hand, or the
                      edit is given up */
};

/* Makes *OUT, which the caller owns, the patch that makes the choice CHOICE of
 * the conflict I of D and takes the conflict out of D; as any edit it is undone
 * as a whole. Errors: NOT_FOUND (no such conflict, or its block or table is no
 * longer there), INVALID (CHOOSE_OURS of what is gone; a name that is taken).
 */
enum err conflict_resolve(struct value **out, const struct document *d,
                          size_t i, enum conflict_choice choice,
                          struct error *e);

#endif
