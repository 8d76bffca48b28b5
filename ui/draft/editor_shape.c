/* What stands on the blocks of the editor, and which of them are shown. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "workflow/edit/summary.h"

enum { ROWS_BEFORE = 24, COLS_BEFORE = 80 }; /* before anything is drawn */

/* --- faces ---------------------------------------------------------------- */

static const char *
kind_text(const struct block *b)
{
    const char *app = kind_field(b->kind, "app") ? block_text(b, "app") : "";
    return *app ? app : b->kind->name;
}

/* How the block ID differs from the base: one that only stands elsewhere has
 * moved. A conflict is a problem, not a change. */
static enum face_change
change_of(const struct editor *s, const char *id)
{
    enum face_change change = FACE_SAME;
    if (!draft_view_base(&s->draft))
        return FACE_SAME;
    if (!document_block(draft_view_base(&s->draft), id))
        return FACE_ADDED;
    for (size_t i = 0; i < s->changes.count; i++) {
        const struct change *c = &s->changes.items[i];
        if (!text_equal(c->block_id, id) || c->subject == SUBJECT_CONFLICT)
            continue;
        if (c->kind != CHANGE_MOVED)
            return FACE_CHANGED;
        change = FACE_MOVED;
    }
    return change;
}

static bool
has_problem(const struct editor *s, const char *id)
{
    for (size_t i = 0; i < s->problems.count; i++) {
        if (text_equal(s->problems.items[i].block_id, id) &&
            s->problems.items[i].severity == PROBLEM_ERROR)
            return true;
    }
    return false;
}

static void
make_faces(struct editor *s)
{
    const struct document *d = draft_view_document(&s->draft);
    struct editor_shape *shape = &s->shape;
    shape->faces = mem_array(d->count + 1, sizeof shape->faces[0]);
    shape->summaries = mem_array(d->count + 1, sizeof shape->summaries[0]);
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        shape->summaries[i] =
            summary_block(b, d, draft_view_connectors(&s->draft));
        shape->faces[i] = (struct face){.number = i + 1,
                                        .name = b->name,
                                        .kind = kind_text(b),
                                        .summary = shape->summaries[i],
                                        .change = change_of(s, b->id),
                                        .problem = has_problem(s, b->id)};
    }
}

/* --- folds ---------------------------------------------------------------- */

static char *
lane_key(const struct outline *o, size_t lane)
{
    return mem_printf("%s/%s", o->document->blocks[outline_owner(o, lane)].id,
                      o->lanes[lane].list);
}

/* The ids of blocks of two workflows may be the same. */
static char *
fold_key(const struct editor *s, const char *id)
{
    return mem_printf("%s/%s", draft_view_version(&s->draft)->workflow_id, id);
}

void
editor_fold(struct editor *s, const char *id, bool folded)
{
    char *key = fold_key(s, id);
    marks_set(&s->console->folded, key, folded);
    free(key);
}

/* Reads what the session keeps: it holds for every version of a workflow,
 * because blocks keep their ids. */
static void
read_folds(struct editor *s)
{
    struct editor_shape *shape = &s->shape;
    const struct outline *o = &shape->outline;
    for (size_t i = 0; i < o->count; i++) {
        const struct outline_block *b = &o->blocks[i];
        char *fold = fold_key(s, o->document->blocks[i].id);
        shape->folded[i] =
            b->lane_count > 0 && marks_has(&s->console->folded, fold);
        free(fold);
        shape->open[i] = 0;
        for (size_t k = 0; k < b->lane_count; k++) {
            char *key = lane_key(o, b->lanes + k);
            if (marks_has(&s->console->opened, key))
                shape->open[i] = k;
            free(key);
        }
    }
}

/* Opens the lanes around SPOT, and keeps that. */
static void
open_around(struct editor *s, struct spot spot)
{
    const struct outline *o = &s->shape.outline;
    move_open(o, spot, s->shape.open);
    for (size_t lane = spot.lane; lane != OUTLINE_NONE;
         lane = outline_outer(o, lane)) {
        size_t owner = outline_owner(o, lane);
        for (size_t k = 0;
             owner != OUTLINE_NONE && k < o->blocks[owner].lane_count; k++) {
            char *key = lane_key(o, o->blocks[owner].lanes + k);
            marks_set(&s->console->opened, key,
                      o->blocks[owner].lanes + k == lane);
            free(key);
        }
    }
}

void
editor_shape_make(struct editor *s)
{
    const struct document *d = draft_view_document(&s->draft);
    struct editor_shape *shape = &s->shape;
    int rows = shape->rows ? shape->rows : ROWS_BEFORE;
    int cols = shape->cols ? shape->cols : COLS_BEFORE, top = shape->top;
    bool listed = shape->listed, below = shape->map_below;
    editor_shape_clear(s);
    *shape = (struct editor_shape){.rows = rows,
                                   .cols = cols,
                                   .top = top,
                                   .listed = listed,
                                   .map_below = below};
    outline_make(&shape->outline, d);
    make_faces(s);
    readers_of_document(d, &shape->readings);
    shape->folded = mem_array(d->count + 1, sizeof shape->folded[0]);
    shape->open = mem_array(d->count + 1, sizeof shape->open[0]);
    read_folds(s);
}

void
editor_shape_clear(struct editor *s)
{
    struct editor_shape *shape = &s->shape;
    for (size_t i = 0; i < shape->outline.count; i++)
        free(shape->summaries[i]);
    free(shape->summaries);
    free(shape->faces);
    free(shape->folded);
    free(shape->open);
    reading_list_clear(&shape->readings);
    picture_clear(&shape->picture);
    outline_clear(&shape->outline);
}

void
editor_fold_changed(struct editor *s)
{
    struct spot mark = editor_spot(s);
    read_folds(s);
    mark = move_visible(&s->shape.outline, s->shape.folded, mark);
    editor_fill_rows(s);
    table_reload(&s->table);
    editor_go_spot(s, mark);
}

/* --- the mark ------------------------------------------------------------- */

struct spot
editor_spot(const struct editor *s)
{
    const struct outline *o = &s->shape.outline;
    const struct editor_row *row = editor_marked(s);
    if (!row)
        return o->count == 0 && o->lane_count > 0 ? outline_empty(OUTLINE_TOP)
                                                  : SPOT_NONE;
    if (!row->list)
        return outline_spot(o, outline_find(o, row->id));
    size_t lane = outline_find_lane(o, row->id, row->list);
    return lane == OUTLINE_NONE ? SPOT_NONE : lane_begin(o, lane);
}

/* Unfolds what is around SPOT; true where something was. */
static bool
unfold_around(struct editor *s, struct spot spot)
{
    const struct outline *o = &s->shape.outline;
    bool any = false;
    for (size_t lane = spot.lane; lane != OUTLINE_NONE;
         lane = outline_outer(o, lane)) {
        size_t owner = outline_owner(o, lane);
        if (owner == OUTLINE_NONE || !s->shape.folded[owner])
            continue;
        editor_fold(s, o->document->blocks[owner].id, false);
        any = true;
    }
    return any;
}

void
editor_go_spot(struct editor *s, struct spot spot)
{
    const struct outline *o = &s->shape.outline;
    if (spot_is_none(spot) || o->count == 0)
        return;
    if (unfold_around(s, spot)) {
        read_folds(s);
        editor_fill_rows(s);
        table_reload(&s->table);
    }
    char *key = spot.block != OUTLINE_NONE
                    ? mem_strdup(o->document->blocks[spot.block].id)
                    : lane_key(o, spot.lane);
    table_go(&s->table, key);
    free(key);
    editor_follow(s);
}

bool
editor_go(struct editor *s, const char *id)
{
    size_t block = outline_find(&s->shape.outline, id);
    if (block == OUTLINE_NONE)
        return false;
    editor_go_spot(s, outline_spot(&s->shape.outline, block));
    return true;
}

void
editor_follow(struct editor *s)
{
    struct editor_shape *shape = &s->shape;
    const struct editor_row *row = editor_marked(s);
    struct spot mark = editor_spot(s);
    struct canvas_look look = canvas_look(shape->rows, shape->cols);
    if (editor_is_canvas(s) && !shape->listed)
        table_fit(&s->table, row_list_count(s->rows));
    if (editor_is_canvas(s) && row && row->list && mark.block != OUTLINE_NONE)
        table_go(&s->table, shape->outline.document->blocks[mark.block].id);
    open_around(s, mark);
    look.map_elsewhere = shape->map_below;
    look.folded = shape->folded;
    look.open = shape->open;
    picture_clear(&shape->picture);
    canvas_layout(&shape->picture, &shape->outline, &look);
}
