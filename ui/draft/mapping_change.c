/* Edits in the mapping grid: each one patch, on the revision it was seen at. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "workflow/edit/edit.h"

/* --- patches of rows ------------------------------------------------------ */

static struct value *
operation(const char *op, const struct mapgrid *m, const char *member,
          size_t index, struct value *item)
{
    struct value *v = value_object();
    struct buf path;
    buf_init_any(&path);
    block_pointer(mapgrid_block(m), &path);
    buf_adds(&path, "/mapping");
    if (index != SIZE_MAX)
        buf_addf(&path, "/%zu", index);
    value_set_text(v, "op", op);
    value_set_text(v, member, buf_str(&path));
    if (item)
        value_set(v, "value", item);
    buf_clear(&path);
    return v;
}

static struct value *
patch_of(struct value *op)
{
    struct value *patch = value_array();
    value_append(patch, op);
    return patch;
}

struct value *
mapgrid_put_patch(const struct mapgrid *m, size_t index, struct value *row)
{
    return patch_of(operation("replace", m, "path", index, row));
}

struct value *
mapgrid_insert_patch(const struct mapgrid *m, size_t index, struct value *row)
{
    if (block_field(mapgrid_block(m), "mapping"))
        return patch_of(operation("add", m, "path", index, row));
    struct value *rows = value_array();
    value_append(rows, row);
    return patch_of(operation("add", m, "path", SIZE_MAX, rows));
}

/* The row INDEX as it is stored, a copy. */
struct value *
mapgrid_stored_row(const struct mapgrid *m, size_t index)
{
    return value_copy(
        value_at(block_field(mapgrid_block(m), "mapping"), index));
}

/* --- applying ------------------------------------------------------------- */

/* Applies PATCH (taken). */
static enum err
apply(struct mapgrid *m, struct value *patch, struct error *e)
{
    return draft_view_apply(&m->draft, ERR_OK, patch, e);
}

enum err
mapgrid_set_source(struct mapgrid *m, const char *source, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    if (!line || line->index == MAPGRID_PENDING)
        return error_set(e, ERR_REFUSED, "no row is marked");
    return mapgrid_store(m, line, MAPGRID_SOURCE, NULL, source, e);
}

/* --- the open cell -------------------------------------------------------- */

static bool
cell_begin(void *ctx, const struct row *row, size_t column, struct buf *text)
{
    struct mapgrid *m = ctx;
    const struct mapgrid_line *line = row->data;
    bool open = draft_view_is_open(&m->draft) &&
                (column == MAPGRID_TARGET ||
                 ((column == MAPGRID_SOURCE || column >= MAPGRID_MEMBERS) &&
                  line->index != MAPGRID_PENDING));
    if (!open)
        return false;
    draft_view_begin_cell(&m->draft);
    free(m->before);
    m->before = mapgrid_column_text(line, column);
    buf_adds(text, m->before);
    mapgrid_offer_kept(m, row->key, mapgrid_column_member(column));
    return true;
}

static enum err
cell_commit(void *ctx, const struct row *row, size_t column, const char *text,
            struct error *e)
{
    struct mapgrid *m = ctx;
    char *key = mem_strdup(row->key), *typed = mem_strdup(text);
    enum err err = mapgrid_store(m, row->data, column, m->before, text, e);
    if (err == ERR_OK)
        mapgrid_stored_kept(m, key, mapgrid_column_member(column), typed);
    free(key);
    free(typed);
    return err;
}

static void
cell_changed(void *ctx, const char *text)
{
    struct mapgrid *m = ctx;
    (void)text;
    mapgrid_try_later(m);
}

static void
cell_gone(void *ctx, const char *text)
{
    struct mapgrid *m = ctx;
    buf_reset(&m->offers);
    mapgrid_keep(m, "the row was deleted or renamed");
    draft_view_say_gone(&m->draft, "The row being edited", text);
}

const struct grid_ops mapgrid_ops = {cell_begin, cell_commit, mapgrid_complete,
                                     cell_changed, cell_gone};

/* --- default and note ----------------------------------------------------- */

static void
extra_open(struct mapgrid *m, enum mapgrid_extra extra)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    char *text = extra == EXTRA_NOTE   ? mem_strdup(line->row->note)
                 : line->row->fallback ? value_to_text(line->row->fallback)
                                       : NULL;
    line_edit_set(&m->extra_line, text ? text : "");
    m->extra = extra;
    draft_view_begin_cell(&m->draft);
    free(m->extra_of);
    m->extra_of = mem_strdup(table_selected(&m->grid.table)->key);
    free(m->before);
    m->before = text ? text : mem_strdup("");
    mapgrid_offer_kept(m, m->extra_of,
                       extra == EXTRA_NOTE ? "note" : "default");
}

enum err
mapgrid_extra_commit(struct mapgrid *m, struct error *e)
{
    const char *text = line_edit_text(&m->extra_line);
    size_t column = m->extra == EXTRA_NOTE ? MAPGRID_NOTE : MAPGRID_DEFAULT;
    const char *member = mapgrid_column_member(column);
    if (m->extra == EXTRA_NONE)
        return ERR_OK;
    if (!table_go(&m->grid.table, m->extra_of))
        return error_set(e, ERR_CONFLICT,
                         "The row of this %s was deleted (Esc keeps the text "
                         "for Ctrl-Y)",
                         member);
    enum err err =
        mapgrid_store(m, mapgrid_marked(m), column, m->before, text, e);
    if (err == ERR_OK) {
        mapgrid_stored_kept(m, m->extra_of, member, text);
        m->extra = EXTRA_NONE;
    }
    return err;
}

/* --- rows ----------------------------------------------------------------- */

void
mapgrid_drop_pending(struct mapgrid *m)
{
    if (m->pending_at == MAPGRID_PENDING)
        return;
    m->pending_at = MAPGRID_PENDING;
    mapgrid_show(m);
}

static void
insert_row(struct mapgrid *m, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    if (m->rows.count >= MAPPING_ROWS_MAX) {
        error_set(e, ERR_TOO_BIG, "a mapping has at most %d rows",
                  MAPPING_ROWS_MAX);
        return;
    }
    m->pending_at =
        line && line->index < m->rows.count ? line->index + 1 : m->rows.count;
    if (m->grid.table.filter.len > 0)
        table_filter(&m->grid.table, "", e);
    mapgrid_show(m);
    table_go(&m->grid.table, "");
    mapgrid_go_column(m, MAPGRID_TARGET);
    grid_edit(&m->grid, NULL);
}

bool
mapgrid_is_meant(const struct mapgrid *m, size_t i)
{
    const struct mapgrid_line *marked = mapgrid_marked(m);
    const struct marks *marks = &m->grid.table.marks;
    return marks->count > 0 ? marks_has(marks, m->rows.rows[i].target)
                            : marked && marked->index == i;
}

static void
say(const struct mapgrid *m, const char *what, const char *target,
    const char *after)
{
    app_say(m->view->app, MESSAGE_INFO, "%s%.200s%s (u undoes it)", what,
            target, after);
}

static void
cut_rows(struct mapgrid *m, struct error *e)
{
    struct value *patch = value_array();
    size_t left = m->rows.count, count = 0;
    const char *first = "";
    char *target;
    for (size_t i = m->rows.count; i-- > 0;) {
        if (mapgrid_is_meant(m, i)) {
            first = m->rows.rows[i].target;
            count++;
        }
    }
    target = mem_strdup(first);
    if (count > 0)
        mapgrid_keep_cells(m);
    for (size_t i = m->rows.count; i-- > 0;) {
        if (!mapgrid_is_meant(m, i))
            continue;
        value_append(patch, operation("remove", m, "path",
                                      left == 1 ? SIZE_MAX : i, NULL));
        left--;
    }
    if (apply(m, patch, e) == ERR_OK) {
        marks_clear(&m->grid.table.marks);
        if (count == 1)
            app_say(m->view->app, MESSAGE_INFO,
                    "Deleted row %.200s (u brings it back)", target);
        else
            app_say(m->view->app, MESSAGE_INFO,
                    "Deleted %zu rows (u brings them back)", count);
    }
    free(target);
}

static void
move_row(struct mapgrid *m, int by, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    long to = (long)line->index + by;
    to = to < 0 ? 0 : to >= (long)m->rows.count ? (long)m->rows.count - 1 : to;
    if (line->index == MAPGRID_PENDING || to == (long)line->index)
        return;
    struct value *op = operation("move", m, "from", line->index, NULL);
    struct value *place = operation("move", m, "path", (size_t)to, NULL);
    value_set(op, "path", value_detach(place, "path"));
    value_free(place);
    char *target = mem_strdup(line->row->target);
    if (apply(m, patch_of(op), e) == ERR_OK)
        say(m, "Moved row ", target, by > 0 ? " down" : " up");
    free(target);
}

static void
restore_base_row(struct mapgrid *m, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    const struct value *base = mapgrid_base_row(m, line->row->target);
    if (line->index == MAPGRID_PENDING || !line->own)
        error_set(e, ERR_REFUSED, "%s is already as in %s", line->row->target,
                  m->base_label ? m->base_label : "it");
    else if (!base)
        error_set(e, ERR_REFUSED, "%s: %s has no such row (d deletes it)",
                  line->row->target, m->base_label);
    else {
        char *target = mem_strdup(line->row->target);
        if (apply(m, mapgrid_put_patch(m, line->index, value_copy(base)), e) ==
            ERR_OK)
            say(m, "Restored the base version's row ", target, "");
        free(target);
    }
}

static void
turn_required(struct mapgrid *m, struct error *e)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    bool required = !line->row->required;
    char *target = mem_strdup(line->row->target);
    if (mapgrid_store(m, line, MAPGRID_REQUIRED, NULL, required ? "yes" : "no",
                      e) == ERR_OK)
        say(m, "", target, required ? " is required" : " is optional");
    free(target);
}

/* --- actions -------------------------------------------------------------- */

unsigned
mapgrid_change(struct mapgrid *m, const struct invocation *invocation,
               struct error *e)
{
    int times = invocation->count > 0 ? invocation->count : 1;
    switch ((enum act)invocation->action) {
    case ACT_INSERT:
        insert_row(m, e);
        break;
    case ACT_EDIT_ROW:
        mapgrid_form_open(m, e);
        break;
    case ACT_CUT:
        cut_rows(m, e);
        break;
    case ACT_MOVE_DOWN:
        move_row(m, times, e);
        break;
    case ACT_MOVE_UP:
        move_row(m, -times, e);
        break;
    case ACT_RESTORE_BASE_ROW:
        restore_base_row(m, e);
        break;
    case ACT_ROW_REQUIRED:
        turn_required(m, e);
        break;
    case ACT_ROW_DEFAULT:
        extra_open(m, EXTRA_DEFAULT);
        break;
    case ACT_ROW_NOTE:
        extra_open(m, EXTRA_NOTE);
        break;
    default:
        return REACT_IGNORED;
    }
    return REACT_PAINT;
}
