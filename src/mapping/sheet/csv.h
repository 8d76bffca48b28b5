/*
 * CSV of RFC 4180 in all its forms: quoted cells with separators, quotes and
 * line ends in them, LF, CRLF or CR, a byte order mark, a first line "sep=;",
 * comma, semicolon, tab or "|". Cells that came from a spreadsheet by copy and
 * paste are the same.
 */
#ifndef TAILOR_MAPPING_SHEET_CSV_H
#define TAILOR_MAPPING_SHEET_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* A record: its cells and the line it begins on, from 1. */
struct csv_record {
    char **cells;
    size_t *lengths;
    size_t count;
    size_t line;
};

struct csv {
    struct csv_record *records;
    size_t count;
    size_t capacity;
    char separator; /* the one found or told */
};

void csv_init(struct csv *c);
void csv_clear(struct csv *c);

/* Reads N bytes at TEXT (at most 16 MB) into C. SEPARATOR is ',', ';', '\t',
 * '|' or 0 to find it out. Empty lines are left out. Errors: INVALID with the
 * line (bytes that are not UTF-8, with the place of the first, a quoted cell
 * without end, text after a closing quote), TOO_BIG. */
enum err csv_read(struct csv *c, const char *text, size_t n, char separator,
                  struct error *e);

/* Takes ROWS as C: each a list of its number, from 1, and its cells as texts.
 */
struct value;
void csv_take_rows(struct csv *c, const struct value *rows);

/* Appends one cell, in quotes where it needs them. */
void csv_write_cell(struct buf *out, const char *cell, size_t n,
                    char separator);

/* Appends CELL with one "'" before it where a spreadsheet would take it for
 * a formula or for quoted text (it begins with = + - @ tab CR or '), or write
 * its number in another way (12.50, 1E400, more than 15 digits). */
void csv_mark_text(struct buf *out, const char *cell, size_t n);

/* True where CELL begins with a "'" that csv_mark_text put there. */
bool csv_is_marked_text(const char *cell, size_t n);

#endif
