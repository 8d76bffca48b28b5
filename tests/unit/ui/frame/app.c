/* The loop, the dispatcher, the prompt: scripts on the sample screens. */
#include "ui/app/app.h"

#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static void
check_message(struct session *s, const char *wanted)
{
    char *line = session_line(s, 22);
    CHECK_HAS(line, wanted);
    free(line);
}

/* Runs SCRIPT and checks that the message line has WANTED, and what the
 * sample was told to do. */
static void
check_run(enum role role, const char *script, const char *wanted,
          const char *done)
{
    struct session s;
    sample_init(&s.sample, 100);
    session_run_as(&s, role, script, 24, 80, false);
    check_message(&s, wanted);
    CHECK_STR(s.sample.done, done);
    session_end(&s);
}

static void
keys_do_what_the_table_says(void)
{
    check_run(ROLE_RELEASER, "F", "EnterpriseCo", "fork ");
    check_run(ROLE_RELEASER, "j j F", "Initech", "fork ");
    check_run(ROLE_RELEASER, "1 2 j", "Umbrella Ltd 12: last change 12 days",
              "");
    check_run(ROLE_RELEASER, "Alt-z",
              "Alt-z does nothing on this screen (? lists keys)", "");
    check_run(ROLE_RELEASER, "f", "f does nothing on this screen (F: fork, ",
              "");
    check_run(ROLE_RELEASER, "R", "R does nothing on this screen (F5: refresh",
              "");
    check_run(ROLE_RELEASER, "P", "P does nothing on this screen (a: actions,",
              "");
    check_run(ROLE_RELEASER, "G", "Soylent GmbH 99", "");
    check_run(ROLE_RELEASER, "Esc", "this is the first screen", "");
    check_run(ROLE_RELEASER, ":bind installations F9 fork\nF9", "", "fork ");
    check_run(ROLE_RELEASER, ":unbind installations F\nF",
              "F does nothing on this screen", "");
    check_run(ROLE_RELEASER, ":sort", "Sort by which column? (", "");
    check_run(ROLE_RELEASER, ":theme pink", "unknown theme \"pink\"", "");
    check_run(ROLE_RELEASER, ":theme mono\n:theme",
              "The theme is mono (default, light, dark, mono and contrast", "");
    check_run(ROLE_RELEASER, ":un",
              "\"un\" begins several commands: unmark-all, unfinished-work",
              "");
    /* Sabotage: one pass in list_beginning(). */
    check_run(ROLE_RELEASER, ":r",
              "\"r\" begins several commands: ", "");
    check_run(ROLE_RELEASER, ":orders", "No command \"orders\" on this screen",
              "");
    check_run(ROLE_RELEASER, ":runs",
              "Not in the console: runs (tailor run list --installation I)", "");
}

/* What is typed or pressed in a read-only session changes nothing, by any
 * way. The first three fail where act_refusal does not ask READS. */
static void
a_read_only_session_changes_nothing(void)
{
    check_run(ROLE_AUDITOR, "F", "Fork: read-only session", "");
    check_run(ROLE_AUDITOR, ":fork", "Fork: read-only session", "");
    check_run(ROLE_AUDITOR, ":pause\n!later 300\nTab\n!later 300\nEnter\n!later 1000", "", "");
    check_run(ROLE_AUDITOR, "a\nEnter", "Pause: read-only session", "");
    struct session s;
    sample_init(&s.sample, 100);
    session_run_as(&s, ROLE_AUDITOR, "Enter\nEnter\n'xyz\n!paste abc\nEnter",
                   24, 80, false);
    CHECK_STR(s.sample.cells[0].text[1], "orderNumber");
    char *head = session_line(&s, 0);
    CHECK_HAS(head, "READ-ONLY");
    free(head);
    session_end(&s);
}

/* Who only reads finds an action by its name too, and does not do it.
 * Sabotage: actions_view in app_is_typing(). */
static void
a_reader_types_in_the_menu(void)
{
    check_run(ROLE_AUDITOR, "a\n'resu\nEnter", "Resume: read-only session", "");
    check_run(ROLE_AUDITOR, "a\n'nothing\nEnter", "No action \"nothing\"", "");
    /* Sabotage: say_none() in choose(). */
    check_run(ROLE_AUDITOR, "a\n'roll\nEnter",
              "\"roll back\" is on the screen Installation", "");
}

/* What is typed after a search without a result stays text of the search.
 * Sabotage: REACT_PAINT where choose() of menu.c finds no row. */
static void
a_letter_after_a_failed_search_is_text(void)
{
    static const char *const after[] = {"\nF", " F", "\n'F", "\nF\nEnter",
                                        "\nF\nEsc\nEsc", " F\nEnter\nEsc"};
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        char *script = mem_printf("a\n'nothing\nEnter%s", after[i]);
        check_run(ROLE_ADMIN, script, "", "");
        free(script);
    }
}

/* A time that was meant for the list is text of the menu too: no digit counts,
 * no colon opens the command line. Sabotage: actions_view in
 * app_is_typing(). */
static void
a_time_in_the_menu_is_text(void)
{
    static const char none[] = "No action \"22:40\" on this screen";
    check_run(ROLE_ADMIN, "a\n'22:40\nEnter", none, "");
    check_run(ROLE_ADMIN, "a\n2\n2\n :\n4\n0\nEnter", none, "");
}

/* The row under the cursor leaves before the key: the key is refused once,
 * whatever way the action is chosen. Sabotage: row_left() in dispatch.c,
 * app_row_seen() in app_take_event(). */
static void
no_key_meets_the_row_that_took_the_place(void)
{
    static const struct {
        const char *script, *wanted, *done;
    } cases[] = {
        {"j\n!later 1000\nF", "Fork: not done, the marked row left", ""},
        {"j\n!later 1000\na", "Actions: not done, the marked row left", ""},
        {"j\na\n!later 1000\n'paus\nEnter", "Pause: not done, the marked", ""},
        {"j :\n!later 1000\n'fork\nEnter", "Fork: not done, the marked", ""},
        {"j\n!later 1000\nF\nF\n!later 33\nF", "Fork: not done", ""},
        {"j\n!later 1000\nF\n!later 1000\nF", "Initech", "fork "},
        {"j\n!later 1000\nj\nF", "", "fork "},
        {"j\nj\n!later 1000\nF", "Initech", "fork "},
        {"Space\n!later 1000\nF", "", "fork "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct session s;
        sample_init(&s.sample, 100);
        s.sample.gone_when_asked = 1;
        s.sample.goes = true;
        session_run(&s, cases[i].script);
        check_message(&s, cases[i].wanted);
        CHECK_STR(s.sample.done, cases[i].done);
        session_end(&s);
    }
}

/* A screen that calls itself a text field gets no key either: app_is_typing
 * asks the session first. */
static void
no_field_takes_a_readers_key(void)
{
    static const enum role roles[] = {ROLE_NONE, ROLE_AUDITOR, ROLE_ENGINEER};
    for (size_t i = 0; i < 3; i++) {
        struct app_facts facts = {.actor = "eve", .role = roles[i]};
        struct sample sample;
        struct buf text;
        char arg[32];
        struct screen *screen = script_open(
            "j\n!later 1000\n'typed\n!paste pasted\n", 24, 80, false, NULL);
        struct app *app = app_new(screen, &facts);
        sample_init(&sample, 1);
        buf_init(&text, 65536);
        app_open(app, &sample_form, sample_arg(&sample, arg));
        app_run(app);
        cells_dump(script_cells(screen), &text);
        bool typed = strstr(buf_str(&text), "typedpasted") != NULL;
        CHECK_INT(typed, roles[i] == ROLE_ENGINEER);
        buf_clear(&text);
        app_free(app);
    }
}

static void
every_key_is_harmless_to_an_auditor(void)
{
    struct buf script;
    buf_init(&script, 1 << 20);
    unsigned long seed = test_seed();
    for (int i = 0; i < test_rounds(5000); i++) {
        seed = seed * 6364136223846793005ul + 1442695040888963407ul;
        unsigned pick = (unsigned)(seed >> 40) % 100;
        if (pick < 90)
            buf_addf(&script, "%s\n",
                     pick + 33 == ':'   ? "Enter"
                     : pick + 33 == 'Q' ? "Tab"
                                        : (char[2]){(char)(pick + 33), 0});
        else
            buf_adds(&script, pick & 1 ? "Esc\nEnter\n" : "Down\nSpace\n");
    }
    struct session s;
    sample_init(&s.sample, 100);
    session_run_as(&s, ROLE_AUDITOR, buf_str(&script), 24, 80, false);
    CHECK(!strstr(s.sample.done, "fork") && !strstr(s.sample.done, "pause"));
    CHECK_STR(s.sample.cells[0].text[1], "orderNumber");
    CHECK_STR(s.sample.cells[1].text[1], "Tax!result");
    session_end(&s);
    buf_clear(&script);
}

static void
pastes_only_go_into_text(void)
{
    check_run(ROLE_RELEASER, "!paste FFF", "paste: refused", "");
    struct session s;
    sample_init(&s.sample, 100);
    session_run(&s, "Enter Enter Ctrl-U\n!paste order\\nTotal\nEnter");
    CHECK_STR(s.sample.cells[0].text[1], "order Total");
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "/\n!paste Globex");
    CHECK_HAS(session_text(&s), "/Globex");
    CHECK_HAS(session_text(&s), "13 of 100");
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "/\n!paste a\\e[31m");
    check_message(&s, "U+001B");
    session_end(&s);
}

/* The mark keeps its place when the filter goes, and the corner says which.
 * Sabotage: LOOK_BEFORE of one row in table_window.c. */
static void
the_filter_works_as_one_types(void)
{
    struct session s;
    sample_init(&s.sample, 100);
    session_run(&s, "/\n'Init");
    CHECK_HAS(session_text(&s), "1/13 of 100");
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "/\n'Init\nEsc");
    CHECK_HAS(session_text(&s), " 3/100 \xc2\xb7 as of");
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "/\n'Init\nEnter j Esc");
    CHECK_HAS(session_text(&s), " 11/100 \xc2\xb7 as of");
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "/\n'nonsense:x\nEnter");
    CHECK_HAS(session_text(&s), "/nonsense:x");
    CHECK_HAS(session_text(&s), "0 of 100");
    CHECK_HAS(session_text(&s), "only state: is known");
    session_end(&s);
}

/* What one sees completed is what Enter does. */
static void
the_command_line_completes(void)
{
    check_run(ROLE_RELEASER, ":\n", "EnterpriseCo", "");
    check_run(ROLE_RELEASER, " :\n'for\nTab Enter", "", "fork ");
    check_run(ROLE_RELEASER, " :\n'for\nEnter", "", "fork ");
    check_run(ROLE_RELEASER, " :\n'fork\nEnter :\nUp Enter", "", "fork fork ");
    /* Ctrl-U leaves the command of the key. Sabotage: cut_argument(). */
    check_run(ROLE_RELEASER, "s\n'xyz\nCtrl-U\n'nosuch\nEnter",
              "No column is called \"nosuch\"", "");
    check_run(ROLE_RELEASER, " :\n'fly\nEnter",
              "No command \"fly\" on this screen", "");
    /* Sabotage: the loop in refuse_here(); the call for other screens in
     * find_command(). */
    check_run(ROLE_RELEASER, " :\n'undo\nEnter",
              "Undo: not on this screen (it works on Blocks, Mapping, Value "
              "table and Conflict",
              "");
    check_run(ROLE_RELEASER, " :\n'unus\nEnter",
              "Unused fields: not on this screen (it works on Mapping)", "");
    struct session s;
    sample_init(&s.sample, 100);
    session_run(&s, " :\n'theme \nTab Tab");
    char *line = session_line(&s, 23);
    CHECK_STR(line, ":theme light");
    free(line);
    CHECK_HAS(session_text(&s), "contrast");
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "s\n'st\nTab");
    line = session_line(&s, 23);
    CHECK_STR(line, ":sort state");
    free(line);
    session_end(&s);
    sample_init(&s.sample, 100);
    session_run(&s, "v Tab");
    line = session_line(&s, 23);
    CHECK_STR(line, ":view todo");
    free(line);
    session_end(&s);
}

/* A person searches for what is wanted, not for the name that it has here.
 * Sabotage: act_synonyms() in entry_text() of menu.c. */
static void
an_action_is_found_by_other_words(void)
{
    static const char *const words[] = {"hold", "switch off", "Disable"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct session s;
        char *script = mem_printf("a\n'%s\nEnter", words[i]);
        sample_init(&s.sample, 10);
        session_run(&s, script);
        CHECK_HAS(session_text(&s), "[ Pause");
        session_end(&s);
        free(script);
    }
}

/* It is told where that is. Sabotage: act_elsewhere() in say_none(). */
static void
the_name_of_another_command_finds_no_action(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run(&s, "a\n'upgrade\nEnter");
    CHECK_HAS(session_text(&s), "Not in the console: upgrade (tailor upgrade");
    session_end(&s);
}

/* Sabotage: add_ways() in help_action(), ACT_BACK in draw_hints(). */
static void
help_says_how_an_action_without_a_key_is_done(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run(&s, "?\n/\n'pause\nEnter Down Down");
    CHECK_HAS(session_text(&s), "Esc back");
    session_end(&s);
    sample_init(&s.sample, 10);
    session_run(&s, "?\n/\n'new events wait\nEnter j Enter");
    CHECK_HAS(session_text(&s), "Menu: a and \"pause\"");
    CHECK_HAS(session_text(&s), "Command: :pause");
    CHECK(!strstr(session_text(&s), "Keys: none"));
    session_end(&s);
}

static void
help_lists_every_action(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run_as(&s, ROLE_AUDITOR, "?", 300, 400, false);
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        const struct act_info *a = act_info((enum act)i);
        CHECK_HAS(session_text(&s), a->label);
        CHECK_HAS(session_text(&s), a->help);
    }
    CHECK_HAS(session_text(&s), "read-only session");
    session_end(&s);
}

static void
messages_are_kept(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run(&s, "Alt-z\nAlt-y\nM");
    CHECK_HAS(session_text(&s), "Alt-z does nothing on this screen");
    CHECK_HAS(session_text(&s), "Alt-y does nothing on this screen");
    session_end(&s);
    sample_init(&s.sample, 10);
    session_run(&s, "Alt-y\nAlt-z\nM y"); /* the newest is marked */
    CHECK_HAS(script_copied(s.screen), "Alt-z does nothing on this screen");
    session_end(&s);
}

/* Hostile customers on the whole screen, in messages and in questions. */
static void
hostile_text_is_visible_everywhere(void)
{
    static const char *const hostile[] = {"\x1b[2Jx",
                                          "\x1b]0;title\a",
                                          "a\xe2\x80\xae"
                                          "b",
                                          "\xc2\x9b"
                                          "31m",
                                          "new\nline",
                                          "\xff\xfe",
                                          "tab\there",
                                          "\xe2\x80\x8bzero"};
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        struct session s;
        sample_init(&s.sample, 10);
        s.sample.customer = hostile[i];
        session_run(&s, ":pause\n");
        const char *text = session_text(&s);
        size_t n = strlen(text);
        for (size_t at = 0; at < n;) {
            uint32_t cp = 0;
            size_t len = utf8_decode(text + at, n - at, &cp);
            CHECK(len > 0 && (cp == '\n' || !text_is_hidden(cp)));
            at += len ? len : 1;
        }
        CHECK(strstr(text, "U+") || strstr(text, "\\xFF"));
        session_end(&s);
    }
}

/* What follows a refused or unknown key in the same burst meant something
 * else. Sabotage: app_drop_burst() in app_refuse(). */
static void
a_burst_ends_at_a_refused_key(void)
{
    check_run(ROLE_RELEASER, "x F F j",
              "? lists keys); 3 keys dropped", "");
    check_run(ROLE_RELEASER, "x\nF", "EnterpriseCo", "fork ");
    check_run(ROLE_AUDITOR, "F M q Q",
              "Fork: read-only session; 3 keys dropped", "");
    check_run(ROLE_RELEASER, "/ Tab F Enter F", "No completion; 3 keys", "");
    check_run(ROLE_RELEASER, "2 2 : 4 0 Enter F",
              "No command \"40\" on this screen (? lists them); 1 key", "");
}

static void
a_count_is_shown_and_esc_drops_it(void)
{
    struct session s;
    sample_init(&s.sample, 100);
    session_run(&s, "1 2");
    char *line = session_line(&s, 23);
    CHECK_STR(line, "12");
    free(line);
    session_end(&s);
    check_run(ROLE_RELEASER, "1 2\nEsc\nj", "Globex", "");
}

/* Text that is not finished stays where it is. Sabotage: leaves_cell() in
 * grid.c. */
static void
text_stays_text(void)
{
    static const char *const typed[] = {
        "'=xx\nTab\n'F",  "'=xx\nTab Space e x", "'=xx\nUp\n'j",
        "'=xx\nDown\n'd", "'=xx\nShift-Tab\n'u", "'=xx\nPgDn\n'F",
    };
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct session s;
        char *script = mem_printf("Enter\nEnter\nCtrl-U\n%s", typed[i]);
        sample_init(&s.sample, 10);
        session_run(&s, script);
        CHECK_STR(s.sample.cells[0].text[1], "orderNumber");
        CHECK_HAS(session_text(&s), "=xx");
        CHECK_STR(s.sample.done, "");
        session_end(&s);
        free(script);
    }
}

/* q and Q ask; :quit does not. */
static void
leaving_is_asked(void)
{
    check_run(ROLE_RELEASER, "Q\nF\n!later 300\nEsc\nF", "", "fork ");
    check_run(ROLE_RELEASER, "q\n!later 300\nEnter\nF", "", "fork ");
    check_run(ROLE_RELEASER, "Q\n!later 300\nTab\n!later 300\nEnter\n!later 1000\nF", "", "");
    check_run(ROLE_RELEASER, "?\nq\nF", "", "fork ");
    check_run(ROLE_RELEASER, ":quit\nF", "", "");
}

/* Help is for reading: Enter shows an entry whole. Sabotage: let help_action
 * do the action. */
static void
nothing_runs_from_help(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run(&s, "?\n/\n'fork into\nEnter\nEnter");
    CHECK_HAS(session_text(&s), "Command: :fork");
    CHECK_STR(s.sample.done, "");
    session_end(&s);
}

/* --- watches and alarms ------------------------------------------------ */

struct waker {
    struct app *app;
    int pipe[2], alarms, reads;
};

static void
on_alarm(void *ctx)
{
    struct waker *w = ctx;
    w->alarms++;
    CHECK(write(w->pipe[1], "x", 1) == 1);
}

static void
on_ready(void *ctx, short events)
{
    struct waker *w = ctx;
    char c;
    (void)events;
    CHECK(read(w->pipe[0], &c, 1) == 1);
    w->reads++;
    app_unwatch(w->app, w->pipe[0]);
    app_quit(w->app);
}

static void
watches_and_alarms_wake_the_loop(void)
{
    struct waker w = {0};
    struct sample sample;
    char arg[32];
    struct app_facts facts = {.actor = "alice", .role = ROLE_ADMIN};
    sample_init(&sample, 5);
    struct screen *screen = script_open("!wait 5000", 24, 80, false, NULL);
    w.app = app_new(screen, &facts);
    app_open(w.app, &sample_list, sample_arg(&sample, arg));
    CHECK(pipe(w.pipe) == 0);
    app_watch(w.app, w.pipe[0], POLLIN, on_ready, &w);
    app_alarm(w.app, 100000, on_alarm, &w);
    app_alarm(w.app, 5, on_alarm, &w); /* moves it */
    app_run(w.app);
    CHECK_INT(w.alarms, 1);
    CHECK_INT(w.reads, 1);
    app_free(w.app);
    close(w.pipe[0]);
    close(w.pipe[1]);
}

/* The word for the command line stands in no message: what is said names the
 * action as the hint line and the menu do. Sabotage: the label in refuse() of
 * dispatch.c. */
static void
no_message_names_a_command(void)
{
    static const enum role roles[] = {ROLE_AUDITOR, ROLE_RELEASER};
    size_t said = 0;
    for (int i = 2 * (ACT_NONE + 1); i < 2 * ACT_COUNT; i++) {
        const char *command = act_info((enum act)(i / 2))->command;
        char script[100];
        struct session s;
        if (!strchr(command, '-'))
            continue;
        snprintf(script, sizeof script, ":%s x\n:bind any Alt-z %s\nAlt-z",
                 command, command);
        sample_init(&s.sample, 10);
        session_run_as(&s, roles[i % 2], script, 24, 80, false);
        const struct messages *all = app_messages(s.app);
        for (size_t k = 0; k < all->count; k++) {
            const char *text = messages_get(all, k)->text;
            said++;
            if (!text_starts(text, "bind")) /* says again what was typed */
                CHECK(strcasestr(text, command) == NULL);
        }
        session_end(&s);
    }
    CHECK(said > 30);
}

void
test_ui_app(void)
{
    static const struct test tests[] = {
        {"keys do what the table says", keys_do_what_the_table_says},
        {"a read-only session changes nothing",
         a_read_only_session_changes_nothing},
        {"the name of another command finds no action",
         the_name_of_another_command_finds_no_action},
        {"a reader types in the menu", a_reader_types_in_the_menu},
        {"a time in the menu is text", a_time_in_the_menu_is_text},
        {"a letter after a failed search is text",
         a_letter_after_a_failed_search_is_text},
        {"no key meets the row that took the place",
         no_key_meets_the_row_that_took_the_place},
        {"no field takes a reader's key", no_field_takes_a_readers_key},
        {"every key is harmless to an auditor",
         every_key_is_harmless_to_an_auditor},
        {"pastes only go into text", pastes_only_go_into_text},
        {"the filter works as one types", the_filter_works_as_one_types},
        {"the command line completes", the_command_line_completes},
        {"an action is found by other words",
         an_action_is_found_by_other_words},
        {"help says how an action without a key is done",
         help_says_how_an_action_without_a_key_is_done},
        {"help lists every action", help_lists_every_action},
        {"messages are kept", messages_are_kept},
        {"hostile text is visible everywhere",
         hostile_text_is_visible_everywhere},
        {"a burst ends at a refused key", a_burst_ends_at_a_refused_key},
        {"a count is shown and Esc drops it",
         a_count_is_shown_and_esc_drops_it},
        {"text stays text", text_stays_text},
        {"leaving is asked", leaving_is_asked},
        {"nothing runs from help", nothing_runs_from_help},
        {"no message names a command", no_message_names_a_command},
        {"watches and alarms wake the loop", watches_and_alarms_wake_the_loop},
        {NULL, NULL}};
    test_run("ui app", tests);
    failed_tests += test_failures;
}
