/* A text of several lines being edited. */
#include "ui/widget/text_area.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { TAB = 4 /* blanks that stand for one */ };

/* --- rows ----------------------------------------------------------------- */

static size_t
row_begin(const struct line_edit *line, size_t at)
{
    const char *s = line_edit_text(line);
    while (at > 0 && s[at - 1] != '\n')
        at--;
    return at;
}

static size_t
row_end(const struct line_edit *line, size_t at)
{
    const char *s = line_edit_text(line);
    return at + strcspn(s + at, "\n");
}

/* The rows before the byte AT. */
static int
rows_before(const struct line_edit *line, size_t at)
{
    const char *s = line_edit_text(line);
    int rows = 0;
    for (size_t i = 0; i < at; i++)
        rows += s[i] == '\n';
    return rows;
}

int
text_area_rows(const struct line_edit *line)
{
    return rows_before(line, line->text.len) + 1;
}

void
text_area_place(const struct line_edit *line, int *row, int *col)
{
    size_t begin = row_begin(line, line->cursor);
    *row = rows_before(line, line->cursor) + 1;
    *col = 1 +
           (int)utf8_length(line_edit_text(line) + begin, line->cursor - begin);
}

/* Appends the N bytes at S as they are shown. */
static void
add_shown(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; s[i] == '\t' && k < TAB; k++)
            buf_addc(out, ' ');
        if (s[i] != '\t')
            buf_addc(out, s[i]);
    }
}

/* The columns of the N bytes at S. */
static int
columns(const char *s, size_t n, bool ascii)
{
    struct buf shown;
    buf_init_any(&shown);
    add_shown(&shown, s, n);
    int width = width_text(buf_str(&shown), shown.len, ascii);
    buf_clear(&shown);
    return width;
}

/* --- undo ----------------------------------------------------------------- */

/* Keeps TEXT (taken), which a key has changed; characters typed in a row are
 * one step. */
static void
keep_step(struct line_edit *line, char *text, size_t cursor, bool typed)
{
    if (typed && line->step_typed && line->step_count > 0 &&
        line->step_cursor == cursor) {
        line->step_cursor = line->cursor;
        free(text);
        return;
    }
    if (line->step_count == LINE_EDIT_STEPS) {
        free(line->steps[0]);
        memmove(line->steps, line->steps + 1,
                (LINE_EDIT_STEPS - 1) * sizeof line->steps[0]);
        line->step_count--;
    }
    line->steps[line->step_count++] = text;
    line->step_typed = typed;
    line->step_cursor = line->cursor;
}

/* The first byte that differs: there something was changed. */
static size_t
first_difference(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] && a[i] == b[i])
        i++;
    return i;
}

static enum edited
undo(struct line_edit *line)
{
    if (line->step_count == 0)
        return EDITED_MOVED;
    char *text = line->steps[--line->step_count];
    size_t at = first_difference(text, line_edit_text(line));
    line_edit_set(line, text);
    line->cursor =
        grapheme_before(text, at + 1 <= strlen(text) ? at + 1 : at, false);
    line->step_typed = false;
    free(text);
    return EDITED_CHANGED;
}

/* --- keys ----------------------------------------------------------------- */

/* To the row above or below, in the same column where it has one. */
static enum edited
go_row(struct line_edit *line, bool down)
{
    const char *s = line_edit_text(line);
    size_t begin = row_begin(line, line->cursor), end = row_end(line, begin);
    int wanted = columns(s + begin, line->cursor - begin, false);
    if (down ? s[end] == '\0' : begin == 0)
        return EDITED_IGNORED;
    size_t to = down ? end + 1 : row_begin(line, begin - 1);
    size_t last = row_end(line, to), at = to;
    while (at < last && columns(s + to, at - to, false) < wanted) {
        struct grapheme g;
        grapheme_next(s + at, last - at, false, &g);
        at += g.used;
    }
    line->cursor = at;
    return EDITED_MOVED;
}

/* Removes the bytes from FROM to TO. */
static enum edited
cut(struct line_edit *line, size_t from, size_t to)
{
    if (from == to)
        return EDITED_MOVED;
    char *rest = mem_strdup(line_edit_text(line) + to);
    buf_truncate(&line->text, from);
    buf_adds(&line->text, rest);
    line->cursor = from;
    free(rest);
    return EDITED_CHANGED;
}

/* A key that means the row of the cursor here, and the whole text in a
 * line. */
static enum edited
row_key(struct line_edit *line, const struct key *key)
{
    size_t begin = row_begin(line, line->cursor);
    size_t end = row_end(line, line->cursor);
    bool ctrl = key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_CTRL;
    uint32_t letter = ctrl ? key->codepoint : 0;
    if (key->kind == KEY_KIND_UP || key->kind == KEY_KIND_DOWN)
        return go_row(line, key->kind == KEY_KIND_DOWN);
    if (key->kind == KEY_KIND_HOME || letter == 'a')
        line->cursor = begin;
    else if (key->kind == KEY_KIND_END || letter == 'e')
        line->cursor = end;
    else if (letter == 'u')
        return cut(line, begin, line->cursor);
    else if (letter == 'k')
        return cut(line, line->cursor, end);
    else if (key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_ALT &&
             key->codepoint == 'j')
        return line_edit_insert(line, "\n");
    else
        return line_edit_key(line, key);
    return EDITED_MOVED;
}

enum edited
text_area_key(struct line_edit *line, const struct key *key)
{
    bool alt_u = key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_ALT &&
                 key->codepoint == 'u';
    if (alt_u)
        return undo(line);
    char *before = mem_strdup(line_edit_text(line));
    size_t cursor = line->cursor;
    enum edited edited = row_key(line, key);
    if (edited == EDITED_CHANGED)
        keep_step(line, before, cursor, key_is_text(key));
    else
        free(before);
    return edited;
}

enum err
text_area_paste(struct line_edit *line, const char *text, size_t n,
                struct error *e)
{
    char *before = mem_strdup(line_edit_text(line));
    size_t cursor = line->cursor;
    enum err err = line_edit_paste(line, text, n, e);
    if (err == ERR_OK)
        keep_step(line, before, cursor, false);
    else
        free(before);
    return err;
}

/* --- drawing -------------------------------------------------------------- */

/* Draws the row from BEGIN in COLS columns, without its first SKIP. */
static void
draw_row(const struct line_edit *line, size_t begin, int skip, struct cells *c,
         struct rect at, enum style style)
{
    struct buf shown;
    size_t from = 0;
    buf_init_any(&shown);
    add_shown(&shown, line_edit_text(line) + begin,
              row_end(line, begin) - begin);
    while (skip > 0 && from < shown.len) {
        struct grapheme g;
        grapheme_next(shown.data + from, shown.len - from, c->ascii, &g);
        skip -= g.width;
        from += g.used;
    }
    cells_fill(c, at, style);
    cells_bytes(c, at.row, at.col, at.cols, style, buf_str(&shown) + from,
                shown.len - from);
    buf_clear(&shown);
}

void
text_area_draw(struct line_edit *line, struct cells *c, struct rect r,
               enum style style)
{
    const char *s = line_edit_text(line);
    size_t own = row_begin(line, line->cursor), begin = 0;
    int row = rows_before(line, line->cursor), all = text_area_rows(line);
    int col = columns(s + own, line->cursor - own, c->ascii);
    int skip = col >= r.cols ? col - r.cols + 1 : 0;
    int top = line->top > row ? row : line->top;
    top = row - top >= r.rows ? row - r.rows + 1 : top;
    line->top = top = top > all - r.rows && all >= r.rows ? all - r.rows : top;
    for (int i = 0; i < top; i++)
        begin = row_end(line, begin) + 1;
    for (int i = 0; i < r.rows && top + i < all; i++) {
        draw_row(line, begin, top + i == row ? skip : 0, c,
                 (struct rect){r.row + i, r.col, 1, r.cols}, style);
        begin = row_end(line, begin) + 1;
    }
    cells_cursor(c, r.row + row - top, r.col + col - skip);
}

void
text_area_draw_closed(const struct line_edit *line, struct cells *c,
                      struct rect r)
{
    enum { COUNT = 14 }; /* columns of "… 100 lines" */
    int rows = text_area_rows(line);
    int room = rows > 1 && r.cols > 2 * COUNT ? r.cols - COUNT : r.cols;
    draw_row(line, 0, 0, c, (struct rect){r.row, r.col, 1, room}, STYLE_FIELD);
    if (room < r.cols)
        cells_textf(c, r.row, r.col + room + 1, COUNT - 1, STYLE_FAINT,
                    "%d lines", rows);
}
