/*
 * Workbooks by tailor-sheet: a file that somebody else made is taken apart in
 * a process that reaches no store, no file, no network and no other process.
 * The engine of the command line and of the console.
 */
#ifndef TAILOR_WORKBOOK_ASK_H
#define TAILOR_WORKBOOK_ASK_H

#include "helper/helper.h"

/* True where the N bytes at BYTES are a workbook and no text: a zip file, or
 * the older format, which is refused by name. */
bool workbook_is(const char *bytes, size_t n);

/* Forks the process that becomes tailor-sheet when it is asked. Errors: IO. */
enum err workbook_start(struct helper **out, struct error *e);

/* Asks H for the rows of a workbook, as workbook_read has them. "notes" are
 * fit to be shown. Errors: those of workbook_read; UNREACHABLE where
 * tailor-sheet ends, as it does at its limits of time and memory. */
enum err workbook_ask_read(struct helper *h, const char *bytes, size_t n,
                           const char *sheet, struct value **out,
                           struct error *e);

/* Asks H to make a workbook of ROWS (taken), as workbook_write does. */
enum err workbook_ask_write(struct helper *h, struct value *rows,
                            struct buf *out, struct error *e);

#endif
