/* All that a row says, each member in a field of a form. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/offers.h"

enum {
    FIELD_MOST = 1 << 20,
    HELP_MOST = 4096,
    LABELS = 12,
    BELOW = 4, /* rows below the fields, where there is room */
    BELOW_MOST = 8,
    BEFORE_MEMBERS = 4, /* target, source, default, required */
    ITEMS = BEFORE_MEMBERS + ROW_MEMBERS + 1
};

/* The column that field I edits; the note is the last one. */
static size_t
column_of(size_t i)
{
    static const size_t first[BEFORE_MEMBERS] = {
        MAPGRID_TARGET, MAPGRID_SOURCE, MAPGRID_DEFAULT, MAPGRID_REQUIRED};
    return i < BEFORE_MEMBERS ? first[i]
           : i + 1 < ITEMS    ? MAPGRID_MEMBERS + i - BEFORE_MEMBERS
                              : MAPGRID_NOTE;
}

size_t
mapgrid_form_column(const struct mapgrid *m)
{
    return column_of(m->form.fields.focus);
}

static struct line_edit *
line_of(struct mapgrid *m)
{
    return &m->form.fields.items[m->form.fields.focus].line;
}

static const char *
typed(const struct mapgrid *m)
{
    return form_text(&m->form.fields, m->form.fields.focus);
}

static bool
is_changed(const struct mapgrid *m)
{
    return !text_equal(typed(m), m->before);
}

/* --- life ----------------------------------------------------------------- */

/* The row of the form, which is the marked one of the grid; NULL: gone. */
static const struct mapgrid_line *
row_of(struct mapgrid *m)
{
    return table_go(&m->grid.table, m->form.row) ? mapgrid_marked(m) : NULL;
}

/* The focused field begins with what is stored there. */
static void
enter_field(struct mapgrid *m)
{
    free(m->before);
    m->before = mem_strdup(typed(m));
    draft_view_begin_cell(&m->draft);
    mapgrid_offer_kept(m, m->form.row,
                       mapgrid_column_member(mapgrid_form_column(m)));
    mapgrid_try_end(m);
    mapgrid_try_later(m);
}

/* Reads all fields again but the one where text is typed. */
static void
read_fields(struct mapgrid *m, const struct mapgrid_line *line)
{
    struct form *f = &m->form.fields;
    bool keeps = is_changed(m);
    for (size_t i = 0; i < f->count; i++) {
        char *text = mapgrid_column_text(line, column_of(i));
        if (i != f->focus || !keeps)
            line_edit_set(&f->items[i].line, text);
        if (i == f->focus && !keeps) {
            free(m->before);
            m->before = mem_strdup(text);
        }
        free(text);
    }
}

void
mapgrid_form_open(struct mapgrid *m, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    if (!line || line->index == MAPGRID_PENDING ||
        !draft_view_is_open(&m->draft)) {
        error_set(e, ERR_REFUSED, "this row cannot be edited");
        return;
    }
    form_init(&m->form.fields);
    for (size_t i = 0; i < ITEMS; i++) {
        char *text = mapgrid_column_text(line, column_of(i));
        form_field(&m->form.fields, mapgrid_column_member(column_of(i)),
                   FIELD_MOST, text);
        m->form.fields.items[i].line.complete = mapgrid_complete;
        m->form.fields.items[i].line.complete_ctx = m;
        free(text);
    }
    m->form.open = true;
    m->form.row = mem_strdup(table_selected(&m->grid.table)->key);
    m->form.fields.focus = 1;
    for (size_t i = ITEMS; i-- > 0;)
        if (mapgrid_form_problem(m, column_of(i)))
            m->form.fields.focus = i;
    enter_field(m);
}

void
mapgrid_form_close(struct mapgrid *m)
{
    if (!m->form.open)
        return;
    m->form.open = false;
    form_clear(&m->form.fields);
    FREE_NULL(m->form.row);
    buf_reset(&m->offers);
    mapgrid_try_end(m);
}

void
mapgrid_form_look(struct mapgrid *m)
{
    if (!m->form.open || m->form.storing)
        return;
    const struct mapgrid_line *line = row_of(m);
    if (line) {
        read_fields(m, line);
        return;
    }
    char *text = mem_strdup(typed(m));
    bool changed = is_changed(m);
    mapgrid_keep(m, "the row was deleted or renamed");
    if (changed)
        draft_view_say_gone(&m->draft, "The row being edited", text);
    else
        app_say(m->view->app, MESSAGE_ERROR,
                "%.200s was deleted or renamed: its fields were closed",
                m->form.row);
    mapgrid_form_close(m);
    free(text);
}

const struct problem *
mapgrid_form_problem(const struct mapgrid *m, size_t column)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    const char *member = mapgrid_column_member(column);
    char *field = mem_printf("mapping[%s]", line ? line->row->target : "");
    const struct problem *found = NULL;
    for (size_t i = 0; line && !found && i < m->problems.count; i++) {
        const struct problem *p = &m->problems.items[i];
        const char *there = p->member ? p->member : "source";
        if (text_equal(p->block_id, m->block) && text_equal(p->field, field) &&
            strcmp(there, member) == 0)
            found = p;
    }
    free(field);
    return found;
}

/* --- storing -------------------------------------------------------------- */

/* The row has the target TEXT now (taken): so has its key. */
static void
follow_target(struct mapgrid *m, char *text)
{
    free(m->form.row);
    m->form.row = text;
    FREE_NULL(m->go);
}

enum err
mapgrid_form_commit(struct mapgrid *m, struct error *e)
{
    if (!m->form.open)
        return ERR_OK;
    const struct mapgrid_line *line = row_of(m);
    size_t column = mapgrid_form_column(m);
    if (!line)
        return error_set(e, ERR_CONFLICT,
                         "The row was deleted (Esc keeps the text for Ctrl-Y)");
    char *text = mem_strdup(typed(m)), *key = mem_strdup(m->form.row);
    m->form.storing = true;
    enum err err = mapgrid_store(m, line, column, m->before, text, e);
    m->form.storing = false;
    if (err == ERR_OK) {
        mapgrid_stored_kept(m, key, mapgrid_column_member(column), text);
        if (column == MAPGRID_TARGET)
            follow_target(m, mem_strdup(text));
        free(m->before);
        m->before = mem_strdup(text);
    }
    mapgrid_form_look(m);
    free(text);
    free(key);
    return err;
}

/* --- keys ----------------------------------------------------------------- */

const char *
mapgrid_form_hint(const struct mapgrid *m)
{
    const struct form *f = &m->form.fields;
    if (line_edit_is_choosing(&f->items[f->focus].line))
        return "Tab next  Enter save  Esc as typed  F1 help";
    if (mapgrid_form_column(m) == MAPGRID_SOURCE)
        return "Enter save, next field  Tab complete or next  Ctrl-X sample  "
               "Esc cancel";
    return f->focus + 1 < f->count
               ? "Enter save, next field  Tab complete or next  Esc cancel  F1 "
                 "help"
               : "Enter save, close  Up field before  Esc cancel  F1 help";
}

/* To the next field, or the one before; past the last, and before the first,
 * the grid has the focus again. */
static void
step(struct mapgrid *m, bool back, bool leaves, struct error *e)
{
    struct form *f = &m->form.fields;
    size_t last = f->count - 1, at = f->focus;
    if (is_changed(m)) {
        error_set(e, ERR_REFUSED, "%s (Enter saves, Esc cancels)",
                  leaves ? "No completion" : "The field is being edited");
        return;
    }
    if (leaves && at == (back ? 0 : last)) {
        mapgrid_form_close(m);
        return;
    }
    f->focus = back ? (at > 0 ? at - 1 : last) : (at < last ? at + 1 : 0);
    enter_field(m);
}

/* Stores the field and goes on: to the next one, and from the last out of the
 * form. */
static void
enter(struct mapgrid *m, struct error *e)
{
    struct form *f = &m->form.fields;
    if (mapgrid_form_commit(m, e) != ERR_OK || !m->form.open)
        return;
    if (f->focus + 1 == f->count) {
        mapgrid_form_close(m);
        return;
    }
    f->focus++;
    enter_field(m);
}

static unsigned
type(struct mapgrid *m, const struct key *key)
{
    switch (line_edit_key(line_of(m), key)) {
    case EDITED_CHANGED:
        mapgrid_try_later(m);
        return REACT_PAINT;
    case EDITED_MOVED:
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

unsigned
mapgrid_form_key(struct mapgrid *m, const struct key *key, struct error *e)
{
    bool choosing = line_edit_is_choosing(line_of(m));
    bool tab = key->kind == KEY_KIND_TAB;
    bool back = key->kind == KEY_KIND_UP || (key->mods & KEY_MOD_SHIFT);
    if (key->kind == KEY_KIND_ESCAPE && !choosing) {
        mapgrid_tell_left(m, typed(m));
        mapgrid_form_close(m);
        return REACT_PAINT;
    }
    if (tab && (is_changed(m) || choosing) && !(type(m, key) & REACT_IGNORED)) {
        if (m->thin)
            mapgrid_try(m);
        return REACT_PAINT;
    }
    if (tab || key->kind == KEY_KIND_UP || key->kind == KEY_KIND_DOWN)
        step(m, back, tab, e);
    else if (key->kind == KEY_KIND_ENTER)
        enter(m, e);
    else
        return type(m, key);
    return REACT_PAINT;
}

void
mapgrid_form_paste(struct mapgrid *m, const char *text, size_t n,
                   struct error *e)
{
    if (form_paste(&m->form.fields, text, n, e) == ERR_OK)
        mapgrid_try_later(m);
}

/* --- drawing -------------------------------------------------------------- */

/* The fields that fit, those around the focus. */
static void
draw_fields(struct mapgrid *m, struct cells *c, struct rect r)
{
    struct form *f = &m->form.fields;
    size_t room = r.rows > 0 ? (size_t)r.rows : 0, first = 0;
    int labels = LABELS < r.cols / 3 ? LABELS : r.cols / 3;
    if (f->focus >= room && room > 0) /* with the next one in sight */
        first = f->focus - room + 1 + (f->focus + 1 < f->count && room > 1);
    for (size_t k = 0; k < room && first + k < f->count; k++) {
        size_t i = first + k;
        int row = r.row + (int)k;
        bool here = i == f->focus;
        const struct problem *p = here && is_changed(m)
                                      ? NULL
                                      : mapgrid_form_problem(m, column_of(i));
        form_draw_field(f, i, c, (struct rect){row, r.col, 1, r.cols}, labels);
        if (p)
            cells_text(c, row, r.col + labels - 2, 1,
                       p->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_WARNING,
                       "!");
        else if (!here && !*form_text(f, i) &&
                 column_of(i) >= MAPGRID_MEMBERS &&
                 column_of(i) < MAPGRID_DEFAULT) {
            const char *without =
                row_member((enum row_member)(column_of(i) - MAPGRID_MEMBERS))
                    ->without;
            cells_text(c, row, r.col + labels, r.cols - labels, STYLE_FAINT,
                       without ? without : "");
        }
    }
}

/* What the focused field is, and what it can hold. */
static void
field_help(const struct mapgrid *m, struct buf *out)
{
    const struct form *f = &m->form.fields;
    size_t column = mapgrid_form_column(m);
    const char *help =
        column == MAPGRID_TARGET
            ? "the field that the row fills: Tab completes those "
              "of the destination"
        : column == MAPGRID_SOURCE
            ? "a path, a constant, or a formula that begins with "
              "="
        : column == MAPGRID_DEFAULT
            ? "what is sent if the source gives nothing, as JSON "
              "(text in quotes)"
        : column == MAPGRID_REQUIRED ? "yes: a row that gives nothing fails; no"
                                     : "for people; it is not sent";
    if (column == MAPGRID_SOURCE)
        offers_function_help(typed(m), f->items[f->focus].line.cursor, out);
    if (out->len > 0)
        return;
    buf_addf(out, "%s: ", mapgrid_column_member(column));
    if (column >= MAPGRID_MEMBERS && column < MAPGRID_DEFAULT) {
        const struct row_member_help *member =
            row_member((enum row_member)(column - MAPGRID_MEMBERS));
        buf_addf(out, "%s. ", member->form);
        help = member->help;
    }
    buf_adds(out, help);
}

/* Moves R below what was drawn in USED of its rows. */
static bool
below(struct rect *r, int used)
{
    r->row += used;
    r->rows -= used;
    return r->rows > 0;
}

static int
draw_gives(const struct mapgrid *m, struct cells *c, struct rect r)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    bool failed;
    if (!line || r.rows < BELOW - 1)
        return 0;
    const char *gives = mapgrid_gives_now(m, line, &failed);
    cells_text(c, r.row, r.col, LABELS, STYLE_FAINT, "gives");
    cells_fit(c, r.row, r.col + LABELS, r.cols - LABELS,
              failed ? STYLE_BAD : STYLE_NORMAL,
              gives ? gives : glyph_text(GLYPH_ELLIPSIS, c->ascii));
    return 1;
}

static void
draw_below(struct mapgrid *m, struct cells *c, struct rect r)
{
    const struct line_edit *line = line_of(m);
    const struct problem *p =
        is_changed(m) ? NULL : mapgrid_form_problem(m, mapgrid_form_column(m));
    struct buf help;
    if (!below(&r, draw_gives(m, c, r)))
        return;
    if (line_edit_is_choosing(line)) {
        size_t n = line->list.count;
        int rows = n < (size_t)r.rows ? (int)n : r.rows;
        line_edit_draw_list(line, c, r.row + rows - 1, r.col, rows, r.cols);
        return;
    }
    if (m->offers.len > 0) {
        bool tab = is_changed(m); /* else it goes to the next field */
        cells_text(c, r.row, r.col, LABELS, STYLE_FAINT,
                   tab ? "Tab" : "can be");
        cells_fit(c, r.row, r.col + LABELS, r.cols - LABELS, STYLE_NORMAL,
                  buf_str(&m->offers));
        if (!below(&r, 1))
            return;
    }
    if (p &&
        !below(&r, cells_wrapped(c, r,
                                 p->severity == PROBLEM_ERROR ? STYLE_BAD
                                                              : STYLE_WARNING,
                                 p->text)))
        return;
    buf_init(&help, HELP_MOST);
    field_help(m, &help);
    cells_wrapped(c, r, STYLE_FAINT, buf_str(&help));
    buf_clear(&help);
}

void
mapgrid_form_draw(struct mapgrid *m, struct cells *c, struct rect r)
{
    int under = r.rows >= ITEMS + BELOW ? r.rows - ITEMS
                : r.rows >= 9           ? BELOW
                : r.rows >= 5           ? 2
                                        : 0;
    under = under < BELOW_MOST ? under : BELOW_MOST;
    struct rect at = {r.row + r.rows - under, r.col, under, r.cols};
    if (under >= BELOW) {
        draft_view_draw_rule(&m->draft, c, at);
        below(&at, 1);
    }
    if (at.rows > 0)
        draw_below(m, c, at);
    draw_fields(m, c, (struct rect){r.row, r.col, r.rows - under, r.cols});
}
