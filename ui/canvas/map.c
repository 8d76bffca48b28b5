/* The map: a column or a row that shows the whole of a picture that is higher
 * than the canvas, with the part that is on the screen set off. */
#include "ui/canvas/map_private.h"
#include "ui/canvas/sign.h"

enum { ACROSS = 4 }; /* columns of a cell of the map across */

/* What the rows FROM up to TO of the picture show: a problem before a change,
 * that before what was added. */
static const char *
sign_between(const struct canvas_paint *p, int from, int to, bool ascii,
             enum style *style)
{
    enum face_change best = FACE_SAME;
    for (size_t i = 0; i < p->picture->card_count; i++) {
        const struct card *card = &p->picture->cards[i];
        if (card->spot.block == OUTLINE_NONE || card->at.row < from ||
            card->at.row >= to)
            continue;
        const struct face *f = &p->faces[card->spot.block];
        if (f->problem) {
            *style = STYLE_BAD;
            return "!";
        }
        if (f->change != FACE_SAME && best != FACE_CHANGED)
            best = f->change;
    }
    if (best == FACE_SAME)
        return NULL;
    *style = sign_style(best);
    return sign_of(best, ascii);
}

/* A map of N cells, and how much of the picture is on the screen. */
struct map {
    const struct canvas_paint *paint;
    int n, rows;
};

/* True where the cell I of M shows something that is on the screen; writes its
 * sign, NULL where nothing is to be said. */
static bool
map_cell(const struct map *m, int i, bool ascii, const char **sign,
         enum style *style)
{
    const struct canvas_paint *p = m->paint;
    int from = (int)((long)p->picture->rows * i / m->n);
    int to = (int)((long)p->picture->rows * (i + 1) / m->n);
    *style = STYLE_FAINT;
    *sign = sign_between(p, from, to, ascii, style);
    return to > p->top && from < p->top + m->rows;
}

void
map_down(const struct canvas_paint *p, struct cells *c, struct rect r)
{
    const struct map m = {p, r.rows, r.rows};
    for (int i = 0; i < m.n; i++) {
        const char *sign;
        enum style style;
        bool seen = map_cell(&m, i, c->ascii, &sign, &style);
        if (!sign)
            sign = glyph_text(seen ? GLYPH_MAP_SEEN : GLYPH_BAR, c->ascii);
        cells_text(c, r.row + i, r.col + r.cols - 1, 1,
                   seen ? STYLE_FOCUS : style, sign);
    }
}

/* Each cell is a sign and a line, which is thick for what is on the screen. */
void
canvas_draw_map(const struct canvas_paint *p, struct cells *c, struct rect r,
                int rows)
{
    const struct map m = {p, r.cols / ACROSS, rows};
    for (int i = 0; p->picture->rows > rows && i < m.n; i++) {
        const char *sign;
        enum style style;
        bool seen = map_cell(&m, i, c->ascii, &sign, &style);
        int col = r.col + i * ACROSS;
        for (int k = 0; k < ACROSS; k++)
            cells_glyph(c, r.row, col + k, STYLE_FAINT,
                        seen ? GLYPH_MAP_SEEN_ACROSS : GLYPH_LINE);
        if (sign)
            cells_text(c, r.row, col, 1, style, sign);
    }
}
