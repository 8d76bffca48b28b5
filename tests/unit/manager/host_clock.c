/*
 * A clock of the host that is wrong removes nothing that was kept for a time,
 * hides nothing, and keeps nothing for good once it is right. The clocks are
 * this file's.
 */
#include "manager/session/host_clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "manager/catalogue/purge.h"
#include "manager/catalogue/sample.h"
#include "manager/catalogue/sheet.h"
#include "manager/draft/kept.h"
#include "manager/installation/status.h"
#include "manager/session/store.h"
#include "tests/unit/manager/fixture.h"
#include "value/value.h"

#define HOUR ((int64_t)60 * 60 * 1000)
#define DAY (24 * HOUR)
#define WORKFLOW "order-to-cash"

/* How far the clocks are from the real ones, in s. */
static time_t wall_off, boot_off;

int clock_gettime(clockid_t which, struct timespec *out);

int
clock_gettime(clockid_t which, struct timespec *out)
{
    int rc = (int)syscall(SYS_clock_gettime, which, out);
    if (which == CLOCK_REALTIME)
        out->tv_sec += wall_off;
    if (which == CLOCK_BOOTTIME)
        out->tv_sec += boot_off;
    return rc;
}

/* Time passes, and the clock shows it. */
static void
pass(int64_t ms)
{
    wall_off += ms / 1000;
    boot_off += ms / 1000;
}

/* The clock alone jumps. */
static void
jump(int64_t ms)
{
    wall_off += ms / 1000;
}

/* The machine is started again. */
static void
start_again(void)
{
    struct timespec t;
    boot_off = 0;
    clock_gettime(CLOCK_BOOTTIME, &t);
    boot_off = 60 - t.tv_sec;
}

/* --- the judge alone ------------------------------------------------------ */

static const struct host_clock known = {
    .right = 1000 * DAY, .boot = 5 * DAY, .seen = 1000 * DAY};

static void
it_is_doubted_a_day_ahead(void)
{
    static const struct {
        int64_t wall, boot;
        enum host_clock_verdict verdict;
        int64_t trusted;
    } cases[] = {
        {1000 * DAY + HOUR, 5 * DAY + HOUR, HOST_CLOCK_RIGHT,
         1000 * DAY + HOUR},
        {1001 * DAY, 5 * DAY, HOST_CLOCK_RIGHT, 1001 * DAY},
        /* an idle week of a machine that ran on */
        {1007 * DAY, 12 * DAY, HOST_CLOCK_RIGHT, 1007 * DAY},
        /* a year ahead an hour later */
        {1365 * DAY, 5 * DAY + HOUR, HOST_CLOCK_AHEAD, 1000 * DAY + HOUR},
        /* an idle week, then started again: not to be told from that */
        {1007 * DAY, HOUR, HOST_CLOCK_AHEAD, 1001 * DAY},
        /* another machine, which has run for a year */
        {1200 * DAY, 370 * DAY, HOST_CLOCK_AHEAD, 1001 * DAY},
        {1000 * DAY, 370 * DAY, HOST_CLOCK_RIGHT, 1000 * DAY},
        {900 * DAY, 5 * DAY, HOST_CLOCK_BEHIND, 900 * DAY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t wall = cases[i].wall, boot = cases[i].boot;
        CHECK_INT(host_clock_judge(&known, wall, boot), cases[i].verdict);
        CHECK_INT(host_clock_trusted(&known, wall, boot), cases[i].trusted);
    }
}

/* Sabotage: the 1 in doubt(), or DOUBT_MS. */
static void
it_is_believed_after_three_days(void)
{
    struct host_clock c = known;
    int64_t wall = 1365 * DAY, boot = 5 * DAY + 20 * HOUR;
    for (int hours = 0; hours < 72; hours++) {
        host_clock_look(&c, wall + hours * HOUR, boot + hours * HOUR);
        CHECK(c.doubted > 0);
    }
    host_clock_look(&c, wall + 73 * HOUR, boot + 73 * HOUR);
    CHECK_INT(c.doubted, 0);
    CHECK_INT(c.right, wall + 73 * HOUR);
}

/* A laptop that is started once a week is believed in the end, one look is no
 * more than a day. Sabotage: DAY_MS in counted(). */
static void
a_look_counts_a_day_at_most(void)
{
    struct host_clock c = known;
    int looks = 0;
    do
        host_clock_look(&c, 1007 * DAY + looks * 7 * DAY, HOUR - looks);
    while (looks++ < 10 && c.doubted);
    CHECK_INT(looks, 4);
}

/* Sabotage: "c->doubted = 0". */
static void
once_right_again_it_counts_anew(void)
{
    struct host_clock c = known;
    host_clock_look(&c, 1365 * DAY, 5 * DAY);
    host_clock_look(&c, 1366 * DAY, 6 * DAY);
    host_clock_look(&c, 1002 * DAY, 7 * DAY);
    CHECK_INT(c.doubted, 0);
    CHECK_INT(c.right, 1002 * DAY);
}

/* A clock that is behind for a moment is not followed: right again, it is not
 * doubted. One that stays is. */
static void
behind_it_is_followed_after_three_days(void)
{
    struct host_clock c = known;
    host_clock_look(&c, 10 * DAY, 5 * DAY);
    CHECK_INT(host_clock_judge(&c, 1000 * DAY + HOUR, 5 * DAY + HOUR),
              HOST_CLOCK_RIGHT);
    for (int days = 1; days < 5; days++)
        host_clock_look(&c, (10 + days) * DAY, (5 + days) * DAY);
    CHECK_INT(host_clock_judge(&c, 14 * DAY, 9 * DAY), HOST_CLOCK_RIGHT);
    CHECK_INT(host_clock_judge(&c, 1004 * DAY, 9 * DAY), HOST_CLOCK_AHEAD);
}

/* --- what is kept --------------------------------------------------------- */

static struct value *
json(const char *text)
{
    struct value *v = NULL;
    CHECK_INT(
        value_read(&v, text, strlen(text), &value_limits_event, "test", &e),
        ERR_OK);
    return v;
}

static void
keep_all(const char *draft)
{
    bool fresh;
    enum sheet_added added;
    int64_t expires_at;
    struct manager *m = session_of("rita");
    struct value *sample = json("{\"input\":{\"id\":1}}");
    struct value *blocks = json("{\"A\":1}");
    struct kept_text text = {
        .place = "p", .label = "l", .text = "t", .why = "w"};
    struct sample_expected x = {.blocks = blocks,
                                .agreed_with = "Dana",
                                .note = "",
                                .set_blocking = true,
                                .blocking = true};
    CHECK_INT(manager_sample_add(m, WORKFLOW, installation_id(1), "S", sample,
                                 &x, &fresh, &e),
              ERR_OK);
    CHECK_INT(manager_sample_keep(m, WORKFLOW, installation_id(1), "S",
                                  clock_now_ms() + 90 * DAY, &e),
              ERR_OK);
    CHECK_INT(
        manager_sheet_add(m, "q", "a,b\n", 4, false, &added, &expires_at, &e),
        ERR_OK);
    CHECK_INT(manager_draft_keep(m, draft, &text, &e), ERR_OK);
    value_free(sample);
    value_free(blocks);
    manager_close(m);
}

static size_t
count_listed(const char *draft)
{
    struct sample_list samples;
    struct sheet_list sheets;
    struct kept_list texts;
    struct manager *m = session_of("rita");
    CHECK_INT(
        manager_sample_list(m, WORKFLOW, installation_id(1), 100, &samples, &e),
        ERR_OK);
    CHECK_INT(manager_sheet_list(m, &sheets, &e), ERR_OK);
    CHECK_INT(manager_draft_kept(m, draft, &texts, &e), ERR_OK);
    size_t n = sheets.count + texts.count;
    for (size_t i = 0; i < samples.count; i++)
        n += strcmp(samples.rows[i].label, "S") == 0;
    sample_list_clear(&samples);
    sheet_list_clear(&sheets);
    kept_list_clear(&texts);
    manager_close(m);
    return n;
}

/* What is kept in the store after a purge, and somebody's next text. */
static long long
count_after_purge(const char *draft)
{
    struct kept_text text = {
        .place = "q", .label = "l", .text = "u", .why = "w"};
    struct manager *m = session_of("eve");
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK_INT(manager_draft_keep(m, draft, &text, &e), ERR_OK);
    manager_close(m);
    return ask_sql("SELECT (SELECT count(*) FROM sample WHERE label = 'S') + "
                   "(SELECT count(*)"
                   " FROM expectation) + (SELECT count(*) FROM sheet) +"
                   " (SELECT count(*) FROM kept_text WHERE place = 'p')");
}

static bool
is_told(void)
{
    struct status s;
    bool told = false;
    struct manager *m = session_of("olga");
    CHECK_INT(manager_status(m, &s, &e), ERR_OK);
    for (size_t i = 0; i < s.problem_count; i++)
        if (strcmp(s.problems[i].kind, "hostClock") == 0) {
            told = true;
            CHECK_HAS(s.problems[i].what.text, "so 2 kept samples and sheets");
        }
    status_clear(&s);
    manager_close(m);
    return told;
}

static char draft[IDENT_SIZE];

static void
begin(void)
{
    wall_off = boot_off = 0;
    fixture_start(1);
    struct manager *m = session_of("eve");
    snprintf(draft, sizeof draft, "%s", fork_for(m, 1));
    manager_close(m);
    keep_all(draft);
    CHECK_INT(count_after_purge(draft), 4);
}

static void
end(void)
{
    wall_off = boot_off = 0;
    fixture_end();
}

/* Sabotage: any host_clock_expiry(), or judge_clock(). */
static void
a_year_ahead_for_a_moment_removes_nothing(void)
{
    begin();
    pass(HOUR);
    jump(365 * DAY);
    CHECK(is_told());
    CHECK_INT(count_listed(draft), 3);
    CHECK_INT(count_after_purge(draft), 4);
    CHECK_INT(count_after_purge(draft), 4);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'clock'"), 1);
    jump(-365 * DAY);
    CHECK(!is_told());
    CHECK_INT(count_listed(draft), 3);
    CHECK_INT(count_after_purge(draft), 4);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'clock' AND"
                      " after LIKE '%\"trusted\":true}'"),
              1);
    end();
}

static void
what_really_expired_goes(void)
{
    begin();
    pass(91 * DAY); /* nobody looked, the machine ran on */
    CHECK_INT(count_listed(draft), 0);
    CHECK(!is_told());
    CHECK_INT(count_after_purge(draft), 0);
    end();
}

/* Sabotage: "c->right += ms". */
static void
after_a_long_stop_it_goes_in_three_days(void)
{
    begin();
    pass(91 * DAY);
    start_again();
    CHECK(is_told());
    for (int hours = 0; hours < 72; hours++) {
        CHECK_INT(count_after_purge(draft), 4);
        pass(HOUR);
    }
    pass(2 * HOUR);
    CHECK_INT(count_after_purge(draft), 0);
    CHECK(!is_told());
    end();
}

/* What expires by the time that was right goes also while the clock is wrong,
 * as far as time is known to have passed. */
static void
meanwhile_it_goes_by_the_kept_time(void)
{
    begin();
    run_sql("UPDATE sheet SET expires_at = at + 3600000");
    pass(2 * HOUR);
    jump(365 * DAY);
    CHECK_INT(count_after_purge(draft), 3);
    end();
}

static void
a_store_without_it_removes_nothing_at_once(void)
{
    begin();
    run_sql("DELETE FROM meta WHERE key = 'clock'");
    pass(365 * DAY);
    CHECK_INT(count_after_purge(draft), 4);
    for (int days = 0; days < 4; days++) {
        pass(DAY);
        count_after_purge(draft);
    }
    CHECK_INT(ask_sql("SELECT count(*) FROM sample WHERE label = 'S'"), 0);
    end();
}

void
test_manager_host_clock(void)
{
    static const struct test tests[] = {
        {"it is doubted a day ahead", it_is_doubted_a_day_ahead},
        {"it is believed after three days", it_is_believed_after_three_days},
        {"a look counts a day at most", a_look_counts_a_day_at_most},
        {"once right again it counts anew", once_right_again_it_counts_anew},
        {"behind it is followed after three days",
         behind_it_is_followed_after_three_days},
        {"a year ahead for a moment removes nothing",
         a_year_ahead_for_a_moment_removes_nothing},
        {"what really expired goes", what_really_expired_goes},
        {"after a long stop it goes in three days",
         after_a_long_stop_it_goes_in_three_days},
        {"meanwhile it goes by the kept time",
         meanwhile_it_goes_by_the_kept_time},
        {"a store without it removes nothing at once",
         a_store_without_it_removes_nothing_at_once},
        {NULL, NULL}};
    RUN_SUITE("host clock", tests);
}
