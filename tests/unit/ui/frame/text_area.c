/* A text of several lines. */
#include "ui/widget/text_area.h"

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

/* Presses the keys that KEYS names, parted by blanks. */
static void
press(struct line_edit *line, const char *keys)
{
    for (size_t n; *keys; keys += n + (keys[n] == ' ')) {
        struct key key;
        n = strcspn(keys, " ");
        char *name = mem_strndup(keys, n);
        CHECK(key_parse(name, &key));
        text_area_key(line, &key);
        free(name);
    }
}

/* The text after KEYS on TEXT, with | at the cursor; a new string. */
static char *
after(const char *text, const char *keys)
{
    struct line_edit line;
    line_edit_init(&line, 1000, NULL, NULL);
    line.lines = true;
    line_edit_set(&line, text);
    line.cursor = 0;
    press(&line, keys);
    char *out = mem_printf("%.*s|%s", (int)line.cursor, line_edit_text(&line),
                           line_edit_text(&line) + line.cursor);
    line_edit_clear(&line);
    return out;
}

/* Sabotage: go_row(); the row in row_key(). */
static void
keys_mean_the_row(void)
{
    static const struct {
        const char *text, *keys, *wanted;
    } cases[] = {
        {"abc\nde\nfgh", "Down", "abc\n|de\nfgh"},
        {"abc\nde\nfgh", "End Down", "abc\nde|\nfgh"},
        {"abc\nde\nfgh", "End Down Down", "abc\nde\nfg|h"},
        {"abc\nde", "Down Down", "abc\n|de"},
        {"abc\nde", "Down Up Up", "|abc\nde"},
        {"abc\nde", "Down End Home", "abc\n|de"},
        {"abc\nde", "Down Right Ctrl-U", "abc\n|e"},
        {"abc\nde", "Right Ctrl-K", "a|\nde"},
        {"abc\nde", "Down Backspace", "abc|de"},
        {"abc\nde", "End Delete", "abc|de"},
        {"abc", "Right Alt-j x", "a\nx|bc"},
        {"\tab\nxxxxxx", "Right Right Down", "\tab\nxxxxx|x"},
        {"\u6771b\nxyz", "Right Down", "\u6771b\nxy|z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *got = after(cases[i].text, cases[i].keys);
        CHECK_STR(got, cases[i].wanted);
        free(got);
    }
}

/* Sabotage: keep_step() in text_area_key() and in text_area_paste(). */
static void
changes_are_undone_one_by_one(void)
{
    struct line_edit line;
    struct error e = {0};
    line_edit_init(&line, 1000, NULL, NULL);
    line.lines = true;
    line_edit_set(&line, "one");
    press(&line, "a b Alt-j c");
    CHECK_INT(text_area_paste(&line, "x\r\n\ty\n", 6, &e), ERR_OK);
    CHECK_STR(line_edit_text(&line), "oneab\ncx\n\ty");
    press(&line, "Alt-u");
    CHECK_STR(line_edit_text(&line), "oneab\nc");
    press(&line, "Alt-u");
    CHECK_STR(line_edit_text(&line), "oneab\n");
    press(&line, "Alt-u Alt-u");
    CHECK_STR(line_edit_text(&line), "one");
    press(&line, "Alt-u");
    CHECK_STR(line_edit_text(&line), "one");
    for (int i = 0; i < 2 * LINE_EDIT_STEPS; i++)
        press(&line, "a Backspace");
    CHECK(line.step_count <= LINE_EDIT_STEPS);
    line_edit_clear(&line);
}

/* Sabotage: top in text_area_draw(). */
static void
the_row_of_the_cursor_is_drawn(void)
{
    struct line_edit line;
    struct cells c;
    struct buf text;
    int row, col;
    line_edit_init(&line, 1000, NULL, NULL);
    line.lines = true;
    line_edit_set(&line, "{\n\t\"a\": 1,\n\t\"b\": 2\n}");
    cells_init(&c, 2, 12, false);
    buf_init_any(&text);
    text_area_draw(&line, &c, (struct rect){0, 0, 2, 12}, STYLE_INPUT);
    cells_dump(&c, &text);
    CHECK_STR(buf_str(&text), "    \"b\": 2\n}\n");
    CHECK_INT(c.cursor_row, 1);
    CHECK_INT(c.cursor_col, 1);
    press(&line, "Up Up End");
    text_area_draw(&line, &c, (struct rect){0, 0, 2, 12}, STYLE_INPUT);
    buf_reset(&text);
    cells_dump(&c, &text);
    CHECK_STR(buf_str(&text), "    \"a\": 1,\n    \"b\": 2\n");
    CHECK_INT(c.cursor_row, 0);
    text_area_place(&line, &row, &col);
    CHECK_INT(row, 2);
    CHECK_INT(col, 9);
    CHECK_INT(text_area_rows(&line), 4);
    buf_clear(&text);
    cells_clear(&c);
    line_edit_clear(&line);
}

void
test_ui_text_area(void)
{
    static const struct test tests[] = {
        {"keys mean the row", keys_mean_the_row},
        {"changes are undone one by one", changes_are_undone_one_by_one},
        {"the row of the cursor is drawn", the_row_of_the_cursor_is_drawn},
        {NULL, NULL}};
    test_run("text area", tests);
    failed_tests += test_failures;
}
