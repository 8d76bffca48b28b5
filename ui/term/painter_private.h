/* The parts of painter.c: a row, and rows that have moved. */
#ifndef TAILOR_UI_TERM_PAINTER_PRIVATE_H
#define TAILOR_UI_TERM_PAINTER_PRIVATE_H

#include "ui/term/painter.h"

enum { UNKNOWN = -1 };

/* The bytes of one paint, and where the terminal is after them. */
struct brush {
    struct painter *painter;
    struct buf *out;
    int row, col; /* of the cursor, UNKNOWN */
    struct look look;
    size_t look_end; /* of OUT when a look was sent last */
};

/* Appends SEQUENCE; nothing where the terminal has none. */
void brush_send(struct brush *b, enum sequence sequence, int a, int z);

/* The bytes that SEQUENCE costs, or more than any where none exists. */
size_t brush_cost(const struct brush *b, enum sequence sequence, int a, int z);

/* Brings the cursor to (ROW, COL), the cheapest way. */
void brush_go(struct brush *b, int row, int col);

/* Brings the look to LOOK. */
void brush_look(struct brush *b, struct look look);

/* True where both cells look the same on the terminal. */
bool brush_same(const struct painter *p, const struct cell *a,
                const struct cell *b);

/* Scrolls what moved from the cells that are shown to those of WANTED; the
 * shown ones are then as the terminal's. */
void brush_scroll(struct brush *b, const struct cells *wanted);

#endif
