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
#include "base/ident.h"
#include "base/mem.h"
#include "store/db_private.h"

/* The head of a SQLite file: bytes 18 and 19 are 1 for a rollback journal and
 * 2 for a write-ahead log; bytes 24 to 27 count changes of the first page. */
enum { HEAD = 28, READ_VERSION = 19, CHANGES = 24, ROLLBACK = 1 };

/* The head of a log: bytes 16 to 23 are its salts. Whenever the log begins
 * again, the first four of them are one more, and the others are random. */
enum { LOG_HEAD = 24, SALTS = 16 };

/* Why a store is taken for a restored one. */
enum why { NOT_RESTORED, RESTORED, UNPLACED };

/* The numbers of the file: those of an older program, and all. Each has the
 * same width, so that the history can be written over in place. No program
 * wrote another count of them. */
enum { OLDER_NUMBERS = 6, NUMBERS = 10, WIDTH = 21 };

static char *
beside(const char *path, const char *end)
{
    char *real = realpath(path, NULL); /* SQLite follows symbolic links too */
    char *name = mem_printf("%s%s", real ? real : path, end);
    free(real);
    return name;
}

static struct db_identity
identity_of(const char *path)
{
    struct statx st;
    if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &st) != 0)
        return (struct db_identity){0};
    struct db_identity id = {.inode = st.stx_ino};
    if (st.stx_mask & STATX_BTIME)
        id.born =
            (uint64_t)st.stx_btime.tv_sec * 1000000000 + st.stx_btime.tv_nsec;
    return id;
}

static bool
same(struct db_identity a, struct db_identity b)
{
    return a.inode == b.inode && a.born == b.born;
}

/* --- the file PATH-place -------------------------------------------------- */

/* One number of TEXT, with blanks before it, into OUT; what follows it, or NULL
 * where there is none. */
static const char *
parse_number(const char *text, uint64_t *out)
{
    char *end = NULL;
    text += strspn(text, " ");
    if (*text < '0' || *text > '9')
        return NULL;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno ? NULL : end;
}

/* What TEXT says; false where it is no such file, or a part of one: the line
 * end comes after the last number alone. */
static bool
parse_place(const char *text, struct db_place *out)
{
    uint64_t n[NUMBERS] = {0};
    int count = 0;
    for (; text && *text && *text != '\n' && count < NUMBERS; count++)
        text = parse_number(text, &n[count]);
    *out = (struct db_place){n[0], {n[1], n[2]},          {n[3], n[4]},
                             n[5], {n[6], n[7], n[8], 0}, n[9]};
    return text && strcmp(text, "\n") == 0 &&
           (count == OLDER_NUMBERS || count == NUMBERS);
}

/* *KNOWN is false where the file is missing or says nothing. That it cannot be
 * read now is an error: it may say that the store is the one it was. */
static enum err
read_place(const char *name, struct db_place *out, bool *known, struct error *e)
{
    struct buf text;
    struct error why = {0};
    *out = (struct db_place){0};
    buf_init(&text, 1000);
    enum err err = file_read_regular(name, &text, &why);
    *known = err == ERR_OK && parse_place(buf_str(&text), out);
    buf_clear(&text);
    if (err == ERR_NOT_FOUND || err == ERR_INVALID || err == ERR_TOO_BIG)
        err = ERR_OK;
    if (err != ERR_OK)
        error_set(e, err, "%s", why.text);
    error_clear(&why);
    return err;
}

static void
add_numbers(struct buf *out, const uint64_t *n, int count)
{
    for (int i = 0; i < count; i++)
        buf_addf(out, "%*" PRIu64 "%c", WIDTH - 1, n[i],
                 i + 1 < count ? ' ' : '\n');
}

/* Writes over the numbers in NAME, which need no room and no other file: where
 * the disk is full, or NAME cannot be replaced because something is mounted
 * there. They are in one sector, so a power cut leaves the old or the new. */
static bool
write_place_over(const char *name, const struct buf *text)
{
    struct stat st;
    int fd = open(name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool whole = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                 st.st_size == (off_t)text->len &&
                 pwrite(fd, text->data, text->len, 0) == (ssize_t)text->len &&
                 fsync(fd) == 0;
    return close(fd) == 0 && whole;
}

static enum err
write_place(const char *name, const struct db_place *p, struct error *e)
{
    const struct db_history *h = &p->history;
    const uint64_t n[NUMBERS] = {
        p->restored, p->store.inode, p->store.born, p->log.inode, p->log.born,
        p->changes,  h->opening,     h->next,       h->commits,   p->salts};
    struct buf text;
    buf_init_any(&text);
    add_numbers(&text, n, NUMBERS);
    struct error why = {0};
    enum err err = file_write(name, text.data, text.len, 0600, &why);
    if (err != ERR_OK && write_place_over(name, &text))
        err = ERR_OK;
    if (err != ERR_OK)
        error_set(e, err, "%s", why.text);
    error_clear(&why);
    buf_clear(&text);
    return err;
}

/* --- before SQLite opens the file ----------------------------------------- */

static uint64_t
number_in(const unsigned char *at, int bytes)
{
    uint64_t n = 0;
    for (int i = 0; i < bytes; i++)
        n = n << 8 | at[i];
    return n;
}

static uint64_t
changes_in(const unsigned char *head)
{
    return number_in(head + CHANGES, 4);
}

static bool
read_start(const char *path, unsigned char *out, int size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool whole = fd >= 0 && read(fd, out, (size_t)size) == size;
    if (fd >= 0)
        close(fd);
    return whole;
}

static bool
read_head(const char *path, unsigned char *head)
{
    return read_start(path, head, HEAD) &&
           memcmp(head, "SQLite format 3", 16) == 0;
}

/* Whether LOG is the one of P, or the one after it, where a kill came before
 * P was written. The same file can have another log, where one was written
 * over it; another file can have the same log, where the folder was copied. */
static bool
is_last_log(const char *log, const struct db_place *p)
{
    unsigned char head[LOG_HEAD];
    if (!same(identity_of(log), p->log))
        return false;
    if (!p->salts || !read_start(log, head, LOG_HEAD))
        return true;
    uint64_t salts = number_in(head + SALTS, 8);
    return salts == p->salts ||
           (uint32_t)(salts >> 32) == (uint32_t)(p->salts >> 32) + 1;
}

/* A store that is in use has the other journal mode, is the file that it was,
 * and is never older than it was. P is NULL where nothing is known of it. */
static bool
is_of_another(const char *path, const char *log, const struct db_place *p)
{
    struct stat st;
    unsigned char head[HEAD];
    if (stat(log, &st) != 0 || st.st_size == 0 || !read_head(path, head))
        return false;
    if (head[READ_VERSION] == ROLLBACK)
        return true;
    /* A log that was put there with the store is the store's own. */
    if (!p || !is_last_log(log, p))
        return false;
    return !same(identity_of(path), p->store) || changes_in(head) < p->changes;
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
    struct db_place place = {0};
    if (db->flags & DB_CREATE)
        return ERR_OK;
    char *name = beside(db->path, "-place");
    char *log = beside(db->path, "-wal");
    bool known = false;
    enum err err = alone ? read_place(name, &place, &known, e) : ERR_OK;
    db->restored = place.restored != NOT_RESTORED;
    db->unplaced = place.restored == UNPLACED;
    if (err == ERR_OK && is_of_another(db->path, log, known ? &place : NULL)) {
        db->restored = true;
        place.restored = RESTORED;
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

/* Of the log that SQLite has open; 0 while it is empty. */
static uint64_t
log_salts(struct db *db)
{
    unsigned char salts[8];
    sqlite3_file *log = NULL;
    int rc = sqlite3_file_control(db->handle, "main",
                                  SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (rc == SQLITE_OK && log && log->pMethods)
        rc = log->pMethods->xRead(log, salts, sizeof salts, SALTS);
    else
        rc = SQLITE_ERROR;
    return rc == SQLITE_OK ? number_in(salts, sizeof salts) : 0;
}

/* Writes PATH-place whole and keeps it open. Where that fails, the store counts
 * no opening that the file does not name. */
static enum err
write_mark(struct db *db, struct error *e)
{
    struct db_history *h = &db->history;
    char *name = beside(db->path, "-place");
    random_bytes(&h->next, sizeof h->next);
    db->marked.history = *h;
    db->marked.salts = log_salts(db);
    enum err err = write_place(name, &db->marked, e);
    if (err == ERR_OK) {
        db->place = open(name, O_WRONLY | O_CLOEXEC);
        if (db->place < 0)
            err = error_errno(e, ERR_IO, name);
    } else
        h->next = h->opening;
    free(name);
    return err;
}

static void
close_place(struct db *db)
{
    if (db->place >= 0)
        close(db->place);
    db->place = -1;
}

/* Writes the history over the one in PATH-place. */
static enum err
write_history_over(struct db *db, struct error *e)
{
    const struct db_history *h = &db->history;
    const uint64_t n[NUMBERS - OLDER_NUMBERS] = {h->opening, h->opening,
                                                 h->commits, log_salts(db)};
    struct buf text;
    buf_init(&text, sizeof n / sizeof *n * WIDTH + 1);
    add_numbers(&text, n, NUMBERS - OLDER_NUMBERS);
    errno = ENOSPC; /* where a part was written */
    ssize_t done =
        pwrite(db->place, text.data, text.len, (off_t)OLDER_NUMBERS * WIDTH);
    bool whole = done == (ssize_t)text.len;
    buf_clear(&text);
    if (whole)
        return ERR_OK;
    char *name = beside(db->path, "-place");
    enum err err = error_errno(e, ERR_IO, name);
    free(name);
    return err;
}

void
db_history_keep(struct db *db)
{
    struct db_history *h = &db->history;
    bool counted = h->counted != 0;
    if (counted) {
        h->opening = h->next;
        h->commits = h->counted;
        h->counted = 0;
    }
    if (counted && db->place >= 0 &&
        write_history_over(db, &db->place_error) != ERR_OK)
        close_place(db);
    if (db->place_error.code == ERR_OK)
        return;
    error_clear(&db->place_error);
    write_mark(db, &db->place_error);
}

/* A store goes on from where it was: by the opening that the place names or by
 * the one that was about to follow, and with no commit less. */
static bool
follows(const struct db_history *h, const struct db_history *was)
{
    return (h->opening == was->opening || h->opening == was->next) &&
           h->commits >= was->commits;
}

/* Reads the history; db_is_restored where NAME, PATH-place, has a newer one, or
 * is gone: whoever counts openings in the store writes it first. */
static enum err
compare_history(struct db *db, const char *name, struct error *e)
{
    struct db_place was;
    bool known = false;
    db->history = (struct db_history){0};
    if (db->flags & DB_CREATE)
        return ERR_OK;
    enum err err = db_history_read(db, &db->history, e);
    if (err == ERR_OK)
        err = read_place(name, &was, &known, e);
    if (err != ERR_OK)
        return err;
    if (!known)
        db->unplaced = db->unplaced || db->history.opening;
    else if (was.history.opening && !follows(&db->history, &was.history))
        db->restored = true;
    db->restored = db->restored || db->unplaced;
    return ERR_OK;
}

/* Which files these are, and why they are held. */
static enum err
mark_files(struct db *db, struct error *e)
{
    char *log = beside(db->path, "-wal");
    db->marked = (struct db_place){
        .restored = db->unplaced   ? UNPLACED
                    : db->restored ? RESTORED
                                   : NOT_RESTORED,
        .store = identity_of(db->path),
        .log = identity_of(log),
    };
    free(log);
    return changes_on_disk(db, &db->marked.changes, e);
}

enum err
db_mark_place(struct db *db, struct error *e)
{
    if (db_is_replaced(db))
        return error_set(e, ERR_BUSY,
                         "%s: replaced while it was opened (start again)",
                         db->path);
    char *name = beside(db->path, "-place");
    close_place(db);
    error_clear(&db->place_error);
    enum err err = compare_history(db, name, e);
    free(name);
    if (err == ERR_OK)
        err = mark_files(db, e);
    if (err != ERR_OK)
        return err;
    err = write_mark(db, &db->place_error);
    if (err == ERR_OK || !db->restored)
        return ERR_OK;
    if (e)
        *e = db->place_error;
    return err;
}

const char *
db_place_problem(const struct db *db)
{
    return db->place_error.code == ERR_OK ? NULL : db->place_error.text;
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

bool
db_is_unplaced(const struct db *db)
{
    return db->unplaced;
}

enum err
db_keep_place(struct db *db, struct error *e)
{
    db->restored = false;
    db->unplaced = false;
    return db_mark_place(db, e);
}
