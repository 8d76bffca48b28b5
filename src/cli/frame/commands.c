/* The table of commands, made from commands.def. */
#include "cli/frame/commands.h"

#define READS (CMD_STORE | CMD_READS | CMD_REMOTE)
#define WRITES (CMD_STORE | CMD_REMOTE)
#define LOCAL_READS (CMD_STORE | CMD_READS)
#define LOCAL_WRITES CMD_STORE

const struct command commands[] = {
#define C(noun, verb, function, usage, flags, help)                            \
    {noun, verb, usage, help, flags, cmd_##function},
#include "cli/frame/commands.def"
#undef C
};

const size_t command_count = sizeof commands / sizeof commands[0];
