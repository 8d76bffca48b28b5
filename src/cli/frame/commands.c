/* The program tailor: its commands, and without one the program of the console.
 */
#include "cli/frame/commands.h"

const struct cli_action cli_actions[] = {
#define C(noun, verb, function, usage, flags, help) {cmd_##function, NULL},
#define P(noun, verb, program, function, usage, flags, help) {NULL, program},
#include "cli/frame/commands.def"
#undef P
#undef C
};

struct value *
cli_own_libraries(void)
{
    return value_object();
}

enum err
cli_without_command(struct cli *cli, struct error *e)
{
    return cli_become(cli, "tailor-console", e);
}
