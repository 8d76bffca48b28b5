/*
 * A table over a source of rows of any number, of which only the visible
 * ones are ever held. The marked row is kept by its key, not by its line: it
 * stays the same row when others come, go or are sorted.
 */
#ifndef TAILOR_UI_WIDGET_TABLE_H
#define TAILOR_UI_WIDGET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "ui/term/cells.h"
#include "ui/widget/marks.h"
#include "ui/widget/reaction.h"

enum seek {
    SEEK_FIRST,  /* the first N rows */
    SEEK_LAST,   /* the last N rows */
    SEEK_AT,     /* the row KEY and N - 1 after it; none where it is gone */
    SEEK_AFTER,  /* N rows after KEY */
    SEEK_BEFORE, /* the N rows before KEY */
    SEEK_INDEX   /* N rows from row INDEX (0 is the first); may give none */
};

struct row {
    /* Identity, unique in the source; the same for as long as the row is the
     * same thing. It may be a path ("workflow/draft"): where the marked row is
     * gone, the row of the path before the last slash is marked. */
    char *key;
    void *data; /* what the columns read */
};

struct row_source {
    void *ctx; /* passed to all */
    /* Writes up to N rows, in the order shown, into ROWS and returns how
     * many. The table takes the keys (free) and the data (release). */
    size_t (*fetch)(void *ctx, enum seek seek, const char *key, long long index,
                    size_t n, struct row *rows);
    void (*release)(void *ctx, void *data); /* NULL: data is borrowed */
    /* Rows that match, -1 while that is being counted; rows in all. */
    long long (*count)(void *ctx); /* NULL: not told */
    long long (*total)(void *ctx); /* NULL: not told */
    /* The index of the row KEY, -1 where that would cost too much. */
    long long (*rank)(void *ctx, const char *key);     /* NULL: never known */
    bool (*sort)(void *ctx, size_t column, bool down); /* NULL: cannot */
    /* Whether sort takes COLUMN; NULL: it takes every one. */
    bool (*sorts)(void *ctx, size_t column);
    /* Refuses a TEXT that is not a filter, with a sentence, and changes nothing
     * then. */
    enum err (*filter)(void *ctx, const char *text, struct error *e);
};

struct column {
    const char *name;
    int min;    /* columns of the screen it needs; one that does not grow gets
                   fewer where what was shown so far needs fewer */
    int grow;   /* its share of what is left over; 0: none */
    int drop;   /* 0: always shown; the highest goes first on a narrow screen */
    bool right; /* align */
    bool bold;  /* the name of the row: set off where the row is marked, and
                   cut in its middle */
    /* Appends the text of ROW and returns the style of the cell. */
    enum style (*cell)(void *ctx, const void *row, struct buf *out);
};

#define TABLE_COLUMNS 24

struct table {
    struct row_source source;
    const struct column *columns; /* borrowed */
    size_t column_count;
    size_t shown[TABLE_COLUMNS]; /* columns in their order on the screen */
    size_t shown_count;
    int at[TABLE_COLUMNS], width[TABLE_COLUMNS]; /* by the last layout; 0 off */
    int seen[TABLE_COLUMNS]; /* the widest text of each column so far */
    bool fixed;              /* columns keep what they need at most */
    struct row *rows;        /* the window */
    size_t row_count, height;
    size_t selected;       /* in the window */
    long long first_index; /* of the window's first row, -1: not known */
    struct marks marks;
    char *mark_anchor; /* key of the row marked last */
    size_t sort_column;
    bool sort_down;
    struct buf filter;  /* shown as a chip; empty: none */
    struct buf problem; /* why the filter is none: no row is shown then */
    const char *empty;  /* said where there are no rows, borrowed */
    const char *as_of;  /* since when the rows are true, borrowed, or NULL */
    bool bare;          /* no chip line and no header */
    struct rect place;  /* where the rows were drawn last */
};

/* COLUMNS are borrowed, SOURCE is copied, its ctx borrowed. */
void table_init(struct table *t, const struct row_source *source,
                const struct column *columns, size_t count);
void table_clear(struct table *t);

/* Draws into R and fetches what the window lacks; puts the cursor on the
 * marked row. */
void table_draw(struct table *t, struct cells *c, struct rect r);

/* Holds ROWS rows without drawing them, for another picture of them. */
void table_fit(struct table *t, size_t rows);

/* Reads the rows again; the marked row stays the same one on the same line
 * where it is still there, else the next that is. */
void table_reload(struct table *t);

/* The marked row, or NULL in an empty table; borrowed until the next call. */
const struct row *table_selected(const struct table *t);

/* Goes to the row KEY; false if none exists, then the marked row stays
 * as by table_reload(). */
bool table_go(struct table *t, const char *key);

/* Moves by DELTA rows. */
void table_move(struct table *t, long long delta);

/* Filters; the text becomes the chip. A text that is not a filter does not
 * fail: the list shows no row and says why. USAGE without a filter. */
enum err table_filter(struct table *t, const char *text, struct error *e);

/* True where the rows can be sorted by column I. */
bool table_sorts(const struct table *t, size_t i);

/* Sorts by the column NAME; the same again turns the order. "" is refused with
 * the names that there are. */
enum err table_sort(struct table *t, const char *name, struct error *e);

/* Shows the columns NAMES (separated by blanks) in that order; "" shows all. */
enum err table_choose(struct table *t, const char *names, struct error *e);

/* Does the actions that every table knows (going about, marks, sort);
 * REACT_IGNORED for others. A refusal is a sentence in E. */
unsigned table_action(struct table *t, const struct invocation *invocation,
                      struct error *e);

/* Where the cell of the marked row in shown column I was drawn last; empty
 * where it is not on the screen. */
struct rect table_cell(const struct table *t, size_t i);

/* Appends the marked row as shown, cells separated by tabs. */
void table_row_text(const struct table *t, struct buf *out);

/* Appends N with commas between the thousands. */
void table_number(struct buf *out, long long n);

#endif
