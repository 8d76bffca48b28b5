/*
 * The parser of arguments: every usage of the table takes the words it names,
 * and what it does not name is refused. To see "files in a session" fail: let
 * check_value in line.c return ERR_OK.
 */
#include "base/mem.h"
#include "cli/frame/commands.h"
#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

enum { WORDS = 64 };

struct line {
    char *words[WORDS];
    int count;
};

static void
line_add(struct line *l, const char *word, size_t n)
{
    bool number = n == 7 && strncmp(word, "SECONDS", n) == 0;
    l->words[l->count++] = number ? mem_strdup("5") : mem_strndup(word, n);
    l->words[l->count] = NULL;
}

static void
line_clear(struct line *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->words[i]);
    l->count = 0;
}

/* The words of USAGE themselves as arguments: all, or (REQUIRED) those outside
 * brackets; of alternatives the first. */
static void
line_of(struct line *l, const char *usage, bool required)
{
    int depth = 0, bar = 0; /* the depth of the last bar and 1, 0: none */
    l->count = 0;
    while (*usage) {
        size_t n = strcspn(usage, " []|");
        size_t word = n;
        if (n >= 3 && strncmp(usage + n - 3, "\xe2\x80\xa6", 3) == 0)
            word -= 3;
        if (word > 0 && !bar && !(required && depth > 0))
            line_add(l, usage, word);
        usage += n;
        if (*usage == '[')
            depth++;
        if (*usage == ']')
            depth--;
        if (*usage == '|')
            bar = depth + 1;
        else if (depth + 1 < bar || (*usage == ' ' && depth == 0))
            bar = 0;
        usage += *usage != '\0';
    }
}

static enum err
parse(const struct command *c, struct line *l, bool remote, struct cli *cli,
      struct error *e)
{
    *cli = (struct cli){.line.command = c, .remote = remote};
    return cli_parse(cli, l->count, l->words, e);
}

static void
cli_clear(struct cli *cli)
{
    command_line_clear(&cli->line);
}

static void
every_usage_takes_its_own_words(void)
{
    for (size_t i = 0; i < command_count; i++) {
        for (int required = 0; required < 2; required++) {
            struct line l;
            struct cli cli;
            struct error e = {0};
            line_of(&l, commands[i].usage, required);
            enum err err = parse(&commands[i], &l, false, &cli, &e);
            if (err != ERR_OK)
                printf("# %s %s: %s\n", commands[i].noun, commands[i].verb,
                       e.text);
            CHECK_INT(err, ERR_OK);
            cli_clear(&cli);
            line_clear(&l);
        }
    }
}

static void
every_usage_refuses_an_unknown_option(void)
{
    for (size_t i = 0; i < command_count; i++) {
        struct line l;
        struct cli cli;
        struct error e = {0};
        line_of(&l, commands[i].usage, true);
        line_add(&l, "--no-such-option", 16);
        CHECK_INT(parse(&commands[i], &l, false, &cli, &e), ERR_USAGE);
        CHECK_HAS(e.text, "--no-such-option");
        cli_clear(&cli);
        line_clear(&l);
    }
}

static void
what_is_missing_or_too_much_is_told(void)
{
    for (size_t i = 0; i < command_count; i++) {
        struct line l;
        struct cli cli;
        struct error e = {0};
        bool repeats = strstr(commands[i].usage, "\xe2\x80\xa6") != NULL;
        line_of(&l, commands[i].usage, true);
        if (l.count > 0) {
            int all = l.count;
            free(l.words[--l.count]);
            l.words[l.count] = NULL;
            CHECK_INT(parse(&commands[i], &l, false, &cli, &e), ERR_USAGE);
            CHECK_HAS(e.text, "missing");
            cli_clear(&cli);
            CHECK_INT(l.count, all - 1);
        }
        line_clear(&l);
        line_of(&l, commands[i].usage, false);
        for (int k = 0; k < 4 && !repeats; k++)
            line_add(&l, "surplus", 7);
        if (!repeats) {
            CHECK_INT(parse(&commands[i], &l, false, &cli, &e), ERR_USAGE);
            CHECK_HAS(e.text, "too many");
            cli_clear(&cli);
        }
        line_clear(&l);
    }
}

static const struct command example = {
    "x", "y", "D FILE\xe2\x80\xa6 [--note TEXT] [--wait] [--set K\xe2\x80\xa6]",
    "h", 0};

static enum err
parse_words(struct cli *cli, bool remote, struct error *e, const char *const *w)
{
    struct line l = {.count = 0};
    for (; *w; w++)
        l.words[l.count++] = (char *)(uintptr_t)*w;
    l.words[l.count] = NULL;
    return parse(&example, &l, remote, cli, e);
}

#define PARSE(cli, remote, e, ...)                                             \
    parse_words(cli, remote, e, (const char *const[]){__VA_ARGS__, NULL})

static void
forms_of_options(void)
{
    struct cli cli;
    struct error e = {0};
    CHECK_INT(PARSE(&cli, false, &e, "d", "--note=a=b", "-", "--wait", "--set",
                    "1", "--set", "2"),
              ERR_OK);
    CHECK_STR(cli_option(&cli, "note"), "a=b");
    CHECK_STR(cli_option_at(&cli, "set", 0), "1");
    CHECK_STR(cli_option(&cli, "set"), "2");
    CHECK(cli_has(&cli, "wait"));
    CHECK_STR(cli_arg(&cli, 1), "-");
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "d", "--", "--note", "--wait"), ERR_OK);
    CHECK_INT(cli.line.arg_count, 3);
    CHECK(!cli_has(&cli, "wait"));
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "d", "f", "--wait=yes"), ERR_USAGE);
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "d", "f", "--note"), ERR_USAGE);
    CHECK_HAS(e.text, "TEXT");
    cli_clear(&cli);
    /* Sabotage: let take_option() take what begins with "--" as a value: an
     * unset variable then eats a --dry-run. */
    CHECK_INT(PARSE(&cli, false, &e, "d", "f", "--note", "--wait"), ERR_USAGE);
    CHECK_HAS(e.text, "its TEXT is missing");
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "d", "f", "--note=--wait"), ERR_OK);
    CHECK_STR(cli_option(&cli, "note"), "--wait");
    cli_clear(&cli);
}

/* Words of a command line, and what is said against them; NULL: nothing. */
struct words {
    const char *words[8], *why;
};

static void
check_words(const struct command *command, const struct words *w)
{
    struct line l = {.count = 0};
    struct cli cli;
    struct error e = {0};
    for (; w->words[l.count]; l.count++)
        l.words[l.count] = (char *)(uintptr_t)w->words[l.count];
    l.words[l.count] = NULL;
    CHECK_INT(parse(command, &l, false, &cli, &e),
              w->why ? ERR_USAGE : ERR_OK);
    if (w->why)
        CHECK_HAS(e.text, w->why);
    cli_clear(&cli);
}

/* What contradicts itself is not guessed. Sabotage: command_parse() without
 * check_options(). */
static void
one_of_several_options(void)
{
    static const struct command moves = {
        "x", "y", "D [--before B|--after B|--last] [--note TEXT]", "h", 0};
    static const struct words cases[] = {
        {{"d", "--before", "a", "--note", "n"}, NULL},
        {{"d", "--last"}, NULL},
        {{"d", "--before", "a", "--after", "b"},
         "--before and --after: give one of them"},
        {{"d", "--last", "--before", "a"},
         "--before and --last: give one of them"},
        {{"d", "--note", "a", "--note=b"}, "--note: given 2 times"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_words(&moves, &cases[i]);
}

/* Sabotage: goes_with() in src/command/line.c. */
static void
an_option_goes_with_another(void)
{
    static const struct command waits = {
        "x", "y", "D [--wait [--timeout SECONDS]] [--a|--b [--c N] [--d]]",
        "h", 0};
    static const struct words cases[] = {
        {{"d", "--wait"}, NULL},
        {{"d", "--timeout", "5", "--wait"}, NULL},
        {{"d", "--timeout=5"}, "--timeout: goes only with --wait"},
        {{"d", "--b", "--d", "--c", "1"}, NULL},
        {{"d", "--a", "--c", "1"}, "--c: goes only with --b"},
        {{"d", "--d", "--wait"}, "--d: goes only with --b"},
        {{"d", "--a", "--b"}, "--a and --b: give one of them"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_words(&waits, &cases[i]);
}

/* Every command that waits says how long, and can be told. */
static void
what_waits_has_a_time_limit(void)
{
    for (size_t i = 0; i < command_count; i++) {
        const char *usage = commands[i].usage;
        if (strstr(usage, "--wait"))
            CHECK_HAS(usage, "[--wait [--timeout SECONDS]]");
    }
}

/* Scripts go on. Sabotage: find_option() without old_option(). */
static void
an_option_has_its_old_name_too(void)
{
    static const struct command release = {
        "release", "", "D [--timeout SECONDS] [--allow-stale]", "h", 0};
    struct cli cli = {.line.command = &release};
    struct error e = {0};
    char d[] = "d", time[] = "--time-out=5", stale[] = "--stale-ok";
    char *words[] = {d, time, stale, NULL};
    CHECK_INT(cli_parse(&cli, 3, words, &e), ERR_OK);
    CHECK_STR(cli_option(&cli, "timeout"), "5");
    CHECK(cli_has(&cli, "allow-stale"));
    cli_clear(&cli);
}

/* Sabotage: check_value() without check_seconds(): a release is then queued
 * before its time-out is refused. */
static void
seconds_are_looked_at_first(void)
{
    static const struct command waits = {
        "x", "y", "[--timeout SECONDS]", "h", 0};
    static const char *const bad[] = {"", " ", "0", "-1", "x", "1.5",
                                      "9999999999"};
    struct error e = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cli cli = {.line.command = &waits};
        char *word = mem_printf("--timeout=%s", bad[i]);
        char *words[] = {word, NULL};
        CHECK_INT(cli_parse(&cli, 1, words, &e), ERR_USAGE);
        cli_clear(&cli);
        free(word);
    }
}

/* Replaces word I of the usage by what is empty, which is refused unless it may
 * be. */
static void
check_empty_word(const struct command *c, struct line *l, int i)
{
    static const char *const nothing[] = {"", "  ", "\xc2\xa0\xe2\x80\x8b"};
    char *word = l->words[i];
    bool may = strcmp(word, "VALUE") == 0 || strcmp(word, "ROW_KEY") == 0;
    for (size_t k = 0; k < 3; k++) {
        struct cli cli;
        struct error e = {0};
        char *empty = mem_strdup(nothing[k]);
        l->words[i] = empty;
        CHECK_INT(parse(c, l, false, &cli, &e), may ? ERR_OK : ERR_USAGE);
        if (!may && strcmp(word, "5") != 0)
            CHECK_HAS(e.text, word);
        cli_clear(&cli);
        error_clear(&e);
        free(empty);
    }
    l->words[i] = word;
}

/* `--filter "$F"` with F unset would mean every customer. Sabotage: the call of
 * check_filled(). */
static void
an_empty_argument_is_refused(void)
{
    for (size_t i = 0; i < command_count; i++) {
        struct line l;
        line_of(&l, commands[i].usage, false);
        for (int k = 0; k < l.count; k++) {
            if (strncmp(l.words[k], "--", 2) != 0)
                check_empty_word(&commands[i], &l, k);
        }
        line_clear(&l);
    }
}

/* Sabotage: check_text() without its error. */
static void
text_is_utf_8_and_a_file_is_bytes(void)
{
    struct cli cli;
    struct error e = {0};
    CHECK_INT(PARSE(&cli, false, &e, "J\xf6rg", "f"), ERR_USAGE);
    CHECK_HAS(e.text, "not UTF-8");
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "d", "f", "--note", "a\xff"), ERR_USAGE);
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "d", "f", "--set", "a", "--set=\xed\xa0\x80"),
              ERR_USAGE);
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, false, &e, "J\xc3\xb6rg", "\xff\xfe"), ERR_OK);
    cli_clear(&cli);
}

static void
files_in_a_session(void)
{
    struct cli cli;
    struct error e = {0};
    CHECK_INT(PARSE(&cli, true, &e, "/etc/passwd", "-"), ERR_OK);
    cli_clear(&cli);
    CHECK_INT(PARSE(&cli, true, &e, "d", "-", "/etc/passwd"), ERR_REFUSED);
    CHECK_HAS(e.text, "/etc/passwd");
    cli_clear(&cli);
    for (size_t i = 0; i < command_count; i++) {
        struct line l;
        const char *usage = commands[i].usage;
        bool file = (strstr(usage, "FILE") && !strstr(usage, "_OR_")) ||
                    strstr(usage, "INPUT]");
        line_of(&l, usage, false);
        if (file && (commands[i].flags & CMD_REMOTE))
            CHECK_INT(parse(&commands[i], &l, true, &cli, &e), ERR_REFUSED);
        else
            CHECK_INT(parse(&commands[i], &l, false, &cli, &e), ERR_OK);
        cli_clear(&cli);
        line_clear(&l);
    }
}

/* Sabotage: check_twice() in src/command/line.c. */
static void
a_name_that_repeats_is_given_once(void)
{
    size_t checked = 0;
    for (size_t i = 0; i < command_count; i++) {
        struct line l;
        struct cli cli;
        struct error e = {0};
        line_of(&l, commands[i].usage, false);
        const char *dots = strstr(commands[i].usage, "\xe2\x80\xa6");
        if (dots) {
            const char *word = dots;
            while (word > commands[i].usage && !strchr(" [", word[-1]))
                word--;
            const char *option = word > commands[i].usage ? word - 1 : word;
            while (option > commands[i].usage && !strchr(" [", option[-1]))
                option--;
            if (option < word && strncmp(option, "--", 2) == 0)
                line_add(&l, option, (size_t)(word - 1 - option));
            line_add(&l, word, (size_t)(dots - word));
            CHECK_INT(parse(&commands[i], &l, false, &cli, &e), ERR_USAGE);
            CHECK_HAS(e.text, "given twice");
            cli_clear(&cli);
            checked++;
        }
        line_clear(&l);
    }
    CHECK(checked > 4);
}

static void
take_store(void *context, size_t global, char *value)
{
    const struct command_table t = cli_table();
    if (strcmp(t.globals[global].name, "--store") == 0)
        *(const char **)context = value;
}

/* Sabotage: find_global() and take_one() in src/command/command.c. */
static void
a_global_option_has_both_forms(void)
{
    static const struct {
        const char *words[4], *store, *why;
    } cases[] = {
        {{"--store", "f", "status"}, "f", NULL},
        {{"--store=f", "status"}, "f", NULL},
        {{"status", "--store=a=b"}, "a=b", NULL},
        {{"status", "--store"}, NULL, "--store: its FILE is missing"},
        {{"status", "--store="}, NULL, "--store: its FILE is missing"},
        {{"status", "--store", ""}, NULL, "--store: its FILE is missing"},
        {{"--store=f", "status", "--store=g"},
         NULL,
         "--store: given twice (give it once)"},
        {{"status", "--json=yes"}, NULL, "--json: takes no value"}};
    const struct command_table t = cli_table();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error e = {.code = ERR_OK};
        char *words[4] = {NULL};
        const char *store = NULL;
        int count = 0;
        for (; cases[i].words[count]; count++)
            words[count] = mem_strdup(cases[i].words[count]);
        char *kept[4];
        memcpy(kept, words, sizeof kept);
        int left =
            command_take_globals(&t, count, words, take_store, &store, &e);
        CHECK_INT(left, cases[i].why ? -1 : 1);
        if (cases[i].why)
            CHECK_STR(e.text, cases[i].why);
        else
            CHECK_STR(store, cases[i].store);
        for (int k = 0; k < count; k++)
            free(kept[k]);
    }
}

void
test_cli_options(void)
{
    static const struct test tests[] = {
        {"every usage takes its own words", every_usage_takes_its_own_words},
        {"an unknown option is refused", every_usage_refuses_an_unknown_option},
        {"missing and too much", what_is_missing_or_too_much_is_told},
        {"forms of options", forms_of_options},
        {"one of several options", one_of_several_options},
        {"an option goes with another", an_option_goes_with_another},
        {"what waits has a time limit", what_waits_has_a_time_limit},
        {"an option has its old name too", an_option_has_its_old_name_too},
        {"seconds are looked at first", seconds_are_looked_at_first},
        {"an empty argument is refused", an_empty_argument_is_refused},
        {"text is UTF-8 and a file is bytes",
         text_is_utf_8_and_a_file_is_bytes},
        {"files in a session", files_in_a_session},
        {"a global option has both forms", a_global_option_has_both_forms},
        {"a name that repeats is given once",
         a_name_that_repeats_is_given_once},
        {NULL, NULL}};
    test_run("options", tests);
    failed_tests += test_result();
}
