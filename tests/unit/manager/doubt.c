/*
 * A commit in doubt is told by its audit record. A VFS under SQLite fails the
 * removal of the journal, before or after it has happened. To see the tests
 * fail, return the error of db_commit from operation_end as it is.
 */
#include <sqlite3.h>

#include "manager/draft/draft.h"
#include "manager/session/audit.h"
#include "store/db.h"
#include "tests/unit/manager/fixture.h"

enum fault { FAULT_NONE, FAULT_BEFORE, FAULT_AFTER };

static sqlite3_vfs *real;
static sqlite3_vfs shim;
static enum fault fault;
static bool deaf; /* opening fails from then on */

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

static int
fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
           int *out)
{
    (void)vfs;
    if (deaf && (flags & SQLITE_OPEN_MAIN_DB)) {
        file->pMethods = NULL;
        return SQLITE_CANTOPEN;
    }
    return real->xOpen(real, name, file, flags, out);
}

static void
install(void)
{
    real = sqlite3_vfs_find(NULL);
    shim = *real;
    shim.zName = "fault";
    shim.pNext = NULL;
    shim.xDelete = fault_delete;
    shim.xOpen = fault_open;
    sqlite3_vfs_register(&shim, 1);
}

static enum err
fork_under(struct manager *m, enum fault f)
{
    char id[IDENT_SIZE];
    fault = f;
    enum err err = manager_draft_fork(m, "user1", "order-to-cash", NULL,
                                      DRAFT_ANOTHER, id, &e);
    fault = FAULT_NONE;
    return err;
}

static void
what_happened_is_acknowledged(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(fork_under(m, FAULT_AFTER), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM draft"), 1);
    fork_for(m, 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM draft"), 2);
    manager_close(m);
    fixture_end();
}

static void
what_did_not_is_an_error(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(fork_under(m, FAULT_BEFORE), ERR_IO);
    CHECK_HAS(e.text, "nothing was changed");
    CHECK_INT(ask_sql("SELECT count(*) FROM draft"), 0);
    fork_for(m, 1);
    struct audit_verdict v;
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_OK);
    manager_close(m);
    fixture_end();
}

static void
what_cannot_be_told_is_unknown(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    deaf = true;
    CHECK_INT(fork_under(m, FAULT_AFTER), ERR_OUTCOME_UNKNOWN);
    CHECK_HAS(e.text, "may or may not");
    CHECK(!db_usable(manager_db(m)));
    CHECK(fork_under(m, FAULT_NONE) != ERR_OK);
    deaf = false;
    manager_close(m);
    fixture_end();
}

void
test_manager_doubt(void)
{
    static const struct test tests[] = {
        {"what happened is acknowledged", what_happened_is_acknowledged},
        {"what did not is an error", what_did_not_is_an_error},
        {"what cannot be told is unknown", what_cannot_be_told_is_unknown},
        {NULL, NULL}};
    install();
    RUN_SUITE("doubt", tests);
    sqlite3_vfs_unregister(&shim);
    sqlite3_vfs_register(real, 1);
}
