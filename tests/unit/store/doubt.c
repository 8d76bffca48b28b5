/*
 * Commits in doubt: a VFS under SQLite that fails the removal of the journal,
 * which is the moment of commit, before or after it has happened. To see the
 * tests fail, take the call of doubt() out of db_commit.
 */
#include <sqlite3.h>

#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

enum fault { FAULT_NONE, FAULT_BEFORE, FAULT_AFTER };

static struct error e;
static sqlite3_vfs *real;
static sqlite3_vfs shim;
static enum fault fault;

static int
fault_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    enum fault f = fault;
    if (f == FAULT_NONE || !strstr(name, "-journal"))
        return real->xDelete(real, name, sync);
    fault = FAULT_NONE;
    if (f == FAULT_AFTER)
        real->xDelete(real, name, sync);
    return SQLITE_IOERR_DELETE;
}

static void
install(void)
{
    real = sqlite3_vfs_find(NULL);
    shim = *real;
    shim.zName = "fault";
    shim.pNext = NULL;
    shim.xDelete = fault_delete;
    sqlite3_vfs_register(&shim, 1);
}

static enum err
add(struct db *db, int64_t n)
{
    struct db_stmt *q = db_use(db, SMALL_ADD);
    db_int(q, n);
    db_text(q, "in doubt");
    return db_run(q, &e);
}

static bool
has(struct db *db, int64_t n)
{
    struct db_stmt *q = db_use(db, SMALL_GET);
    db_int(q, n);
    bool there = db_row(q);
    CHECK_INT(db_end(q, &e), ERR_OK);
    return there;
}

/* The connection that DB has after a doubt keeps and undoes rows 2 to 4. */
static void
check_transactions(struct db *db)
{
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(add(db, 2), ERR_OK);
    db_rollback(db);
    CHECK(!has(db, 2));
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(db_savepoint(db, &e), ERR_OK);
    CHECK_INT(add(db, 3), ERR_OK);
    db_savepoint_rollback(db);
    CHECK_INT(db_savepoint(db, &e), ERR_OK);
    CHECK_INT(add(db, 4), ERR_OK);
    CHECK_INT(db_savepoint_release(db, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    CHECK(!has(db, 3));
    CHECK(has(db, 4));
}

/* Commits a row under FAULT; true where it is there afterwards. */
static bool
commit_under(enum fault f, const char *name)
{
    struct db *db;
    CHECK_INT(db_open(&db, scratch_file(name), &small_schema, DB_CREATE, &e),
              ERR_OK);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(db_savepoint(db, &e), ERR_OK);
    CHECK_INT(add(db, 1), ERR_OK);
    CHECK_INT(db_savepoint_release(db, &e), ERR_OK);
    fault = f;
    CHECK_INT(db_commit(db, &e), ERR_OUTCOME_UNKNOWN);
    CHECK(db_usable(db));
    CHECK(!db_in_transaction(db));
    bool there = has(db, 1);
    check_transactions(db);
    db_close(db);
    return there;
}

static void
a_failed_commit_can_have_happened(void)
{
    CHECK(commit_under(FAULT_AFTER, "after"));
}

static void
a_failed_commit_can_have_failed(void)
{
    CHECK(!commit_under(FAULT_BEFORE, "before"));
}

void
test_store_doubt(void)
{
    static const struct test tests[] = {
        {"a failed commit can have happened",
         a_failed_commit_can_have_happened},
        {"a failed commit can have failed", a_failed_commit_can_have_failed},
        {NULL, NULL}};
    install();
    test_run("doubt", tests);
    sqlite3_vfs_unregister(&shim);
    sqlite3_vfs_register(real, 1);
    failed_tests += test_failures;
    test_failures = 0;
}
