/* Rows of results, read by the names of their columns. */
#include "store/db_columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db_private.h"

/* The place of the column NAME in the results of Q. */
static int
place_of(const struct db_stmt *q, const char *name)
{
    int n = sqlite3_column_count(q->handle);
    int at = 0;
    while (at < n && strcmp(sqlite3_column_name(q->handle, at), name) != 0)
        at++;
    assert(at < n && "the statement gives no column of this name");
    return at;
}

/* Finds the columns of Q once, at its first row. */
static void
find_columns(struct db_stmt *q, const struct db_row_type *type)
{
    const struct db_column *columns = type->columns();
    int n = 0;
    assert(q->db->schema->statements[q->id].row == type &&
           "the statement's table names another row");
    while (*columns[n].name)
        n++;
    assert(n == sqlite3_column_count(q->handle));
    q->places = mem_array((size_t)n, sizeof *q->places);
    for (int i = 0; i < n; i++)
        q->places[i] = place_of(q, columns[i].name);
    q->type = type;
}

static void
read_text(struct db_stmt *q, int at, const struct db_column *c, char *row)
{
    const char **text = (const char **)(void *)(row + c->at);
    size_t *n = (size_t *)(void *)(row + c->length_at);
    switch (c->type) {
    case DB_TEXT:
        *text = db_column_text(q, at);
        break;
    case DB_TEXT_OR_NULL:
        *text = db_column_text_or_null(q, at);
        break;
    case DB_TEXT_N:
        *text = db_column_text_n(q, at, n);
        break;
    default:
        *text = db_column_text_n_or_null(q, at, n);
    }
}

static void
read_column(struct db_stmt *q, int at, const struct db_column *c, char *row)
{
    if (c->type == DB_INT)
        *(int64_t *)(void *)(row + c->at) = db_column_int(q, at);
    else if (c->type == DB_BLOB)
        *(const void **)(void *)(row + c->at) =
            db_column_blob(q, at, (size_t *)(void *)(row + c->length_at));
    else
        read_text(q, at, c, row);
}

const struct db_row_type db_whole_row = {"whole", NULL};

static void
add_columns(struct db_stmt *q, int from, struct buf *text)
{
    for (int i = from; i < sqlite3_column_count(q->handle); i++) {
        size_t n = 0;
        const char *s = db_column_text_n_or_null(q, i, &n);
        if (s) {
            buf_addf(text, "%zu:", n);
            buf_add(text, s, n);
        } else {
            buf_addc(text, '-');
        }
    }
}

bool
db_next_whole(struct db_stmt *q, int64_t *n, const char **name,
              struct buf *text)
{
    if (!db_row(q))
        return false;
    assert(q->db->schema->statements[q->id].row == &db_whole_row &&
           "the statement's table names another row");
    *n = db_column_int(q, 0);
    *name = db_column_text_or_null(q, 1);
    add_columns(q, 1, text);
    return true;
}

bool
db_next(struct db_stmt *q, const struct db_row_type *type, void *row)
{
    if (!db_row(q))
        return false;
    if (!q->places)
        find_columns(q, type);
    assert(q->type == type && "the statement gives rows of another type");
    const struct db_column *columns = type->columns();
    for (int i = 0; *columns[i].name; i++)
        read_column(q, q->places[i], &columns[i], row);
    return true;
}
