/* Every question that wants something typed is answered in the same way. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "manager/release/release.h"
#include "manager/session/store.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

#define CUSTOMER "/\n'enterprise\nEnter Enter\n"
#define ACTION(name) "a\n'" name "\nEnter\n!later 300\n"
#define RELEASE "R\n!later 300\n"

/* EnterpriseCo has a version of its own live, and a stale draft; a draft of
 * the next base version is open too. */
static void
fill(struct small_store *s)
{
    const struct release_options options = {.note = "own"};
    struct small_ids ids;
    struct release_plan plan = {0};
    struct error e = {0};
    char own[IDENT_SIZE], stale[IDENT_SIZE], base[IDENT_SIZE];
    const char *draft = own;
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, stale, &e),
              ERR_OK);
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, own, &e),
              ERR_OK);
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ANOTHER, base, &e),
              ERR_OK);
    struct fact fact = {.sequence = 1,
                        .at = 1,
                        .kind = FACT_LIVE,
                        .installation_id = "bb0000000000000000000000",
                        .workflow_id = ids.workflow,
                        .version_id = own};
    const struct fact_page page = {
        .facts = &fact, .count = 1, .cursor = 1, .head = 1};
    CHECK_INT(manager_apply_facts(m, ids.runtime, &page, &e), ERR_OK);
    manager_close(m);
}

/* After WAY and KEYS the button LABEL has the focus. */
static void
check_focus(struct small_store *s, const char *way, const char *keys,
            const char *label)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    char *script = mem_printf("%s%s", way, keys);
    char *button = mem_printf("[>%s", label);
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    CHECK_HAS(buf_str(&screen), button);
    buf_clear(&screen);
    free(button);
    free(script);
}

/* Sabotage: form_ask_phrase() in dialog_open() or in release_form_make(); the
 * button in step() of form.c. */
static void
what_is_typed_right_leads_to_the_button(void)
{
    static const struct {
        const char *way, *phrase, *button;
    } cases[] = {
        {"*\n:pause\n!later 300\n", "6", "Pause 6 installations"},
        {CUSTOMER ACTION("roll"), "EnterpriseCo", "Roll back Order to cash"},
        {CUSTOMER ACTION("return"), "EnterpriseCo",
         "Return to base Order to cash"},
        {CUSTOMER ACTION("versions") "g\n" ACTION("return"), "EnterpriseCo",
         "Return to base v1"},
        {CUSTOMER ACTION("versions") "g j\nEnter\n" RELEASE, "order-to-cash",
         "Release v2"},
        {CUSTOMER "j\nEnter\n" RELEASE, "EnterpriseCo", "Release v1.1"},
    };
    struct small_store s;
    small_store_make(&s, true);
    fill(&s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *right = mem_printf("'%s\n", cases[i].phrase);
        char *by_tab = mem_printf("%sTab", right);
        char *by_enter = mem_printf("%sEnter", right);
        char *wrong = mem_printf("%sx Tab", right);
        char *mended = mem_printf("%sx Tab Shift-Tab Backspace Tab", right);
        char *back = mem_printf("%sTab Left", right);
        check_focus(&s, cases[i].way, by_tab, cases[i].button);
        check_focus(&s, cases[i].way, by_enter, cases[i].button);
        check_focus(&s, cases[i].way, wrong, "Back<]");
        check_focus(&s, cases[i].way, mended, cases[i].button);
        check_focus(&s, cases[i].way, back, "Back<]");
        free(right);
        free(by_tab);
        free(by_enter);
        free(wrong);
        free(mended);
        free(back);
    }
    small_store_remove(&s);
}

/* What is typed first where a name is wanted is the name, not the note, and is
 * not kept. Sabotage: "wanted ? typed" in release_form_make(). */
static void
a_name_does_not_become_the_note(void)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct small_store s;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    fill(&s);
    small_store_play(&s, &look,
                     CUSTOMER ACTION("versions") "g j\nEnter\n" RELEASE
                     "'order-to-cash\nUp\n'why\nEsc\nR\n!later 300", &screen);
    CHECK_HAS(buf_str(&screen), "\nnote         why\n");
    CHECK_HAS(buf_str(&screen), "\ntype name   ▸\n");
    buf_reset(&screen);
    /* Sabotage: tell_misfit(). */
    small_store_play(&s, &look,
                     CUSTOMER ACTION("versions") "g j\nEnter\n" RELEASE
                     "'order-tocash\nTab\n!later 300\nEnter", &screen);
    CHECK_HAS(buf_str(&screen), "Not released: \"order-tocash\" was typed");
    buf_clear(&screen);
    small_store_remove(&s);
}

/* In a small window the button is reached only when the whole plan was shown:
 * until then Tab scrolls. Sabotage: read_first() in release_key(). */
static void
the_plan_is_shown_before_its_button_is_reached(void)
{
    const struct visit look = {.actor = "alice", .rows = 12, .cols = 40};
    struct small_store s;
    struct buf screen;
    char keys[200] = CUSTOMER "F\nR\n!later 300\n'why\nTab\n";
    bool reached = false;
    int tabs = 0;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    for (; !reached && tabs < 12; tabs++) {
        strcat(keys, "Tab\n");
        buf_reset(&screen);
        small_store_play(&s, &look, keys, &screen);
        reached = strstr(buf_str(&screen), "[>Release") != NULL;
        CHECK(reached || strstr(buf_str(&screen), "Back<]"));
        CHECK(!reached || !strstr(buf_str(&screen), "PgDn more"));
        if (tabs == 0)
            CHECK_HAS(buf_str(&screen), "is reached when all");
    }
    CHECK(reached && tabs > 1);
    buf_clear(&screen);
    small_store_remove(&s);
}

/* Plays SCRIPT in a window of ROWS by COLS; returns the screen, a new string. */
static char *
played(struct small_store *s, const char *script, int rows, int cols)
{
    const struct visit look = {.actor = "alice", .rows = rows, .cols = cols};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

/* The question before many names the first of them, and nobody else is named
 * while it is open, not even the row under the cursor. Sabotage:
 * list_installations() in asked_installations(); dialog.open in draw_message()
 * of draw.c. */
static void
a_question_about_many_names_them(void)
{
    static const struct {
        const char *marks;
        int rows, cols;
        const char *shown;
    } cases[] = {
        {"g\nSpace\nSpace\nk\n", 24, 80, "\n EnterpriseCo and EvilU+001B"},
        {"*\n", 24, 80,
         "\n EnterpriseCo, Globex, Initech, Soylent GmbH, \u6771\u4eac "
         "\u5546\u4e8b (customer-4) and 1 more\n"},
        {"*\n", 12, 40, "\n EnterpriseCo, Globex and 4 more\n"},
    };
    struct small_store s;
    small_store_make(&s, true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *script = mem_printf("%sG\n:pause\n!later 300\n", cases[i].marks);
        char *screen = played(&s, script, cases[i].rows, cases[i].cols);
        const char *question = strstr(screen, "Pause all workflows of ");
        CHECK_HAS(question, cases[i].shown);
        CHECK_HAS(question, "]\n\nTab switch"); /* an empty message line */
        free(screen);
        free(script);
    }
    small_store_remove(&s);
}

/* A customer may have several installations: each question says which it is
 * about, and how many there are. Sabotage: the integration in
 * asked_installation(); the comparison in name_integration(). */
static void
a_question_names_the_installation(void)
{
    static const char *const cases[][2] = {
        {"/\n'globex net\nEnter\n:pause\n",
         "Pause all workflows of Globex (customer-1), NetSuite order to cash?"},
        {"/\n'globex order-sync\nEnter\n:pause\n",
         "Pause all workflows of Globex (customer-1), Order sync?"},
        {"j j j Space\ng\n:pause\n",
         "Pause all workflows of Globex (customer-1), Order sync?"},
        {"/\n'globex\nEnter\n*\n:pause\n",
         "Pause all workflows of 2 installations?"},
        {"/\n'globex\nEnter\n*\n:pause\n",
         "Globex: NetSuite order to cash and Globex: Order sync"},
        {"/\n'globex\nEnter\n*\n:pause\n!later 300\n'2\nTab\n",
         "[>Pause 2 installations<]"},
        {"Space Space\n:pause\n",
         "Pause all workflows of 2 installations of NetSuite order to cash?"},
        {"/\n'globex net\nEnter\nEnter\n:pause\n",
         "Pause Order to cash of Globex (customer-1), NetSuite order to cash?"},
    };
    struct small_store s;
    small_store_make(&s, true);
    small_store_second(&s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *script = mem_printf("%s!later 300\n", cases[i][0]);
        char *screen = played(&s, script, 24, 80);
        CHECK_HAS(screen, cases[i][1]);
        free(screen);
        free(script);
    }
    small_store_remove(&s);
}

/* Releases the draft of v2, which becomes the newest base version. */
static void
release_base(struct small_store *s)
{
    const struct release_options options = {.note = "base"};
    struct version_list list = {0};
    struct release_plan plan = {0};
    struct error e = {0};
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_version_show(m, "v2", "order-to-cash", NULL, &list, &e),
              ERR_OK);
    CHECK_INT(manager_release(m, &list.rows[0].id, 1, &options, &plan, &e),
              ERR_OK);
    release_plan_clear(&plan);
    version_list_clear(&list);
    manager_close(m);
}

/* The newest base version goes live, not the one that the own version was
 * forked from. Sabotage: fill_forked_from(). */
static void
a_return_says_which_base_goes_live(void)
{
    static const char own[] = "(not v1, which v1.2 was forked from)";
    struct small_store s;
    small_store_make(&s, true);
    fill(&s);
    char *screen = played(&s, CUSTOMER ACTION("return"), 24, 120);
    CHECK_HAS(screen, "Return Order to cash to the base version v1 for "
                      "EnterpriseCo (customer-0), NetSuite order to cash?");
    CHECK_HAS(screen, "v1 goes live at once in place of v1.2");
    free(screen);
    release_base(&s);
    screen = played(&s, CUSTOMER ACTION("return"), 24, 120);
    CHECK_HAS(screen, "Return Order to cash to the base version v2 for ");
    CHECK_HAS(screen, "v2 (not v1, which v1.2 was forked from) goes live");
    free(screen);
    screen =
        played(&s, CUSTOMER ACTION("versions") "g\n" ACTION("return"), 24, 120);
    CHECK_HAS(screen, "Return Order to cash to base v1 for EnterpriseCo");
    CHECK(!strstr(screen, own));
    free(screen);
    small_store_remove(&s);
}

/* A base draft belongs to no customer: it is found where all drafts are.
 * Sabotage: ACT_GO_DRAFTS in frame.c, or cell_of(). */
static void
all_drafts_are_found(void)
{
    static const char *const cases[][2] = {
        {"", "base: Order to cash"},
        {"", "EnterpriseCo (customer-0): Order to cash"},
        {"/\n'base\nEnter\nEnter\n", "Order to cash v2 draft"},
        {"/\n'base\nEnter\nEnter\nEsc\n", "All open drafts"},
        {"/\n'base\nEnter\nD\n", "from v1 to v2"},
        {"F\n", "only on an installation"},
    };
    struct small_store s;
    small_store_make(&s, true);
    fill(&s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *script = mem_printf(":unfinished-work\n%s", cases[i][0]);
        char *screen = played(&s, script, 24, 120);
        CHECK_HAS(screen, cases[i][1]);
        free(screen);
        free(script);
    }
    small_store_remove(&s);
}

/* The runtimes of S say what SQL puts into its outbox. */
static void
tell(struct small_store *s, const char *sql)
{
    struct error e = {0};
    sqlite3 *h = NULL;
    CHECK_INT(sqlite3_open(s->path, &h), SQLITE_OK);
    CHECK_INT(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(h);
    struct manager *m = small_store_open(s, "alice"); /* wakes the console */
    CHECK_INT(manager_access_add(m, "zoe", ROLE_AUDITOR, NULL, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    manager_close(m);
}

static void
one_refuses(struct small_store *s)
{
    static const char sql[] =
        "UPDATE outbox SET state = iif(runtime = (SELECT MIN(n) FROM runtime),"
        " 2, 3), last_error = iif(runtime = (SELECT MIN(n) FROM runtime),"
        " NULL, 'taken') WHERE kind = 'publish' AND version ="
        " (SELECT MAX(version) FROM outbox WHERE kind = 'publish')";
    tell(s, sql);
}

/* The first of two runtimes releases the base version, the second refuses it:
 * that is no success. Sabotage: the count in look_at_requests() (release.c). */
static void
a_release_waits_for_every_runtime(void)
{
    const struct runtime_settings second = {.name = "eu-1",
                                            .url = "https://localhost:2",
                                            .environment = "production",
                                            .ca_file = "/nowhere",
                                            .token_file = "/nowhere"};
    const struct visit look = {.actor = "alice",
                               .rows = 40,
                               .cols = 120,
                               .meanwhile = one_refuses};
    struct small_store s;
    struct error e = {0};
    struct buf screen;
    small_store_make(&s, true);
    fill(&s);
    struct manager *m = small_store_open(&s, "alice");
    CHECK_INT(manager_runtime_add(m, &second, &e), ERR_OK);
    CHECK_INT(manager_publish(m, "netsuite-order-to-cash",
                              &(const char *){"eu-1"}, 1, NULL, &e),
              ERR_OK);
    manager_close(m);
    buf_init(&screen, 1 << 20);
    small_store_play(&s, &look,
                     CUSTOMER ACTION("versions") "g j\nEnter\n" RELEASE
                         "'order-to-cash\nTab\n!later 1000\nEnter\n"
                         "!later 1000\n:meanwhile\n!wait 500",
                     &screen);
    CHECK_HAS(buf_str(&screen), "eu-1: the runtime answered refused: taken");
    CHECK_HAS(buf_str(&screen), "us-1: confirmed by the runtime");
    CHECK(strstr(buf_str(&screen), "is live for") == NULL);
    buf_clear(&screen);
    small_store_remove(&s);
}

/* The requests for releases that ask for a run, too. */
static int
runs_asked(const struct small_store *s)
{
    sqlite3 *h = NULL;
    sqlite3_stmt *q = NULL;
    CHECK_INT(sqlite3_open(s->path, &h), SQLITE_OK);
    CHECK_INT(sqlite3_prepare_v2(h,
                                 "SELECT count(*) FROM outbox WHERE body LIKE"
                                 " '%\"runNow\":true%'",
                                 -1, &q, NULL),
              SQLITE_OK);
    CHECK_INT(sqlite3_step(q), SQLITE_ROW);
    int count = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(h);
    return count;
}

/* What an installation starts can be run with its release, and the button says
 * so. Sabotage: run_now in release_now(), label_button() in release_judge(). */
static void
what_an_installation_starts_is_released_and_run(void)
{
#define AT_RELEASE "/\n'globex order-sync\nEnter F\nR\n!later 300\n"
#define SAY(word) AT_RELEASE "Tab\nCtrl-U\n" word "Enter\nTab\n"
    struct small_store s;
    small_store_make(&s, true);
    small_store_second(&s);
    char *screen = played(&s, "/\n'globex net\nEnter F\nR\n", 24, 80);
    CHECK(strstr(screen, "run it ") == NULL);
    free(screen);
    screen = played(&s, AT_RELEASE, 24, 80);
    CHECK_HAS(screen, "then         it runs when asked to: say so below");
    CHECK_HAS(screen, "\nrun it       no");
    CHECK_HAS(screen, "[ Release v1.1 ]");
    free(screen);
    screen = played(&s, SAY("'ye\n"), 24, 80);
    CHECK_HAS(screen, "run it: type yes or no");
    free(screen);
    screen = played(&s, SAY("'yes\n"), 24, 80);
    CHECK_HAS(screen, "[>Release v1.1 and run<]");
    free(screen);
    CHECK_INT(runs_asked(&s), 0);
    screen = played(&s, SAY("'yes\n") "!later 300\nEnter\n!later 1000\n"
                                      "!wait 200",
                    24, 80);
    CHECK_HAS(screen, "now          queued: v1 stays live until");
    CHECK_INT(runs_asked(&s), 1);
    free(screen);
    small_store_remove(&s);
}

static void
its_run_waits(struct small_store *s)
{
    tell(s, "UPDATE outbox SET state = 2, last_error ="
            " 'the run waits: its workflow is paused' WHERE kind = 'release'");
}

/* What the runtime says of the run of a release stands instead of "was
 * accepted". Sabotage: *st->at[0].error in add_confirmed(). */
static void
a_release_that_is_run_says_that_its_run_waits(void)
{
    const struct visit look = {.actor = "alice",
                               .rows = 24,
                               .cols = 120,
                               .meanwhile = its_run_waits};
    struct small_store s;
    struct buf screen;
    small_store_make(&s, true);
    small_store_second(&s);
    buf_init(&screen, 1 << 20);
    small_store_play(&s, &look,
                     SAY("'yes\n") "!later 300\nEnter\n!later 1000\n"
                                   ":meanwhile\n!wait 500",
                     &screen);
    CHECK_HAS(buf_str(&screen), "v1.1 is live for Globex");
    CHECK_HAS(buf_str(&screen), "; the run waits: its workflow is paused");
    CHECK(strstr(buf_str(&screen), "was accepted") == NULL);
    buf_clear(&screen);
    small_store_remove(&s);
}

void
test_console_questions(void)
{
    static const struct test tests[] = {
        {"a release waits for every runtime",
         a_release_waits_for_every_runtime},
        {"what is typed right leads to the button",
         what_is_typed_right_leads_to_the_button},
        {"a name does not become the note", a_name_does_not_become_the_note},
        {"the plan is shown before its button is reached",
         the_plan_is_shown_before_its_button_is_reached},
        {"all drafts are found", all_drafts_are_found},
        {"a question about many names them", a_question_about_many_names_them},
        {"a return says which base goes live",
         a_return_says_which_base_goes_live},
        {"a question names the installation",
         a_question_names_the_installation},
        {"what an installation starts is released and run",
         what_an_installation_starts_is_released_and_run},
        {"a release that is run says that its run waits",
         a_release_that_is_run_says_that_its_run_waits},
        {NULL, NULL}};
    test_run("console questions", tests);
    failed_tests += test_failures;
}
