/*
 * The commands of a program as a table, from which parsing, help, completion
 * and manual page are made: they cannot differ. A row's usage text is what the
 * parser reads (line.h): words in capitals are arguments, brackets make
 * optional, "…" repeats. What a command does is the program's own business.
 */
#ifndef TAILOR_COMMAND_COMMAND_H
#define TAILOR_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct command {
    const char *noun;
    const char *verb;  /* "" for a command of one word */
    const char *usage; /* what follows noun and verb */
    const char *help;  /* one sentence without its full stop */
    unsigned flags;    /* of the program, but the one here */
};

/* Of an earlier version, or for programs: works, and is shown nowhere. */
#define COMMAND_HIDDEN (1u << 31)

/* An option that may stand anywhere on the line, before and behind the
 * command. */
struct command_global {
    const char *name;  /* "--store", "-y" */
    const char *value; /* what it takes ("FILE"), NULL: nothing */
};

struct command_table {
    const char *program;
    const struct command *rows;
    size_t count;
    const struct command_global *globals;
    size_t global_count;
    /* The hidden command that prints what can stand for the last word of a
     * line, whose words it is given with a newline after each. NULL: none. */
    const char *complete;
    /* What an old name is called today: the verb itself, or NULL, if it is
     * not an old one. NULL: the program has none. */
    const char *(*old_verb)(const char *noun, const char *verb);
    const char *(*old_option)(const char *name, size_t n);
};

/* Whether help, completion and pages show C, as one of NOUN and VERB (NULL:
 * any). */
bool command_shows(const struct command_table *t, const struct command *c,
                   const char *noun, const char *verb);

/* Takes the global options ("--store FILE" or "--store=FILE") out of ARGV,
 * moving the rest together, and gives each to TAKE with its index and value
 * (NULL: it takes none). Returns how many words are left, or -1 with USAGE in
 * E. */
int command_take_globals(const struct command_table *t, int argc, char **argv,
                         void (*take)(void *context, size_t global,
                                      char *value),
                         void *context, struct error *e);

/* What people try: where --help or -h stands in ARGV, which has room for one
 * word more than ARGC, it becomes "help [NOUN] [VERB]". Returns how many words
 * there are then. */
int command_read_help(const struct command_table *t, int argc, char **argv);

/* Finds the command that the words name; *USED says how many named it. USAGE,
 * with what there is, where none is named. */
enum err command_find(const struct command_table *t, int argc, char **argv,
                      const struct command **out, int *used, struct error *e);

/* Appends usage and help of the commands of NOUN and VERB (NULL: any), in lines
 * of at most 79 columns. */
void command_usage(const struct command_table *t, struct buf *out,
                   const char *noun, const char *verb);

/* Appends the completion for SHELL; USAGE if SHELL is unknown. */
enum err command_completion(const struct command_table *t, const char *shell,
                            struct buf *out, struct error *e);

/* Appends the commands as entries of a manual page. */
void command_page(const struct command_table *t, struct buf *out);

/* Appends the exit codes, each with the words that errors in JSON have for it.
 */
void command_page_exits(struct buf *out);

#endif
