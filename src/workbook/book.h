/*
 * What a workbook says of itself before its cells are read: the sheets and
 * their parts, the shared texts, which styles show dates, and the day that
 * dates count from.
 */
#ifndef TAILOR_WORKBOOK_BOOK_H
#define TAILOR_WORKBOOK_BOOK_H

#include "base/buf.h"
#include "workbook/package.h"
#include "workbook/serial.h"

/* One of the workbook's sheets of cells. */
struct book_sheet {
    char *name;
    char *part; /* NULL: a chart, a macro sheet, or one that is missing */
    bool hidden;
};

/* How a style shows numbers. */
struct book_style {
    enum serial_kind kind;
    bool padded; /* with zeros in front, as "00000" does */
};

struct book {
    struct package *package;
    bool from_1904;
    struct book_sheet *sheets;
    size_t sheet_count;
    char **texts; /* shared */
    size_t text_count, text_capacity;
    struct book_style *styles;
    size_t style_count;
};

/* Reads all but the cells. Errors: those of xml_read. */
enum err book_read(struct book *out, struct package *p, struct error *e);
void book_clear(struct book *b);

/* Appends the N bytes at S with "_xHHHH_", as workbooks write characters that
 * XML does not have, as the character. */
void book_add_text(struct buf *out, const char *s, size_t n);

#endif
