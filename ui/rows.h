/*
 * Rows that are in memory anyway (help, messages, a workflow's versions) as
 * the source of a table, with filter and sort.
 */
#ifndef TAILOR_UI_ROWS_H
#define TAILOR_UI_ROWS_H

#include "ui/table.h"

struct rows;

struct rows_ops {
    void (*release)(void *data); /* NULL: the data is borrowed */
    /* Appends the text that a filter searches; NULL: the key. */
    void (*text)(const void *data, struct buf *out);
    /* Compares two rows by a column, as for qsort; NULL: no sorting. */
    int (*compare)(const void *a, const void *b, size_t column);
};

/* An empty list; OPS is borrowed. The caller frees it with rows_free. */
struct rows *rows_new(const struct rows_ops *ops);
void rows_free(struct rows *rows);

/* Appends a row (copies KEY, takes DATA) or drops all. */
void rows_add(struct rows *rows, const char *key, void *data);
void rows_empty(struct rows *rows);

/* How many there are, and the data of the I-th in the order they were added. */
size_t rows_count(const struct rows *rows);
void *rows_data(const struct rows *rows, size_t i);

/* The source for table_init; its ctx is ROWS, and what the cells are given is
 * the data. A filter is words that must all occur, whatever their case; a
 * word after "!" must not. */
struct row_source rows_source(struct rows *rows);

#endif
