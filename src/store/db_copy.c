/* Copies of a whole store in slices, between which the store is used. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db_private.h"

struct db_copy {
    struct db *db; /* NULL: its connection was closed meanwhile */
    sqlite3 *target;
    sqlite3_backup *backup;
    char *path;
};

static enum err
make_file(const char *path, struct error *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return ERR_OK;
    }
    if (errno == EEXIST)
        return error_set(e, ERR_CONFLICT,
                         "%s: exists already (name another file)", path);
    return error_errno(e, ERR_IO, path);
}

/* The copy is synced at its end, so that no slice waits for the disk. */
static int
open_target(struct db_copy *c)
{
    int rc = db_open_file(
        c->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, &c->target);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(c->target,
                          "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF",
                          NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        c->backup =
            sqlite3_backup_init(c->target, "main", c->db->handle, "main");
        rc = c->backup ? SQLITE_OK : sqlite3_extended_errcode(c->target);
    }
    return rc;
}

enum err
db_copy_begin(struct db *db, const char *path, struct db_copy **out,
              struct error *e)
{
    if (db->copy)
        return error_set(e, ERR_BUSY,
                         "%s: a copy is being made (wait for its end)",
                         db->path);
    if (!db->handle)
        return db_fail(db, SQLITE_CANTOPEN, path, e);
    enum err err = make_file(path, e);
    if (err != ERR_OK)
        return err;
    struct db_copy *c = mem_alloc(sizeof *c);
    c->db = db;
    c->path = mem_strdup(path);
    db->copy = c;
    int rc = open_target(c);
    if (rc != SQLITE_OK) {
        err = db_fail_copy(db, rc, path, e);
        db_copy_stop(c);
        unlink(path);
        db_copy_free(c);
        return err;
    }
    *out = c;
    return ERR_OK;
}

enum err
db_copy_step(struct db_copy *c, int pages, bool *done, struct error *e)
{
    if (!c->db)
        return error_set(e, ERR_FAILED,
                         "%s: the store was opened again while it was copied "
                         "(start again)",
                         c->path);
    int rc = sqlite3_backup_step(c->backup, pages);
    *done = rc == SQLITE_DONE;
    return rc == SQLITE_DONE || rc == SQLITE_OK
               ? ERR_OK
               : db_fail_copy(c->db, rc, c->path, e);
}

void
db_copy_stop(struct db_copy *c)
{
    if (c->db)
        c->db->copy = NULL;
    c->db = NULL;
    sqlite3_backup_finish(c->backup);
    c->backup = NULL;
    sqlite3_close(c->target);
    c->target = NULL;
}

void
db_copy_free(struct db_copy *c)
{
    if (!c)
        return;
    free(c->path);
    free(c);
}
