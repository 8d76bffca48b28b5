/*
 * The lists opened from the mapping grid: the source fields that no row uses,
 * the whole record, what other installations fill the row from, the value
 * tables.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mapping/coverage/coverage.h"
#include "mapping/coverage/suggestion.h"
#include "ui/draft/lines.h"
#include "ui/draft/mapping_private.h"
#include "workflow/edit/edit.h"

enum { RECORD_MOST = 16 << 20 };

struct list {
    struct mapgrid *m;       /* of the grid beneath; NULL: of no mapping */
    struct draft_view draft; /* where there is no grid beneath */
    struct row_list *rows;
    struct table table;
};

/* Adds a row under KEY; the cells are taken and may be NULL. */
static struct text_line *
add(struct list *l, const char *key, char *first, char *second, char *third)
{
    return line_add(l->rows, key, first, second, third);
}

static void
list_close(struct view *v)
{
    struct list *l = v->state;
    table_clear(&l->table);
    row_list_free(l->rows);
    draft_view_clear(&l->draft);
    free(l);
}

static struct list *
list_new(struct view *v, const struct column *columns, size_t count,
         const char *empty)
{
    struct list *l = mem_alloc(sizeof *l);
    l->rows = row_list_new(&line_ops);
    struct row_source source = row_list_source(l->rows);
    table_init(&l->table, &source, columns, count);
    l->table.sort_column = SIZE_MAX;
    l->table.empty = empty;
    v->state = l;
    v->table = &l->table;
    return l;
}

static void
list_draw(struct view *v, struct cells *c, struct rect r)
{
    table_draw(&((struct list *)v->state)->table, c, r);
}

static const struct text_line *
list_marked(const struct list *l)
{
    const struct row *row = table_selected(&l->table);
    return row ? row->data : NULL;
}

/* --- fields that feed nothing --------------------------------------------- */

static const struct column field_columns[] = {
    {"feeds nothing", 20, 3, 0, false, true, line_cell_0},
    {"in samples", 12, 0, 0, true, false, line_cell_1},
};

struct measuring {
    const char *block;
    struct coverage_run *run;
};

static void
measure(void *context, const struct block *b, const struct scope *scope)
{
    struct measuring *m = context;
    if (strcmp(b->id, m->block) == 0)
        coverage_add(m->run, scope);
}

static void
add_unused(struct list *l, const struct coverage *c)
{
    for (size_t i = 0; i < c->fields.count; i++) {
        const struct field *f = &c->fields.items[i];
        if (f->leaf && f->used == 0)
            add(l, f->path, mem_strdup(f->path),
                mem_printf("%zu of %zu", f->samples, c->samples), NULL);
    }
}

static enum err
fill_fields(struct list *l, struct mapgrid *m, struct error *e)
{
    struct measuring measuring = {.block = m->block};
    struct coverage coverage = {0};
    struct mapping_rows rows;
    struct mapgrid_trial trial;
    mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
    rows_init(&rows);
    const struct block *b =
        trial.document ? document_block(trial.document, m->block) : NULL;
    enum err err = b ? rows_read(&rows, block_field(b, "mapping"), e)
                     : error_set(e, ERR_INVALID, "the mapping cannot be read");
    if (err == ERR_OK)
        err = coverage_begin(&measuring.run, &coverage, &rows,
                             document_language(trial.document), e);
    if (err == ERR_OK) {
        previewer_visit(trial.previewer, measure, &measuring);
        for (size_t i = 0; i < m->previewing.count; i++)
            mapgrid_trial_run(&trial, m, i);
    }
    coverage_end(measuring.run);
    if (err == ERR_OK)
        add_unused(l, &coverage);
    coverage_clear(&coverage);
    rows_clear(&rows);
    mapgrid_trial_end(&trial);
    return err;
}

static enum err
fields_open(struct view *v, const char *arg, struct error *e)
{
    struct mapgrid *m = mapgrid_beneath(v, e);
    (void)arg;
    if (!m)
        return e->code;
    struct list *l =
        list_new(v, field_columns, 2, "every field of the samples is used");
    l->m = m;
    enum err err = fill_fields(l, m, e);
    if (err != ERR_OK)
        list_close(v);
    return err;
}

/* Takes TEXT as the source of the marked row of the grid beneath, where that
 * is blank; nothing that was mapped is lost by it. */
static unsigned
take_source(struct list *l, const char *text, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(l->m);
    if (!draft_view_is_open(&l->m->draft))
        error_set(e, ERR_REFUSED, "released: F on the installation forks it");
    else if (!line || !line->blank)
        error_set(e, ERR_REFUSED,
                  "%s has a source already (go to a blank row first, or y "
                  "copies)",
                  line ? line->row->target : "no row");
    else if (mapgrid_set_source(l->m, text, e) == ERR_OK)
        return REACT_CLOSE;
    return REACT_PAINT;
}

static unsigned
fields_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct list *l = v->state;
    const struct text_line *line = list_marked(l);
    if (invocation->action == ACT_COPY)
        app_copy(v->app, "field", line->cell[0], strlen(line->cell[0]));
    else if (invocation->action == ACT_OPEN)
        app_do(v->app, &(struct invocation){ACT_TAKE_SOURCE, 0, NULL});
    else if (invocation->action == ACT_TAKE_SOURCE)
        return take_source(l, line->cell[0], e);
    else
        return REACT_IGNORED;
    return REACT_PAINT;
}

const struct view_ops fields_screen = {
    .id = VIEW_FIELDS,
    .open = fields_open,
    .close = list_close,
    .draw = list_draw,
    .action = fields_action,
};

/* --- what other installations do ------------------------------------------ */

static const struct column suggestion_columns[] = {
    {"source", 20, 3, 0, false, true, line_cell_0},
    {"used by", 8, 0, 0, true, false, line_cell_1},
    {"their target", 12, 2, 1, false, false, line_cell_2},
};

static enum err
suggestions_open(struct view *v, const char *arg, struct error *e)
{
    struct mapgrid *m = mapgrid_beneath(v, e);
    const struct mapgrid_line *line = m ? mapgrid_marked(m) : NULL;
    struct suggestions s;
    (void)arg;
    if (!line)
        return m ? error_set(e, ERR_REFUSED, "no row is marked") : e->code;
    struct list *l =
        list_new(v, suggestion_columns, 3, "no other installation fills it");
    l->m = m;
    suggestions_find(&s, line->row->target, m->others, m->other_count);
    for (size_t i = 0; i < s.count; i++) {
        const struct suggestion *at = &s.items[i];
        char *key = mem_printf("%zu", i);
        add(l, key, mem_strdup(at->source), mem_printf("%zu", at->users),
            mem_printf("%s%s", at->target, at->exact ? "" : " (similar)"));
        free(key);
    }
    suggestions_clear(&s);
    return ERR_OK;
}

static void
suggestions_title(const struct view *v, struct buf *out)
{
    const struct mapgrid_line *line =
        mapgrid_marked(((const struct list *)v->state)->m);
    buf_addf(out, "%s elsewhere", line ? line->row->target : "");
}

const struct view_ops suggestions_screen = {
    .id = VIEW_SUGGESTIONS,
    .open = suggestions_open,
    .close = list_close,
    .title = suggestions_title,
    .draw = list_draw,
    .action = fields_action,
};

/* --- the whole record ----------------------------------------------------- */

static const struct column record_columns[] = {
    {"", 20, 1, 0, false, false, line_cell_0},
};

static void
fill_record(struct list *l, const char *sent)
{
    struct value *v = NULL;
    struct buf text;
    buf_init(&text, RECORD_MOST);
    if (value_read(&v, sent, strlen(sent), &value_limits_event, "record",
                   NULL) == ERR_OK)
        value_write_pretty(&text, v);
    else
        buf_adds(&text, sent);
    size_t n = 0;
    for (const char *s = buf_str(&text); *s; n++) {
        size_t len = strcspn(s, "\n");
        char *key = mem_printf("%zu", n);
        add(l, key, mem_strndup(s, len), NULL, NULL);
        free(key);
        s += len + (s[len] == '\n');
    }
    value_free(v);
    buf_clear(&text);
}

static enum err
record_open(struct view *v, const char *arg, struct error *e)
{
    struct mapgrid *m = mapgrid_beneath(v, e);
    (void)arg;
    if (!m)
        return e->code;
    struct list *l = list_new(v, record_columns, 1, "nothing");
    l->m = m;
    fill_record(l, m->sent ? m->sent : "");
    return ERR_OK;
}

static void
record_title(const struct view *v, struct buf *out)
{
    const struct mapgrid *m = ((const struct list *)v->state)->m;
    buf_addf(out, "Output on %s",
             m->sample < m->previewing.count
                 ? m->previewing.samples[m->sample].label
                 : "no sample");
}

static unsigned
record_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    const struct mapgrid *m = ((const struct list *)v->state)->m;
    (void)e;
    if (invocation->action == ACT_OPEN)
        return REACT_NOTHING;
    if (invocation->action != ACT_COPY)
        return REACT_IGNORED;
    app_copy(v->app, "record", m->sent ? m->sent : "",
             m->sent ? strlen(m->sent) : 0);
    return REACT_PAINT;
}

const struct view_ops record_screen = {
    .id = VIEW_RECORD,
    .open = record_open,
    .close = list_close,
    .title = record_title,
    .draw = list_draw,
    .action = record_action,
};

/* --- the value tables ----------------------------------------------------- */

static const struct column table_columns[] = {
    {"value table", 20, 2, 0, false, true, line_cell_0},
    {"rows", 8, 0, 0, true, false, line_cell_1},
    {"columns", 16, 2, 1, false, false, line_cell_2},
};

static char *
column_names(const struct value *table)
{
    const struct value *names = value_get(table, "columns");
    return mem_printf("%.100s, %.100s",
                      value_text_or(value_at(names, 0), "key"),
                      value_text_or(value_at(names, 1), "value"));
}

static void
fill_tables(void *list)
{
    struct list *l = list;
    const struct value *tables =
        value_get(draft_view_document(&l->draft)->root, "tables");
    row_list_empty(l->rows);
    for (size_t i = 0; i < value_size(tables); i++) {
        const struct value *table = value_at(tables, i);
        const char *name = value_key(tables, i, NULL);
        add(l, name, mem_strdup(name),
            mem_printf("%zu", value_size(value_get(table, "rows"))),
            column_names(table));
    }
    table_reload(&l->table);
}

static const struct draft_part tables_part = {.show = fill_tables};

static enum err
tables_open(struct view *v, const char *arg, struct error *e)
{
    struct list *l =
        list_new(v, table_columns, 3, "no value table (i inserts one)");
    draft_view_init(&l->draft, v, &tables_part, l);
    enum err err = draft_view_read(&l->draft, arg, e);
    if (err == ERR_OK)
        fill_tables(l);
    else
        list_close(v);
    return err;
}

static unsigned
tables_refresh(struct view *v)
{
    return draft_view_refresh(&((struct list *)v->state)->draft);
}

static void
tables_context(const struct view *v, enum act action, struct act_context *ctx)
{
    draft_view_context(&((const struct list *)v->state)->draft, action, ctx);
}

static enum err
new_table(struct list *l, const char *name, struct error *e)
{
    struct value *patch = NULL;
    struct value *columns = value_array(), *content = value_object();
    value_append(columns, value_string("key"));
    value_append(columns, value_string("value"));
    value_set(content, "columns", columns);
    value_set(content, "rows", value_array());
    enum err err =
        !*name ? error_set(e, ERR_USAGE, "New table: a name is missing")
        : document_table(draft_view_document(&l->draft), name, strlen(name))
            ? error_set(e, ERR_INVALID, "%.100s: already exists", name)
            : ERR_OK;
    if (err == ERR_OK)
        err = edit_table(&patch, draft_view_document(&l->draft), name, content,
                         e);
    else
        value_free(content);
    return draft_view_apply(&l->draft, err, patch, e);
}

static unsigned
tables_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct list *l = v->state;
    const struct row *row = table_selected(&l->table);
    const char *name =
        invocation->action == ACT_OPEN ? row->key : invocation->arg;
    unsigned reaction = draft_view_action(&l->draft, invocation, e);
    if (!(reaction & REACT_IGNORED))
        return reaction;
    if (invocation->action == ACT_INSERT) {
        app_do(v->app, &(struct invocation){ACT_NEW_TABLE, 0, NULL});
        return REACT_PAINT;
    }
    if (invocation->action != ACT_OPEN && invocation->action != ACT_NEW_TABLE)
        return REACT_IGNORED;
    if (invocation->action == ACT_NEW_TABLE && new_table(l, name, e) != ERR_OK)
        return REACT_PAINT;
    screen_open(v->app, &table_screen, draft_view_id(&l->draft), name, NULL);
    return REACT_PAINT;
}

const struct view_ops tables_screen = {
    .id = VIEW_TABLES,
    .open = tables_open,
    .close = list_close,
    .draw = list_draw,
    .action = tables_action,
    .context = tables_context,
    .refresh = tables_refresh,
};
