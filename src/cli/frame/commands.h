/* The functions of commands.def: each does one command. Those of P rows are
 * defined by the program that does them. */
#ifndef TAILOR_CLI_FRAME_COMMANDS_H
#define TAILOR_CLI_FRAME_COMMANDS_H

#include "cli/frame/cli.h"

/* The flags of the table's rows. */
#define READS (CMD_STORE | CMD_READS | CMD_REMOTE)
#define WRITES (CMD_STORE | CMD_REMOTE)
#define LOCAL_READS (CMD_STORE | CMD_READS)
#define LOCAL_WRITES CMD_STORE

#define C(noun, verb, function, usage, flags, help)                            \
    enum err cmd_##function(struct cli *cli, struct error *e);
#define P(noun, verb, program, function, usage, flags, help)                   \
    enum err cmd_##function(struct cli *cli, struct error *e);
#include "cli/frame/commands.def"
#undef P
#undef C

#endif
