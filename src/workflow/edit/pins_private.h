/* Connectors that a document pins, as the makers of patches use them. */
#ifndef TAILOR_WORKFLOW_EDIT_PINS_PRIVATE_H
#define TAILOR_WORKFLOW_EDIT_PINS_PRIVATE_H

#include "workflow/edit/selection.h"

/* True where the block V, or one inside it, uses APP. */
bool pin_uses(const struct value *v, const char *app);

/* Appends to PATCH that D also pins PINS (app to hash, *taken*). */
void pin_add(struct value *patch, const struct document *d, struct value *pins);

/* What D must pin of SET (may be NULL) for BLOCKS, an array: app to hash,
 * owned by the caller. */
struct value *pin_needed(const struct document *d, const struct value *blocks,
                         const struct connector_set *set);

/* Appends to PATCH that D no longer pins what only the blocks of S use. */
void pin_remove(struct value *patch, const struct document *d,
                const struct selection *s);

#endif
