/* The dialog. */
#include "ui/widget/dialog.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ui/term/width.h"

void
dialog_open(struct dialog *d, const struct question *q)
{
    dialog_close(d);
    d->question = *q;
    form_init(&d->form);
    if (q->typed[0])
        d->field = form_field(&d->form, "type it", sizeof q->typed, "");
    d->no = form_button(&d->form, q->no[0] ? d->question.no : DIALOG_NO);
    d->yes = form_button(&d->form, d->question.yes);
    form_question(&d->form, q->typed[0] ? d->field : d->no, d->no, d->yes);
    if (q->typed[0])
        form_ask_phrase(&d->form, d->field, d->question.typed);
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

enum { LABELS = 9 /* columns */ };

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

/* Appends TEXT, without its middle where it is wider than COLUMNS. */
static void
add_middle(struct buf *out, const char *text, int columns, bool ascii)
{
    size_t n = strlen(text), head = 0, tail = n;
    int used = 0;
    if (width_text(text, n, ascii) <= columns) {
        buf_adds(out, text);
        return;
    }
    for (struct grapheme g; head < n; head += g.used) {
        grapheme_next(text + head, n - head, ascii, &g);
        if (used + g.width > columns / 2)
            break;
        used += g.width;
    }
    while (tail > head) {
        size_t at = grapheme_before(text, tail, ascii);
        if (width_text(text + at, n - at, ascii) + used + 3 > columns)
            break;
        tail = at;
    }
    buf_add(out, text, head);
    buf_adds(out, "...");
    buf_adds(out, text + tail);
}

/* The names of a question in the order in which they are shortened. */
enum { NAME, WHAT, INTEGRATION, USERNAME, PARTS };

static const char *
part_text(const struct question *q, int part)
{
    return part == NAME          ? q->name
           : part == WHAT        ? q->what
           : part == INTEGRATION ? q->integration
                                 : q->username;
}

/* Appends whom Q is about: "Globex (globex), NetSuite order to cash". */
static void
add_who(const struct question *q, const int columns[PARTS], bool ascii,
        struct buf *out)
{
    bool both = q->name[0] && strcmp(q->name, q->username) != 0;
    if (both)
        add_middle(out, q->name, columns[NAME], ascii);
    buf_adds(out, both ? " (" : "");
    add_middle(out, q->username, columns[USERNAME], ascii);
    buf_adds(out, both ? ")" : "");
    buf_adds(out, q->integration[0] ? ", " : "");
    add_middle(out, q->integration, columns[INTEGRATION], ascii);
}

/* Writes to OUT what Q asks, with its names in so many COLUMNS. */
static void
compose(const struct question *q, const int columns[PARTS], bool ascii,
        struct buf *out)
{
    buf_reset(out);
    for (const char *at = q->text; *at; at++) {
        if (*at == *QUESTION_WHAT)
            add_middle(out, q->what, columns[WHAT], ascii);
        else if (*at == *QUESTION_INTEGRATION)
            add_middle(out, q->integration, columns[INTEGRATION], ascii);
        else if (*at == *QUESTION_WHO)
            add_who(q, columns, ascii, out);
        else
            buf_addc(out, *at);
    }
}

static int
rows_of(const struct buf *text, int cols, bool ascii)
{
    int rows = 0;
    for (const char *at = text->data; rows == 0 || *at; rows++) {
        at += width_wrap(at, strlen(at), cols, ascii);
        at += strspn(at, " ");
    }
    return rows;
}

/* Writes to OUT what Q asks, so that it takes no more than the rows of R: first
 * the customer's name gets shorter, the username last. */
static void
fit_text(const struct question *q, struct rect r, bool ascii, struct buf *out)
{
    static const int least[PARTS] = {5, 8, 8, 8};
    int columns[PARTS];
    for (int i = 0; i < PARTS; i++) {
        const char *text = part_text(q, i);
        columns[i] = width_text(text, strlen(text), ascii);
    }
    compose(q, columns, ascii, out);
    for (int i = 0; i < PARTS; i++) {
        while (columns[i] > least[i] && rows_of(out, r.cols, ascii) > r.rows) {
            columns[i]--;
            compose(q, columns, ascii, out);
        }
    }
}

/* The rows that each part of what is said gets. */
struct shares {
    int text, names, detail, phrase;
    bool intro; /* a row of its own for "To confirm, type" */
};

static const char intro[] = "To confirm, type ";

enum { TEXT_LEAST = 2, DETAIL_MOST_ROWS = 4, PHRASE_MOST_ROWS = 3 };

static int
wrapped_rows(const char *text, int cols, bool ascii, int most)
{
    struct buf all;
    if (!*text)
        return 0;
    buf_init(&all, 1000);
    buf_adds(&all, text);
    int rows = rows_of(&all, cols, ascii);
    buf_clear(&all);
    return rows < most ? rows : most;
}

/* The rows of what Q asks with its names whole, at most MOST. */
static int
text_rows(const struct question *q, int cols, bool ascii, int most)
{
    struct buf text;
    buf_init(&text, sizeof *q);
    fit_text(q, (struct rect){0, 0, INT_MAX, cols}, ascii, &text);
    int rows = rows_of(&text, cols, ascii);
    buf_clear(&text);
    return rows < most ? rows : most;
}

/* Shares ROWS out. What must be typed is whole; where there is little room
 * what it will do is cut to one row first, then goes the introduction, for the
 * field below says the same, and then that row. Nothing takes a row of the
 * buttons. */
static struct shares
share_out(const struct question *q, const char *detail, int rows, int cols,
          bool ascii)
{
    int beside = cols - (int)strlen(intro);
    struct shares s = {.names = q->names[0] != '\0'};
    s.intro = width_text(q->typed, strlen(q->typed), ascii) > beside;
    s.phrase = wrapped_rows(q->typed, cols, ascii, PHRASE_MOST_ROWS);
    s.detail = wrapped_rows(detail, cols, ascii, DETAIL_MOST_ROWS);
    s.text = rows - s.names - s.detail - s.phrase - s.intro;
    int least = text_rows(q, cols, ascii, TEXT_LEAST);
    for (; s.text < least && s.detail > 1; s.text++)
        s.detail--;
    if (s.text < least && s.intro) {
        s.intro = false;
        s.text++;
    }
    for (; s.text < least && s.detail > 0; s.text++)
        s.detail--;
    if (s.text < 1)
        s.text = 1;
    return s;
}

/* Draws what must be typed into the rows of S. Returns the rows used. */
static int
draw_typed(const struct question *q, const struct shares *s, struct cells *c,
           struct rect r)
{
    int row = r.row, used = 0;
    int wide = width_text(q->typed, strlen(q->typed), c->ascii);
    if (s->phrase == 0)
        return 0;
    if (s->intro || wide + (int)strlen(intro) <= r.cols)
        used = cells_text(c, row, r.col, r.cols, STYLE_NORMAL, intro);
    if (s->intro) {
        row++;
        used = 0;
    }
    row += cells_wrapped(
        c, (struct rect){row, r.col + used, s->phrase, r.cols - used},
        STYLE_KEY, q->typed);
    return row - r.row;
}

/* What the question says, in the rows of R. Returns the rows used. */
static int
draw_said(const struct question *q, struct cells *c, struct rect r)
{
    char detail[sizeof q->detail + sizeof q->spared];
    struct buf text;
    int row = r.row;
    snprintf(detail, sizeof detail, "%s%s", q->detail, q->spared);
    struct shares s = share_out(q, detail, r.rows, r.cols, c->ascii);
    buf_init(&text, sizeof *q);
    r.rows = s.text;
    fit_text(q, r, c->ascii, &text);
    row += cells_wrapped(c, r, STYLE_WARNING, buf_str(&text));
    buf_clear(&text);
    row += draw_names(q, c, (struct rect){row, r.col, 1, r.cols});
    if (s.detail > 0)
        row += cells_wrapped(c, (struct rect){row, r.col, s.detail, r.cols},
                             STYLE_NORMAL, detail);
    row += draw_typed(q, &s, c, (struct rect){row, r.col, 0, r.cols});
    return row - r.row;
}

static int
label_columns(const struct dialog *d)
{
    return d->question.typed[0] ? LABELS : 0;
}

/* The rows that D has for what is said, of ROWS for all. */
static int
said_most(const struct dialog *d, int rows, int cols, bool ascii)
{
    return rows - 1 - form_rows(&d->form, cols, label_columns(d), ascii);
}

int
dialog_rows(const struct dialog *d, int most, int cols, bool ascii)
{
    struct cells c;
    int width = cols - 2, said = said_most(d, most, width, ascii);
    cells_init(&c, 1, cols, ascii);
    int rows = most - said +
               draw_said(&d->question, &c, (struct rect){1, 1, said, width});
    cells_clear(&c);
    return rows < most ? rows : most;
}

void
dialog_draw(struct dialog *d, struct cells *c, struct rect r)
{
    const struct question *q = &d->question;
    int col = r.col + 1, width = r.cols - 2;
    int end = r.row + r.rows;
    int said = said_most(d, r.rows, width, c->ascii);
    cells_fill(c, r, STYLE_NORMAL);
    cells_line(c, r.row, r.col, r.cols, STYLE_WARNING);
    r.row++;
    r.row += draw_said(q, c, (struct rect){r.row, col, said, width});
    form_draw(&d->form, c, (struct rect){r.row, col, end - r.row, width},
              label_columns(d));
}
