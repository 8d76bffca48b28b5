/* Copies in slices: what is written meanwhile is in them, and no slice is
 * longer than it was asked to be. */
#include <string.h>
#include <unistd.h>

#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

enum { ROWS = 400, LONG = 3000 };

static struct error e;

static void
add(struct db *db, int64_t n)
{
    char text[LONG + 1];
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    CHECK_INT(db_begin(db, &e), ERR_OK);
    struct db_stmt *q = db_use(db, SMALL_ADD);
    db_int(q, n);
    db_text(q, text);
    CHECK_INT(db_run(q, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
}

static struct db *
make(const char *name)
{
    struct db *db = NULL;
    CHECK_INT(db_open(&db, scratch_file(name), &small_schema,
                      DB_CREATE | DB_EXCLUSIVE, &e),
              ERR_OK);
    for (int i = 1; i <= ROWS; i++)
        add(db, i);
    return db;
}

static int
rows(struct db *db)
{
    int n = 0;
    for (int i = 1; i <= ROWS + 1000; i++) {
        struct db_stmt *q = db_use(db, SMALL_GET);
        db_int(q, i);
        n += db_row(q);
        CHECK_INT(db_end(q, &e), ERR_OK);
    }
    return n;
}

/* Sabotage: pass -1 for PAGES in db_copy_step (all of it in one slice). */
static void
writing_goes_on(void)
{
    struct db *db = make("sliced"), *copy = NULL;
    struct db_copy *c = NULL, *second = NULL;
    bool done = false;
    int slices = 0;
    char path[512];
    snprintf(path, sizeof path, "%s", scratch_file("slices"));
    CHECK_INT(db_copy_begin(db, path, &c, &e), ERR_OK);
    CHECK_INT(db_copy_begin(db, scratch_file("second"), &second, &e), ERR_BUSY);
    while (!done && db_copy_step(c, 8, &done, &e) == ERR_OK)
        if (slices++ % 4 == 0 && !done)
            add(db, ROWS + slices);
    CHECK(done);
    CHECK(slices > ROWS / 8);
    db_copy_stop(c);
    db_copy_free(c);
    CHECK_INT(db_sync(path, &e), ERR_OK);
    int here = rows(db);
    db_close(db);
    CHECK_INT(db_open(&copy, path, &small_schema, DB_EXCLUSIVE, &e), ERR_OK);
    CHECK_INT(db_check(copy, &e), ERR_OK);
    CHECK_INT(rows(copy), here);
    CHECK(here > ROWS + 10);
    db_close(copy);
}

/* Sabotage: drop db_copy_stop in db_disconnect. */
static void
closing_ends_it(void)
{
    struct db *db = make("closed");
    struct db_copy *c = NULL;
    bool done = false;
    CHECK_INT(db_copy_begin(db, scratch_file("half"), &c, &e), ERR_OK);
    CHECK_INT(db_copy_step(c, 8, &done, &e), ERR_OK);
    CHECK_INT(done, false);
    db_close(db);
    CHECK_INT(db_copy_step(c, 8, &done, &e), ERR_FAILED);
    db_copy_stop(c);
    db_copy_free(c);
}

static void
not_over_a_file(void)
{
    struct db *db = make("kept");
    struct db_copy *c = NULL;
    CHECK_INT(db_copy_begin(db, scratch_file("kept"), &c, &e), ERR_CONFLICT);
    CHECK_INT(db_copy_begin(db, "/nowhere/at/all", &c, &e), ERR_NOT_FOUND);
    CHECK_INT(access(scratch_file("kept"), F_OK), 0);
    db_close(db);
}

void
test_store_copy(void)
{
    static const struct test tests[] = {
        {"writing goes on between slices", writing_goes_on},
        {"closing the store ends a copy", closing_ends_it},
        {"a copy is made over no file", not_over_a_file},
        {NULL, NULL}};
    test_run("copy", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
