/* Statements and transactions. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

static struct db *
make(const char *name)
{
    struct db *db = NULL;
    CHECK_INT(db_open(&db, scratch_file(name), &small_schema, DB_CREATE, &e),
              ERR_OK);
    return db;
}

static enum err
add(struct db *db, int64_t n, const char *t)
{
    struct db_stmt *q = db_use(db, SMALL_ADD);
    db_int(q, n);
    db_text(q, t);
    return db_run(q, &e);
}

static void
a_bad_statement_is_an_error(void)
{
    struct db *db = make("bad");
    CHECK_INT(db_run(db_use(db, SMALL_BAD), &e), ERR_FAILED);
    CHECK_HAS(e.text, "SMALL_BAD");
    CHECK_HAS(e.text, "nowhere");
    db_close(db);
}

static void
constraints_have_codes(void)
{
    struct db *db = make("constraints");
    CHECK_INT(add(db, 1, "a"), ERR_OK);
    CHECK_INT(add(db, 1, "b"), ERR_CONFLICT);
    CHECK_HAS(e.text, "SMALL_ADD");
    struct db_stmt *q = db_use(db, SMALL_PARENT);
    db_int(q, 99);
    CHECK_INT(db_run(q, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "FOREIGN KEY");
    db_close(db);
}

static void
a_rollback_takes_all_back(void)
{
    struct db *db = make("rollback");
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK(db_in_transaction(db));
    CHECK_INT(add(db, 1, "a"), ERR_OK);
    db_rollback(db);
    CHECK(!db_in_transaction(db));
    CHECK_INT(small_rows(db), 0);
    db_close(db);
}

static void
savepoints_nest(void)
{
    struct db *db = make("savepoints");
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(add(db, 1, "a"), ERR_OK);
    CHECK_INT(db_savepoint(db, &e), ERR_OK);
    CHECK_INT(add(db, 2, "b"), ERR_OK);
    CHECK_INT(db_savepoint(db, &e), ERR_OK);
    CHECK_INT(add(db, 3, "c"), ERR_OK);
    db_savepoint_rollback(db);
    CHECK_INT(db_savepoint_release(db, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    CHECK_INT(small_rows(db), 2);
    db_close(db);
}

static void
a_second_begin_names_the_first(void)
{
    struct db *db = make("twice");
    int out[2];
    CHECK_INT(pipe(out), 0);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        dup2(out[1], 2);
        db_begin(db, &e);
        _exit(0);
    }
    int status = 0;
    char text[400] = "";
    waitpid(pid, &status, 0);
    close(out[1]);
    ssize_t n = read(out[0], text, sizeof text - 1);
    CHECK(n > 0);
    close(out[0]);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK_HAS(text, "a transaction is open since");
    CHECK_HAS(text, "transaction.c:");
    db_rollback(db);
    db_close(db);
}

static void
a_second_writer_waits_then_is_told(void)
{
    struct db *db = make("busy");
    struct db *other;
    CHECK_INT(db_open(&other, scratch_file("busy"), &small_schema, 0, &e),
              ERR_OK);
    db_set_busy_ms(other, 20);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(db_begin(other, &e), ERR_BUSY);
    CHECK_HAS(e.text, "try again");
    CHECK_INT(add(db, 1, "a"), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    CHECK_INT(db_begin(other, &e), ERR_OK);
    CHECK_INT(small_rows(other), 1);
    db_rollback(other);
    db_close(other);
    db_close(db);
}

static void
others_commits_show(void)
{
    struct db *db = make("seen");
    struct db *other;
    int64_t before;
    int64_t after;
    CHECK_INT(
        db_open(&other, scratch_file("seen"), &small_schema, DB_READ_ONLY, &e),
        ERR_OK);
    CHECK_INT(db_data_version(other, &before, &e), ERR_OK);
    CHECK_INT(add(db, 1, "a"), ERR_OK);
    CHECK_INT(db_data_version(other, &after, &e), ERR_OK);
    CHECK(before != after);
    db_close(other);
    db_close(db);
}

/* In a child, for a limit on file sizes cannot be taken back. */
static int
fill_the_disk(void)
{
    struct db *db;
    struct rlimit limit = {200000, 200000};
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    signal(SIGXFSZ, SIG_IGN);
    if (db_open(&db, scratch_file("full"), &small_schema, 0, &e) != ERR_OK ||
        add(db, 0, "acknowledged") != ERR_OK || setrlimit(RLIMIT_FSIZE, &limit))
        return 2;
    enum err err = db_begin(db, &e);
    for (int i = 1; err == ERR_OK && i < 1000; i++)
        err = add(db, i, text);
    if (err == ERR_OK)
        err = db_commit(db, &e);
    db_rollback(db);
    if (err != ERR_DISK_FULL && err != ERR_OUTCOME_UNKNOWN) {
        printf("# got %s: %s\n", err_word(err), e.text);
        return 3;
    }
    return small_rows(db) == 1 ? 0 : 4;
}

/* A transaction that does not fit into memory meets the full disk before its
 * commit: SQLite rolls it back there and then. What comes after must not
 * stand in the store alone. */
static int
overfill_the_disk(void)
{
    struct db *db;
    struct rlimit limit = {200000, 200000};
    static char text[50000];
    memset(text, 'x', sizeof text - 1);
    signal(SIGXFSZ, SIG_IGN);
    if (db_open(&db, scratch_file("full"), &small_schema, 0, &e) != ERR_OK ||
        add(db, 0, "acknowledged") != ERR_OK || setrlimit(RLIMIT_FSIZE, &limit))
        return 2;
    enum err err = db_begin(db, &e);
    for (int i = 1; err == ERR_OK && i < 1000; i++)
        err = add(db, i, text);
    if (err != ERR_DISK_FULL)
        return 3;
    if (db_savepoint(db, &e) != ERR_DISK_FULL ||
        add(db, 2000, "alone") != ERR_DISK_FULL)
        return 4;
    if (db_commit(db, &e) != ERR_DISK_FULL)
        return 5;
    if (db_begin(db, &e) != ERR_OK || add(db, 2001, "after") != ERR_OK)
        return 6;
    db_rollback(db);
    return small_rows(db) == 1 ? 0 : 7;
}

static void
check_full_disk(int (*fill)(void))
{
    db_close(make("full"));
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        _exit(fill());
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    struct db *db;
    CHECK_INT(db_open(&db, scratch_file("full"), &small_schema, 0, &e), ERR_OK);
    CHECK_INT(small_rows(db), 1);
    CHECK_INT(db_check(db, &e), ERR_OK);
    db_close(db);
    unlink(scratch_file("full"));
}

static void
a_full_disk_loses_nothing(void)
{
    check_full_disk(fill_the_disk);
}

/* Sabotage: the assignment to db->ended in db_fail() (src/store/db_error.c). */
static void
nothing_is_kept_of_a_broken_transaction(void)
{
    check_full_disk(overfill_the_disk);
}

void
test_store_transaction(void)
{
    static const struct test tests[] = {
        {"a bad statement is an error", a_bad_statement_is_an_error},
        {"constraints have codes", constraints_have_codes},
        {"a rollback takes all back", a_rollback_takes_all_back},
        {"savepoints nest", savepoints_nest},
        {"a second begin names the first", a_second_begin_names_the_first},
        {"a second writer waits, then is told",
         a_second_writer_waits_then_is_told},
        {"others' commits show", others_commits_show},
        {"a full disk loses nothing", a_full_disk_loses_nothing},
        {"nothing is kept of a broken transaction",
         nothing_is_kept_of_a_broken_transaction},
        {NULL, NULL}};
    test_run("transaction", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
