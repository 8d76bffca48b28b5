/* The dialog. */
#include "ui/widget/dialog.h"

#include <stdio.h>
#include <string.h>

void
dialog_open(struct dialog *d, const struct question *q)
{
    dialog_close(d);
    d->question = *q;
    form_init(&d->form);
    if (q->typed[0])
        d->field = form_field(&d->form, "type it", sizeof q->typed, "");
    d->no = form_button(&d->form, DIALOG_NO);
    d->yes = form_button(&d->form, d->question.yes);
    form_question(&d->form, q->typed[0] ? d->field : d->no, d->no, d->yes);
    if (q->typed[0])
        form_guard(&d->form, d->field, d->question.typed);
    d->open = true;
}

void
dialog_close(struct dialog *d)
{
    if (d->open)
        form_clear(&d->form);
    d->open = false;
}

static void
refuse_key(const struct key *key, struct error *e)
{
    char name[KEY_NAME_SIZE];
    key_format(key, name);
    error_set(e, ERR_REFUSED,
              "%s does nothing here (Tab switches, Enter chooses, Esc goes "
              "back)",
              name);
}

/* The rows that the smallest window has for a question; columns of labels. */
enum { ROWS_MOST = 9, LABELS = 9 };

enum answer
dialog_key(struct dialog *d, const struct key *key, struct error *e)
{
    bool cancels = key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_CTRL &&
                   key->codepoint == 'c';
    if (key->kind == KEY_KIND_ESCAPE || cancels)
        return ANSWER_NO;
    int pressed;
    if ((form_key(&d->form, key, &pressed, e) & REACT_IGNORED) &&
        e->code == ERR_OK)
        refuse_key(key, e);
    if (pressed < 0)
        return ANSWER_OPEN;
    return pressed == (int)d->yes ? ANSWER_YES : ANSWER_NO;
}

enum err
dialog_paste(struct dialog *d, const char *text, size_t n, struct error *e)
{
    return form_paste(&d->form, text, n, e);
}

/* Writes to NAMES the first N names of Q, and to MORE how many follow. */
static void
list_names(const struct question *q, size_t n, struct buf *names, char more[40])
{
    const char *at = q->names;
    buf_reset(names);
    for (size_t i = 0; i < n; i++) {
        size_t len = strcspn(at, "\n");
        buf_adds(names, i == 0 ? "" : i + 1 == q->of ? " and " : ", ");
        buf_add(names, at, len);
        at += len + (at[len] == '\n');
    }
    *more = '\0';
    if (n < q->of)
        snprintf(more, 40, " and %zu more", q->of - n);
}

/* Draws as many names of Q as one row has room for. The first is shown in any
 * case: it loses its middle where it must. Returns the rows used. */
static int
draw_names(const struct question *q, struct cells *c, struct rect r)
{
    struct buf names;
    char more[40];
    size_t n = 1;
    if (!q->names[0])
        return 0;
    for (const char *at = q->names; *at; at++)
        n += *at == '\n';
    buf_init(&names, sizeof q->names + 100);
    list_names(q, n, &names, more);
    while (n > 1 && width_text(names.data, names.len, c->ascii) +
                            (int)strlen(more) >
                        r.cols)
        list_names(q, --n, &names, more);
    int room = r.cols - (int)strlen(more);
    int used = cells_middle(c, r.row, r.col, room, STYLE_WARNING,
                            buf_str(&names));
    cells_text(c, r.row, r.col + used, r.cols - used, STYLE_WARNING, more);
    buf_clear(&names);
    return 1;
}

/* What the question says, from R.row on, in at most ROWS_MOST rows with its
 * form. Returns the rows used. */
static int
draw_said(const struct question *q, struct cells *c, struct rect r)
{
    char detail[sizeof q->detail + sizeof q->spared];
    bool typed = q->typed[0];
    int row = r.row;
    r.rows = typed ? 2 : 4;
    row += cells_wrapped(c, r, STYLE_WARNING, q->text);
    row += draw_names(q, c, (struct rect){row, r.col, 1, r.cols});
    snprintf(detail, sizeof detail, "%s%s", q->detail, q->spared);
    if (*detail)
        row +=
            cells_wrapped(c, (struct rect){row, r.col, typed ? 1 : 3, r.cols},
                          STYLE_NORMAL, detail);
    if (typed) {
        int used = cells_text(c, row, r.col, r.cols, STYLE_NORMAL,
                              "To confirm, type ");
        if (width_text(q->typed, strlen(q->typed), c->ascii) > r.cols - used) {
            row++;
            used = 0;
        }
        row +=
            cells_wrapped(c, (struct rect){row, r.col + used, 2, r.cols - used},
                          STYLE_KEY, q->typed);
    }
    return row - r.row;
}

static int
label_columns(const struct dialog *d)
{
    return d->question.typed[0] ? LABELS : 0;
}

int
dialog_rows(const struct dialog *d, int cols, bool ascii)
{
    struct cells c;
    cells_init(&c, 1, cols, ascii);
    int rows = 1 +
               draw_said(&d->question, &c, (struct rect){0, 1, 0, cols - 2}) +
               form_rows(&d->form, cols - 2, label_columns(d), ascii);
    cells_clear(&c);
    return rows < ROWS_MOST ? rows : ROWS_MOST;
}

void
dialog_draw(struct dialog *d, struct cells *c, struct rect r)
{
    const struct question *q = &d->question;
    int col = r.col + 1, width = r.cols - 2;
    int end = r.row + r.rows;
    cells_fill(c, r, STYLE_NORMAL);
    cells_line(c, r.row, r.col, r.cols, STYLE_WARNING);
    r.row++;
    r.row += draw_said(q, c, (struct rect){r.row, col, 0, width});
    form_draw(&d->form, c, (struct rect){r.row, col, end - r.row, width},
              label_columns(d));
}
