/* kill -9 in the middle: what was acknowledged is there, nothing half is. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

/* Adds pairs of rows, a pair a transaction, and writes the number of each one
 * to FD after its commit, until it is killed. */
static void
write_pairs(int fd)
{
    struct db *db;
    if (db_open(&db, scratch_file("pairs"), &small_schema, 0, &e) != ERR_OK)
        _exit(1);
    int64_t n = 0;
    struct db_stmt *q = db_use(db, SMALL_ALL);
    while (db_row(q))
        n = db_get_int(q) + 1;
    db_end(q, &e);
    for (;; n += 2) {
        if (db_begin(db, &e) != ERR_OK)
            _exit(1);
        for (int i = 0; i < 2; i++) {
            q = db_use(db, SMALL_ADD);
            db_int(q, n + i);
            db_text(q, "pair");
            if (db_run(q, &e) != ERR_OK)
                _exit(1);
        }
        if (db_commit(db, &e) != ERR_OK || write(fd, &n, sizeof n) != sizeof n)
            _exit(1);
    }
}

/* Lets a child write WANTED pairs and some microseconds more, kills it, and
 * returns the last pair it acknowledged. */
static int64_t
kill_writer(int wanted, unsigned spin)
{
    int fd[2];
    int64_t n = -1;
    int64_t last = -1;
    CHECK_INT(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        write_pairs(fd[1]);
    }
    close(fd[1]);
    for (int i = 0; i < wanted && read(fd[0], &n, sizeof n) == sizeof n; i++)
        last = n;
    for (volatile unsigned i = 0; i < spin; i++)
        continue;
    kill(pid, SIGKILL);
    while (read(fd[0], &n, sizeof n) == sizeof n)
        last = n;
    close(fd[0]);
    waitpid(pid, NULL, 0);
    return last;
}

static void
kill_loses_nothing(void)
{
    struct db *db;
    CHECK_INT(db_open(&db, scratch_file("pairs"), &small_schema, DB_CREATE, &e),
              ERR_OK);
    db_close(db);
    srand((unsigned)test_seed());
    for (int round = 0; round < 25; round++) {
        int64_t last = kill_writer(1 + rand() % 5, (unsigned)rand() % 400000);
        /* A reader comes first every second time: it finds a hot journal. */
        CHECK_INT(db_open(&db, scratch_file("pairs"), &small_schema,
                          round % 2 ? DB_READ_ONLY : 0, &e),
                  ERR_OK);
        int64_t rows = 0;
        int64_t highest = -1;
        struct db_stmt *q = db_use(db, SMALL_ALL);
        while (db_row(q)) {
            CHECK_INT(db_get_int(q), rows);
            highest = db_get_int(q);
            rows++;
        }
        CHECK_INT(db_end(q, &e), ERR_OK);
        CHECK(rows % 2 == 0);
        CHECK(highest >= last + 1);
        db_close(db);
    }
}

void
test_store_crash(void)
{
    static const struct test tests[] = {
        {"kill -9 loses nothing and leaves nothing half", kill_loses_nothing},
        {NULL, NULL}};
    test_run("crash", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
