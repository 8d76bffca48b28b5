/* A value table as a grid of keys and values. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/table_private.h"
#include "workflow/edit/edit.h"

enum { SIGN, KEY, VALUE, PENDING = -1 };

struct line {
    char *key, *value; /* the value as it is typed: text, or other JSON */
    long index;        /* in the table, or PENDING */
    char sign;         /* '+' not in the base version, '~' otherwise there */
};

/* --- rows ----------------------------------------------------------------- */

static void
line_free(void *data)
{
    struct line *line = data;
    free(line->key);
    free(line->value);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct line *line = data;
    buf_addf(out, "%s %s", line->key, line->value);
}

static const struct row_list_ops ops = {line_free, line_text, NULL};

const struct value *
tablegrid_table(const struct tablegrid *s)
{
    return document_table(draft_view_document(&s->draft), s->name,
                          strlen(s->name));
}

static char
sign_of(const struct tablegrid *s, const char *key, const struct value *value)
{
    const struct value *base = draft_view_base(&s->draft)
                                   ? document_table(draft_view_base(&s->draft),
                                                    s->name, strlen(s->name))
                                   : NULL;
    const struct value *there =
        base ? table_lookup(base, key, strlen(key)) : NULL;
    if (!draft_view_base(&s->draft))
        return ' ';
    return !there ? '+' : value_same(there, value) ? ' ' : '~';
}

static void
add_line(struct tablegrid *s, long index, char *key, char *value, char sign)
{
    struct line *line = mem_alloc(sizeof *line);
    *line = (struct line){key, value, index, sign};
    row_list_add(s->rows, key, line);
}

static void
show(void *editor)
{
    struct tablegrid *s = editor;
    const struct value *table = tablegrid_table(s);
    const struct value *rows = value_get(table, "rows");
    if (!table) /* a row of it cannot be inserted */
        s->pending = false;
    row_list_empty(s->rows);
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        const char *key = value_text_or(value_at(row, 0), "");
        const struct value *value = value_at(row, 1);
        add_line(s, (long)i, mem_strdup(key), tablegrid_shown(value),
                 sign_of(s, key, value));
    }
    if (s->pending)
        add_line(s, PENDING, mem_strdup(""), mem_strdup(""), '+');
    grid_reload(&s->grid);
}

static const char *
gone(const void *editor)
{
    return tablegrid_table(editor) ? NULL : "the value table";
}

static const struct draft_part part = {.show = show, .gone = gone};

/* --- columns -------------------------------------------------------------- */

static enum style
cell_sign(void *ctx, const void *row, struct buf *out)
{
    const struct line *line = row;
    (void)ctx;
    buf_addc(out, line->sign);
    return line->sign == '+' ? STYLE_ADDED : STYLE_CHANGED;
}

static enum style
cell_key(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct line *)row)->key);
    return STYLE_NORMAL;
}

static enum style
cell_value(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct line *)row)->value);
    return STYLE_NORMAL;
}

static const struct column columns[] = {
    {"", 1, 0, 0, false, false, cell_sign},
    {"key", 14, 2, 0, false, true, cell_key},
    {"value", 14, 3, 0, false, false, cell_value},
};

/* Drops a row that was inserted and has no key yet. */
static void
drop_pending(struct tablegrid *s)
{
    if (!s->pending)
        return;
    s->pending = false;
    show(s);
}

/* --- edits ---------------------------------------------------------------- */

enum err
tablegrid_apply_rows(struct tablegrid *s, struct value *rows, const char *typed,
                     struct error *e)
{
    struct value *patch = NULL;
    const struct value *table = tablegrid_table(s);
    if (!table) {
        value_free(rows);
        return error_set(e, ERR_NOT_FOUND, "%.100s: the table was removed",
                         s->name);
    }
    struct value *content = value_copy(table);
    value_set(content, "rows", rows);
    enum err err =
        edit_table(&patch, draft_view_document(&s->draft), s->name, content, e);
    return typed ? draft_view_apply_text(&s->draft, typed, err, patch, e)
                 : draft_view_apply(&s->draft, err, patch, e);
}

struct value *
tablegrid_rows(const struct tablegrid *s)
{
    const struct value *rows = value_get(tablegrid_table(s), "rows");
    return rows ? value_copy(rows) : value_array();
}

struct value *
tablegrid_row(const char *key, struct value *value)
{
    struct value *row = value_array();
    value_append(row, value_string(key));
    value_append(row, value);
    return row;
}

static bool
cell_begin(void *ctx, const struct row *row, size_t column, struct buf *text)
{
    struct tablegrid *s = ctx;
    const struct line *line = row->data;
    const char *now = column == KEY ? line->key : line->value;
    if (!draft_view_is_open(&s->draft) || column == SIGN ||
        (column == VALUE && line->index == PENDING))
        return false;
    draft_view_begin_cell(&s->draft);
    free(s->before);
    s->before = mem_strdup(now);
    buf_adds(text, now);
    tablegrid_offer_kept(s, row->key, columns[column].name);
    return true;
}

/* The rows with TEXT as the key of LINE, or of a new row. */
static struct value *
rows_with_key(const struct tablegrid *s, const struct line *line,
              const char *text)
{
    struct value *rows = tablegrid_rows(s);
    if (line->index == PENDING)
        value_append(rows, tablegrid_row(text, value_string("")));
    else
        value_replace_at(value_at(rows, (size_t)line->index), 0,
                         value_string(text));
    return rows;
}

static enum err
store_key(struct tablegrid *s, const struct line *line, const char *text,
          struct error *e)
{
    if (!*text)
        return error_set(e, ERR_INVALID,
                         "a row has a key (Esc, then d deletes the row)");
    if (table_lookup(tablegrid_table(s), text, strlen(text)))
        return error_set(e, ERR_INVALID, "%.200s: there is a row of that key",
                         text);
    char *go = mem_strdup(text);
    enum err err = tablegrid_apply_rows(s, rows_with_key(s, line, text), go, e);
    if (err == ERR_OK) {
        drop_pending(s);
        free(s->go);
        s->go = go;
    } else
        free(go);
    return err;
}

/* The value of the row KEY, while it is edited. */
struct table_cell {
    const char *table, *key;
    const char *typed;
};

static char *
stored_value(const struct draft_cell *c, const struct document *document)
{
    const struct table_cell *at = c->ctx;
    const struct value *table =
        document_table(document, at->table, strlen(at->table));
    const struct value *value =
        table ? table_lookup(table, at->key, strlen(at->key)) : NULL;
    return value ? tablegrid_shown(value) : NULL;
}

static enum err
value_patch(const struct draft_cell *c, const struct document *document,
            struct value **out, struct error *e)
{
    const struct table_cell *at = c->ctx;
    return edit_table_set(out, document, at->table, at->key,
                          tablegrid_typed(at->typed), e);
}

static enum err
store_value(struct tablegrid *s, const struct line *line, const char *text,
            struct error *e)
{
    char *key = mem_strdup(line->key);
    struct table_cell at = {s->name, key, text};
    struct draft_cell cell = {.label = key,
                              .seen = s->before,
                              .typed = text,
                              .text = stored_value,
                              .patch = value_patch,
                              .ctx = &at};
    enum err err = draft_view_store(&s->draft, &cell, e);
    free(key);
    return err;
}

static enum err
cell_commit(void *ctx, const struct row *row, size_t column, const char *text,
            struct error *e)
{
    struct tablegrid *s = ctx;
    const struct line *line = row->data;
    bool same =
        column == KEY && line->index != PENDING && strcmp(text, line->key) == 0;
    char *key = mem_strdup(row->key), *typed = mem_strdup(text);
    enum err err = column == VALUE ? store_value(s, line, text, e)
                   : same          ? ERR_OK
                                   : store_key(s, line, text, e);
    if (err == ERR_OK)
        tablegrid_stored_kept(s, key, columns[column].name, typed);
    free(typed);
    free(key);
    return err;
}

/* The name of the column of the open cell. */
static const char *
open_column(const struct tablegrid *s)
{
    return columns[s->grid.table.shown[s->grid.column]].name;
}

static void
cell_gone(void *ctx, const char *text)
{
    struct tablegrid *s = ctx;
    tablegrid_keep(s, open_column(s), "the row was deleted or renamed");
    draft_view_say_gone(&s->draft, "The row being edited", text);
}

static const struct grid_ops grid_ops = {cell_begin, cell_commit, NULL, NULL,
                                         cell_gone};

static const struct line *
marked(const struct tablegrid *s)
{
    const struct row *row = table_selected(&s->grid.table);
    return row ? row->data : NULL;
}

static void
insert_row(struct tablegrid *s)
{
    s->pending = true;
    if (s->grid.table.filter.len > 0)
        table_filter(&s->grid.table, "", NULL);
    show(s);
    table_go(&s->grid.table, "");
    s->grid.column = KEY;
    grid_edit(&s->grid, NULL);
}

bool
tablegrid_is_meant(const struct tablegrid *s, const char *key)
{
    const struct marks *marks = &s->grid.table.marks;
    return marks->count > 0 ? marks_has(marks, key)
                            : marked(s) && strcmp(marked(s)->key, key) == 0;
}

static void
cut_rows(struct tablegrid *s, struct error *e)
{
    struct value *rows = tablegrid_rows(s);
    size_t before = value_size(rows);
    tablegrid_keep_cells(s);
    for (size_t i = value_size(rows); i-- > 0;) {
        const struct value *key = value_at(value_at(rows, i), 0);
        if (tablegrid_is_meant(s, value_text_or(key, "")))
            value_free(value_take_at(rows, i));
    }
    size_t gone = before - value_size(rows);
    if (tablegrid_apply_rows(s, rows, NULL, e) == ERR_OK) {
        marks_clear(&s->grid.table.marks);
        app_say(s->view->app, MESSAGE_INFO, "Deleted %zu row%s (u undoes it)",
                gone, gone == 1 ? "" : "s");
    }
}

static void
move_row(struct tablegrid *s, long by, struct error *e)
{
    const struct line *line = marked(s);
    struct value *rows = tablegrid_rows(s);
    long count = (long)value_size(rows), to = line->index + by;
    to = to < 0 ? 0 : to >= count ? count - 1 : to;
    if (line->index == PENDING || to == line->index) {
        value_free(rows);
        return;
    }
    value_insert(rows, (size_t)to, value_take_at(rows, (size_t)line->index));
    if (tablegrid_apply_rows(s, rows, NULL, e) == ERR_OK)
        app_say(s->view->app, MESSAGE_INFO, "Moved the row %s (u undoes it)",
                by > 0 ? "down" : "up");
}

/* --- life ----------------------------------------------------------------- */

static void
table_close(struct view *v)
{
    struct tablegrid *s = v->state;
    struct error e = {0};
    draft_view_leave(&s->draft);
    if (draft_view_document(&s->draft) && /* the terminal may be gone */
        grid_commit(&s->grid, &e) != ERR_OK)
        tablegrid_keep(s, open_column(s), e.text);
    grid_clear(&s->grid);
    row_list_free(s->rows);
    draft_view_clear(&s->draft);
    import_offer_clear(&s->offer);
    value_free(s->imported);
    free(s->name);
    free(s->go);
    free(s->before);
    free(s);
}

static enum err
table_open(struct view *v, const char *arg, struct error *e)
{
    struct tablegrid *s = mem_alloc(sizeof *s);
    char *id = screen_word(arg, 0);
    const char *rest = arg + strcspn(arg, " ");
    s->view = v;
    s->console = console_of(v);
    s->name = mem_strdup(rest + strspn(rest, " "));
    s->rows = row_list_new(&ops);
    draft_view_init(&s->draft, v, &part, s);
    struct row_source source = row_list_source(s->rows);
    grid_init(&s->grid, &source, columns, sizeof columns / sizeof *columns,
              &grid_ops, s);
    s->grid.column = VALUE;
    s->grid.table.sort_column = SIZE_MAX;
    s->grid.table.empty = "no row (i inserts one; paste cells of a sheet)";
    v->state = s;
    v->table = &s->grid.table;
    enum err err = id ? draft_view_read(&s->draft, id, e)
                      : error_set(e, ERR_USAGE, "table: of what?");
    if (err == ERR_OK && !tablegrid_table(s))
        err =
            error_set(e, ERR_NOT_FOUND, "%.100s: no such value table", s->name);
    if (err == ERR_OK)
        show(s);
    else
        table_close(v);
    free(id);
    return err;
}

static void
table_title(const struct view *v, struct buf *out)
{
    buf_adds(out, ((const struct tablegrid *)v->state)->name);
}

static unsigned
table_refresh(struct view *v)
{
    return draft_view_refresh(&((struct tablegrid *)v->state)->draft);
}

static void
table_draw_view(struct view *v, struct cells *c, struct rect r)
{
    struct tablegrid *s = v->state;
    grid_draw(&s->grid, c, (struct rect){r.row, r.col, r.rows - 1, r.cols});
    draft_view_draw_rule(&s->draft, c,
                         (struct rect){r.row + r.rows - 1, r.col, 1, r.cols});
}

static void
table_context(const struct view *v, enum act action, struct act_context *ctx)
{
    draft_view_context(&((const struct tablegrid *)v->state)->draft, action,
                       ctx);
}

static bool
table_question(struct view *v, const struct invocation *invocation,
               struct question *q)
{
    return draft_view_question(&((const struct tablegrid *)v->state)->draft,
                               invocation, q);
}

/* What the marked cell holds. */
static const char *
cell_text(const struct tablegrid *s)
{
    if (!marked(s))
        return "";
    return s->grid.column == KEY ? marked(s)->key : marked(s)->value;
}

static void
copy_cell(struct tablegrid *s)
{
    const char *text = cell_text(s);
    app_copy(s->view->app, "cell", text, strlen(text));
}

static unsigned
table_view_action(struct view *v, const struct invocation *invocation,
                  struct error *e)
{
    struct tablegrid *s = v->state;
    long times = invocation->count > 0 ? invocation->count : 1;
    unsigned reaction = draft_view_action(&s->draft, invocation, e);
    if (!(reaction & REACT_IGNORED))
        return reaction;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        app_do(v->app, &(struct invocation){ACT_EDIT, 0, NULL});
        break;
    case ACT_INSERT:
        insert_row(s);
        break;
    case ACT_CUT:
        cut_rows(s, e);
        break;
    case ACT_MOVE_DOWN:
        move_row(s, times, e);
        break;
    case ACT_MOVE_UP:
        move_row(s, -times, e);
        break;
    case ACT_COPY:
        tablegrid_copy(s);
        break;
    case ACT_PASTE:
        tablegrid_paste(s, e);
        break;
    case ACT_IMPORT:
        tablegrid_import_named(s, invocation->arg, e);
        break;
    case ACT_COPY_CELL:
        copy_cell(s);
        break;
    default:
        return grid_action(&s->grid, invocation, e);
    }
    return REACT_PAINT;
}

static bool
table_typing(const struct view *v)
{
    return ((const struct tablegrid *)v->state)->grid.editing;
}

static const char *
table_hint(const struct view *v)
{
    return ((const struct tablegrid *)v->state)->pending ? NULL : GRID_HINT;
}

static unsigned
table_key(struct view *v, const struct key *key, struct error *e)
{
    struct tablegrid *s = v->state;
    bool was = s->grid.editing, is_new = s->pending;
    char *typed = mem_strdup(was ? line_edit_text(&s->grid.line) : "");
    unsigned reaction = grid_key(&s->grid, key, e);
    if (was && !s->grid.editing && key->kind == KEY_KIND_ESCAPE)
        unfinished_tell_left(v->app, typed, cell_text(s));
    free(typed);
    if (!was || s->grid.editing)
        return reaction;
    drop_pending(s);
    if (s->go && table_go(&s->grid.table, s->go)) {
        s->grid.column = VALUE;
        if (is_new) /* a new row is its key, then its value */
            grid_edit(&s->grid, NULL);
    }
    FREE_NULL(s->go);
    return reaction;
}

static unsigned
table_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct tablegrid *s = v->state;
    if (s->grid.editing && memchr(text, '\t', n))
        grid_refuse_cells(e);
    else if (s->grid.editing)
        line_edit_paste(&s->grid.line, text, n, e);
    else
        tablegrid_import(s, text, n, false, e);
    return REACT_PAINT;
}

static void
table_keep(struct view *v, const char *why)
{
    struct tablegrid *s = v->state;
    tablegrid_keep(s, open_column(s), why);
    grid_abandon(&s->grid);
    drop_pending(s);
}

const struct view_ops table_screen = {
    .id = VIEW_TABLE,
    .open = table_open,
    .keep = table_keep,
    .close = table_close,
    .title = table_title,
    .draw = table_draw_view,
    .action = table_view_action,
    .typing = table_typing,
    .typing_hint = table_hint,
    .key = table_key,
    .paste = table_paste,
    .complete = tablegrid_complete,
    .context = table_context,
    .question = table_question,
    .refresh = table_refresh,
};
