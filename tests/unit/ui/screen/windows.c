/* What a release screen shows where there is little room, and for whom. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

#define FORK "/\n'enterprise\nEnter F\n"
#define TAX                                                                    \
    FORK "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=ROUND(total * 0.05, 2)\n"     \
         "Enter\n"
#define MAPPED TAX "j Enter b e\n'Tax!result\nEnter\n"
#define RELEASE "R\n!later 300\n"

/* Plays SCRIPT as alice on S in a window of ROWS by COLS. */
static char *
play(struct small_store *s, int rows, int cols, const char *script)
{
    const struct visit look = {.actor = "alice", .rows = rows, .cols = cols};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

/* Whatever is scrolled, what is released for whom and the button are in
 * sight. Sabotage: release_object_draw(), or the case of ACT_PAGE_DOWN in
 * release_action(). */
static void
a_release_is_read_whole_in_a_small_window(void)
{
    static const struct {
        const char *keys, *line;
    } pages[] = {{"", "goes live    at once, for EnterpriseCo"},
                 {"PgDn", "taxTotal, 62.5 on SO-10023"},
                 {"PgDn PgDn", "made in      4 edits by alice"},
                 {"PgDn PgDn PgDn PgDn", "Tax!result"},
                 {"PgDn PgDn PgUp PgUp PgUp", "lines 1-5 of "}};
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, 24, 80, MAPPED));
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        char *script = mem_printf(FORK "Enter " RELEASE "%s", pages[i].keys);
        char *screen = play(&s, 12, 40, script);
        CHECK_HAS(screen, pages[i].line);
        CHECK_HAS(screen, "v1.1 for EnterpriseCo (customer-0)");
        CHECK_HAS(screen, "[ Release v1.1 ]");
        free(screen);
        free(script);
    }
    small_store_remove(&s);
}

/* Who works on it, and which customer it is of, stay where there is room for
 * little. Sabotage: the order in which columns[] of version_table.c go. */
static void
unfinished_work_names_its_author(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, 24, 80, FORK));
    char *screen = play(&s, 20, 60, ":unfinished-work\n");
    CHECK_HAS(screen, "author");
    CHECK_HAS(screen, " alice ");
    CHECK_HAS(screen, "Enterprise");
    free(screen);
    /* Sabotage: the loop in filter_term_next(). */
    screen = play(&s, 24, 80, "/\n'\"\"\nEnter\n");
    CHECK_HAS(screen, "EnterpriseCo");
    free(screen);
    small_store_remove(&s);
}

/* A finished release leads on to its customer. Sabotage: ACT_OPEN in
 * release_action(), or next_steps() in draw_progress(). */
static void
a_finished_release_leads_on(void)
{
    static const char release[] =
        RELEASE "PgDn\nPgDn\nPgDn\nPgDn\nPgDn\nTab\nTab\n!later 300\nEnter\n"
                "!later 1000\n!wait 200\n";
    struct small_store s;
    small_store_make(&s, true);
    char *script = mem_printf(MAPPED "%s", release);
    char *screen = play(&s, 12, 40, script);
    CHECK_HAS(screen, "queued: v1 stays live");
    CHECK_HAS(screen, "Enter opens EnterpriseCo,");
    CHECK_HAS(screen, "goes back");
    CHECK_HAS(screen, "Enter open");
    free(screen);
    free(script);
    script = mem_printf("/\n'globex\nEnter F\n%sk\nEnter", release);
    screen = play(&s, 24, 80, script);
    CHECK_HAS(screen, "Globex");
    CHECK_HAS(screen, "what was done last");
    CHECK_HAS(screen, "releasing");
    free(screen);
    free(script);
    small_store_remove(&s);
}

/* Sabotage: the brief text in release_object_draw(). */
static void
a_long_name_leaves_the_customer_in_sight(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, 12, 40, "/\n'evil\nEnter F\n" RELEASE);
    CHECK_HAS(screen, "\nv1.1 for EvilU+001B");
    CHECK_HAS(screen, "(customer-5)\n");
    free(screen);
    small_store_remove(&s);
}

/* A document that is not valid has no plan, but a name and a note. Sabotage:
 * manager_version_show() in release_plan_make(). */
static void
an_invalid_draft_keeps_its_name_and_note(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen =
        play(&s, 24, 80, FORK "i\n'math\nEnter Esc " RELEASE "'4711\nEsc");
    CHECK_HAS(screen, "The note is saved with draft v1.1");
    free(screen);
    screen = play(&s, 24, 80, FORK "Enter " RELEASE);
    CHECK_HAS(screen, "cannot yet");
    CHECK_HAS(screen, "v1.1 of Order to cash for EnterpriseCo (customer-0)");
    CHECK_HAS(screen, "note        ▸4711");
    free(screen);
    small_store_remove(&s);
}

/* What a name or a value reads like is no sign of where the values stand.
 * Sabotage: add_end() or the first add_fit() in cell_text() of diff.c. */
static void
a_difference_shows_both_values(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, 24, 80, MAPPED "D G Enter");
    CHECK_HAS(screen, "\n before\n blank\n\n after\n Tax!result\n");
    free(screen);
    screen = play(&s, 12, 40, FORK "Enter D");
    CHECK_HAS(screen, "~  \xe2\x80\xa6"
                      "ale > taxTotal: blank -> Tax!resu"
                      "\xe2\x80\xa6\n");
    free(screen);
    free(play(&s, 24, 80,
              FORK "Enter G Enter g j j Enter Ctrl-U\n"
                   "'=LOWER(customer.email & customer.fullName)\n"
                   "Enter"));
    screen = play(&s, 12, 60, FORK "Enter D");
    CHECK_HAS(screen, "customer.id -> =LOWER(custo\xe2\x80\xa6\n");
    free(screen);
    free(play(&s, 24, 80, FORK "Enter G\n:rename Sale: a -> b\n"));
    screen = play(&s, 12, 60, FORK "Enter D");
    CHECK_HAS(screen, "-> b > entity.externalId: customer.id -> "
                      "=LOWER(custo\xe2\x80\xa6\n");
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: act_elsewhere() in dispatch.c, or the look at an empty name in
 * show_saved(). */
static void
what_is_typed_is_answered_with_what_exists(void)
{
    static const struct {
        const char *script, *said;
    } cases[] = {
        {":drafts", "Not in the console: drafts (F on an installation, or"},
        {":failures", "Not in the console: failures (tailor run list --by-cause"},
        {":nonsense", "No command \"nonsense\" on this screen"},
        {"v Enter", "Which view? all, todo, failing, awaiting or parked"},
        {"v\n'xyz\nEnter", "No view is called \"xyz\""},
    };
    struct small_store s;
    small_store_make(&s, true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *screen = play(&s, 24, 80, cases[i].script);
        CHECK_HAS(screen, cases[i].said);
        free(screen);
    }
    small_store_remove(&s);
}

/* Sabotage: draw_failed() in draw_facts(). */
static void
failed_runs_name_the_command_that_lists_them(void)
{
    struct small_store s;
    small_store_make(&s, true);
    small_store_fail(&s);
    char *screen = play(&s, 24, 80, "/\n'state:failing\nEnter Enter");
    CHECK_HAS(screen, "failing 1");
    CHECK_HAS(screen, "failed       tailor run list --installation "
                      "customer-0/");
    CHECK_HAS(screen, "what was done last");
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: s->draft in release_keep_note(). */
static void
a_note_belongs_to_its_draft(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, 24, 80, FORK RELEASE "'4711\nEsc");
    CHECK_HAS(screen, "The note is saved with draft v1.1");
    free(screen);
    screen = play(&s, 24, 80, FORK "Enter " RELEASE);
    CHECK_HAS(screen, "note        ▸4711");
    free(screen);
    screen = play(&s, 24, 80, "/\n'globex\nEnter F\n" RELEASE);
    CHECK_HAS(screen, "for Globex");
    CHECK(strstr(screen, "4711") == NULL);
    free(screen);
    small_store_remove(&s);
}

/* What a session that ends left of the note of its draft, which was 4711. */
static char *
note_after(const char *ended)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, 24, 80, FORK RELEASE "'4711\nEsc"));
    char *script = mem_printf(FORK "Enter " RELEASE "%s", ended);
    free(play(&s, 24, 80, script));
    char *screen = play(&s, 24, 80, FORK "Enter " RELEASE);
    small_store_remove(&s);
    free(script);
    return screen;
}

/* Sabotage: meant in release_keep_note(); release_offer_note() in
 * release_open(). */
static void
a_note_that_nobody_looked_at_is_not_stored(void)
{
    char *screen = note_after("'12\n");
    CHECK_HAS(screen, "note        ▸471112");
    free(screen);
    screen = note_after("!paste PASTED\n");
    CHECK_HAS(screen, "note        ▸4711\n");
    CHECK_HAS(screen, "A note was not stored: 4711PASTED (Ctrl-Y brings");
    free(screen);
    screen = note_after("Ctrl-U\n");
    CHECK_HAS(screen, "note        ▸4711\n");
    CHECK_HAS(screen, "A note was not stored: (emptied) (Ctrl-Y brings");
    free(screen);
    screen = note_after("'password=hunter22\n");
    CHECK_HAS(screen, "note        ▸4711\n");
    CHECK(!strstr(screen, "hunter22"));
    free(screen);
}

void
test_console_windows(void)
{
    static const struct test tests[] = {
        {"unfinished work names its author", unfinished_work_names_its_author},
        {"a finished release leads on", a_finished_release_leads_on},
        {"a release is read whole in a small window",
         a_release_is_read_whole_in_a_small_window},
        {"a long name leaves the customer in sight",
         a_long_name_leaves_the_customer_in_sight},
        {"an invalid draft keeps its name and note",
         an_invalid_draft_keeps_its_name_and_note},
        {"a difference shows both values", a_difference_shows_both_values},
        {"what is typed is answered with what exists",
         what_is_typed_is_answered_with_what_exists},
        {"a note that nobody looked at is not stored",
         a_note_that_nobody_looked_at_is_not_stored},
        {"failed runs name the command that lists them",
         failed_runs_name_the_command_that_lists_them},
        {"a note belongs to its draft", a_note_belongs_to_its_draft},
        {NULL, NULL}};
    test_run("console windows", tests);
    failed_tests += test_failures;
}
