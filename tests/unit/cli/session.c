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

/* Sabotage: let words_kept() of src/cli/frame/words.c be true. */
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
    check_recorded("scp -t /etc", "scp -t /etc");
    check_recorded("sample show W 'Ann B' --json --installation I",
                   "sample show W (5 characters) --json --installation I");
    check_recorded("--json sample show W 0123456789abcdef01234567",
                   "--json sample show W 0123456789abcdef01234567");
    check_recorded("tailor sample remove W -- --Ann",
                   "tailor sample remove W -- (5 characters)");
    check_recorded("formula eval '=\"Ann\"' -",
                   "formula eval (6 characters) -");
    check_recorded("draft note D 'for Ann'", "draft note D (7 characters)");
    check_recorded("sample set W Ann --agreed-with Bo",
                   "sample set W (3 characters) --agreed-with (2 characters)");
    check_recorded("mapping import D Block -", "mapping import D Block -");
    check_recorded("", "");
    check_recorded(" ", " ");
    check_recorded("tailor", "tailor");
}

/* Who mistypes a verb or an option may have typed a label behind it. */
static void
what_cannot_be_read_is_not_recorded(void)
{
    /* Sabotage: "lost" in add_word() of record.c. */
    check_recorded("sample shwo W Ann", "sample shwo (1 characters) (3 "
                                        "characters)");
    check_recorded("sample add W --lable Ann",
                   "sample add W (7 characters) (3 characters)");
    check_recorded("sample add W --lable=Ann", "sample add W (11 characters)");
    check_recorded("store info Ann", "store info (3 characters)");
}

void
test_cli_session(void)
{
    static const struct test tests[] = {
        {"words and quotes", words_and_quotes},
        {"signs of shells are text", signs_of_shells_are_text},
        {"too many words", too_many_words},
        {"searched texts are not recorded", searched_texts_are_not_recorded},
        {"what cannot be read is not recorded",
         what_cannot_be_read_is_not_recorded},
        {NULL, NULL}};
    test_run("session", tests);
    failed_tests += test_result();
}
