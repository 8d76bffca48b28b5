/* The fields of a block in its form, and what the focused one can hold. */
#include <string.h>

#include "ui/draft/editor_private.h"

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
    form_draw_field(&s->form, i, c, at.row, at.col, at.cols, labels);
    if (p)
        cells_text(c, at.row, at.col + labels - 2, 1,
                   p->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_WARNING,
                   "!");
    if (!focused && !*form_text(&s->form, i))
        cells_fit(c, at.row, at.col + labels, at.cols - labels, STYLE_FAINT,
                  placeholder(s, i));
}

int
editor_draw_form(struct editor *s, struct cells *c, struct rect r)
{
    size_t room = r.rows > 0 ? (size_t)r.rows : 0, count = s->form.count;
    size_t first = 0;
    int labels = label_columns(s, r.cols, c->ascii);
    if (s->form.focus >= room && room > 0) /* with the next one in sight */
        first = s->form.focus - room + 1 + (s->form.focus + 1 < count);
    if (room <= 1)
        first = s->form.focus;
    size_t shown = count - first < room ? count - first : room;
    for (size_t k = 0; k < shown; k++)
        draw_item(s, first + k, c,
                  (struct rect){r.row + (int)k, r.col, 1, r.cols}, labels);
    return (int)shown;
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
