/* The text indexes of a store compared with what they are made from. */
#include <stdlib.h>

#include "store/db_private.h"

/* SQLite's own check, which writes nothing but needs the right to: without it,
 * or while another writes, the content alone is compared. */
static int
check_itself(sqlite3 *handle, const char *name, struct buf *found)
{
    char *sql = sqlite3_mprintf("INSERT INTO \"%w\"(\"%w\", rank)"
                                " VALUES('integrity-check', 1)",
                                name, name);
    int rc = sqlite3_exec(handle, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    if ((rc & 0xff) == SQLITE_READONLY || (rc & 0xff) == SQLITE_BUSY)
        return SQLITE_OK;
    /* An index without its parts cannot even be opened. */
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_ERROR) {
        buf_addf(found, "search index %s: damaged\n", name);
        return SQLITE_OK;
    }
    return rc;
}

/* The same terms as in an index that is made afresh for the time being. */
static int
check_content(sqlite3 *handle, const struct db_text_index *index,
              struct buf *found)
{
    char *sql = sqlite3_mprintf(
        "CREATE VIRTUAL TABLE temp.fresh_%w USING fts5(text, %s);"
        "INSERT INTO temp.fresh_%w(text, rowid) %s;"
        "CREATE VIRTUAL TABLE temp.new_%w USING"
        " fts5vocab(temp, fresh_%w, instance);"
        "CREATE VIRTUAL TABLE temp.old_%w USING"
        " fts5vocab(main, %w, instance)",
        index->name, index->options, index->name, index->source, index->name,
        index->name, index->name, index->name);
    char *compare = sqlite3_mprintf(
        "SELECT 1 WHERE EXISTS (SELECT term, doc FROM temp.new_%w EXCEPT"
        " SELECT term, doc FROM temp.old_%w) OR EXISTS (SELECT term, doc FROM"
        " temp.old_%w EXCEPT SELECT term, doc FROM temp.new_%w)"
        " OR (EXISTS (SELECT 1 FROM main.%w_data WHERE id > 10)"
        " AND NOT EXISTS (SELECT 1 FROM main.%w_idx))"
        /* Every index has its totals (1) and its structure (10). */
        " OR 2 <> (SELECT count(*) FROM main.%w_data WHERE id IN (1, 10))",
        index->name, index->name, index->name, index->name, index->name,
        index->name, index->name);
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_exec(handle, sql, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(handle, compare, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    sqlite3_finalize(s);
    sqlite3_free(compare);
    sqlite3_free(sql);
    if (rc == SQLITE_ROW || (rc & 0xff) == SQLITE_CORRUPT ||
        (rc & 0xff) == SQLITE_ERROR) {
        buf_addf(found, "search index %s: differs from the names\n",
                 index->name);
        return SQLITE_OK;
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A connection of its own: that of a session that reads lets nothing be
 * made, not even for the time being. */
enum err
db_check_text_indexes(struct db *db, struct buf *found, struct error *e)
{
    const struct db_text_index *index = db->schema->text_indexes;
    sqlite3 *handle = NULL;
    if (!index)
        return ERR_OK;
    int rc = db_open_file(
        db->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, &handle);
    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(handle, 1000);
        /* A session's sandbox lets no file be made, and the names of customers
         * do not belong into one. */
        rc = sqlite3_exec(handle, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK)
        rc = db_add_functions(handle);
    for (; rc == SQLITE_OK && index->name; index++) {
        size_t before = found->len;
        rc = check_itself(handle, index->name, found);
        if (rc == SQLITE_OK && found->len == before)
            rc = check_content(handle, index, found);
    }
    enum err err =
        rc == SQLITE_OK ? ERR_OK : db_fail(db, rc, "check the search index", e);
    sqlite3_close(handle);
    return err;
}
