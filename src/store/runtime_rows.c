/* The columns of the rows of tailord's store. */
#include "store/runtime_rows.h"

#define ROW_COLUMNS
#define ROW_TABLE "store/runtime_rows.def"
#define ROW_NAME(name, end) rs_##name##end
#include "store/db_columns.h"
