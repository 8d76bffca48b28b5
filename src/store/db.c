/* Opening and closing a store; settings that are set and read back. */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/db_private.h"

#define BUSY_MS 5000

enum err
db_exec(struct db *db, const char *sql, const char *what, struct error *e)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : db_fail(db, rc, what, e);
}

enum err
db_exec_text(struct db *db, const char *sql, char *out, size_t size,
             struct error *e)
{
    sqlite3_stmt *s = NULL;
    int rc = db_prepare(db, sql, 0, &s);
    if (rc == SQLITE_OK)
        rc = db_step(db, s);
    if (rc == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        snprintf(out, size, "%s", text ? text : "");
    }
    sqlite3_finalize(s);
    if (rc == SQLITE_ROW)
        return ERR_OK;
    return db_fail(db, rc == SQLITE_DONE ? SQLITE_ERROR : rc, sql, e);
}

/* --- settings ------------------------------------------------------------- */

/* A setting: the pragma that sets it, the one that reads it, and what must
 * then be read. FLAGS: only where all of WITH and none of WITHOUT are set. */
struct setting {
    unsigned with;
    unsigned without;
    const char *set;
    const char *get;
    const char *value;
};

/*
 * The console's store never uses WAL: up to SQLite 3.51.2 WAL can corrupt a
 * file that two connections use, and an auditor's session, which may write
 * nothing, could not map the shared-memory file of a newer one.
 */
static const struct setting settings[] = {
    {0, 0, "PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1"},
    {0, 0, "PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0"},
    {0, 0, "PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1"},
    {0, 0, "PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2"},
    {0, DB_BULK, "PRAGMA cache_size=-8192", "PRAGMA cache_size", "-8192"},
    {DB_BULK, 0, "PRAGMA cache_size=-1048576", "PRAGMA cache_size", "-1048576"},
    {DB_BULK, 0, "PRAGMA synchronous=OFF", "PRAGMA synchronous", "0"},
    {0, 0, "PRAGMA recursive_triggers=ON", "PRAGMA recursive_triggers", "1"},
    /* What is removed of a customer is not left in the file. */
    {0, 0, "PRAGMA secure_delete=ON", "PRAGMA secure_delete", "1"},
    {DB_EXCLUSIVE, 0, "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode",
     "exclusive"},
    {DB_EXCLUSIVE, DB_READ_ONLY, "PRAGMA journal_mode=WAL",
     "PRAGMA journal_mode", "wal"},
    {0, DB_EXCLUSIVE | DB_READ_ONLY | DB_BULK, "PRAGMA journal_mode=DELETE",
     "PRAGMA journal_mode", "delete"},
    {DB_BULK, 0, "PRAGMA journal_mode=MEMORY", "PRAGMA journal_mode", "memory"},
    {DB_READ_ONLY, DB_EXCLUSIVE, NULL, "PRAGMA journal_mode", "delete"},
    /* After a large transaction the log gives its room back to the disk. */
    {DB_EXCLUSIVE, DB_READ_ONLY, "PRAGMA journal_size_limit=8388608",
     "PRAGMA journal_size_limit", "8388608"},
    {DB_EXCLUSIVE, 0, "PRAGMA synchronous=FULL", "PRAGMA synchronous", "2"},
    {0, DB_EXCLUSIVE | DB_BULK, "PRAGMA synchronous=EXTRA",
     "PRAGMA synchronous", "3"},
    {DB_READ_ONLY, 0, "PRAGMA query_only=ON", "PRAGMA query_only", "1"},
};

static enum err
apply_settings(struct db *db, struct error *e)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const struct setting *s = &settings[i];
        if ((db->flags & s->with) != s->with || (db->flags & s->without))
            continue;
        char got[64] = "";
        enum err err = s->set ? db_exec(db, s->set, s->set, e) : ERR_OK;
        if (err == ERR_OK)
            err = db_exec_text(db, s->get, got, sizeof got, e);
        if (err != ERR_OK)
            return err;
        if (strcmp(got, s->value) != 0)
            return error_set(e, ERR_DAMAGED,
                             "%s: %s gives '%s' and not '%s' (the SQLite "
                             "library does not keep the setting)",
                             db->path, s->get, got, s->value);
    }
    return ERR_OK;
}

/* Waits a moment for another's lock; 0: long enough. Once the process shall
 * end, all waits of the connection together take no longer than ENDING_MS. */
static int
on_busy(void *context, int count)
{
    enum { ENDING_MS = 300, PAUSE_MS = 50 };
    struct db *db = context;
    int64_t now = clock_monotonic_ms();
    if (count == 0)
        db->busy_until = now + db->busy_ms;
    if (!db->ending_until && ending_is_asked())
        db->ending_until = now + ENDING_MS;
    int64_t left = db->busy_until - now;
    if (db->ending_until && db->ending_until - now < left)
        left = db->ending_until - now;
    if (left <= 0)
        return 0;
    int64_t ms = count < PAUSE_MS ? count + 1 : PAUSE_MS;
    ms = ms < left ? ms : left;
    nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
    return 1;
}

static enum err
configure(struct db *db, struct error *e)
{
    static const struct {
        int option;
        int value;
    } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                   {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                   {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
                   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_DQS_DDL, 0},
                   {SQLITE_DBCONFIG_DQS_DML, 0},
                   {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int got = -1;
        int rc = sqlite3_db_config(db->handle, options[i].option,
                                   options[i].value, &got);
        if (rc != SQLITE_OK || got != options[i].value)
            return db_fail(db, rc == SQLITE_OK ? SQLITE_ERROR : rc, "configure",
                           e);
    }
    sqlite3_busy_handler(db->handle, on_busy, db);
    return ERR_OK;
}

bool
db_is_closed(const struct db *db, const char *a, const char *b)
{
    const struct db_payload *p = db->schema->payloads;
    if (!(db->flags & DB_NO_PAYLOADS) || !a || !b || !p)
        return false;
    while (p->table && (strcmp(a, p->table) != 0 || strcmp(b, p->column) != 0))
        p++;
    return p->table != NULL;
}

/* What SQLite may do for a connection: a read-only one reads, and payloads
 * may be closed to it. */
static int
authorize(void *context, int action, const char *a, const char *b,
          const char *database, const char *trigger)
{
    const struct db *db = context;
    (void)database;
    (void)trigger;
    if (action == SQLITE_READ && db_is_closed(db, a, b))
        return SQLITE_DENY;
    if (!(db->flags & DB_READ_ONLY))
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_OK;
    case SQLITE_PRAGMA:
        return !b || strcmp(a, "integrity_check") == 0 ? SQLITE_OK
                                                       : SQLITE_DENY;
    case SQLITE_UPDATE: /* asked when a virtual table is connected */
        return strcmp(a, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

/* --- connecting ----------------------------------------------------------- */

/* Another program can switch a store to WAL mode. A reader cannot switch it
 * back, and SQLite makes files beside a store that it reads in WAL mode: so
 * this looks at the header before SQLite does. It reads through SQLite's own
 * descriptor, because closing another one ends the locks of this process. A
 * file of another kind is for check_identity(). */
static enum err
check_mode(struct db *db, struct error *e)
{
    enum { READ_VERSION = 19, APPLICATION_ID = 68, HEAD = 72, WAL = 2 };
    unsigned char head[HEAD] = {0};
    sqlite3_file *file = NULL;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (!file || !file->pMethods ||
        file->pMethods->xRead(file, head, HEAD, 0) != SQLITE_OK)
        return ERR_OK;
    const unsigned char *id = head + APPLICATION_ID;
    if (head[READ_VERSION] != WAL ||
        ((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 |
         id[3]) != (uint32_t)db->schema->application_id)
        return ERR_OK;
    return error_set(e, ERR_DAMAGED,
                     "%s: another program switched the store to WAL mode, "
                     "which readers cannot use (run: sqlite3 '%s' \"PRAGMA "
                     "journal_mode=DELETE\"; any command that changes the "
                     "store does the same)",
                     db->path, db->path);
}

static enum err
check_identity(struct db *db, int *version, struct error *e)
{
    char text[32];
    enum err err =
        db_exec_text(db, "PRAGMA application_id", text, sizeof text, e);
    if (err != ERR_OK)
        return err;
    if (strtol(text, NULL, 10) != db->schema->application_id)
        return error_set(e, ERR_DAMAGED,
                         "%s: not a %s (name another file, or make one with "
                         "init)",
                         db->path, db->schema->what);
    err = db_exec_text(db, "PRAGMA user_version", text, sizeof text, e);
    *version = (int)strtol(text, NULL, 10);
    if (err == ERR_OK && *version < 0)
        return error_set(e, ERR_DAMAGED,
                         "%s: its format number is %d, which no program writes "
                         "(restore a backup)",
                         db->path, *version);
    if (err == ERR_OK && *version > db->schema->version)
        return error_set(e, ERR_NEWER,
                         "%s: made by a newer program: its version is %d, "
                         "this program knows %d (upgrade the program)",
                         db->path, *version, db->schema->version);
    return err;
}

static enum err
open_handle(struct db *db, struct error *e)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (db->flags & DB_READ_ONLY ? SQLITE_OPEN_READONLY
                                          : SQLITE_OPEN_READWRITE);
    int rc = db_open_file(db->path, flags, &db->handle);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, "open", e);
    db_guard(db->handle, &db->guard);
    /* A tailord that found out later would listen and accept nothing. */
    if (!(db->flags & DB_READ_ONLY) && sqlite3_db_readonly(db->handle, "main"))
        return db_fail(db, SQLITE_READONLY, "open", e);
    enum err err = configure(db, e);
    if (err != ERR_OK)
        return err;
    rc = db_add_functions(db->handle);
    return rc == SQLITE_OK ? ERR_OK : db_fail(db, rc, "add functions", e);
}

enum err
db_connect(struct db *db, struct error *e)
{
    int version = 0;
    enum err err = open_handle(db, e);
    if (err == ERR_OK &&
        (db->flags & (DB_READ_ONLY | DB_EXCLUSIVE)) == DB_READ_ONLY)
        err = check_mode(db, e);
    if (err == ERR_OK && !(db->flags & DB_CREATE))
        err = check_identity(db, &version, e);
    if (err == ERR_OK)
        err = apply_settings(db, e);
    if (err == ERR_OK && (db->flags & DB_EXCLUSIVE))
        err = db_exec(db, "BEGIN IMMEDIATE; COMMIT", "take the lock", e);
    if (err == ERR_OK && (db->flags & DB_EXCLUSIVE))
        err = db_mark_place(db, e);
    if (err == ERR_OK && version < db->schema->version &&
        !(db->flags & DB_OLDER))
        err = db_migrate(db, version, e);
    if (err == ERR_OK && (db->flags & DB_EXCLUSIVE))
        err = db_history_begin(db, e);
    /* Whoever only reads may look at what was done to the store. */
    if (err == ERR_OK && !(db->flags & (DB_CREATE | DB_OLDER | DB_READ_ONLY)))
        err = db_check_triggers(db, e);
    if (err == ERR_OK && db->schema->session &&
        !(db->flags & (DB_OLDER | DB_READ_ONLY)))
        err = db_exec(db, db->schema->session, "session", e);
    if (err == ERR_OK && (db->flags & (DB_READ_ONLY | DB_NO_PAYLOADS)))
        sqlite3_set_authorizer(db->handle, authorize, db);
    return err;
}

void
db_deny_payloads(struct db *db)
{
    db->flags |= DB_NO_PAYLOADS;
    sqlite3_set_authorizer(db->handle, authorize, db);
}

void
db_disconnect(struct db *db)
{
    for (int i = 0; i < db->schema->statement_count; i++) {
        struct db_stmt *q = &db->statements[i];
        assert(!q->in_use && "a statement was not ended: see db->statements");
        sqlite3_finalize(q->handle);
        q->handle = NULL;
        FREE_NULL(q->places);
    }
    for (int i = 0; i < TURN_COUNT; i++) {
        sqlite3_finalize(db->turns[i]);
        db->turns[i] = NULL;
    }
    if (db->copy)
        db_copy_stop(db->copy);
    if (db->handle)
        sqlite3_close(db->handle);
    db->handle = NULL;
    if (db->place >= 0)
        close(db->place);
    db->place = -1;
}

/* A FIFO in the place of a journal would stop whoever opens it for ever. */
static enum err
check_beside(const char *path, const char *end, struct error *e)
{
    struct stat st;
    char *beside = mem_printf("%s%s", path, end);
    enum err err = ERR_OK;
    if (lstat(beside, &st) == 0 && !S_ISREG(st.st_mode))
        err = error_set(e, ERR_DAMAGED,
                        "%s: not a regular file (remove it, then try again)",
                        beside);
    free(beside);
    return err;
}

/* Says in our words what SQLite would call "unable to open database file". */
static enum err
check_file(const char *path, unsigned flags, struct error *e)
{
    struct stat st;
    if (flags & DB_CREATE) {
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno == EEXIST)
            return error_set(e, ERR_CONFLICT,
                             "%s: exists already (name another file)", path);
        if (fd < 0)
            return error_errno(e, ERR_IO, path);
        fchmod(fd, 0600); /* whatever the umask took away */
        close(fd);
        return ERR_OK;
    }
    if (stat(path, &st) != 0 && errno == ENOENT)
        return error_hint(e, HINT_STORE_MISSING, NULL, NULL,
                          error_set(e, ERR_NOT_FOUND, "%s: not found", path));
    if (access(path, flags & DB_READ_ONLY ? R_OK : R_OK | W_OK) != 0)
        return error_errno(e, ERR_IO, path);
    if (file_check(path, NULL) != ERR_OK)
        return error_set(e, ERR_DAMAGED, "%s: not a regular file", path);
    return check_beside(path, "-journal", e);
}

/* A read-only connection cannot roll a hot journal back. */
static enum err
recover_first(const char *path, struct error *e)
{
    char *journal = mem_printf("%s-journal", path);
    bool hot = access(journal, F_OK) == 0 && access(path, W_OK) == 0;
    free(journal);
    return hot ? db_recover(path, e) : ERR_OK;
}

enum err
db_open(struct db **out, const char *path, const struct db_schema *schema,
        unsigned flags, struct error *e)
{
    *out = NULL;
    enum err err = check_file(path, flags, e);
    if (err != ERR_OK)
        return err;
    struct db *db = mem_alloc(sizeof *db);
    db->path = mem_strdup(path);
    db->schema = schema;
    db->flags = flags;
    db->busy_ms = BUSY_MS;
    db->place = -1;
    db->statements =
        mem_array((size_t)schema->statement_count, sizeof(struct db_stmt));
    for (int i = 0; i < schema->statement_count; i++) {
        db->statements[i].db = db;
        db->statements[i].id = i;
    }
    err = db_set_foreign_aside(db, e);
    if (err == ERR_OK && (flags & DB_READ_ONLY))
        err = recover_first(path, e);
    if (err == ERR_OK)
        err = db_connect(db, e);
    db->flags &= ~(unsigned)(DB_CREATE | DB_UPGRADE);
    if (err != ERR_OK) {
        db_close(db);
        if (flags & DB_CREATE)
            unlink(path);
        return err;
    }
    *out = db;
    return ERR_OK;
}

void
db_close(struct db *db)
{
    if (!db)
        return;
    db_rollback(db);
    db_disconnect(db);
    free(db->statements);
    free(db->path);
    free(db->aside);
    free(db);
}

const char *
db_path(const struct db *db)
{
    return db->path;
}

bool
db_is_replaced(struct db *db)
{
    int moved = 0;
    return db->handle &&
           sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED,
                                &moved) == SQLITE_OK &&
           moved;
}

bool
db_usable(const struct db *db)
{
    return db->handle != NULL;
}

void
db_set_busy_ms(struct db *db, int ms)
{
    db->busy_ms = ms;
}

const char *
db_library_version(void)
{
    return sqlite3_libversion();
}

enum err
db_describe(struct db *db, struct buf *out, struct error *e)
{
    char got[64];
    buf_addf(out, "sqlite %s\n", db_library_version());
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const struct setting *s = &settings[i];
        if ((db->flags & s->with) != s->with || (db->flags & s->without))
            continue;
        enum err err = db_exec_text(db, s->get, got, sizeof got, e);
        if (err != ERR_OK)
            return err;
        buf_addf(out, "%s %s\n", s->get + strlen("PRAGMA "), got);
    }
    return ERR_OK;
}
