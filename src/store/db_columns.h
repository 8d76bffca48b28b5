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

struct db_column {
    const char *name; /* NULL ends a list */
    enum db_column_type type;
    size_t at, length_at; /* of the member, and of its length, in the struct */
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

/* The members that stand for columns: for the headers that include a table. */
#define DB_MEMBER_INT(m) int64_t m;
#define DB_MEMBER_TEXT(m) const char *m;
#define DB_MEMBER_TEXT_N(m)                                                    \
    const char *m;                                                             \
    size_t m##_length;
#define DB_MEMBER_BLOB(m)                                                      \
    const void *m;                                                             \
    size_t m##_length;

/* Their rows in a list of columns of `struct row`, which has the row as `of`.
 */
#define DB_COLUMN(m, type) {#m, type, offsetof(struct row, of.m), 0},
#define DB_COLUMN_N(m, type)                                                   \
    {#m, type, offsetof(struct row, of.m), offsetof(struct row, of.m##_length)},

#endif
