/* The runtime's store: what an upgrade makes of the runs of an older one. */
#include <sqlite3.h>
#include <stdio.h>

#include "store/db.h"
#include "store/runtime.h"
#include "store/runtime_schema.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

/* A customer N of ENV with an installation of both workflows. */
#define CUSTOMER(n, env)                                                       \
    "INSERT INTO user VALUES(" n ",'u" n "'," env ",'u" n "',NULL,1,1,NULL);"  \
    "INSERT INTO installation VALUES(" n ",'i" n "'," n ",1,0,1,1);"           \
    "INSERT INTO installed VALUES(" n "1,'d" n "1'," n ",1,NULL,NULL,NULL,0,"  \
    "0,0,1,1);"                                                                \
    "INSERT INTO installed VALUES(" n "2,'d" n "2'," n ",2,NULL,NULL,NULL,0,"  \
    "0,0,1,1);"
#define RUN(n, installed, state)                                               \
    "INSERT INTO run(n,id,execution,installed,state,input,accepted_at,"        \
    "expires_at) VALUES(" n ",'r" n "','e" n "'," installed "," state          \
    ",'{}',1000,2000);"

static const char old_rows[] =
    "INSERT INTO integration VALUES(1,'g','g','G','a',NULL,1,'[]',1,1);"
    "INSERT INTO workflow VALUES(1,'w1',1,'w1','W1',0,1,1);"
    "INSERT INTO workflow VALUES(2,'w2',1,'w2','W2',1,1,1);" CUSTOMER("3", "0")
        CUSTOMER("4", "1") RUN("1", "31", "2") RUN("2", "31", "3")
            RUN("3", "32", "2") RUN("4", "41", "3") RUN("5", "41", "3")
                RUN("6", "42", "0") RUN("7", "31", "4");

static void
make_old(const char *path)
{
    sqlite3 *handle;
    char ids[80];
    snprintf(ids, sizeof ids, "PRAGMA application_id=%d;PRAGMA user_version=1",
             (int)runtime_schema.application_id);
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, runtime_schema_1, NULL, NULL, NULL),
              SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, old_rows, NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, ids, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static int
count(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *s = NULL;
    CHECK_INT(sqlite3_prepare_v2(handle, sql, -1, &s, NULL), SQLITE_OK);
    int n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
    sqlite3_finalize(s);
    return n;
}

/* Sabotage: leave an UPDATE of run, or the INSERT into run_total, out of
 * runtime_schema.c. */
static void
runs_of_an_older_store(void)
{
    static const struct {
        const char *sql;
        int n;
    } rows[] = {
        {"SELECT count(*) FROM run WHERE environment = 0 AND lane = 3", 4},
        {"SELECT count(*) FROM run WHERE environment = 1 AND lane = 4", 3},
        {"SELECT count(*) FROM run WHERE workflow = 1", 5},
        {"SELECT count(*) FROM run WHERE workflow = 2 AND n IN (3, 6)", 2},
        {"SELECT count(*) FROM run WHERE due_at = 1000", 7},
        {"SELECT count(*) FROM run_total", 4},
        {"SELECT count(*) FROM installed WHERE environment ="
         " (SELECT u.environment FROM installation i JOIN user u"
         " ON u.n = i.user WHERE i.n = installed.installation)",
         4},
        {"SELECT count(*) FROM installed WHERE environment = 1", 2},
        {"SELECT runs * 100 + failed * 10 + done FROM run_total"
         " WHERE workflow = 1 AND environment = 0",
         311},
        {"SELECT runs * 100 + failed * 10 + done FROM run_total"
         " WHERE workflow = 1 AND environment = 1",
         220},
        {"SELECT runs * 100 + failed * 10 + done FROM run_total"
         " WHERE workflow = 2 AND environment = 0",
         101},
        {"SELECT runs * 100 + failed * 10 + done FROM run_total"
         " WHERE workflow = 2 AND environment = 1",
         100},
    };
    struct db *db;
    sqlite3 *handle;
    const char *path = scratch_file("older-runs");
    make_old(path);
    CHECK_INT(db_open(&db, path, &runtime_schema, DB_UPGRADE, &e), ERR_OK);
    db_close(db);
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(count(handle, rows[i].sql), rows[i].n);
    CHECK_INT(sqlite3_exec(handle,
                           "UPDATE run SET state = 2 WHERE n = 4;"
                           "DELETE FROM run WHERE n = 5",
                           NULL, NULL, NULL),
              SQLITE_OK);
    CHECK_INT(count(handle,
                    "SELECT runs * 100 + failed * 10 + done FROM"
                    " run_total WHERE workflow = 1 AND environment = 1"),
              101);
    sqlite3_close(handle);
}

/* Sabotage: the LIMIT of VERSION_LIST, or its order. */
static void
the_newest_of_many_versions(void)
{
    static const char many[] =
        "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i"
        " WHERE n < 1005) INSERT INTO version SELECT n, 'v' || n, 1, NULL, n,"
        " 0, 'h', 1000 + n % 1001, 'x' FROM i";
    struct db *db;
    sqlite3 *handle;
    int64_t rows = 0, before = INT64_MAX;
    const char *path = scratch_file("many-versions");
    make_old(path);
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, many, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    CHECK_INT(db_open(&db, path, &runtime_schema, DB_UPGRADE, &e), ERR_OK);
    struct db_stmt *q = db_use(db, RS_VERSION_LIST);
    db_int(q, 1);
    db_int(q, 0);
    db_int(q, 0);
    struct rs_listed_version v;
    for (; rs_listed_version_next(q, &v); rows++) {
        CHECK(v.released_at <= before);
        before = v.released_at;
    }
    CHECK_INT(db_end(q, &e), ERR_OK);
    CHECK_INT(rows, 1000);
    CHECK_INT(before, 1003);
    db_close(db);
}

void
test_store_runtime(void)
{
    static const struct test tests[] = {
        {"runs of an older store", runs_of_an_older_store},
        {"the newest of many versions", the_newest_of_many_versions},
        {NULL, NULL}};
    test_run("runtime schema", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
