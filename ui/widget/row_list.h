/*
 * Rows that are in memory anyway (help, messages, a workflow's versions) as
 * the source of a table, with filter and sort.
 */
#ifndef TAILOR_UI_WIDGET_ROW_LIST_H
#define TAILOR_UI_WIDGET_ROW_LIST_H

#include "ui/widget/table.h"

struct row_list;

struct row_list_ops {
    void (*release)(void *data); /* NULL: the data is borrowed */
    /* Appends the text that a filter searches; NULL: the key. */
    void (*text)(const void *data, struct buf *out);
    /* Compares two rows by a column, as for qsort; NULL: no sorting. */
    int (*compare)(const void *a, const void *b, size_t column);
};

/* An empty list; OPS is borrowed. The caller frees it with row_list_free. */
struct row_list *row_list_new(const struct row_list_ops *ops);
void row_list_free(struct row_list *rows);

/* Orders the filtered rows by their names, which NAMES appends, one a line: a
 * row with a name that is the filter comes first, then those with a name that
 * begins with it, then the others, each as they were added. */
void row_list_order_by_names(struct row_list *rows,
                             void (*names)(const void *data, struct buf *out));

/* Appends a row (copies KEY, takes DATA) or drops all. */
void row_list_add(struct row_list *rows, const char *key, void *data);
void row_list_empty(struct row_list *rows);

/* How many there are, and the data of the I-th in the order they were added. */
size_t row_list_count(const struct row_list *rows);
void *row_list_data(const struct row_list *rows, size_t i);

/* The source for table_init; its ctx is ROWS, and what the cells are given is
 * the data. A filter is words as base/filter_term.h reads them, which must all
 * occur, whatever their case and marks, or with a dash must not. */
struct row_source row_list_source(struct row_list *rows);

#endif
