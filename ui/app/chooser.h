/*
 * A list that narrows as one types above it: the actions of a screen, the
 * blocks that can be inserted. Up, Down and pages move in the list.
 */
#ifndef TAILOR_UI_APP_CHOOSER_H
#define TAILOR_UI_APP_CHOOSER_H

#include "ui/widget/line_edit.h"
#include "ui/widget/reaction.h"
#include "ui/widget/row_list.h"

struct chooser {
    struct row_list *rows; /* to be filled by row_list_add */
    struct table table;
    struct line_edit line;
    const char *label; /* what stands before the typed text */
};

/* An empty list over the COUNT columns at COLUMNS; EMPTY is what it says where
 * no row is left. All are borrowed. To be emptied by chooser_clear. */
void chooser_init(struct chooser *c, const struct row_list_ops *ops,
                  const struct column *columns, size_t count, const char *label,
                  const char *empty);
void chooser_clear(struct chooser *c);

void chooser_draw(struct chooser *c, struct cells *cells, struct rect r);

/* Takes a key: *CHOSEN is set where it chooses the marked row, and what is
 * returned is for the view otherwise. */
unsigned chooser_key(struct chooser *c, const struct key *key, bool *chosen,
                     struct error *e);

#endif
