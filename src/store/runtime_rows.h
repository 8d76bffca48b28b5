/*
 * The rows that statements of tailord's store give: struct rs_NAME for each row
 * of the table, and rs_NAME_next, which is db_next for it. See db_columns.h.
 */
#ifndef TAILOR_STORE_RUNTIME_ROWS_H
#define TAILOR_STORE_RUNTIME_ROWS_H

#define ROW_TABLE "store/runtime_rows.def"
#define ROW_NAME(name, end) rs_##name##end
#include "store/db_columns.h"
#undef ROW_TABLE
#undef ROW_NAME

#endif
