/* SQLite's result codes as our errors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db_private.h"

struct mapped {
    enum err code;
    const char *remedy;
};

static struct mapped
map_io(sqlite3 *handle)
{
    int number = handle ? sqlite3_system_errno(handle) : 0;
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        return (struct mapped){ERR_DISK_FULL, "make room and try again"};
    return (struct mapped){ERR_IO, "look at the disk and at the system's log"};
}

/* SQLite reads only what it could not open for writing, without a word. */
static struct mapped
map_read_only(unsigned flags)
{
    if (flags & DB_READ_ONLY)
        return (struct mapped){ERR_READ_ONLY,
                               "this session may only read the store"};
    return (struct mapped){ERR_IO, "it could not be opened for writing: check "
                                   "the rights on the file and on its folder, "
                                   "and the disk"};
}

static struct mapped
map_result(sqlite3 *handle, unsigned flags, int rc)
{
    if (rc == SQLITE_CONSTRAINT_TRIGGER)
        return (struct mapped){ERR_REFUSED, NULL};
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return (struct mapped){ERR_DISK_FULL, "make room and try again"};
    case SQLITE_CORRUPT:
        return (struct mapped){ERR_DAMAGED, "restore a backup"};
    case SQLITE_NOTADB:
        return (struct mapped){ERR_DAMAGED, "not a store (name another file)"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return (struct mapped){ERR_BUSY,
                               "another process is using the store: try again"};
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return map_read_only(flags);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return (struct mapped){
            ERR_IO, "check the rights on the file and on its folder"};
    case SQLITE_CONSTRAINT:
        return (struct mapped){ERR_CONFLICT, NULL};
    case SQLITE_INTERRUPT:
        return (struct mapped){ERR_CANCELLED, NULL};
    case SQLITE_TOOBIG:
        return (struct mapped){ERR_TOO_BIG, NULL};
    case SQLITE_IOERR:
        return map_io(handle);
    default:
        return (struct mapped){ERR_FAILED, NULL};
    }
}

char *
db_file_name(const char *path)
{
    return mem_printf("%s%s", *path == '/' ? "" : "./", path);
}

int
db_open_file(const char *path, int flags, sqlite3 **out)
{
    char *name = db_file_name(path);
    int rc = sqlite3_open_v2(name, out, flags, NULL);
    free(name);
    return rc;
}

/* SQLite calls a read that failed with EIO a malformed file. A second look
 * tells: the file is good, or it cannot be looked at right now. */
static bool
is_good_after_all(const char *path)
{
    sqlite3 *again = NULL;
    sqlite3_stmt *s = NULL;
    bool good = false;
    int rc = db_open_file(path, SQLITE_OPEN_READONLY, &again);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(again, "PRAGMA quick_check(1)", -1, &s, NULL);
    if (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        good = strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    sqlite3_finalize(s);
    sqlite3_close(again);
    return good;
}

/* FTS5 calls much of its own damage a logic error. A search tells. */
static bool
is_index_damage(const struct db *db)
{
    const struct db_text_index *index = db->schema->text_indexes;
    sqlite3 *again = NULL;
    bool bad = false;
    int rc = SQLITE_OK;
    if (index)
        rc = db_open_file(db->path, SQLITE_OPEN_READONLY, &again);
    for (; index && index->name && rc == SQLITE_OK && !bad; index++) {
        sqlite3_stmt *s = NULL;
        char *sql =
            sqlite3_mprintf("SELECT rowid FROM %w('aaa') LIMIT 1", index->name);
        bad = sqlite3_prepare_v2(again, sql, -1, &s, NULL) == SQLITE_ERROR ||
              (sqlite3_step(s) & 0xff) == SQLITE_ERROR;
        sqlite3_finalize(s);
        sqlite3_free(sql);
    }
    sqlite3_close(again);
    return bad;
}

static enum err
describe(struct db *db, int rc, const char *what, struct error *e)
{
    struct mapped m = map_result(db->handle, db->flags, rc);
    if ((rc == SQLITE_ERROR && db->path && is_index_damage(db)) ||
        (rc == SQLITE_CORRUPT_VTAB && db->path && is_good_after_all(db->path)))
        return error_hint(e, HINT_STORE_REINDEX, NULL, NULL,
                          error_set(e, ERR_DAMAGED,
                                    "%s: the search index is damaged",
                                    db->path));
    if ((rc & 0xff) == SQLITE_CORRUPT && db->path &&
        is_good_after_all(db->path))
        return error_set(
            e, ERR_IO,
            "%s: %s: reading the file failed, but the file is good "
            "(look at the disk and at the system's log, then try "
            "again)",
            db->path, what);
    if (rc == SQLITE_READONLY_ROLLBACK)
        return error_set(e, ERR_READ_ONLY,
                         "%s: a change was interrupted and must be undone "
                         "first, and this account may not write the store "
                         "(open it once as an account that may write it)",
                         db->path);
    if (m.code == ERR_DISK_FULL)
        return error_set(e, m.code,
                         "store: the disk is full, nothing was changed (%s)",
                         m.remedy);
    const char *why = db->handle ? sqlite3_errmsg(db->handle) : NULL;
    if (!why || rc == SQLITE_NOTADB)
        why = sqlite3_errstr(rc);
    if (m.remedy)
        return error_set(e, m.code, "%s: %s: %s (%s)", db->path, what, why,
                         m.remedy);
    return error_set(e, m.code, "%s: %s: %s", db->path, what, why);
}

enum err
db_fail_copy(struct db *db, int rc, const char *path, struct error *e)
{
    enum err err = db_fail(db, rc, path, e);
    if (err == ERR_DISK_FULL)
        error_set(e, err, "%s: the disk is full (make room and try again)",
                  path);
    return err;
}

/* After some errors (a full disk in the middle of a transaction) SQLite rolls
 * the transaction back by itself. */
enum err
db_fail(struct db *db, int rc, const char *what, struct error *e)
{
    struct error why = {0};
    enum err err = rc == SQLITE_READONLY_DBMOVED
                       ? error_set(&why, ERR_STALE,
                                   "%s: the store was replaced by another "
                                   "file: nothing was changed (quit and start "
                                   "again)",
                                   db->path)
                       : describe(db, rc, what, &why);
    if (db->begin_file && db->handle && !db->ended.code &&
        sqlite3_get_autocommit(db->handle))
        db->ended = why;
    if (e)
        *e = why;
    return err;
}
