/* The cell buffer; see cells.h. */
#include "ui/term/cells.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CELLS_MOST 2000 /* rows and columns */

const char *
glyph_text(enum glyph glyph, bool ascii)
{
    static const char *const texts[GLYPH_COUNT][2] = {
#define G(name, utf8, plain) {utf8, plain},
#include "ui/term/glyph.def"
#undef G
    };
    return texts[glyph][ascii];
}

static int
clamp(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

static const struct cell blank_cell = {" ", 1, STYLE_NORMAL};

void
cells_init(struct cells *c, int rows, int cols, bool ascii)
{
    *c = (struct cells){.ascii = ascii};
    cells_resize(c, rows, cols);
}

void
cells_resize(struct cells *c, int rows, int cols)
{
    c->rows = clamp(rows, 0, CELLS_MOST);
    c->cols = clamp(cols, 0, CELLS_MOST);
    free(c->cell);
    c->cell =
        mem_array((size_t)c->rows * (size_t)c->cols + 1, sizeof(struct cell));
    cells_blank(c);
}

void
cells_clear(struct cells *c)
{
    FREE_NULL(c->cell);
    c->rows = c->cols = 0;
}

void
cells_blank(struct cells *c)
{
    for (size_t i = 0; i < (size_t)c->rows * (size_t)c->cols; i++)
        c->cell[i] = blank_cell;
    c->cursor_row = c->cursor_col = 0;
}

static struct cell *
cell_get(const struct cells *c, int row, int col)
{
    if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
        return NULL;
    return &c->cell[(size_t)row * (size_t)c->cols + (size_t)col];
}

const struct cell *
cells_at(const struct cells *c, int row, int col)
{
    return cell_get(c, row, col);
}

/* Blanks a cell, and the other half where it was half of a wide one. */
static void
cell_vacate(struct cells *c, int row, int col)
{
    struct cell *at = cell_get(c, row, col);
    if (!at)
        return;
    struct cell *other = NULL;
    if (at->width == 0)
        other = cell_get(c, row, col - 1);
    else if (at->width == 2)
        other = cell_get(c, row, col + 1);
    if (other)
        *other = (struct cell){" ", 1, other->style};
    *at = (struct cell){" ", 1, at->style};
}

static void
cell_set(struct cells *c, int row, int col, const char *text, size_t n,
         int width, enum style style)
{
    for (int i = 0; i < width; i++)
        cell_vacate(c, row, col + i);
    struct cell *at = cell_get(c, row, col);
    if (!at)
        return;
    memset(at, 0, sizeof *at);
    memcpy(at->text, text, n);
    at->width = (uint8_t)width;
    at->style = (uint8_t)style;
    struct cell *right = width == 2 ? cell_get(c, row, col + 1) : NULL;
    if (right)
        *right = (struct cell){"", 0, (uint8_t)style};
}

/* Writes a grapheme as far as it fits in WIDTH; returns columns used, or -1
 * where it was cut. */
static int
put_grapheme(struct cells *c, int row, int col, int width, enum style style,
             const struct grapheme *g)
{
    if (!g->escaped) {
        if (g->width > width || col + g->width > c->cols)
            return -1;
        if (col >= 0)
            cell_set(c, row, col, g->text, strlen(g->text), g->width, style);
        return g->width;
    }
    for (int i = 0; i < g->width && i < width; i++)
        cell_set(c, row, col + i, g->text + i, 1, 1, style);
    return g->width > width ? -1 : g->width;
}

int
cells_bytes(struct cells *c, int row, int col, int width, enum style style,
            const char *text, size_t n)
{
    if (row < 0 || row >= c->rows)
        return 0;
    int used = 0;
    for (size_t at = 0; at < n && used < width;) {
        struct grapheme g;
        grapheme_next(text + at, n - at, c->ascii, &g);
        int w = put_grapheme(c, row, col + used, width - used, style, &g);
        if (w < 0)
            return g.escaped ? width : used;
        used += w;
        at += g.used;
    }
    return used;
}

int
cells_text(struct cells *c, int row, int col, int width, enum style style,
           const char *text)
{
    return cells_bytes(c, row, col, width, style, text, strlen(text));
}

/* True where what stands in the USED columns from COL on ends in a blank or in
 * the sign that ends a clause. */
static bool
ends_in_gap(const struct cells *c, int row, int col, int used)
{
    const struct cell *last =
        used > 1 ? cells_at(c, row, col + used - 1) : NULL;
    return last && *last->text && strspn(last->text, " ,;:") > 0;
}

int
cells_fit(struct cells *c, int row, int col, int width, enum style style,
          const char *text)
{
    if (width_text(text, strlen(text), c->ascii) <= width)
        return cells_text(c, row, col, width, style, text);
    if (width <= 0)
        return 0;
    int used = cells_text(c, row, col, width - 1, style, text);
    for (; ends_in_gap(c, row, col, used); used--)
        cells_text(c, row, col + used, 1, style, " ");
    cells_glyph(c, row, col + used, style, GLYPH_ELLIPSIS);
    return used + 1;
}

void
cells_cut(struct buf *out, const char *text, size_t n, int cols, bool ascii)
{
    size_t fits = 0, cut = 0;
    for (int used = 0; fits < n && used <= cols;) {
        struct grapheme g;
        if (used < cols)
            cut = fits;
        grapheme_next(text + fits, n - fits, ascii, &g);
        used += g.width;
        fits += used <= cols ? g.used : 0;
    }
    buf_add(out, text, fits == n ? n : cut);
    if (fits < n)
        buf_adds(out, glyph_text(GLYPH_ELLIPSIS, ascii));
}

/* Where the last graphemes of TEXT begin that fit into WIDTH columns. */
static size_t
tail_of(const char *text, size_t n, int width, bool ascii)
{
    size_t at = n;
    while (at > 0) {
        size_t before = grapheme_before(text, at, ascii);
        if (width_text(text + before, n - before, ascii) > width)
            break;
        at = before;
    }
    return at;
}

/* Writes TEXT up to the byte TAIL as far as it fits into WIDTH columns, an
 * ellipsis and what is from TAIL on. */
static int
without_middle(struct cells *c, struct rect at, enum style style,
               const char *text, size_t tail)
{
    size_t n = strlen(text);
    int row = at.row, col = at.col, width = at.cols;
    int columns = width_text(text + tail, n - tail, c->ascii);
    int used = cells_bytes(c, row, col, width - 1 - columns, style, text, tail);
    cells_glyph(c, row, col + used, style, GLYPH_ELLIPSIS);
    used++;
    return used +
           cells_text(c, row, col + used, width - used, style, text + tail);
}

int
cells_middle(struct cells *c, int row, int col, int width, enum style style,
             const char *text)
{
    size_t n = strlen(text);
    if (width < 5 || width_text(text, n, c->ascii) <= width)
        return cells_fit(c, row, col, width, style, text);
    return without_middle(c, (struct rect){row, col, 1, width}, style, text,
                          tail_of(text, n, width / 2, c->ascii));
}

int
cells_middle_words(struct cells *c, int row, int col, int width,
                   enum style style, const char *text)
{
    enum { HEAD = 5 }; /* columns before the end, with the ellipsis */
    size_t n = strlen(text);
    if (width_text(text, n, c->ascii) <= width)
        return cells_fit(c, row, col, width, style, text);
    for (const char *word = strchr(text, ' '); word;
         word = strchr(word + 1, ' ')) {
        size_t tail = (size_t)(word + 1 - text);
        if (width_text(text + tail, n - tail, c->ascii) + HEAD <= width)
            return without_middle(c, (struct rect){row, col, 1, width}, style,
                                  text, tail);
    }
    return cells_middle(c, row, col, width, style, text);
}

int
cells_right(struct cells *c, int row, int col, int width, enum style style,
            const char *text)
{
    int columns = width_text(text, strlen(text), c->ascii);
    int indent = columns < width ? width - columns : 0;
    return cells_fit(c, row, col + indent, width - indent, style, text);
}

int
cells_textf(struct cells *c, int row, int col, int width, enum style style,
            const char *format, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return cells_text(c, row, col, width, style, text);
}

void
cells_glyph(struct cells *c, int row, int col, enum style style,
            enum glyph glyph)
{
    cells_text(c, row, col, 1, style, glyph_text(glyph, c->ascii));
}

void
cells_line(struct cells *c, int row, int col, int width, enum style style)
{
    for (int i = 0; i < width; i++)
        cells_glyph(c, row, col + i, style, GLYPH_LINE);
}

/* Cuts R to the buffer. */
static struct rect
rect_clip(const struct cells *c, struct rect r)
{
    int bottom = clamp(r.row + r.rows, 0, c->rows);
    int right = clamp(r.col + r.cols, 0, c->cols);
    r.row = clamp(r.row, 0, c->rows);
    r.col = clamp(r.col, 0, c->cols);
    r.rows = bottom - r.row;
    r.cols = right - r.col;
    return r;
}

void
cells_fill(struct cells *c, struct rect r, enum style style)
{
    r = rect_clip(c, r);
    for (int y = 0; y < r.rows; y++) {
        for (int x = 0; x < r.cols; x++)
            cell_set(c, r.row + y, r.col + x, " ", 1, 1, style);
    }
}

void
cells_style(struct cells *c, struct rect r, enum style style)
{
    r = rect_clip(c, r);
    for (int y = 0; y < r.rows; y++) {
        for (int x = 0; x < r.cols; x++)
            cell_get(c, r.row + y, r.col + x)->style = (uint8_t)style;
    }
}

void
cells_cursor(struct cells *c, int row, int col)
{
    c->cursor_row = clamp(row, 0, c->rows > 0 ? c->rows - 1 : 0);
    c->cursor_col = clamp(col, 0, c->cols > 0 ? c->cols - 1 : 0);
}

void
cells_row_text(const struct cells *c, int row, struct buf *out)
{
    size_t end = out->len;
    for (int col = 0; col < c->cols; col++) {
        const struct cell *at = cells_at(c, row, col);
        buf_adds(out, at->text);
        if (at->text[0] && strcmp(at->text, " ") != 0)
            end = out->len;
    }
    buf_truncate(out, end);
}

void
cells_dump(const struct cells *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++) {
        cells_row_text(c, row, out);
        buf_addc(out, '\n');
    }
}

bool
cell_same(const struct cell *a, const struct cell *b)
{
    return a->width == b->width && a->style == b->style &&
           strcmp(a->text, b->text) == 0;
}

int
cells_wrapped(struct cells *c, struct rect r, enum style style,
              const char *text)
{
    int used = 0;
    do {
        size_t n = strlen(text);
        if (used < r.rows - 1) {
            n = width_wrap(text, n, r.cols, c->ascii);
            cells_bytes(c, r.row + used, r.col, r.cols, style, text, n);
        } else
            cells_fit(c, r.row + used, r.col, r.cols, style, text);
        text += n;
        text += strspn(text, " ");
        used++;
    } while (*text && used < r.rows);
    return used;
}
