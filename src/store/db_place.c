/* Copies that were put in the place of a store. A write-ahead log that is left
 * of the replaced store is set aside before SQLite reads it into the copy. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/db_private.h"

/* The head of a SQLite file: bytes 18 and 19 are 1 for a rollback journal and
 * 2 for a write-ahead log; bytes 24 to 27 count changes of the first page. */
enum { HEAD = 28, READ_VERSION = 19, CHANGES = 24, ROLLBACK = 1 };

/* A file, whatever its name: inode numbers are used again, so the time of its
 * birth belongs to it. */
struct identity {
    uint64_t inode, born;
};

/* What the file PATH-place says of a store that was open. */
struct place {
    uint64_t restored; /* a log was set aside and db_keep_place not called */
    struct identity store, log;
    uint64_t changes; /* of the first page, as the file had it */
};

enum { NUMBERS = sizeof(struct place) / sizeof(uint64_t) };

static char *
beside(const char *path, const char *end)
{
    char *real = realpath(path, NULL); /* SQLite follows symbolic links too */
    char *name = mem_printf("%s%s", real ? real : path, end);
    free(real);
    return name;
}

static struct identity
identity_of(const char *path)
{
    struct statx st;
    if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &st) != 0)
        return (struct identity){0};
    struct identity id = {.inode = st.stx_ino};
    if (st.stx_mask & STATX_BTIME)
        id.born =
            (uint64_t)st.stx_btime.tv_sec * 1000000000 + st.stx_btime.tv_nsec;
    return id;
}

static bool
same(struct identity a, struct identity b)
{
    return a.inode == b.inode && a.born == b.born;
}

/* --- the file PATH-place -------------------------------------------------- */

static bool
read_place(const char *name, struct place *out)
{
    uint64_t n[NUMBERS] = {0};
    struct buf text;
    buf_init(&text, 1000);
    bool whole = file_read(name, &text, NULL) == ERR_OK;
    const char *at = buf_str(&text);
    for (int i = 0; whole && i < NUMBERS; i++) {
        char *end = NULL;
        n[i] = strtoull(at, &end, 10);
        whole = end != at;
        at = end;
    }
    buf_clear(&text);
    *out = (struct place){n[0], {n[1], n[2]}, {n[3], n[4]}, n[5]};
    return whole;
}

static enum err
write_place(const char *name, const struct place *p, struct error *e)
{
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text,
             "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
             " %" PRIu64 "\n",
             p->restored, p->store.inode, p->store.born, p->log.inode,
             p->log.born, p->changes);
    enum err err = file_write(name, text.data, text.len, 0600, e);
    buf_clear(&text);
    return err;
}

/* --- before SQLite opens the file ----------------------------------------- */

static uint64_t
changes_in(const unsigned char *head)
{
    uint64_t n = 0;
    for (int i = 0; i < 4; i++)
        n = n << 8 | head[CHANGES + i];
    return n;
}

static bool
read_head(const char *path, unsigned char *head)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool whole = fd >= 0 && read(fd, head, HEAD) == HEAD &&
                 memcmp(head, "SQLite format 3", 16) == 0;
    if (fd >= 0)
        close(fd);
    return whole;
}

/* A store that is in use has the other journal mode, is the file that it was,
 * and is never older than it was. P is NULL where nothing is known of it. */
static bool
is_of_another(const char *path, const char *log, const struct place *p)
{
    struct stat st;
    unsigned char head[HEAD];
    if (stat(log, &st) != 0 || st.st_size == 0 || !read_head(path, head))
        return false;
    if (head[READ_VERSION] == ROLLBACK)
        return true;
    if (!p)
        return false;
    if (!same(identity_of(path), p->store))
        return same(identity_of(log), p->log);
    return changes_in(head) < p->changes;
}

/* Renames PATH-wal and PATH-shm; *KEPT receives the name of the log. */
static enum err
set_aside(const char *path, char **kept, struct error *e)
{
    static const char *const ends[] = {"-shm", "-wal"};
    long long now = clock_now_ms();
    enum err err = ERR_OK;
    for (size_t i = 0; i < 2 && err == ERR_OK; i++) {
        char *from = beside(path, ends[i]);
        char *end = mem_printf("-before-restore-%lld%s", now, ends[i]);
        char *to = beside(path, end);
        if (rename(from, to) != 0 && errno != ENOENT)
            err = error_set(e, ERR_DAMAGED,
                            "%s: belongs to another database than %s: %s (move "
                            "it away, then try again)",
                            from, path, strerror(errno));
        free(from);
        free(end);
        free(*kept);
        *kept = to;
    }
    return err == ERR_OK ? db_sync(path, e) : err;
}

enum err
db_set_foreign_aside(struct db *db, struct error *e)
{
    bool alone = db->flags & DB_EXCLUSIVE;
    struct place place = {0};
    if (db->flags & DB_CREATE)
        return ERR_OK;
    char *name = beside(db->path, "-place");
    char *log = beside(db->path, "-wal");
    bool known = alone && read_place(name, &place);
    enum err err = ERR_OK;
    db->restored = place.restored;
    if (is_of_another(db->path, log, known ? &place : NULL)) {
        db->restored = true;
        place.restored = 1;
        /* Whoever is killed after the renaming must still know of it. */
        err = alone ? write_place(name, &place, e) : ERR_OK;
        if (err == ERR_OK)
            err = set_aside(db->path, &db->aside, e);
    }
    free(log);
    free(name);
    return err;
}

/* --- while it is open ----------------------------------------------------- */

/* What is on the disk, through the handle: closing another descriptor of the
 * file would let go of SQLite's locks. */
static enum err
changes_on_disk(struct db *db, uint64_t *out, struct error *e)
{
    unsigned char head[HEAD];
    sqlite3_file *file = NULL;
    int rc = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER,
                                  &file);
    if (rc == SQLITE_OK)
        rc = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    if (rc == SQLITE_OK)
        rc = file->pMethods->xRead(file, head, HEAD, 0);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, "read the head", e);
    *out = changes_in(head);
    return ERR_OK;
}

enum err
db_mark_place(struct db *db, struct error *e)
{
    struct place place = {.restored = db->restored};
    if (db_is_replaced(db))
        return error_set(e, ERR_BUSY,
                         "%s: replaced while it was opened (start again)",
                         db->path);
    char *name = beside(db->path, "-place");
    char *log = beside(db->path, "-wal");
    place.store = identity_of(db->path);
    place.log = identity_of(log);
    enum err err = changes_on_disk(db, &place.changes, e);
    if (err == ERR_OK)
        err = write_place(name, &place, e);
    if (err != ERR_OK && !db->restored) {
        unlink(name); /* to know nothing does no harm, on a full disk */
        error_clear(e);
        err = ERR_OK;
    }
    free(log);
    free(name);
    return err;
}

const char *
db_set_aside(const struct db *db)
{
    return db->aside;
}

bool
db_is_restored(const struct db *db)
{
    return db->restored;
}

enum err
db_keep_place(struct db *db, struct error *e)
{
    db->restored = false;
    return db_mark_place(db, e);
}
