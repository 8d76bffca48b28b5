/* What the lists of the console do with a filter, a mark and a change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/runtime.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/screen/installation_rows.h"
#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

/* Plays SCRIPT as alice, at 24 by 80, on S. */
static char *
play(struct small_store *s, const char *script)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

/* Sabotage: the error of take_states() in filter_text.c; the look at problem
 * in mark_from() of table.c. */
static void
a_wrong_filter_says_why(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, "/\n'state:xyz\nEnter *\n!wait 400");
    CHECK_HAS(screen, "/state:xyz");
    CHECK_HAS(
        screen,
        "No state is called \"xyz\" (unknown-version, failing, parked, to-do");
    CHECK_HAS(screen, " 0 of 6");
    CHECK(strstr(screen, "EnterpriseCo") == NULL);
    CHECK(strstr(screen, "marked") == NULL);
    free(screen);
    screen = play(&s, "/\n'integration:order\nEnter");
    CHECK_HAS(screen, "No integration is called \"order\"");
    free(screen);
    small_store_remove(&s);
}

/* The list shows the whole filter after Tab, and it is a valid one. */
static void
check_completed(struct small_store *s, const char *script, const char *filter)
{
    char *screen = play(s, script);
    CHECK_HAS(screen, filter);
    CHECK(strstr(screen, "No state is called") == NULL);
    free(screen);
}

/* Every state is offered, in a form that the filter takes. Sabotage:
 * offer_states() up to CONDITION_OFF, or installation_state_term() without
 * its dash. */
static void
every_state_is_completed(void)
{
    struct small_store s;
    small_store_make(&s, true);
    check_completed(&s, "/\n'state:turn\nTab Enter", "/state:turned-off");
    check_completed(&s, "/\n'state:to\nTab Enter", "/state:to-do");
    check_completed(&s, "/\n'-state:ok,unk\nTab Enter",
                    "/-state:ok,unknown-version");
    small_store_remove(&s);
}

/* A workflow of a paused installation does not run when it is resumed alone.
 * Sabotage: resumes_all() in installation.c. */
static void
resuming_resumes_what_is_paused(void)
{
    struct small_store s;
    small_store_make(&s, true);
    small_store_pause(&s);
    char *screen = play(&s, "/\n'enterprise\nEnter\nEnter\na\n'resume\nEnter\n"
                            "!later 300");
    CHECK_HAS(screen, "Resume all workflows of EnterpriseCo (customer-0), ");
    free(screen);
    small_store_remove(&s);
}

#define FIND "/\n'enterprise\nEnter\n"
#define DO(name) "a\n'" name "\nEnter\n!later 300\n"
#define YES "Tab\n!later 300\nEnter\n!later 1000\n"

/* SCRIPT asks nothing, and the reason is WHY. */
static void
check_refused(struct small_store *s, const char *script, const char *why)
{
    int64_t records = small_store_records(s);
    char *screen = play(s, script);
    CHECK_HAS(screen, why);
    CHECK(strstr(screen, "[ Back ]") == NULL);
    CHECK_INT(small_store_records(s), records);
    free(screen);
}

/* What runs is not resumed, what is paused not paused again, on the row of a
 * draft as on that of its workflow; what is asked for is not asked for twice.
 * Sabotage: the return of no_resume, no_pause in row_refusal(), and the
 * beginning of pause_refusal(). */
static void
a_pause_or_resume_without_effect_is_refused(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, FIND "F"));
    check_refused(&s, FIND DO("resume"), "Resume: it is not paused");
    check_refused(&s, FIND "Enter\n" DO("resume"), "Resume: it is not paused");
    check_refused(&s, FIND "Enter j\n" DO("resume"),
                  "Resume: it is not paused");
    small_store_pause(&s);
    check_refused(&s, FIND DO("pause"), "Pause: it is paused already");
    check_refused(&s, FIND "Enter\n" DO("pause"),
                  "Pause: it is paused already");
    check_refused(&s, FIND "Enter j\n" DO("pause"),
                  "Pause: it is paused already");
    char *screen = play(&s, FIND DO("resume") YES);
    CHECK_HAS(screen, "Resume of 1 installation: queued");
    free(screen);
    check_refused(&s, FIND DO("resume"), "a resume is requested already");
    check_refused(&s, FIND "Enter j\n" DO("resume"),
                  "a resume is requested already");
    screen = play(&s, FIND "Enter j\n" DO("pause"));
    CHECK_HAS(screen, "Pause Order to cash of EnterpriseCo (customer-0), ");
    free(screen);
    small_store_remove(&s);
}

/* A question that could only be answered by a refusal is not asked. Sabotage:
 * the test of q.refusal in ask_first(). */
static void
what_cannot_happen_is_not_asked_about(void)
{
    struct small_store s;
    small_store_make(&s, true);
    check_refused(&s, FIND "Enter\n" DO("roll"),
                  "no earlier version was live");
    check_refused(&s, FIND "Enter\n" DO("versions") DO("return"),
                  "a base version is live already");
    small_store_remove(&s);
}

/* Sabotage: offer() or complete_filter() in installations.c. */
static void
a_filter_is_completed(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, "/\n'gl -state:failing,to\nTab Enter");
    CHECK_HAS(screen, "/gl -state:failing,to-do");
    CHECK_HAS(screen, "Globex");
    free(screen);
    screen = play(&s, "/\n'x integration:net\nTab Enter");
    CHECK_HAS(screen, "/x integration:netsuite-order-to-cash");
    free(screen);
    small_store_remove(&s);
}

#define DRAFT "/\n'enterprise\nEnter F\n"
#define TAX                                                                    \
    "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=ROUND(total * 0.05, 2)\nEnter\n"
#define MAPPED DRAFT TAX "j Enter b e\n'Tax!result\nEnter\n"

/* Sabotage: release_keep_note() in release_close(), or the blocks of
 * diff_lines() in one pass. */
static void
the_release_screen_keeps_the_note(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, MAPPED "Esc i\n'stop\nEnter Enter\n'end\nEnter "
                                   "R\n!later 300\n'ticket 4711\nEsc");
    CHECK_HAS(screen, "The note is saved with draft v1.1");
    free(screen);
    screen = play(&s, DRAFT "Enter R");
    CHECK_HAS(screen, "ticket 4711");
    CHECK_HAS(screen, "6 edits by alice");
    CHECK(strstr(screen, "blank  ") == NULL);
    const char *stop = strstr(screen, "added stop block");
    const char *row = strstr(screen, "taxTotal: blank");
    CHECK(stop != NULL && row != NULL && stop < row);
    free(screen);
    screen = play(&s, "/\n'globex\nEnter F\n" TAX "R");
    CHECK_HAS(screen, "blank        Create cash sale: taxTotal");
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: tell_untouched() in editor.c, or its look at the revision. */
static void
an_untouched_fork_stays_and_says_so(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT "Esc");
    CHECK_HAS(screen, "Draft v1.1 stays, without a change (F lists the drafts");
    free(screen);
    screen = play(&s, FIND "F\n" DO("discard") "Tab\n!later 300\nEnter\n"
                      "!later 1000\nEsc");
    CHECK(strstr(screen, "v1.1") == NULL);
    free(screen);
    screen = play(&s, DRAFT TAX "Esc");
    CHECK(strstr(screen, "without a change") == NULL);
    free(screen);
    screen = play(&s, "/\n'globex\nEnter F\nR\n!later 300\nTab\n" YES
                      "!wait 200\nEsc\nEsc");
    CHECK_HAS(screen, "releasing");
    CHECK(strstr(screen, "without a change") == NULL);
    free(screen);
    small_store_remove(&s);
}

/* A fork where drafts are open asks; the F that led to the question is no
 * answer, held down or from a slow line. Sabotage: app_guard_once() in
 * perform(). */
static void
a_held_fork_stops_at_the_question(void)
{
    static const char *const held[] = {
        FIND "F\n!later 500\nF\n!later 33\nF\n!later 33\nF\n",
        FIND "F F\n", FIND "!at-once F F F F F F\n!later 1000\n",
        FIND "Enter\nF\n!later 300\nF\n!later 33\nF\n"};
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, FIND "F"));
    int64_t records = small_store_records(&s);
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
        char *screen = play(&s, held[i]);
        CHECK_HAS(screen, "Unfinished work exists");
        CHECK_INT(small_store_records(&s), records);
        free(screen);
    }
    char *screen = play(&s, FIND "F\n!later 1000\nF\n");
    CHECK_HAS(screen, "v1.2");
    CHECK(small_store_records(&s) > records);
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: "none" in release_lines_say_plan(). */
static void
a_release_without_changes_says_so(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT "R");
    CHECK_HAS(screen, "changes      none: v1.1 does the same as v1");
    free(screen);
    screen = play(&s, "/\n'globex\nEnter F\n" TAX "R");
    CHECK(strstr(screen, "does the same as") == NULL);
    free(screen);
    small_store_remove(&s);
}

/* The plan says what the editor says. Sabotage: "warnings" in
 * release_lines_say_plan(), or fill_warnings() in plan.c. */
static void
the_release_screen_repeats_the_warnings(void)
{
    static const char never[] = "reason: what follows never runs";
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT "i\n'stop\nEnter Enter\n'end\nEnter k");
    CHECK_HAS(screen, never);
    free(screen);
    screen = play(&s, DRAFT "Enter R");
    CHECK_HAS(screen, "warnings     ");
    CHECK_HAS(screen, never);
    free(screen);
    screen = play(&s, "/\n'globex\nEnter F\n" TAX "R");
    CHECK(strstr(screen, "warnings  ") == NULL);
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: the refusal in release_plan_make(). */
static void
the_release_screen_tells_four_eyes(void)
{
    struct small_store s;
    struct error e = {0};
    small_store_make(&s, true);
    struct manager *m = small_store_open(&s, "alice");
    CHECK_INT(manager_integration_set_four_eyes(m, "netsuite-order-to-cash",
                                                true, &e),
              ERR_OK);
    manager_close(m);
    char *screen = play(&s, MAPPED "R\n!later 300\nTab Tab Enter");
    CHECK_HAS(screen, "cannot yet   order-to-cash: four eyes: you changed");
    CHECK_HAS(screen, "goes live");
    CHECK(strstr(screen, "queued") == NULL);
    free(screen);
    small_store_remove(&s);
}

/* The row of what is live is known by its workflow, whatever version it is, and
 * the rows of its drafts by it too: so a release moves no mark to another
 * workflow. Sabotage: add_row() without its look at is_live. */
static void
the_mark_stays_on_its_workflow(void)
{
    struct small_store s;
    struct error e = {0};
    struct installation_list all;
    struct installation_shown shown = {.rows = row_list_new(&place_rows)};
    buf_init(&shown.as_of, 200);
    small_store_make(&s, true);
    free(play(&s, DRAFT));
    struct manager *m = small_store_open(&s, "alice");
    struct console c = {.manager = m};
    struct installation_filter f = {.text = "enterprise"};
    CHECK_INT(manager_installation_list(m, &f, NULL, 1, &all, &e), ERR_OK);
    CHECK_INT(installation_read(&c, all.rows[0].id, &shown, &e), ERR_OK);
    struct row_source source = row_list_source(shown.rows);
    struct row rows[3];
    size_t n = source.fetch(source.ctx, SEEK_FIRST, NULL, 0, 3, rows);
    CHECK_INT(n, 2);
    const struct place_row *live = row_list_data(shown.rows, 0);
    CHECK_STR(rows[0].key, live->workflow);
    CHECK(strncmp(rows[1].key, rows[0].key, strlen(rows[0].key)) == 0);
    for (size_t i = 0; i < n; i++)
        free(rows[i].key);
    installation_list_clear(&all);
    installation_list_clear(&shown.show);
    audit_list_clear(&shown.audit);
    buf_clear(&shown.apps);
    buf_clear(&shown.as_of);
    row_list_free(shown.rows);
    manager_close(m);
    small_store_remove(&s);
}

/* Whose it is stands first, also for a base version that one customer went
 * back to. Sabotage: add_version(), add_installation(), or the filter in
 * read_page() of audit.c. */
static void
the_audit_is_filtered_and_read_whole(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, DRAFT TAX));
    char *screen = play(&s, ":audit\n/\n'draft.fork who:alice\nEnter Enter");
    CHECK_HAS(screen, "who           alice");
    CHECK_HAS(screen, "action        draft.fork");
    CHECK_HAS(screen, "about         EnterpriseCo (customer-0): v1.1 of Order to cash");
    CHECK_HAS(screen, "hash before   ");
    free(screen);
    screen = play(&s, ":audit");
    CHECK_HAS(screen, "EnterpriseCo (customer-0): v1.1");
    CHECK_HAS(screen, "Initech (customer-2): v1 of Order to cash\n");
    CHECK_HAS(screen, "runtime us-1");
    free(screen);
    screen = play(&s, ":audit\n/\n'who:nobody\nEnter");
    CHECK(strstr(screen, "draft.fork") == NULL);
    free(screen);
    screen = play(&s, ":audit\n/\n'whom:alice\nEnter");
    CHECK_HAS(screen, "The audit is filtered by one action");
    CHECK(strstr(screen, "draft.fork") == NULL);
    free(screen);
    small_store_remove(&s);
}

static void
set_zone(const char *tz)
{
    setenv("TZ", tz, 1);
    tzset();
}

/* The difference to UTC of the time in a whole record on SCREEN, in minutes
 * within a day. */
static int
minutes_east(const char *screen)
{
    int h[2] = {0}, m[2] = {0};
    const char *here = strstr(screen, "time          ");
    const char *there = strstr(screen, "time in UTC   ");
    CHECK(here && there);
    if (here && there) {
        CHECK_INT(sscanf(here, "time %*d %*s %*d %d:%d", &h[0], &m[0]), 2);
        CHECK_INT(sscanf(there, "time in UTC %*d-%*d-%*dT%d:%d", &h[1], &m[1]),
                  2);
    }
    return (60 * (h[0] - h[1]) + m[0] - m[1] + 1440) % 1440;
}

/* The header names the zone of every time; a whole record has it in UTC too.
 * Sabotage: moment_text() of audit.c with gmtime_r; the minutes of
 * screen_zone(). */
static void
times_have_the_zone_of_the_header(void)
{
    static const struct {
        const char *tz, *zone;
        int minutes;
    } cases[] = {{"ABC-5:30", "UTC+5:30", 330},
                 {"ABC-5:45", "UTC+5:45", 345},
                 {"ABC3:30", "UTC-3:30", 1230},
                 {"ABC-14", "UTC+14", 840},
                 {"UTC", "UTC", 0}};
    const struct visit look = {
        .actor = "alice", .rows = 24, .cols = 80, .unmasked = true};
    struct small_store s;
    small_store_make(&s, true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf screen;
        char *header = mem_printf("  %s  PRODUCTION", cases[i].zone);
        char *end = mem_printf(" %s\n", cases[i].zone);
        set_zone(cases[i].tz);
        buf_init(&screen, 1 << 20);
        small_store_play(&s, &look, ":audit", &screen);
        CHECK_HAS(buf_str(&screen), header);
        buf_reset(&screen);
        small_store_play(&s, &look, ":audit\nEnter", &screen);
        CHECK_HAS(buf_str(&screen), end);
        CHECK_INT(minutes_east(buf_str(&screen)), cases[i].minutes);
        buf_clear(&screen);
        free(header);
        free(end);
    }
    set_zone("UTC");
    small_store_remove(&s);
}

/* Sabotage: compare() in versions.c without is_live. */
static void
a_live_version_is_compared_with_its_parent(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT "q\na\n'versions\nEnter\n!later 300\nk D");
    CHECK_HAS(screen, "v1 was made from no other version");
    free(screen);
    screen = play(&s, ":runtimes\nEnter");
    CHECK_HAS(screen, "protocol   ");
    free(screen);
    small_store_remove(&s);
}

/* A certificate that ends stops the runtime for every customer. Sabotage:
 * certificate_ends in show_whole(). */
static void
a_runtime_shows_when_its_certificate_ends(void)
{
    struct small_store s;
    struct runtime_list list = {0};
    struct error e = {0};
    small_store_make(&s, true);
    char *screen = play(&s, ":runtimes\nEnter");
    CHECK(!strstr(screen, "certificate ends"));
    free(screen);
    struct manager *m = small_store_open(&s, "alice");
    CHECK_INT(manager_runtime_list(m, &list, &e), ERR_OK);
    CHECK_INT(manager_runtime_heard(m, list.rows[0].n, 4102444800000, &e),
              ERR_OK);
    runtime_list_clear(&list);
    manager_close(m);
    screen = play(&s, ":runtimes\nEnter");
    CHECK_HAS(screen, "certificate ends 1 Jan 2100");
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: the words of audit_detail(). */
static void
a_record_is_told_in_words(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, FIND "F"));
    char *screen = play(&s, ":audit\n");
    CHECK_HAS(screen, "\ndraft.fork by alice at 00:00: ");
    CHECK(!strstr(screen, "{\""));
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: state_text() of installation_source.c without releasing. */
static void
the_list_says_that_a_release_is_in_progress(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT TAX "R\n!later 300\nTab\nTab\n!later 300\nEnter\n!later 1000\n"
                                      "!wait 200\n:installations\nEsc");
    CHECK_HAS(screen, "releasing");
    CHECK_HAS(screen, "Globex");
    free(screen);
    small_store_remove(&s);
}

/* The screen of a customer says since when it is true, in which zone, and that
 * what is paused on its own does not run. Sabotage: state_words() without
 * "all"; screen_zone(). */
static void
a_paused_workflow_is_not_called_active(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, FIND "Enter");
    CHECK_HAS(screen, "(production), active as of ");
    CHECK_HAS(screen, " UTC\n");
    CHECK_HAS(screen, "  UTC  PRODUCTION");
    free(screen);
    small_store_pause_workflows(&s);
    screen = play(&s, FIND "Enter");
    CHECK_HAS(screen, "(production), paused as of ");
    free(screen);
    small_store_remove(&s);
}

static void
a_filter_of_the_blocks_is_seen(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT "/\n'cash\nEnter");
    CHECK_HAS(screen, "blocks  /cash");
    free(screen);
    small_store_remove(&s);
}

/* One Esc leads from a release out of the mapping to its customer. Sabotage:
 * release_passes(). */
static void
after_a_release_one_is_with_the_customer(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, DRAFT TAX "j Enter R\n!later 300\nTab\nTab\n"
                                      "!later 300\nEnter\n!later 1000\n"
                                      "!wait 200\nEsc");
    CHECK_HAS(screen, "what was done last");
    CHECK_HAS(screen, "v1.1     releasing");
    free(screen);
    small_store_remove(&s);
    small_store_make(&s, true); /* before, Esc goes to the draft */
    screen = play(&s, DRAFT TAX "j Enter R\n!later 300\nEsc");
    CHECK_HAS(screen, "taxTotal");
    free(screen);
    small_store_remove(&s);
}

void
test_console_lists(void)
{
    static const struct test tests[] = {
        {"resuming resumes what is paused", resuming_resumes_what_is_paused},
        {"a pause or resume without effect is refused",
         a_pause_or_resume_without_effect_is_refused},
        {"what cannot happen is not asked about",
         what_cannot_happen_is_not_asked_about},
        {"a wrong filter says why", a_wrong_filter_says_why},
        {"a filter is completed", a_filter_is_completed},
        {"every state is completed", every_state_is_completed},
        {"the release screen keeps the note",
         the_release_screen_keeps_the_note},
        {"times have the zone of the header",
         times_have_the_zone_of_the_header},
        {"the audit is filtered and read whole",
         the_audit_is_filtered_and_read_whole},
        {"a runtime shows when its certificate ends",
         a_runtime_shows_when_its_certificate_ends},
        {"a record is told in words", a_record_is_told_in_words},
        {"a live version is compared with its parent",
         a_live_version_is_compared_with_its_parent},
        {"an untouched fork stays and says so",
         an_untouched_fork_stays_and_says_so},
        {"a held fork stops at the question",
         a_held_fork_stops_at_the_question},
        {"a release without changes says so",
         a_release_without_changes_says_so},
        {"the release screen repeats the warnings",
         the_release_screen_repeats_the_warnings},
        {"the release screen tells four eyes",
         the_release_screen_tells_four_eyes},
        {"the list says that a release is in progress",
         the_list_says_that_a_release_is_in_progress},
        {"a paused workflow is not called active",
         a_paused_workflow_is_not_called_active},
        {"a filter of the blocks is seen", a_filter_of_the_blocks_is_seen},
        {"after a release one is with the customer",
         after_a_release_one_is_with_the_customer},
        {"the mark stays on its workflow", the_mark_stays_on_its_workflow},
        {NULL, NULL}};
    test_run("console lists", tests);
    failed_tests += test_failures;
}
