/* Whole stores: migration, check, copy, recovery, query plans. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/part.h"
#include "store/db_private.h"

/* All steps in one transaction: a store is upgraded or as it was. */
static enum err
migrate_all(struct db *db, int from, struct error *e)
{
    char mark[96];
    snprintf(mark, sizeof mark,
             "PRAGMA application_id=%d; PRAGMA user_version=%d",
             (int)db->schema->application_id, db->schema->version);
    enum err err = db_exec(db, "BEGIN IMMEDIATE", "migrate", e);
    for (int i = from; err == ERR_OK && i < db->schema->version; i++)
        err = db_exec(db, db->schema->migrations[i], "migrate", e);
    if (err == ERR_OK)
        err = db_exec(db, mark, "migrate", e);
    if (err == ERR_OK)
        err = db_exec(db, "COMMIT", "migrate", e);
    if (err != ERR_OK && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return err;
}

/* The same after a copy beside the store, which is removed where the upgrade
 * fails: then it is the same as the store. */
static enum err
migrate_with_copy(struct db *db, int from, struct error *e)
{
    char *copy = mem_printf("%s-before-upgrade-from-%d-%lld", db->path, from,
                            (long long)clock_now_ms());
    enum err err = db_backup(db, copy, e);
    if (err == ERR_OK) {
        err = migrate_all(db, from, e);
        if (err != ERR_OK)
            unlink(copy);
    }
    free(copy);
    return err;
}

enum err
db_migrate(struct db *db, int from, struct error *e)
{
    bool fresh = db->flags & DB_CREATE;
    if (!fresh && !(db->flags & DB_UPGRADE)) {
        error_set(e, ERR_REFUSED,
                  "%s: made by an older program: its version is %d, this "
                  "program needs %d",
                  db->path, from, db->schema->version);
        return error_hint(e, HINT_STORE_UPGRADE, NULL, NULL, ERR_REFUSED);
    }
    return fresh ? migrate_all(db, from, e) : migrate_with_copy(db, from, e);
}

/* Each row of SQL (at most 20) as a line of OUT. */
static enum err
add_rows(struct db *db, const char *sql, struct buf *out, struct error *e)
{
    sqlite3_stmt *s = NULL;
    int rows = 0;
    int rc = db_prepare(db, sql, 0, &s);
    while (rc == SQLITE_OK && (rc = db_step(db, s)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        if (text && strcmp(text, "ok") != 0 && rows++ < 20)
            buf_addf(out, "%s\n", text);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE ? ERR_OK : db_fail(db, rc, sql, e);
}

/* The lines FOUND as the text of one error: "a; b". */
static enum err
tell_found(const struct db *db, const char *found, struct error *e)
{
    struct buf text;
    buf_init(&text, 2000);
    for (size_t n = 0; *found; found += n) {
        n = strcspn(found, "\n");
        if (n > 0)
            buf_addf(&text, "%s%.*s", text.len ? "; " : "", (int)n, found);
        n += found[n] == '\n';
    }
    enum err err =
        error_set(e, ERR_DAMAGED, "%s: %s", db->path, buf_str(&text));
    buf_clear(&text);
    return err;
}

enum err
db_check(struct db *db, struct error *e)
{
    struct buf found;
    int64_t version = 0;
    buf_init(&found, 900);
    enum err err = add_rows(db, "PRAGMA integrity_check(20)", &found, e);
    if (err == ERR_OK)
        err = add_rows(db, "PRAGMA foreign_key_check", &found, e);
    if (err == ERR_OK)
        err = db_version(db, &version, e);
    if (err == ERR_OK && version == db->schema->version)
        err = db_check_schema(db, &found, e);
    if (err == ERR_OK && (found.len > 0 || buf_failed(&found)))
        err = error_hint(e, HINT_STORE_RESTORE, NULL, NULL,
                         tell_found(db, buf_str(&found), e));
    if (err == ERR_OK)
        err = db_check_text_indexes(db, &found, e);
    if (err == ERR_OK && found.len > 0)
        err = error_hint(e, HINT_STORE_REINDEX, NULL, NULL,
                         tell_found(db, buf_str(&found), e));
    buf_clear(&found);
    return err;
}

static enum err
sync_path(const char *path, int flags, struct error *e)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return error_errno(e, ERR_IO, path);
    int rc = fsync(fd);
    enum err err = rc == 0 ? ERR_OK : error_errno(e, ERR_IO, path);
    close(fd);
    return err;
}

enum err
db_sync(const char *path, struct error *e)
{
    enum err err = sync_path(path, O_RDONLY, e);
    char *copy = mem_strdup(path);
    if (err == ERR_OK)
        err = sync_path(dirname(copy), O_RDONLY | O_DIRECTORY, e);
    free(copy);
    return err;
}

enum err
db_backup(struct db *db, const char *path, struct error *e)
{
    struct part part;
    enum err err = part_begin(&part, path, e);
    if (err != ERR_OK)
        return err;
    fchmod(part.fd, 0600); /* whatever the umask took away */
    sqlite3_stmt *s = NULL;
    char *name = db_file_name(part.name);
    int rc = db_prepare(db, "VACUUM INTO ?", 0, &s);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = db_step(db, s);
    sqlite3_finalize(s);
    free(name);
    err = rc == SQLITE_DONE ? ERR_OK : db_fail_copy(db, rc, path, e);
    return part_end(&part, err, e);
}

enum err
db_recover(const char *path, struct error *e)
{
    static const struct db_schema none = {.what = "store"};
    struct db db = {.path = mem_strdup(path), .schema = &none};
    int rc = db_open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
                          &db.handle);
    if (rc == SQLITE_OK) {
        db_guard(db.handle, &db.guard);
        sqlite3_busy_timeout(db.handle, 5000);
        rc = sqlite3_exec(db.handle, "SELECT count(*) FROM sqlite_schema", NULL,
                          NULL, NULL);
    }
    enum err err =
        rc == SQLITE_OK ? ERR_OK : db_fail(&db, rc, "recover the journal", e);
    sqlite3_close(db.handle);
    free(db.path);
    return err;
}

static enum err
pragma_number(struct db *db, const char *sql, int64_t *out, struct error *e)
{
    char text[32];
    enum err err = db_exec_text(db, sql, text, sizeof text, e);
    if (err == ERR_OK)
        *out = strtoll(text, NULL, 10);
    return err;
}

enum err
db_data_version(struct db *db, int64_t *out, struct error *e)
{
    return pragma_number(db, "PRAGMA data_version", out, e);
}

enum err
db_version(struct db *db, int64_t *out, struct error *e)
{
    return pragma_number(db, "PRAGMA user_version", out, e);
}

enum err
db_bytes_used(struct db *db, int64_t *out, struct error *e)
{
    int64_t pages = 0, unused = 0, size = 0;
    enum err err = pragma_number(db, "PRAGMA page_count", &pages, e);
    if (err == ERR_OK)
        err = pragma_number(db, "PRAGMA freelist_count", &unused, e);
    if (err == ERR_OK)
        err = pragma_number(db, "PRAGMA page_size", &size, e);
    *out = (pages - unused) * size;
    return err;
}

enum err
db_explain(struct db *db, const char *sql, struct buf *out, struct error *e)
{
    char *explain = mem_printf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *s = NULL;
    int rc = db_prepare(db, explain, 0, &s);
    while (rc == SQLITE_OK && (rc = db_step(db, s)) == SQLITE_ROW) {
        buf_addf(out, "%s\n", (const char *)sqlite3_column_text(s, 3));
        rc = SQLITE_OK;
    }
    sqlite3_finalize(s);
    free(explain);
    return rc == SQLITE_DONE ? ERR_OK : db_fail(db, rc, sql, e);
}
