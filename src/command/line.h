/* A command line, parsed by the command's own usage text. */
#ifndef TAILOR_COMMAND_LINE_H
#define TAILOR_COMMAND_LINE_H

#include "command/command.h"

/* What the words after noun and verb said. Strings are borrowed from argv. */
struct command_line {
    const struct command *command;
    const char **args; /* positional arguments */
    size_t arg_count;
    const char **option_names;  /* without "--"; parallel to option_values */
    const char **option_values; /* NULL for a flag */
    size_t option_count;
};

/* Whether a file may be named FILE; NULL: all may. */
typedef enum err command_may_open(const void *context, const char *file,
                                  struct error *e);

/* Sorts ARGC arguments at ARGV (after noun and verb) into LINE by the usage
 * of LINE->command: positionals, flags and options with a value, in any order;
 * "--" ends the options, "--name=value" is one argument, "-" is a positional.
 * What names a file is shown to MAY_OPEN with CONTEXT. LINE is to be cleared
 * also after an error. Errors: USAGE, saying what is unknown, missing or too
 * much, and those of MAY_OPEN. */
enum err command_parse(const struct command_table *t, struct command_line *line,
                       int argc, char **argv, command_may_open *may_open,
                       const void *context, struct error *e);
void command_line_clear(struct command_line *line);

enum { COMMAND_WORD_SIZE = 64 };

/* Which word of the usage ("INSTALLATION", "" for none) comes after the ARGC
 * arguments at ARGV, which may be incomplete: for completion. LINE, to be
 * cleared, gets the positional ones. */
void command_next_word(const struct command_table *t, struct command_line *line,
                       int argc, char **argv, char out[COMMAND_WORD_SIZE]);

/* Positional argument I, or NULL where it was left out. */
const char *command_arg(const struct command_line *line, size_t i);
/* True where the flag or option NAME ("resume") was given. */
bool command_has(const struct command_line *line, const char *name);
/* The value of option NAME (the last one), or NULL. */
const char *command_option(const struct command_line *line, const char *name);
/* The K-th value of a repeated option, or NULL. */
const char *command_option_at(const struct command_line *line,
                              const char *name, size_t k);

/* Whether TEXT is a whole number from LEAST to MOST, in at most 18 digits, and
 * nothing else; it is in *OUT then. */
bool command_read_number(const char *text, long long least, long long most,
                         long long *out);

/* Calls VISIT for every option of USAGE: its name without "--" and whether it
 * takes a value; for completion and tests. */
void command_visit_options(const char *usage,
                           void (*visit)(void *context, const char *name,
                                         bool takes_value),
                           void *context);

#endif
