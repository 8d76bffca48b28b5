/* What leads from one version to another, in words. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/editing.h"
#include "ui/screen/diff_canvas.h"
#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

enum { BESIDE = 5 }; /* columns of a row beside its text */

struct diff_row {
    const struct change *change; /* borrowed */
    const struct diff *diff;
};

struct diff {
    struct change_list changes;
    struct diff_row *data; /* of the rows */
    int cols;              /* as drawn last */
    bool ascii;
    struct row_list *rows;
    struct table table;
    struct diff_canvas canvas;
    char *from, *to;
    char *from_label, *to_label;
};

static void
change_text(const void *data, struct buf *out)
{
    buf_adds(out, ((const struct diff_row *)data)->change->text);
}

static const struct row_list_ops ops = {NULL, change_text, NULL};

static enum style
cell_sign(void *ctx, const void *row, struct buf *out)
{
    static const struct {
        const char *sign;
        enum style style;
    } signs[] = {{"+", STYLE_ADDED},
                 {"-", STYLE_REMOVED},
                 {"~", STYLE_CHANGED},
                 {"^", STYLE_CHANGED},
                 {"=", STYLE_CHANGED}};
    (void)ctx;
    const struct change *change = ((const struct diff_row *)row)->change;
    buf_adds(out, signs[change->kind].sign);
    return signs[change->kind].style;
}

/* Appends the end of the N bytes at TEXT that fits into COLS columns, after an
 * ellipsis where that is not all. Returns the columns used. */
static int
add_end(struct buf *out, const char *text, size_t n, int cols, bool ascii)
{
    size_t from = 0;
    int width = width_text(text, n, ascii);
    bool cut = width > cols;
    while (from < n && width > cols - cut) {
        struct grapheme g;
        grapheme_next(text + from, n - from, ascii, &g);
        width -= g.width;
        from += g.used;
    }
    buf_adds(out, cut ? glyph_text(GLYPH_ELLIPSIS, ascii) : "");
    buf_add(out, text + from, n - from);
    return width + cut;
}

/* A line that does not fit shows the end of the place and the beginning of both
 * values. */
static enum style
cell_text(void *ctx, const void *row, struct buf *out)
{
    const struct diff_row *r = row;
    const struct change *change = r->change;
    const char *text = change->text;
    bool ascii = r->diff->ascii;
    int cols = r->diff->cols - BESIDE;
    (void)ctx;
    if (!change->after_at || width_text(text, strlen(text), ascii) <= cols) {
        buf_adds(out, text);
        return STYLE_NORMAL;
    }
    const char *before = text + change->before_at;
    const char *after = text + change->after_at;
    size_t n = change->before_end - change->before_at;
    size_t arrow = change->after_at - change->before_end;
    int place = add_end(out, text, change->before_at, cols / 2, ascii);
    int left = cols - place - (int)arrow;
    int first = width_text(before, n, ascii);
    int second = width_text(after, strlen(after), ascii);
    int half = left / 2;
    first = first < half ? first : second < half ? left - second : half;
    cells_cut(out, before, n, first, ascii);
    buf_add(out, before + n, arrow);
    cells_cut(out, after, strlen(after), left - first, ascii);
    return STYLE_NORMAL;
}

static const struct column columns[] = {
    {"", 1, 0, 0, false, false, cell_sign},
    {"what changes", 20, 1, 0, false, true, cell_text},
};

static char *
label_of(struct manager *m, const char *id, struct error *e)
{
    struct version_list list = {0};
    char *label = NULL;
    if (manager_version_show(m, id, NULL, NULL, &list, e) == ERR_OK)
        label = mem_strdup(list.rows[0].label);
    version_list_clear(&list);
    return label;
}

/* Makes the picture; what differs in no block leaves it as it is. */
static enum err
read_canvas(struct diff *s, struct manager *m, struct error *e)
{
    struct document *from = NULL, *to = NULL;
    enum err err = manager_document(m, s->from, &from, e);
    if (err == ERR_OK)
        err = manager_document(m, s->to, &to, e);
    diff_canvas_clear(&s->canvas);
    if (err == ERR_OK)
        err = diff_canvas_make(&s->canvas, from, to, &s->changes, e);
    document_free(from);
    document_free(to);
    return err;
}

static enum err
diff_read(struct diff *s, struct manager *m, struct error *e)
{
    row_list_empty(s->rows);
    change_list_clear(&s->changes);
    change_list_init(&s->changes);
    enum err err = manager_version_diff(m, s->from, s->to, &s->changes, e);
    s->data = mem_resize(s->data, s->changes.count + 1, sizeof s->data[0]);
    for (size_t i = 0; i < s->changes.count; i++) {
        char *key = mem_printf("%zu", i);
        s->data[i] = (struct diff_row){&s->changes.items[i], s};
        row_list_add(s->rows, key, &s->data[i]);
        free(key);
    }
    table_reload(&s->table);
    return err == ERR_OK ? read_canvas(s, m, e) : err;
}

static void
diff_close(struct view *v)
{
    struct diff *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    change_list_clear(&s->changes);
    diff_canvas_clear(&s->canvas);
    free(s->data);
    free(s->from);
    free(s->to);
    free(s->from_label);
    free(s->to_label);
    free(s);
}

static enum err
diff_open(struct view *v, const char *arg, struct error *e)
{
    struct manager *m = console_of(v)->manager;
    struct diff *s = mem_alloc(sizeof *s);
    s->from = screen_word(arg, 0);
    s->to = screen_word(arg, 1);
    change_list_init(&s->changes);
    s->rows = row_list_new(&ops);
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "no difference: both do the same";
    v->state = s;
    v->table = &s->table;
    enum err err = s->from && s->to ? diff_read(s, m, e)
                                    : error_set(e, ERR_USAGE, "diff: of what?");
    if (err == ERR_OK) {
        s->from_label = label_of(m, s->from, e);
        s->to_label = label_of(m, s->to, e);
    } else
        diff_close(v);
    return err;
}

static void
diff_title(const struct view *v, struct buf *out)
{
    const struct diff *s = v->state;
    buf_addf(out, "from %s to %s", s->from_label ? s->from_label : "?",
             s->to_label ? s->to_label : "?");
}

static void
diff_draw(struct view *v, struct cells *c, struct rect r)
{
    struct diff *s = v->state;
    s->cols = r.cols;
    s->ascii = c->ascii;
    if (console_of(v)->canvas)
        diff_canvas_draw(&s->canvas, &s->changes, c, r);
    else
        table_draw(&s->table, c, r);
}

static unsigned
diff_refresh(struct view *v)
{
    struct error e = {0};
    if (diff_read(v->state, console_of(v)->manager, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    return REACT_PAINT;
}

static void
diff_detail(const struct view *v, struct buf *out)
{
    const struct diff *s = v->state;
    const struct row *row = table_selected(&s->table);
    if (row)
        buf_adds(out, ((const struct diff_row *)row->data)->change->text);
}

/* Opens the whole text of a change, whose values may be longer than a line. */
static void
show_whole(struct view *v, const struct change *change)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_addf(&text, "%s\n", change->text);
    if (change->before)
        buf_addf(&text, "\nbefore\n%s\n",
                 *change->before ? change->before : "blank");
    if (change->after)
        buf_addf(&text, "\nafter\n%s\n",
                 *change->after ? change->after : "blank");
    app_show(v->app, "change", buf_str(&text));
    buf_clear(&text);
}

/* Opens all changes of the block that is marked on the canvas. */
static void
show_block(struct view *v)
{
    const struct diff *s = v->state;
    struct buf text;
    buf_init(&text, 1 << 20);
    diff_canvas_words(&s->canvas, &s->changes, &text);
    app_show(v->app, "change", text.len ? buf_str(&text) : "not changed\n");
    buf_clear(&text);
}

static unsigned
act_on_canvas(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct diff *s = v->state;
    if (invocation->action != ACT_OPEN)
        return diff_canvas_move(&s->canvas, invocation, e);
    show_block(v);
    return REACT_PAINT;
}

static unsigned
diff_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    const struct diff *s = v->state;
    const struct row *row = table_selected(&s->table);
    struct console *c = console_of(v);
    if (invocation->action == ACT_CANVAS) {
        c->canvas = !c->canvas;
        return REACT_PAINT;
    }
    if (c->canvas)
        return act_on_canvas(v, invocation, e);
    if (invocation->action != ACT_OPEN || !row)
        return REACT_IGNORED;
    show_whole(v, ((const struct diff_row *)row->data)->change);
    return REACT_PAINT;
}

static void
diff_context(const struct view *v, enum act action, struct act_context *ctx)
{
    bool canvas = console_of(v)->canvas;
    if (canvas && action == ACT_FILTER)
        ctx->off = "the canvas shows all blocks (c shows the list)";
    else if (!canvas &&
             (action == ACT_NEXT_CHANGE || action == ACT_PREVIOUS_CHANGE))
        ctx->off = "each row is a change";
}

const struct view_ops diff_screen = {
    .id = VIEW_DIFF,
    .open = diff_open,
    .close = diff_close,
    .title = diff_title,
    .draw = diff_draw,
    .action = diff_action,
    .context = diff_context,
    .refresh = diff_refresh,
    .detail = diff_detail,
};
