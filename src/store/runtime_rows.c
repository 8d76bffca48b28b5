/* The columns of the rows of tailord's store. */
#include "store/runtime_rows.h"

#define INT(m) DB_COLUMN(m, DB_INT)
#define TEXT(m) DB_COLUMN(m, DB_TEXT)
#define TEXT_OR_NULL(m) DB_COLUMN(m, DB_TEXT_OR_NULL)
#define TEXT_N(m) DB_COLUMN_N(m, DB_TEXT_N)
#define TEXT_N_OR_NULL(m) DB_COLUMN_N(m, DB_TEXT_N_OR_NULL)
#define BLOB(m) DB_COLUMN_N(m, DB_BLOB)
#define ROW(name, columns)                                                     \
    static const struct db_column *name##_columns(void)                        \
    {                                                                          \
        struct row {                                                           \
            struct rs_##name of;                                               \
        };                                                                     \
        static const struct db_column list[] = {columns{NULL, 0, 0, 0}};       \
        return list;                                                           \
    }                                                                          \
    const struct db_row_type rs_##name##_type = {#name, name##_columns};
#include "store/runtime_rows.def"
