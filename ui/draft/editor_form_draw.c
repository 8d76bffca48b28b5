/* The fields of a block in its form, and what the focused one can hold. */
#include <string.h>

#include "ui/draft/editor_private.h"
#include "ui/widget/text_area.h"

enum { LABELS_LEAST = 10, LABELS_MOST = 24, HELP_MOST = 4096 };

/* Columns of the labels: those of the longest, and a part of COLS at most. */
static int
label_columns(const struct editor *s, int cols, bool ascii)
{
    int most = LABELS_LEAST;
    for (size_t i = 0; i < s->form.count; i++) {
        const char *label = s->item[i].label;
        int n = width_text(label, strlen(label), ascii) + 2;
        most = n > most ? n : most;
    }
    most = most < LABELS_MOST ? most : LABELS_MOST;
    return most < cols / 3 ? most : cols / 3;
}

/* True where what the focused field holds is not stored yet. */
static bool
is_typed(const struct editor *s)
{
    size_t i = s->form.focus;
    return strcmp(form_text(&s->form, i), s->item[i].before) != 0;
}

const char *
editor_form_hint(const struct editor *s)
{
    const struct editor_item *item = &s->item[s->form.focus];
    if (line_edit_is_choosing(&s->form.items[s->form.focus].line))
        return "Tab next  Enter save  Esc as typed  F1 help";
    if (item->field && item->field->type == FIELD_MAPPING)
        return "Enter opens the mapping  Tab next field  Esc close  F1 help";
    if (item->field && item->field->type == FIELD_ACTION && !is_typed(s))
        return "Enter lists the actions  Tab next field  Esc close  F1 help";
    if (s->form.items[s->form.focus].line.lines && !item->fixed)
        return "Alt-j new line  Alt-u undo  Enter save  Esc cancel  F1 "
               "help";
    return s->form.focus + 1 < s->form.count
               ? "Enter save, next field  Tab complete or next  Esc cancel  F1 "
                 "help"
               : "Enter save, close  Up field before  Esc cancel  F1 help";
}

/* What stands in an empty field. */
static const char *
placeholder(const struct editor *s, size_t i)
{
    const struct editor_item *item = &s->item[i];
    bool needed = item->field && (item->field->flags & FIELD_REQUIRED);
    return needed ? "not set (required)" : "";
}

static void
draw_item(struct editor *s, size_t i, struct cells *c, struct rect at,
          int labels)
{
    bool focused = i == s->form.focus;
    const struct problem *p =
        focused && is_typed(s) ? NULL : editor_item_problem(s, i);
    form_draw_field(&s->form, i, c, at, labels);
    if (p)
        cells_text(c, at.row, at.col + labels - 2, 1,
                   p->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_WARNING,
                   "!");
    if (!focused && !*form_text(&s->form, i))
        cells_fit(c, at.row, at.col + labels, at.cols - labels, STYLE_FAINT,
                  placeholder(s, i));
}

/* The rows that the item I takes where ROOM are there: a text of several lines
 * as many as it has, as long as the fields beside it stay in sight. */
static int
item_rows(const struct editor *s, size_t i, int room)
{
    const struct line_edit *line = &s->form.items[i].line;
    int rows = i == s->form.focus && line->lines ? text_area_rows(line) : 1;
    int most = room > 4 ? room - 2 : room;
    return rows < most ? rows : most > 0 ? most : 1;
}

int
editor_draw_form(struct editor *s, struct cells *c, struct rect r)
{
    size_t focus = s->form.focus, count = s->form.count, first = 0;
    int labels = label_columns(s, r.cols, c->ascii), row = 0;
    int next = focus + 1 < count && r.rows > 1; /* in sight as well */
    int used = item_rows(s, focus, r.rows) + (int)focus + next;
    while (first < focus && used > r.rows) {
        first++;
        used--;
    }
    for (size_t i = first; i < count && row < r.rows; i++) {
        int rows = item_rows(s, i, r.rows);
        rows = rows < r.rows - row ? rows : r.rows - row;
        draw_item(s, i, c, (struct rect){r.row + row, r.col, rows, r.cols},
                  labels);
        row += rows;
    }
    return row;
}

bool
editor_draw_choices(const struct editor *s, struct cells *c, struct rect r)
{
    const struct line_edit *line = &s->form.items[s->form.focus].line;
    if (!line_edit_is_choosing(line))
        return false;
    size_t n = line->list.count;
    int rows = n < (size_t)r.rows ? (int)n : r.rows;
    line_edit_draw_list(line, c, r.row + rows - 1, r.col, rows, r.cols);
    return true;
}

/* The first completions. Returns the rows used. */
static int
draw_offers(const struct editor *s, struct cells *c, struct rect r)
{
    if (s->offers.len == 0)
        return 0;
    int used = cells_text(c, r.row, r.col, r.cols, STYLE_FAINT, "Tab  ");
    cells_fit(c, r.row, r.col + used, r.cols - used, STYLE_NORMAL,
              buf_str(&s->offers));
    return 1;
}

int
editor_draw_help(const struct editor *s, struct cells *c, struct rect r)
{
    size_t i = s->form.focus;
    const struct problem *p = is_typed(s) ? NULL : editor_item_problem(s, i);
    int from = r.row, end = r.row + r.rows;
    struct buf help;
    buf_init(&help, HELP_MOST);
    if (s->notice && r.rows > 0)
        r.row += cells_wrapped(c, r, STYLE_WARNING, s->notice);
    r.rows = end - r.row;
    if (r.rows > 0)
        r.row += draw_offers(s, c, r);
    r.rows = end - r.row;
    if (p && r.rows > 0)
        r.row += cells_wrapped(
            c, r, p->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_WARNING,
            p->text);
    r.rows = end - r.row;
    editor_field_help(s, &help);
    if (r.rows > 0)
        r.row += cells_wrapped(c, r, STYLE_FAINT, buf_str(&help));
    buf_clear(&help);
    return r.row - from;
}
