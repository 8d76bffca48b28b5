/*
 * Makes the bytes that bring a terminal from what it shows to what it should
 * show, as few as it can: rows that moved are scrolled, equal cells are passed
 * over, attributes are sent as their difference. Knows no terminal: what one
 * understands is asked of struct painter_terminal.
 */
#ifndef TAILOR_UI_TERM_PAINTER_H
#define TAILOR_UI_TERM_PAINTER_H

#include "ui/term/cells.h"

enum sequence {
    SEQUENCE_CLEAR,       /* all blank, the cursor in the upper left corner */
    SEQUENCE_PLACE,       /* to row A, column B, from 0 */
    SEQUENCE_ROW,         /* to row A, in the same column */
    SEQUENCE_COLUMN,      /* to column A, in the same row */
    SEQUENCE_RIGHT,       /* A columns to the right */
    SEQUENCE_ERASE_END,   /* blanks to the end of the row */
    SEQUENCE_ERASE,       /* A blanks; the cursor stays */
    SEQUENCE_REGION,      /* rows A to B alone scroll */
    SEQUENCE_SCROLL_UP,   /* in the last row of the region: one row goes */
    SEQUENCE_SCROLL_DOWN, /* in its first row */
    SEQUENCE_PLAIN,       /* no attribute, no colour */
    SEQUENCE_BOLD,
    SEQUENCE_DIM,
    SEQUENCE_UNDERLINE,
    SEQUENCE_REVERSE,
    SEQUENCE_COLOUR /* of the text: A */
};

struct painter_terminal {
    /* The bytes of SEQUENCE, valid until the next call; NULL where the
     * terminal has none. PLACE and PLAIN it must have, or no look. */
    const char *(*bytes)(enum sequence sequence, int a, int b);
    bool corner_scrolls; /* writing the last cell of the screen scrolls it */
};

struct painter {
    struct painter_terminal terminal;
    struct look looks[STYLE_COUNT];
    struct cells shown;
    bool shown_valid; /* false: nothing is known of the terminal */
};

void painter_init(struct painter *p, const struct painter_terminal *terminal);
void painter_clear(struct painter *p);

/* Appends the bytes that show CELLS, with the cursor in its place and without
 * an attribute set at the end; CELLS are then what is shown. */
void painter_paint(struct painter *p, const struct cells *cells,
                   struct buf *out);

#endif
