/* Accidents: keys that were meant for something else answer no question. */
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"
#include "ui/widget/dialog.h"

/* A button that was not drawn with the focus cannot be pressed. Sabotage: the
 * test of f->seen in button_key(). */
static void
keys_ahead_of_the_screen_press_nothing(void)
{
    static const struct question q = {.text = "Pause?", .yes = "Pause"};
    struct key tab, enter;
    struct dialog d = {0};
    struct error e = {0};
    CHECK(key_parse("Tab", &tab) && key_parse("Enter", &enter));
    dialog_open(&d, &q);
    show_dialog(&d, NULL);
    CHECK_INT(dialog_key(&d, &tab, &e), ANSWER_OPEN);
    CHECK_INT(dialog_key(&d, &enter, &e), ANSWER_OPEN);
    CHECK_HAS(e.text, "before the button was shown");
    show_dialog(&d, NULL);
    CHECK_INT(dialog_key(&d, &enter, &e), ANSWER_YES);
    dialog_close(&d);
}

/* Nothing but Tab and then Enter, each after it could be read. Sabotage: the
 * flush in app_guard_begin(), GUARD_MS, or f->seen of the form. */
static void
nothing_confirms_by_accident(void)
{
    static const char *const accidents[] = {
        ":pause\ny\ny\n!later 300\ny\nY\nn\nSpace\n1\n",
        ":pause\nTab\nEnter\nTab\nEnter", /* too soon */
        ":pause\n!later 299\nTab\nEnter",
        PAUSE_BY_NAME "Tab Enter", /* one burst */
        PAUSE_BY_NAME "Tab\nSpace\ny",
        "a p a u s e Enter Tab Enter",
        "a p a u s e Enter\nTab\nEnter",
        "P a y\n",
        "P\na\ny\n",
        "P a y p a l\n",
        "P\na\ny\np\na\nl\nEnter\nTab\nEnter\n",
        "P y\n",
        "a\n'pause\nEnter Tab\n!later 300\nEnter", /* a Tab behind Enter */
        "a p a u s e Enter Tab\n!later 300\nEnter",
        "? / P a u s e : Enter Enter Tab Enter\n!later 300\nTab\nEnter",
        "?\n/\n'pause\nEnter\nEnter\nTab\nEnter\n!later 300\nTab\nEnter",
    };
    for (size_t i = 0; i < sizeof accidents / sizeof accidents[0]; i++)
        script_does(accidents[i], "");
}

/* What is typed when a question has just opened goes nowhere: it fills no field
 * and does not close the question for the keys behind it. Sabotage:
 * app_guard_holds() in app_key() or app_paste(). */
static void
a_question_that_just_opened_takes_no_key(void)
{
    script_does(":pause\n!later 299\nEnter\nF", "");
    script_does(":pause\n!later 299\nEsc\nF", "");
    script_does(":pause\n!later 300\nEsc\nF", "fork ");
    script_does("Enter R\n!later 299\n5\n!later 1000\nTab\nTab\n!later 300\n"
                "Enter",
                "released: ");
    script_does("Enter R\n!later 299\n!paste 5\n!later 300\nTab\nTab\n"
                "!later 300\nEnter",
                "released: ");
    script_does("Enter R\n!later 300\n5\n!later 300\nTab\nTab\n!later 300\n"
                "Enter",
                "released: 5");
}

/* Keys typed ahead, a line of a sheet, help: none of them releases. */
static void
nothing_releases_by_accident(void)
{
    static const char *const accidents[] = {
        "Enter\nR Tab Tab Enter",
        "Enter\nR\nTab\nTab\nEnter",
        "Enter\nR\n!later 300\nP R I C E Tab Tab E U R Enter",
        "Enter\nR\n!later 300\n'note\nTab Tab Enter",
        "Enter\nR\n!later 300\nTab\nTab\nSpace\ny",
        "Enter\nN R Tab Tab P R I C E Space E U R Enter",
        "Enter\nR\n!later 300\nF1\nEnter\nEnter\nEsc",
        "Enter\nR\n!later 300\nTab\nTab\nF1\nEsc\nEnter",
    };
    for (size_t i = 0; i < sizeof accidents / sizeof accidents[0]; i++)
        script_does(accidents[i], "");
}

/* On a button that changes production, Enter acts only alone. Sabotage: the
 * app->alone or "behind" in app_guard_act(); EVENT_UNKNOWN in
 * app_take_event(). */
static void
only_a_lone_enter_acts(void)
{
    static const char *const bursts[] = {
        "Shift-Tab Tab Enter",
        "Tab Tab Enter",
        "Unknown Enter",
        "Unknown Unknown Tab Tab Enter",
        "Enter Enter",
        "Enter Unknown",
        "Tab Tab Enter Tab Tab Enter Tab Tab Enter",
        "Unknown\nEnter",
        "!paste x\nEnter",
        "Tab\nTab\nEnter",
        "Unknown\n!later 299\nEnter",
    };
    static const char *const places[] = {
        PAUSE_BY_NAME "Tab\n!later 300\n",
        "Enter R\n!later 300\nTab\nTab\n!later 300\n"};
    for (size_t i = 0; i < sizeof bursts / sizeof bursts[0]; i++) {
        for (size_t k = 0; k < 2; k++) {
            char script[400];
            snprintf(script, sizeof script, "%s%s", places[k], bursts[i]);
            script_does(script, "");
        }
    }
}

/* Typed letter by letter from the key that opens it on, a text is in the field
 * whole or not at all: of one that lacks its beginning nothing is taken until a
 * pause. Sabotage: app_typing_early() in app_guard_begin() or
 * app_guard_early(). */
static void
a_text_never_lacks_its_beginning(void)
{
    static const char text[] = "password";
    static const int delays[] = {1, 40, 90, 150, 299, 300, 320};
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        for (int burst = 0; burst < 2; burst++) {
            char script[600], step[40];
            snprintf(script, sizeof script, "Enter R%s",
                     burst ? " x\n" : "\n");
            for (const char *c = text; *c; c++) {
                snprintf(step, sizeof step, "!later %d\n'%c\n", delays[i], *c);
                strcat(script, step);
            }
            strcat(script, "!later 1000\nTab\nTab\n!later 300\nEnter");
            const char *done = delays[i] < 300 || burst
                                   ? "released: "
                                   : "released: password";
            script_does(script, done);
        }
    }
}

/* What comes after Enter within 300 ms stops it, also in a later read, and is
 * not done either. Sabotage: app_guard_followed() in app_take_event(),
 * "unfinished" in held_is_over(). */
static void
what_follows_enter_stops_it(void)
{
    static const char *const followers[] = {
        "",        "x",        "Tab",   "Enter",         "Esc",   "Space",
        "Unknown", "!paste x", ":fork", "!later 299\nx", "!begun"};
    static const char *const places[] = {
        PAUSE_BY_NAME "Tab\n!later 300\nEnter\n",
        "Enter R\n!later 300\nTab\nTab\n!later 300\nEnter\n"};
    static const char *const done[] = {"pause ", "released: "};
    for (size_t i = 0; i < sizeof followers / sizeof followers[0]; i++) {
        for (size_t k = 0; k < 2; k++) {
            char script[400];
            snprintf(script, sizeof script, "%s%s\n!later 300\nF1", places[k],
                     followers[i]);
            script_does(script, i == 0 ? done[k] : "");
        }
    }
    script_does(PAUSE_BY_NAME "Tab\n!later 300\nEnter\nx\n!later 300\nTab\n"
                              "!later 300\nEnter\n!later 300\nF1",
                "pause ");
}

/* A window too small to show the question answers none. Sabotage:
 * app_too_small() in held_is_over(). */
static void
a_small_window_confirms_nothing(void)
{
    static const char *const sizes[] = {"10 4", "11 80", "24 39", "1 1"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char script[400];
        snprintf(script, sizeof script,
                 PAUSE_BY_NAME "Tab\n!later 300\nEnter\n!resize %s\n"
                               "!later 300\n!resize 24 80\n!later 300",
                 sizes[i]);
        script_does(script, "");
        snprintf(script, sizeof script,
                 PAUSE_BY_NAME "Tab\n!resize %s\n!later 300\nEnter\n"
                               "!later 300\n!resize 24 80\n!later 300",
                 sizes[i]);
        script_does(script, "");
    }
}

/* After the terminal was away, or has another size, a question counts as newly
 * opened: the button that had the focus has lost it, and an Enter that waited
 * is dropped. Back from help, the same. Sabotage: app_guard_reopen() where the
 * terminal comes back, or the rest in app_guard_begin(). */
static void
a_question_that_comes_back_is_new(void)
{
    static const char *const places[] = {
        PAUSE_BY_NAME "Tab\n!later 300\n",
        "Enter R\n!later 300\n5\nTab\nTab\n!later 300\n"};
    static const char *const aways[] = {
        "!resize 24 81\n!later 300\nEnter\n",
        "!resize 24 81\n!later 299\nTab\nTab\nEnter\n",
        "!resize 24 81\nEnter\n!later 300\nEnter\n",
        "Enter\n!resize 24 81\n",
        "Enter\n!later 200\n!resize 24 81\n!later 300\nEnter\n",
    };
    for (size_t i = 0; i < sizeof aways / sizeof aways[0]; i++) {
        for (size_t k = 0; k < 2; k++) {
            char script[400];
            snprintf(script, sizeof script, "%s%s!later 300\nF1", places[k],
                     aways[i]);
            script_does(script, "");
        }
    }
    script_does("Enter R\n!later 300\n5\nTab\nTab\n!later 300\nCtrl-Z\n"
                "!later 300\nEnter\n!later 300\nF1",
                "");
    script_does("Enter R\n!later 300\n5\nTab\nTab\n!later 300\nF1\n"
                "!later 300\nEsc\n!later 300\nEnter\n!later 300\nF1",
                "");
    script_does("Enter R\n!later 300\n5\nTab\nTab\n!later 300\nCtrl-Z\n"
                "!later 300\nTab\nTab\n!later 300\nEnter\n!later 300\nF1",
                "released: 5");
    script_does(PAUSE_BY_NAME "Tab\n!resize 24 81\n!later 300\nTab\n"
                              "!later 300\nEnter\n!later 300\nF1",
                "pause ");
}

/* The Enter that acted goes no further, as long as it is held down. Sabotage:
 * app_guard_repeats() in app_key(), or its last assignment. */
static void
a_held_enter_stays_on_its_button(void)
{
#define HELD "!later 700\nEnter\n"
#define REPEATS "!later 40\nEnter\n!later 40\nEnter\n!later 40\nEnter Enter\n"
    struct session s;
    static const char acts[] =
        PAUSE_BY_NAME "Tab\n!later 300\nEnter\n!later 300\n" HELD REPEATS
            REPEATS REPEATS REPEATS;
    char script[1000];
    sample_init(&s.sample, 10);
    session_run(&s, acts);
    CHECK_STR(s.sample.done, "pause ");
    CHECK_INT(app_top(s.app)->ops->id, VIEW_INSTALLATIONS);
    session_end(&s);
    snprintf(script, sizeof script, "%s!later 300\nEnter", acts);
    sample_init(&s.sample, 10);
    session_run(&s, script);
    CHECK(app_top(s.app)->ops->id != VIEW_INSTALLATIONS);
    session_end(&s);
    snprintf(script, sizeof script, "%sj\nEnter", acts);
    sample_init(&s.sample, 10);
    session_run(&s, script); /* another key: Enter was let go */
    CHECK(app_top(s.app)->ops->id != VIEW_INSTALLATIONS);
    session_end(&s);
}

static unsigned
draw(uint64_t *seed, unsigned below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % below;
}

/* Appends a line of 2 to 9 keys to SCRIPT. */
static void
add_burst(uint64_t *seed, char *script)
{
    static const char *const keys[] = {"Tab",     "Tab",  "Shift-Tab", "Enter",
                                       "Enter",   "Left", "Right",     "Down",
                                       "Unknown", "y",    "Space",     "Up"};
    for (unsigned n = 2 + draw(seed, 8); n > 0; n--) {
        strcat(script, keys[draw(seed, sizeof keys / sizeof keys[0])]);
        strcat(script, n > 1 ? " " : "\n");
    }
}

/* From every focus of both kinds of question, bursts of two keys and more
 * change nothing, each after a silence. Sabotage: as above. */
static void
no_burst_changes_anything(void)
{
    static const char *const places[] = {
        PAUSE_BY_NAME, PAUSE_BY_NAME "Tab\n", "Enter R\n!later 300\n",
        "Enter R\n!later 300\nTab\n", "Enter R\n!later 300\nTab\nTab\n"};
    uint64_t seed = 20261129;
    for (int i = 0; i < 500; i++) {
        char script[800];
        snprintf(script, sizeof script, "%s", places[draw(&seed, 5)]);
        for (int burst = 0; burst < 4; burst++) {
            strcat(script, "!later 400\n");
            add_burst(&seed, script);
        }
        script_does(script, "");
    }
}

void
test_ui_accident(void)
{
    static const struct test tests[] = {
        {"keys ahead of the screen press nothing",
         keys_ahead_of_the_screen_press_nothing},
        {"nothing confirms by accident", nothing_confirms_by_accident},
        {"a text never lacks its beginning", a_text_never_lacks_its_beginning},
        {"a question that just opened takes no key",
         a_question_that_just_opened_takes_no_key},
        {"nothing releases by accident", nothing_releases_by_accident},
        {"only a lone Enter acts", only_a_lone_enter_acts},
        {"what follows Enter stops it", what_follows_enter_stops_it},
        {"a small window confirms nothing", a_small_window_confirms_nothing},
        {"a question that comes back is new",
         a_question_that_comes_back_is_new},
        {"a held Enter stays on its button", a_held_enter_stays_on_its_button},
        {"no burst changes anything", no_burst_changes_anything},
        {NULL, NULL}};
    test_run("ui accident", tests);
    failed_tests += test_failures;
}
