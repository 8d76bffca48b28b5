/* Places in lists of blocks, as the makers of patches use them. */
#ifndef TAILOR_WORKFLOW_EDIT_LIST_PLACE_PRIVATE_H
#define TAILOR_WORKFLOW_EDIT_LIST_PLACE_PRIVATE_H

#include "workflow/edit/edit.h"

/* A place in a list of blocks. */
struct list_place {
    char *list; /* pointer of the list */
    size_t index;
    bool absent; /* the list is not there yet */
};

/* The pointer of the list that B stands in, a new string. */
char *list_pointer(const struct block *b);

/* The place in D that PLACE says. Errors: those of edit.h. */
enum err list_place_find(struct list_place *out, const struct document *d,
                         struct edit_place place, struct error *e);

/* Appends to PATCH that BLOCKS (an array, *taken*) stand at SPOT, in their
 * order; clears SPOT. */
void list_place_put(struct value *patch, struct list_place *spot,
                    struct value *blocks);

#endif
