/* The program tailor: its commands, and without one the console. */
#include "cli/frame/commands.h"

#include <unistd.h>

#include "ui/screen/console.h"
#include "ui/term/term.h"

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
    struct value *v = value_object();
    value_set_text(v, "ncurses", term_library_version());
    return v;
}

enum err
cli_without_command(struct cli *cli, struct error *e)
{
    const struct console_options options = {.store = cli->store,
                                            .actor = cli->actor,
                                            .session = cli->session,
                                            .remote = cli->remote,
                                            .read_only = cli->read_only,
                                            .thin = cli->thin,
                                            .ascii = cli->ascii,
                                            .tour = cli->tour};
    if (cli->json || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(e, ERR_USAGE,
                         "no command, and no terminal for the console (try "
                         "tailor help)");
    return console_main(&options, e);
}
