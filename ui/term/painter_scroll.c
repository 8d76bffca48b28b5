/* Which rows have only moved: those are scrolled and not written again. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/painter_private.h"

enum {
    MOVE_MOST = 10, /* rows that something moves, at most, to be found */
    MOVE = 5,       /* bytes that bring the cursor elsewhere, about */
    ERASE = 4,      /* bytes that erase the end of a row, about */
    WORTH = 60      /* bytes that scrolling saves, at least */
};

/* What writing the rows costs, by row. */
struct costs {
    const struct painter *painter;
    const struct cells *wanted;
    int rows;
    int *as_is; /* over what is there */
    int *moved; /* over the row that moves there */
    int *bare;  /* what blanks there save, summed up to the row */
};

/* The rows from TOP to BOTTOM move up by BY, or down where it is negative. */
struct move {
    int top, bottom, by;
    int saves;
};

static const struct cell *
row_at(const struct cells *c, int row)
{
    return c->cell + row * c->cols;
}

/* The column behind which the COLS cells of a row are blank. */
static int
text_end(const struct cell *cell, int cols)
{
    while (cols > 0 && strcmp(cell[cols - 1].text, " ") == 0)
        cols--;
    return cols;
}

/* What writing ROW costs over the cells WAS, or over blanks where they are
 * NULL: MOST where it is more. */
static int
row_cost(const struct costs *c, int row, const struct cell *was, int most)
{
    static const struct cell blank = {" ", 1, STYLE_NORMAL};
    const struct cell *cell = row_at(c->wanted, row);
    int cost = 0, last = -2, end = text_end(cell, c->wanted->cols);
    for (int col = 0; col < c->wanted->cols && cost < most; col++) {
        if (brush_same(c->painter, &cell[col], was ? &was[col] : &blank))
            continue;
        cost += last + 1 < col ? MOVE : 0;
        if (col >= end)
            return cost + ERASE < most ? cost + ERASE : most;
        cost += (int)strlen(cell[col].text);
        last = col;
    }
    return cost < most ? cost : most;
}

/* Takes the best region that rows move in by BY, where it is better than
 * BEST. */
static void
try_regions(const struct costs *c, int by, struct move *best)
{
    int n = by > 0 ? by : -by;
    for (int top = 0; top + n < c->rows; top++) {
        int saves = 0;
        for (int bottom = top + n; bottom < c->rows; bottom++) {
            int row = by > 0 ? bottom - n : bottom; /* one more that moves */
            int bare = by > 0 ? bottom + 1 - n : top;
            saves += c->as_is[row] - c->moved[row];
            int all = saves + c->bare[bare + n] - c->bare[bare];
            if (all > best->saves)
                *best = (struct move){top, bottom, by, all};
        }
    }
}

static struct move
find_move(const struct costs *c)
{
    struct move best = {0, 0, 0, WORTH};
    const struct cells *shown = &c->painter->shown;
    int most = c->rows / 2 < MOVE_MOST ? c->rows / 2 : MOVE_MOST;
    for (int by = -most; by <= most; by++) {
        if (by == 0)
            continue;
        for (int row = 0; row < c->rows; row++) {
            int from = row + by;
            bool there = from >= 0 && from < c->rows;
            c->moved[row] = row_cost(c, row, there ? row_at(shown, from) : NULL,
                                     c->as_is[row] + WORTH);
        }
        try_regions(c, by, &best);
    }
    return best;
}

/* The move that saves most; by 0 rows where none is worth it. */
static struct move
best_move(const struct painter *p, const struct cells *wanted)
{
    int rows = wanted->rows, changed = 0;
    size_t n = (size_t)rows;
    int *figures = mem_array(3 * n + 1, sizeof *figures);
    struct costs c = {p, wanted, rows, figures, figures + n, figures + 2 * n};
    for (int row = 0; row < rows; row++) {
        c.as_is[row] = row_cost(&c, row, row_at(&p->shown, row), INT_MAX);
        changed += c.as_is[row];
    }
    struct move best = {0, 0, 0, 0};
    if (changed > WORTH) {
        c.bare[0] = 0;
        for (int row = 0; row < rows; row++)
            c.bare[row + 1] =
                c.bare[row] + c.as_is[row] - row_cost(&c, row, NULL, INT_MAX);
        best = find_move(&c);
    }
    free(figures);
    return best;
}

/* Moves the cells as the terminal does. */
static void
move_shown(struct cells *shown, const struct move *m)
{
    int n = m->by > 0 ? m->by : -m->by, cols = shown->cols;
    size_t moving = (size_t)(m->bottom - m->top + 1 - n) * (size_t)cols;
    struct cell *first = shown->cell + m->top * cols;
    struct cell *next = shown->cell + (m->top + n) * cols;
    memmove(m->by > 0 ? first : next, m->by > 0 ? next : first,
            moving * sizeof *first);
    cells_fill(
        shown,
        (struct rect){m->by > 0 ? m->bottom + 1 - n : m->top, 0, n, cols},
        STYLE_NORMAL);
}

/* Into ROW; the column does not matter. */
static void
begin_scroll(struct brush *b, int row)
{
    bool short_way = brush_cost(b, SEQUENCE_ROW, row, 0) <
                     brush_cost(b, SEQUENCE_PLACE, row, 0);
    brush_send(b, short_way ? SEQUENCE_ROW : SEQUENCE_PLACE, row, 0);
}

void
brush_scroll(struct brush *b, const struct cells *wanted)
{
    struct painter *p = b->painter;
    size_t none = brush_cost(b, SEQUENCE_REGION, 0, 1) +
                  brush_cost(b, SEQUENCE_SCROLL_UP, 0, 0) +
                  brush_cost(b, SEQUENCE_SCROLL_DOWN, 0, 0);
    if (none > WORTH)
        return;
    struct move m = best_move(p, wanted);
    if (m.by == 0)
        return;
    brush_send(b, SEQUENCE_REGION, m.top, m.bottom);
    b->row = b->col = UNKNOWN;
    begin_scroll(b, m.by > 0 ? m.bottom : m.top);
    for (int i = 0; i < (m.by > 0 ? m.by : -m.by); i++)
        brush_send(b, m.by > 0 ? SEQUENCE_SCROLL_UP : SEQUENCE_SCROLL_DOWN, 0,
                   0);
    brush_send(b, SEQUENCE_REGION, 0, wanted->rows - 1);
    b->row = b->col = UNKNOWN;
    move_shown(&p->shown, &m);
}
