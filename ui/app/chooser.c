/* A list that narrows as one types. */
#include "ui/app/chooser.h"

#include "ui/app/action.h"

enum { TYPED_MAX = 200 };

void
chooser_init(struct chooser *c, const struct row_list_ops *ops,
             const struct column *columns, size_t count, const char *label,
             const char *empty)
{
    *c = (struct chooser){.rows = row_list_new(ops), .label = label};
    line_edit_init(&c->line, TYPED_MAX, NULL, NULL);
    struct row_source source = row_list_source(c->rows);
    table_init(&c->table, &source, columns, count);
    c->table.sort_column = SIZE_MAX;
    c->table.empty = empty;
}

void
chooser_clear(struct chooser *c)
{
    table_clear(&c->table);
    row_list_free(c->rows);
    line_edit_clear(&c->line);
}

void
chooser_draw(struct chooser *c, struct cells *cells, struct rect r)
{
    table_draw(&c->table, cells,
               (struct rect){r.row + 1, r.col, r.rows - 1, r.cols});
    int used = cells_text(cells, r.row, r.col, r.cols, STYLE_NORMAL, c->label);
    cells_fill(cells, (struct rect){r.row, r.col + used, 1, r.cols - used},
               STYLE_INPUT);
    line_edit_draw(&c->line, cells, r.row, r.col + used, r.cols - used,
                   STYLE_INPUT);
}

/* Shows the rows that the typed text leaves, from the top. */
static void
narrow(struct chooser *c, struct error *e)
{
    const char *text = line_edit_text(&c->line);
    text += *text == '/'; /* as where a list is filtered */
    struct error why = {0};
    buf_reset(&c->table.problem);
    if (c->table.source.filter(c->table.source.ctx, text, &why) != ERR_OK)
        buf_adds(&c->table.problem, why.text);
    table_reload(&c->table);
    table_action(&c->table, &(struct invocation){ACT_TOP, 0, NULL}, e);
}

unsigned
chooser_key(struct chooser *c, const struct key *key, bool *chosen,
            struct error *e)
{
    switch (line_edit_key(&c->line, key)) {
    case EDITED_DONE:
        *chosen = true;
        return REACT_PAINT;
    case EDITED_CANCEL:
        return REACT_CLOSE;
    case EDITED_CHANGED:
        narrow(c, e);
        return REACT_PAINT;
    case EDITED_MOVED:
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}
