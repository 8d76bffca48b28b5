/* A table of versions. */
#include "ui/screen/version_table.h"

#include <string.h>

#include "base/text.h"

void
version_origin(const struct version_row *v, struct buf *out)
{
    if (!v->parent_label)
        buf_adds(out, "from nothing");
    else
        buf_addf(out, "on %s%s", v->parent_label, v->stale ? " (stale)" : "");
}

static enum style
cell_version(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct version_row *)row)->label);
    return STYLE_NORMAL;
}

static enum style
cell_state(void *ctx, const void *row, struct buf *out)
{
    const struct version_row *v = row;
    (void)ctx;
    buf_adds(out, v->status);
    return strcmp(v->status, "live") == 0       ? STYLE_GOOD
           : strcmp(v->status, "awaiting") == 0 ? STYLE_WARNING
                                                : STYLE_NORMAL;
}

static enum style
cell_author(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct version_row *)row)->author);
    return STYLE_NORMAL;
}

static enum style
cell_origin(void *ctx, const void *row, struct buf *out)
{
    const struct version_row *v = row;
    (void)ctx;
    version_origin(v, out);
    return v->stale ? STYLE_WARNING : STYLE_NORMAL;
}

static enum style
cell_edits(void *ctx, const void *row, struct buf *out)
{
    const struct version_row *v = row;
    (void)ctx;
    buf_addf(out, "%lld", (long long)v->edits);
    return STYLE_NORMAL;
}

static enum style
cell_when(void *ctx, const void *row, struct buf *out)
{
    const struct version_row *v = row;
    (void)ctx;
    screen_time(out, v->released_at ? v->released_at : v->changed_at);
    return STYLE_FAINT;
}

static enum style
cell_note(void *ctx, const void *row, struct buf *out)
{
    const struct version_row *v = row;
    (void)ctx;
    buf_adds(out, v->note && *v->note ? v->note : "");
    return STYLE_NORMAL;
}

/* What it is a version of. */
static enum style
cell_of(void *ctx, const void *row, struct buf *out)
{
    const struct version_row *v = row;
    (void)ctx;
    buf_addf(out, "%s: %s", v->who ? v->who : "base", v->workflow_name);
    return STYLE_NORMAL;
}

static const struct column columns[] = {
    {"of", 20, 2, 0, false, true, cell_of},
    {"version", 7, 0, 0, false, true, cell_version},
    {"state", 10, 0, 0, false, false, cell_state},
    {"author", 10, 0, 1, false, false, cell_author},
    {"made", 12, 0, 3, false, false, cell_origin},
    {"edits", 5, 0, 5, true, false, cell_edits},
    {"changed", 11, 0, 4, false, false, cell_when},
    {"note", 8, 1, 2, false, false, cell_note},
};

/* Rows are borrowed from the list. */
static void
row_text(const void *data, struct buf *out)
{
    const struct version_row *v = data;
    buf_addf(out, "%s %s %s %s %s %s", v->label, v->status, v->author,
             v->note ? v->note : "", v->who ? v->who : "base",
             v->workflow_name);
}

static const struct row_list_ops ops = {NULL, row_text, NULL};

void
version_table_init(struct version_table *t, struct console *c, bool of_all,
                   const char *empty)
{
    size_t first = of_all ? 0 : 1; /* all of one workflow need no "of" */
    *t = (struct version_table){.console = c};
    t->rows = row_list_new(&ops);
    struct row_source source = row_list_source(t->rows);
    table_init(&t->table, &source, columns + first,
               sizeof columns / sizeof *columns - first);
    t->table.sort_column = SIZE_MAX;
    t->table.empty = empty;
}

void
version_table_clear(struct version_table *t)
{
    table_clear(&t->table);
    row_list_free(t->rows);
    version_list_clear(&t->list);
}

void
version_table_set(struct version_table *t, struct version_list *list)
{
    row_list_empty(t->rows);
    version_list_clear(&t->list);
    t->list = *list;
    *list = (struct version_list){0};
    for (size_t i = 0; i < t->list.count; i++)
        row_list_add(t->rows, t->list.rows[i].id, &t->list.rows[i]);
    table_reload(&t->table);
}

const struct version_row *
version_table_marked(const struct version_table *t)
{
    const struct row *row = table_selected(&t->table);
    return row ? row->data : NULL;
}
