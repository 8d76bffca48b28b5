/* The difference of two versions as a picture. */
#include "ui/screen/diff_canvas.h"

#include <string.h>

#include "base/text.h"
#include "ui/canvas/sign.h"

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

static bool
differs(const struct face *f)
{
    return f->change != FACE_SAME;
}

enum err
diff_canvas_make(struct diff_canvas *c, const struct document *from,
                 const struct document *to, const struct change_list *changes,
                 struct error *e)
{
    enum err err = diff_union(&c->both, from, to, e);
    if (err != ERR_OK)
        return err;
    const struct document *d = c->both;
    struct face *faces;
    shown_canvas_make(&c->shown, d);
    faces = c->shown.faces;
    for (size_t i = 0; i < d->count; i++) {
        const char *id = d->blocks[i].id;
        const struct block *now = document_block(to, id);
        faces[i].change = change_of(from, to, changes, id);
        faces[i].number = now ? (size_t)(now - to->blocks) + 1 : 0;
    }
    if (d->count > 0 && !differs(&faces[0]))
        shown_canvas_go(&c->shown, shown_canvas_next(&c->shown, true, differs));
    return ERR_OK;
}

void
diff_canvas_clear(struct diff_canvas *c)
{
    shown_canvas_clear(&c->shown);
    document_free(c->both);
    c->both = NULL;
}

/* --- drawing -------------------------------------------------------------- */

void
diff_canvas_words(const struct diff_canvas *c,
                  const struct change_list *changes, struct buf *out)
{
    size_t block = shown_canvas_block(&c->shown);
    if (block == OUTLINE_NONE)
        return;
    const char *id = c->both->blocks[block].id;
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
    size_t block = shown_canvas_block(&c->shown);
    if (block == OUTLINE_NONE)
        return;
    const struct face *f = &c->shown.faces[block];
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
    struct rect panel = shown_canvas_draw(&c->shown, cells, r);
    if (panel.rows > 0)
        draw_panel(c, changes, cells, panel);
}

/* --- going about ---------------------------------------------------------- */

unsigned
diff_canvas_move(struct diff_canvas *c, const struct invocation *invocation,
                 struct error *e)
{
    enum act action = (enum act)invocation->action;
    if (action != ACT_NEXT_CHANGE && action != ACT_PREVIOUS_CHANGE)
        return shown_canvas_move(&c->shown, invocation, e);
    struct spot to =
        shown_canvas_next(&c->shown, action == ACT_NEXT_CHANGE, differs);
    if (spot_is_none(to))
        error_set(e, ERR_NOT_FOUND, "Nothing is there");
    shown_canvas_go(&c->shown, to);
    return REACT_PAINT;
}
