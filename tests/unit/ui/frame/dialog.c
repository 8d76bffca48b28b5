/* Questions: what has the focus is what Enter does. */
#include "ui/widget/dialog.h"

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static enum answer
press(struct dialog *d, const char *names, struct error *e)
{
    char name[32];
    int n;
    enum answer answer = ANSWER_OPEN;
    struct key key;
    for (; sscanf(names, "%31s%n", name, &n) == 1; names += n) {
        CHECK(key_parse(name, &key));
        answer = dialog_key(d, &key, e);
    }
    return answer;
}

/* The label drawn in the style of the focus. */
static void
focused_on_screen(struct dialog *d, struct buf *out)
{
    struct cells c;
    cells_init(&c, 8, 60, false);
    dialog_draw(d, &c, (struct rect){0, 0, 8, 60});
    for (int row = 0; row < 8; row++) {
        for (int col = 0; col < 60; col++) {
            const struct cell *cell = cells_at(&c, row, col);
            if (cell->style == STYLE_FOCUS)
                buf_adds(out, cell->text);
        }
    }
    cells_clear(&c);
}

/* For every way of moving the focus: the label that is shown as focused and
 * the answer that Enter gives agree. */
static void
label_and_focus_agree(void)
{
    static const char *const ways[] = {"",           "Tab",     "Tab Tab",
                                       "Right",      "Left",    "Shift-Tab",
                                       "Right Left", "Down Up", "Right Right"};
    static const struct question q = {.text = "Withdraw v3.3?",
                                      .yes = "Withdraw v3.3"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct dialog d = {0};
        struct error e = {0};
        struct buf label;
        buf_init(&label, 256);
        dialog_open(&d, &q);
        CHECK_INT(press(&d, ways[i], &e), ANSWER_OPEN);
        focused_on_screen(&d, &label);
        bool yes = press(&d, "Enter", &e) == ANSWER_YES;
        CHECK_STR(buf_str(&label), yes ? "[>Withdraw v3.3<]" : "[>Back<]");
        buf_clear(&label);
        dialog_close(&d);
    }
}

static void
the_safe_choice_is_first(void)
{
    static const struct {
        const char *keys;
        enum answer answer;
    } cases[] = {
        {"Enter", ANSWER_NO},
        {"Esc", ANSWER_NO},
        {"n", ANSWER_NO},
        {"Ctrl-C", ANSWER_NO},
        {"y", ANSWER_YES},
        {"x", ANSWER_OPEN},
        {"Right Enter", ANSWER_YES},
        {"Tab Space", ANSWER_YES},
    };
    static const struct question q = {.text = "Pause?", .yes = "Pause"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dialog d = {0};
        struct error e = {0};
        dialog_open(&d, &q);
        CHECK_INT(press(&d, cases[i].keys, &e), cases[i].answer);
        dialog_close(&d);
    }
}

/* y and Enter do nothing until the name is right. */
static void
a_name_must_be_typed(void)
{
    static const struct question q = {
        .text = "Roll back?", .yes = "Roll back", .typed = "Globex"};
    struct dialog d = {0};
    struct error e = {0};
    dialog_open(&d, &q);
    CHECK_INT(press(&d, "y Enter", &e), ANSWER_OPEN); /* goes to Back */
    CHECK_INT(press(&d, "Right Enter", &e), ANSWER_OPEN);
    CHECK_HAS(e.text, "type the name");
    CHECK_INT(press(&d, "Tab Ctrl-U G l o b e x Enter", &e), ANSWER_OPEN);
    CHECK_STR(form_focused(&d.form), "Back");
    CHECK_INT(press(&d, "Tab Enter", &e), ANSWER_YES);
    dialog_close(&d);
}

static void
check_done(const char *script, const char *done)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run(&s, script);
    CHECK_STR(s.sample.done, done);
    session_end(&s);
}

static void
the_dispatcher_asks(void)
{
    check_done("P", "");
    check_done("P Enter", "");
    check_done("P Esc f", "fork ");
    check_done("P y", "pause ");
    check_done("P Tab Enter", "pause ");
    check_done(":pause\nTab\nEnter", "pause ");
    check_done("? / P a u s e : Enter Enter y", "pause ");
}

static void
the_release_form_has_back_first(void)
{
    check_done("Enter R 5 % Enter Enter", "");
    check_done("Enter R 5 % Tab Tab Enter", "released: 5%");
    check_done("Enter R y Y Esc", "");
}

void
test_ui_dialog(void)
{
    static const struct test tests[] = {
        {"label and focus agree", label_and_focus_agree},
        {"the safe choice is first", the_safe_choice_is_first},
        {"a name must be typed", a_name_must_be_typed},
        {"the dispatcher asks", the_dispatcher_asks},
        {"the release form has Back first", the_release_form_has_back_first},
        {NULL, NULL}};
    test_run("ui dialog", tests);
    failed_tests += test_failures;
}
