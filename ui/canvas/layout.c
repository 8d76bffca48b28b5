/* The layout of the canvas: lanes, forks and frames. */
#include "ui/canvas/layout.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/canvas/layout_private.h"

enum {
    FRAME = 4,      /* columns that a frame costs */
    BETWEEN = 2,    /* columns between two lanes */
    MAP = 2,        /* columns of the map, with the free one before it */
    TALL_ROWS = 40, /* of a canvas that may have cards of three rows */
    TAB_LEAST = 9,  /* columns of a tab */
    TAB_END = 1     /* columns on each side of the line that ends tabs */
};

static struct flow place_lane(struct pen *pen, size_t lane, struct area a,
                              struct flow f);

/* --- forks ---------------------------------------------------------------- */

/* The name of LANE beside the line that leads down in A: at its left where it
 * stands left of the line of the fork, AXIS. */
static void
label_lane(struct pen *pen, size_t lane, struct area a, int axis, int row)
{
    int at = area_axis(a), end = a.col + a.cols;
    struct label label = {.lane = lane, .lanes = 1, .right = at < axis};
    label.at = label.right ? (struct rect){row, a.col, 1, at - a.col}
                           : (struct rect){row, at + 1, 1, end - at - 1};
    pen_label(pen, label);
}

/* Joins the lines of the N flows F of the areas A in one, at AXIS. */
static struct flow
join(struct pen *pen, const struct flow *f, const struct area *a, size_t n,
     int axis)
{
    int row = 0, left = axis, right = axis;
    bool any = false;
    for (size_t i = 0; i < n; i++)
        row = f[i].row > row ? f[i].row : row;
    for (size_t i = 0; i < n; i++) {
        int at = area_axis(a[i]);
        if (f[i].from < 0)
            continue;
        any = true;
        pen_down(pen, at, f[i].from, row);
        left = at < left ? at : left;
        right = at > right ? at : right;
    }
    if (any)
        pen_across(pen, row, left, right);
    return any ? (struct flow){row + 1, row} : (struct flow){row, -1};
}

/* The lanes of BLOCK side by side, COLS columns each. */
static struct flow
place_beside(struct pen *pen, size_t block, struct area a, struct flow f,
             int cols)
{
    const struct outline_block *b = &pen->outline->blocks[block];
    struct flow *flows = mem_array(b->lane_count, sizeof *flows);
    struct area *areas = mem_array(b->lane_count, sizeof *areas);
    int axis = area_axis(a), row = f.row;
    if (f.from >= 0)
        pen_down(pen, axis, f.from, row);
    for (size_t i = 0; i < b->lane_count; i++)
        areas[i] = (struct area){a.col + (int)i * (cols + BETWEEN), cols};
    pen_across(pen, row, area_axis(areas[0]),
               area_axis(areas[b->lane_count - 1]));
    for (size_t i = 0; i < b->lane_count; i++) {
        struct flow begin = {row + 1, row};
        label_lane(pen, b->lanes + i, areas[i], axis, row);
        pen_strip(pen, b->lanes + i, areas[i]);
        flows[i] = place_lane(pen, b->lanes + i, areas[i], begin);
    }
    f = join(pen, flows, areas, b->lane_count, axis);
    free(flows);
    free(areas);
    return f;
}

/* Which lane of BLOCK is open where they are tabs. */
static size_t
open_lane(const struct pen *pen, size_t block)
{
    size_t i = pen->look->open ? pen->look->open[block] : 0;
    return i < pen->outline->blocks[block].lane_count ? i : 0;
}

/* Tabs in one row: of the N lanes from LANE on, of which OPEN is open. Where
 * not all have room, those around the open one have. */
struct tabs {
    size_t lane, n, open;
    size_t first, shown; /* those that have a tab of their own */
    size_t parts;        /* with what stands for those before and behind */
};

static struct tabs
choose_tabs(size_t lane, size_t n, size_t open, int cols)
{
    size_t room = (size_t)(cols / TAB_LEAST);
    struct tabs t = {lane, n, open, 0, n, n};
    if (n <= room)
        return t;
    t.shown = room - 2;
    t.first = open > t.shown / 2 ? open - t.shown / 2 : 0;
    if (t.first > n - t.shown)
        t.first = n - t.shown;
    t.parts = t.shown + (t.first > 0) + (t.first + t.shown < n);
    return t;
}

/* The part I of T. */
static struct label
tab_label(const struct tabs *t, size_t i)
{
    struct label label = {.tab = true, .lanes = 1};
    size_t before = t->first > 0;
    if (i < before) {
        label.lane = t->lane;
        label.lanes = t->first;
        return label;
    }
    size_t tab = t->first + i - before;
    label.lane = t->lane + tab;
    if (tab >= t->first + t->shown)
        label.lanes = t->n - tab;
    label.open = tab == t->open;
    return label;
}

/* The tabs of the lanes of BLOCK, in one row of A; each gets a like share. */
static void
place_tabs(struct pen *pen, size_t block, struct area a, int row)
{
    const struct outline_block *b = &pen->outline->blocks[block];
    struct tabs t =
        choose_tabs(b->lanes, b->lane_count, open_lane(pen, block), a.cols);
    int n = (int)t.parts;
    for (int i = 0; i < n; i++) {
        struct label label = tab_label(&t, (size_t)i);
        int begin = a.cols * i / n, end = a.cols * (i + 1) / n;
        label.at = (struct rect){row, a.col + begin, 1, end - begin - 1};
        pen_label(pen, label);
    }
}

/* The lanes of BLOCK as tabs, down to a short line across. */
static struct flow
place_tabbed(struct pen *pen, size_t block, struct area a, struct flow f)
{
    size_t lane = pen->outline->blocks[block].lanes + open_lane(pen, block);
    int axis = area_axis(a), row = f.row;
    if (f.from >= 0)
        pen_down(pen, axis, f.from, row);
    place_tabs(pen, block, a, row);
    pen_strip(pen, lane, a);
    f = place_lane(pen, lane, a, (struct flow){row + 1, row});
    if (f.from >= 0)
        pen_down(pen, axis, f.from, f.row);
    pen_across(pen, f.row, axis - TAB_END, axis + TAB_END);
    bool on = outline_block_reaches(pen->outline, block);
    return (struct flow){f.row + 1, on ? f.row : -1};
}

static struct flow
place_fork(struct pen *pen, size_t block, struct area a, struct flow f)
{
    int n = (int)pen->outline->blocks[block].lane_count;
    int cols = (a.cols - BETWEEN * (n - 1)) / n;
    bool stopped = f.from < 0;
    f = place_card(pen, CARD_BLOCK, outline_spot(pen->outline, block), a, f);
    if (stopped) /* nothing comes to it, but it has lanes */
        f.from = f.row - 1;
    return cols >= CANVAS_LANE ? place_beside(pen, block, a, f, cols)
                               : place_tabbed(pen, block, a, f);
}

/* --- frames --------------------------------------------------------------- */

/* A frame around the blocks of BLOCK; without sides where they would leave too
 * little room. */
static struct flow
place_frame(struct pen *pen, size_t block, struct area a, struct flow f)
{
    size_t lane = pen->outline->blocks[block].lanes;
    bool sides = a.cols - FRAME >= CANVAS_LANE;
    int top = f.row, axis = area_axis(a), end = a.col + a.cols - 1;
    struct area inner =
        sides ? (struct area){a.col + FRAME / 2, a.cols - FRAME} : a;
    if (f.from >= 0)
        pen_down(pen, axis, f.from, top);
    pen_card(pen, CARD_FRAME, outline_spot(pen->outline, block),
             (struct rect){top, a.col, 1, a.cols});
    pen_strip(pen, lane, inner);
    f = place_lane(pen, lane, inner, (struct flow){top + 1, top});
    if (f.from >= 0)
        pen_down(pen, axis, f.from, f.row);
    pen_across(pen, top, a.col, end);
    pen_across(pen, f.row, a.col, end);
    if (sides) {
        pen_down(pen, a.col, top, f.row);
        pen_down(pen, end, top, f.row);
    }
    return (struct flow){f.row + 1, f.row};
}

/* --- lanes ---------------------------------------------------------------- */

static struct flow
place_block(struct pen *pen, size_t block, struct area a, struct flow f)
{
    const struct outline *o = pen->outline;
    bool holds = o->blocks[block].lane_count > 0;
    if (holds && pen->look->folded && pen->look->folded[block]) {
        f = place_card(pen, CARD_FOLDED, outline_spot(o, block), a, f);
        if (!outline_block_reaches(o, block))
            f.from = -1;
        return f;
    }
    if (!holds)
        return place_card(pen, CARD_BLOCK, outline_spot(o, block), a, f);
    return o->document->blocks[block].kind->id == KIND_iterate
               ? place_frame(pen, block, a, f)
               : place_fork(pen, block, a, f);
}

/* Ends the flow behind a block that stops the run. */
static struct flow
end_if_stopped(struct pen *pen, size_t block, struct area a, struct flow f)
{
    if (pen->outline->document->blocks[block].kind->id != KIND_stop)
        return f;
    pen_end(pen, f.row, area_axis(a));
    return (struct flow){f.row + 1, -1};
}

/* True where the row before the next card is there already. */
static bool
is_spaced(const struct pen *pen, size_t lane, size_t at)
{
    size_t before =
        at > 0 ? outline_member(pen->outline, lane, at - 1) : OUTLINE_NONE;
    return before == OUTLINE_NONE ||
           pen->outline->document->blocks[before].kind->id == KIND_stop;
}

static struct flow
place_slot(struct pen *pen, size_t lane, size_t at, struct area a,
           struct flow f)
{
    if (!is_spaced(pen, lane, at))
        f.row++;
    return place_card(pen, CARD_SLOT, outline_empty(lane), a, f);
}

static struct flow
place_lane(struct pen *pen, size_t lane, struct area a, struct flow f)
{
    const struct outline *o = pen->outline;
    size_t count = o->lanes[lane].count;
    bool slot = pen->look->slot == lane;
    for (size_t i = 0; i < count; i++) {
        size_t block = outline_member(o, lane, i);
        bool here = slot && pen->look->slot_at == i;
        if (here)
            f = place_slot(pen, lane, i, a, f);
        if (here || !is_spaced(pen, lane, i))
            f.row++;
        f = place_block(pen, block, a, f);
        f = end_if_stopped(pen, block, a, f);
    }
    if (slot && pen->look->slot_at >= count)
        return place_slot(pen, lane, count, a, f);
    return count > 0 ? f
                     : place_card(pen, CARD_EMPTY, outline_empty(lane), a, f);
}

/* --- the whole ------------------------------------------------------------ */

struct canvas_look
canvas_look(int rows, int cols)
{
    return (struct canvas_look){
        .rows = rows, .cols = cols, .slot = OUTLINE_NONE};
}

static void
place_all(struct picture *p, const struct outline *o,
          const struct canvas_look *look, int cols, bool tall)
{
    struct pen pen = {p, o, look};
    *p = (struct picture){.cols = cols, .tall = tall};
    p->rows = place_lane(&pen, OUTLINE_TOP, (struct area){0, cols},
                         (struct flow){0, 0})
                  .row;
}

void
canvas_layout(struct picture *p, const struct outline *o,
              const struct canvas_look *look)
{
    int cols = look->cols > CANVAS_LANE ? look->cols : CANVAS_LANE;
    place_all(p, o, look, cols, look->rows >= TALL_ROWS);
    if (p->rows <= look->rows)
        return;
    if (p->tall) {
        picture_clear(p);
        place_all(p, o, look, cols, false);
    }
    if (p->rows <= look->rows)
        return;
    bool map = !look->map_elsewhere && cols - MAP > CANVAS_LANE;
    picture_clear(p);
    place_all(p, o, look, map ? cols - MAP : cols, false);
    p->map = map;
}

void
picture_clear(struct picture *p)
{
    free(p->cards);
    free(p->labels);
    free(p->lines);
    free(p->strips);
    free(p->ends);
    *p = (struct picture){0};
}

size_t
picture_card(const struct picture *p, struct spot spot)
{
    for (size_t i = 0; i < p->card_count; i++) {
        if (p->cards[i].kind != CARD_SLOT && spot_same(p->cards[i].spot, spot))
            return i;
    }
    return SIZE_MAX;
}
