/* How a session's command is split: no shell, nothing is expanded. */
#include "cli/session/session.h"

#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

static void
check_split(const char *text, const char *wanted)
{
    char *words[SESSION_WORDS_MAX], *storage = NULL;
    char got[512] = "";
    int count = 0;
    enum err rc = session_split(text, words, &count, &storage, NULL);
    for (int i = 0; rc == ERR_OK && i < count; i++) {
        size_t at = strlen(got);
        snprintf(got + at, sizeof got - at, "<%s>", words[i]);
    }
    CHECK_STR(rc == ERR_OK ? got : "refused", wanted);
    free(storage);
}

static void
words_and_quotes(void)
{
    check_split("", "");
    check_split("   ", "");
    check_split(" a  b ", "<a><b>");
    check_split("a 'b c' \"d e\"", "<a><b c><d e>");
    check_split("a'b'\"c\"d", "<abcd>");
    check_split("'' \"\"", "<><>");
    check_split("a\\ b '\\' \"\\\"\"", "<a b><\\><\">");
    check_split("a\\", "<a\\>");
    check_split("'open", "refused");
    check_split("\"open", "refused");
    check_split("a\tb\nc", "<a\tb\nc>");
}

static void
signs_of_shells_are_text(void)
{
    check_split("a;b && c | d > e", "<a;b><&&><c><|><d><>><e>");
    check_split("$HOME `x` $(y) *", "<$HOME><`x`><$(y)><*>");
    check_split("# no comment", "<#><no><comment>");
}

static void
too_many_words(void)
{
    char text[SESSION_WORDS_MAX * 2 + 1];
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 2 ? ' ' : 'a';
    text[sizeof text - 1] = '\0';
    check_split(text, "refused");
}

void
test_cli_session(void)
{
    static const struct test tests[] = {
        {"words and quotes", words_and_quotes},
        {"signs of shells are text", signs_of_shells_are_text},
        {"too many words", too_many_words},
        {NULL, NULL}};
    test_run("session", tests);
    failed_tests += test_result();
}
