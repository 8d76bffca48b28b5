/* The commands of tailor as rows, for the program and its manual page. */
#include "cli/frame/commands.h"

const struct command commands[] = {
#define C(noun, verb, function, usage, flags, help)                            \
    {noun, verb, usage, help, flags},
#define P(noun, verb, program, function, usage, flags, help)                   \
    {noun, verb, usage, help, flags},
#include "cli/frame/commands.def"
#undef P
#undef C
};

const size_t command_count = sizeof commands / sizeof commands[0];
