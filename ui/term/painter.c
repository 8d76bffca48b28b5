/* From what a terminal shows to what it should show. */
#include "ui/term/painter.h"

#include <string.h>
#include <wchar.h>

#include "base/text.h"
#include "ui/term/painter_private.h"

void
painter_init(struct painter *p, const struct painter_terminal *terminal)
{
    *p = (struct painter){.terminal = *terminal};
    cells_init(&p->shown, 0, 0, false);
    for (int i = 0; i < STYLE_COUNT; i++)
        p->looks[i] = (struct look){-1, 0};
}

void
painter_clear(struct painter *p)
{
    cells_clear(&p->shown);
}

/* --- cells ---------------------------------------------------------------- */

/* True for what is seen on a blank too. */
static bool
leaves_marks(struct look look)
{
    return look.attributes & (LOOK_UNDERLINE | LOOK_REVERSE);
}

static bool
is_blank(const struct painter *p, const struct cell *cell)
{
    return strcmp(cell->text, " ") == 0 && !leaves_marks(p->looks[cell->style]);
}

static bool
look_same(const struct painter *p, const struct cell *a, const struct cell *b)
{
    struct look one = p->looks[a->style], other = p->looks[b->style];
    return one.colour == other.colour && one.attributes == other.attributes;
}

bool
brush_same(const struct painter *p, const struct cell *a, const struct cell *b)
{
    return a->width == b->width && strcmp(a->text, b->text) == 0 &&
           (a->style == b->style || look_same(p, a, b) ||
            (is_blank(p, a) && is_blank(p, b)));
}

/* False where this C library gives the cell another width than the table: the
 * terminal may do so too, and would lose its place. */
static bool
width_agreed(const struct cell *cell)
{
    size_t n = strlen(cell->text);
    for (size_t at = 0; at < n;) {
        uint32_t cp;
        size_t len = utf8_decode(cell->text + at, n - at, &cp);
        if (len == 0 || wcwidth((wchar_t)cp) != (at ? 0 : cell->width))
            return false;
        at += len;
    }
    return n > 0;
}

/* True where CELL is one character of one column, which no terminal shows
 * otherwise. */
static bool
is_simple(const struct cell *cell)
{
    uint32_t cp;
    size_t n = strlen(cell->text);
    return cell->width == 1 && utf8_decode(cell->text, n, &cp) == n;
}

/* Writes CELL, which is not the right half of one. */
static void
put(struct brush *b, const struct cells *wanted, int row, int col)
{
    const struct cell *cell = cells_at(wanted, row, col);
    int end = col + cell->width;
    if (b->painter->terminal.corner_scrolls && row == wanted->rows - 1 &&
        end == wanted->cols)
        return;
    brush_go(b, row, col);
    if (!is_blank(b->painter, cell) || leaves_marks(b->look))
        brush_look(b, b->painter->looks[cell->style]);
    if (width_agreed(cell))
        buf_adds(b->out, cell->text);
    else
        buf_add(b->out, "??", cell->width);
    b->col = end < wanted->cols && is_simple(cell) ? end : UNKNOWN;
    if (b->col == UNKNOWN) /* it may hang behind the last column */
        b->row = UNKNOWN;
}

/* --- rows ----------------------------------------------------------------- */

/* A row being painted. */
struct stroke {
    struct brush *brush;
    const struct cells *wanted;
    int row;
};

static const struct cell *
wanted_at(const struct stroke *s, int col)
{
    return cells_at(s->wanted, s->row, col);
}

static bool
is_shown(const struct stroke *s, int col)
{
    const struct painter *p = s->brush->painter;
    return brush_same(p, wanted_at(s, col), cells_at(&p->shown, s->row, col));
}

/* Writes the cells up to COL again, which are shown already, where that is
 * cheaper than to pass over them. */
static void
write_over(const struct stroke *s, int col)
{
    struct brush *b = s->brush;
    size_t cost = 0;
    if (b->row != s->row || b->col == UNKNOWN || b->col >= col)
        return;
    for (int i = b->col; i < col; i++) {
        const struct cell *cell = wanted_at(s, i);
        struct look look = b->painter->looks[cell->style];
        bool same = look.colour == b->look.colour &&
                    look.attributes == b->look.attributes;
        bool bare = is_blank(b->painter, cell) && !leaves_marks(b->look);
        if (!is_simple(cell) || !width_agreed(cell) || !(same || bare))
            return;
        cost += strlen(cell->text);
    }
    if (cost > brush_cost(b, SEQUENCE_RIGHT, col - b->col, 0))
        return;
    for (int i = b->col; i < col; i++)
        put(b, s->wanted, s->row, i);
}

/* The blanks from COL on, and how many of them the terminal does not show. */
static int
blanks(const struct stroke *s, int col, size_t *changed)
{
    int n = 0;
    for (; col + n < s->wanted->cols &&
           is_blank(s->brush->painter, wanted_at(s, col + n));
         n++)
        *changed += !is_shown(s, col + n);
    return n;
}

/* Erases the blanks from COL on where that is cheaper than to write them.
 * Returns how many, 0 where it is not. */
static int
erase(const struct stroke *s, int col)
{
    struct brush *b = s->brush;
    size_t changed = 0;
    int n = blanks(s, col, &changed);
    bool to_end = col + n == s->wanted->cols;
    enum sequence sequence = to_end ? SEQUENCE_ERASE_END : SEQUENCE_ERASE;
    bool plain = b->look.colour < 0 && b->look.attributes == 0;
    size_t cost = brush_cost(b, sequence, n, 0) +
                  (plain ? 0 : brush_cost(b, SEQUENCE_PLAIN, 0, 0));
    if (n == 0 || cost >= changed)
        return 0;
    brush_go(b, s->row, col);
    brush_look(b, (struct look){-1, 0});
    brush_send(b, sequence, n, 0);
    return n;
}

static void
paint_row(struct brush *b, const struct cells *wanted, int row)
{
    struct stroke s = {b, wanted, row};
    for (int col = 0; col < wanted->cols;) {
        if (is_shown(&s, col) || wanted_at(&s, col)->width == 0) {
            col++;
            continue;
        }
        write_over(&s, col);
        int erased = erase(&s, col);
        if (erased == 0)
            put(b, wanted, row, col);
        col += erased > 0 ? erased : 1;
    }
}

/* --- the screen ----------------------------------------------------------- */

/* Nothing is known of the terminal: it is made blank. */
static void
begin_blank(struct brush *b, const struct cells *cells)
{
    struct painter *p = b->painter;
    cells_resize(&p->shown, cells->rows, cells->cols);
    brush_send(b, SEQUENCE_PLAIN, 0, 0);
    brush_send(b, SEQUENCE_CLEAR, 0, 0);
    p->shown_valid = true;
}

void
painter_paint(struct painter *p, const struct cells *cells, struct buf *out)
{
    struct brush b = {p, out, UNKNOWN, UNKNOWN, {-1, 0}, SIZE_MAX};
    const struct cells *shown = &p->shown;
    if (shown->rows != cells->rows || shown->cols != cells->cols)
        p->shown_valid = false;
    else if (p->shown_valid) {
        b.row = shown->cursor_row;
        b.col = shown->cursor_col;
    }
    if (p->shown_valid)
        brush_scroll(&b, cells);
    else
        begin_blank(&b, cells);
    for (int row = 0; row < cells->rows; row++)
        paint_row(&b, cells, row);
    memcpy(p->shown.cell, cells->cell,
           (size_t)cells->rows * (size_t)cells->cols * sizeof *cells->cell);
    brush_look(&b, (struct look){-1, 0});
    brush_go(&b, cells->cursor_row, cells->cursor_col);
    p->shown.cursor_row = cells->cursor_row;
    p->shown.cursor_col = cells->cursor_col;
}
