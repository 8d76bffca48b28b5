/* Which runtime has a run that a command names. */
#ifndef TAILOR_CLI_COMMAND_RUN_PLACE_H
#define TAILOR_CLI_COMMAND_RUN_PLACE_H

#include "cli/frame/cli.h"

/* The runtime of RUN, which the caller frees: that of --runtime, the only one
 * there is, or the one that says that it has the run. NULL for what is not an
 * id, which the change itself refuses. NOT_FOUND where no runtime has it, and
 * the first runtime's error where one that may have it does not answer. */
enum err run_place_find(struct cli *cli, const char *run, char **runtime,
                        struct error *e);

/* The same, but the runtime is always asked, and what is not an id is INVALID:
 * for runs of which none may be changed if one is not found. */
enum err run_place_check(struct cli *cli, const char *run, char **runtime,
                         struct error *e);

#endif
