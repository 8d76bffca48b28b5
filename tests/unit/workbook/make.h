/* Workbooks for tests, in the shape that Excel gives them. */
#ifndef TAILOR_TEST_WORKBOOK_MAKE_H
#define TAILOR_TEST_WORKBOOK_MAKE_H

#include "workbook/workbook.h"

/* A part of a zip file; a list of them ends with one without a name. */
struct part {
    const char *name, *text;
};

/* The zip file of PARTS, appended to OUT. */
void make_zip(struct buf *out, const struct part *parts);

/* The rows and cells inside <sheetData> as a workbook with a few shared texts
 * and styles (1: a date, 2: date and time, 3: 00000, 4: [h]:mm, 5: 0.00E+00),
 * beside the parts of MORE (NULL: none), which come first and win. */
void make_book(struct buf *out, const char *cells, const struct part *more);

/* What is read of it: rows as JSON, or "error: …". The caller frees it. */
char *read_book(const char *cells);
/* The notes of it as JSON. */
char *read_notes(const char *cells, const struct part *more);
/* What is said of the bytes. */
char *read_bytes(const struct buf *bytes, const char *sheet, const char *key);

void test_read(void);
void test_write(void);
void test_hostile(void);

#endif
