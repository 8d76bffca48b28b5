/* tailor-demo: the demo world, its script, and synthetic stores. It calls the
 * runtime and the stand-ins as the vendor's backend does. */
#include <unistd.h>

#include "cli/frame/commands.h"
#include "demo/demo.h"

const struct command commands[] = {
#define P(noun, verb, program, function, usage, flags, help)                   \
    {noun, verb, usage, help, flags},
#include "cli/frame/demo_commands.def"
#undef P
};

const struct cli_action cli_actions[] = {
#define P(noun, verb, program, function, usage, flags, help)                   \
    {cmd_##function, NULL},
#include "cli/frame/demo_commands.def"
#undef P
};

const size_t command_count = sizeof commands / sizeof commands[0];

enum err
cmd_demo(struct cli *cli, struct error *e)
{
    long long installations = 0, forks = 0, seed = 1;
    enum err err =
        cli_option_number(cli, "installations", 1, 0, &installations, e);
    if (err == ERR_OK)
        err = cli_option_number(cli, "forks", 0, 0, &forks, e);
    if (err == ERR_OK)
        err = cli_option_number(cli, "seed", 0, 1, &seed, e);
    if (err != ERR_OK)
        return err;
    bool serve = cli_has(cli, "serve"), script = cli_has(cli, "script");
    bool person = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !cli->json;
    struct demo_options options = {
        .dir = cli_option(cli, "dir"),
        .installations = (unsigned)installations,
        .serve = serve,
        .store_only = cli_has(cli, "store-only"),
        .forks = (uint64_t)forks,
        .seed = (uint64_t)seed,
        .script = script || (!serve && !person),
        .console = person && !serve && !script,
        .read_only = cli->read_only,
        .thin = cli->thin,
        .ascii = cli->ascii,
        .json = cli->json,
        .quiet = cli->quiet};
    cli->answered = true;
    return demo_run(&options, e);
}

enum err
cli_without_command(struct cli *cli, struct error *e)
{
    (void)cli;
    return error_set(e, ERR_USAGE, "no command (try tailor help demo)");
}
