/* The status: figures, and what of them needs a person. */
#include "manager/draft/draft.h"
#include "manager/installation/status.h"

#include "base/clock.h"
#include "tests/unit/manager/fixture.h"

static void
numbers_of_stores_keep_their_meaning(void)
{
    CHECK_INT(ROLE_AUDITOR, 1);
    CHECK_INT(ROLE_ENGINEER, 2);
    CHECK_INT(ROLE_RELEASER, 3);
    CHECK_INT(ROLE_ADMIN, 4);
    CHECK_INT(EDIT_CHANGE, 0);
    CHECK_INT(EDIT_UNDO, 1);
    CHECK_INT(EDIT_REDO, 2);
}

/* Brings the store into a state where nothing needs a person. */
static void
all_is_well(void)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "UPDATE runtime SET last_contact = %lld, last_error = NULL,"
             " held = 0, certificate_ends = 0; DELETE FROM outbox;"
             " UPDATE installation SET condition = 6, credentials = NULL",
             (long long)clock_now_ms());
    run_sql_without_triggers(sql);
}

/* The only problem of the store, as OLGA sees it; its kind, and its sentence
 * in e. NULL: none. */
static const char *
problem_after(const char *sql)
{
    static char kind[40];
    struct manager *m;
    struct status s;
    all_is_well();
    if (*sql)
        run_sql_without_triggers(sql);
    m = session_of("olga");
    CHECK_INT(manager_status(m, &s, &e), ERR_OK);
    CHECK_INT(s.problem_count, *sql != 0);
    kind[0] = '\0';
    if (s.problem_count > 0) {
        snprintf(kind, sizeof kind, "%s", s.problems[0].kind);
        e = s.problems[0].what;
    }
    status_clear(&s);
    manager_close(m);
    return kind[0] ? kind : NULL;
}

/* Each alone is found. Sabotage: any line of judge_contact() to judge_rest().
 */
static void
each_problem_is_found(void)
{
    static const struct {
        const char *kind;
        const char *sql;
        enum hint hint;
        const char *text;
    } cases[] = {
        {"contact", "UPDATE runtime SET last_contact = NULL", HINT_SYNC_FOLLOW,
         "has not reached it yet"},
        {"contact", "UPDATE runtime SET last_contact = last_contact - 10800000",
         HINT_SYNC_FOLLOW, "has not asked it for 3 h"},
        {"clock", "UPDATE runtime SET last_contact = last_contact + 86400000",
         HINT_SYNC_FOLLOW, "later than the clock of this host"},
        {"trouble", "UPDATE runtime SET last_error = 'it is down'", HINT_NONE,
         "it is down"},
        {"held", "UPDATE runtime SET held = 1", HINT_RUNTIME_ACCEPT,
         "restored"},
        {"certificate",
         "UPDATE runtime SET certificate_ends = last_contact + 259260000",
         HINT_NONE, "expires in 3 d"},
        {"certificate",
         "UPDATE runtime SET certificate_ends = last_contact - 259200000",
         HINT_NONE, "expired 3 d ago"},
        {"queue",
         "INSERT INTO outbox(key, runtime, kind, body, actor, created_at)"
         " SELECT 'k', n, 'event', '{}', 'ada', last_contact - 10800000"
         " FROM runtime",
         HINT_RUNTIME_SYNC, "the oldest for 3 h"},
        {"unknownVersion", "UPDATE installation SET condition = 0 WHERE n = 1",
         HINT_STATE_LIST, "1 installation runs a version"},
        {"failing", "UPDATE installation SET condition = 1 WHERE n < 3",
         HINT_STATE_LIST, "2 installations are failing"},
        {"failing", "UPDATE installation SET condition = 13 WHERE n = 2",
         HINT_STATE_LIST, "1 installation is failing"}, /* and paused */
        {"parked", "UPDATE installation SET condition = 2 WHERE n = 2",
         HINT_STATE_LIST, "parked"},
        {"todo", "UPDATE installation SET condition = 3 WHERE n = 2",
         HINT_STATE_LIST, "stopped at a Stop"},
        {"credential",
         "UPDATE installation SET credentials = CASE n WHEN 1 THEN"
         " '{\"netsuite\":{\"state\":\"refused\",\"message\":null}}' ELSE"
         " '{\"netsuite\":{\"state\":\"suspect\",\"message\":"
         "\"\\\"state\\\":\\\"refused\\\"\"}}' END",
         HINT_CREDENTIAL_LIST, "refused: 1 "}};
    fixture_start(3);
    CHECK(!problem_after(""));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_STR(problem_after(cases[i].sql), cases[i].kind);
        CHECK_INT(e.hint, cases[i].hint);
        CHECK_HAS(e.text, cases[i].text);
    }
    fixture_end();
}

/* What waits for a customer or was paused on purpose needs nobody. Sabotage:
 * CONDITION_PAUSED of count_condition(). */
static void
figures(void)
{
    struct manager *m;
    struct status s;
    fixture_start(3);
    all_is_well();
    run_sql("UPDATE installation SET condition = n + 3 WHERE n < 3;"
            "UPDATE installation SET condition = 16 WHERE n = 3;"
            "UPDATE runtime SET certificate_ends = last_contact + 1468800000;"
            "INSERT INTO outbox(key, runtime, kind, body, actor, created_at,"
            " state) SELECT 'k', n, 'event', '{}', 'ada', last_contact - 7, 1"
            " FROM runtime");
    m = session_of("olga");
    CHECK_INT(manager_status(m, &s, &e), ERR_OK);
    CHECK_INT(s.problem_count, 0);
    CHECK_INT(s.conditions[CONDITION_AWAITING], 2);
    CHECK_INT(s.conditions[CONDITION_PAUSED], 2);
    CHECK_INT(s.queues[0].count, 1);
    CHECK_INT(s.queues[0].uncertain, 1);
    CHECK_INT(s.queues[0].oldest_at, s.runtimes.rows[0].last_contact - 7);
    CHECK(s.bytes > 100000 && s.free > 0);
    status_clear(&s);
    manager_close(m);
    fixture_end();
}

void
test_manager_status(void)
{
    static const struct test tests[] = {
        {"numbers of stores keep their meaning",
         numbers_of_stores_keep_their_meaning},
        {"each problem is found", each_problem_is_found},
        {"figures", figures},
        {NULL, NULL}};
    RUN_SUITE("status", tests);
}
