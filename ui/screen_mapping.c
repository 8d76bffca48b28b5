/*
 * The mapping of a block as a grid: target, source, and what it gives on the
 * marked sample.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "mapping/fields.h"
#include "mapping/source.h"
#include "ui/grid.h"
#include "ui/opened.h"
#include "ui/row_list.h"
#include "ui/screens.h"
#include "ui/trial.h"
#include "workflow/edit.h"
#include "workflow/validate.h"

enum { SOURCE = 2 }; /* column of the grid */
enum { SHOWN_MOST = 200 };

struct line {
    char *target, *source, *gives;
    bool problem, failed, required, own;
};

struct mapping {
    struct view *view;
    struct console *console;
    struct opened opened;
    char *block; /* id */
    struct problem_list problems;
    struct previewing samples;
    size_t sample;
    struct row_list *rows;
    struct grid grid;
    int64_t saved_at;
    char *before; /* of the open cell, as it was read */
};

/* --- rows ----------------------------------------------------------------- */

static void
line_free(void *data)
{
    struct line *line = data;
    free(line->target);
    free(line->source);
    free(line->gives);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct line *line = data;
    buf_addf(out, "%s %s", line->target, line->source);
}

static const struct row_list_ops ops = {line_free, line_text, NULL};

static const struct block *
block_of(const struct mapping *s)
{
    return document_block(s->opened.ed.document, s->block);
}

const struct document *
mapping_document(const struct view *v)
{
    return ((const struct mapping *)v->state)->opened.ed.document;
}

static bool
has_problem(const struct mapping *s, const char *target)
{
    char *field = mem_printf("mapping[%s]", target);
    bool found = false;
    for (size_t i = 0; i < s->problems.count; i++) {
        const struct problem *p = &s->problems.items[i];
        found = found || (p->severity == PROBLEM_ERROR &&
                          text_equal(p->block_id, s->block) &&
                          text_equal(p->field, field));
    }
    free(field);
    return found;
}

/* "62.50", or "19.98 and 3 more", or why there is nothing. */
static char *
gives_text(const struct plan_row_report *r, const char *source, bool required)
{
    uint64_t more = r->counts[PLAN_FILLED] + r->counts[PLAN_DEFAULTED];
    if (r->error)
        return mem_strdup(r->error);
    if (r->value && more > 1)
        return mem_printf("%.*s and %llu more", SHOWN_MOST, r->value,
                          (unsigned long long)more - 1);
    if (r->value)
        return mem_printf("%.*s", SHOWN_MOST, r->value);
    return mem_strdup(*source    ? "nothing"
                      : required ? "required, blank"
                                 : "blank");
}

static void
add_line(struct mapping *s, const struct value *row,
         const struct plan_row_report *report)
{
    struct line *line = mem_alloc(sizeof *line);
    line->target = mem_strdup(value_text_or(value_get(row, "target"), ""));
    line->source = mem_strdup(value_text_or(value_get(row, "source"), ""));
    line->required = value_bool_or(value_get(row, "required"), false);
    line->problem = has_problem(s, line->target);
    const char *base = opened_base_source(&s->opened, s->block, line->target);
    line->own = s->opened.base && !text_equal(base, line->source);
    line->failed = report && report->error;
    line->gives = report ? gives_text(report, line->source, line->required)
                         : mem_strdup("");
    row_list_add(s->rows, line->target, line);
}

static void
show(struct mapping *s)
{
    const struct block *b = block_of(s);
    struct trial trial;
    row_list_empty(s->rows);
    problem_list_clear(&s->problems);
    problem_list_init(&s->problems);
    validate_document(s->opened.ed.document, &s->opened.ed.connectors,
                      &s->problems);
    const struct value *rows = b ? block_field(b, "mapping") : NULL;
    trial_begin(&trial, &s->samples, s->opened.ed.document);
    const struct preview_block *r = trial_run(&trial, s->sample, s->block);
    for (size_t i = 0; i < value_size(rows); i++)
        add_line(s, value_at(rows, i),
                 r && i < r->report.count ? &r->report.rows[i] : NULL);
    trial_end(&trial);
    table_reload(&s->grid.table);
}

/* --- columns -------------------------------------------------------------- */

static enum style
cell_sign(void *ctx, const void *row, struct buf *out)
{
    const struct line *line = row;
    (void)ctx;
    buf_addc(out, line->problem || line->failed ? '!' : ' ');
    buf_addc(out, !*line->source ? 'b' : line->own ? 'o' : ' ');
    return line->problem || line->failed ? STYLE_BAD : STYLE_OWN;
}

static enum style
cell_target(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct line *)row)->target);
    return STYLE_NORMAL;
}

static enum style
cell_source(void *ctx, const void *row, struct buf *out)
{
    const struct line *line = row;
    (void)ctx;
    buf_adds(out, *line->source ? line->source : "-");
    return *line->source ? STYLE_NORMAL : STYLE_FAINT;
}

static enum style
cell_gives(void *ctx, const void *row, struct buf *out)
{
    const struct line *line = row;
    (void)ctx;
    buf_adds(out, line->gives);
    return line->failed ? STYLE_BAD : STYLE_FAINT;
}

static const struct column columns[] = {
    {"", 2, 0, 0, false, false, cell_sign},
    {"target", 18, 2, 0, false, true, cell_target},
    {"source", 16, 3, 0, false, false, cell_source},
    {"gives", 12, 2, 1, false, false, cell_gives},
};

/* --- editing a cell ------------------------------------------------------- */

static bool
cell_begin(void *ctx, const struct row *row, size_t column, struct buf *text)
{
    struct mapping *s = ctx;
    const struct line *line = row->data;
    if (column != SOURCE || !s->opened.editable)
        return false;
    free(s->before);
    s->before = mem_strdup(line->source);
    buf_adds(text, line->source);
    return true;
}

static enum err
apply(struct mapping *s, enum err rc, struct value *patch, struct error *e)
{
    rc = editing_apply(&s->opened.ed, rc, patch, e);
    if (rc == ERR_OK) {
        s->saved_at = clock_now_ms();
        s->console->own_revision = s->opened.ed.revision;
        show(s);
    }
    return rc;
}

static enum err
cell_commit(void *ctx, const struct row *row, size_t column, const char *text,
            struct error *e)
{
    struct mapping *s = ctx;
    const struct line *line = row->data;
    struct value *patch = NULL;
    (void)column;
    if (strcmp(text, line->source) == 0)
        return ERR_OK;
    if (!text_equal(line->source, s->before)) {
        free(s->before);
        s->before = mem_strdup(line->source);
        return error_set(e, ERR_CONFLICT,
                         "%s: changed meanwhile to \"%.200s\" (Enter again "
                         "replaces that, Esc keeps it)",
                         line->target, line->source);
    }
    char *target = mem_strdup(line->target);
    enum err rc = *text ? edit_row_set(&patch, s->opened.ed.document, s->block,
                                       target, text, e)
                        : edit_row_unset(&patch, s->opened.ed.document,
                                         s->block, target, EDIT_ROW_BLANK, e);
    rc = apply(s, rc, patch, e);
    free(target);
    return rc;
}

/* Completes what blocks before give, and the fields of the samples. */
static void
complete(void *ctx, const char *text, size_t cursor, struct completions *list)
{
    struct mapping *s = ctx;
    size_t from = cursor;
    while (from > 0 && !strchr(" (,+-*/&=<>", text[from - 1]))
        from--;
    char *word = mem_strndup(text + from, cursor - from);
    list->from = from;
    for (size_t i = 0; i < s->opened.ed.document->count; i++) {
        const struct block *b = &s->opened.ed.document->blocks[i];
        struct buf name;
        buf_init(&name, 1024);
        source_write_block(&name, b->name);
        buf_adds(&name, kind_field(b->kind, "formula") ? "!result" : "!");
        if (b->kind->output && b != s->opened.ed.document->trigger &&
            text_starts(buf_str(&name), word))
            completions_add(list, buf_str(&name));
        buf_clear(&name);
    }
    struct fields fields;
    fields_init(&fields);
    trial_fields(&s->samples, &fields);
    for (size_t i = 0; i < fields.count; i++) {
        if (fields.items[i].leaf && text_starts(fields.items[i].path, word))
            completions_add(list, fields.items[i].path);
    }
    fields_clear(&fields);
    free(word);
}

static const struct grid_ops grid_ops = {cell_begin, cell_commit, complete,
                                         NULL};

/* --- life ----------------------------------------------------------------- */

static enum err
read_all(struct mapping *s, const char *id, struct error *e)
{
    struct manager *m = s->console->manager;
    enum err rc = opened_read(&s->opened, m, id, e);
    if (rc == ERR_OK)
        rc =
            previewing_begin(&s->samples, m, opened_version(&s->opened)->id, e);
    if (rc == ERR_OK && !block_of(s))
        rc = error_set(e, ERR_NOT_FOUND, "mapping: the block is gone");
    return rc;
}

static void
mapping_close(struct view *v)
{
    struct mapping *s = v->state;
    struct error e = {0};
    grid_commit(&s->grid, &e); /* also when the terminal is gone */
    grid_clear(&s->grid);
    row_list_free(s->rows);
    opened_clear(&s->opened);
    problem_list_clear(&s->problems);
    previewing_end(&s->samples);
    free(s->block);
    free(s->before);
    free(s);
}

static enum err
mapping_open(struct view *v, const char *arg, struct error *e)
{
    struct mapping *s = mem_alloc(sizeof *s);
    char *id = screen_word(arg, 0);
    s->view = v;
    s->console = console_of(v);
    s->block = screen_word(arg, 1);
    problem_list_init(&s->problems);
    s->rows = row_list_new(&ops);
    struct row_source source = row_list_source(s->rows);
    grid_init(&s->grid, &source, columns, sizeof columns / sizeof *columns,
              &grid_ops, s);
    s->grid.column = SOURCE;
    s->grid.table.sort_column = SIZE_MAX;
    s->grid.table.empty = "no row";
    v->state = s;
    v->table = &s->grid.table;
    enum err rc = id && s->block ? read_all(s, id, e)
                                 : error_set(e, ERR_USAGE, "mapping: of what?");
    if (rc == ERR_OK)
        show(s);
    else
        mapping_close(v);
    free(id);
    return rc;
}

static void
mapping_title(const struct view *v, struct buf *out)
{
    const struct mapping *s = v->state;
    const struct block *b = block_of(s);
    buf_addf(out, "%s mapping", b ? b->name : "");
}

static void
tell_change(const struct mapping *s)
{
    struct draft_log log = {0};
    const struct draft_edit_row *last = NULL;
    if (manager_draft_log(s->console->manager, s->opened.ed.draft, &log,
                          NULL) == ERR_OK &&
        log.count > 0)
        last = &log.rows[log.count - 1];
    app_say(s->view->app, MESSAGE_INFO, "%s changed this draft",
            last ? last->author : "another session");
    draft_log_clear(&log);
}

static unsigned
mapping_refresh(struct view *v)
{
    struct mapping *s = v->state;
    struct error e = {0};
    bool moved = false;
    enum err rc = opened_look(&s->opened, &moved, &e);
    if (moved)
        rc = editing_refresh(&s->opened.ed, &e);
    if (moved && rc == ERR_OK) {
        show(s);
        if (s->opened.ed.revision != s->console->own_revision)
            tell_change(s);
    }
    if (rc != ERR_OK)
        app_say(v->app, MESSAGE_ERROR, "%s", e.text);
    return REACT_PAINT;
}

/* --- drawing -------------------------------------------------------------- */

/* The marked row in full: its whole source, its problem or its note. */
static void
draw_marked(const struct mapping *s, struct cells *c, struct rect r)
{
    const struct row *row = table_selected(&s->grid.table);
    const struct line *line = row ? row->data : NULL;
    struct buf head;
    buf_init(&head, 512);
    cells_line(c, r.row, r.col, r.cols, STYLE_FAINT);
    if (line) {
        cells_fit(c, r.row + 1, r.col, r.cols, STYLE_NORMAL, line->target);
        cells_text(c, r.row + 2, r.col, 8, STYLE_FAINT, "source");
        cells_fit(c, r.row + 2, r.col + 8, r.cols - 8, STYLE_NORMAL,
                  *line->source ? line->source : "blank: sends nothing");
        cells_text(c, r.row + 3, r.col, 8, STYLE_FAINT, "gives");
        cells_fit(c, r.row + 3, r.col + 8, r.cols - 8,
                  line->failed ? STYLE_BAD : STYLE_NORMAL, line->gives);
    }
    if (s->samples.count > 0)
        buf_addf(&head, " sample %s, %zu of %zu ",
                 s->samples.samples[s->sample].label, s->sample + 1,
                 s->samples.count);
    if (s->saved_at) {
        buf_adds(&head, " saved ");
        screen_time(&head, s->saved_at);
        buf_addc(&head, ' ');
    }
    cells_right(c, r.row, r.col, r.cols, STYLE_FAINT, buf_str(&head));
    buf_clear(&head);
}

static void
mapping_draw(struct view *v, struct cells *c, struct rect r)
{
    struct mapping *s = v->state;
    int panel = r.rows > 10 ? 4 : 0;
    if (panel)
        draw_marked(
            s, c, (struct rect){r.row + r.rows - panel, r.col, panel, r.cols});
    grid_draw(&s->grid, c, (struct rect){r.row, r.col, r.rows - panel, r.cols});
}

/* --- actions -------------------------------------------------------------- */

static void
mapping_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct mapping *s = v->state;
    if ((act_info(action)->flags & ACT_MUTATES) && !s->opened.editable)
        ctx->off = "released: f on the installation forks it";
    else if (action == ACT_SAMPLE && s->samples.count == 0)
        ctx->off = "no sample";
    else if (action == ACT_PASTE || action == ACT_UNUSED ||
             action == ACT_ALL_SAMPLES || action == ACT_WHOLE_RECORD ||
             action == ACT_RESTORE_BASE_ROW)
        ctx->off = "not in this console yet";
}

/* Goes to the next row after the marked one that is blank, or that has a
 * problem. */
static void
go_next(struct mapping *s, bool blank, bool back, struct error *e)
{
    size_t n = row_list_count(s->rows), at = 0, i;
    const struct row *marked = table_selected(&s->grid.table);
    while (marked && at < n && row_list_data(s->rows, at) != marked->data)
        at++;
    for (i = 1; i <= n; i++) {
        size_t k = back ? (at + n - i) % n : (at + i) % n;
        const struct line *line = row_list_data(s->rows, k);
        bool wanted = blank ? !*line->source : line->problem || line->failed;
        if (wanted && table_go(&s->grid.table, line->target))
            break;
    }
    if (n == 0 || i > n)
        error_set(e, ERR_NOT_FOUND,
                  blank ? "no row is blank" : "no row has a problem");
    s->grid.column = SOURCE;
}

static void
undo_or_redo(struct mapping *s, bool undo, struct error *e)
{
    struct manager *m = s->console->manager;
    enum err rc =
        undo ? manager_draft_undo(m, s->opened.ed.draft, s->opened.ed.revision,
                                  false, NULL, e)
             : manager_draft_redo(m, s->opened.ed.draft, s->opened.ed.revision,
                                  false, NULL, e);
    if (rc == ERR_OK)
        rc = editing_refresh(&s->opened.ed, e);
    if (rc == ERR_OK) {
        s->saved_at = clock_now_ms();
        s->console->own_revision = s->opened.ed.revision;
        show(s);
    }
}

static void
delete_row(struct mapping *s, struct error *e)
{
    const struct row *row = table_selected(&s->grid.table);
    struct value *patch = NULL;
    enum err rc = edit_row_unset(&patch, s->opened.ed.document, s->block,
                                 row->key, EDIT_ROW_REMOVE, e);
    apply(s, rc, patch, e);
}

static unsigned
mapping_action(struct view *v, const struct call *call, struct error *e)
{
    struct mapping *s = v->state;
    const struct version_row *version = opened_version(&s->opened);
    switch ((enum act)call->action) {
    case ACT_OPEN:
        app_do(v->app, &(struct call){ACT_EDIT, 0, NULL});
        return REACT_PAINT;
    case ACT_DELETE:
        delete_row(s, e);
        return REACT_PAINT;
    case ACT_UNDO:
    case ACT_REDO:
        undo_or_redo(s, call->action == ACT_UNDO, e);
        return REACT_PAINT;
    case ACT_NEXT_BLANK:
        go_next(s, true, false, e);
        return REACT_PAINT;
    case ACT_NEXT_PROBLEM:
    case ACT_PREVIOUS_PROBLEM:
        go_next(s, false, call->action == ACT_PREVIOUS_PROBLEM, e);
        return REACT_PAINT;
    case ACT_SAMPLE:
        s->sample = (s->sample + 1) % s->samples.count;
        show(s);
        return REACT_PAINT;
    case ACT_COMPARE:
        screen_open(v->app, &diff_screen, opened_base_id(&s->opened),
                    version->id, NULL);
        return REACT_PAINT;
    case ACT_OPEN_RELEASE:
        screen_open(v->app, &release_screen, version->id, NULL);
        return REACT_PAINT;
    default:
        return grid_action(&s->grid, call, e);
    }
}

static bool
mapping_typing(const struct view *v)
{
    return ((const struct mapping *)v->state)->grid.editing;
}

static unsigned
mapping_key(struct view *v, const struct key *key, struct error *e)
{
    struct mapping *s = v->state;
    return grid_key(&s->grid, key, e);
}

static unsigned
mapping_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct mapping *s = v->state;
    if (!s->grid.editing)
        return REACT_IGNORED;
    line_edit_paste(&s->grid.line, text, n, e);
    return REACT_PAINT;
}

const struct view_ops mapping_screen = {
    .id = VIEW_MAPPING,
    .open = mapping_open,
    .close = mapping_close,
    .title = mapping_title,
    .draw = mapping_draw,
    .action = mapping_action,
    .typing = mapping_typing,
    .key = mapping_key,
    .paste = mapping_paste,
    .context = mapping_context,
    .refresh = mapping_refresh,
};
