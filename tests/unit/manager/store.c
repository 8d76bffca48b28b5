/* The store file: init, check, backup, restore, info. */
#include "manager/session/store.h"

#include <glob.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/installation/status.h"
#include "manager/session/audit.h"
#include "manager/session/seal.h"
#include "store/console.h"
#include "store/console_schema.h"
#include "tests/unit/manager/fixture.h"

static void
init_makes_the_first_admin(void)
{
    struct stat st;
    fixture_start(0);
    CHECK_INT(manager_store_init(store_path(), "eve", NULL, &e), ERR_CONFLICT);
    CHECK_INT(stat(store_path(), &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_role(m), ROLE_ADMIN);
    manager_close(m);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE sequence=1 AND"
                      " action='store.init' AND actor='ada'"),
              1);
    fixture_end();
}

static char *
read_store(size_t *n)
{
    FILE *f = fopen(store_path(), "rb");
    char *bytes = mem_alloc(1 << 22);
    *n = f ? fread(bytes, 1, 1 << 22, f) : 0;
    CHECK(*n > 0 && *n < 1 << 22);
    if (f)
        fclose(f);
    return bytes;
}

static enum err
add(struct manager *m, const char *name)
{
    bool open;
    return manager_access_add(m, name, ROLE_AUDITOR, NULL, 0, &open, &e);
}

/* The same file gets other bytes, as `cp` does it.
 * Sabotage: check_history in operation_begin. */
static void
an_overwritten_store_is_noticed(void)
{
    size_t n, m_bytes;
    fixture_start(1);
    struct manager *m = session_of("ada");
    char *old = read_store(&n);
    CHECK_INT(add(m, "one"), ERR_OK);
    CHECK_INT(manager_check_place(m, &e), ERR_OK);
    FILE *f = fopen(store_path(), "r+b");
    CHECK(f && ftruncate(fileno(f), 0) == 0 && fwrite(old, 1, n, f) == n);
    if (f)
        fclose(f);
    CHECK_INT(manager_check_place(m, &e), ERR_STALE);
    CHECK_INT(add(m, "two"), ERR_STALE);
    CHECK_HAS(e.text, "written over the store");
    manager_close(m);
    char *now = read_store(&m_bytes);
    CHECK(m_bytes == n && memcmp(now, old, n) == 0);
    m = session_of("ada");
    CHECK_INT(add(m, "two"), ERR_OK);
    manager_close(m);
    free(now);
    free(old);
    fixture_end();
}

static void
a_good_store_passes_the_check(void)
{
    struct buf report;
    struct store_info info;
    buf_init(&report, 4096);
    fixture_start(2);
    struct manager *m = session_of("olga");
    if (manager_store_check(m, &report, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "check", e.text, "no error");
    CHECK_HAS(buf_str(&report), "file: good");
    CHECK_HAS(buf_str(&report), ", 0 bad");
    CHECK_HAS(buf_str(&report), "unbroken");
    CHECK_HAS(buf_str(&report), "not provable");
    CHECK_INT(manager_store_info(m, &info, &e), ERR_OK);
    CHECK_INT(info.installations, 2);
    CHECK_INT(info.integrations, 2);
    CHECK(ident_is(info.id));
    CHECK_INT(info.audit_records, ask_sql("SELECT count(*) FROM audit"));
    CHECK_HAS(info.settings, "journal_mode delete");
    manager_close(m);
    buf_clear(&report);
    fixture_end();
}

static void
check_finds(const char *sql, const char *says)
{
    struct buf report;
    buf_init(&report, 4096);
    fixture_start(1);
    run_sql_without_triggers(sql);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_store_check(m, &report, &e), ERR_DAMAGED);
    CHECK_HAS(buf_str(&report), says);
    manager_close(m);
    buf_clear(&report);
    fixture_end();
}

static void
a_bad_store_does_not(void)
{
    check_finds("UPDATE document SET"
                " body=body||' ' WHERE n=1",
                "another hash");
    check_finds("UPDATE document SET n=-5, body=body||' ' WHERE n=1",
                "another hash");
    check_finds("UPDATE audit SET actor='x'"
                " WHERE sequence=2",
                "broken at record 2");
    check_finds("PRAGMA foreign_keys=OFF; UPDATE installation SET runtime=77",
                "file: damaged");
}

static void
a_backup_can_be_restored(void)
{
    char copy[200];
    struct manager_session s = {.actor = "ada"};
    struct manager_session eve = {.actor = "eve"};
    fixture_start(1);
    struct manager *m = session_of("ada");
    snprintf(copy, sizeof copy, "%s", beside_store("copy"));
    fork_for(m, 1);
    CHECK_INT(manager_store_backup(m, copy, &e), ERR_OK);
    CHECK_INT(manager_store_backup(m, copy, &e), ERR_CONFLICT);
    fork_for(m, 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM draft"), 2);
    CHECK_INT(manager_store_restore(store_path(), copy, &eve, NULL, &e), ERR_ROLE);
    if (manager_store_restore(store_path(), copy, &s, NULL, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "restore", e.text, "no error");
    CHECK_INT(ask_sql("SELECT count(*) FROM draft"), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE"
                      " action='store.restore'"),
              1);
    /* A session that was open all the time cannot write to the old file. */
    char id[IDENT_SIZE];
    CHECK(manager_draft_fork(m, "user1", "order-to-cash", NULL, DRAFT_ANOTHER,
                             id, &e) != ERR_OK);
    manager_close(m);
    m = session_of("ada");
    struct audit_verdict v;
    CHECK_INT(audit_verify(m, NULL, &v, &e), ERR_OK);
    fork_for(m, 1);
    manager_close(m);
    fixture_end();
}

/* Sabotage: drop either loop of compare_people(), or the ids in
 * manager_store_compare(). */
static void
a_copy_is_compared_before_it_replaces(void)
{
    char copy[200], other[200];
    struct store_comparison c;
    fixture_start(1);
    struct manager *m = session_of("ada");
    snprintf(copy, sizeof copy, "%s", beside_store("copy"));
    snprintf(other, sizeof other, "%s", beside_store("other"));
    CHECK_INT(manager_store_backup(m, copy, &e), ERR_OK);
    CHECK_INT(manager_store_compare(store_path(), copy, &c, &e), ERR_OK);
    CHECK(c.compared && !c.is_another);
    CHECK_STR(buf_str(&c.people), "");
    store_comparison_clear(&c);
    CHECK_INT(manager_access_remove(m, "eve", &e), ERR_OK);
    run_sql_without_triggers("UPDATE actor SET role = 4 WHERE name = 'olga'");
    manager_close(m);
    CHECK_INT(manager_store_compare(store_path(), copy, &c, &e), ERR_OK);
    CHECK_STR(buf_str(&c.people),
              "eve is back as engineer; olga becomes auditor (is admin)");
    char *roles = value_to_text(c.roles);
    CHECK_STR(roles, "[{\"name\":\"eve\",\"before\":null,"
                     "\"after\":\"engineer\"},{\"name\":\"olga\","
                     "\"before\":\"admin\",\"after\":\"auditor\"}]");
    free(roles);
    store_comparison_clear(&c);
    CHECK_INT(manager_store_init(other, "mallory", NULL, &e), ERR_OK);
    CHECK_INT(manager_store_compare(store_path(), other, &c, &e), ERR_OK);
    CHECK(c.compared && c.is_another);
    CHECK_HAS(buf_str(&c.people), "mallory is back as admin");
    CHECK_HAS(buf_str(&c.people), "ada (admin) is removed");
    store_comparison_clear(&c);
    fixture_end();
}

/* Runs SQL on the store at PATH as another program does. */
static void
alter_copy(const char *path, const char *sql)
{
    sqlite3 *h = NULL;
    CHECK_INT(sqlite3_open(path, &h), SQLITE_OK);
    CHECK_INT(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(h);
}

/* Sabotage: check_copy() in manager_store_compare(), is_altered and the report
 * in check_compared(). */
static void
an_altered_copy_is_named(void)
{
    static const char sql[] = "UPDATE actor SET added_by = 'x'";
    char copy[200];
    struct manager_session s = {.actor = "ada"};
    struct store_comparison c;
    fixture_start(1);
    struct manager *m = session_of("ada");
    snprintf(copy, sizeof copy, "%s", beside_store("copy"));
    CHECK_INT(manager_store_backup(m, copy, &e), ERR_OK);
    manager_close(m);
    CHECK_INT(manager_store_compare(store_path(), copy, &c, &e), ERR_OK);
    CHECK(!c.is_altered);
    alter_copy(copy, sql);
    CHECK_INT(manager_store_restore(store_path(), copy, &s, &c, &e), ERR_STALE);
    store_comparison_clear(&c);
    CHECK_INT(manager_store_restore(store_path(), copy, &s, NULL, &e),
              ERR_DAMAGED);
    CHECK_INT(ask_sql("SELECT count(*) FROM actor WHERE added_by = 'x'"), 0);
    CHECK_INT(manager_store_compare(store_path(), copy, &c, &e), ERR_OK);
    CHECK(c.is_altered);
    CHECK_HAS(buf_str(&c.report), "actor:ada: another program changed it");
    CHECK_INT(manager_store_restore(store_path(), copy, &s, &c, &e), ERR_OK);
    store_comparison_clear(&c);
    CHECK(ask_sql("SELECT count(*) FROM actor WHERE added_by = 'x'") > 0);
    fixture_end();
}

/* Sabotage: db_check() in check_copy(). */
static void
a_copy_with_another_schema_is_named_and_refused(void)
{
    static const struct {
        const char *sql, *says;
    } changes[] = {
        {"CREATE TRIGGER zz AFTER INSERT ON audit BEGIN UPDATE actor"
         " SET role = 4; END",
         "trigger zz: another program added it"},
        {"CREATE VIEW vv AS SELECT 1", "view vv: another program added it"},
        {"CREATE TABLE zz(a)", "table zz: another program added it"},
        {"DROP INDEX end_user_name", "index end_user_name"},
        {"DROP TRIGGER version_no_DELETE", "trigger version_no_DELETE"},
    };
    char copy[200];
    struct manager_session s = {.actor = "ada"};
    struct store_comparison c;
    fixture_start(1);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct manager *m = session_of("ada");
        char name[32];
        snprintf(name, sizeof name, "copy%zu", i);
        snprintf(copy, sizeof copy, "%s", beside_store(name));
        CHECK_INT(manager_store_backup(m, copy, &e), ERR_OK);
        manager_close(m);
        alter_copy(copy, changes[i].sql);
        CHECK_INT(manager_store_compare(store_path(), copy, &c, &e),
                  ERR_DAMAGED);
        CHECK_HAS(e.text, changes[i].says);
        CHECK(!c.is_altered);
        store_comparison_clear(&c);
        CHECK_INT(manager_store_restore(store_path(), copy, &s, NULL, &e),
                  ERR_DAMAGED);
    }
    fixture_end();
}

/* Sabotage: manager_check_copy() in manager_store_compare() and
 * manager_store_restore(). */
static void
the_store_is_no_copy_of_itself(void)
{
    char links[3][200];
    struct manager_session s = {.actor = "ada"};
    struct store_comparison c;
    fixture_start(1);
    snprintf(links[0], sizeof links[0], "%s", store_path());
    snprintf(links[1], sizeof links[1], "%s", beside_store("soft"));
    snprintf(links[2], sizeof links[2], "%s", beside_store("hard"));
    CHECK_INT(symlink(store_path(), links[1]), 0);
    CHECK_INT(link(store_path(), links[2]), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(manager_store_compare(store_path(), links[i], &c, &e),
                  ERR_REFUSED);
        CHECK_HAS(e.text, "is the store itself");
        store_comparison_clear(&c);
        CHECK_INT(manager_store_restore(store_path(), links[i], &s, NULL, &e),
                  ERR_REFUSED);
    }
    fixture_end();
}

static void
a_bad_copy_is_not_restored(void)
{
    struct manager_session s = {.actor = "ada"};
    fixture_start(1);
    FILE *f = fopen(beside_store("letter"), "w");
    fprintf(f, "no store at all");
    fclose(f);
    const char *before = digest_sql("SELECT * FROM version");
    CHECK_INT(
        manager_store_restore(store_path(), beside_store("letter"), &s, NULL, &e),
        ERR_DAMAGED);
    CHECK_INT(
        manager_store_restore(store_path(), beside_store("absent"), &s, NULL, &e),
        ERR_NOT_FOUND);
    CHECK_STR(digest_sql("SELECT * FROM version"), before);
    fixture_end();
}

/* Copies of the store made before an upgrade. */
static int
copies(void)
{
    glob_t found;
    int n = glob(beside_store("store-before-upgrade-*"), 0, NULL, &found) == 0
                ? (int)found.gl_pathc
                : 0;
    globfree(&found);
    return n;
}

/* A store of format 1, whose records have no seals, and an upgrade that puts
 * every row on record. Sabotage: seal_all in record_upgrade. */
static void
an_upgrade_seals_every_row(void)
{
    struct buf report;
    struct manager *m = NULL;
    struct manager_session ada = {.actor = "ada", .upgrade = true};
    buf_init(&report, 16384);
    fixture_start(1);
    unlink(store_path());
    run_sql(console_schema_1);
    run_sql("PRAGMA application_id=0x746c7231; PRAGMA user_version=1;"
            "INSERT INTO meta VALUES('storeId','000000000000000000000001');"
            "INSERT INTO actor VALUES(1,'ada',4,NULL,0,1,'ada'),"
            "(2,'eve',2,NULL,0,1,'ada')");
    CHECK_INT(manager_open(&m, store_path(), &ada, &e), ERR_OK);
    CHECK_INT(copies(), 1);
    CHECK_INT(seal_check(m, &report, &e), ERR_OK);
    CHECK_STR(buf_str(&report), "sealed rows: 2, 0 bad\n");
    manager_close(m);
    buf_clear(&report);
    fixture_end();
}

/* Rows as a store of format 18 has them: what is on, off or paused is one.
 * Sabotage: each statement of console_schema_switches. */
static void
an_upgrade_tells_pauses_apart(void)
{
    static const struct {
        const char *wanted, *got, *now;
    } rows[] = {{"paused", "on", "paused:yes:no"},
                {"on", "paused", "paused:no:yes"},
                {"paused", "off", "paused:yes:no,switch:on:off"},
                {"off", "paused", "switch:off:on"},
                {"off", "on", "switch:off:on"}};
    struct manager *m = NULL;
    struct manager_session ada = {.actor = "ada", .upgrade = true};
    fixture_start(1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[200];
        snprintf(
            sql, sizeof sql,
            "INSERT INTO undone VALUES(1,'t%zu','w','','switch','%s','%s')", i,
            rows[i].wanted, rows[i].got);
        run_sql(sql);
    }
    run_sql("DROP TABLE sheet; DROP TABLE kept_text;"
            " DROP INDEX sample_expires; DROP INDEX outbox_input;"
            " ALTER TABLE outbox DROP COLUMN delivery_hash;"
            " ALTER TABLE runtime DROP COLUMN contact_hash;"
            " ALTER TABLE runtime DROP COLUMN copy_asked;"
            " ALTER TABLE installed_workflow DROP COLUMN live_reported;"
            " ALTER TABLE installed_workflow DROP COLUMN awaiting_reported;"
            " PRAGMA user_version=18");
    CHECK_INT(manager_open(&m, store_path(), &ada, &e), ERR_OK);
    manager_close(m);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "SELECT group_concat(aspect || ':' || wanted || ':' || got)"
                 " = '%s' FROM (SELECT * FROM undone WHERE subject = 't%zu'"
                 " ORDER BY aspect)",
                 rows[i].now, i);
        CHECK_INT(ask_sql(sql), 1);
    }
    fixture_end();
}

/* An "older" store whose number was set back: its migration fails half way. */
static void
an_upgrade_is_an_admins(void)
{
    struct manager *m = NULL;
    struct manager_session plain = {.actor = "ada"};
    struct manager_session eve = {.actor = "eve", .upgrade = true};
    struct manager_session ada = {.actor = "ada", .upgrade = true};
    fixture_start(1);
    CHECK_INT(manager_open(&m, store_path(), &ada, &e), ERR_OK);
    manager_close(m);
    CHECK_INT(copies(), 0);
    const char *before = digest_sql("SELECT * FROM sqlite_schema");
    run_sql("PRAGMA user_version=0");
    CHECK_INT(manager_open(&m, store_path(), &plain, &e), ERR_REFUSED);
    CHECK_INT(e.hint, HINT_STORE_UPGRADE);
    CHECK_INT(manager_open(&m, store_path(), &eve, &e), ERR_ROLE);
    CHECK_INT(copies(), 0);
    /* The copy of a failed upgrade is removed: it equals the store. */
    CHECK(manager_open(&m, store_path(), &ada, &e) != ERR_OK);
    CHECK_INT(copies(), 0);
    CHECK_INT(ask_sql("PRAGMA user_version"), 0);
    CHECK_STR(digest_sql("SELECT * FROM sqlite_schema"), before);
    run_sql("PRAGMA user_version=1000");
    CHECK_INT(manager_open(&m, store_path(), &ada, &e), ERR_NEWER);
    fixture_end();
}

/* A file named END beside the store, as old as AGE_S seconds. */
static void
leave(const char *end, time_t age_s)
{
    char *path = mem_printf("%s%s", store_path(), end);
    time_t at = time(NULL) - age_s;
    const struct utimbuf times = {at, at};
    FILE *f = fopen(path, "w");
    CHECK(f && fclose(f) == 0);
    CHECK_INT(utime(path, &times), 0);
    free(path);
}

static bool
is_left(const char *end)
{
    char *path = mem_printf("%s%s", store_path(), end);
    bool left = access(path, F_OK) == 0;
    free(path);
    return left;
}

/* What tailor status says of them; static, "" where nothing. */
static const char *
told_leftovers(void)
{
    static char text[1024];
    struct status s;
    struct manager *m = session_of("olga");
    CHECK_INT(manager_status(m, &s, &e), ERR_OK);
    text[0] = '\0';
    for (size_t i = 0; i < s.problem_count; i++)
        if (strcmp(s.problems[i].kind, "leftover") == 0)
            snprintf(text, sizeof text, "%s", s.problems[i].what.text);
    status_clear(&s);
    manager_close(m);
    return text;
}

/* Sabotage: either condition of is_old(), or any of is_of_restore(). */
static void
what_a_killed_restore_left_is_told_and_removed(void)
{
    static const char *const young = "-restoring-17", *const other =
        "-restoring-copy", *const mine = "-restoring-12.mine";
    char copy[200];
    struct manager_session s = {.actor = "ada"};
    fixture_start(1);
    CHECK_STR(told_leftovers(), "");
    leave(young, 60);
    leave(other, 7200);
    leave(mine, 7200);
    CHECK_STR(told_leftovers(), "");
    leave("-restoring-12", 7200);
    leave("-restoring-12-wake", 7200);
    CHECK_HAS(told_leftovers(), "2 files of a store restore that was killed");
    struct manager *m = session_of("ada");
    snprintf(copy, sizeof copy, "%s-restoring-13", store_path());
    CHECK_INT(manager_store_backup(m, copy, &e), ERR_OK);
    manager_close(m);
    CHECK_INT(utime(copy, &(struct utimbuf){0, 0}), 0);
    CHECK_INT(manager_store_restore(store_path(), copy, &s, NULL, &e), ERR_OK);
    CHECK(!is_left("-restoring-12") && !is_left("-restoring-12-wake"));
    CHECK(is_left(young) && is_left(other) && is_left(mine));
    CHECK(is_left("-restoring-13"));
    fixture_end();
}

void
test_manager_store(void)
{
    static const struct test tests[] = {
        {"an overwritten store is noticed", an_overwritten_store_is_noticed},
        {"init makes the first admin", init_makes_the_first_admin},
        {"a good store passes the check", a_good_store_passes_the_check},
        {"a bad store does not", a_bad_store_does_not},
        {"a backup can be restored", a_backup_can_be_restored},
        {"a copy is compared before it replaces",
         a_copy_is_compared_before_it_replaces},
        {"an altered copy is named", an_altered_copy_is_named},
        {"a copy with another schema is named and refused",
         a_copy_with_another_schema_is_named_and_refused},
        {"the store is no copy of itself", the_store_is_no_copy_of_itself},
        {"a bad copy is not restored", a_bad_copy_is_not_restored},
        {"what a killed restore left is told and removed",
         what_a_killed_restore_left_is_told_and_removed},
        {"an upgrade seals every row", an_upgrade_seals_every_row},
        {"an upgrade tells pauses apart", an_upgrade_tells_pauses_apart},
        {"an upgrade is an admin's", an_upgrade_is_an_admins},
        {NULL, NULL}};
    RUN_SUITE("store", tests);
}
