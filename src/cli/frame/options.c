/*
 * Arguments parsed by a command's own usage text: "D BLOCK [--name N]
 * [--before B|--after B] FILE…". A word in capitals is a positional, brackets
 * or parentheses make it optional, "…" lets it repeat; a word after an option
 * that is in capitals is the option's value.
 */
#include "cli/frame/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/frame/old_names.h"

enum { WORDS_MAX = 64, WORD_SIZE = 64 };

struct word {
    char text[WORD_SIZE]; /* without brackets, "|" and "…" */
    bool optional;
    bool repeated;
};

struct usage {
    struct word words[WORDS_MAX];
    size_t count;
};

/* The length of a bracket, bar or ellipsis at S; 0 where there is none. */
static size_t
mark_length(const char *s)
{
    if (strchr("[]()|", *s))
        return 1;
    return text_starts(s, "\xe2\x80\xa6") ? 3 : 0;
}

static void
read_usage(struct usage *u, const char *s)
{
    int depth = 0;
    struct word *word = NULL;
    u->count = 0;
    while (*s) {
        size_t mark = mark_length(s);
        if (*s == '[' || *s == '(')
            depth++;
        if (*s == ']' || *s == ')')
            depth--;
        if (mark == 3 && u->count > 0)
            u->words[u->count - 1].repeated = true;
        if (mark > 0 || *s == ' ') {
            word = NULL;
            s += mark ? mark : 1;
            continue;
        }
        if (!word) {
            word = &u->words[u->count++];
            *word = (struct word){.optional = depth > 0};
        }
        size_t n = strlen(word->text);
        if (n + 1 < WORD_SIZE)
            word->text[n] = *s;
        s++;
    }
}

static bool
is_option(const struct word *w)
{
    return text_starts(w->text, "--");
}

/* True where the word after option I is its value. */
static bool
takes_value(const struct usage *u, size_t i)
{
    return i + 1 < u->count &&
           isupper((unsigned char)u->words[i + 1].text[0]) &&
           u->words[i].optional == u->words[i + 1].optional;
}

void
options_visit(const char *usage,
              void (*visit)(void *context, const char *name, bool takes_value),
              void *context)
{
    struct usage u;
    read_usage(&u, usage);
    for (size_t i = 0; i < u.count; i++) {
        if (is_option(&u.words[i]))
            visit(context, u.words[i].text + 2, takes_value(&u, i));
    }
}

/* The index of the option that ARG ("--name" or "--name=value") names, or -1.
 */
static int
find_option(const struct usage *u, const char *arg)
{
    size_t n = strcspn(arg, "=");
    const char *today = n > 2 ? old_option(arg + 2, n - 2) : NULL;
    for (size_t i = 0; i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (is_option(w) && (today ? strcmp(w->text + 2, today) == 0
                                   : strlen(w->text) == n &&
                                         strncmp(w->text, arg, n) == 0))
            return (int)i;
    }
    return -1;
}

static enum err
unknown_option(const struct cli *cli, const char *arg, struct error *e)
{
    return error_set(e, ERR_USAGE,
                     "%s: %s %s does not know it (usage: tailor %s %s%s%s)",
                     arg, cli->command->noun, cli->command->verb,
                     cli->command->noun, cli->command->verb,
                     *cli->command->usage ? " " : "", cli->command->usage);
}

/* Takes the option at ARGV[*I] and moves *I to its last word. */
static enum err
take_option(struct cli *cli, const struct usage *u, int argc, char **argv,
            int *i, struct error *e)
{
    int which = find_option(u, argv[*i]);
    if (which < 0)
        return unknown_option(cli, argv[*i], e);
    char *equals = strchr(argv[*i], '=');
    const char *value = equals ? equals + 1 : NULL;
    if (takes_value(u, (size_t)which)) {
        const char *next = *i + 1 < argc ? argv[*i + 1] : NULL;
        /* An unset variable of a script leaves the next option here. */
        if (!value && (!next || text_starts(next, "--")))
            return error_set(e, ERR_USAGE,
                             "%s: its %s is missing (a value that begins with "
                             "-- is written %s=VALUE)",
                             argv[*i], u->words[which + 1].text, argv[*i]);
        if (!value)
            value = argv[++*i];
    } else if (value) {
        return error_set(e, ERR_USAGE, "%s: takes no value", argv[*i]);
    }
    cli->option_names[cli->option_count] = mem_strdup(u->words[which].text + 2);
    cli->option_values[cli->option_count++] = value;
    return ERR_OK;
}

/* Checks the number of positionals against the usage. */
static enum err
check_positionals(const struct cli *cli, const struct usage *u, struct error *e)
{
    size_t least = 0, most = 0;
    const char *missing = NULL;
    for (size_t i = 0; i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (is_option(w)) {
            if (!w->optional && !cli_has(cli, w->text + 2))
                missing = missing ? missing : w->text;
            i += takes_value(u, i);
            continue;
        }
        if (!w->optional && ++least > cli->arg_count && !missing)
            missing = w->text;
        most = w->repeated ? (size_t)-1 : most + (most != (size_t)-1);
    }
    if (missing)
        return error_set(e, ERR_USAGE, "%s is missing (usage: tailor %s %s %s)",
                         missing, cli->command->noun, cli->command->verb,
                         cli->command->usage);
    if (cli->arg_count > most)
        return error_set(e, ERR_USAGE,
                         "%s: one argument too many (usage: tailor %s %s %s)",
                         cli->args[most], cli->command->noun,
                         cli->command->verb, cli->command->usage);
    return ERR_OK;
}

/* True where WORD of a usage names a file. SAMPLE_OR_FILE is checked by its
 * command. */
static bool
names_file(const struct word *w)
{
    return strcmp(w->text, "INPUT") == 0 ||
           (strstr(w->text, "FILE") && !text_starts(w->text, "SAMPLE_OR"));
}

/* Text that is not UTF-8 would be stored as another text. */
static enum err
check_text(const char *value, struct error *e)
{
    size_t n = strlen(value);
    if (utf8_valid_prefix(value, n) == n)
        return ERR_OK;
    return error_set(e, ERR_USAGE,
                     "%.200s: not UTF-8 (set the terminal's encoding to UTF-8 "
                     "and write it again)",
                     value);
}

enum { SECONDS_MOST = 999999999 };

/* What is wrong with a number is told before anything is done. */
static enum err
check_seconds(const char *value, struct error *e)
{
    long long seconds;
    return cli_read_number(value, 1, SECONDS_MOST, &seconds)
               ? ERR_OK
               : error_set(e, ERR_USAGE,
                           "%.60s: not a whole number of seconds of at least 1",
                           value);
}

/* An empty word is an unset variable of a script, and a name of blanks is one
 * that nobody can read: only what a cell or a note holds may be empty. */
static enum err
check_filled(const struct word *w, const char *value, struct error *e)
{
    static const char *const may_be_empty[] = {"VALUE", "ROW_KEY", "NOTE"};
    for (size_t i = 0; i < sizeof may_be_empty / sizeof *may_be_empty; i++) {
        if (strcmp(w->text, may_be_empty[i]) == 0)
            return ERR_OK;
    }
    if (!text_is_blank(value))
        return ERR_OK;
    return error_set(e, ERR_USAGE,
                     "%s is empty (leave the argument out, or check the "
                     "variable of the script)",
                     w->text);
}

/* In a session files are "-" wherever the usage has one; a name of a file is
 * bytes, all else is text. */
static enum err
check_value(const struct cli *cli, const struct word *w, const char *value,
            struct error *e)
{
    enum err rc = check_filled(w, value, e);
    if (rc != ERR_OK)
        return rc;
    if (strcmp(w->text, "SECONDS") == 0)
        return check_seconds(value, e);
    return names_file(w) ? cli_may_open(cli, value, e) : check_text(value, e);
}

static enum err
check_values(const struct cli *cli, const struct usage *u, struct error *e)
{
    enum err rc = ERR_OK;
    size_t next = 0;
    for (size_t i = 0; rc == ERR_OK && i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (is_option(w)) {
            const char *name = w->text + 2, *value;
            if (!takes_value(u, i))
                continue;
            w = &u->words[++i];
            for (size_t k = 0; rc == ERR_OK &&
                               (value = cli_option_at(cli, name, k)) != NULL;
                 k++)
                rc = check_value(cli, w, value, e);
            continue;
        }
        size_t end = w->repeated ? cli->arg_count : next + 1;
        for (; next < end && next < cli->arg_count && rc == ERR_OK; next++)
            rc = check_value(cli, w, cli->args[next], e);
    }
    return rc;
}

enum err
options_parse(struct cli *cli, int argc, char **argv, struct error *e)
{
    struct usage u;
    bool options = true;
    read_usage(&u, cli->command->usage);
    cli->args = mem_array((size_t)argc + 1, sizeof *cli->args);
    cli->option_names = mem_array((size_t)argc + 1, sizeof(char *));
    cli->option_values = mem_array((size_t)argc + 1, sizeof(char *));
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && text_starts(argv[i], "--")) {
            enum err rc = take_option(cli, &u, argc, argv, &i, e);
            if (rc != ERR_OK)
                return rc;
        } else {
            cli->args[cli->arg_count++] = argv[i];
        }
    }
    enum err rc = check_positionals(cli, &u, e);
    return rc == ERR_OK ? check_values(cli, &u, e) : rc;
}
