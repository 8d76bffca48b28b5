/* The columns of the rows of the console's store. */
#include "store/console_rows.h"

#define ROW_COLUMNS
#define ROW_TABLE "store/console_rows.def"
#define ROW_NAME(name, end) cs_##name##end
#include "store/db_columns.h"
