/* The unit tests of the store layer. */
#include "tests/unit/store/store.h"

#include <dirent.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/test.h"

int failed_tests;

static const struct db_statement statements[] = {
    {"SMALL_ADD", "INSERT INTO small(n, t) VALUES (?, ?)", NULL},
    {"SMALL_GET", "SELECT t FROM small WHERE n = ?", NULL},
    {"SMALL_ALL", "SELECT n FROM small ORDER BY n", NULL},
    {"SMALL_PARENT", "INSERT INTO child(parent) VALUES (?)", NULL},
    {"SMALL_BAD", "SELECT n FROM nowhere", NULL},
    {"SMALL_META_GET", "SELECT value FROM meta WHERE key = ?", NULL},
    {"SMALL_META_SET",
     "INSERT INTO meta(key, value) VALUES (?, ?)"
     " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
     NULL}};
static const char *const migrations[] = {
    "CREATE TABLE small(n INTEGER PRIMARY KEY, t TEXT) STRICT;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE child(parent INTEGER NOT NULL REFERENCES small) STRICT;"
    "CREATE TRIGGER small_no_delete BEFORE DELETE ON small BEGIN"
    " SELECT RAISE(ABORT, 'never'); END;",
    "CREATE TABLE more(n INTEGER PRIMARY KEY) STRICT;"};
const struct db_schema small_schema = {.what = "small store",
                                       .application_id = 4711,
                                       .version = 1,
                                       .migrations = migrations,
                                       .statements = statements,
                                       .statement_count = SMALL_COUNT,
                                       .meta_get = SMALL_META_GET,
                                       .meta_set = SMALL_META_SET};
const struct db_schema small_schema_2 = {.what = "small store",
                                         .application_id = 4711,
                                         .version = 2,
                                         .migrations = migrations,
                                         .statements = statements,
                                         .statement_count = SMALL_COUNT,
                                         .meta_get = SMALL_META_GET,
                                         .meta_set = SMALL_META_SET};

static char folder[PATH_MAX];

const char *
scratch_folder(void)
{
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/tailor-test-store-XXXXXX");
        if (!mkdtemp(folder))
            abort();
        chmod(folder, 0755);
    }
    return folder;
}

const char *
scratch_file(const char *name)
{
    static char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", scratch_folder(), name);
    return path;
}

int
small_rows(struct db *db)
{
    struct error e;
    int rows = 0;
    struct db_stmt *q = db_use(db, SMALL_ALL);
    while (db_row(q))
        rows++;
    CHECK_INT(db_end(q, &e), ERR_OK);
    return rows;
}

static sqlite3 *
open_and_run(const char *name, const char *sql)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open(scratch_file(name), &handle) != SQLITE_OK ||
        sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        printf("# %s: %s\n", sql, sqlite3_errmsg(handle));
        abort();
    }
    return handle;
}

void
raw_sql(const char *name, const char *sql)
{
    sqlite3_close(open_and_run(name, sql));
}

void
raw_sql_and_end(const char *name, const char *sql)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        open_and_run(name, sql);
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        abort();
}

void
scratch_remove(void)
{
    DIR *d = folder[0] ? opendir(folder) : NULL;
    char path[PATH_MAX + 300];
    for (struct dirent *f; d && (f = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", folder, f->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
}

int
main(void)
{
    test_store_open();
    test_store_transaction();
    test_store_doubt();
    test_store_copy();
    test_store_place();
    test_store_moved();
    test_store_crash();
    test_store_console();
    test_store_runtime();
    test_store_plans();
    test_store_columns();
    test_store_numbers();
    scratch_remove();
    rmdir(scratch_folder());
    return failed_tests ? 1 : 0;
}
