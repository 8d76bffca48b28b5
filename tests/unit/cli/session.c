/* How a session's command is split: no shell, nothing is expanded. */
#include "cli/session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/frame/cli.h"

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
    check_recorded("scp -t /etc", "scp (2 characters) (4 characters)");
    check_recorded("'Ann B' --json", "(5 characters) --json");
    check_recorded("Ann", "(3 characters)");
    check_recorded("sample Ann", "sample (3 characters)");
    check_recorded("sk-4f9a8b7c6d5e4f3a2b1c", "(23 characters)");
    check_recorded("--jsn run list --find 'Ann B'",
                   "--jsn (3 characters) (4 characters) (6 characters) (5 "
                   "characters)");
    check_recorded("--json=Ann run list", "(10 characters) (3 characters) (4 "
                                          "characters)");
    check_recorded("rn list --store Ann",
                   "rn (4 characters) --store (3 characters)");
    check_recorded("rn -- --store Ann", "rn -- (7 characters) (3 characters)");
}

/* The record of the change has them; a refused command has none. */
static void
what_a_change_sets_is_not_recorded(void)
{
    check_recorded("block set D Call 'headers={\"X-Tok\":\"s\"}' a=b",
                   "block set D Call (21 characters) (3 characters)");
    check_recorded("block add D math --set note=Ann",
                   "block add D math --set (8 characters)");
    check_recorded("mapping set D B memo '\"Ann\"' --default=1 --list all",
                   "mapping set D B memo (5 characters) --default=(1 "
                   "characters) --list all");
    check_recorded("table set D T Ann Bo",
                   "table set D T (3 characters) (2 characters)");
}

enum slip { SLIP_NOUN, SLIP_VERB, SLIP_OPTION, SLIP_GLOBAL, SLIPS };

static void
add_option_of(void *context, const char *name, bool takes_value)
{
    if (takes_value)
        buf_addf(context, " --%s 'Canary B' --%s=Canary", name, name);
    else
        buf_addf(context, " --%s", name);
}

/* The command C with a slip, a canary in every word and option behind it. */
static void
check_slip(const struct command *c, enum slip slip)
{
    struct buf line;
    buf_init_any(&line);
    bool verb = slip == SLIP_VERB;
    buf_addf(&line, "%s%s%s %s%s%s", slip == SLIP_GLOBAL ? "--jsn " : "",
             c->noun, slip == SLIP_NOUN || (verb && !*c->verb) ? "x" : "",
             c->verb, verb ? "x" : "", slip == SLIP_OPTION ? " --lable" : "");
    command_visit_options(c->usage, add_option_of, &line);
    buf_adds(&line, " --store Canary --json=Canary Canary 'the Canary'"
                    " sheet:Canary -- Canary --store Canary --Canary");
    char *text = session_record_text(buf_str(&line));
    if (strstr(text, "Canary"))
        CHECK_STR(text, "no canary");
    free(text);
    buf_clear(&line);
}

/* Sabotage: "r->lost = true" in find_names() of record.c. */
static void
a_slip_records_nothing_behind_it(void)
{
    const struct command_table t = cli_table();
    for (size_t i = 0; i < t.count; i++)
        for (int slip = 0; slip < SLIPS; slip++)
            check_slip(&t.rows[i], slip);
    CHECK(t.count > 100);
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
        {"what a change sets is not recorded",
         what_a_change_sets_is_not_recorded},
        {"a slip records nothing behind it", a_slip_records_nothing_behind_it},
        {NULL, NULL}};
    test_run("session", tests);
    failed_tests += test_result();
}
