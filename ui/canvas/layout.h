/*
 * The layout of the canvas: one pure function turns an outline, what is
 * folded in it and the size of the canvas into cards, labels and lines. The
 * same input gives the same picture.
 *
 * The flow runs down. A block that repeats its blocks is a frame around them,
 * one that chooses is a fork with its lanes side by side, or as tabs where
 * they do not fit. The picture is never wider than the canvas; it may be
 * higher.
 */
#ifndef TAILOR_UI_CANVAS_LAYOUT_H
#define TAILOR_UI_CANVAS_LAYOUT_H

#include "ui/canvas/outline.h"
#include "ui/term/cells.h"

#define CANVAS_LANE 30 /* columns that a lane needs */

enum card_kind {
    CARD_BLOCK,  /* also the head of a fork */
    CARD_FOLDED, /* a block with all that it holds */
    CARD_FRAME,  /* the upper edge of a frame, which names its block */
    CARD_EMPTY,  /* a lane without blocks */
    CARD_SLOT    /* where a block would be inserted */
};

struct card {
    enum card_kind kind;
    struct spot spot; /* of a slot: OUTLINE_NONE and the lane */
    struct rect at;
};

/* The name of a lane, where its line begins or as a tab. A tab that is not
 * open stands for all blocks of its lane. */
struct label {
    size_t lane, lanes; /* a tab may stand for several: there is no room */
    struct rect at;     /* one row */
    bool right;         /* it ends at the right of its place */
    bool tab, open;
};

struct line {
    int row, col; /* where it begins */
    int length;   /* cells from there to its last; 0: a single cell */
    bool down;    /* else to the right */
};

/* Where the blocks of a lane stand side by side with others, or in a frame. */
struct strip {
    size_t lane;
    int col, cols;
};

struct picture {
    int rows, cols; /* without the map */
    bool tall;      /* cards have a border and three rows */
    bool map;       /* beside it stands one: it is higher than the canvas */
    struct card *cards;
    size_t card_count; /* in reading order */
    struct label *labels;
    size_t label_count;
    struct line *lines;
    size_t line_count;
    struct strip *strips;
    size_t strip_count;
    struct rect *ends; /* where a run ends: one cell each */
    size_t end_count;
};

struct canvas_look {
    int rows, cols;
    bool map_elsewhere;   /* the map takes no column: canvas_draw_map() */
    const bool *folded;   /* by block, NULL: none */
    const size_t *open;   /* by block: which of its lanes is open where they are
                             tabs; NULL: the first */
    size_t slot, slot_at; /* the lane with a slot, and before which of its
                             members; OUTLINE_NONE: no slot */
};

/* Where nothing is folded and no slot is open. */
struct canvas_look canvas_look(int rows, int cols);

void canvas_layout(struct picture *p, const struct outline *o,
                   const struct canvas_look *look);
void picture_clear(struct picture *p);

/* The card of SPOT, SIZE_MAX where it is not in the picture: it is folded, or
 * behind a tab. */
size_t picture_card(const struct picture *p, struct spot spot);

#endif
