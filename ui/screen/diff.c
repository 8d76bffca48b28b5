/* What leads from one version to another, in words. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

struct diff {
    struct change_list changes; /* the rows are borrowed from it */
    struct row_list *rows;
    struct table table;
    char *from, *to;
    char *from_label, *to_label;
};

static void
change_text(const void *data, struct buf *out)
{
    buf_adds(out, ((const struct change *)data)->text);
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
    const struct change *change = row;
    buf_adds(out, signs[change->kind].sign);
    return signs[change->kind].style;
}

static enum style
cell_text(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct change *)row)->text);
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

static enum err
diff_read(struct diff *s, struct manager *m, struct error *e)
{
    row_list_empty(s->rows);
    change_list_clear(&s->changes);
    change_list_init(&s->changes);
    enum err rc = manager_version_diff(m, s->from, s->to, &s->changes, e);
    for (size_t i = 0; i < s->changes.count; i++) {
        char *key = mem_printf("%zu", i);
        row_list_add(s->rows, key, &s->changes.items[i]);
        free(key);
    }
    table_reload(&s->table);
    return rc;
}

static void
diff_close(struct view *v)
{
    struct diff *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    change_list_clear(&s->changes);
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
    enum err rc = s->from && s->to ? diff_read(s, m, e)
                                   : error_set(e, ERR_USAGE, "diff: of what?");
    if (rc == ERR_OK) {
        s->from_label = label_of(m, s->from, e);
        s->to_label = label_of(m, s->to, e);
    } else
        diff_close(v);
    return rc;
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
    table_draw(&s->table, c, r);
}

static unsigned
diff_refresh(struct view *v)
{
    struct error e = {0};
    if (diff_read(v->state, console_of(v)->manager, &e) != ERR_OK)
        app_say(v->app, MESSAGE_ERROR, "%s", e.text);
    return REACT_PAINT;
}

static void
diff_detail(const struct view *v, struct buf *out)
{
    const struct diff *s = v->state;
    const struct row *row = table_selected(&s->table);
    if (row)
        buf_adds(out, ((const struct change *)row->data)->text);
}

const struct view_ops diff_screen = {
    .id = VIEW_DIFF,
    .open = diff_open,
    .close = diff_close,
    .title = diff_title,
    .draw = diff_draw,
    .refresh = diff_refresh,
    .detail = diff_detail,
};
