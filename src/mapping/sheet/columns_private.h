/* The columns of a sheet, shared by its writer and its reader. */
#ifndef TAILOR_MAPPING_SHEET_COLUMNS_PRIVATE_H
#define TAILOR_MAPPING_SHEET_COLUMNS_PRIVATE_H

#include "mapping/sheet/csv.h"
#include "mapping/sheet/sheet.h"

/* How many rows may hold the header, below a title. */
#define HEADER_ROWS 10

enum sheet_column {
    COLUMN_TARGET,
    COLUMN_SOURCE,
    COLUMN_DEFAULT,
    COLUMN_REQUIRED,
    COLUMN_NOTE,
    COLUMN_MORE, /* the members of members.def, in their order */
    COLUMN_COUNT = COLUMN_MORE + ROW_MEMBERS
};

/* The header of COLUMN; FORM may be NULL. */
const char *sheet_header(const struct sheet_form *form,
                         enum sheet_column column);

/* Says that the header of CSV has not the columns of FORM (or NULL), and what
 * it has, or the row below a title that looks like one; returns ERR_INVALID. */
enum err sheet_refuse_columns(const struct csv *csv,
                              const struct sheet_form *form, struct error *e);

/* True where ROW, the I-th of the result, reads a path of the record that no
 * sample has. */
struct plan;
bool proposal_reads_unknown(const struct plan *plan, size_t i,
                            const struct mapping_row *row,
                            const struct scope *samples, size_t count);

#endif
