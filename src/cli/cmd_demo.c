/* tailor demo: the demo world, its script, and synthetic stores. */
#include <unistd.h>

#include "cli/commands.h"
#include "demo/demo.h"

enum err
cmd_demo(struct cli *cli, struct error *e)
{
    long long installations = 0;
    enum err rc =
        cli_option_number(cli, "installations", 1, 0, &installations, e);
    if (rc != ERR_OK)
        return rc;
    bool serve = cli_has(cli, "serve");
    struct demo_options options = {.dir = cli_option(cli, "dir"),
                                   .installations = (unsigned)installations,
                                   .serve = serve,
                                   .script = cli_has(cli, "script") ||
                                             (!serve && !isatty(STDOUT_FILENO)),
                                   .json = cli->json,
                                   .quiet = cli->quiet};
    cli->answered = true;
    return demo_run(&options, e);
}
