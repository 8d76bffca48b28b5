/* tailor integration …: the catalogue's integrations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/outcome.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"

enum { FILE_MAX = 16 << 20 };

static const struct cli_column columns[] = {{"KEY", "key"},
                                            {"NAME", "name"},
                                            {"APP", "app"},
                                            {"ACTIVE", "active"},
                                            {"WORKFLOWS", "workflows"},
                                            {"INSTALLATIONS", "installations"},
                                            {NULL, NULL}};

enum err
cmd_integration_list(struct cli *cli, struct error *e)
{
    struct integration_list list;
    struct value *rows = value_array();
    enum err err = manager_integration_list(cli->manager, NULL, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, row_integration(&list.rows[i]));
    integration_list_clear(&list);
    if (err != ERR_OK) {
        value_free(rows);
        return err;
    }
    cli_print_list(cli, rows, columns,
                   "no integrations (add one: tailor integration add FILE)");
    return ERR_OK;
}

static struct value *
workflows_of(struct cli *cli, const char *integration, enum err *rc,
             struct error *e)
{
    struct workflow_list list;
    struct value *rows = value_array();
    *rc = manager_workflow_list(cli->manager, integration, &list, e);
    for (size_t i = 0; *rc == ERR_OK && i < list.count; i++)
        value_append(rows, row_workflow(&list.rows[i]));
    workflow_list_clear(&list);
    return rows;
}

enum err
cmd_integration_show(struct cli *cli, struct error *e)
{
    struct integration_list list;
    struct value *v = NULL;
    enum err err =
        manager_integration_list(cli->manager, cli_arg(cli, 0), &list, e);
    if (err == ERR_OK)
        v = row_integration(&list.rows[0]);
    integration_list_clear(&list);
    if (err != ERR_OK)
        return err;
    struct value *workflows = workflows_of(cli, cli_arg(cli, 0), &err, e);
    value_set(v, cli->json ? "workflowList" : "workflows", workflows);
    if (err == ERR_OK)
        cli_print_object(cli, v, NULL);
    else
        value_free(v);
    return err;
}

enum err
cmd_integration_new(struct cli *cli, struct error *e)
{
    char id[IDENT_SIZE];
    enum err err = manager_integration_new(cli->manager, cli_arg(cli, 0),
                                           cli_option(cli, "name"),
                                           cli_option(cli, "app"), id, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "integrationId", id);
    value_set_text(v, "key", cli_arg(cli, 0));
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}

enum err
cmd_integration_add(struct cli *cli, struct error *e)
{
    char *text = NULL;
    size_t len = 0;
    struct integration_added added;
    enum err err = cli_read_file(cli_arg(cli, 0), FILE_MAX, &text, &len, e);
    if (err == ERR_OK)
        err = manager_integration_add(cli->manager, text, len, cli_arg(cli, 0),
                                      &added, e);
    free(text);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "integrationId", added.id);
    value_set_bool(v, "created", added.created);
    value_set_int(v, "released", added.released);
    value_set_int(v, "drafts", added.drafts);
    value_set_int(v, "waiting", added.waiting);
    value_set_int(v, "unchanged", added.unchanged);
    value_set_int(v, "samples", added.samples);
    cli_print_object(cli, v, NULL);
    if (added.waiting)
        cli_say(cli,
                "%d workflows stay drafts and are not offered: no runtime "
                "starts their trigger yet (see \"tailor block kinds\")",
                added.waiting);
    return ERR_OK;
}

enum err
cmd_integration_export(struct cli *cli, struct error *e)
{
    struct buf out;
    buf_init_any(&out);
    enum err err =
        manager_integration_export(cli->manager, cli_arg(cli, 0), &out, e);
    if (err == ERR_OK) {
        fwrite(buf_str(&out), 1, out.len, stdout);
        putchar('\n');
        cli->answered = true;
    }
    buf_clear(&out);
    return err;
}

static enum err
set_active(struct cli *cli, bool active, struct error *e)
{
    enum err err = manager_integration_set_active(cli->manager, cli_arg(cli, 0),
                                                  active, e);
    if (err == ERR_OK)
        err = outcomes_follow(cli, e);
    if (err == ERR_OK)
        cli_say(cli, "%s: %s (queued for its runtimes)", cli_arg(cli, 0),
                active ? "offered to new customers"
                       : "no longer offered to new customers");
    return err;
}

enum err
cmd_integration_close(struct cli *cli, struct error *e)
{
    return set_active(cli, false, e);
}

enum err
cmd_integration_open(struct cli *cli, struct error *e)
{
    return set_active(cli, true, e);
}

enum err
cmd_integration_four_eyes(struct cli *cli, struct error *e)
{
    const char *word = cli_arg(cli, 1);
    bool on = strcmp(word, "on") == 0;
    if (!on && strcmp(word, "off") != 0)
        return error_set(e, ERR_USAGE, "%s: say on or off", word);
    enum err err =
        manager_integration_set_four_eyes(cli->manager, cli_arg(cli, 0), on, e);
    if (err == ERR_OK)
        cli_say(cli, "%s: four eyes %s", cli_arg(cli, 0), word);
    return err;
}
