/* Going about in the editor: on the canvas along its cards; what leads to a
 * block by number, name, level, problem or change is the same in the list. */
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/mem.h"
#include "ui/draft/editor_private.h"

/* --- by what a block has -------------------------------------------------- */

static bool
has_problem(const struct face *f)
{
    return f->problem;
}

static bool
has_change(const struct face *f)
{
    return f->change != FACE_SAME;
}

/* The next block after the marked one, or before it, that HAS something; goes
 * round at the ends. False where none has. */
static bool
go_next(struct editor *s, bool next, bool (*has)(const struct face *f))
{
    size_t n = s->shape.outline.count;
    struct spot mark = editor_spot(s);
    size_t at = mark.block == OUTLINE_NONE ? 0 : mark.block;
    for (size_t i = 1; i <= n; i++) {
        size_t k = next ? (at + i) % n : (at + n - i) % n;
        if (has(&s->shape.faces[k])) {
            editor_go_spot(s, outline_spot(&s->shape.outline, k));
            return true;
        }
    }
    return false;
}

static void
go_problem(struct editor *s, bool next, struct error *e)
{
    if (!go_next(s, next, has_problem))
        error_set(e, ERR_NOT_FOUND, "no block has a problem");
}

static void
go_change(struct editor *s, bool next, struct error *e)
{
    if (!go_next(s, next, has_change))
        error_set(e, ERR_NOT_FOUND, "no block differs from %s",
                  draft_view_base(&s->draft)
                      ? draft_view_version(&s->draft)->parent_label
                      : "a version before");
}

/* How well a name fits what was typed: the best that any has is gone to. */
enum fit { FIT_NONE, FIT_PART, FIT_BEGIN, FIT_WHOLE };

/* How NAME fits the folded TEXT. */
static enum fit
fit_of(const char *name, const struct buf *text)
{
    struct buf folded;
    enum fit fit = FIT_NONE;
    buf_init(&folded, 1 << 16);
    fold_text(&folded, name, strlen(name));
    bool begins = folded.len >= text->len &&
                  memcmp(buf_str(&folded), buf_str(text), text->len) == 0;
    if (begins)
        fit = folded.len == text->len ? FIT_WHOLE : FIT_BEGIN;
    else if (fold_has(buf_str(&folded), folded.len, buf_str(text), text->len))
        fit = FIT_PART;
    buf_clear(&folded);
    return fit;
}

/* Goes to the block whose name is TEXT, else begins with it, else has it. */
static void
jump(struct editor *s, const char *text, struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    struct buf folded;
    enum fit best = FIT_NONE;
    size_t found = 0;
    buf_init(&folded, 1 << 16);
    fold_text(&folded, text, strlen(text));
    for (size_t i = 0; i < d->count && folded.len > 0; i++) {
        enum fit fit = fit_of(d->blocks[i].name, &folded);
        if (fit > best) {
            best = fit;
            found = i;
        }
    }
    buf_clear(&folded);
    free(s->sought);
    s->sought = mem_strdup(text);
    if (best == FIT_NONE)
        error_set(e, ERR_NOT_FOUND, "No block is called \"%.100s\"", text);
    else
        editor_go_spot(s, outline_spot(&s->shape.outline, found));
}

/* Goes to the next or previous block whose name has what was typed last. */
static void
jump_again(struct editor *s, bool next, struct error *e)
{
    const struct document *d = draft_view_document(&s->draft);
    struct buf folded;
    struct spot mark = editor_spot(s);
    size_t n = d->count, at = mark.block == OUTLINE_NONE ? 0 : mark.block;
    bool found = false;
    buf_init(&folded, 1 << 16);
    if (s->sought)
        fold_text(&folded, s->sought, strlen(s->sought));
    for (size_t i = 1; i < n && folded.len > 0 && !found; i++) {
        size_t k = next ? (at + i) % n : (at + n - i) % n;
        found = fit_of(d->blocks[k].name, &folded) != FIT_NONE;
        if (found)
            editor_go_spot(s, outline_spot(&s->shape.outline, k));
    }
    if (folded.len == 0)
        error_set(e, ERR_REFUSED, "no name was typed yet (o)");
    else if (!found)
        error_set(e, ERR_NOT_FOUND, "No other block has \"%.100s\" in its name",
                  s->sought);
    buf_clear(&folded);
}

/* Goes to the block NUMBER, counted in reading order. */
static void
go_number(struct editor *s, int number, struct error *e)
{
    size_t n = s->shape.outline.count;
    if ((size_t)number > n)
        error_set(e, ERR_NOT_FOUND, "No block %d (the last is %zu)", number, n);
    else
        editor_go_spot(s, outline_spot(&s->shape.outline, (size_t)number - 1));
}

/* --- by what stands beside ------------------------------------------------ */

/* Goes to what STEP gives, COUNT times; says WHY where the first leads
 * nowhere. */
static void
go_beside(struct editor *s, enum act action, int count, struct error *e)
{
    const struct outline *o = &s->shape.outline;
    for (int i = 0; i < (count > 0 ? count : 1); i++) {
        struct spot mark = editor_spot(s), to = SPOT_NONE;
        if (spot_is_none(mark))
            return;
        if (action == ACT_LEFT || action == ACT_RIGHT)
            to = move_beside(&s->shape.picture, o, mark, action == ACT_RIGHT);
        else if (action == ACT_CONTAINER_END)
            to = move_end(&s->shape.picture, o, mark);
        else
            to = move_level(o, mark, action == ACT_NEXT_LEVEL);
        if (spot_is_none(to)) {
            if (i == 0)
                error_set(e, ERR_NOT_FOUND, "Nothing is there: %s",
                          action == ACT_LEFT    ? "no lane is on the left"
                          : action == ACT_RIGHT ? "no lane is on the right"
                          : action == ACT_CONTAINER_END
                              ? "the block is in no other block"
                              : "no other block is on this level");
            return;
        }
        editor_go_spot(s, to);
    }
}

/* Goes DELTA cards on. */
static void
step(struct editor *s, long delta)
{
    editor_go_spot(s, move_step(&s->shape.picture, editor_spot(s), delta));
}

/* How many cards are on the screen. */
static long
cards_shown(const struct editor *s)
{
    const struct editor_shape *shape = &s->shape;
    long n = 0;
    for (size_t i = 0; i < shape->picture.card_count; i++) {
        int row = shape->picture.cards[i].at.row;
        n += row >= shape->top && row < shape->top + shape->rows;
    }
    return n > 1 ? n - 1 : 1;
}

/* The moves that every list has, along the cards. */
static unsigned
step_along(struct editor *s, enum act action, int count)
{
    long n = count > 0 ? count : 1, page = cards_shown(s);
    switch (action) {
    case ACT_DOWN:
    case ACT_UP:
        step(s, action == ACT_DOWN ? n : -n);
        return REACT_PAINT;
    case ACT_PAGE_DOWN:
    case ACT_PAGE_UP:
        step(s, action == ACT_PAGE_DOWN ? n * page : -n * page);
        return REACT_PAINT;
    case ACT_HALF_DOWN:
    case ACT_HALF_UP:
        page = (page + 1) / 2;
        step(s, action == ACT_HALF_DOWN ? n * page : -n * page);
        return REACT_PAINT;
    case ACT_TOP:
    case ACT_BOTTOM:
        page = (long)s->shape.picture.card_count;
        step(s, action == ACT_BOTTOM ? page : -page);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

/* Marks the block, or removes its mark, and goes to the next card. */
static unsigned
mark_one(struct editor *s, const struct invocation *invocation, struct error *e)
{
    struct spot next = move_step(&s->shape.picture, editor_spot(s), 1);
    unsigned reaction = table_action(&s->table, invocation, e);
    editor_go_spot(s, next);
    return reaction;
}

/* --- folds ---------------------------------------------------------------- */

/* Folds or unfolds the marked block; in one that holds none, the block around
 * it. */
static void
fold_one(struct editor *s, struct error *e)
{
    const struct outline *o = &s->shape.outline;
    struct spot mark = editor_spot(s);
    size_t block = mark.block;
    if (block == OUTLINE_NONE || o->blocks[block].lane_count == 0)
        block = spot_is_none(mark) ? OUTLINE_NONE : outline_owner(o, mark.lane);
    if (block == OUTLINE_NONE) {
        error_set(e, ERR_REFUSED,
                  "fold: neither the block nor one around it holds blocks");
        return;
    }
    editor_fold(s, o->document->blocks[block].id, !s->shape.folded[block]);
    editor_fold_changed(s);
}

/* True where SPOT stands inside of BLOCK. */
static bool
stands_inside(const struct outline *o, struct spot spot, size_t block)
{
    const struct outline_block *b = &o->blocks[block];
    for (size_t k = 0; k < b->lane_count; k++) {
        if (outline_lane_inside(o, spot.lane, b->lanes + k))
            return true;
    }
    return false;
}

/* Folds all that is not on the way to the mark; unfolds all where nothing is
 * left to fold. */
static void
fold_others(struct editor *s)
{
    const struct outline *o = &s->shape.outline;
    struct spot mark = editor_spot(s);
    bool any = false;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1 && any)
            break;
        for (size_t i = 0; i < o->count; i++) {
            const char *id = o->document->blocks[i].id;
            bool folds = pass == 0 && !stands_inside(o, mark, i);
            if (o->blocks[i].lane_count == 0)
                continue;
            any = any || (folds && !s->shape.folded[i]);
            editor_fold(s, id, folds);
        }
    }
    editor_fold_changed(s);
}

/* --- dispatch ------------------------------------------------------------- */

static void
switch_drawing(struct editor *s)
{
    struct error e = {0};
    s->console->canvas = !s->console->canvas;
    if (s->console->canvas && s->table.filter.len > 0)
        table_filter(&s->table, "", &e); /* the canvas shows all */
    editor_go_spot(s, editor_spot(s));
}

/* Goes to a block by what it is called or has. */
static unsigned
leap(struct editor *s, const struct invocation *invocation, struct error *e)
{
    enum act action = (enum act)invocation->action;
    switch (action) {
    case ACT_JUMP:
        jump(s, invocation->arg, e);
        return REACT_PAINT;
    case ACT_NEXT_MATCH:
    case ACT_PREVIOUS_MATCH:
        jump_again(s, action == ACT_NEXT_MATCH, e);
        return REACT_PAINT;
    case ACT_NEXT_PROBLEM:
    case ACT_PREVIOUS_PROBLEM:
        go_problem(s, action == ACT_NEXT_PROBLEM, e);
        return REACT_PAINT;
    case ACT_NEXT_CHANGE:
    case ACT_PREVIOUS_CHANGE:
        go_change(s, action == ACT_NEXT_CHANGE, e);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

unsigned
editor_move(struct editor *s, const struct invocation *invocation,
            struct error *e)
{
    enum act action = (enum act)invocation->action;
    switch (action) {
    case ACT_CANVAS:
        switch_drawing(s);
        return REACT_PAINT;
    case ACT_LEFT:
    case ACT_RIGHT:
    case ACT_NEXT_LEVEL:
    case ACT_PREVIOUS_LEVEL:
    case ACT_CONTAINER_END:
        go_beside(s, action, invocation->count, e);
        return REACT_PAINT;
    case ACT_FOLD:
        fold_one(s, e);
        return REACT_PAINT;
    case ACT_FOLD_OTHERS:
        fold_others(s);
        return REACT_PAINT;
    case ACT_MARK_RANGE:
    case ACT_MARK_ALL: {
        unsigned reaction = table_action(&s->table, invocation, e);
        editor_keep_marks(s); /* branches are no blocks */
        return reaction;
    }
    default:
        break;
    }
    if (leap(s, invocation, e) != REACT_IGNORED)
        return REACT_PAINT;
    if (action == ACT_BOTTOM && invocation->count > 0) {
        go_number(s, invocation->count, e);
        return REACT_PAINT;
    }
    if (!editor_is_canvas(s))
        return REACT_IGNORED;
    return action == ACT_MARK ? mark_one(s, invocation, e)
                              : step_along(s, action, invocation->count);
}
