/* The values of a conflict, drawn for a person who compares them. */
#ifndef TAILOR_UI_SCREEN_CONFLICT_VALUES_H
#define TAILOR_UI_SCREEN_CONFLICT_VALUES_H

#include "ui/term/cells.h"

/* What is to be decided, as people read it. */
struct conflict_values {
    const char *base, *ours, *theirs; /* old base, own version, new base */
    const char *now;                  /* what the draft has; NULL: not known */
};

/* Draws W into R, each value with its name and its share of the rows; returns
 * the rows used. */
int conflict_values_draw(const struct conflict_values *w, struct cells *c,
                         struct rect r);

#endif
