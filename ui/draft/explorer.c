/* The sample explorer. */
#include "ui/draft/explorer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/screen/screens.h"

enum {
    LABEL = 8,
    PATH_MOST = 4096,
    VALUE_MOST = 65536,
    NARROW = 60, /* columns of a screen on which a level takes one column */
    PANEL = 5    /* rows below the tree, the rule with them */
};

struct explorer {
    const struct explorer_ops *ops;
    void *beneath; /* state of the screen that asks */
    struct explored in;
    struct sample_tree *tree;
    struct table table;
};

static const struct column columns[] = {
    {"field", 14, 2, 0, false, true, sample_tree_name_cell},
    {"sample", 12, 3, 0, false, false, sample_tree_value_cell},
};

/* --- for the screens beneath ---------------------------------------------- */

void
explorer_add_record(struct sample_tree *tree, struct node_ref root)
{
    struct buf text;
    if (!root.tape || sample_tree_count(tree) > 0)
        return;
    buf_init_any(&text);
    tape_write(root.tape, root.index, &text);
    sample_tree_add(tree, "", buf_str(&text), text.len, NULL);
    buf_clear(&text);
}

static void
add_output(void *tree, const char *name, const char *made)
{
    if (made)
        sample_tree_add(tree, name, made, strlen(made), NULL);
}

void
explorer_add_outputs(struct sample_tree *tree, const struct offers *o)
{
    offers_outputs(o, add_output, tree);
}

void
explorer_type(struct line_edit *line, const char *path)
{
    const char *text = line_edit_text(line);
    bool formula = *text == '=';
    size_t from = formula ? offers_word(text, line->cursor) : 0;
    char *made = mem_printf("%.*s%s%s", (int)from, text, path,
                            formula ? text + line->cursor : "");
    line_edit_set(line, made);
    line->cursor = from + strlen(path) < line->text.len ? from + strlen(path)
                                                        : line->text.len;
    free(made);
}

/* --- life ----------------------------------------------------------------- */

static const struct explorer_ops *
ops_of(const struct view *below)
{
    return !below                          ? NULL
           : below->ops == &mapping_screen ? &mapping_explorer
           : below->ops == &editor_screen  ? &editor_explorer
                                           : NULL;
}

static void
explorer_close(struct view *v)
{
    struct explorer *x = v->state;
    table_clear(&x->table);
    sample_tree_free(x->tree);
    free(x->in.sample);
    free(x->in.place);
    free(x->in.reading);
    free(x);
}

static uint32_t
marked(const struct explorer *x)
{
    return sample_tree_line(table_selected(&x->table));
}

static void
go(struct explorer *x, uint32_t line)
{
    char *key = mem_printf("%u", line);
    table_go(&x->table, key);
    free(key);
}

static enum err
explorer_open(struct view *v, const char *arg, struct error *e)
{
    struct view *below = app_top(v->app);
    const struct explorer_ops *ops = ops_of(below);
    (void)arg;
    if (!ops)
        return error_set(e, ERR_USAGE,
                         "explorer: open it from a mapping or from a block");
    struct explorer *x = mem_alloc(sizeof *x);
    x->ops = ops;
    x->beneath = below->state;
    x->tree = sample_tree_new();
    struct row_source source = sample_tree_source(x->tree);
    table_init(&x->table, &source, columns, sizeof columns / sizeof *columns);
    x->table.sort_column = SIZE_MAX;
    x->table.empty = "no field has these words";
    v->state = x;
    enum err err = ops->fill(x->beneath, x->tree, &x->in, e);
    if (err != ERR_OK) {
        explorer_close(v);
        return err;
    }
    v->table = &x->table;
    uint32_t line =
        x->in.reading ? sample_tree_find(x->tree, x->in.reading) : 0;
    sample_tree_reveal(x->tree, line);
    if (line != SAMPLE_TREE_NONE)
        go(x, line);
    return ERR_OK;
}

static void
explorer_title(const struct view *v, struct buf *out)
{
    const struct explorer *x = v->state;
    buf_addf(out, "Sample %s", x->in.sample ? x->in.sample : "");
}

/* --- drawing -------------------------------------------------------------- */

static int
draw_text(struct cells *c, struct rect r, const char *label, const char *text)
{
    cells_text(c, r.row, r.col, LABEL, STYLE_FAINT, label);
    return cells_wrapped(
        c, (struct rect){r.row, r.col + LABEL, r.rows, r.cols - LABEL},
        STYLE_NORMAL, text);
}

/* The path that Enter takes, and how Tab writes it. */
static void
draw_path(const struct explorer *x, struct cells *c, struct rect r)
{
    uint32_t line = marked(x);
    struct buf path;
    buf_init(&path, PATH_MOST);
    sample_tree_path(x->tree, line, !x->in.each, &path);
    bool list = sample_tree_in_list(x->tree, line);
    const char *tab = x->in.each ? "Tab: one element" : "Tab: each element";
    int room = (int)strlen(tab) + 2;
    bool both = list && r.cols > LABEL + room + 12;
    cells_text(c, r.row, r.col, LABEL, STYLE_FAINT, "path");
    cells_middle(c, r.row, r.col + LABEL, r.cols - LABEL - (both ? room : 0),
                 STYLE_KEY, buf_str(&path));
    if (both)
        cells_right(c, r.row, r.col, r.cols, STYLE_FAINT, tab);
    buf_clear(&path);
}

/* "in 46 of 48 samples". */
static void
draw_samples(const struct explorer *x, struct cells *c, struct rect r)
{
    struct buf path;
    buf_init(&path, PATH_MOST);
    sample_tree_path(x->tree, marked(x), false, &path);
    const struct field *f =
        x->in.fields ? fields_find(x->in.fields, buf_str(&path)) : NULL;
    if (f)
        cells_textf(c, r.row, r.col + LABEL, r.cols - LABEL, STYLE_FAINT,
                    "in %zu of %zu sample%s", f->samples, x->in.fields->samples,
                    x->in.fields->samples == 1 ? "" : "s");
    buf_clear(&path);
}

static void
draw_panel(const struct explorer *x, struct cells *c, struct rect r)
{
    int end = r.row + r.rows;
    struct buf value;
    if (r.rows >= PANEL)
        cells_line(c, r.row++, r.col, r.cols, STYLE_FAINT);
    draw_path(x, c, r);
    if (++r.row >= end)
        return;
    buf_init(&value, VALUE_MOST);
    sample_tree_value(x->tree, marked(x), 2000, &value);
    r.rows = end - r.row > 1 ? end - r.row - 1 : 1;
    r.row += draw_text(c, r, "value", buf_str(&value));
    buf_clear(&value);
    if (r.row < end)
        draw_samples(x, c, r);
}

static void
explorer_draw(struct view *v, struct cells *c, struct rect r)
{
    struct explorer *x = v->state;
    int panel = r.rows >= 14 ? PANEL : r.rows >= 7 ? 2 : r.rows >= 4 ? 1 : 0;
    sample_tree_indent(x->tree, r.cols < NARROW ? 1 : 2, r.cols / 6);
    table_draw(&x->table, c,
               (struct rect){r.row, r.col, r.rows - panel, r.cols});
    int row = c->cursor_row, col = c->cursor_col;
    if (panel && table_selected(&x->table))
        draw_panel(x, c,
                   (struct rect){r.row + r.rows - panel, r.col, panel, r.cols});
    cells_cursor(c, row, col);
}

/* --- actions -------------------------------------------------------------- */

static void
fold(struct explorer *x, uint32_t line, bool folded)
{
    sample_tree_fold(x->tree, line, folded);
    table_reload(&x->table);
}

/* h: folds what is open, else goes to what the line is in. */
static void
go_out(struct explorer *x)
{
    uint32_t line = marked(x), parent = sample_tree_parent(x->tree, line);
    if (sample_tree_holds(x->tree, line) &&
        !sample_tree_folded(x->tree, line) && !x->table.filter.len)
        fold(x, line, true);
    else if (parent != SAMPLE_TREE_NONE)
        go(x, parent);
}

/* l: unfolds what is folded, else goes into it. */
static void
go_in(struct explorer *x)
{
    uint32_t line = marked(x);
    if (!sample_tree_holds(x->tree, line))
        return;
    if (sample_tree_folded(x->tree, line) && !x->table.filter.len)
        fold(x, line, false);
    else
        table_move(&x->table, 1);
}

/* z: folds the line, or what it is in; again unfolds. */
static void
toggle(struct explorer *x, struct error *e)
{
    uint32_t line = marked(x);
    if (x->table.filter.len > 0) {
        error_set(e, ERR_REFUSED,
                  "fold: the filter shows what it found (Esc shows all)");
        return;
    }
    if (!sample_tree_holds(x->tree, line))
        line = sample_tree_parent(x->tree, line);
    if (line == SAMPLE_TREE_NONE)
        return;
    bool folded = sample_tree_folded(x->tree, line);
    if (!folded)
        go(x, line);
    fold(x, line, !folded);
}

static void
fold_others(struct explorer *x)
{
    uint32_t line = marked(x);
    sample_tree_fold_others(x->tree, line);
    table_reload(&x->table);
    go(x, line);
}

/* The path of the marked line; false where it is too long. */
static bool
path_of(const struct explorer *x, struct buf *path, struct error *e)
{
    buf_init(path, PATH_MOST);
    sample_tree_path(x->tree, marked(x), !x->in.each, path);
    if (!buf_failed(path))
        return true;
    error_set(e, ERR_TOO_BIG, "The path of this field has over %d bytes",
              PATH_MOST);
    return false;
}

static unsigned
take(struct explorer *x, struct error *e)
{
    struct buf path;
    bool taken = path_of(x, &path, e) &&
                 x->ops->take(x->beneath, &x->in, buf_str(&path), e) == ERR_OK;
    buf_clear(&path);
    return taken ? REACT_CLOSE : REACT_PAINT;
}

static void
copy(const struct view *v, bool value, struct error *e)
{
    const struct explorer *x = v->state;
    struct buf text;
    if (!value && path_of(x, &text, e))
        app_copy(v->app, "path", buf_str(&text), text.len);
    else if (value) {
        buf_init(&text, VALUE_MOST);
        sample_tree_value(x->tree, marked(x), VALUE_MOST / 2, &text);
        if (buf_failed(&text))
            error_set(e, ERR_TOO_BIG, "copy: the value has over %d bytes",
                      VALUE_MOST);
        else
            app_copy(v->app, "value", buf_str(&text), text.len);
    }
    buf_clear(&text);
}

static unsigned
explorer_action(struct view *v, const struct invocation *invocation,
                struct error *e)
{
    struct explorer *x = v->state;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        app_do(v->app, &(struct invocation){ACT_TAKE_SOURCE, 0, NULL});
        break;
    case ACT_TAKE_SOURCE:
        return take(x, e);
    case ACT_LEFT:
        go_out(x);
        break;
    case ACT_RIGHT:
        go_in(x);
        break;
    case ACT_FOLD:
        toggle(x, e);
        break;
    case ACT_FOLD_OTHERS:
        fold_others(x);
        break;
    case ACT_NEXT_PANE:
    case ACT_PREVIOUS_PANE:
        x->in.each = !x->in.each;
        break;
    case ACT_COPY:
    case ACT_COPY_CELL:
        copy(v, invocation->action == ACT_COPY_CELL, e);
        break;
    default:
        return table_action(&x->table, invocation, e);
    }
    return REACT_PAINT;
}

/* As one types: the first field that fits is marked. */
static enum err
explorer_filter(struct view *v, const char *text, struct error *e)
{
    struct explorer *x = v->state;
    uint32_t line = marked(x);
    enum err err = table_filter(&x->table, text, e);
    if (!*text && line != SAMPLE_TREE_NONE) {
        sample_tree_reveal(x->tree, line);
        table_reload(&x->table);
        go(x, line);
    } else if (sample_tree_found(x->tree) != SAMPLE_TREE_NONE)
        go(x, sample_tree_found(x->tree));
    return err;
}

const struct view_ops explorer_screen = {
    .id = VIEW_EXPLORER,
    .open = explorer_open,
    .close = explorer_close,
    .title = explorer_title,
    .draw = explorer_draw,
    .action = explorer_action,
    .filter = explorer_filter,
};
