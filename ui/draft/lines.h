/* Rows of a few texts that are in memory: what the lists of a draft show. */
#ifndef TAILOR_UI_DRAFT_LINES_H
#define TAILOR_UI_DRAFT_LINES_H

#include "ui/widget/row_list.h"

enum { LINE_CELLS = 3 };

struct text_line {
    char *cell[LINE_CELLS]; /* NULL: empty */
    enum style style;       /* of all but the first */
};

extern const struct row_list_ops line_ops;

/* Adds a line under KEY; the cells are taken and may be NULL. */
struct text_line *line_add(struct row_list *rows, const char *key, char *first,
                           char *second, char *third);

/* The cells, for tables. */
enum style line_cell_0(void *ctx, const void *row, struct buf *out);
enum style line_cell_1(void *ctx, const void *row, struct buf *out);
enum style line_cell_2(void *ctx, const void *row, struct buf *out);

#endif
