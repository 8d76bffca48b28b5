/*
 * Places for blocks: where one can be inserted near a spot, and where a block
 * goes that moves one step.
 */
#ifndef TAILOR_UI_CANVAS_PLACE_H
#define TAILOR_UI_CANVAS_PLACE_H

#include "ui/canvas/outline.h"
#include "workflow/edit/edit.h"

/* Before the member AT of LANE; behind its last where AT is its count. */
struct place {
    size_t lane, at;
};
#define PLACE_NONE ((struct place){OUTLINE_NONE, 0})

/* The places near S, the usual one first: behind it, into each of its lanes,
 * the end of the lane around it, before it. *COUNT is at least 1; the caller
 * frees them. */
struct place *places_near(const struct outline *o, struct spot s,
                          size_t *count);

/* The place for edits (src/workflow/edit); its texts are borrowed from O. */
struct edit_place place_for_edit(const struct outline *o, struct place at);

/* Appends "after 3 Tax", "first in yes of 4 Paid?". */
void place_words(const struct outline *o, struct place at, struct buf *out);

/* Appends "into yes of 4 Paid?", or for OUTLINE_TOP "out of all blocks". */
void place_lane_words(const struct outline *o, size_t lane, struct buf *out);

/* One place on in reading order for BLOCK, which goes into blocks that are not
 * FOLDED (NULL: none are) and comes out of them; PLACE_NONE at the ends. */
struct place place_step(const struct outline *o, const bool *folded,
                        size_t block, bool down);

/* The lane at the right or left of that of BLOCK. */
struct place place_beside(const struct outline *o, size_t block, bool right);

#endif
