/* tailor-sync: the commands that exchange with runtimes, once or as the
 * service. No other program opens the write tokens. */
#include "remote/sync.h"

#include <string.h>
#include <unistd.h>

#include "cli/frame/commands.h"
#include "manager/exchange/runtime.h"
#include "manager/exchange/versions.h"
#include "value/value.h"

const struct command commands[] = {
#define P(noun, verb, program, function, usage, flags, help)                   \
    {noun, verb, usage, help, flags},
#include "cli/frame/sync_commands.def"
#undef P
};

const struct cli_action cli_actions[] = {
#define P(noun, verb, program, function, usage, flags, help)                   \
    {cmd_##function, NULL},
#include "cli/frame/sync_commands.def"
#undef P
};

const size_t command_count = sizeof commands / sizeof commands[0];

/* How long a follower may not get on: longer than any of its calls takes. */
enum { PATIENCE_SECONDS = 45, FETCH_MS = 120000 };

static void
say(void *context, const char *runtime, const char *sentence)
{
    const struct cli *cli = context;
    if (!cli->quiet)
        cli_warn("%s: %s", runtime, sentence);
}

static bool
is_asked(const struct cli *cli, const struct runtime_row *r)
{
    bool asked = cli->line.arg_count == 0;
    for (size_t i = 0; i < cli->line.arg_count && !asked; i++)
        asked = strcmp(cli->line.args[i], r->name) == 0 ||
                strcmp(cli->line.args[i], r->id) == 0;
    return asked;
}

static struct value *
restore_json(const struct runtime_row *r)
{
    struct value *v = value_object(), *undone = NULL;
    if (r->undone)
        value_read(&undone, r->undone, strlen(r->undone),
                   &value_limits_document, "undone", NULL);
    value_set_text(v, "name", r->name);
    value_set_text(v, "notice", r->notice);
    value_set(v, "undone", undone ? undone : value_null());
    return v;
}

static void
tell_restore(struct cli *cli, const struct runtime_row *r)
{
    if (cli->json)
        return;
    cli_warn("%s: %s (one record each: tailor audit list --action undone, and "
             "--action live)",
             r->name, r->notice);
    if (!r->held)
        cli_warn("%s: what that has undone waits for a person (once it is "
                 "done again: tailor runtime accept-restore %s)",
                 r->name, r->name);
}

/* Who meets a restored runtime reads at once what the restore has undone; where
 * it cannot be read, the error of the exchange is told alone. */
static void
tell_restores(struct cli *cli)
{
    struct runtime_list list;
    struct error ignored;
    struct value *held = value_array(), *running = value_array();
    enum err err = manager_runtime_list(cli->manager, &list, &ignored);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        const struct runtime_row *r = &list.rows[i];
        if ((!r->held && !r->restored) || !r->notice || !is_asked(cli, r))
            continue;
        value_append(r->held ? held : running, restore_json(r));
        tell_restore(cli, r);
    }
    runtime_list_clear(&list);
    cli->more = value_object();
    value_set(cli->more, "held", held);
    value_set(cli->more, "restored", running);
}

enum err
cmd_sync(struct cli *cli, struct error *e)
{
    long long idle = 0, patience = PATIENCE_SECONDS;
    enum err err = cli_option_number(cli, "idle-exit", 1, 0, &idle, e);
    if (err == ERR_OK)
        err = cli_option_number(cli, "timeout", 1, patience, &patience, e);
    if (patience > 86400)
        patience = 86400;
    const struct sync_options options = {.runtimes = cli->line.args,
                                         .runtime_count = cli->line.arg_count,
                                         .follow = cli_has(cli, "follow"),
                                         .idle_exit = (int)idle,
                                         .say = say,
                                         .progress = isatty(STDERR_FILENO),
                                         .context = cli};
    if (err == ERR_OK && cli_has(cli, "full"))
        err = manager_runtime_copy(cli->manager, options.runtimes,
                                   options.runtime_count, e);
    if (err != ERR_OK)
        return err;
    if (options.follow)
        return sync_run(cli->manager, &options, e);
    err = sync_once(cli->manager, &options, (int)patience * 1000, e);
    if (err == ERR_OK || err == ERR_REFUSED)
        tell_restores(cli);
    return err;
}

static struct value *
unknown_json(const struct unknown_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "versionId", r->id);
    value_set_text(v, "version", r->label);
    value_set_text(v, "workflow", r->workflow_key);
    value_set_text(v, "integration", r->integration_key);
    value_set_text(v, "customer", r->customer);
    value_set_text(v, "why", r->why);
    return v;
}

static enum err
print_unknown(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"VERSION", "version"},   {"WORKFLOW", "workflow"},
        {"CUSTOMER", "customer"}, {"ID", "versionId"},
        {"PROBLEM", "why"},       {NULL, NULL}};
    struct unknown_list list;
    struct value *rows = value_array();
    enum err err =
        manager_unknown_list(cli->manager, cli_arg(cli, 0), &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, unknown_json(&list.rows[i]));
    unknown_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns,
                       "this store has every version of that runtime");
    else
        value_free(rows);
    return err;
}

/* Sync does the fetching; what is left afterwards could not be had. */
enum err
cmd_runtime_fetch(struct cli *cli, struct error *e)
{
    const char *const names[] = {cli_arg(cli, 0)};
    const struct sync_options options = {.runtimes = names, .runtime_count = 1};
    int64_t count = 0;
    enum err err = ERR_OK;
    if (!cli_has(cli, "list"))
        err = manager_versions_want(cli->manager, cli_arg(cli, 0), &count, e);
    if (err == ERR_OK && count)
        err = sync_once(cli->manager, &options, FETCH_MS, e);
    return err == ERR_OK ? print_unknown(cli, e) : err;
}

enum err
cli_without_command(struct cli *cli, struct error *e)
{
    (void)cli;
    return error_set(e, ERR_USAGE, "no command (try tailor help sync)");
}
