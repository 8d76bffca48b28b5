/* The difference of two versions as a picture: the newer one on the canvas,
 * with the blocks that only the older one has at their old places. */
#ifndef TAILOR_UI_SCREEN_DIFF_CANVAS_H
#define TAILOR_UI_SCREEN_DIFF_CANVAS_H

#include "ui/screen/shown_canvas.h"
#include "workflow/edit/diff.h"

struct diff_canvas {
    struct document *both; /* NULL: cleared */
    struct shown_canvas shown;
};

/* Makes C, which is all zero or cleared, of FROM, TO and CHANGES, what leads
 * from one to the other; the first block that differs is marked. */
enum err diff_canvas_make(struct diff_canvas *c, const struct document *from,
                          const struct document *to,
                          const struct change_list *changes, struct error *e);
void diff_canvas_clear(struct diff_canvas *c);

/* The canvas, and below it what CHANGES say of the marked block. */
void diff_canvas_draw(struct diff_canvas *c, const struct change_list *changes,
                      struct cells *cells, struct rect r);

/* Goes about; REACT_IGNORED for other actions. */
unsigned diff_canvas_move(struct diff_canvas *c,
                          const struct invocation *invocation, struct error *e);

/* Appends all that CHANGES say of the marked block, a line each. */
void diff_canvas_words(const struct diff_canvas *c,
                       const struct change_list *changes, struct buf *out);

#endif
