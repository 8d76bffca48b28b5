/* Widths and graphemes. */
#include <wchar.h>

#include "base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static void
graphemes_have_their_width(void)
{
    static const struct {
        const char *text;
        int columns;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"M\xc3\xbcller", 6},
        {"Mu\xcc\x88ller", 6},                    /* u and a combining mark */
        {"\xe6\x9d\xb1\xe4\xba\xac", 4},          /* wide */
        {"\xf0\x9f\x98\x80", 2},                  /* an emoji of Unicode 6 */
        {"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 14}, /* a flag: U+1F1E9U+1F1EA */
        {"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 9},  /* thumb, tone: U+1F3FD */
        {"a\xe2\x80\x8d", 7},                     /* zero-width joiner */
        {"\xcc\x88", 6},                          /* a mark without a base */
        {"a\xcc\x88\xcc\x88\xcc\x88\xcc\x88", 7}, /* one mark too many */
        {"\xff", 4},                              /* \xFF */
        {"\x1b[2J", 9},                           /* U+001B[2J */
        {"\xe1\x84\x80\xe1\x85\xa1", 12},         /* conjoining jamo */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_INT(width_text(cases[i].text, strlen(cases[i].text), false),
                  cases[i].columns);
}

/* What the table calls 0, 1 or 2 wide, this C library does too: otherwise
 * curses would lose its place. Change one range of width.def to see it. */
static void
the_table_agrees_with_the_c_library(void)
{
    for (uint32_t cp = 0x20; cp <= 0x10ffff; cp++) {
        int width = width_of(cp);
        if (width >= 0 && wcwidth((wchar_t)cp) != width)
            CHECK_INT(cp, -1); /* says which */
    }
}

static void
hidden_characters_have_no_width(void)
{
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        if (text_is_hidden(cp) && width_of(cp) != -1)
            CHECK(!"a hidden character has a width");
    }
}

static void
ascii_escapes_all_else(void)
{
    CHECK_INT(width_text("M\xc3\xbcller", 7, true), 11); /* MU+00FCller */
    CHECK_INT(grapheme_before("Mu\xcc\x88l", 4, false), 1);
}

void
test_ui_width(void)
{
    static const struct test tests[] = {
        {"graphemes have their width", graphemes_have_their_width},
        {"the table agrees with the C library",
         the_table_agrees_with_the_c_library},
        {"hidden characters have no width", hidden_characters_have_no_width},
        {"ascii escapes all else", ascii_escapes_all_else},
        {NULL, NULL}};
    test_run("ui width", tests);
    failed_tests += test_failures;
}
