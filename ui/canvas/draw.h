/*
 * Draws a picture of the canvas into cells: which part of it, what stands on
 * the cards, and the map beside one that is higher than the canvas.
 */
#ifndef TAILOR_UI_CANVAS_DRAW_H
#define TAILOR_UI_CANVAS_DRAW_H

#include "ui/canvas/layout.h"

enum face_change {
    FACE_SAME,
    FACE_ADDED,
    FACE_CHANGED,
    FACE_MOVED,
    FACE_REMOVED /* of another version, at its old place */
};

/* What became of a block in a run. */
enum face_run {
    FACE_NO_RUN, /* no run is shown */
    FACE_UNREACHED,
    FACE_DONE,
    FACE_STOPPED, /* the run ended here, as the block says */
    FACE_WAITING, /* the run waits here, or works on it */
    FACE_ASIDE,   /* some of its elements were set aside */
    FACE_UNKNOWN, /* sent, and no answer says what became of it */
    FACE_FAILED
};

/* What a block shows; texts are borrowed. */
struct face {
    size_t number; /* in reading order; 0: none is shown */
    const char *name, *kind, *summary;
    enum face_change change;
    enum face_run run; /* then SUMMARY says it in words */
    bool problem;
    bool chosen;  /* one of several that are marked */
    bool read_by; /* the marked block reads it */
    bool reads;   /* it reads the marked block */
};

#define CANVAS_UNKNOWN SIZE_MAX

struct canvas_paint {
    const struct picture *picture;
    const struct outline *outline;
    const struct face *faces; /* by block */
    const size_t *samples;    /* by lane: how many go there, CANVAS_UNKNOWN: not
                                 known; NULL: of no lane */
    struct spot mark;
    int top; /* the row of the picture that is drawn first */
};

/* The top that shows the card of MARK with a row before and behind it in ROWS
 * rows, or with the cards before and behind it where there is room; as near to
 * TOP as can be. */
int canvas_scroll(const struct picture *p, struct spot mark, int top, int rows);

/* The same for the slot of the picture. */
int canvas_scroll_slot(const struct picture *p, int top, int rows);

/* Draws the map along the row R where the picture is higher than the ROWS of
 * the canvas. Beside rows that scroll a map is sent again with each of them,
 * here it stays. */
void canvas_draw_map(const struct canvas_paint *paint, struct cells *c,
                     struct rect r, int rows);

/* Draws into R, and puts the cursor on the marked card. */
void canvas_draw(const struct canvas_paint *paint, struct cells *c,
                 struct rect r);

#endif
