/* The cells of one sheet, and what is said about them. */
#ifndef TAILOR_WORKBOOK_CELLS_H
#define TAILOR_WORKBOOK_CELLS_H

#include "value/value.h"
#include "workbook/book.h"

enum {
    CELLS_ROWS_MAX = 10000,
    CELLS_COLUMNS_MAX = 1000, /* 500 are usual in the widest of exports */
    CELLS_MAX = 1 << 20,
    CELLS_BYTES_MAX = 16 << 20
};

/* Things that a sheet of texts does not have: how many there are, and the
 * first of them ("B3"). */
struct cells_seen {
    size_t count;
    char first[24];
};

struct cells {
    struct value *rows;          /* [row, "A", "B", …], without empty rows */
    struct cells_seen formulas;  /* taken by their stored values */
    struct cells_seen unstored;  /* formulas without one */
    struct cells_seen merged;    /* areas: the first cell has the value */
    struct cells_seen errors;    /* #N/A and the like */
    struct cells_seen long_ones; /* numbers past what a spreadsheet keeps */
    struct cells_seen padded;    /* shown with zeros that are not stored */
    struct cells_seen not_dates; /* shown as a date, and no day */
    struct cells_seen hidden;    /* rows */
};

/* Reads the cells of PART. Errors: those of xml_read; TOO_BIG. */
enum err cells_read(struct cells *out, const struct book *b, const char *part,
                    struct error *e);
void cells_clear(struct cells *c);

#endif
