/*
 * Commands that queue one request to a runtime: users, pause and resume,
 * runs, events, uninstall.
 */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/outcome.h"
#include "manager/manager_runtime.h"

enum err
cmd_user_add(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    enum err rc =
        manager_user_add(cli->manager, cli_arg(cli, 0), cli_option(cli, "name"),
                         cli_option(cli, "runtime"), key, e);
    return rc == ERR_OK ? outcome_deliver_one(cli, key, e) : rc;
}

static enum err
pause(struct cli *cli, bool on, struct error *e)
{
    char key[IDENT_SIZE];
    enum err rc = manager_installation_pause(
        cli->manager, cli_arg(cli, 0), cli_arg(cli, 1), on,
        cli_has(cli, "cancel-runs"), key, e);
    return rc == ERR_OK ? outcome_deliver_one(cli, key, e) : rc;
}

enum err
cmd_installation_pause(struct cli *cli, struct error *e)
{
    return pause(cli, true, e);
}

enum err
cmd_installation_resume(struct cli *cli, struct error *e)
{
    return pause(cli, false, e);
}

enum err
cmd_installation_uninstall(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    if (!cli_confirm(cli, "Runs end and triggers stop; versions and audit stay",
                     cli_arg(cli, 0), e))
        return e->code;
    enum err rc =
        manager_installation_uninstall(cli->manager, cli_arg(cli, 0), key, e);
    return rc == ERR_OK ? outcome_deliver_one(cli, key, e) : rc;
}

enum err
cmd_run_start(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    struct value *input = NULL;
    const char *file = cli_option(cli, "input");
    enum err rc = ERR_OK;
    if (file)
        rc = cli_read_json(file, &value_limits_event, &input, e);
    if (rc == ERR_OK)
        rc = manager_run_start(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1),
                               input, key, e);
    value_free(input);
    return rc == ERR_OK ? outcome_deliver_one(cli, key, e) : rc;
}

enum err
cmd_event_send(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    struct value *data = NULL;
    enum err rc = cli_read_json(cli_arg(cli, 2), &value_limits_event, &data, e);
    if (rc == ERR_OK)
        rc = manager_event_send(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1),
                                data, key, e);
    value_free(data);
    return rc == ERR_OK ? outcome_deliver_one(cli, key, e) : rc;
}
