/* The difference of two versions as a picture. */
#include "ui/screen/diff_canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/action.h"
#include "ui/canvas/move.h"
#include "ui/canvas/sign.h"
#include "workflow/edit/summary.h"

enum { PANEL = 4, LOW = 16, LOW_PANEL = 2, ROWS_BEFORE = 20, COLS_BEFORE = 80 };

/* --- what stands on the blocks -------------------------------------------- */

static enum face_change
change_of(const struct document *from, const struct document *to,
          const struct change_list *changes, const char *id)
{
    enum face_change change = FACE_SAME;
    if (!document_block(to, id))
        return FACE_REMOVED;
    if (!document_block(from, id))
        return FACE_ADDED;
    for (size_t i = 0; i < changes->count; i++) {
        if (!text_equal(changes->items[i].block_id, id))
            continue;
        if (changes->items[i].kind != CHANGE_MOVED)
            return FACE_CHANGED;
        change = FACE_MOVED;
    }
    return change;
}

static void
make_face(struct diff_canvas *c, size_t i, enum face_change change,
          size_t number)
{
    const struct block *b = &c->both->blocks[i];
    const char *app = kind_field(b->kind, "app") ? block_text(b, "app") : "";
    c->summaries[i] = summary_block(b, c->both, NULL);
    c->faces[i] = (struct face){.number = number,
                                .name = b->name,
                                .kind = *app ? app : b->kind->name,
                                .summary = c->summaries[i],
                                .change = change};
}

/* Goes to SPOT and lays the picture out around it. */
static void
go(struct diff_canvas *c, struct spot spot)
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

/* The next block after the marked one, or before it, that differs; goes
 * round. */
static struct spot
next_change(const struct diff_canvas *c, bool next)
{
    size_t n = c->outline.count;
    size_t at = c->mark.block == OUTLINE_NONE ? 0 : c->mark.block;
    for (size_t i = 1; i <= n; i++) {
        size_t k = next ? (at + i) % n : (at + n - i) % n;
        if (c->faces[k].change != FACE_SAME)
            return outline_spot(&c->outline, k);
    }
    return SPOT_NONE;
}

enum err
diff_canvas_make(struct diff_canvas *c, const struct document *from,
                 const struct document *to, const struct change_list *changes,
                 struct error *e)
{
    int rows = c->rows ? c->rows : ROWS_BEFORE;
    int cols = c->cols ? c->cols : COLS_BEFORE;
    enum err err = diff_union(&c->both, from, to, e);
    if (err != ERR_OK)
        return err;
    const struct document *d = c->both;
    outline_make(&c->outline, d);
    c->faces = mem_array(d->count + 1, sizeof c->faces[0]);
    c->summaries = mem_array(d->count + 1, sizeof c->summaries[0]);
    c->open = mem_array(d->count + 1, sizeof c->open[0]);
    for (size_t i = 0; i < d->count; i++) {
        const char *id = d->blocks[i].id;
        const struct block *now = document_block(to, id);
        make_face(c, i, change_of(from, to, changes, id),
                  now ? (size_t)(now - to->blocks) + 1 : 0);
        c->open[i] = 0;
    }
    c->rows = rows;
    c->cols = cols;
    c->mark = d->count > 0 ? outline_spot(&c->outline, 0) : SPOT_NONE;
    if (d->count > 0 && c->faces[0].change == FACE_SAME)
        go(c, next_change(c, true));
    else
        go(c, c->mark);
    return ERR_OK;
}

void
diff_canvas_clear(struct diff_canvas *c)
{
    if (!c->both)
        return;
    for (size_t i = 0; i < c->outline.count; i++)
        free(c->summaries[i]);
    free(c->summaries);
    free(c->faces);
    free(c->open);
    picture_clear(&c->picture);
    outline_clear(&c->outline);
    document_free(c->both);
    *c = (struct diff_canvas){.rows = c->rows, .cols = c->cols};
}

/* --- drawing -------------------------------------------------------------- */

void
diff_canvas_words(const struct diff_canvas *c,
                  const struct change_list *changes, struct buf *out)
{
    if (spot_is_none(c->mark) || c->mark.block == OUTLINE_NONE)
        return;
    const char *id = c->both->blocks[c->mark.block].id;
    for (size_t i = 0; i < changes->count; i++) {
        if (text_equal(changes->items[i].block_id, id))
            buf_addf(out, "%s\n", changes->items[i].text);
    }
}

/* "2 Tax  math  changed" and what is said of it. */
static void
draw_panel(const struct diff_canvas *c, const struct change_list *changes,
           struct cells *cells, struct rect r)
{
    struct buf words;
    cells_line(cells, r.row, r.col, r.cols, STYLE_FAINT);
    if (c->mark.block == OUTLINE_NONE)
        return;
    const struct face *f = &c->faces[c->mark.block];
    int col = r.col;
    col += cells_fit(cells, r.row + 1, col, r.cols, STYLE_ROW_NAME, f->name);
    col += cells_textf(cells, r.row + 1, col, r.cols - (col - r.col),
                       STYLE_FAINT, "  %s  ", f->kind);
    cells_text(cells, r.row + 1, col, r.cols - (col - r.col),
               f->change == FACE_SAME ? STYLE_FAINT : sign_style(f->change),
               sign_word(f->change));
    buf_init_any(&words);
    diff_canvas_words(c, changes, &words);
    char *line = words.len > 0 ? words.data : NULL;
    for (int row = r.row + 2; line && *line && row < r.row + r.rows; row++) {
        char *end = strchr(line, '\n');
        *end = '\0';
        cells_fit(cells, row, r.col, r.cols, STYLE_NORMAL, line);
        line = end + 1;
    }
    buf_clear(&words);
}

void
diff_canvas_draw(struct diff_canvas *c, const struct change_list *changes,
                 struct cells *cells, struct rect r)
{
    int panel = r.rows < LOW ? LOW_PANEL : PANEL;
    struct rect canvas = {r.row, r.col, r.rows - panel, r.cols};
    if (!c->both || canvas.rows < 1)
        return;
    c->rows = canvas.rows;
    c->cols = canvas.cols;
    go(c, c->mark);
    draw_panel(c, changes, cells,
               (struct rect){r.row + canvas.rows, r.col, panel, r.cols});
    c->top = canvas_scroll(&c->picture, c->mark, c->top, canvas.rows);
    const struct canvas_paint paint = {&c->picture, &c->outline, c->faces,
                                       NULL, c->mark, c->top};
    canvas_draw(&paint, cells, canvas);
    canvas_draw_map(&paint, cells,
                    (struct rect){r.row + canvas.rows, r.col, 1, r.cols},
                    canvas.rows);
}

/* --- going about ---------------------------------------------------------- */

unsigned
diff_canvas_move(struct diff_canvas *c, const struct invocation *invocation,
                 struct error *e)
{
    long n = invocation->count > 0 ? invocation->count : 1;
    long page = c->rows / 2 > 0 ? c->rows / 2 : 1;
    long all = (long)c->picture.card_count;
    enum act action = (enum act)invocation->action;
    struct spot to = SPOT_NONE;
    if (!c->both || spot_is_none(c->mark))
        return REACT_IGNORED;
    if (action == ACT_DOWN || action == ACT_UP)
        to = move_step(&c->picture, c->mark, action == ACT_DOWN ? n : -n);
    else if (action == ACT_PAGE_DOWN || action == ACT_HALF_DOWN)
        to = move_step(&c->picture, c->mark, n * page);
    else if (action == ACT_PAGE_UP || action == ACT_HALF_UP)
        to = move_step(&c->picture, c->mark, -n * page);
    else if (action == ACT_TOP || action == ACT_BOTTOM)
        to = move_step(&c->picture, c->mark, action == ACT_TOP ? -all : all);
    else if (action == ACT_LEFT || action == ACT_RIGHT)
        to =
            move_beside(&c->picture, &c->outline, c->mark, action == ACT_RIGHT);
    else if (action == ACT_NEXT_CHANGE || action == ACT_PREVIOUS_CHANGE)
        to = next_change(c, action == ACT_NEXT_CHANGE);
    else
        return REACT_IGNORED;
    if (spot_is_none(to))
        error_set(e, ERR_NOT_FOUND, "Nothing is there");
    go(c, to);
    return REACT_PAINT;
}
