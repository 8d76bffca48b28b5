/* Roles, read-only sessions, who may come in. */
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "manager/catalogue/catalogue.h"
#include "manager/draft/draft.h"
#include "manager/installation/status.h"
#include "manager/session/audit.h"
#include "manager/session/operation.h"
#include "manager/session/sessions.h"
#include "manager/session/store.h"
#include "tests/unit/manager/fixture.h"

#define KEY_A                                                                  \
    "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
#define KEY_B                                                                  \
    "AAAAC3NzaC1lZDI1NTE5AAAAIAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"
static const char key[] = "ssh-ed25519 " KEY_A " alice@host";

static void
the_table_is_sound(void)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_info *a = &action_table[i];
        for (int j = 0; j < i; j++)
            CHECK(strcmp(a->name, action_table[j].name) != 0);
        CHECK(a->help && strlen(a->help) > 5);
        /* An auditor changes nothing; only the session's records are made. */
        if (a->mutates && a->role == ROLE_AUDITOR)
            CHECK(i == ACTION_SESSION_START || i == ACTION_SESSION_COMMAND);
    }
    CHECK_INT(role_of_word("releaser"), ROLE_RELEASER);
    CHECK_INT(role_of_word("none"), ROLE_NONE);
    CHECK_INT(role_of_word("king"), ROLE_NONE);
}

static void
each_role_may_what_the_table_says(void)
{
    static const struct {
        const char *name;
        enum role role;
    } actors[] = {{"olga", ROLE_AUDITOR},
                  {"eve", ROLE_ENGINEER},
                  {"rita", ROLE_RELEASER},
                  {"ada", ROLE_ADMIN}};
    fixture_start(1);
    for (int i = 0; i < 4; i++) {
        struct manager *m = session_of(actors[i].name);
        CHECK_INT(manager_role(m), actors[i].role);
        for (int a = 0; a < ACTION_COUNT; a++) {
            enum err wanted = action_table[a].role > actors[i].role ? ERR_ROLE
                              : action_table[a].mutates && i == 0
                                  ? ERR_READ_ONLY
                                  : ERR_OK;
            CHECK_INT(manager_may(m, (enum action)a, &e), wanted);
            enum err err = operation_begin(m, (enum action)a, &e);
            CHECK_INT(err, wanted);
            operation_end(m, err == ERR_OK ? ERR_CANCELLED : err, NULL);
        }
        manager_close(m);
    }
    fixture_end();
}

static void
a_stranger_has_no_role(void)
{
    struct manager *m;
    struct manager_session s = {.actor = "mallory"};
    fixture_start(1);
    CHECK_INT(manager_open(&m, store_path(), &s, &e), ERR_ROLE);
    CHECK_HAS(e.text, "mallory");
    fixture_end();
}

static void
a_role_taken_away_ends_at_once(void)
{
    fixture_start(1);
    struct manager *eve = session_of("eve");
    struct manager *ada = session_of("ada");
    const char *draft = fork_for(eve, 1);
    CHECK_INT(manager_access_remove(ada, "eve", &e), ERR_OK);
    CHECK_INT(edit_text(eve, draft, -1, "[]", NULL), ERR_ROLE);
    struct access_list list;
    /* Sabotage: what manager_may says of ROLE_NONE. */
    CHECK_INT(manager_access_list(eve, &list, &e), ERR_ROLE);
    CHECK_HAS(e.text, "eve has no role in this store");
    access_list_clear(&list);
    manager_close(eve);
    manager_close(ada);
    fixture_end();
}

/* Tries every kind of change as M; returns how many were not refused. */
static int
try_all(struct manager *m, const char *draft)
{
    char id[IDENT_SIZE];
    char hash[65];
    struct integration_added added;
    int done = 0;
    done += manager_draft_fork(m, installation_id(1), "order-to-cash", NULL,
                               DRAFT_ANOTHER, id, &e) == ERR_OK;
    done +=
        manager_draft_new(m, "order-to-cash", DRAFT_ANOTHER, id, &e) == ERR_OK;
    done += edit_text(m, draft, -1,
                      "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":"
                      "\"x\"}]",
                      NULL) == ERR_OK;
    done += manager_draft_undo(m, draft, NULL, true, NULL, &e) == ERR_OK;
    done += manager_draft_redo(m, draft, NULL, true, NULL, &e) == ERR_OK;
    done += manager_draft_take(m, draft, NULL, &e) == ERR_OK;
    done += manager_draft_ready(m, draft, NULL, &e) == ERR_OK;
    done += manager_draft_note(m, draft, "x", &e) == ERR_OK;
    done += manager_draft_discard(m, draft, NULL, &e) == ERR_OK;
    done += manager_draft_restore(m, draft, &e) == ERR_OK;
    done += manager_access_add(m, "x", ROLE_ADMIN, NULL, PAYLOADS_AS_IS, NULL, &e) == ERR_OK;
    done += manager_access_remove(m, "eve", &e) == ERR_OK;
    done += manager_integration_set_active(m, CASH, false, &e) == ERR_OK;
    done += manager_integration_new(m, "x", NULL, "http", id, &e) == ERR_OK;
    done += manager_workflow_new(m, CASH, "x", NULL, id, &e) == ERR_OK;
    done += manager_connector_add(m, "{}", 2, "x", hash, &e) == ERR_OK;
    done += manager_integration_add(m, "{}", 2, "x", &added, &e) == ERR_OK;
    done += manager_setting_set(m, "x", "1", &e) == ERR_OK;
    return done;
}

static char *
digest_of_file(void)
{
    static char hash[2][DIGEST_SIZE];
    static int turn;
    struct buf b;
    buf_init(&b, 64 << 20);
    CHECK_INT(file_read(store_path(), &b, &e), ERR_OK);
    turn = !turn;
    digest_hex(hash[turn], b.data, b.len);
    buf_clear(&b);
    return hash[turn];
}

static void
an_auditor_changes_no_byte(void)
{
    char draft[IDENT_SIZE];
    fixture_start(1);
    struct manager *eve = session_of("eve");
    snprintf(draft, sizeof draft, "%s", fork_for(eve, 1));
    manager_close(eve);
    const char *before = digest_of_file();
    struct manager *m = session_of("olga");
    CHECK(manager_read_only(m));
    CHECK_INT(try_all(m, draft), 0);
    /* Nor where the dispatcher let it through: the connection cannot. */
    struct db_stmt *q = db_use(manager_db(m), CS_META_SET);
    db_text(q, "x");
    db_text(q, "y");
    CHECK_INT(db_run(q, &e), ERR_READ_ONLY);
    CHECK_INT(db_backup(manager_db(m), beside_store("stolen"), &e) == ERR_OK,
              0);
    manager_close(m);
    CHECK_STR(digest_of_file(), before);
    fixture_end();
}

static void
a_read_only_admin_changes_no_byte(void)
{
    struct manager *m;
    struct manager_session s = {.actor = "ada", .read_only = true};
    fixture_start(1);
    const char *before = digest_of_file();
    CHECK_INT(manager_open(&m, store_path(), &s, &e), ERR_OK);
    CHECK_INT(try_all(m, "v1.1"), 0);
    CHECK_INT(manager_may(m, ACTION_ACCESS_ADD, &e), ERR_READ_ONLY);
    manager_close(m);
    CHECK_STR(digest_of_file(), before);
    fixture_end();
}

static int64_t
session_records(const char *actor, const char *action)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM audit WHERE actor='%s' AND action='%s'",
             actor, action);
    return ask_sql(sql);
}

static void
check_session_of(const char *actor, const char *id, enum err wanted)
{
    struct manager *m;
    const struct manager_session s = {.actor = actor, .session = id};
    CHECK_INT(manager_open(&m, store_path(), &s, &e), ERR_OK);
    CHECK_INT(manager_session_check(m, &e), wanted);
    manager_close(m);
}

/* How many sessions have no end, as the list of records and the status say.
 * Sabotage: find_end() in audit_names.c, read_sessions() in status.c. */
static void
check_open(int count)
{
    struct audit_filter f = {
        .action = "session.start", .named = true, .limit = 10};
    struct manager *m = session_of("ada");
    struct audit_list list;
    struct status status;
    CHECK_INT(audit_list(m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    CHECK_INT(list.rows[0].open, count);
    audit_list_clear(&list);
    CHECK_INT(manager_status(m, &status, &e), ERR_OK);
    CHECK_INT(status.open_sessions, count);
    status_clear(&status);
    manager_close(m);
}

/* Sabotage: let manager_session_check() forget the start, its actor or the
 * end. */
static void
the_supervisor_records_an_auditors_session(void)
{
    struct manager *m;
    struct manager_session s = {
        .actor = "olga", .session = "s1", .supervisor = true};
    const struct session_facts facts = {
        .sandbox = "none", .command = "store info", .exit_code = 4};
    fixture_start(1);
    CHECK_INT(manager_open(&m, store_path(), &s, &e), ERR_OK);
    CHECK_INT(manager_session_check(m, &e), ERR_REFUSED);
    CHECK_INT(manager_session_record(m, SESSION_STARTED, &facts, &e), ERR_OK);
    CHECK_INT(manager_session_check(m, &e), ERR_OK);
    check_open(1);
    check_session_of("ada", "s1", ERR_REFUSED);
    check_session_of("olga", "s2", ERR_REFUSED);
    CHECK_INT(manager_session_record(m, SESSION_ENDED, &facts, &e), ERR_OK);
    check_open(0);
    CHECK_INT(manager_session_check(m, &e), ERR_REFUSED);
    CHECK_INT(manager_session_record(m, SESSION_READ, &facts, &e), ERR_OK);
    CHECK_INT(manager_setting_set(m, "x", "1", &e), ERR_ROLE);
    manager_close(m);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE actor='olga' AND"
                      " session='s1' AND action LIKE 'session.%'"),
              3);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action='session.command'"
                      " AND after->>'command'='store info'"
                      " AND after->>'exit' IS NULL"),
              1);
    fixture_end();
}

/* Sabotage: give SESSION_END a role in actions.def. */
static void
a_session_ends_on_record_though_its_role_was_removed(void)
{
    struct manager *m;
    struct manager_session s = {
        .actor = "olga", .session = "s1", .supervisor = true};
    const struct session_facts facts = {.sandbox = "none", .exit_code = 0};
    fixture_start(1);
    struct manager *admin = session_of("ada");
    CHECK_INT(manager_access_remove(admin, "olga", &e), ERR_OK);
    manager_close(admin);
    CHECK_INT(manager_open(&m, store_path(), &s, &e), ERR_OK);
    CHECK_INT(manager_session_record(m, SESSION_STARTED, &facts, &e), ERR_ROLE);
    CHECK_INT(manager_session_record(m, SESSION_ENDED, &facts, &e), ERR_OK);
    manager_close(m);
    CHECK_INT(session_records("olga", "session.end"), 1);
    fixture_end();
}

static void
come_in_without_a_role(void)
{
    struct manager *m;
    struct manager_session s = {.actor = "mallory", .supervisor = true};
    CHECK_INT(manager_open(&m, store_path(), &s, &e), ERR_OK);
    CHECK_INT(manager_role(m), ROLE_NONE);
    CHECK_INT(manager_session_refused(m, &e), ERR_OK);
    manager_close(m);
}

/* Sabotage: let DUE in count_refused (sessions.c) be true, or drop the write
 * of the count. */
static void
refused_sessions_are_recorded_once_a_minute_with_their_number(void)
{
    fixture_start(1);
    for (int i = 0; i < 4; i++)
        come_in_without_a_role();
    CHECK_INT(session_records("mallory", "session.refused"), 1);
    CHECK_INT(ask_sql("SELECT after->>'count' FROM audit WHERE"
                      " action='session.refused'"),
              1);
    run_sql("UPDATE setting SET value = json_set(value, '$.recordedAt', 0)"
            " WHERE actor = 'mallory'");
    come_in_without_a_role();
    CHECK_INT(session_records("mallory", "session.refused"), 2);
    CHECK_INT(ask_sql("SELECT max(after->>'count') FROM audit WHERE"
                      " action='session.refused'"),
              4);
    fixture_end();
}

static void
entries_are_checked(void)
{
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_access_add(m, "Bad Name", ROLE_AUDITOR, NULL, PAYLOADS_AS_IS, NULL, &e),
              ERR_INVALID);
    CHECK_INT(manager_access_add(m, "bob", ROLE_NONE, NULL, PAYLOADS_AS_IS, NULL, &e), ERR_USAGE);
    CHECK_INT(manager_access_add(m, "bob", ROLE_AUDITOR,
                                 "-----BEGIN OPENSSH PRIVATE KEY-----", PAYLOADS_AS_IS, NULL, &e),
              ERR_INVALID);
    CHECK_INT(manager_access_add(m, "bob", ROLE_AUDITOR,
                                 "ssh-ed25519 AAAA\ncommand=\"sh\"", PAYLOADS_AS_IS, NULL, &e),
              ERR_INVALID);
    CHECK_INT(manager_access_add(m, "bob", ROLE_ENGINEER, key, PAYLOADS_CLOSED, NULL, &e),
              ERR_OK);
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(manager_access_add(m, "bob", ROLE_ENGINEER, NULL, PAYLOADS_CLOSED, NULL, &e),
              ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    CHECK_INT(manager_access_add(m, "ada", ROLE_RELEASER, NULL, PAYLOADS_AS_IS, NULL, &e),
              ERR_REFUSED);
    CHECK_INT(manager_access_remove(m, "ada", &e), ERR_REFUSED);
    CHECK_HAS(e.text, "last admin");
    CHECK_INT(manager_access_remove(m, "nobody", &e), ERR_NOT_FOUND);
    CHECK_INT(manager_access_remove(m, "bob", &e), ERR_OK);
    struct access_list list;
    CHECK_INT(manager_access_list(m, &list, &e), ERR_OK);
    CHECK_INT(list.count, 5);
    access_list_clear(&list);
    manager_close(m);
    fixture_end();
}

/* One key lets in one person. Sabotage: check_key_is_free() in add_actor, or
 * find_same_keys() (access.c). */
static void
a_key_lets_one_person_in(void)
{
    static const char same[] = "ssh-ed25519  " KEY_A " bob";
    static const char other[] = "ssh-ed25519 " KEY_B;
    struct access_list list;
    struct buf report;
    fixture_start(1);
    struct manager *m = session_of("ada");
    buf_init(&report, 65536);
    CHECK_INT(manager_access_add(m, "bob", ROLE_ENGINEER, key, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    CHECK_INT(manager_access_add(m, "bob", ROLE_RELEASER, same, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    CHECK_INT(manager_access_add(m, "cy", ROLE_AUDITOR, key, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_CONFLICT);
    CHECK_HAS(e.text, "bob has this key already");
    CHECK_INT(manager_access_add(m, "cy", ROLE_AUDITOR, other, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    CHECK_INT(manager_access_add(m, "cy", ROLE_AUDITOR, same, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_CONFLICT);
    CHECK_INT(manager_store_check(m, &report, &e), ERR_OK);
    CHECK(!strstr(buf_str(&report), "the same key"));
    /* As a store has it that an older program made. */
    run_sql_without_triggers("UPDATE actor SET key=(SELECT key FROM actor"
                      " WHERE name='bob') || ' x' WHERE name='cy'");
    CHECK_INT(manager_access_list(m, &list, &e), ERR_OK);
    for (size_t i = 0; i < list.count; i++)
        CHECK_STR(list.rows[i].same_key_as ? list.rows[i].same_key_as : "",
                  strcmp(list.rows[i].name, "cy") == 0 ? "bob" : "");
    access_list_clear(&list);
    CHECK_INT(manager_access_add(m, "cy", ROLE_ENGINEER, NULL, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    buf_reset(&report);
    CHECK_INT(manager_store_check(m, &report, &e), ERR_OK);
    CHECK_HAS(buf_str(&report), "actor:cy: has the same key as bob");
    buf_clear(&report);
    manager_close(m);
    fixture_end();
}

/* A record of what a runtime reported must not look like a person's. Sabotage:
 * access_is_reserved() in check_actor_name() (access.c) and in report_people()
 * (store_file.c). */
static void
names_that_records_have_are_nobodys(void)
{
    static const char *const names[] = {
        "runtime",       "Runtime", "run-time", "runt1me",  "runtlme",
        "_runtirne.",    "unknown", "someone",  "you",      "another-session",
        "anotherprogram", "ta1lor", "tai-lor",  "tailor.d", "tailorsync"};
    struct buf report;
    fixture_start(1);
    struct manager *m = session_of("ada");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK_INT(manager_access_add(m, names[i], ROLE_AUDITOR, NULL,
                                     PAYLOADS_AS_IS, NULL, &e),
                  ERR_INVALID);
        CHECK_HAS(e.text, "what no person did");
    }
    CHECK_INT(manager_store_init(beside_store("new"), "run-time", NULL, &e),
              ERR_INVALID);
    /* The account of the service has no key; a person would have one. */
    CHECK_INT(manager_access_add(m, "tailor", ROLE_ENGINEER, key,
                                 PAYLOADS_AS_IS, NULL, &e),
              ERR_INVALID);
    CHECK_INT(manager_access_add(m, "tailor", ROLE_ENGINEER, NULL,
                                 PAYLOADS_AS_IS, NULL, &e),
              ERR_OK);
    buf_init(&report, 65536);
    manager_store_check(m, &report, &e);
    CHECK(!strstr(buf_str(&report), "looks like a name"));
    run_sql_without_triggers("UPDATE actor SET name='runtime'"
                             " WHERE name='eve'");
    manager_store_check(m, &report, &e);
    CHECK_HAS(buf_str(&report), "actor:runtime: looks like a name");
    run_sql_without_triggers("UPDATE actor SET key='k' WHERE name='tailor'");
    manager_store_check(m, &report, &e);
    CHECK_HAS(buf_str(&report), "actor:tailor: looks like a name");
    buf_clear(&report);
    manager_close(m);
    fixture_end();
}

static bool
is_closed(const char *name)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT no_payloads FROM actor WHERE name='%s'",
             name);
    return ask_sql(sql) == 1;
}

static enum err
add(struct manager *m, const char *name, enum role role, enum payloads payloads)
{
    return manager_access_add(m, name, role, NULL, payloads, NULL, &e);
}

static enum err
check_of(const char *actor, struct buf *report)
{
    struct manager *m = session_of(actor);
    buf_reset(report);
    enum err err = manager_store_check(m, report, &e);
    manager_close(m);
    return err;
}

/* Who may not read a text cannot say that it is good, nor that it is not; all
 * else is checked. Sabotage: is_left_out() of seal_check.c, or db_is_closed()
 * in nul_query() of db_schema.c. */
static void
who_sees_no_payloads_checks_all_but_samples(void)
{
    struct buf report;
    fixture_start(1);
    struct manager *ada = session_of("ada");
    CHECK_INT(add(ada, "cleo", ROLE_ENGINEER, PAYLOADS_CLOSED), ERR_OK);
    manager_close(ada);
    buf_init(&report, 65536);
    CHECK_INT(check_of("ada", &report), ERR_OK);
    CHECK(!strstr(buf_str(&report), "not checked"));
    CHECK_INT(check_of("cleo", &report), ERR_OK);
    CHECK_HAS(buf_str(&report), "samples: not checked: cleo may not see");
    run_sql_without_triggers("UPDATE sample SET body='x'||char(0)");
    CHECK_INT(check_of("ada", &report), ERR_DAMAGED);
    CHECK_INT(check_of("cleo", &report), ERR_OK);
    run_sql_without_triggers("UPDATE actor SET role=1 WHERE name='cleo'");
    CHECK_INT(check_of("cleo", &report), ERR_DAMAGED);
    CHECK_HAS(buf_str(&report), "actor:cleo: another program changed it");
    buf_clear(&report);
    fixture_end();
}

/* Sabotage: PAYLOADS_AS_IS in add_actor, or check_payloads (access.c). */
static void
only_who_has_it_gives_the_right_to_payloads(void)
{
    bool open = true;
    fixture_start(1);
    struct manager *ada = session_of("ada");
    CHECK_INT(add(ada, "cleo", ROLE_ENGINEER, PAYLOADS_CLOSED), ERR_OK);
    CHECK_INT(manager_access_add(ada, "cleo", ROLE_ADMIN, NULL, PAYLOADS_AS_IS,
                                 &open, &e),
              ERR_OK);
    CHECK(!open && is_closed("cleo"));
    struct manager *cleo = session_of("cleo");
    CHECK_INT(manager_may_see_payloads(cleo, &e), ERR_ROLE);
    CHECK_INT(e.hint, HINT_PAYLOADS_ALLOW);
    CHECK_STR(e.about[0], "cleo");
    CHECK_STR(e.about[1], "admin");
    CHECK_INT(add(cleo, "cleo", ROLE_ADMIN, PAYLOADS_OPEN), ERR_REFUSED);
    CHECK_INT(add(cleo, "other", ROLE_ADMIN, PAYLOADS_AS_IS), ERR_REFUSED);
    CHECK_INT(add(cleo, "other", ROLE_ADMIN, PAYLOADS_CLOSED), ERR_OK);
    CHECK_INT(add(cleo, "other", ROLE_ADMIN, PAYLOADS_OPEN), ERR_REFUSED);
    CHECK(is_closed("cleo") && is_closed("other"));
    CHECK_INT(add(cleo, "eve", ROLE_AUDITOR, PAYLOADS_AS_IS), ERR_OK);
    CHECK(!is_closed("eve"));
    manager_close(cleo);
    CHECK_INT(add(ada, "cleo", ROLE_ADMIN, PAYLOADS_OPEN), ERR_OK);
    CHECK(!is_closed("cleo"));
    manager_close(ada);
    fixture_end();
}

static void
settings_are_the_actors_own(void)
{
    struct buf out;
    buf_init(&out, 100);
    fixture_start(1);
    struct manager *eve = session_of("eve");
    struct manager *ed = session_of("ed");
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(manager_setting_set(eve, "theme", "\"dark\"", &e), ERR_OK);
    CHECK_INT(manager_setting_set(eve, "theme", "\"light\"", &e), ERR_OK);
    CHECK_INT(manager_setting_get(eve, "theme", &out, &e), ERR_OK);
    CHECK_STR(buf_str(&out), "\"light\"");
    CHECK_INT(manager_setting_get(ed, "theme", &out, &e), ERR_NOT_FOUND);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    manager_close(eve);
    manager_close(ed);
    buf_clear(&out);
    fixture_end();
}

static void
a_commit_wakes_others(void)
{
    char events[1024];
    int64_t before;
    int64_t after;
    fixture_start(1);
    struct manager *eve = session_of("eve");
    struct manager *ed = session_of("ed");
    int fd = inotify_init1(IN_NONBLOCK);
    CHECK(inotify_add_watch(fd, manager_wake_path(ed), IN_MODIFY) >= 0);
    CHECK_INT(manager_version_of_data(ed, &before, &e), ERR_OK);
    CHECK(read(fd, events, sizeof events) < 0);
    fork_for(eve, 1);
    CHECK(read(fd, events, sizeof events) > 0);
    CHECK_INT(manager_version_of_data(ed, &after, &e), ERR_OK);
    CHECK(before != after);
    CHECK_INT(manager_version_of_data(eve, &before, &e), ERR_OK);
    fork_for(eve, 1);
    CHECK_INT(manager_version_of_data(eve, &after, &e), ERR_OK);
    CHECK(before != after);
    close(fd);
    manager_close(eve);
    manager_close(ed);
    fixture_end();
}

void
test_manager_access(void)
{
    static const struct test tests[] = {
        {"the table is sound", the_table_is_sound},
        {"each role may what the table says",
         each_role_may_what_the_table_says},
        {"a stranger has no role", a_stranger_has_no_role},
        {"a role taken away ends at once", a_role_taken_away_ends_at_once},
        {"an auditor changes no byte", an_auditor_changes_no_byte},
        {"a read-only admin changes no byte",
         a_read_only_admin_changes_no_byte},
        {"the supervisor records an auditor's session",
         the_supervisor_records_an_auditors_session},
        {"a session ends on record though its role was removed",
         a_session_ends_on_record_though_its_role_was_removed},
        {"refused sessions are recorded once a minute with their number",
         refused_sessions_are_recorded_once_a_minute_with_their_number},
        {"entries are checked", entries_are_checked},
        {"a key lets one person in", a_key_lets_one_person_in},
        {"names that records have are nobody's",
         names_that_records_have_are_nobodys},
        {"who sees no payloads checks all but samples",
         who_sees_no_payloads_checks_all_but_samples},
        {"only who has it gives the right to payloads",
         only_who_has_it_gives_the_right_to_payloads},
        {"settings are the actor's own", settings_are_the_actors_own},
        {"a commit wakes others", a_commit_wakes_others},
        {NULL, NULL}};
    RUN_SUITE("access", tests);
}
