/* A long list and a writer beside it. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>

#include "manager/installation/installation.h"
#include "tests/unit/manager/fixture.h"

/* More than the first part of a walk looks at. */
enum { ROWS = 40000, TRIES = 50 };

/* One change of a colleague, committed while the list is read. */
struct change {
    sqlite3 *db;
    atomic_bool reading, listed; /* set by the reader */
    bool waited, between;        /* it had to wait; it came in before the end */
};

static void *
change(void *ctx)
{
    struct change *c = ctx;
    int code;
    while (!atomic_load(&c->reading))
        ;
    while ((code = sqlite3_exec(c->db, "COMMIT", NULL, NULL, NULL)) ==
           SQLITE_BUSY)
        c->waited = true;
    c->between = code == SQLITE_OK && !atomic_load(&c->listed);
    return NULL;
}

static void
fill(void)
{
    run_sql("WITH RECURSIVE r(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM r"
            " WHERE i < 41000) INSERT INTO end_user(n,id,runtime,username,"
            "full_name) SELECT i,printf('%024x',i),1,'user'||i,'Acme '||i FROM"
            " r;"
            "INSERT INTO installation(n,id,end_user,integration,runtime,"
            "condition,customer,created_at,changed_at,as_of) SELECT n,"
            "printf('%024x',n + 100000),n,1,1,0,full_name,1,1,1 FROM end_user"
            " WHERE n >= 1000");
}

/* Lists what nothing fits, beside a change. False where the change did not have
 * to wait: it came before the list. */
static bool
list_beside(struct manager *m, struct change *c)
{
    /* One sign is in no index, so each row is looked at. */
    const struct installation_filter none = {.text = "§"};
    struct installation_list page;
    pthread_t writer;
    *c = (struct change){.waited = false};
    CHECK_INT(sqlite3_open(store_path(), &c->db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(c->db,
                           "BEGIN IMMEDIATE; UPDATE setting SET value = value;"
                           "UPDATE runtime SET url = url",
                           NULL, NULL, NULL),
              SQLITE_OK);
    CHECK_INT(pthread_create(&writer, NULL, change, c), 0);
    atomic_store(&c->reading, true);
    CHECK_INT(manager_installation_list(m, &none, NULL, 5, &page, &e), ERR_OK);
    atomic_store(&c->listed, true);
    CHECK_INT(page.count, 0);
    installation_list_clear(&page);
    pthread_join(writer, NULL);
    sqlite3_close(c->db);
    return c->waited;
}

/* Sabotage: operation_end() in walk_on() of list.c. */
static void
a_writer_has_its_turn_within_a_long_list(void)
{
    struct change c;
    int tries = 0;
    fixture_start(1);
    fill();
    struct manager *m = session_of("olga");
    while (!list_beside(m, &c) && ++tries < TRIES)
        ;
    CHECK(tries < TRIES);
    CHECK(c.between);
    manager_close(m);
    fixture_end();
}

void
test_manager_slices(void)
{
    static const struct test tests[] = {
        {"a writer has its turn within a long list",
         a_writer_has_its_turn_within_a_long_list},
        {NULL, NULL}};
    RUN_SUITE("slices", tests);
}
