/* tailor demo: the demo world, its script, and synthetic stores. */
#include <unistd.h>

#include "cli/frame/commands.h"
#include "demo/demo.h"
#include "ui/screen/console.h"

/* The console on the demo's store, with the tour through job A. */
static enum err
show_console(void *context, const char *store, struct error *e)
{
    const struct cli *cli = context;
    const struct console_options options = {.store = store,
                                            .actor = cli->actor,
                                            .read_only = cli->read_only,
                                            .thin = cli->thin,
                                            .ascii = cli->ascii,
                                            .tour = true};
    return console_main(&options, e);
}

enum err
cmd_demo(struct cli *cli, struct error *e)
{
    long long installations = 0, forks = 0, seed = 1;
    enum err rc =
        cli_option_number(cli, "installations", 1, 0, &installations, e);
    if (rc == ERR_OK)
        rc = cli_option_number(cli, "forks", 0, 0, &forks, e);
    if (rc == ERR_OK)
        rc = cli_option_number(cli, "seed", 0, 1, &seed, e);
    if (rc != ERR_OK)
        return rc;
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
        .console = person && !serve && !script ? show_console : NULL,
        .context = cli,
        .json = cli->json,
        .quiet = cli->quiet};
    cli->answered = true;
    return demo_run(&options, e);
}
