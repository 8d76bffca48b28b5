/* The mapping of a block as a grid. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/conflicts.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/samples.h"
#include "ui/draft/sheet_source.h"

enum { SHEET_MOST = 16 << 20, EXTRA_MOST = 4096, COPY_MOST = 1 << 20 };

const struct document *
mapping_document(const struct view *v)
{
    return draft_view_document(&((const struct mapgrid *)v->state)->draft);
}

struct import_offer *
mapping_offer(const struct view *v)
{
    return &((struct mapgrid *)v->state)->offer;
}

struct mapgrid *
mapgrid_beneath(const struct view *v, struct error *e)
{
    struct view *below = app_top(v->app);
    if (below && below->ops == &mapping_screen)
        return below->state;
    error_set(e, ERR_USAGE, "%s: open it from a mapping",
              view_word(v->ops->id));
    return NULL;
}

/* --- life ----------------------------------------------------------------- */

static void
clear_others(struct mapgrid *m)
{
    for (size_t i = 0; i < m->other_count; i++)
        rows_clear(&m->others[i]);
    free(m->others);
}

static void
mapping_close(struct view *v)
{
    struct mapgrid *m = v->state;
    struct error e = {0};
    if (draft_view_document(&m->draft)) { /* also when the terminal is gone */
        draft_view_leave(&m->draft);
        if (mapgrid_extra_commit(m, &e) != ERR_OK ||
            mapgrid_form_commit(m, &e) != ERR_OK ||
            grid_commit(&m->grid, &e) != ERR_OK)
            mapgrid_keep(m, e.text);
    }
    mapgrid_form_close(m);
    mapgrid_count_end(m);
    grid_clear(&m->grid);
    line_edit_clear(&m->extra_line);
    row_list_free(m->list);
    rows_clear(&m->rows);
    rows_clear(&m->imported);
    import_offer_clear(&m->offer);
    problem_list_clear(&m->problems);
    fields_clear(&m->fields);
    buf_clear(&m->offers);
    mapgrid_try_end(m);
    clear_others(m);
    previewing_end(&m->previewing);
    draft_view_clear(&m->draft);
    document_free(m->base);
    char *const owned[] = {
        m->block,          m->base_label,     m->go,
        m->sent,           m->reason,         m->before,
        m->target_header,  m->sheet,          m->source_header,
        m->pending.target, m->pending.source, m->extra_of};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    free(m);
}

static struct mapgrid *
mapgrid_new(struct view *v)
{
    struct mapgrid *m = mem_alloc(sizeof *m);
    struct row_source source;
    m->view = v;
    m->console = console_of(v);
    m->thin = app_is_thin(v->app);
    m->pending_at = MAPGRID_PENDING;
    m->pending = (struct mapping_row){.target = mem_strdup(""),
                                      .source = mem_strdup("")};
    m->list = row_list_new(&mapgrid_list_ops);
    draft_view_init(&m->draft, v, &mapgrid_part, m);
    problem_list_init(&m->problems);
    rows_init(&m->rows);
    rows_init(&m->imported);
    fields_init(&m->fields);
    buf_init(&m->offers, COPY_MOST);
    line_edit_init(&m->extra_line, EXTRA_MOST, NULL, NULL);
    source = row_list_source(m->list);
    mapgrid_columns(m->columns);
    grid_init(&m->grid, &source, m->columns, MAPGRID_COLUMNS, &mapgrid_ops, m);
    m->grid.column = MAPGRID_SOURCE; /* as all are shown still */
    m->grid.table.sort_column = SIZE_MAX;
    m->grid.table.empty = "no row (i inserts one; paste cells of a sheet)";
    return m;
}

static enum err
mapping_open(struct view *v, const char *arg, struct error *e)
{
    struct mapgrid *m = mapgrid_new(v);
    char *id = screen_word(arg, 0);
    m->block = screen_word(arg, 1);
    v->state = m;
    v->table = &m->grid.table;
    enum err err = id && m->block
                       ? mapgrid_read(m, id, e)
                       : error_set(e, ERR_USAGE, "mapping: of what?");
    if (err == ERR_OK) {
        char *block = mem_strdup(mapgrid_block(m)->id);
        free(m->block);
        m->block = block;
        mapgrid_show(m);
    } else
        mapping_close(v);
    free(id);
    return err;
}

static void
mapping_title(const struct view *v, struct buf *out)
{
    const struct block *b = mapgrid_block(v->state);
    const struct mapgrid *m = v->state;
    buf_addf(out, "%s mapping", b ? b->name : "");
    if (m->form.open)
        buf_addf(out, ": %s", m->form.row);
}

static unsigned
mapping_refresh(struct view *v)
{
    struct mapgrid *m = v->state;
    if (samples_take_in(&m->draft, &m->previewing))
        mapgrid_show(m);
    return draft_view_refresh(&m->draft);
}

static void
mapping_draw(struct view *v, struct cells *c, struct rect r)
{
    struct mapgrid *m = v->state;
    if (m->form.open) {
        mapgrid_form_draw(m, c, r);
        return;
    }
    int panel = mapgrid_panel_rows(r.rows);
    struct rect grid = {r.row, r.col, r.rows - panel, r.cols};
    grid_draw(&m->grid, c, grid);
    int row = c->cursor_row, col = c->cursor_col;
    if (m->grid.table.filter.len == 0 && grid.rows > 3)
        mapgrid_draw_status(m, c, (struct rect){r.row, r.col, 1, r.cols - 12});
    if (panel)
        mapgrid_draw_panel(
            m, c, (struct rect){r.row + r.rows - panel, r.col, panel, r.cols});
    if (m->extra == EXTRA_NONE)
        cells_cursor(c, row, col);
}

/* --- actions -------------------------------------------------------------- */

/* The conflict of the marked row, or SIZE_MAX. */
static size_t
mapgrid_conflict(const struct mapgrid *m)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    return line ? conflicts_of_row(&m->draft, m->block, line->row->target)
                : SIZE_MAX;
}

static void
mapping_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct mapgrid *m = v->state;
    draft_view_context(&m->draft, action, ctx);
    conflicts_context(&m->draft, mapgrid_conflict(m), action, ctx);
    if (ctx->off)
        return;
    sample_context(&m->previewing, m->sample, action, ctx);
    if (action == ACT_RESTORE_BASE_ROW && !m->base)
        ctx->off = "this version has no base version";
    else if (action == ACT_WHOLE_RECORD && !m->sent)
        ctx->off = "the block gives nothing on this sample";
}

static void
copy_cell(struct mapgrid *m)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    size_t column = mapgrid_column(m);
    const char *text = column == MAPGRID_TARGET  ? line->row->target
                       : column == MAPGRID_GIVES ? line->gives
                       : column >= MAPGRID_MEMBERS
                           ? line->row->more[column - MAPGRID_MEMBERS]
                           : line->row->source;
    text = text ? text : "";
    app_copy(m->view->app, "cell", text, strlen(text));
}

static void
copy_rows(struct mapgrid *m)
{
    struct buf text;
    buf_init(&text, COPY_MOST);
    mapgrid_copy(m, &text);
    mapgrid_keep_cells(m);
    app_copy(m->view->app, "rows as cells", buf_str(&text), text.len);
    buf_clear(&text);
}

/* What was copied in this console, as a proposal. */
static void
paste_rows(struct mapgrid *m, struct error *e)
{
    const struct row_clip *clip = &m->console->row_clip;
    const char *here = draft_view_version(&m->draft)->installation_id;
    const char *cells = row_clip_cells(clip, here, e);
    struct buf left;
    buf_init_any(&left);
    row_clip_left_out(clip, here, &left);
    if (cells &&
        mapgrid_import(m, cells, strlen(cells), MAPGRID_PASTED, e) == ERR_OK &&
        left.len)
        app_say(m->view->app, MESSAGE_WARNING, "%s", buf_str(&left));
    if (cells)
        import_offer_copied(&m->offer, clip->foreign.source);
    buf_clear(&left);
}

/* Reads a kept sheet, or a file where the console has files. */
static void
import_sheet(struct mapgrid *m, const char *arg, struct error *e)
{
    struct buf text;
    bool packed;
    buf_init(&text, SHEET_MOST);
    if (sheet_source_take(m->console, arg, &text, &packed, e) == ERR_OK)
        mapgrid_import(m, buf_str(&text), text.len,
                       packed ? MAPGRID_PACKED : MAPGRID_FILE, e);
    buf_clear(&text);
}

/* "YourApp,Netsuite": the names that the customer's sheets have; the sheet
 * that was refused for them is read again. */
static void
take_headers(struct mapgrid *m, const char *arg, struct error *e)
{
    const char *comma = strchr(arg, ',');
    if (!comma || comma == arg || !comma[1]) {
        error_set(e, ERR_USAGE,
                  "headers: TARGET,SOURCE as the sheet's first row has them");
        return;
    }
    free(m->target_header);
    free(m->source_header);
    m->target_header = mem_strndup(arg, (size_t)(comma - arg));
    m->source_header = mem_strdup(comma + 1);
    if (m->sheet)
        mapgrid_import(m, m->sheet, m->sheet_size, m->sheet_is, e);
}

/* Opens another screen, or resolves the conflict of the marked row. */
static unsigned
open_other(struct mapgrid *m, enum act action, struct error *e)
{
    struct app *app = m->view->app;
    if (conflicts_is_choice(action)) {
        conflicts_choose(&m->draft, mapgrid_conflict(m), action, e);
        return REACT_PAINT;
    }
    switch (action) {
    case ACT_ALL_SAMPLES:
        app_open(app, &samples_screen, "");
        break;
    case ACT_UNUSED:
        app_open(app, &fields_screen, "");
        break;
    case ACT_WHOLE_RECORD:
        app_open(app, &record_screen, "");
        break;
    case ACT_EXPLORE:
        app_open(app, &explorer_screen, "");
        break;
    case ACT_SUGGEST:
        if (mapgrid_learn_others(m, e) == ERR_OK)
            app_open(app, &suggestions_screen, "");
        break;
    default:
        return REACT_IGNORED;
    }
    return REACT_PAINT;
}

static unsigned
mapping_action(struct view *v, const struct invocation *invocation,
               struct error *e)
{
    struct mapgrid *m = v->state;
    unsigned reaction = draft_view_action(&m->draft, invocation, e);
    if (reaction & REACT_IGNORED)
        reaction = open_other(m, (enum act)invocation->action, e);
    if (reaction & REACT_IGNORED) {
        reaction = sample_action(&m->draft, &m->previewing, &m->sample,
                                 (enum act)invocation->action, e);
        if (!(reaction & REACT_IGNORED))
            mapgrid_show(m);
    }
    if (reaction & REACT_IGNORED)
        reaction = mapgrid_change(m, invocation, e);
    if (!(reaction & REACT_IGNORED))
        return reaction;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        app_do(v->app, &(struct invocation){ACT_EDIT_ROW, 0, NULL});
        break;
    case ACT_NEXT_BLANK:
        mapgrid_next(m, true, false, e);
        break;
    case ACT_NEXT_PROBLEM:
    case ACT_PREVIOUS_PROBLEM:
        mapgrid_next(m, false, invocation->action == ACT_PREVIOUS_PROBLEM, e);
        break;
    case ACT_COLUMNS:
        mapgrid_choose_columns(m, invocation->arg, e);
        break;
    case ACT_COPY:
        copy_rows(m);
        break;
    case ACT_COPY_CELL:
        copy_cell(m);
        break;
    case ACT_IMPORT:
        import_sheet(m, invocation->arg, e);
        break;
    case ACT_HEADERS:
        take_headers(m, invocation->arg, e);
        break;
    case ACT_PASTE:
        paste_rows(m, e);
        break;
    default:
        return grid_action(&m->grid, invocation, e);
    }
    return REACT_PAINT;
}

/* --- typing --------------------------------------------------------------- */

static bool
mapping_typing(const struct view *v)
{
    const struct mapgrid *m = v->state;
    return m->grid.editing || m->extra != EXTRA_NONE || m->form.open;
}

static const char *
mapping_hint(const struct view *v)
{
    const struct mapgrid *m = v->state;
    bool there = m->grid.editing && m->pending_at == MAPGRID_PENDING;
    if (m->form.open)
        return mapgrid_form_hint(m);
    return there && mapgrid_column(m) == MAPGRID_SOURCE
               ? "Enter save, go down  Esc cancel  Tab complete  Ctrl-X sample"
                 "  F1 help"
           : there ? GRID_HINT
                   : NULL;
}

static unsigned
extra_key(struct mapgrid *m, const struct key *key, struct error *e)
{
    switch (line_edit_key(&m->extra_line, key)) {
    case EDITED_DONE:
        mapgrid_extra_commit(m, e);
        break;
    case EDITED_CANCEL:
        mapgrid_tell_left(m, line_edit_text(&m->extra_line));
        m->extra = EXTRA_NONE;
        break;
    case EDITED_IGNORED:
        return REACT_IGNORED;
    default:
        break;
    }
    return REACT_PAINT;
}

/* After a target: on to its source, which is opened where the row IS_NEW. */
static void
go_on(struct mapgrid *m, bool is_new)
{
    if (!m->go)
        return;
    char *go = m->go;
    m->go = NULL;
    if (!m->grid.editing && table_go(&m->grid.table, go)) {
        mapgrid_go_column(m, MAPGRID_SOURCE);
        if (is_new)
            grid_edit(&m->grid, NULL);
    }
    free(go);
}

static unsigned
mapping_key(struct view *v, const struct key *key, struct error *e)
{
    struct mapgrid *m = v->state;
    if (m->extra != EXTRA_NONE)
        return extra_key(m, key, e);
    if (m->form.open)
        return mapgrid_form_key(m, key, e);
    bool was = m->grid.editing, is_new = m->pending_at != MAPGRID_PENDING;
    char *typed = mem_strdup(was ? line_edit_text(&m->grid.line) : "");
    unsigned reaction = grid_key(&m->grid, key, e);
    if (was && !m->grid.editing && key->kind == KEY_KIND_ESCAPE)
        mapgrid_tell_left(m, typed);
    free(typed);
    if (was && !m->grid.editing) {
        buf_reset(&m->offers);
        if (!m->go)
            mapgrid_drop_pending(m);
        go_on(m, is_new);
    } else if (m->grid.editing && m->thin && key->kind == KEY_KIND_TAB)
        mapgrid_try(m);
    return reaction;
}

/* Text in a cell stays in the cell; rows and columns are a proposal. */
static unsigned
mapping_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct mapgrid *m = v->state;
    bool cells = memchr(text, '\t', n) != NULL;
    if (m->extra != EXTRA_NONE) {
        line_edit_paste(&m->extra_line, text, n, e);
        return REACT_PAINT;
    }
    if (m->form.open && !cells) {
        mapgrid_form_paste(m, text, n, e);
        return REACT_PAINT;
    }
    if (cells && (m->grid.editing || m->form.open)) {
        grid_refuse_cells(e);
        return REACT_PAINT;
    }
    if (m->grid.editing) {
        if (line_edit_paste(&m->grid.line, text, n, e) == ERR_OK)
            mapgrid_try_later(m);
        return REACT_PAINT;
    }
    mapgrid_import(m, text, n, MAPGRID_PASTED, e);
    return REACT_PAINT;
}

static bool
mapping_question(struct view *v, const struct invocation *invocation,
                 struct question *q)
{
    const struct mapgrid *m = v->state;
    if (invocation->action != ACT_KEEP_SAMPLE)
        return draft_view_question(&m->draft, invocation, q);
    samples_keep_question(&m->draft, &m->previewing, m->sample, q);
    return true;
}

static void
mapping_complete(const struct view *v, enum act action, const char *arg,
                 struct completions *list)
{
    if (action == ACT_IMPORT)
        sheet_source_complete(v, arg, list);
}

static void
mapping_keep(struct view *v, const char *why)
{
    struct mapgrid *m = v->state;
    mapgrid_keep(m, why);
    grid_abandon(&m->grid);
    mapgrid_form_close(m);
    m->extra = EXTRA_NONE;
    buf_reset(&m->offers);
    mapgrid_drop_pending(m);
}

const struct view_ops mapping_screen = {
    .id = VIEW_MAPPING,
    .open = mapping_open,
    .keep = mapping_keep,
    .close = mapping_close,
    .title = mapping_title,
    .draw = mapping_draw,
    .action = mapping_action,
    .typing = mapping_typing,
    .typing_hint = mapping_hint,
    .key = mapping_key,
    .paste = mapping_paste,
    .complete = mapping_complete,
    .context = mapping_context,
    .question = mapping_question,
    .refresh = mapping_refresh,
};
