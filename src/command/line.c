/*
 * Arguments parsed by a command's own usage text: "D BLOCK [--name N]
 * [--before B|--after B] FILE…". A word in capitals is a positional, brackets
 * or parentheses make it optional, "…" lets it repeat; a word after an option
 * that is in capitals is the option's value. An option in brackets inside those
 * of another, "[--wait [--timeout SECONDS]]", goes only with that one.
 */
#include "command/line.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { WORDS_MAX = 64, WORD_SIZE = COMMAND_WORD_SIZE };
enum { NUMBER_DIGITS = 18, SHOWN_MAX = 200 };

struct word {
    char text[WORD_SIZE]; /* without brackets, "|" and "…" */
    bool optional;
    bool repeated;
    bool alternative; /* to what stands before it: "|" is between them */
    int depth;        /* of brackets */
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
    bool bar = false;
    struct word *word = NULL;
    u->count = 0;
    while (*s) {
        size_t mark = mark_length(s);
        if (*s == '[' || *s == '(')
            depth++;
        if (*s == ']' || *s == ')')
            depth--;
        bar = bar || *s == '|';
        if (mark == 3 && u->count > 0)
            u->words[u->count - 1].repeated = true;
        if (mark > 0 || *s == ' ') {
            word = NULL;
            s += mark ? mark : 1;
            continue;
        }
        if (!word) {
            word = &u->words[u->count++];
            *word = (struct word){
                .optional = depth > 0, .alternative = bar, .depth = depth};
            bar = false;
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
command_visit_options(const char *usage,
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
find_option(const struct command_table *t, const struct usage *u,
            const char *arg)
{
    size_t n = strcspn(arg, "=");
    const char *today =
        n > 2 && t->old_option ? t->old_option(arg + 2, n - 2) : NULL;
    for (size_t i = 0; i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (is_option(w) && (today ? strcmp(w->text + 2, today) == 0
                                   : strlen(w->text) == n &&
                                         strncmp(w->text, arg, n) == 0))
            return (int)i;
    }
    return -1;
}

/* ERR with the sentence WHAT of the words, and how the command is written. */
static enum err
say_usage(const struct command_table *t, const struct command *c,
          const char *subject, const char *what, struct error *e)
{
    return error_set(e, ERR_USAGE, "%s%s (usage: %s %s%s%s%s%s)", subject, what,
                     t->program, c->noun, *c->verb ? " " : "", c->verb,
                     *c->usage ? " " : "", c->usage);
}

/* Takes the option at ARGV[*I] and moves *I to its last word. */
static enum err
take_option(const struct command_table *t, struct command_line *l,
            const struct usage *u, int argc, char **argv, int *i,
            struct error *e)
{
    int which = find_option(t, u, argv[*i]);
    if (which < 0)
        return say_usage(t, l->command, argv[*i], ": no such option", e);
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
    l->option_names[l->option_count] = mem_strdup(u->words[which].text + 2);
    l->option_values[l->option_count++] = value;
    return ERR_OK;
}

/* Checks the number of positionals against the usage. */
static enum err
check_positionals(const struct command_table *t, const struct command_line *l,
                  const struct usage *u, struct error *e)
{
    size_t least = 0, most = 0;
    const char *missing = NULL;
    for (size_t i = 0; i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (is_option(w)) {
            if (!w->optional && !command_has(l, w->text + 2))
                missing = missing ? missing : w->text;
            i += takes_value(u, i);
            continue;
        }
        if (!w->optional && ++least > l->arg_count && !missing)
            missing = w->text;
        most = w->repeated ? (size_t)-1 : most + (most != (size_t)-1);
    }
    if (missing)
        return say_usage(t, l->command, missing, " is missing", e);
    if (l->arg_count > most)
        return say_usage(t, l->command, l->args[most],
                         ": one argument too many", e);
    return ERR_OK;
}

/* How often the option NAME was given. */
static size_t
times_given(const struct command_line *l, const char *name)
{
    size_t times = 0;
    for (size_t i = 0; i < l->option_count; i++)
        times += strcmp(l->option_names[i], name) == 0;
    return times;
}

/* The option that option I goes only with: the last one of the brackets around
 * its own. NULL: it goes alone. */
static const struct word *
goes_with(const struct usage *u, size_t i)
{
    int depth = u->words[i].depth;
    while (depth > 1 && i-- > 0)
        if (is_option(&u->words[i]) && u->words[i].depth == depth - 1)
            return &u->words[i];
    return NULL;
}

/* Of options with a bar between them one may be given, and an option with a
 * value once where the usage does not repeat it. */
static enum err
check_options(const struct command_line *l, const struct usage *u,
              struct error *e)
{
    const char *chosen = NULL;
    for (size_t i = 0; i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (!is_option(w))
            continue;
        size_t times = times_given(l, w->text + 2);
        bool value = takes_value(u, i);
        if (!w->alternative)
            chosen = NULL;
        if (times > 1 && value && !u->words[i + 1].repeated)
            return error_set(e, ERR_USAGE, "%s: given %zu times (give it once)",
                             w->text, times);
        const struct word *with = goes_with(u, i);
        if (times > 0 && with && !times_given(l, with->text + 2))
            return error_set(e, ERR_USAGE,
                             "%s: goes only with %s (add it, or remove %s)",
                             w->text, with->text, w->text);
        if (times > 0 && chosen)
            return error_set(e, ERR_USAGE, "%s and %s: give one of them",
                             chosen, w->text);
        chosen = times > 0 ? w->text : chosen;
    }
    return ERR_OK;
}

/* True where WORD of a usage names a file. What may be something else too
 * (SAMPLE_OR_FILE, FILE_OR_SHEET) is checked by its command. */
static bool
names_file(const struct word *w)
{
    return strcmp(w->text, "INPUT") == 0 ||
           (strstr(w->text, "FILE") && !strstr(w->text, "_OR_"));
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

bool
command_read_number(const char *text, long long least, long long most,
                    long long *out)
{
    size_t n = strlen(text);
    *out = strtoll(text, NULL, 10);
    return n > 0 && n <= NUMBER_DIGITS && strspn(text, "0123456789") == n &&
           *out >= least && *out <= most;
}

enum { SECONDS_MOST = 999999999 };

/* What is wrong with a number is told before anything is done. */
static enum err
check_seconds(const char *value, struct error *e)
{
    long long seconds;
    return command_read_number(value, 1, SECONDS_MOST, &seconds)
               ? ERR_OK
               : error_set(e, ERR_USAGE,
                           "%.60s: not a whole number of seconds of at least 1",
                           value);
}

/* An empty word is an unset variable of a script, and a name of blanks is one
 * that nobody can read: only what a cell holds may be empty. */
static enum err
check_filled(const struct word *w, const char *value, struct error *e)
{
    static const char *const may_be_empty[] = {"VALUE", "ROW_KEY"};
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

/* How much of VALUE says what it is about: all, or the key of KEY=VALUE. */
static size_t
subject_length(const struct word *w, const char *value)
{
    return text_starts(w->text, "KEY=") ? strcspn(value, "=") : strlen(value);
}

/* What is named twice would be done twice, or the second would undo the first.
 */
static enum err
check_twice(const struct word *w, const char *value, const char *earlier,
            struct error *e)
{
    size_t n = subject_length(w, value);
    if (n != subject_length(w, earlier) || memcmp(value, earlier, n) != 0)
        return ERR_OK;
    return error_set(e, ERR_USAGE, "%.*s: given twice (give it once)",
                     (int)(n < SHOWN_MAX ? n : SHOWN_MAX), value);
}

struct file_check {
    command_may_open *may_open;
    const void *context;
};

/* A name of a file is bytes, all else is text. */
static enum err
check_value(const struct file_check *files, const struct word *w,
            const char *value, struct error *e)
{
    enum err err = check_filled(w, value, e);
    if (err != ERR_OK)
        return err;
    if (strcmp(w->text, "SECONDS") == 0)
        return check_seconds(value, e);
    if (!names_file(w))
        return check_text(value, e);
    return files->may_open ? files->may_open(files->context, value, e) : ERR_OK;
}

static enum err
check_values(const struct command_line *l, const struct usage *u,
             const struct file_check *files, struct error *e)
{
    enum err err = ERR_OK;
    size_t next = 0;
    for (size_t i = 0; err == ERR_OK && i < u->count; i++) {
        const struct word *w = &u->words[i];
        if (is_option(w)) {
            const char *name = w->text + 2, *value;
            if (!takes_value(u, i))
                continue;
            w = &u->words[++i];
            for (size_t k = 0; err == ERR_OK &&
                               (value = command_option_at(l, name, k)) != NULL;
                 k++) {
                err = check_value(files, w, value, e);
                for (size_t b = 0; b < k && err == ERR_OK; b++)
                    err =
                        check_twice(w, value, command_option_at(l, name, b), e);
            }
            continue;
        }
        size_t end = w->repeated ? l->arg_count : next + 1;
        for (size_t first = next;
             next < end && next < l->arg_count && err == ERR_OK; next++) {
            err = check_value(files, w, l->args[next], e);
            for (size_t b = first; b < next && err == ERR_OK; b++)
                err = check_twice(w, l->args[next], l->args[b], e);
        }
    }
    return err;
}

enum err
command_parse(const struct command_table *t, struct command_line *l, int argc,
              char **argv, command_may_open *may_open, const void *context,
              struct error *e)
{
    const struct file_check files = {may_open, context};
    struct usage u;
    bool options = true;
    read_usage(&u, l->command->usage);
    l->args = mem_array((size_t)argc + 1, sizeof *l->args);
    l->option_names = mem_array((size_t)argc + 1, sizeof(char *));
    l->option_values = mem_array((size_t)argc + 1, sizeof(char *));
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && text_starts(argv[i], "--")) {
            enum err err = take_option(t, l, &u, argc, argv, &i, e);
            if (err != ERR_OK)
                return err;
        } else {
            l->args[l->arg_count++] = argv[i];
        }
    }
    enum err err = check_positionals(t, l, &u, e);
    if (err == ERR_OK)
        err = check_options(l, &u, e);
    return err == ERR_OK ? check_values(l, &u, &files, e) : err;
}

/* The word of U for positional argument I; NULL where there is none. */
static const struct word *
positional(const struct usage *u, size_t i)
{
    for (size_t k = 0; k < u->count; k++) {
        if (is_option(&u->words[k]))
            k += takes_value(u, k);
        else if (i == 0 || u->words[k].repeated)
            return &u->words[k];
        else
            i--;
    }
    return NULL;
}

void
command_next_word(const struct command_table *t, struct command_line *l,
                  int argc, char **argv, char out[COMMAND_WORD_SIZE])
{
    struct usage u;
    const struct word *next = NULL;
    read_usage(&u, l->command->usage);
    l->args = mem_array((size_t)argc + 1, sizeof *l->args);
    for (int i = 0; i < argc; i++) {
        int which = find_option(t, &u, argv[i]);
        bool value = which >= 0 && !strchr(argv[i], '=') &&
                     takes_value(&u, (size_t)which);
        if (value && ++i == argc)
            next = &u.words[which + 1];
        else if (which < 0 && !text_starts(argv[i], "--"))
            l->args[l->arg_count++] = argv[i];
    }
    if (!next)
        next = positional(&u, l->arg_count);
    snprintf(out, COMMAND_WORD_SIZE, "%s", next ? next->text : "");
}

void
command_line_clear(struct command_line *l)
{
    for (size_t i = 0; i < l->option_count; i++)
        free((char *)(uintptr_t)l->option_names[i]);
    free(l->option_names);
    free(l->option_values);
    free(l->args);
    *l = (struct command_line){.command = l->command};
}

/* --- what was said -------------------------------------------------------- */

const char *
command_arg(const struct command_line *l, size_t i)
{
    return i < l->arg_count ? l->args[i] : NULL;
}

/* The index of the K-th option NAME, or -1. */
static int
option_index(const struct command_line *l, const char *name, size_t k)
{
    for (size_t i = 0; i < l->option_count; i++) {
        if (strcmp(l->option_names[i], name) == 0 && k-- == 0)
            return (int)i;
    }
    return -1;
}

bool
command_has(const struct command_line *l, const char *name)
{
    return option_index(l, name, 0) >= 0;
}

const char *
command_option_at(const struct command_line *l, const char *name, size_t k)
{
    int i = option_index(l, name, k);
    return i < 0 ? NULL : l->option_values[i];
}

const char *
command_option(const struct command_line *l, const char *name)
{
    const char *last = NULL;
    const char *value;
    for (size_t k = 0; (value = command_option_at(l, name, k)) != NULL; k++)
        last = value;
    return last;
}
