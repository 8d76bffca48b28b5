/* No transaction begins in a file that is not the one under its name any more.
 *
 * SQLite finds a rollback journal by the name of the store. A connection that
 * was opened before a restore would take the journal of whoever writes the new
 * store for one that a killed process left in its own file: it would play it
 * into the store that is kept, and remove it from under the new one (see "How
 * To Corrupt An SQLite Database File" at sqlite.org). SQLite looks for the
 * journal after it has the shared lock, so the look at the name is made there:
 * as db_begin_alone() lets nobody have that lock while the file is replaced,
 * what is found then stays true as long as the lock is held. */
#include "store/db_private.h"

static int
lock(sqlite3_file *file, int level)
{
    const struct db_guard *g = (const struct db_guard *)file->pMethods;
    int moved = 0;
    int rc = g->own->xLock(file, level);
    if (rc != SQLITE_OK || level != SQLITE_LOCK_SHARED)
        return rc;
    rc = g->own->xFileControl(file, SQLITE_FCNTL_HAS_MOVED, &moved);
    if (rc == SQLITE_OK && moved)
        rc = SQLITE_READONLY_DBMOVED;
    if (rc != SQLITE_OK)
        g->own->xUnlock(file, SQLITE_LOCK_NONE);
    return rc;
}

void
db_guard(sqlite3 *handle, struct db_guard *g)
{
    sqlite3_file *file = NULL;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (!file || !file->pMethods || file->pMethods->iVersion < 3)
        return;
    g->own = file->pMethods;
    g->methods = *file->pMethods;
    g->methods.xLock = lock;
    file->pMethods = &g->methods;
}
