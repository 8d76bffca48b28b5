/* The editable grid. */
#include "ui/widget/grid.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/app/action.h"

#define CELL_MOST 65536 /* bytes of one cell */

void
grid_init(struct grid *g, const struct row_source *source,
          const struct column *columns, size_t count,
          const struct grid_ops *ops, void *ctx)
{
    *g = (struct grid){.ops = ops, .ctx = ctx};
    table_init(&g->table, source, columns, count);
    g->table.fixed = true; /* a cell may be typed in */
    line_edit_init(&g->line, CELL_MOST, ops->complete, ctx);
}

void
grid_clear(struct grid *g)
{
    line_edit_clear(&g->line);
    table_clear(&g->table);
    FREE_NULL(g->editing_key);
}

void
grid_draw(struct grid *g, struct cells *c, struct rect r)
{
    table_draw(&g->table, c, r);
    struct rect cell = table_cell(&g->table, g->column);
    if (cell.cols <= 0)
        return;
    if (!g->editing) {
        cells_style(c, cell, STYLE_CELL);
        cells_cursor(c, cell.row, cell.col);
        return;
    }
    cells_fill(c, cell, STYLE_INPUT);
    line_edit_draw(&g->line, c, cell.row, cell.col, cell.cols, STYLE_INPUT);
    int below = r.row + r.rows - cell.row - 1;
    size_t count = g->line.list.count;
    int rows = count < 8 ? (int)count : 8;
    if (below >= rows)
        line_edit_draw_list(&g->line, c, cell.row + rows, cell.col, rows,
                            cell.cols);
    else
        line_edit_draw_list(&g->line, c, cell.row - 1, cell.col,
                            cell.row - r.row < rows ? cell.row - r.row : rows,
                            cell.cols);
}

bool
grid_edit(struct grid *g, const char *text)
{
    const struct row *row = table_selected(&g->table);
    if (!row || g->column >= g->table.shown_count)
        return false;
    struct buf now;
    buf_init(&now, CELL_MOST);
    bool open = g->ops->begin(g->ctx, row, g->table.shown[g->column], &now);
    if (open) {
        line_edit_set(&g->line, text ? text : buf_str(&now));
        free(g->editing_key);
        g->editing_key = mem_strdup(row->key);
        g->editing = true;
    }
    buf_clear(&now);
    return open;
}

void
grid_abandon(struct grid *g)
{
    g->editing = false;
    line_edit_set(&g->line, "");
}

/* Closes the cell whose row is not there. Nothing is typed into, or stored in,
 * the row that took its place. */
static void
close_lost(struct grid *g)
{
    if (!g->editing || table_go(&g->table, g->editing_key))
        return;
    char *text = mem_strdup(line_edit_text(&g->line));
    g->ops->gone(g->ctx, text);
    grid_abandon(g);
    free(text);
}

void
grid_reload(struct grid *g)
{
    table_reload(&g->table);
    if (!g->committing)
        close_lost(g);
}

enum err
grid_commit(struct grid *g, struct error *e)
{
    if (!g->editing)
        return ERR_OK;
    close_lost(g);
    if (!g->editing)
        return error_set(e, ERR_CONFLICT, "not stored, the row is gone");
    const struct row *row = table_selected(&g->table);
    g->committing = true;
    enum err err = g->ops->commit(g->ctx, row, g->table.shown[g->column],
                                  line_edit_text(&g->line), e);
    g->committing = false;
    if (err) {
        close_lost(g);
        return err;
    }
    grid_abandon(g);
    table_reload(&g->table);
    return ERR_OK;
}

void
grid_refuse_cells(struct error *e)
{
    error_set(e, ERR_REFUSED,
              "paste: refused, it holds rows and a cell is open (Enter saves "
              "the cell, Esc cancels; then paste again)");
}

static void
step_column(struct grid *g, int step)
{
    size_t n = g->table.shown_count;
    for (size_t i = 0; i < n; i++) {
        g->column = (g->column + n + (size_t)step) % n;
        if (g->table.width[g->column] > 0)
            return;
    }
}

/* Keys that would go elsewhere: text that is not finished stays. */
static bool
leaves_cell(const struct key *key)
{
    return key->kind == KEY_KIND_TAB || key->kind == KEY_KIND_UP ||
           key->kind == KEY_KIND_DOWN || key->kind == KEY_KIND_PAGE_UP ||
           key->kind == KEY_KIND_PAGE_DOWN;
}

unsigned
grid_key(struct grid *g, const struct key *key, struct error *e)
{
    if (!g->editing)
        return REACT_IGNORED;
    switch (line_edit_key(&g->line, key)) {
    case EDITED_CHANGED:
        if (g->ops->changed)
            g->ops->changed(g->ctx, line_edit_text(&g->line));
        return REACT_PAINT;
    case EDITED_MOVED:
        return REACT_PAINT;
    case EDITED_CANCEL:
        grid_abandon(g);
        return REACT_PAINT;
    case EDITED_DONE:
        if (grid_commit(g, e) == ERR_OK)
            table_move(&g->table, 1);
        return REACT_PAINT;
    default:
        break;
    }
    if (!leaves_cell(key))
        return REACT_IGNORED;
    error_set(e, ERR_REFUSED, "%s (Enter saves, Esc cancels)",
              key->kind == KEY_KIND_TAB ? "No completion"
                                        : "The cell is being edited");
    return REACT_PAINT;
}

unsigned
grid_action(struct grid *g, const struct invocation *invocation,
            struct error *e)
{
    switch ((enum act)invocation->action) {
    case ACT_LEFT:
    case ACT_PREVIOUS_PANE:
        step_column(g, -1);
        return REACT_PAINT;
    case ACT_RIGHT:
    case ACT_NEXT_PANE:
        step_column(g, 1);
        return REACT_PAINT;
    case ACT_EDIT:
        if (!grid_edit(g, NULL))
            error_set(e, ERR_REFUSED, "this cell cannot be edited");
        return REACT_PAINT;
    default:
        return table_action(&g->table, invocation, e);
    }
}
