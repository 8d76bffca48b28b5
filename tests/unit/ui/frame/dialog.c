/* Questions: what has the focus is what Enter does. */
#include "ui/widget/dialog.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

void
show_dialog(struct dialog *d, struct buf *out)
{
    struct cells c;
    cells_init(&c, 8, 60, false);
    dialog_draw(d, &c, (struct rect){0, 0, 8, 60});
    for (int row = 0; row < 8; row++) {
        for (int col = 0; col < 60; col++) {
            const struct cell *cell = cells_at(&c, row, col);
            if (out && cell->style == STYLE_FOCUS)
                buf_adds(out, cell->text);
        }
    }
    cells_clear(&c);
}

static enum answer
press(struct dialog *d, const char *names, struct error *e)
{
    char name[32];
    int n;
    enum answer answer = ANSWER_OPEN;
    struct key key;
    for (; sscanf(names, "%31s%n", name, &n) == 1; names += n) {
        CHECK(key_parse(name, &key));
        show_dialog(d, NULL);
        answer = dialog_key(d, &key, e);
    }
    return answer;
}

/* The columns of ROW that are drawn in STYLE. */
static int
styled(const struct cells *c, int row, enum style style)
{
    int n = 0;
    for (int col = 0; col < c->cols; col++)
        n += cells_at(c, row, col)->style == style;
    return n;
}

/* All of its columns, also those without text, and no other field. */
static void
the_field_with_the_focus_is_drawn_as_such(void)
{
    struct form f;
    struct cells c;
    struct error e = {0};
    int pressed;
    const struct key tab = {KEY_KIND_TAB, 0, 0};
    form_init(&f);
    form_field(&f, "name", 100, "Tax");
    form_field(&f, "formula", 100, "");
    for (int focus = 0; focus < 2; focus++) {
        cells_init(&c, 2, 40, false);
        form_draw(&f, &c, (struct rect){0, 0, 2, 40}, 10);
        CHECK_INT(styled(&c, focus, STYLE_INPUT), 30);
        CHECK_INT(styled(&c, !focus, STYLE_INPUT), 0);
        cells_clear(&c);
        form_key(&f, &tab, &pressed, &e);
    }
    form_clear(&f);
}

/* Where rows are free. In a small window what must be typed comes first. */
static void
a_question_with_a_word_says_whole_what_it_does(void)
{
    static const struct question q = {
        .text = "Return order-to-cash of Globex to base v1?",
        .detail = "Globex is on its own version v1.3, which stays in the "
                  "history and can be released again; 119 other installations "
                  "are not touched",
        .yes = "Return to base",
        .typed = "globex"};
    struct dialog d = {0};
    dialog_open(&d, &q);
    for (int most = 8; most < 20; most += 11) {
        struct cells c;
        struct buf text;
        int rows = dialog_rows(&d, most, 80, false);
        buf_init(&text, 10000);
        cells_init(&c, rows, 80, false);
        dialog_draw(&d, &c, (struct rect){0, 0, rows, 80});
        for (int row = 0; row < rows; row++)
            for (int col = 0; col < 80; col++)
                buf_adds(&text, cells_at(&c, row, col)->text);
        CHECK_HAS(buf_str(&text), "119 other");
        CHECK_HAS(buf_str(&text), "are not touched");
        CHECK_HAS(buf_str(&text), "To confirm, type globex");
        CHECK_HAS(buf_str(&text), "[ Return to base ]");
        cells_clear(&c);
        buf_clear(&text);
    }
    dialog_close(&d);
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
        show_dialog(&d, &label);
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
        {"Enter", ANSWER_NO},        {"Esc", ANSWER_NO},
        {"Ctrl-C", ANSWER_NO},       {"n", ANSWER_OPEN},
        {"y", ANSWER_OPEN},          {"Tab y", ANSWER_OPEN},
        {"Right Enter", ANSWER_YES}, {"Tab Space", ANSWER_OPEN},
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

/* A wrong name, also one in other capitals, stays in the field, with what is
 * wanted: it is corrected at once. Sabotage: refuse_phrase(), strcmp() in
 * form_phrase_fits(). */
static void
a_wrong_name_can_be_corrected_at_once(void)
{
    static const struct question q = {
        .text = "Roll back?", .yes = "Roll back", .typed = "Globex"};
    struct dialog d = {0};
    struct error e = {0};
    dialog_open(&d, &q);
    CHECK_INT(press(&d, "Enter", &e), ANSWER_OPEN);
    CHECK_STR(e.text, "Type Globex here first (Esc goes back)");
    CHECK_STR(form_focused(&d.form), "type it");
    error_clear(&e);
    CHECK_INT(press(&d, "g l o b e Enter", &e), ANSWER_OPEN);
    CHECK_STR(e.text, "Type Globex here, not \"globe\" (Esc goes back)");
    CHECK_STR(form_focused(&d.form), "type it");
    CHECK_STR(form_text(&d.form, d.field), "globe");
    error_clear(&e);
    CHECK_INT(press(&d, "x Enter", &e), ANSWER_OPEN);
    CHECK_STR(e.text, "Type Globex here, not \"globex\" (Esc goes back)");
    CHECK_STR(form_focused(&d.form), "type it");
    error_clear(&e);
    CHECK_INT(press(&d, "Ctrl-U G l o b e x Enter", &e), ANSWER_OPEN);
    CHECK_INT(e.code, ERR_OK);
    CHECK_STR(form_focused(&d.form), "Roll back");
    CHECK_INT(press(&d, "Enter", &e), ANSWER_YES);
    dialog_close(&d);
}

/* Nothing is done until the name is right; then Enter and Tab lead to the
 * button. Sabotage: is_confirmed() in button_key(), or in step(). */
static void
a_name_must_be_typed(void)
{
    static const struct question q = {
        .text = "Roll back?", .yes = "Roll back", .typed = "Globex"};
    struct dialog d = {0};
    struct error e = {0};
    dialog_open(&d, &q);
    CHECK_INT(press(&d, "y Enter Tab", &e), ANSWER_OPEN); /* goes to Back */
    CHECK_INT(press(&d, "Right Enter", &e), ANSWER_OPEN);
    CHECK_HAS(e.text, "Roll back: type Globex first");
    CHECK_INT(press(&d, "Tab Ctrl-U G l o b e Tab", &e), ANSWER_OPEN);
    CHECK_STR(form_focused(&d.form), "Back");
    CHECK_INT(press(&d, "Shift-Tab x Tab", &e), ANSWER_OPEN);
    CHECK_STR(form_focused(&d.form), "Roll back");
    CHECK_INT(press(&d, "Tab Enter", &e), ANSWER_OPEN);
    CHECK_STR(form_focused(&d.form), "Roll back");
    CHECK_INT(press(&d, "Left", &e), ANSWER_OPEN);
    CHECK_STR(form_focused(&d.form), "Back");
    CHECK_INT(press(&d, "Right Enter", &e), ANSWER_YES);
    dialog_close(&d);
}

/* Draws a form with Back and a button LABEL in R and returns the rows as text,
 * a new string. */
static char *
drawn_form(const char *label, struct rect r, int *rows)
{
    struct cells c;
    struct form f;
    struct buf out;
    buf_init(&out, 4096);
    cells_init(&c, r.rows, r.cols, false);
    form_init(&f);
    form_button(&f, "Back");
    form_button(&f, label);
    *rows = form_rows(&f, r.cols, 13, false);
    CHECK_INT(form_draw(&f, &c, r, 13), *rows < r.rows ? *rows : r.rows);
    cells_dump(&c, &out);
    form_clear(&f);
    cells_clear(&c);
    return buf_take(&out);
}

/* Sabotage: button_place(), or cells_fit() in draw_button(). */
static void
a_button_is_shown_whole_or_with_an_ellipsis(void)
{
    static const struct {
        const char *label;
        int rows; /* of R, and those that the form asks for */
        int wanted;
        const char *shown;
    } cases[] = {
        {"Release v1.1", 1, 1, "[ Release v1.1 ]\n"},
        {"Release v1.10", 2, 2,
         "             [>Back<]\n             [ Release v1.10 ]\n"},
        {"Release v1.1, take back v1.2", 2, 2,
         "             [>Back<]\n[ Release v1.1, take back v1.2 ]\n"},
        {"Release v1.1, take back v1.2", 1, 2, "[ Release v1.… ]\n"},
        {"Roll back Order to cash of everything", 2, 2,
         "             [>Back<]\n[ Roll back Order to cash of everythi… ]\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int wanted;
        char *text = drawn_form(cases[i].label,
                                (struct rect){0, 0, cases[i].rows, 40},
                                &wanted);
        CHECK_HAS(text, cases[i].shown);
        CHECK_INT(wanted, cases[i].wanted);
        free(text);
    }
}

void
script_does(const char *script, const char *done)
{
    struct session s;
    char *whole = mem_printf("%s\n!later 1000", script);
    sample_init(&s.sample, 10);
    session_run(&s, whole);
    CHECK_STR(s.sample.done, done);
    session_end(&s);
    free(whole);
}

static void
the_dispatcher_asks(void)
{
    script_does(PAUSE_BY_NAME, "");
    script_does(PAUSE_BY_NAME "Enter", "");
    script_does(PAUSE_BY_NAME "Esc\nF", "fork ");
    script_does(PAUSE_BY_NAME "Tab\n!later 300\nEnter", "pause ");
    script_does(PAUSE_BY_MENU "Tab\n!later 300\nEnter", "pause ");
    script_does(PAUSE_BY_MENU "Enter\nF", "fork ");
}

/* The name of the object can be read whole on the smallest screen. Sabotage:
 * the rows of the phrase, or of the text, in share_out(). */
static void
a_long_name_is_shown_whole(void)
{
    static const struct question q = {
        .text = "Roll back Order to cash of Northern Steel and Rail Company?",
        .detail = "v1 goes live at once and replaces v1.1",
        .yes = "Roll back Order to cash",
        .typed = "Northern Steel and Rail Company of Greater Scandinavia Ltd"};
    struct dialog d = {0};
    struct cells c;
    struct buf text;
    buf_init(&text, 65536);
    dialog_open(&d, &q);
    int rows = dialog_rows(&d, 9, 40, false);
    CHECK(rows <= 9);
    cells_init(&c, rows, 40, false);
    dialog_draw(&d, &c, (struct rect){0, 0, rows, 40});
    cells_dump(&c, &text);
    CHECK_HAS(buf_str(&text),
              "of Northern\n Steel and Rail Company?\n v1 goes");
    CHECK_HAS(buf_str(&text), "\n Northern Steel and Rail Company of\n "
                              "Greater Scandinavia Ltd\n type it");
    CHECK_HAS(buf_str(&text), "[ Back ]");
    CHECK_HAS(buf_str(&text), "[ Roll back Order to cash ]");
    dialog_close(&d);
    cells_clear(&c);
    buf_clear(&text);
}

/* Appends what the dialog of Q shows in a window, its rows joined. */
static void
join_dialog(const struct question *q, int most, int cols, struct buf *out)
{
    struct dialog d = {0};
    struct cells c;
    struct buf text;
    buf_init(&text, 65536);
    dialog_open(&d, q);
    int rows = dialog_rows(&d, most, cols, false);
    CHECK(rows <= most);
    cells_init(&c, rows, cols, false);
    dialog_draw(&d, &c, (struct rect){0, 0, rows, cols});
    cells_dump(&c, &text);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '\n' && text.data[i] != ' ')
            buf_addc(out, text.data[i]);
    }
    dialog_close(&d);
    cells_clear(&c);
    buf_clear(&text);
}

/* The names give way, the username last: nothing else of the question is cut,
 * and in a usual window not even they are. Sabotage: the loop over PARTS in
 * fit_text(); NAME before USERNAME; "most" in dialog_rows(). */
static void
long_names_leave_the_question_whole(void)
{
    static const struct {
        int most, cols, name, what, username;
        bool typed, whole;
    } cases[] = {
        {9, 40, 255, 20, 40, true, false},
        {9, 40, 255, 255, 100, false, false},
        {9, 40, 255, 255, 255, true, false},
        {9, 40, 255, 255, 255, false, false},
        {21, 80, 255, 255, 255, true, true},
        {21, 80, 255, 255, 255, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct question q = {
            .text = "Roll " QUESTION_WHAT " of " QUESTION_WHO
                    " to the version that was live before?",
            .detail = "v1 goes live at once",
            .yes = "Roll back"};
        struct buf shown;
        buf_init(&shown, 65536);
        memset(q.name, 'n', (size_t)cases[i].name);
        memset(q.what, 'w', (size_t)cases[i].what);
        memset(q.username, 'u', (size_t)cases[i].username);
        if (cases[i].typed)
            memset(q.typed, 't', 20);
        join_dialog(&q, cases[i].most, cases[i].cols, &shown);
        CHECK_HAS(buf_str(&shown), "Rollww");
        CHECK_HAS(buf_str(&shown), "u)totheversionthatwaslivebefore?v1goes");
        CHECK_HAS(buf_str(&shown), "Back");
        if (cases[i].username <= 100)
            CHECK_HAS(buf_str(&shown), q.username);
        if (cases[i].whole) {
            CHECK_HAS(buf_str(&shown), q.name);
            CHECK_HAS(buf_str(&shown), q.what);
            CHECK_HAS(buf_str(&shown), q.username);
        }
        buf_clear(&shown);
    }
}

/* In every window both buttons are drawn, and what must be typed stands there
 * whole, however long all else is. Sabotage: the loop or the intro in
 * share_out(). */
static void
both_buttons_are_in_every_window(void)
{
    static const struct {
        int most, cols;
    } sizes[] = {{9, 40}, {17, 60}, {21, 80}};
    static const int phrases[] = {0, 3, 21, 37, 60};
    static const int yes[] = {5, 30, 63};
    static const int details[] = {0, 30, 500};
    for (int i = 0; i < 3 * 5 * 3 * 3 * 2; i++) {
        struct question q = {.text = "Roll " QUESTION_WHAT " of " QUESTION_WHO
                                     " to the version before?"};
        struct buf shown;
        int k = i / 2;
        buf_init(&shown, 65536);
        memset(q.name, 'n', 200);
        memset(q.what, 'w', 200);
        memset(q.username, 'u', 100);
        memset(q.typed, 't', (size_t)phrases[k / 3 % 5]);
        memset(q.yes, 'y', (size_t)yes[k / 15 % 3]);
        memset(q.detail, 'd', (size_t)details[k / 45]);
        if (i % 2)
            snprintf(q.names, sizeof q.names, "Acme\nGlobex");
        q.of = i % 2 ? 2 : 0;
        join_dialog(&q, sizes[k % 3].most, sizes[k % 3].cols, &shown);
        CHECK_HAS(buf_str(&shown), "Back");
        CHECK_HAS(buf_str(&shown), "yyyy");
        CHECK_INT(buf_str(&shown)[shown.len - 1], ']');
        CHECK_HAS(buf_str(&shown), q.typed);
        CHECK_HAS(buf_str(&shown), "totheversionbefore?");
        buf_clear(&shown);
    }
}

/* However long the first of many names is, and however wide its letters, how
 * many more there are, what must be typed and the buttons stand beside it.
 * Sabotage: "room" in draw_names(). */
static void
a_long_first_name_leaves_the_count(void)
{
    static const char *const letters[] = {"n", "\u00e9", "\u6f22"};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        struct question q = {.text = "Pause 217 installations?",
                             .yes = "Pause 217 installations",
                             .typed = "217",
                             .detail = "New events wait until you resume.",
                             .of = 217};
        struct buf name, shown;
        buf_init(&name, 1000);
        buf_init(&shown, 65536);
        while (name.len + strlen(letters[i]) <= 200)
            buf_adds(&name, letters[i]);
        snprintf(q.names, sizeof q.names, "%s\nGlobex\nInitech",
                 buf_str(&name));
        join_dialog(&q, 9, 40, &shown);
        CHECK_HAS(buf_str(&shown), "Pause217installations?");
        CHECK_HAS(buf_str(&shown), letters[i]);
        CHECK_HAS(buf_str(&shown), "and216more");
        CHECK_HAS(buf_str(&shown), "Toconfirm,type217");
        CHECK_HAS(buf_str(&shown), "Back");
        CHECK_HAS(buf_str(&shown), "Pause217installations]");
        buf_clear(&name);
        buf_clear(&shown);
    }
}

/* What is asked about is what is done: when the list has changed meanwhile,
 * nothing is. Sabotage: moved_on() in dispatch.c. */
static void
the_object_stays_the_one_asked_about(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    s.sample.gone_when_asked = 1;
    session_run(&s, "j\n" PAUSE_BY_NAME "Tab\n!later 300\nEnter\n!later 1000");
    CHECK_STR(s.sample.done, "");
    CHECK_HAS(session_text(&s), "not done, the row is gone");
    session_end(&s);
}

/* Another session makes another version live while the question is open.
 * Sabotage: the detail in same_question(). */
static void
what_a_question_said_is_what_happens(void)
{
    struct session s;
    sample_init(&s.sample, 10);
    s.sample.other_when_asked = true;
    session_run(&s, "j\n" PAUSE_BY_NAME "Tab\n!later 300\nEnter\n!later 1000");
    CHECK_STR(s.sample.done, "");
    CHECK_HAS(session_text(&s), "not done, it changed while the question was open");
    session_end(&s);
}

static void
the_release_form_has_back_first(void)
{
    script_does("Enter R\n!later 300\n'5%\nEnter\nEnter", "");
    script_does("Enter R\n!later 300\n'5%\nTab\nTab\n!later 300\nEnter", "released: 5%");
    script_does("Enter R\n!later 300\n'yY \nEsc", "");
}

void
test_ui_dialog(void)
{
    static const struct test tests[] = {
        {"label and focus agree", label_and_focus_agree},
        {"the field with the focus is drawn as such",
         the_field_with_the_focus_is_drawn_as_such},
        {"a question with a word says whole what it does",
         a_question_with_a_word_says_whole_what_it_does},
        {"the safe choice is first", the_safe_choice_is_first},
        {"a wrong name can be corrected at once",
         a_wrong_name_can_be_corrected_at_once},
        {"a name must be typed", a_name_must_be_typed},
        {"a button is shown whole or with an ellipsis",
         a_button_is_shown_whole_or_with_an_ellipsis},
        {"the dispatcher asks", the_dispatcher_asks},
        {"a long name is shown whole", a_long_name_is_shown_whole},
        {"both buttons are in every window", both_buttons_are_in_every_window},
        {"long names leave the question whole",
         long_names_leave_the_question_whole},
        {"a long first name leaves the count",
         a_long_first_name_leaves_the_count},
        {"the object stays the one asked about",
         the_object_stays_the_one_asked_about},
        {"what a question said is what happens",
         what_a_question_said_is_what_happens},
        {"the release form has Back first", the_release_form_has_back_first},
        {NULL, NULL}};
    test_run("ui dialog", tests);
    failed_tests += test_failures;
}
