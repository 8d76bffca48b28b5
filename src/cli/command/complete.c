/* tailor complete: what the store has for the word that a shell completes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/frame/commands.h"
#include "manager/session/beginnings.h"

/* Which names stand for WORD of a usage, in commands of NOUN (NULL: all). */
static const struct {
    const char *word;
    const char *noun;
    enum beginning kind;
} kinds[] = {
    {"INSTALLATION", NULL, BEGINNING_INSTALLATION},
    {"WORKFLOW", NULL, BEGINNING_WORKFLOW},
    {"INSTALLATION_OR_WORKFLOW", NULL, BEGINNING_INSTALLATION},
    {"INSTALLATION_OR_WORKFLOW", NULL, BEGINNING_WORKFLOW},
    {"INTEGRATION", NULL, BEGINNING_INTEGRATION},
    {"KEY", "integration", BEGINNING_INTEGRATION},
    {"KEY", "installation", BEGINNING_INTEGRATION},
    {"RUNTIME", NULL, BEGINNING_RUNTIME},
    {"NAME", "runtime", BEGINNING_RUNTIME},
    {"NAME", "run", BEGINNING_RUNTIME},
    {"R", "user", BEGINNING_RUNTIME},
    {"NAME", "access", BEGINNING_PERSON},
    {"NAME", "draft", BEGINNING_PERSON},
    {"A", "audit", BEGINNING_PERSON},
    {"APP", NULL, BEGINNING_APP},
    {"DRAFT", NULL, BEGINNING_DRAFT},
    {"VERSION", NULL, BEGINNING_DRAFT},
    {"VERSION", NULL, BEGINNING_VERSION},
    {"OTHER", NULL, BEGINNING_DRAFT},
    {"OTHER", NULL, BEGINNING_VERSION},
};

struct printing {
    size_t left;
};

static void
print_name(void *context, const char *name)
{
    struct printing *p = context;
    if (p->left > 0 && !strpbrk(name, "\n\r")) {
        p->left--;
        puts(name);
    }
}

/* Prints what begins with the last of the words and may stand there. */
static enum err
complete(struct cli *cli, int argc, char **argv, struct error *e)
{
    struct command_line line = {.command = NULL};
    const struct command_table t = cli_table();
    struct printing p = {BEGINNINGS_MAX};
    char word[COMMAND_WORD_SIZE];
    int used = 0;
    enum err err = command_find(&t, argc - 1, argv, &line.command, &used, e);
    if (err != ERR_OK)
        return err;
    command_next_word(&t, &line, argc - 1 - used, argv + used, word);
    const char *installation =
        line.arg_count > 0 && text_starts(line.command->usage, "INSTALLATION")
            ? line.args[0]
            : NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool fits = strcmp(kinds[i].word, word) == 0 &&
                    (!kinds[i].noun ||
                     strcmp(kinds[i].noun, line.command->noun) == 0);
        if (fits && err == ERR_OK)
            err =
                manager_beginnings(cli->manager, kinds[i].kind, argv[argc - 1],
                                   installation, print_name, &p, e);
    }
    command_line_clear(&line);
    return err;
}

/* LINE has the words of a command line, each followed by a newline. An error
 * would be in the way of who types: it is not said. */
enum err
cmd_complete(struct cli *cli, struct error *e)
{
    (void)e;
    struct error silent = {.code = ERR_OK};
    char *text = mem_strdup(cli_arg(cli, 0));
    char **words = mem_array(strlen(text) + 2, sizeof *words);
    int count = 0;
    for (char *s = text, *end; (end = strchr(s, '\n')); s = end + 1) {
        words[count++] = s;
        *end = '\0';
    }
    int left = cli_take_globals(cli, count, words, &silent);
    const struct manager_session session = {.actor = cli->actor,
                                            .read_only = true};
    if (left > 1 &&
        manager_open(&cli->manager, cli->store, &session, &silent) == ERR_OK)
        complete(cli, left, words, &silent);
    free(words);
    free(text);
    cli->answered = true;
    return ERR_OK;
}
