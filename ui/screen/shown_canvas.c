/* A workflow on a canvas that is looked at. */
#include "ui/screen/shown_canvas.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/canvas/move.h"
#include "workflow/edit/summary.h"

enum { PANEL = 4, LOW = 16, LOW_PANEL = 2, ROWS_BEFORE = 20, COLS_BEFORE = 80 };

static void
make_face(struct shown_canvas *c, size_t i)
{
    const struct block *b = &c->document->blocks[i];
    const char *app = kind_field(b->kind, "app") ? block_text(b, "app") : "";
    c->summaries[i] = summary_block(b, c->document, NULL);
    c->faces[i] = (struct face){.number = i + 1,
                                .name = b->name,
                                .kind = *app ? app : b->kind->name,
                                .summary = c->summaries[i]};
}

void
shown_canvas_go(struct shown_canvas *c, struct spot spot)
{
    struct canvas_look look = canvas_look(c->rows, c->cols);
    if (!spot_is_none(spot))
        c->mark = spot;
    if (!spot_is_none(c->mark))
        move_open(&c->outline, c->mark, c->open);
    look.open = c->open;
    look.map_elsewhere = true; /* above the panel */
    picture_clear(&c->picture);
    canvas_layout(&c->picture, &c->outline, &look);
}

struct spot
shown_canvas_next(const struct shown_canvas *c, bool next,
                  bool (*found)(const struct face *))
{
    size_t n = c->outline.count;
    size_t at = c->mark.block == OUTLINE_NONE ? 0 : c->mark.block;
    for (size_t i = 1; i <= n; i++) {
        size_t k = next ? (at + i) % n : (at + n - i) % n;
        if (found(&c->faces[k]))
            return outline_spot(&c->outline, k);
    }
    return SPOT_NONE;
}

size_t
shown_canvas_block(const struct shown_canvas *c)
{
    return !c->document || spot_is_none(c->mark) ? OUTLINE_NONE : c->mark.block;
}

void
shown_canvas_make(struct shown_canvas *c, const struct document *d)
{
    c->document = d;
    outline_make(&c->outline, d);
    c->faces = mem_array(d->count + 1, sizeof c->faces[0]);
    c->summaries = mem_array(d->count + 1, sizeof c->summaries[0]);
    c->open = mem_array(d->count + 1, sizeof c->open[0]);
    for (size_t i = 0; i < d->count; i++)
        make_face(c, i);
    c->rows = c->rows ? c->rows : ROWS_BEFORE;
    c->cols = c->cols ? c->cols : COLS_BEFORE;
    c->mark = d->count > 0 ? outline_spot(&c->outline, 0) : SPOT_NONE;
    shown_canvas_go(c, c->mark);
}

void
shown_canvas_clear(struct shown_canvas *c)
{
    if (!c->document)
        return;
    for (size_t i = 0; i < c->outline.count; i++)
        free(c->summaries[i]);
    free(c->summaries);
    free(c->faces);
    free(c->open);
    picture_clear(&c->picture);
    outline_clear(&c->outline);
    *c = (struct shown_canvas){.rows = c->rows, .cols = c->cols};
}

struct rect
shown_canvas_draw(struct shown_canvas *c, struct cells *cells, struct rect r)
{
    int rows = r.rows < LOW ? LOW_PANEL : PANEL;
    struct rect canvas = {r.row, r.col, r.rows - rows, r.cols};
    struct rect panel = {r.row + canvas.rows, r.col, rows, r.cols};
    if (!c->document || canvas.rows < 1)
        return (struct rect){r.row, r.col, 0, r.cols};
    c->rows = canvas.rows;
    c->cols = canvas.cols;
    shown_canvas_go(c, c->mark);
    cells_line(cells, panel.row, panel.col, panel.cols, STYLE_FAINT);
    c->top = canvas_scroll(&c->picture, c->mark, c->top, canvas.rows);
    const struct canvas_paint paint = {&c->picture, &c->outline, c->faces,
                                       NULL,        c->mark,     c->top};
    canvas_draw(&paint, cells, canvas);
    canvas_draw_map(&paint, cells, (struct rect){panel.row, r.col, 1, r.cols},
                    canvas.rows);
    return panel;
}

/* The block with the number N, SPOT_NONE where none has it. */
static struct spot
numbered(const struct shown_canvas *c, size_t n)
{
    for (size_t i = 0; i < c->outline.count; i++) {
        if (c->faces[i].number == n)
            return outline_spot(&c->outline, i);
    }
    return SPOT_NONE;
}

unsigned
shown_canvas_move(struct shown_canvas *c, const struct invocation *invocation,
                  struct error *e)
{
    long n = invocation->count > 0 ? invocation->count : 1;
    long page = c->rows / 2 > 0 ? c->rows / 2 : 1;
    long all = (long)c->picture.card_count;
    enum act action = (enum act)invocation->action;
    struct spot to = SPOT_NONE;
    if (!c->document || spot_is_none(c->mark))
        return REACT_IGNORED;
    if (action == ACT_DOWN || action == ACT_UP)
        to = move_step(&c->picture, c->mark, action == ACT_DOWN ? n : -n);
    else if (action == ACT_PAGE_DOWN || action == ACT_HALF_DOWN)
        to = move_step(&c->picture, c->mark, n * page);
    else if (action == ACT_PAGE_UP || action == ACT_HALF_UP)
        to = move_step(&c->picture, c->mark, -n * page);
    else if (action == ACT_BOTTOM && invocation->count > 0)
        to = numbered(c, (size_t)invocation->count);
    else if (action == ACT_TOP || action == ACT_BOTTOM)
        to = move_step(&c->picture, c->mark, action == ACT_TOP ? -all : all);
    else if (action == ACT_LEFT || action == ACT_RIGHT)
        to =
            move_beside(&c->picture, &c->outline, c->mark, action == ACT_RIGHT);
    else
        return REACT_IGNORED;
    if (spot_is_none(to))
        error_set(e, ERR_NOT_FOUND, "Nothing is there");
    shown_canvas_go(c, to);
    return REACT_PAINT;
}
