/* Drawing a picture: lines, labels, cards, the map. */
#include "ui/canvas/draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/canvas/map_private.h"
#include "ui/canvas/sign.h"

/* Which ways the lines of a cell go. */
enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

enum { ROWS_FOR_NEXT = 10 }; /* of a canvas that shows the next card as well */

/* The rows that stay in sight with the card I: those of the cards before and
 * behind it where they are near, so that a step shows a whole card more and
 * the next step has less to show. */
static void
surroundings(const struct picture *p, size_t i, int *first, int *last)
{
    enum { NEAR = 4 };
    struct rect at = p->cards[i].at;
    *first = at.row - 1;
    *last = at.row + at.rows;
    if (i > 0) {
        int before = p->cards[i - 1].at.row;
        if (at.row - before <= NEAR && before < *first)
            *first = before;
    }
    if (i + 1 < p->card_count) {
        struct rect next = p->cards[i + 1].at;
        int end = next.row + next.rows - 1;
        if (next.row - at.row <= NEAR && end > *last)
            *last = end;
    }
}

/* The top that shows the card I, SIZE_MAX for none. */
static int
scroll_to(const struct picture *p, size_t i, int top, int rows)
{
    int most = p->rows > rows ? p->rows - rows : 0;
    if (i != SIZE_MAX) {
        struct rect at = p->cards[i].at;
        int first = at.row - 1, last = at.row + at.rows;
        if (rows >= ROWS_FOR_NEXT)
            surroundings(p, i, &first, &last);
        top = top < last + 1 - rows ? last + 1 - rows : top;
        top = top > first ? first : top;
    }
    top = top > most ? most : top;
    return top < 0 ? 0 : top;
}

int
canvas_scroll(const struct picture *p, struct spot mark, int top, int rows)
{
    return scroll_to(p, picture_card(p, mark), top, rows);
}

int
canvas_scroll_slot(const struct picture *p, int top, int rows)
{
    size_t i = 0;
    while (i < p->card_count && p->cards[i].kind != CARD_SLOT)
        i++;
    return scroll_to(p, i < p->card_count ? i : SIZE_MAX, top, rows);
}

/* --- lines ---------------------------------------------------------------- */

/* The window on a picture, and the lines in it. */
struct window {
    int top, rows, cols;
    unsigned char *ways;
};

static void
add_way(struct window *w, int row, int col, unsigned way)
{
    if (row >= w->top && row < w->top + w->rows && col >= 0 && col < w->cols)
        w->ways[(row - w->top) * w->cols + col] |= (unsigned char)way;
}

static void
add_line(struct window *w, const struct line *line)
{
    int from = line->down ? line->row : line->col;
    int first = 0, last = line->length;
    if (line->down) { /* what the window shows of it */
        first = w->top - from > 0 ? w->top - from : 0;
        last = w->top + w->rows - from < last ? w->top + w->rows - from : last;
    }
    for (int i = first; i <= last; i++) {
        int row = line->row + (line->down ? i : 0);
        int col = line->col + (line->down ? 0 : i);
        if (i > 0)
            add_way(w, row, col, line->down ? UP : LEFT);
        if (i < line->length)
            add_way(w, row, col, line->down ? DOWN : RIGHT);
    }
}

static enum glyph
glyph_of(unsigned ways)
{
    static const enum glyph glyphs[16] = {
        [UP] = GLYPH_BAR,
        [DOWN] = GLYPH_BAR,
        [UP | DOWN] = GLYPH_BAR,
        [LEFT] = GLYPH_LINE,
        [RIGHT] = GLYPH_LINE,
        [LEFT | RIGHT] = GLYPH_LINE,
        [DOWN | RIGHT] = GLYPH_CORNER_TL,
        [DOWN | LEFT] = GLYPH_CORNER_TR,
        [UP | RIGHT] = GLYPH_CORNER_BL,
        [UP | LEFT] = GLYPH_CORNER_BR,
        [DOWN | LEFT | RIGHT] = GLYPH_TEE_DOWN,
        [UP | LEFT | RIGHT] = GLYPH_TEE_UP,
        [UP | DOWN | RIGHT] = GLYPH_TEE_RIGHT,
        [UP | DOWN | LEFT] = GLYPH_TEE_LEFT,
        [UP | DOWN | LEFT | RIGHT] = GLYPH_CROSS,
    };
    return glyphs[ways];
}

static void
draw_lines(const struct canvas_paint *p, struct cells *c, struct rect r)
{
    struct window w = {p->top, r.rows, p->picture->cols, NULL};
    w.ways = mem_alloc((size_t)w.rows * (size_t)w.cols);
    for (size_t i = 0; i < p->picture->line_count; i++)
        add_line(&w, &p->picture->lines[i]);
    for (int i = 0; i < w.rows * w.cols; i++) {
        if (w.ways[i])
            cells_glyph(c, r.row + i / w.cols, r.col + i % w.cols, STYLE_FAINT,
                        glyph_of(w.ways[i]));
    }
    free(w.ways);
}

/* --- labels --------------------------------------------------------------- */

/* Appends the name of LANE, and how many samples go there, where COLS have room
 * for the word as well: a number alone reads as that of the blocks. */
static void
lane_words(const struct canvas_paint *p, size_t lane, int cols, bool ascii,
           struct buf *out)
{
    size_t begin = out->len;
    buf_adds(out, p->outline->lanes[lane].label);
    size_t end = out->len, n = p->samples ? p->samples[lane] : CANVAS_UNKNOWN;
    if (n == CANVAS_UNKNOWN)
        return;
    buf_addf(out, ": %zu sample%s", n, n == 1 ? "" : "s");
    if (width_text(out->data + begin, out->len - begin, ascii) > cols)
        buf_truncate(out, end);
}

enum { LANE_ENDS = 9 }; /* columns of a tab for the number of its blocks */

/* What a tab says: its lane, and of one that is not open how many blocks it
 * stands for. */
static void
tab_words(const struct canvas_paint *p, const struct label *label,
          struct cells *c, struct buf *out)
{
    const struct outline *o = p->outline;
    size_t blocks = 0;
    for (size_t i = 0; i < label->lanes; i++)
        blocks += outline_lane_size(o, label->lane + i);
    if (label->open) {
        buf_addc(out, '[');
        lane_words(p, label->lane, label->at.cols - 2, c->ascii, out);
        buf_addc(out, ']');
        return;
    }
    buf_addc(out, ' ');
    if (label->lanes > 1)
        buf_addf(out, "%zu more", label->lanes);
    else
        lane_words(p, label->lane, label->at.cols - LANE_ENDS, c->ascii, out);
    buf_addf(out, " (%zu)", blocks);
    for (size_t i = 0; i < label->lanes; i++)
        sign_lane(o, p->faces, label->lane + i, c->ascii, out);
}

static void
draw_label(const struct canvas_paint *p, const struct label *label,
           struct cells *c, struct rect r)
{
    struct buf text;
    int row = r.row + label->at.row - p->top;
    buf_init_any(&text);
    if (label->tab)
        tab_words(p, label, c, &text);
    else {
        buf_addc(&text, ' ');
        lane_words(p, label->lane, label->at.cols - 2, c->ascii, &text);
        buf_addc(&text, ' ');
    }
    if (label->right)
        cells_right(c, row, r.col + label->at.col, label->at.cols, STYLE_NORMAL,
                    buf_str(&text));
    else
        cells_fit(c, row, r.col + label->at.col, label->at.cols, STYLE_NORMAL,
                  buf_str(&text));
    buf_clear(&text);
}

/* --- cards ---------------------------------------------------------------- */

/* Writes TEXT at *COL within the columns up to END, with a gap before it where
 * something stands there; nothing where not even LEAST columns are left. */
static void
add_text(struct cells *c, int row, int *col, int end, int least,
         enum style style, const char *text)
{
    int room = end - *col - 2;
    if (!*text || room < least)
        return;
    *col += 2;
    *col += cells_fit(c, row, *col, room, style, text);
}

/* The name, kind and summary of BLOCK in the columns from COL up to END. The
 * summary is cut first, the name last. Returns the column behind them. */
static int
draw_words(const struct canvas_paint *p, size_t block, bool folded,
           struct cells *c, int row, int col, int end)
{
    const struct face *face = &p->faces[block];
    bool marked = p->mark.block == block;
    char *name = face->number ? mem_printf("%zu %s", face->number, face->name)
                              : mem_strdup(face->name);
    char *holds =
        folded ? sign_folded(p->outline, p->faces, block, c->ascii) : NULL;
    int kind = width_text(face->kind, strlen(face->kind), c->ascii);
    col += cells_fit(c, row, col, end - col,
                     marked                         ? STYLE_BAR
                     : face->change == FACE_REMOVED ? STYLE_OFF
                     : face->run == FACE_UNREACHED  ? STYLE_OFF
                     : face->run != FACE_NO_RUN     ? STYLE_ROW_NAME
                                                    : STYLE_NORMAL,
                     name);
    add_text(c, row, &col, end, kind, STYLE_FAINT, face->kind);
    add_text(c, row, &col, end, folded ? 1 : 4,
             face->run != FACE_NO_RUN ? sign_run_style(face->run)
             : marked                 ? STYLE_ROW
                                      : STYLE_NORMAL,
             holds ? holds : face->summary);
    free(name);
    free(holds);
    return col;
}

/* The border of a card of three rows. */
static void
draw_border(struct cells *c, int row, int col, int cols, bool lower)
{
    cells_line(c, row, col + 1, cols - 2, STYLE_FAINT);
    cells_glyph(c, row, col, STYLE_FAINT,
                lower ? GLYPH_CORNER_BL : GLYPH_CORNER_TL);
    cells_glyph(c, row, col + cols - 1, STYLE_FAINT,
                lower ? GLYPH_CORNER_BR : GLYPH_CORNER_TR);
}

/* The upper edge of a frame, with its block in it. */
static void
draw_frame(const struct canvas_paint *p, size_t block, struct cells *c,
           struct rect at)
{
    int end = at.col + at.cols;
    cells_fill(c, (struct rect){at.row, at.col + 1, 1, at.cols - 2},
               STYLE_NORMAL);
    int col = draw_words(p, block, false, c, at.row, at.col + 2, end - 5) + 1;
    cells_line(c, at.row, col, end - 1 - col, STYLE_FAINT);
    if (!sign_is_set(&p->faces[block]))
        return;
    cells_fill(c, (struct rect){at.row, end - 5, 1, 3}, STYLE_NORMAL);
    sign_draw(&p->faces[block], c, at.row, end - 4);
}

/* A card of one row, or of three with a border. */
static void
draw_card(const struct canvas_paint *p, const struct card *card,
          struct cells *c, struct rect at, bool marked)
{
    bool tall = at.rows == 3;
    int row = tall ? at.row + 1 : at.row, end = at.col + at.cols;
    enum style edge = marked ? STYLE_BAR : STYLE_FAINT;
    if (tall) {
        draw_border(c, at.row, at.col, at.cols, false);
        draw_border(c, at.row + 2, at.col, at.cols, true);
        cells_glyph(c, row, at.col, edge, GLYPH_BAR);
        cells_glyph(c, row, end - 1, STYLE_FAINT, GLYPH_BAR);
    } else {
        cells_text(c, row, at.col, 1, edge, "[");
        cells_text(c, row, end - 1, 1, STYLE_FAINT, "]");
    }
    cells_fill(c, (struct rect){row, at.col + 1, 1, at.cols - 2}, STYLE_NORMAL);
    draw_words(p, card->spot.block, card->kind == CARD_FOLDED, c, row,
               at.col + 1, end - 4);
    sign_draw(&p->faces[card->spot.block], c, row, end - 3);
}

static void
draw_block(const struct canvas_paint *p, const struct card *card,
           struct cells *c, struct rect at)
{
    bool marked = spot_same(card->spot, p->mark);
    bool frame = card->kind == CARD_FRAME;
    int row = at.rows == 3 ? at.row + 1 : at.row;
    int mark = frame ? at.col + 1 : at.col - 1;
    if (frame)
        draw_frame(p, card->spot.block, c, at);
    else
        draw_card(p, card, c, at, marked);
    if (p->faces[card->spot.block].chosen)
        cells_glyph(c, row, at.col, STYLE_ROW_NAME, GLYPH_MARKED);
    if (!marked)
        return;
    cells_glyph(c, row, mark, STYLE_BAR, GLYPH_MARK_ROW);
    cells_cursor(c, row, mark);
}

/* An empty lane, or the slot. */
static void
draw_small(const struct canvas_paint *p, const struct card *card,
           struct cells *c, struct rect at)
{
    bool slot = card->kind == CARD_SLOT;
    bool marked = !slot && spot_same(card->spot, p->mark);
    const char *text = slot ? "insert here" : "( empty )";
    int width = (int)strlen(text), col = at.col + (at.cols - width) / 2;
    cells_fill(c, at, STYLE_NORMAL);
    for (int i = 0; slot && i < at.cols; i++)
        cells_glyph(c, at.row, at.col + i, STYLE_ROW_NAME, GLYPH_SLOT);
    if (slot)
        cells_fill(c, (struct rect){at.row, col - 1, 1, width + 2},
                   STYLE_NORMAL);
    cells_text(c, at.row, col, width,
               slot     ? STYLE_ROW_NAME
               : marked ? STYLE_BAR
                        : STYLE_FAINT,
               text);
    if (!marked)
        return;
    cells_glyph(c, at.row, col - 1, STYLE_BAR, GLYPH_MARK_ROW);
    cells_cursor(c, at.row, col - 1);
}

static void
draw_cards(const struct canvas_paint *p, struct cells *c, struct rect r)
{
    for (size_t i = 0; i < p->picture->card_count; i++) {
        const struct card *card = &p->picture->cards[i];
        struct rect at = card->at;
        at.row -= p->top;
        at.col += r.col;
        if (at.row < 0 || at.row + at.rows > r.rows)
            continue; /* cards of three rows are drawn only where all fit */
        at.row += r.row;
        if (card->kind == CARD_EMPTY || card->kind == CARD_SLOT)
            draw_small(p, card, c, at);
        else
            draw_block(p, card, c, at);
    }
}

void
canvas_draw(const struct canvas_paint *p, struct cells *c, struct rect r)
{
    draw_lines(p, c, r);
    for (size_t i = 0; i < p->picture->label_count; i++) {
        int row = p->picture->labels[i].at.row - p->top;
        if (row >= 0 && row < r.rows)
            draw_label(p, &p->picture->labels[i], c, r);
    }
    for (size_t i = 0; i < p->picture->end_count; i++) {
        struct rect at = p->picture->ends[i];
        if (at.row >= p->top && at.row < p->top + r.rows)
            cells_glyph(c, r.row + at.row - p->top, r.col + at.col,
                        STYLE_NORMAL, GLYPH_STOP);
    }
    draw_cards(p, c, r);
    if (p->picture->map)
        map_down(p, c, r);
}
