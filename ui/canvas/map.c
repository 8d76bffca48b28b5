/* The map: a column that shows the whole of a picture that is higher than the
 * canvas, with the part that is on the screen set off. */
#include "ui/canvas/map_private.h"
#include "ui/canvas/sign.h"

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

void
map_draw(const struct canvas_paint *p, struct cells *c, struct rect r)
{
    int all = p->picture->rows, col = r.col + r.cols - 1;
    for (int i = 0; i < r.rows; i++) {
        int from = (int)((long)all * i / r.rows);
        int to = (int)((long)all * (i + 1) / r.rows);
        bool seen = to > p->top && from < p->top + r.rows;
        enum style style = STYLE_FAINT;
        const char *sign = sign_between(p, from, to, c->ascii, &style);
        if (!sign)
            sign = glyph_text(seen ? GLYPH_MAP_SEEN : GLYPH_BAR, c->ascii);
        cells_text(c, r.row + i, col, 1, seen ? STYLE_FOCUS : style, sign);
    }
}
