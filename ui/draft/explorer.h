/*
 * The sample explorer: the screen over a mapping or over the form of a block
 * that shows what can be read there as a tree, and puts the path of the marked
 * line where the person was about to write one.
 */
#ifndef TAILOR_UI_DRAFT_EXPLORER_H
#define TAILOR_UI_DRAFT_EXPLORER_H

#include "mapping/coverage/fields.h"
#include "ui/draft/offers.h"
#include "ui/draft/sample_tree.h"

/* What the screen beneath knows; strings are owned by the explorer. */
struct explored {
    char *sample;  /* its label */
    char *place;   /* where a path is asked for: a row, a block and field */
    char *reading; /* the path that stands there now, or NULL */
    bool typed;    /* a text is being typed there */
    bool each;     /* a list is read element by element there: "[*]" */
    const struct fields *fields; /* of all samples, borrowed, or NULL */
};

/* What a screen does for the explorer over it; STATE is that of its view. */
struct explorer_ops {
    /* Fills TREE with the sample and IN with the rest. Errors: REFUSED where no
     * path is asked for, NOT_FOUND where there is nothing to read. */
    enum err (*fill)(void *state, struct sample_tree *tree, struct explored *in,
                     struct error *e);

    /* Puts PATH where IN says that it is asked for; nothing is stored by that.
     * REFUSED where that place is not there any more, or not open. */
    enum err (*take)(void *state, const struct explored *in, const char *path,
                     struct error *e);
};

extern const struct explorer_ops mapping_explorer, editor_explorer;

/* Adds the record at ROOT to TREE where that is empty; and what the blocks
 * before O->block give. */
void explorer_add_record(struct sample_tree *tree, struct node_ref root);
void explorer_add_outputs(struct sample_tree *tree, const struct offers *o);

/* Puts PATH into LINE: for the whole of a path, for the word at the cursor of a
 * formula. */
void explorer_type(struct line_edit *line, const char *path);

#endif
