/*
 * A table whose cells are edited in place: a marked column beside the marked
 * row, and a line editor in the cell.
 */
#ifndef TAILOR_UI_WIDGET_GRID_H
#define TAILOR_UI_WIDGET_GRID_H

#include "ui/widget/line_edit.h"
#include "ui/widget/table.h"

struct grid_ops {
    /* Appends what is edited in column COLUMN of ROW; false: not editable. */
    bool (*begin)(void *ctx, const struct row *row, size_t column,
                  struct buf *text);
    /* Stores TEXT there. On an error the cell stays open with its text. */
    enum err (*commit)(void *ctx, const struct row *row, size_t column,
                       const char *text, struct error *e);
    completion_hook *complete; /* may be NULL */
    /* Told after each change of the text, for previews; may be NULL. */
    void (*changed)(void *ctx, const char *text);
    /* Told after the open cell was closed because its row left the table; TEXT
     * is what it held. It says so. */
    void (*gone)(void *ctx, const char *text);
};

struct grid {
    struct table table;
    const struct grid_ops *ops; /* borrowed */
    void *ctx;
    size_t column; /* among the shown */
    bool editing;
    bool committing;   /* what it stores may give the row another key */
    char *editing_key; /* the row being edited */
    struct line_edit line;
};

/* The grid owns its table; OPS and CTX are borrowed. */
void grid_init(struct grid *g, const struct row_source *source,
               const struct column *columns, size_t count,
               const struct grid_ops *ops, void *ctx);
void grid_clear(struct grid *g);

void grid_draw(struct grid *g, struct cells *c, struct rect r);

/* Opens the marked cell; false where it cannot be edited. With TEXT the cell
 * begins with that instead of what it holds. */
bool grid_edit(struct grid *g, const char *text);

/* Reads the rows again, as table_reload(). The open cell stays on its row; it
 * is closed where that has left the table. */
void grid_reload(struct grid *g);

/* Sets E for a paste of rows of cells that comes while a cell is open: what is
 * typed in it is neither stored nor lost. */
void grid_refuse_cells(struct error *e);

/* Stores the open cell, if one is; on an error it stays open, if its row is
 * still there. */
enum err grid_commit(struct grid *g, struct error *e);

/* Closes the open cell and keeps what was stored before. */
void grid_abandon(struct grid *g);

/* What the keys do while the cell of a row that is there is open. */
#define GRID_HINT "Enter save, go down  Esc cancel  Tab complete  F1 help"

/* Works a key into the open cell: Enter stores and goes one row down, Esc
 * abandons, Tab completes. No other key leaves the cell: E says so. Ignored
 * where no cell is open. */
unsigned grid_key(struct grid *g, const struct key *key, struct error *e);

/* Left, right and pane actions move the column, EDIT opens the cell; others
 * are the table's. OPEN is left to the screen, which asks the dispatcher for
 * EDIT by app_do: a read-only session must not get into a cell. */
unsigned grid_action(struct grid *g, const struct invocation *invocation,
                     struct error *e);

#endif
