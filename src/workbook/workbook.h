/*
 * Workbooks (.xlsx) in and out, as they are taken apart and made in
 * tailor-sheet. The content of a workbook never reaches another process but
 * as texts.
 */
#ifndef TAILOR_WORKBOOK_WORKBOOK_H
#define TAILOR_WORKBOOK_WORKBOOK_H

#include "value/value.h"

/* Reads the N bytes at BYTES. SHEET names one; NULL is the first that is
 * shown. *OUT, which the caller owns: "rows" (each the row's number and its
 * cells as texts: dates as ISO 8601, numbers by their stored digits), "notes"
 * (sentences on what is not as it seems), "errorCell", the first cell that
 * holds an error.
 * Errors: INVALID, TOO_BIG, NOT_FOUND (no such sheet; the message names those
 * there are). */
enum err workbook_read(struct value **out, const char *bytes, size_t n,
                       const char *sheet, struct error *e);

/* Appends a workbook with one sheet to OUT: ROWS is a list of lists of texts,
 * of which the first is the header. All cells are texts. Errors: TOO_BIG (a
 * text past what a cell holds). */
enum err workbook_write(struct buf *out, const struct value *rows,
                        struct error *e);

#endif
