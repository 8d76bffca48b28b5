/*
 * The columns of results by name. A table of rows (runtime_rows.def,
 * console_rows.def) says once which columns a row has:
 *
 *     ROW(user, INT(n) TEXT(id) TEXT(username) TEXT_OR_NULL(full_name))
 *
 * The statements that give such rows name it, R(USER_BY_ID, user, "SELECT …"),
 * and each of their columns has the name of a member. What reads them is made
 * from the table:
 *
 *     struct rs_user u;
 *     while (rs_user_next(q, &u))
 *         …
 *     return db_end(q, e);
 */
#ifndef TAILOR_STORE_DB_COLUMNS_H
#define TAILOR_STORE_DB_COLUMNS_H

#include "store/db.h"

enum db_column_type {
    DB_INT,            /* int64_t; 0 for NULL */
    DB_TEXT,           /* const char *; never NULL */
    DB_TEXT_OR_NULL,   /* const char *; NULL for NULL */
    DB_TEXT_N,         /* and its length in NAME_length; it may have a NUL */
    DB_TEXT_N_OR_NULL, /* likewise */
    DB_BLOB            /* const void *, and its length; NULL for NULL */
};

/* The name is held in place: a pointer would be relocated at each start. */
struct db_column {
    char name[27]; /* "" ends a list */
    uint8_t type;  /* enum db_column_type */
    /* of the member, and of its length, in the struct */
    uint16_t at, length_at;
};

/* What a row of the table is: the columns are constant. */
struct db_row_type {
    const char *name;
    const struct db_column *(*columns)(void);
};

/* db_row, and what was found into ROW, a struct of TYPE, which the statement's
 * table must name (asserted). Texts are borrowed until the next step and follow
 * the rules of db_get_text: use them only where db_end gives ERR_OK. ROW is
 * left alone where false. */
bool db_next(struct db_stmt *q, const struct db_row_type *type, void *row);

/* What W(NAME, "SELECT …") in a table names: a row that is taken as a whole. It
 * feeds a hash, so every column counts, in its order and whatever it is called;
 * a column that is added changes the hash of every row. */
extern const struct db_row_type db_whole_row;

/* db_row of such a statement: the number N in the first column, NAME in the
 * second (NULL for NULL; borrowed until the next step), and all columns from
 * the second on appended to TEXT, each with its length before it, so that no
 * two rows read alike. */
bool db_next_whole(struct db_stmt *q, int64_t *n, const char **name,
                   struct buf *text);

/* Members of a struct, which hold a column and its length. */
#define DB_MEMBER_TEXT(m) const char *m;
#define DB_MEMBER_TEXT_N(m)                                                    \
    const char *m;                                                             \
    size_t m##_length;

/* Rows of a list of columns of `struct row`, which has the row as `of`. The
 * compiler warns of a name that is too long for a byte behind it. */
#define DB_COLUMN(m, type) {#m "\0", type, offsetof(struct row, of.m), 0},
#define DB_COLUMN_N(m, type)                                                   \
    {#m "\0", type, offsetof(struct row, of.m),                                \
     offsetof(struct row, of.m##_length)},

#endif

/*
 * Included again with ROW_TABLE, the file of a table, and ROW_NAME(name, end),
 * the name with the prefix of its store: the struct of each row, its type and
 * what reads it. With ROW_COLUMNS, what the types consist of.
 */
#ifdef ROW_TABLE

#ifndef ROW_COLUMNS
#define INT(m) int64_t m;
#define TEXT(m) DB_MEMBER_TEXT(m)
#define TEXT_OR_NULL(m) DB_MEMBER_TEXT(m)
#define TEXT_N(m) DB_MEMBER_TEXT_N(m)
#define TEXT_N_OR_NULL(m) DB_MEMBER_TEXT_N(m)
#define BLOB(m)                                                                \
    const void *m;                                                             \
    size_t m##_length;
#define ROW(name, columns)                                                     \
    struct ROW_NAME(name, ) {                                                  \
        columns                                                                \
    };                                                                         \
    extern const struct db_row_type ROW_NAME(name, _type);                     \
    static inline bool ROW_NAME(name, _next)(struct db_stmt * q,               \
                                             struct ROW_NAME(name, ) * row)    \
    {                                                                          \
        return db_next(q, &ROW_NAME(name, _type), row);                        \
    }
#else
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
            struct ROW_NAME(name, ) of;                                        \
        };                                                                     \
        static const struct db_column list[] = {columns{"", 0, 0, 0}};         \
        return list;                                                           \
    }                                                                          \
    const struct db_row_type ROW_NAME(name, _type) = {#name, name##_columns};
#endif

#include ROW_TABLE

#undef INT
#undef TEXT
#undef TEXT_OR_NULL
#undef TEXT_N
#undef TEXT_N_OR_NULL
#undef BLOB
#undef ROW
#endif
