/* Arguments parsed by a command's own usage text. */
#ifndef TAILOR_CLI_FRAME_OPTIONS_H
#define TAILOR_CLI_FRAME_OPTIONS_H

#include "cli/frame/cli.h"

/* Sorts ARGC arguments at ARGV (after noun and verb) into CLI by the usage
 * of CLI->command: positionals, flags and options with a value, in any order;
 * "--" ends the options, "--name=value" is one argument, "-" is a positional.
 * Errors: USAGE, saying what is unknown, missing or too much. */
enum err options_parse(struct cli *cli, int argc, char **argv, struct error *e);

/* Calls VISIT for every option of USAGE: its name without "--" and whether it
 * takes a value; for completion and tests. */
void options_visit(const char *usage,
                   void (*visit)(void *context, const char *name,
                                 bool takes_value),
                   void *context);

#endif
