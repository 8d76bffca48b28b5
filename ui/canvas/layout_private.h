/* The picture while it is made: pen.c adds to it, card.c places single cards,
 * layout.c everything that holds others. */
#ifndef TAILOR_UI_CANVAS_LAYOUT_PRIVATE_H
#define TAILOR_UI_CANVAS_LAYOUT_PRIVATE_H

#include "ui/canvas/layout.h"

/* A part of the canvas, as wide as what is placed there may be. */
struct area {
    int col, cols;
};

/* How far the flow has come in an area. */
struct flow {
    int row;  /* the next free one */
    int from; /* where its line comes from; -1: nothing goes on from there */
};

struct pen {
    struct picture *picture;
    const struct outline *outline;
    const struct canvas_look *look;
};

/* The column of the line in the middle of A. */
int area_axis(struct area a);

void pen_card(struct pen *pen, enum card_kind kind, struct spot spot,
              struct rect at);
void pen_label(struct pen *pen, struct label label);
void pen_end(struct pen *pen, int row, int col);
void pen_strip(struct pen *pen, size_t lane, struct area a);

/* Lines; from FROM to TO, both included. */
void pen_across(struct pen *pen, int row, int from, int to);
void pen_down(struct pen *pen, int col, int from, int to);

/* The card of the block in A: draws the line that leads to it. */
struct flow place_card(struct pen *pen, enum card_kind kind, struct spot spot,
                       struct area a, struct flow f);

#endif
