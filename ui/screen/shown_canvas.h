/* A workflow on a canvas that is looked at and not edited: what the difference
 * of two versions and a run share. */
#ifndef TAILOR_UI_SCREEN_SHOWN_CANVAS_H
#define TAILOR_UI_SCREEN_SHOWN_CANVAS_H

#include "ui/app/action.h"
#include "ui/canvas/draw.h"
#include "ui/widget/reaction.h"

struct shown_canvas {
    const struct document *document; /* borrowed; NULL: cleared */
    struct outline outline;
    struct face *faces; /* by block, for the caller to fill in */
    char **summaries;   /* of the faces */
    size_t *open;       /* by block: which of its lanes, where they are tabs */
    struct picture picture;
    struct spot mark;
    int rows, cols; /* of the canvas, as drawn last */
    int top;
};

/* Makes C, which is all zero or cleared, of D (borrowed until it is cleared):
 * each block with its number, name, kind and summary. */
void shown_canvas_make(struct shown_canvas *c, const struct document *d);
void shown_canvas_clear(struct shown_canvas *c);

/* Goes to SPOT (SPOT_NONE: stays) and lays the picture out around it. */
void shown_canvas_go(struct shown_canvas *c, struct spot spot);

/* The next block after the marked one, or before it, whose face is FOUND; goes
 * round. SPOT_NONE where none is. */
struct spot shown_canvas_next(const struct shown_canvas *c, bool next,
                              bool (*found)(const struct face *));

/* The marked block, OUTLINE_NONE where an empty lane or nothing is marked. */
size_t shown_canvas_block(const struct shown_canvas *c);

/* Draws the canvas into R, but for rows at its end that the caller fills with
 * what is said of the marked block; the first of them is a line. Returns where
 * these are, without rows where there is no room for both. */
struct rect shown_canvas_draw(struct shown_canvas *c, struct cells *cells,
                              struct rect r);

/* Goes where ACTION with COUNT leads to; REACT_IGNORED for other actions. */
unsigned shown_canvas_move(struct shown_canvas *c,
                           const struct invocation *invocation,
                           struct error *e);

#endif
