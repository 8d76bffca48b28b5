/* The columns of a sheet, shared by its writer and its reader. */
#ifndef TAILOR_MAPPING_SHEET_COLUMNS_PRIVATE_H
#define TAILOR_MAPPING_SHEET_COLUMNS_PRIVATE_H

#include "mapping/sheet/sheet.h"

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

#endif
