/* UTF-8 and visible text. */
#include "base/text.h"

#include "base/mem.h"
#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static void
every_character_round_trips(void)
{
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        if (cp >= 0xd800 && cp <= 0xdfff)
            continue;
        char s[4];
        uint32_t back = 0;
        size_t n = utf8_encode(s, cp);
        if (utf8_decode(s, n, &back) != n || back != cp)
            CHECK(!"round trip");
    }
}

static void
bad_bytes_are_refused(void)
{
    static const char *const bad[] = {
        "\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf8", "\xe2\x82", "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_INT(utf8_valid_prefix(bad[i], strlen(bad[i])), 0);
}

static void
hostile_text_becomes_visible(void)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"\x1b[2J", "U+001B[2J"},
        {"a\xe2\x80\xae"
         "b",
         "aU+202Eb"},
        {"a\xe2\x80\x8b", "aU+200B"},
        {"\xc2\x9b"
         "31m",
         "U+009B31m"},
        {"\xff", "\\xFF"},
        {"M\xc3\xbcller", "M\xc3\xbcller"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *shown = text_visible_dup(cases[i].in);
        CHECK_STR(shown, cases[i].out);
        free(shown);
    }
}

/* Sabotage: any condition of is_unseen(), or the quote in add_quoted(). */
static void
names_that_differ_look_different(void)
{
    static const char *const names[][2] = {
        {"zoe", "zoe"},
        {"zo\xe2\x80\x8b"
         "e",
         "\"zo\\u{200B}e\""},
        {"zo\\u{200B}e", "zo\\u{200B}e"},
        {"zoU+200Be", "zoU+200Be"},
        {"\"zo\\u{200B}e\"", "\"\\\"zo\\\\u{200B}e\\\"\""},
        {"\xe2\x80\xaezoe", "\"\\u{202E}zoe\""},
        {"zo\xc2\xad"
         "e",
         "\"zo\\u{00AD}e\""},
        {"zo\xc3\xab", "zo\xc3\xab"},
        {"zoe\xcc\x88", "\"zoe\\u{0308}\""},
        {"zoe ltd", "zoe ltd"},
        {"zoe\xc2\xa0ltd", "\"zoe\\u{00A0}ltd\""},
        {"zoe  ltd", "\"zoe \\u{0020}ltd\""},
        {"zoe ", "\"zoe\\u{0020}\""},
        {" zoe", "\"\\u{0020}zoe\""},
        {"zoe\xff", "\"zoe\\x{FF}\""},
    };
    enum { COUNT = sizeof names / sizeof names[0] };
    for (size_t i = 0; i < COUNT; i++) {
        char *shown = text_name_dup(names[i][0]);
        CHECK_STR(shown, names[i][1]);
        free(shown);
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(names[i][1], names[k][1]) != 0);
    }
}

void
test_base_text(void)
{
    static const struct test tests[] = {
        {"every character round trips", every_character_round_trips},
        {"bad bytes are refused", bad_bytes_are_refused},
        {"hostile text becomes visible", hostile_text_becomes_visible},
        {"names that differ look different", names_that_differ_look_different},
        {NULL, NULL}};
    test_run("text", tests);
    failed_tests += test_failures;
}
