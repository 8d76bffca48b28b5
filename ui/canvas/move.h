/*
 * Going about on the canvas: what is beside, before and behind a spot. Each
 * returns the spot that a step leads to, SPOT_NONE where nothing is; what is
 * not in the picture can be reached by opening the lanes around it.
 */
#ifndef TAILOR_UI_CANVAS_MOVE_H
#define TAILOR_UI_CANVAS_MOVE_H

#include "ui/canvas/layout.h"

/* The first spot of LANE: its first block, else itself. */
struct spot lane_begin(const struct outline *o, size_t lane);

/* Opens in OPEN, by block, the lanes around S. */
void move_open(const struct outline *o, struct spot s, size_t *open);

/* The spot of the picture that stands for S: the innermost folded block around
 * it where it is folded; S itself where a lane is not open. */
struct spot move_visible(const struct outline *o, const bool *folded,
                         struct spot s);

/* DELTA spots of the picture on, in reading order; the first or last of the
 * picture where there are not so many. */
struct spot move_step(const struct picture *p, struct spot s, long delta);

/* The lane beside, at the nearest row. To the right a block that holds lanes
 * leads into them; to the left the first lane leads to its block. */
struct spot move_beside(const struct picture *p, const struct outline *o,
                        struct spot s, bool right);

/* The next or previous block of the same lane. */
struct spot move_level(const struct outline *o, struct spot s, bool next);

/* The last spot of the block around S (of S itself, where it holds blocks and
 * shows them), and from there that block. */
struct spot move_end(const struct picture *p, const struct outline *o,
                     struct spot s);

#endif
