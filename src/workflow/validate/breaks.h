/*
 * What an edit breaks: texts of blocks that were right and no longer are, and
 * texts that are still right and read something else than before. An edit may
 * do both, and a person must see it before.
 */
#ifndef TAILOR_WORKFLOW_VALIDATE_BREAKS_H
#define TAILOR_WORKFLOW_VALIDATE_BREAKS_H

#include "workflow/validate/validate.h"

struct edit_made {
    const struct document *from, *to;
    const struct value *origins; /* for the id of a block of TO the id that it
                                    had in FROM: then only these blocks are
                                    looked at. NULL: all, with their own ids */
    const struct connector_set *set; /* that both pin */
};

/* Adds to OUT (initialised) what the edit has broken, in the order of the
 * document: an error for each place that is wrong now and was not, a warning
 * for each that reads something else: another block of the same name, or of
 * $ the element or the trigger of another block. Blocks that the edit made are
 * left out. */
void breaks_of_edit(const struct edit_made *edit, struct problem_list *out);

#endif
