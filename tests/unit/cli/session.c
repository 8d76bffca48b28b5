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
    enum err err = session_split(text, words, &count, &storage, NULL);
    for (int i = 0; err == ERR_OK && i < count; i++) {
        size_t at = strlen(got);
        snprintf(got + at, sizeof got - at, "<%s>", words[i]);
    }
    CHECK_STR(err == ERR_OK ? got : "refused", wanted);
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

static void
check_recorded(const char *command, const char *wanted)
{
    char *text = session_record_text(command);
    CHECK_STR(text, wanted);
    free(text);
}

/* Sabotage: let payload_option() of session.c find none. */
static void
searched_texts_are_not_recorded(void)
{
    check_recorded("tailor  run list --state 'failed' ",
                   "tailor  run list --state 'failed' ");
    check_recorded("run list --find 'Ann B' --limit 3",
                   "run list --find (5 characters) --limit 3");
    check_recorded("run list --find=\"Ann \\\"B\" -",
                   "run list --find=(6 characters) -");
    check_recorded("run list '--find' --find",
                   "run list '--find' (6 characters)");
    check_recorded("run list --find 'Ann", "run list --find (3 characters)");
    check_recorded("run list --fi\\nd Jo\xc3\xa9",
                   "run list --fi\\nd (3 characters)");
    check_recorded("sample add W f --label 'Ann B' --note x --agreed-with=Y",
                   "sample add W f --label (5 characters) --note (1 "
                   "characters) --agreed-with=(1 characters)");
    check_recorded("preview D --sample '{\"a\":1}'",
                   "preview D --sample (7 characters)");
    check_recorded("x --finder Ann --find", "x --finder Ann --find");
}

void
test_cli_session(void)
{
    static const struct test tests[] = {
        {"words and quotes", words_and_quotes},
        {"signs of shells are text", signs_of_shells_are_text},
        {"too many words", too_many_words},
        {"searched texts are not recorded", searched_texts_are_not_recorded},
        {NULL, NULL}};
    test_run("session", tests);
    failed_tests += test_result();
}
