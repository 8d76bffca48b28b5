/* Forms. */
#include "ui/widget/form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/widget/text_area.h"

void
form_init(struct form *f)
{
    f->items = NULL;
    f->count = f->focus = 0;
    f->seen = f->acts = SIZE_MAX;
    f->first = f->safe = 0;
    f->wanted = NULL;
}

void
form_clear(struct form *f)
{
    for (size_t i = 0; i < f->count; i++)
        line_edit_clear(&f->items[i].line);
    FREE_NULL(f->items);
    f->count = f->focus = 0;
    FREE_NULL(f->wanted);
}

static size_t
add(struct form *f, const char *label, bool button, size_t max)
{
    size_t i = f->count++;
    f->items = mem_resize(f->items, f->count, sizeof *f->items);
    f->items[i] = (struct form_item){.label = label, .button = button};
    line_edit_init(&f->items[i].line, max, NULL, NULL);
    return i;
}

size_t
form_field(struct form *f, const char *label, size_t max, const char *text)
{
    size_t i = add(f, label, false, max);
    line_edit_set(&f->items[i].line, text);
    return i;
}

size_t
form_button(struct form *f, const char *label)
{
    return add(f, label, true, 0);
}

void
form_question(struct form *f, size_t first, size_t safe, size_t acts)
{
    f->first = f->focus = first;
    f->safe = safe;
    f->acts = acts;
}

void
form_ask_phrase(struct form *f, size_t field, const char *wanted)
{
    f->phrase = field;
    free(f->wanted);
    f->wanted = mem_strdup(wanted);
}

void
form_rest(struct form *f)
{
    f->focus = f->first;
    if (f->wanted)
        line_edit_set(&f->items[f->phrase].line, "");
}

bool
form_acts(const struct form *f)
{
    return f->focus == f->acts;
}

void
form_yield(struct form *f)
{
    if (form_acts(f))
        f->focus = f->safe;
}

bool
form_phrase_fits(const struct form *f)
{
    return strcmp(form_text(f, f->phrase), f->wanted) == 0;
}

/* True where nothing has to be typed before button I, or is typed. */
static bool
is_confirmed(const struct form *f, size_t i)
{
    return !f->wanted || i != f->acts || form_phrase_fits(f);
}

/* Enter in the field of the phrase while that is not right: the focus stays,
 * so that the text can be corrected at once. */
static void
refuse_phrase(const struct form *f, struct error *e)
{
    const char *typed = form_text(f, f->phrase);
    if (*typed)
        error_set(e, ERR_REFUSED,
                  "Type %.200s here, not \"%.200s\" (Esc goes back)",
                  f->wanted, typed);
    else
        error_set(e, ERR_REFUSED, "Type %.200s here first (Esc goes back)",
                  f->wanted);
}

const char *
form_text(const struct form *f, size_t i)
{
    return line_edit_text(&f->items[i].line);
}

const char *
form_focused(const struct form *f)
{
    return f->focus < f->count ? f->items[f->focus].label : "";
}

bool
form_typing(const struct form *f)
{
    return f->focus < f->count && !f->items[f->focus].button;
}

static void
step(struct form *f, int by)
{
    if (by > 0 && f->wanted && f->focus == f->phrase &&
        is_confirmed(f, f->acts))
        f->focus = f->acts;
    else if (f->count > 0)
        f->focus = (f->focus + f->count + (size_t)by) % f->count;
}

static unsigned
button_key(struct form *f, const struct key *key, int *pressed, struct error *e)
{
    const struct form_item *item = &f->items[f->focus];
    if (key->kind == KEY_KIND_LEFT)
        step(f, -1);
    else if (key->kind == KEY_KIND_RIGHT)
        step(f, 1);
    else if (key->kind != KEY_KIND_ENTER)
        return REACT_IGNORED;
    else if (f->seen != f->focus)
        error_set(e, ERR_REFUSED,
                  "%s: the key came before the button was shown (press Enter "
                  "again)",
                  item->label);
    else if (item->off)
        error_set(e, ERR_REFUSED, "%s", item->off);
    else if (!is_confirmed(f, f->focus))
        error_set(e, ERR_REFUSED, "%s: type %.300s first", item->label,
                  f->wanted);
    else
        *pressed = (int)f->focus;
    return REACT_PAINT;
}

unsigned
form_key(struct form *f, const struct key *key, int *pressed, struct error *e)
{
    *pressed = -1;
    if (f->count == 0)
        return REACT_IGNORED;
    if (key->kind == KEY_KIND_TAB || key->kind == KEY_KIND_UP ||
        key->kind == KEY_KIND_DOWN) {
        bool back = key->kind == KEY_KIND_UP || (key->mods & KEY_MOD_SHIFT);
        step(f, back ? -1 : 1);
        return REACT_PAINT;
    }
    if (!form_typing(f))
        return button_key(f, key, pressed, e);
    switch (line_edit_key(&f->items[f->focus].line, key)) {
    case EDITED_DONE:
        if (f->wanted && f->focus == f->phrase && !is_confirmed(f, f->acts))
            refuse_phrase(f, e);
        else
            step(f, 1);
        return REACT_PAINT;
    case EDITED_CHANGED:
    case EDITED_MOVED:
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

enum err
form_paste(struct form *f, const char *text, size_t n, struct error *e)
{
    if (!form_typing(f))
        return error_set(e, ERR_REFUSED, "paste: no field has the focus");
    struct line_edit *line = &f->items[f->focus].line;
    return line->lines ? text_area_paste(line, text, n, e)
                       : line_edit_paste(line, text, n, e);
}

static int
button_width(const struct form_item *item, bool ascii)
{
    return width_text(item->label, strlen(item->label), ascii) + 4;
}

/* Moves AT to where a button of WIDTH columns goes in R: on the next row where
 * this one has no room for all of it and there is a next one. */
static void
button_place(struct rect *at, struct rect r, int labels, int width)
{
    if (at->col + width <= r.col + r.cols || at->row + 1 >= r.row + r.rows)
        return;
    at->row++;
    at->col = r.col + (labels + width <= r.cols ? labels : 0);
}

/* A button that is off stands in parentheses, as a key that is off does. A
 * label that does not fit loses its end to an ellipsis. */
static int
draw_button(const struct form *f, size_t i, struct cells *c, struct rect at)
{
    const struct form_item *item = &f->items[i];
    bool focused = i == f->focus;
    bool off = item->off || !is_confirmed(f, i);
    enum style style = focused ? STYLE_FOCUS : off ? STYLE_OFF : STYLE_NORMAL;
    char ends[2][3] = {"[ ", " ]"};
    if (item->off)
        ends[0][0] = '(', ends[1][1] = ')';
    if (focused)
        ends[0][1] = '>', ends[1][0] = '<';
    int used = cells_text(c, at.row, at.col, at.cols, style, ends[0]);
    used +=
        cells_fit(c, at.row, at.col + used, at.cols - 4, style, item->label);
    used += cells_text(c, at.row, at.col + used, at.cols - used, style,
                       ends[1]);
    if (focused)
        cells_cursor(c, at.row, at.col + 2);
    return used;
}

/* The row after the last button, which begin on row AT of R; each is drawn
 * into C unless that is NULL. */
static int
lay_out_buttons(const struct form *f, struct cells *c, struct rect r,
                int labels, int row, bool ascii)
{
    struct rect at = {row, r.col + labels, 1, 0};
    bool any = false;
    for (size_t i = 0; i < f->count && row < r.row + r.rows; i++) {
        if (!f->items[i].button)
            continue;
        int width = button_width(&f->items[i], ascii);
        button_place(&at, r, labels, width);
        at.cols = r.col + r.cols - at.col;
        at.col += 3 + (c ? draw_button(f, i, c, at) : width);
        any = true;
    }
    return at.row + any;
}

int
form_rows(const struct form *f, int cols, int labels, bool ascii)
{
    int fields = 0;
    for (size_t i = 0; i < f->count; i++)
        fields += !f->items[i].button;
    return lay_out_buttons(f, NULL, (struct rect){0, 0, (int)f->count, cols},
                           labels, fields, ascii);
}

void
form_draw_field(struct form *f, size_t i, struct cells *c, struct rect r,
                int labels)
{
    int row = r.row, col = r.col, cols = r.cols, rows = r.rows;
    struct form_item *item = &f->items[i];
    int y = c->cursor_row, x = c->cursor_col, at = col + labels;
    bool focused = i == f->focus;
    cells_fit(c, row, col, labels - 1, STYLE_FAINT, item->label);
    if (focused) {
        cells_fill(c, (struct rect){row, at, 1, cols - labels}, STYLE_INPUT);
        cells_text(c, row, at - 1, labels > 0, STYLE_KEY,
                   glyph_text(GLYPH_MARK_ROW, c->ascii));
    }
    if (item->line.lines && focused)
        text_area_draw(&item->line, c,
                       (struct rect){row, at, rows, cols - labels},
                       STYLE_INPUT);
    else if (item->line.lines)
        text_area_draw_closed(&item->line, c,
                              (struct rect){row, at, 1, cols - labels});
    else
        line_edit_draw(&item->line, c, row, at, cols - labels,
                       focused ? STYLE_INPUT : STYLE_FIELD);
    if (!focused)
        cells_cursor(c, y, x);
}

int
form_draw(struct form *f, struct cells *c, struct rect r, int labels)
{
    int row = r.row;
    f->seen = f->focus;
    for (size_t i = 0; i < f->count && row < r.row + r.rows; i++) {
        if (!f->items[i].button)
            form_draw_field(f, i, c, (struct rect){row++, r.col, 1, r.cols},
                            labels);
    }
    return lay_out_buttons(f, c, r, labels, row, c->ascii) - r.row;
}
