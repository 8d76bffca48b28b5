/* Long texts, read without loading more of them than is asked for. */
#include "store/db_private.h"

enum err
db_read_text(struct db *db, const char *table, const char *column, int64_t n,
             size_t most, size_t head, struct buf *out, int64_t *bytes,
             struct error *e)
{
    sqlite3_blob *blob = NULL;
    enum err err = ERR_OK;
    *bytes = -1;
    int rc = sqlite3_blob_open(db->handle, "main", table, column, n, 0, &blob);
    if ((rc & 0xff) == SQLITE_ERROR) { /* no row, or no text in it */
        sqlite3_blob_close(blob);
        return ERR_OK;
    }
    if (rc == SQLITE_OK) {
        int whole = sqlite3_blob_bytes(blob);
        *bytes = whole;
        size_t wanted = (size_t)whole <= most ? (size_t)whole : head;
        char *at = wanted ? buf_reserve(out, wanted) : NULL;
        if (at)
            rc = sqlite3_blob_read(blob, at, (int)wanted, 0);
        if (at && rc == SQLITE_OK)
            buf_grew(out, wanted);
    }
    if (rc != SQLITE_OK)
        err = db_fail(db, rc, column, e);
    sqlite3_blob_close(blob);
    return err;
}
