/* The functions of commands.def: each does one command. */
#ifndef TAILOR_CLI_FRAME_COMMANDS_H
#define TAILOR_CLI_FRAME_COMMANDS_H

#include "cli/frame/cli.h"

#define C(noun, verb, function, usage, flags, help)                            \
    enum err cmd_##function(struct cli *cli, struct error *e);
#include "cli/frame/commands.def"
#undef C

#endif
