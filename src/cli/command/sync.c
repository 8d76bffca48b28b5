/* tailor sync: exchange with runtimes, once or as the service. */
#include "remote/sync.h"
#include "cli/frame/commands.h"

/* How long a follower may not get on: longer than any of its calls takes. */
enum { PATIENCE_SECONDS = 45 };

static void
say(void *context, const char *runtime, const char *sentence)
{
    const struct cli *cli = context;
    if (!cli->quiet)
        cli_warn("%s: %s", runtime, sentence);
}

enum err
cmd_sync(struct cli *cli, struct error *e)
{
    long long idle = 0, patience = PATIENCE_SECONDS;
    enum err rc = cli_option_number(cli, "idle-exit", 1, 0, &idle, e);
    if (rc == ERR_OK)
        rc = cli_option_number(cli, "time-out", 1, patience, &patience, e);
    if (patience > 86400)
        patience = 86400;
    const struct sync_options options = {.runtimes = cli->args,
                                         .runtime_count = cli->arg_count,
                                         .follow = cli_has(cli, "follow"),
                                         .idle_exit = (int)idle,
                                         .say = say,
                                         .context = cli};
    if (rc != ERR_OK)
        return rc;
    return options.follow ? sync_run(cli->manager, &options, e)
                          : sync_once(cli->manager, &options,
                                      (int)patience * 1000, e);
}
