/*
 * The cell buffer: what the screen should show. All drawing of the console
 * goes through it, clipped at its edges, so drawing needs no terminal and
 * nothing from outside can put a control character on one.
 */
#ifndef TAILOR_UI_TERM_CELLS_H
#define TAILOR_UI_TERM_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/term/theme.h"
#include "ui/term/width.h"

struct cell {
    char text[GRAPHEME_SIZE]; /* one grapheme, "" in the right half of one */
    uint8_t width;            /* 1 or 2; 0 in the right half */
    uint8_t style;            /* enum style */
};

struct cells {
    int rows, cols;
    struct cell *cell; /* rows * cols, row by row */
    int cursor_row, cursor_col;
    bool ascii; /* no character outside ASCII */
};

/* A part of the screen; may be empty, may reach past the edges. */
struct rect {
    int row, col, rows, cols;
};

enum glyph {
#define G(name, utf8, ascii) GLYPH_##name,
#include "ui/term/glyph.def"
#undef G
    GLYPH_COUNT
};

/* The sign for GLYPH, static. */
const char *glyph_text(enum glyph glyph, bool ascii);

/* A blank buffer of ROWS by COLS (each 0 to 2,000; more is cut). */
void cells_init(struct cells *c, int rows, int cols, bool ascii);

/* Changes the size; the content is blank afterwards. */
void cells_resize(struct cells *c, int rows, int cols);

/* Frees the cells. */
void cells_clear(struct cells *c);

/* Makes all cells, or those of R, blank in STYLE. */
void cells_blank(struct cells *c);
void cells_fill(struct cells *c, struct rect r, enum style style);

/* Writes TEXT from (ROW, COL) within WIDTH columns, hostile text made
 * visible; what does not fit is cut at a grapheme. Returns the columns used.
 * Cells beside the text are left as they are. */
int cells_text(struct cells *c, int row, int col, int width, enum style style,
               const char *text);

/* The same for N bytes. */
int cells_bytes(struct cells *c, int row, int col, int width, enum style style,
                const char *text, size_t n);

/* Like cells_text, but a cut text ends in an ellipsis, which no comma stands
 * before. */
int cells_fit(struct cells *c, int row, int col, int width, enum style style,
              const char *text);

/* Like cells_fit, but a cut text loses its middle: names differ at both ends.
 */
int cells_middle(struct cells *c, int row, int col, int width, enum style style,
                 const char *text);

/* Appends the beginning of the N bytes at TEXT that fits into COLS columns,
 * with an ellipsis where that is not all. */
void cells_cut(struct buf *out, const char *text, size_t n, int cols,
               bool ascii);

/* Like cells_middle, but its end begins with a word: of "Order to cash v1.2"
 * the version stays whole. */
int cells_middle_words(struct cells *c, int row, int col, int width,
                       enum style style, const char *text);

/* Writes TEXT so that it ends before column COL + WIDTH; returns its columns.
 * A cut text ends in an ellipsis. */
int cells_right(struct cells *c, int row, int col, int width, enum style style,
                const char *text);

/* Writes a formatted text of at most 1,023 bytes. */
int cells_textf(struct cells *c, int row, int col, int width, enum style style,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Writes TEXT over at most R.rows rows, broken at blanks where it can be;
 * what does not fit ends in an ellipsis. Returns the rows used. */
int cells_wrapped(struct cells *c, struct rect r, enum style style,
                  const char *text);

/* Writes one sign, or WIDTH of them in a row. */
void cells_glyph(struct cells *c, int row, int col, enum style style,
                 enum glyph glyph);
void cells_line(struct cells *c, int row, int col, int width, enum style style);

/* Gives the cells of R another style, their text stays. */
void cells_style(struct cells *c, struct rect r, enum style style);

/* Puts the cursor; a place outside is moved to the edge. */
void cells_cursor(struct cells *c, int row, int col);

/* The cell at (ROW, COL), or NULL outside. */
const struct cell *cells_at(const struct cells *c, int row, int col);

/* Appends one row, or all rows each ended by a newline, as plain text
 * without trailing blanks. */
void cells_row_text(const struct cells *c, int row, struct buf *out);
void cells_dump(const struct cells *c, struct buf *out);

/* True where both cells show the same. */
bool cell_same(const struct cell *a, const struct cell *b);

#endif
