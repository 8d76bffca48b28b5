/*
 * The rows that statements of the console's store give: struct cs_NAME for each
 * row of the table, and cs_NAME_next, which is db_next for it. See
 * db_columns.h.
 */
#ifndef TAILOR_STORE_CONSOLE_ROWS_H
#define TAILOR_STORE_CONSOLE_ROWS_H

#define ROW_TABLE "store/console_rows.def"
#define ROW_NAME(name, end) cs_##name##end
#include "store/db_columns.h"
#undef ROW_TABLE
#undef ROW_NAME

#endif
