/* Stores that are replaced while others have them open. */
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

static struct db *
opened(const char *name, unsigned flags)
{
    struct db *db = NULL;
    CHECK_INT(db_open(&db, scratch_file(name), &small_schema, flags, &e),
              ERR_OK);
    return db;
}

/* Sabotage: the look at the name in lock() of db_guard.c. */
static void
who_has_the_old_file_leaves_the_journal_of_the_new_one(void)
{
    struct error why;
    char *kept = NULL, *path = mem_strdup(scratch_file("moved-live"));
    struct db *old = opened("moved-live", DB_CREATE);
    struct db *reader = opened("moved-live", DB_READ_ONLY);
    CHECK_INT(small_rows(reader), 0);
    db_close(opened("moved-new", DB_CREATE));
    CHECK_INT(db_replace(path, scratch_file("moved-new"), &kept, &e), ERR_OK);
    struct db *writer = opened("moved-live", 0);
    CHECK_INT(db_begin(writer, &e), ERR_OK);
    struct db_stmt *w = db_use(writer, SMALL_ADD);
    db_int(w, 1);
    db_text(w, "one");
    CHECK_INT(db_run(w, &e), ERR_OK);
    struct db *held[] = {old, reader};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        CHECK_INT(db_begin(held[i], &why), ERR_STALE);
        CHECK_HAS(why.text, "replaced by another file");
        struct db_stmt *q = db_use(held[i], SMALL_ALL);
        CHECK(!db_row(q));
        CHECK_INT(db_end(q, &why), ERR_STALE);
    }
    char *journal = mem_printf("%s-journal", path);
    CHECK(access(journal, F_OK) == 0);
    CHECK_INT(db_commit(writer, &e), ERR_OK);
    CHECK_INT(small_rows(writer), 1);
    db_close(old);
    db_close(reader);
    db_close(writer);
    struct db *check = NULL;
    CHECK_INT(db_open(&check, kept, &small_schema, 0, &e), ERR_OK);
    CHECK_INT(db_check(check, &e), ERR_OK);
    db_close(check);
    free(journal);
    free(kept);
    free(path);
}

/* Sabotage: "BEGIN EXCLUSIVE" of db_transaction.c. */
static void
a_file_is_not_replaced_under_a_reader(void)
{
    struct error why;
    struct db *db = opened("moved-read", DB_CREATE);
    struct db *reader = opened("moved-read", DB_READ_ONLY);
    db_set_busy_ms(db, 0);
    CHECK_INT(db_begin_read(reader, &e), ERR_OK);
    CHECK_INT(small_rows(reader), 0);
    CHECK_INT(db_begin_alone(db, &why), ERR_BUSY);
    db_rollback(reader);
    CHECK_INT(db_begin_alone(db, &e), ERR_OK);
    db_set_busy_ms(reader, 0);
    struct db_stmt *q = db_use(reader, SMALL_ALL);
    CHECK(!db_row(q));
    CHECK_INT(db_end(q, &why), ERR_BUSY);
    db_rollback(db);
    db_close(reader);
    db_close(db);
}

void
test_store_moved(void)
{
    static const struct test tests[] = {
        {"who has the old file leaves the journal of the new one",
         who_has_the_old_file_leaves_the_journal_of_the_new_one},
        {"a file is not replaced under a reader",
         a_file_is_not_replaced_under_a_reader},
        {NULL, NULL}};
    test_run("moved", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
