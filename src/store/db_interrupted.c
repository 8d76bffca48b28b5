/* Changes that a killed process left half done, as a reader meets them. */
#include <time.h>

#include "store/db_private.h"

/* A commit that ends just then looks the same for a moment. */
#define LOOKS 10
#define PAUSE_MS 5

/* RC of a connection that only reads: whether to try again, because what was
 * interrupted is undone now. Only a connection that may write can undo it, so
 * another one is opened; where the account may not write, it fails as well. */
static bool
is_undone(const struct db *db, int rc, int looks)
{
    if (rc != SQLITE_READONLY_ROLLBACK || !db->path || looks >= LOOKS)
        return false;
    if (db_recover(db->path, NULL) != ERR_OK)
        nanosleep(&(struct timespec){0, PAUSE_MS * 1000000}, NULL);
    return true;
}

int
db_step(struct db *db, sqlite3_stmt *s)
{
    int rc = sqlite3_step(s);
    for (int looks = 0; is_undone(db, rc, looks); looks++) {
        sqlite3_reset(s);
        rc = sqlite3_step(s);
    }
    return rc;
}

int
db_prepare(struct db *db, const char *sql, unsigned flags, sqlite3_stmt **out)
{
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, flags, out, NULL);
    for (int looks = 0; is_undone(db, rc, looks); looks++)
        rc = sqlite3_prepare_v3(db->handle, sql, -1, flags, out, NULL);
    return rc;
}
