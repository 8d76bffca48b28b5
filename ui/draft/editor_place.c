/* Where the next block is inserted: the slot near the mark, and its drawing
 * behind the palette. */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/canvas/place.h"
#include "ui/draft/editor_private.h"

/* The places near the mark; near a branch of the list its start and its end. */
static struct place *
places_here(const struct editor *s, size_t *count)
{
    const struct outline *o = &s->shape.outline;
    const struct editor_row *row = editor_marked(s);
    struct spot mark = editor_spot(s);
    size_t lane = row && row->list ? outline_find_lane(o, row->id, row->list)
                                   : OUTLINE_NONE;
    if (spot_is_none(mark))
        mark = outline_empty(OUTLINE_TOP);
    if (lane == OUTLINE_NONE || o->lanes[lane].count == 0)
        return places_near(o, mark, count);
    struct place *places = mem_array(2, sizeof *places);
    places[0] = (struct place){lane, 0};
    places[1] = (struct place){lane, o->lanes[lane].count};
    *count = 2;
    return places;
}

struct place
editor_place(const struct editor *s)
{
    size_t n;
    struct place *places = places_here(s, &n);
    struct place at = places[s->slot < n ? s->slot : 0];
    free(places);
    return at;
}

void
editor_slot_close(struct view *v)
{
    ((struct editor *)v->state)->slot = 0;
}

void
editor_slot_step(struct view *v, bool next)
{
    struct editor *s = v->state;
    size_t n;
    free(places_here(s, &n));
    s->slot = (s->slot + (next ? 1 : n - 1)) % n;
}

void
editor_slot_words(const struct view *v, struct buf *out)
{
    const struct editor *s = v->state;
    size_t n;
    free(places_here(s, &n));
    place_words(&s->shape.outline, editor_place(s), out);
    if (n > 1)
        buf_addf(out, "   %zu of %zu places", s->slot + 1, n);
}

/* --- behind the palette --------------------------------------------------- */

enum {
    BESIDE = 132,   /* columns from which the palette stands beside */
    PALETTE = 60,   /* its columns there */
    BELOW_ROWS = 16 /* rows from which it stands below */
};

/* What a picture shows around the slot. */
static void
draw_slot(struct editor *s, struct cells *c, struct rect r)
{
    struct editor_shape *shape = &s->shape;
    struct spot mark = editor_spot(s);
    struct place at = editor_place(s);
    struct canvas_look look = canvas_look(r.rows, r.cols);
    struct picture picture;
    size_t *open = mem_array(shape->outline.count + 1, sizeof *open);
    struct spot lane = outline_empty(at.lane);
    for (size_t i = 0; i < shape->outline.count; i++)
        open[i] = shape->open[i];
    move_open(&shape->outline, lane, open);
    look.folded = shape->folded;
    look.open = open;
    look.slot = at.lane;
    look.slot_at = at.at;
    canvas_layout(&picture, &shape->outline, &look);
    const struct canvas_paint paint = {
        &picture, &shape->outline, shape->faces, s->lanes.samples, mark,
        canvas_scroll_slot(&picture, shape->top, r.rows)};
    canvas_draw(&paint, c, r);
    picture_clear(&picture);
    free(open);
}

struct rect
editor_draw_slot(struct view *v, struct cells *c, struct rect r)
{
    struct editor *s = v->state;
    struct rect canvas = r, palette = r;
    if (!editor_is_canvas(s) || (r.cols < BESIDE && r.rows < BELOW_ROWS))
        return r;
    if (r.cols >= BESIDE) {
        canvas.cols -= PALETTE + 2;
        palette.col += canvas.cols + 2;
        palette.cols = PALETTE;
    } else {
        canvas.rows = r.rows / 2;
        palette.row += canvas.rows + 1;
        palette.rows -= canvas.rows + 1;
        cells_line(c, palette.row - 1, r.col, r.cols, STYLE_FAINT);
    }
    draw_slot(s, c, canvas);
    return palette;
}
