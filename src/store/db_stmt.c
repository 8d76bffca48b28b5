/* Statements of the table: prepared once, bound in order, errors kept. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db_private.h"

static void
fail(struct db_stmt *q, int rc)
{
    if (q->error)
        return;
    q->error = mem_alloc(sizeof *q->error);
    db_fail(q->db, rc, q->db->schema->statements[q->id].name, q->error);
}

/* Nothing of a transaction that SQLite rolled back is done alone. */
static void
fail_ended(struct db_stmt *q)
{
    if (!q->db->begin_file || !q->db->ended.code)
        return;
    q->error = mem_alloc(sizeof *q->error);
    *q->error = q->db->ended;
}

struct db_stmt *
db_use(struct db *db, int id)
{
    assert(id >= 0 && id < db->schema->statement_count);
    struct db_stmt *q = &db->statements[id];
    assert(!q->in_use && "the statement is in use already");
    q->in_use = true;
    q->stepped = false;
    q->next = 1;
    if (!db->handle) {
        fail(q, SQLITE_CANTOPEN);
    } else if (!q->handle) {
        int rc = db_prepare(db, db->schema->statements[id].sql,
                            SQLITE_PREPARE_PERSISTENT, &q->handle);
        if (rc != SQLITE_OK)
            fail(q, rc);
    }
    return q;
}

static void
bound(struct db_stmt *q, int rc)
{
    if (rc != SQLITE_OK)
        fail(q, rc);
    q->next++;
}

void
db_int(struct db_stmt *q, int64_t n)
{
    if (!q->error)
        bound(q, sqlite3_bind_int64(q->handle, q->next, n));
}

void
db_int_or_null(struct db_stmt *q, int64_t n)
{
    if (n)
        db_int(q, n);
    else
        db_null(q);
}

void
db_text_n(struct db_stmt *q, const char *s, size_t n)
{
    if (!q->error)
        bound(q, sqlite3_bind_text64(q->handle, q->next, s, n, SQLITE_STATIC,
                                     SQLITE_UTF8));
}

void
db_text(struct db_stmt *q, const char *s)
{
    db_text_n(q, s, s ? strlen(s) : 0);
}

void
db_blob(struct db_stmt *q, const void *p, size_t n)
{
    if (!q->error)
        bound(q, sqlite3_bind_blob64(q->handle, q->next, p, n, SQLITE_STATIC));
}

void
db_null(struct db_stmt *q)
{
    if (!q->error)
        bound(q, sqlite3_bind_null(q->handle, q->next));
}

bool
db_row(struct db_stmt *q)
{
    assert(q->in_use);
    if (!q->error)
        fail_ended(q);
    if (q->error)
        return false;
    if (!q->stepped) {
        assert(q->next == sqlite3_bind_parameter_count(q->handle) + 1);
        q->stepped = true;
    }
    int rc = db_step(q->db, q->handle);
    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        fail(q, rc);
    return false;
}

static void
fail_column(struct db_stmt *q, int column, const char *what)
{
    if (q->error)
        return;
    q->error = mem_alloc(sizeof *q->error);
    error_set(q->error, ERR_DAMAGED,
              "%s: %s: %s %s (another program wrote it: run store check, "
              "restore a backup)",
              q->db->path, q->db->schema->statements[q->id].name,
              sqlite3_column_name(q->handle, column), what);
}

int64_t
db_column_int(struct db_stmt *q, int column)
{
    return sqlite3_column_int64(q->handle, column);
}

/* S of a column that holds no NULL. */
static const char *
there(struct db_stmt *q, int column, const char *s)
{
    if (!s)
        fail_column(q, column, "is NULL");
    return s ? s : "";
}

const char *
db_column_text_n_or_null(struct db_stmt *q, int column, size_t *n)
{
    bool null = sqlite3_column_type(q->handle, column) == SQLITE_NULL;
    const char *s = (const char *)sqlite3_column_text(q->handle, column);
    *n = s ? (size_t)sqlite3_column_bytes(q->handle, column) : 0;
    if (!s && !null)
        fail(q, SQLITE_NOMEM);
    return s;
}

const char *
db_column_text_n(struct db_stmt *q, int column, size_t *n)
{
    return there(q, column, db_column_text_n_or_null(q, column, n));
}

const char *
db_column_text_or_null(struct db_stmt *q, int column)
{
    size_t n;
    const char *s = db_column_text_n_or_null(q, column, &n);
    /* What stands behind it would be neither shown, compared nor hashed. */
    if (s && memchr(s, 0, n))
        fail_column(q, column, "has a NUL byte in it");
    return s;
}

const char *
db_column_text(struct db_stmt *q, int column)
{
    return there(q, column, db_column_text_or_null(q, column));
}

const void *
db_column_blob(struct db_stmt *q, int column, size_t *n)
{
    const void *p = sqlite3_column_blob(q->handle, column);
    *n = (size_t)sqlite3_column_bytes(q->handle, column);
    return p;
}

/* The place of the only column. */
static int
only(const struct db_stmt *q)
{
    assert(!q->db->schema->statements[q->id].row &&
           sqlite3_column_count(q->handle) == 1);
    return 0;
}

int64_t
db_get_int(struct db_stmt *q)
{
    return db_column_int(q, only(q));
}

const char *
db_get_text(struct db_stmt *q)
{
    return db_column_text(q, only(q));
}

const char *
db_get_text_n(struct db_stmt *q, size_t *n)
{
    return db_column_text_n(q, only(q), n);
}

const char *
db_get_text_or_null(struct db_stmt *q)
{
    return db_column_text_or_null(q, only(q));
}

const char *
db_get_text_n_or_null(struct db_stmt *q, size_t *n)
{
    return db_column_text_n_or_null(q, only(q), n);
}

enum err
db_end(struct db_stmt *q, struct error *e)
{
    assert(q->in_use);
    enum err err = ERR_OK;
    if (q->handle) {
        sqlite3_reset(q->handle);
        sqlite3_clear_bindings(q->handle);
    }
    if (q->error) {
        err = q->error->code;
        if (e)
            *e = *q->error;
        FREE_NULL(q->error);
    }
    q->in_use = false;
    return err;
}

enum err
db_run(struct db_stmt *q, struct error *e)
{
    while (db_row(q))
        continue;
    return db_end(q, e);
}

enum err
db_run_int(struct db_stmt *q, int64_t *n, bool *found, struct error *e)
{
    bool row = db_row(q);
    if (row)
        *n = db_get_int(q);
    if (found)
        *found = row;
    return db_end(q, e);
}

int64_t
db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t
db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t
db_total_changes(struct db *db)
{
    return db->handle ? sqlite3_total_changes64(db->handle) : 0;
}
