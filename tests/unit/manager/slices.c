/* Long lists: a writer beside one, and who in them is behind. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/mem.h"
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

/* --- who is behind -------------------------------------------------------- */

/* Base 2 is released, and the last OLD of the rows still run base 1. */
static void
leave_behind(int old)
{
    char *sql = mem_printf(
        "INSERT OR IGNORE INTO version(id,workflow,base_no,author,hash,state,"
        "created_at,created_by,changed_at,released_at,released_by)"
        " SELECT printf('%%024x',77),workflow,2,author,hash,2,1,'ada',1,1,'ada'"
        " FROM version WHERE installation IS NULL AND base_no=1 AND state=2"
        " ORDER BY n LIMIT 1;"
        "DELETE FROM installed_workflow WHERE installation >= 1000;"
        "INSERT INTO installed_workflow(installation,workflow,live,as_of)"
        " SELECT i.n,b.workflow,iif(i.n > 41000 - %d,a.n,b.n),1"
        " FROM version b JOIN version a ON a.workflow=b.workflow"
        " AND a.installation IS NULL AND a.base_no=1 AND a.state=2"
        " JOIN installation i ON i.n >= 1000 WHERE b.id=printf('%%024x',77)",
        old);
    run_sql(sql);
    free(sql);
}

/* Reads all pages of LIMIT rows; every row of them is behind. */
static int64_t
count_pages(struct manager *m, const struct installation_filter *f, int limit)
{
    struct installation_list page;
    char *cursor = NULL;
    int64_t count = 0;
    do {
        CHECK_INT(manager_installation_list(m, f, cursor, limit, &page, &e),
                  ERR_OK);
        for (size_t i = 0; i < page.count; i++)
            CHECK(page.rows[i].behind > 0);
        count += (int64_t)page.count;
        free(cursor);
        cursor = mem_strdup(page.next);
        installation_list_clear(&page);
    } while (cursor);
    return count;
}

/* Few, whom the index finds; some, who stand at the end of a walk; and more
 * than are sorted. Sabotage: installation_filter_rest() in list.c and
 * filter.c. */
static void
who_is_behind_is_listed(void)
{
    static const int old[] = {0, 20, 5000, 20000};
    static const enum installation_sort sorts[] = {SORT_CUSTOMER, SORT_CHANGED};
    fixture_start(1);
    fill();
    struct manager *m = session_of("olga");
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        leave_behind(old[i]);
        int64_t wanted = ask_sql(
            "SELECT count(DISTINCT p.installation) FROM installed_workflow p"
            " JOIN version a ON a.n=p.live JOIN version b ON"
            " b.workflow=a.workflow AND b.base_no=2 AND b.installation IS NULL"
            " AND b.state=2 WHERE a.base_no=1");
        CHECK(wanted >= old[i]);
        for (int k = 0; k < 2; k++) {
            const struct installation_filter f = {.behind = true,
                                                  .sort = sorts[k]};
            int64_t position = 0, counted = 0;
            CHECK_INT(count_pages(m, &f, 1000), wanted);
            while (position >= 0)
                CHECK_INT(manager_installation_count(m, &f, 5000, &position,
                                                     &counted, &e),
                          ERR_OK);
            CHECK_INT(counted, wanted);
        }
    }
    manager_close(m);
    fixture_end();
}

void
test_manager_slices(void)
{
    static const struct test tests[] = {
        {"a writer has its turn within a long list",
         a_writer_has_its_turn_within_a_long_list},
        {"who is behind is listed", who_is_behind_is_listed},
        {NULL, NULL}};
    RUN_SUITE("slices", tests);
}
