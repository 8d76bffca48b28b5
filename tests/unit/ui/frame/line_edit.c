/* The line editor and the form. */
#include "ui/widget/line_edit.h"

#include "base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"
#include "ui/widget/form.h"

static enum edited
press(struct line_edit *line, const char *name)
{
    struct key key;
    CHECK(key_parse(name, &key));
    return line_edit_key(line, &key);
}

static void
press_all(struct line_edit *line, const char *names)
{
    char name[32];
    int n;
    for (; sscanf(names, "%31s%n", name, &n) == 1; names += n)
        press(line, name);
}

static void
edits_by_grapheme(void)
{
    static const struct {
        const char *begin, *keys, *text;
        size_t cursor;
    } cases[] = {
        {"", "a b Left c", "acb", 2},
        {"Mu\xcc\x88l", "Left Backspace", "Ml", 1},
        {"\xe6\x9d\xb1\xe4\xba\xac", "Home Delete", "\xe4\xba\xac", 0},
        {"one two three", "Ctrl-W", "one two ", 8},
        {"one two", "Ctrl-U x", "x", 1},
        {"one two", "Home Right Ctrl-K", "o", 1},
        {"abc", "Ctrl-A Right End Home Left x", "xabc", 1},
        {"", "Backspace Delete Left Right", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line_edit line;
        line_edit_init(&line, 64, NULL, NULL);
        line_edit_set(&line, cases[i].begin);
        press_all(&line, cases[i].keys);
        CHECK_STR(line_edit_text(&line), cases[i].text);
        CHECK_INT(line.cursor, cases[i].cursor);
        line_edit_clear(&line);
    }
}

static void
keeps_its_maximum(void)
{
    struct line_edit line;
    struct error e = {0};
    line_edit_init(&line, 4, NULL, NULL);
    press_all(&line, "a b c d e f Left x");
    CHECK_STR(line_edit_text(&line), "abcd");
    CHECK_INT(line_edit_paste(&line, "zz", 2, &e), ERR_TOO_BIG);
    CHECK_STR(line_edit_text(&line), "abcd");
    CHECK_INT(press(&line, "Backspace"), EDITED_CHANGED);
    CHECK_INT(press(&line, "y"), EDITED_CHANGED);
    CHECK_STR(line_edit_text(&line), "abyd");
    line_edit_clear(&line);
}

static void
pastes_are_flat_or_refused(void)
{
    struct line_edit line;
    struct error e = {0};
    line_edit_init(&line, 100, NULL, NULL);
    CHECK_INT(line_edit_paste(&line, "a\r\nb\tc\n", 7, &e), ERR_OK);
    CHECK_STR(line_edit_text(&line), "a b c");
    CHECK_INT(line_edit_paste(&line, "x\033[31m", 6, &e), ERR_INVALID);
    CHECK_HAS(e.text, "U+001B");
    CHECK_INT(line_edit_paste(&line, "x\xff", 2, &e), ERR_INVALID);
    CHECK_STR(line_edit_text(&line), "a b c");
    line_edit_clear(&line);
}

static void
words(void *ctx, const char *text, size_t cursor, struct completions *list)
{
    (void)ctx;
    list->from = cursor - strlen(text);
    static const char *const all[] = {"tax", "taxable", "total"};
    for (size_t i = 0; i < 3; i++) {
        if (text_starts(all[i], text))
            completions_add(list, all[i]);
    }
}

static void
tab_cycles_and_comes_back(void)
{
    struct line_edit line;
    line_edit_init(&line, 100, words, NULL);
    press_all(&line, "t a Tab");
    CHECK_STR(line_edit_text(&line), "tax");
    press(&line, "Tab");
    CHECK_STR(line_edit_text(&line), "taxable");
    press(&line, "Tab");
    CHECK_STR(line_edit_text(&line), "ta");
    press(&line, "Shift-Tab");
    CHECK_STR(line_edit_text(&line), "taxable");
    press(&line, "s");
    CHECK_STR(line_edit_text(&line), "taxables");
    CHECK_INT(press(&line, "Tab"), EDITED_IGNORED);
    line_edit_clear(&line);
}

/* Draws LINE into COLS columns, which are then WANTED. */
static void
check_drawn(struct line_edit *line, int cols, const char *wanted)
{
    struct cells c;
    struct buf row;
    cells_init(&c, 1, cols, false);
    buf_init(&row, 64);
    line_edit_draw(line, &c, 0, 0, cols, STYLE_FIELD);
    cells_row_text(&c, 0, &row);
    CHECK_STR(buf_str(&row), wanted);
    buf_clear(&row);
    cells_clear(&c);
}

/* Sabotage: line->first = from in scroll(). */
static void
a_wider_field_shows_more(void)
{
    struct line_edit line;
    line_edit_init(&line, 100, NULL, NULL);
    line_edit_set(&line, "012345\xc3\xab\xe6\x9d\xb1 9");
    check_drawn(&line, 5, "\xe6\x9d\xb1 9");
    check_drawn(&line, 9, "345\xc3\xab\xe6\x9d\xb1 9");
    check_drawn(&line, 20, "012345\xc3\xab\xe6\x9d\xb1 9");
    for (int i = 0; i < 4; i++)
        press(&line, "Left");
    check_drawn(&line, 5, "2345\xc3\xab");
    line_edit_clear(&line);
}

static void
scrolls_with_the_cursor(void)
{
    struct line_edit line;
    struct cells c;
    struct buf row;
    cells_init(&c, 1, 8, false);
    buf_init(&row, 64);
    line_edit_init(&line, 100, NULL, NULL);
    line_edit_set(&line, "0123456789");
    line_edit_draw(&line, &c, 0, 0, 6, STYLE_FIELD);
    cells_row_text(&c, 0, &row);
    CHECK_STR(buf_str(&row), "56789");
    CHECK_INT(c.cursor_col, 5);
    press(&line, "Home");
    cells_blank(&c);
    buf_reset(&row);
    line_edit_draw(&line, &c, 0, 0, 6, STYLE_FIELD);
    cells_row_text(&c, 0, &row);
    CHECK_STR(buf_str(&row), "012345");
    CHECK_INT(c.cursor_col, 0);
    buf_clear(&row);
    line_edit_clear(&line);
    cells_clear(&c);
}

static void
a_form_moves_and_presses(void)
{
    struct form f;
    struct error e = {0};
    struct key tab = {KEY_KIND_TAB, 0, 0}, enter = {KEY_KIND_ENTER, 0, 0};
    int pressed;
    form_init(&f);
    size_t note = form_field(&f, "note", 10, "hi");
    form_button(&f, "Back");
    size_t go = form_button(&f, "Release");
    CHECK(form_typing(&f));
    form_key(&f, &enter, &pressed, &e);
    CHECK_STR(form_focused(&f), "Back");
    CHECK_INT(pressed, -1);
    form_key(&f, &enter, &pressed, &e);
    CHECK_INT(pressed, -1);
    CHECK_HAS(e.text, "before the button was shown");
    f.seen = f.focus; /* as drawing it does */
    form_key(&f, &enter, &pressed, &e);
    CHECK_INT(pressed, 1);
    form_key(&f, &tab, &pressed, &e);
    CHECK_STR(form_focused(&f), "Release");
    f.seen = f.focus;
    f.items[go].off = "releaser only";
    form_key(&f, &enter, &pressed, &e);
    CHECK_INT(pressed, -1);
    CHECK_STR(e.text, "releaser only");
    CHECK_STR(form_text(&f, note), "hi");
    form_clear(&f);
}

/* Sabotage: mem_resize() in add(). */
static void
a_form_holds_all_that_is_added(void)
{
    enum { MANY = 500 };
    struct form f;
    char text[20];
    form_init(&f);
    for (size_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "field %zu", i);
        CHECK_INT(form_field(&f, "case", sizeof text, text), i);
    }
    size_t go = form_button(&f, "Release");
    CHECK_INT(go, MANY);
    CHECK_STR(form_text(&f, 0), "field 0");
    CHECK_STR(form_text(&f, MANY - 1), "field 499");
    CHECK_INT(form_rows(&f, 40, 10, true), MANY + 1);
    form_clear(&f);
    CHECK_INT(f.count, 0);
}

void
test_ui_line_edit(void)
{
    static const struct test tests[] = {
        {"edits by grapheme", edits_by_grapheme},
        {"keeps its maximum", keeps_its_maximum},
        {"pastes are flat or refused", pastes_are_flat_or_refused},
        {"tab cycles and comes back", tab_cycles_and_comes_back},
        {"a wider field shows more", a_wider_field_shows_more},
        {"scrolls with the cursor", scrolls_with_the_cursor},
        {"a form moves and presses", a_form_moves_and_presses},
        {"a form holds all that is added", a_form_holds_all_that_is_added},
        {NULL, NULL}};
    test_run("ui line edit", tests);
    failed_tests += test_failures;
}
