/* Forms. */
#include "ui/widget/form.h"

#include <stdint.h>
#include <string.h>

void
form_init(struct form *f)
{
    f->count = f->focus = 0;
    f->seen = SIZE_MAX;
}

void
form_clear(struct form *f)
{
    for (size_t i = 0; i < f->count; i++)
        line_edit_clear(&f->items[i].line);
    f->count = f->focus = 0;
}

static size_t
add(struct form *f, const char *label, bool button, size_t max)
{
    size_t i = f->count < FORM_ITEMS ? f->count++ : FORM_ITEMS - 1;
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
    if (f->count > 0)
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
    return line_edit_paste(&f->items[f->focus].line, text, n, e);
}

static int
draw_button(const struct form *f, size_t i, struct cells *c, int row, int col,
            int width)
{
    const struct form_item *item = &f->items[i];
    bool focused = i == f->focus;
    enum style style = focused     ? STYLE_FOCUS
                       : item->off ? STYLE_OFF
                                   : STYLE_NORMAL;
    int used = cells_textf(c, row, col, width, style,
                           focused ? "[>%s<]" : "[ %s ]", item->label);
    if (focused)
        cells_cursor(c, row, col + 2);
    return used;
}

int
form_draw(struct form *f, struct cells *c, struct rect r, int labels)
{
    int row = r.row, col = r.col + labels;
    int buttons = 0;
    f->seen = f->focus;
    for (size_t i = 0; i < f->count && row < r.row + r.rows; i++) {
        struct form_item *item = &f->items[i];
        if (item->button) {
            buttons++;
            continue;
        }
        cells_fit(c, row, r.col, labels - 1, STYLE_FAINT, item->label);
        int y = c->cursor_row, x = c->cursor_col;
        line_edit_draw(&item->line, c, row, col, r.cols - labels, STYLE_FIELD);
        if (i != f->focus)
            cells_cursor(c, y, x);
        row++;
    }
    for (size_t i = 0; i < f->count && row < r.row + r.rows; i++) {
        if (f->items[i].button)
            col += 3 + draw_button(f, i, c, row, col, r.cols - (col - r.col));
    }
    return row - r.row + (buttons > 0);
}
