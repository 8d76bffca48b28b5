/*
 * The rows that statements of the console's store give: struct cs_NAME for each
 * row of the table, and cs_NAME_next, which is db_next for it. See
 * db_columns.h.
 */
#ifndef TAILOR_STORE_CONSOLE_ROWS_H
#define TAILOR_STORE_CONSOLE_ROWS_H

#include "store/db_columns.h"

#define INT(m) DB_MEMBER_INT(m)
#define TEXT(m) DB_MEMBER_TEXT(m)
#define TEXT_OR_NULL(m) DB_MEMBER_TEXT(m)
#define TEXT_N(m) DB_MEMBER_TEXT_N(m)
#define TEXT_N_OR_NULL(m) DB_MEMBER_TEXT_N(m)
#define BLOB(m) DB_MEMBER_BLOB(m)
#define ROW(name, columns)                                                     \
    struct cs_##name {                                                         \
        columns                                                                \
    };                                                                         \
    extern const struct db_row_type cs_##name##_type;                          \
    static inline bool cs_##name##_next(struct db_stmt *q,                     \
                                        struct cs_##name *row)                 \
    {                                                                          \
        return db_next(q, &cs_##name##_type, row);                             \
    }
#include "store/console_rows.def"
#undef INT
#undef TEXT
#undef TEXT_OR_NULL
#undef TEXT_N
#undef TEXT_N_OR_NULL
#undef BLOB
#undef ROW

#endif
