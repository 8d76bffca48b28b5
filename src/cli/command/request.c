/*
 * Commands that queue one request to a runtime: pause and resume, runs, events,
 * uninstall.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/command/outcome.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/exchange/lost.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"

enum err
cmd_credential_retry(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    enum err err = manager_credential_retry(cli->manager, cli_arg(cli, 0),
                                            cli_arg(cli, 1), key, e);
    return err == ERR_OK ? outcome_deliver_one(cli, key, NULL, e) : err;
}

static enum err
pause(struct cli *cli, bool on, struct value *more, struct error *e)
{
    char key[IDENT_SIZE];
    enum err err = manager_installation_pause(
        cli->manager, cli_arg(cli, 0), cli_arg(cli, 1), on,
        cli_has(cli, "cancel-runs"), cli_option(cli, "note"), key, e);
    if (err == ERR_OK)
        return outcome_deliver_one(cli, key, more, e);
    value_free(more);
    return err;
}

enum err
cmd_installation_pause(struct cli *cli, struct error *e)
{
    return pause(cli, true, NULL, e);
}

/* The keys of the workflows of the installation that are paused on their own:
 * its resume does not resume them. */
static enum err
paused_workflows(struct cli *cli, struct value *keys, struct error *e)
{
    struct installed_workflow_list list;
    enum err err =
        manager_installation_workflows(cli->manager, cli_arg(cli, 0), &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        if (!list.rows[i].active)
            value_append(keys, value_string(list.rows[i].workflow_key));
    installed_workflow_list_clear(&list);
    return err;
}

static void
say_still_paused(struct cli *cli, const struct value *keys)
{
    size_t n = value_size(keys);
    if (n > 0)
        cli_say(cli,
                "%zu workflow%s paused on %s own: tailor installation resume "
                "%s WORKFLOW",
                n, n == 1 ? " stays" : "s stay", n == 1 ? "its" : "their",
                cli_arg(cli, 0));
    for (size_t i = 0; i < n; i++)
        cli_say(cli, "  %s", value_text(value_at(keys, i), NULL));
}

enum err
cmd_installation_resume(struct cli *cli, struct error *e)
{
    struct value *keys = value_array(), *more = value_object();
    enum err err = cli_arg(cli, 1) ? ERR_OK : paused_workflows(cli, keys, e);
    if (err == ERR_OK && cli->json && value_size(keys) > 0)
        value_set(more, "stillPaused", value_copy(keys));
    if (err == ERR_OK)
        err = pause(cli, false, more, e);
    else
        value_free(more);
    if (err == ERR_OK)
        say_still_paused(cli, keys);
    value_free(keys);
    return err;
}

/* What is queued for ROW, which is missing, ends with it. */
static char *
lost_question(const struct installation_row *row,
              const struct lost_requests *queued)
{
    enum { NAMED = 20 };
    char *names = lost_requests_text(queued, false, NAMED);
    char *text =
        mem_printf("End %s of %s in this store: runtime %s was restored and "
                   "does not know it. %s%s; versions, drafts and audit stay",
                   row->integration_key, row->who, row->runtime,
                   queued->count ? "What is queued for it ends: "
                                 : "Nothing is queued for it",
                   names);
    free(names);
    return text;
}

static enum err
confirm_end(struct cli *cli, const struct installation_row *row,
            const struct lost_requests *queued, struct error *e)
{
    char *question = lost_question(row, queued);
    enum err err =
        cli_confirm(cli, question, row->phrase, e) ? ERR_OK : e->code;
    free(question);
    return err;
}

/* The runtime is not asked: it does not know the installation ROW. */
static enum err
end_lost(struct cli *cli, const struct installation_row *row, struct error *e)
{
    size_t ended = 0;
    struct lost_requests queued = {.count = 0};
    enum err err = manager_lost_requests(cli->manager, row->id, &queued, e);
    if (err == ERR_OK)
        err = confirm_end(cli, row, &queued, e);
    if (err == ERR_OK)
        err = manager_installation_end(cli->manager, row->id, &queued,
                                       cli_option(cli, "note"), &ended, e);
    lost_requests_clear(&queued);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "status", "uninstalled");
    value_set_int(v, "endedRequests", (int64_t)ended);
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}

static enum err
ask_uninstall(struct cli *cli, const struct installation_row *row,
              struct error *e)
{
    char key[IDENT_SIZE];
    char *question = mem_printf("Uninstall %s of %s: runs end and triggers "
                                "stop; versions and audit stay",
                                row->integration_key, row->who);
    enum err err =
        cli_confirm(cli, question, row->phrase, e) ? ERR_OK : e->code;
    free(question);
    if (err == ERR_OK)
        err = manager_installation_uninstall(cli->manager, row->id,
                                             cli_option(cli, "note"), key, e);
    return err == ERR_OK ? outcome_deliver_one(cli, key, NULL, e) : err;
}

enum err
cmd_installation_uninstall(struct cli *cli, struct error *e)
{
    struct installation_list show = {0};
    enum err err =
        manager_installation_show(cli->manager, cli_arg(cli, 0), &show, e);
    if (err == ERR_OK)
        err = show.rows[0].missing_since
                  ? end_lost(cli, &show.rows[0], e)
                  : ask_uninstall(cli, &show.rows[0], e);
    installation_list_clear(&show);
    return err;
}

/* The runtime has taken the run and says that it does not begin. */
static enum err
deliver_start(struct cli *cli, const char *key, struct error *e)
{
    struct outcome_of out;
    enum err err = outcome_deliver(cli, key, NULL, &out, e);
    if (err == ERR_OK && cli_has(cli, "wait") && out.message[0])
        return error_set(e, ERR_REFUSED, "not started yet: %s", out.message);
    return err;
}

enum err
cmd_run_start(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    struct value *input = NULL;
    const char *file = cli_option(cli, "input");
    enum err err = ERR_OK;
    if (file)
        err = cli_read_json(file, &value_limits_event, &input, e);
    if (err == ERR_OK)
        err = manager_run_start(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1),
                                input, key, e);
    value_free(input);
    return err == ERR_OK ? deliver_start(cli, key, e) : err;
}

enum err
cmd_event_send(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    struct value *data = NULL;
    enum err err =
        cli_read_json(cli_arg(cli, 2), &value_limits_event, &data, e);
    if (err == ERR_OK)
        err = manager_event_send(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1),
                                 data, key, e);
    value_free(data);
    return err == ERR_OK ? outcome_deliver_one(cli, key, NULL, e) : err;
}
