/*
 * Golden screens: a script, a size, and the text it must leave on the
 * screen. GENERATE=1 in the environment writes the files anew; look at the
 * difference before committing it.
 */
#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static const struct golden {
    const char *name, *script;
    int rows, cols;
    enum role role;
    bool ascii;
} goldens[] = {
    {"list", "j j", 24, 80, ROLE_RELEASER, false},
    {"list-ascii", "j j Space", 24, 80, ROLE_RELEASER, true},
    {"list-small", "j", 12, 40, ROLE_AUDITOR, false},
    {"list-wide", ":sort state", 20, 132, ROLE_ENGINEER, false},
    {"filtered", "/\n'Umbrella\nEnter", 16, 80, ROLE_RELEASER, false},
    {"nothing-found", "/\n'nobody\nEnter", 14, 80, ROLE_RELEASER, false},
    {"command", " :\n'page\nTab", 16, 80, ROLE_RELEASER, false},
    {"question", ":pause\n!later 300", 16, 80, ROLE_RELEASER, false},
    {"grid", "Enter", 14, 80, ROLE_RELEASER, false},
    {"grid-edit", "Enter\nj Enter Ctrl-U o r d Tab", 14, 80, ROLE_RELEASER,
     false},
    {"form", "Enter R\n!later 300\n'ticket 4711\nTab", 14, 80, ROLE_RELEASER,
     false},
    {"menu", "a", 16, 80, ROLE_ENGINEER, false},
    {"help", "?", 24, 80, ROLE_AUDITOR, false},
    {"too-small", "j", 5, 30, ROLE_RELEASER, false},
};

static void
check_golden(const struct golden *g)
{
    struct session s;
    struct buf wanted;
    char *path = mem_printf("%s/%s.txt", GOLDEN_DIR, g->name);
    sample_init(&s.sample, 1000);
    session_run_as(&s, g->role, g->script, g->rows, g->cols, g->ascii);
    buf_init(&wanted, 1 << 20);
    const char *generate = getenv("GENERATE");
    if (generate && *generate)
        CHECK_INT(file_write(path, session_text(&s), s.text.len, 0644, NULL),
                  ERR_OK);
    CHECK_INT(file_read(path, &wanted, NULL), ERR_OK);
    CHECK_STR(session_text(&s), buf_str(&wanted));
    buf_clear(&wanted);
    session_end(&s);
    free(path);
}

static void
screens_are_as_they_were(void)
{
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++)
        check_golden(&goldens[i]);
}

static void
any_size_works(void)
{
    static const int sizes[][2] = {{0, 0},   {1, 1},    {1, 500},  {200, 1},
                                   {11, 40}, {12, 39},  {12, 40},  {13, 41},
                                   {24, 80}, {50, 132}, {200, 500}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct session s;
        sample_init(&s.sample, 1000);
        session_run_as(
            &s, ROLE_RELEASER,
            "G k Enter Enter x Tab\nEsc R\n!later 300\na Tab Tab Esc Esc\n"
            "? G Esc\n:pause\n!later 300\nEsc\na\nj\nEsc\n "
            ":\n'th\nTab\nEsc\n/\n'a",
            sizes[i][0], sizes[i][1], i & 1);
        session_end(&s);
    }
}

/* Every width and height in turn, in one session, with things open. */
static void
resizing_never_crashes(void)
{
    struct buf script;
    buf_init(&script, 1 << 20);
    for (int n = 1; n < 90; n++)
        buf_addf(&script, "!resize %d %d\nG\nk\nEnter\nEnter\nz\n",
                 n * 7 % 31 + 1, n * 13 % 97 + 1);
    buf_adds(&script, "!resize 24 80\nEsc\nEsc\n:pause\n!resize 12 40\n"
                      "!resize 3 3\n!resize 24 80\n");
    struct session s;
    sample_init(&s.sample, 50);
    session_run(&s, buf_str(&script));
    CHECK_INT(script_cells(s.screen)->rows, 24);
    session_end(&s);
    buf_clear(&script);
}

/* Too small: keys do nothing at all, and what is typed on does nothing until a
 * second goes by. Sabotage: "unseen" in drops_now(), app_typing_resized(). */
static void
too_small_ignores_keys(void)
{
    struct session s;
    sample_init(&s.sample, 50);
    session_run(&s, "j\n!resize 5 20\nF F\n!paste x\n!later 2000\nF\n"
                    "!later 60000\n!resize 24 80\n!later 999\nF\n");
    CHECK_STR(s.sample.done, "");
    CHECK_HAS(session_text(&s), "5 keys dropped: the window was too small");
    CHECK_HAS(session_text(&s), "until you pause for a second");
    session_end(&s);
    sample_init(&s.sample, 50);
    session_run(&s, "j\n!resize 5 20\nF F\n!resize 24 80\n!later 1000\nF\n");
    CHECK_STR(s.sample.done, "fork ");
    session_end(&s);
    sample_init(&s.sample, 50);
    session_run(&s, "j\n!resize 5 20\n!resize 24 80\nF\n");
    CHECK_STR(s.sample.done, "fork ");
    session_end(&s);
}

/* Whatever the size, either the button of a question shows, or the window says
 * what it needs. Sabotage: draw_too_small() in draw.c without its new rows. */
static void
every_size_shows_the_button_or_the_need(void)
{
    static const int sizes[][2] = {{4, 10},  {1, 40},  {11, 80}, {24, 39},
                                   {12, 40}, {24, 80}, {6, 10}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int rows = sizes[i][0], cols = sizes[i][1];
        bool fits = rows >= APP_MIN_ROWS && cols >= APP_MIN_COLS;
        char script[100];
        struct session s;
        sample_init(&s.sample, 50);
        snprintf(script, sizeof script,
                 ":pause\n!later 300\n!resize %d %d\nTab", rows, cols);
        session_run(&s, script);
        CHECK_HAS(session_text(&s), fits ? "[>Pause" : "40x12");
        CHECK(fits || !strstr(session_text(&s), "Pause"));
        session_end(&s);
    }
}

void
test_ui_screens(void)
{
    static const struct test tests[] = {
        {"screens are as they were", screens_are_as_they_were},
        {"any size works", any_size_works},
        {"resizing never crashes", resizing_never_crashes},
        {"too small ignores keys", too_small_ignores_keys},
        {"every size shows the button or the need",
         every_size_shows_the_button_or_the_need},
        {NULL, NULL}};
    test_run("ui screens", tests);
    failed_tests += test_failures;
}
