/* The canvas of the editor: the same blocks as the list, drawn as cards. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/editor_private.h"

bool
editor_is_canvas(const struct editor *s)
{
    return s->console->canvas;
}

/* What depends on the mark: who reads whom, and the marks of several. */
static void
mark_faces(struct editor *s, struct spot mark)
{
    struct editor_shape *shape = &s->shape;
    for (size_t i = 0; i < shape->outline.count; i++) {
        struct face *f = &shape->faces[i];
        bool other = mark.block != OUTLINE_NONE && mark.block != i;
        f->chosen =
            marks_has(&s->table.marks, shape->outline.document->blocks[i].id);
        f->read_by = other && reading_list_has(&shape->readings, mark.block, i);
        f->reads = other && reading_list_has(&shape->readings, i, mark.block);
    }
}

void
editor_draw_canvas(struct editor *s, struct cells *c, struct rect r)
{
    struct editor_shape *shape = &s->shape;
    struct spot mark = editor_spot(s);
    shape->rows = r.rows;
    shape->cols = r.cols;
    editor_follow(s);
    mark_faces(s, mark);
    shape->top = canvas_scroll(&shape->picture, mark, shape->top, r.rows);
    const struct canvas_paint paint = {&shape->picture, &shape->outline,
                                       shape->faces, s->lanes.samples, mark,
                                       shape->top};
    canvas_draw(&paint, c, r);
}

void
editor_draw_map(const struct editor *s, struct cells *c, struct rect r)
{
    const struct editor_shape *shape = &s->shape;
    const struct canvas_paint paint = {
        &shape->picture, &shape->outline, shape->faces,
        NULL,            SPOT_NONE,       shape->top};
    canvas_draw_map(&paint, c, (struct rect){r.row, r.col, 1, r.cols},
                    shape->rows);
}

/* --- the path ------------------------------------------------------------- */

/* Appends the blocks and lanes around LANE, the outermost first. */
static void
add_path(const struct outline *o, size_t lane, const char *crumb,
         struct buf *out)
{
    size_t owner = outline_owner(o, lane);
    if (owner == OUTLINE_NONE)
        return;
    add_path(o, outline_outer(o, lane), crumb, out);
    if (out->len > 0)
        buf_addf(out, " %s ", crumb);
    buf_addf(out, "%zu %s", owner + 1, o->document->blocks[owner].name);
    if (o->blocks[owner].lane_count > 1)
        buf_addf(out, " %s %s", crumb, o->lanes[lane].label);
}

void
editor_path(const struct editor *s, bool ascii, struct buf *out)
{
    struct spot mark = editor_spot(s);
    if (!spot_is_none(mark))
        add_path(&s->shape.outline, mark.lane, glyph_text(GLYPH_CRUMB, ascii),
                 out);
}
