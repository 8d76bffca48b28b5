/* tailor workflow … and tailor connector …: the rest of the catalogue. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command/rows.h"
#include "cli/frame/commands.h"

enum { FILE_MAX = 16 << 20 };

static const struct cli_column columns[] = {
    {"WORKFLOW", "key"},  {"INTEGRATION", "integration"},
    {"NAME", "name"},     {"VERSION", "version"},
    {"DRAFTS", "drafts"}, {"INSTALLED", "installed"},
    {"FORKED", "forked"}, {"ID", "workflowId"},
    {NULL, NULL}};

static enum err
print_workflows(struct cli *cli, enum err err, struct workflow_list *list)
{
    struct value *rows = value_array();
    for (size_t i = 0; err == ERR_OK && i < list->count; i++)
        value_append(rows, row_workflow(&list->rows[i]));
    workflow_list_clear(list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "no workflows");
    else
        value_free(rows);
    return err;
}

enum err
cmd_workflow_list(struct cli *cli, struct error *e)
{
    struct workflow_list list;
    enum err err =
        manager_workflow_list(cli->manager, cli_arg(cli, 0), &list, e);
    return print_workflows(cli, err, &list);
}

enum err
cmd_workflow_show(struct cli *cli, struct error *e)
{
    struct workflow_list list;
    struct value *v = NULL;
    enum err err =
        manager_workflow_show(cli->manager, cli_arg(cli, 0), &list, e);
    if (err == ERR_OK)
        v = row_workflow(&list.rows[0]);
    workflow_list_clear(&list);
    if (err == ERR_OK)
        cli_print_object(cli, v, NULL);
    return err;
}

enum err
cmd_workflow_new(struct cli *cli, struct error *e)
{
    char id[IDENT_SIZE];
    enum err err =
        manager_workflow_new(cli->manager, cli_arg(cli, 0), cli_arg(cli, 1),
                             cli_option(cli, "name"), id, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "workflowId", id);
    value_set_text(v, "key", cli_arg(cli, 1));
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}

enum err
cmd_connector_list(struct cli *cli, struct error *e)
{
    static const struct cli_column shown[] = {
        {"APP", "app"},    {"VERIFIED", "verified"}, {"ADDED", "addedAt"},
        {"BY", "addedBy"}, {"HASH", "hash"},         {NULL, NULL}};
    struct connector_list list;
    struct value *rows = value_array();
    enum err err = manager_connector_list(cli->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, row_connector(&list.rows[i]));
    connector_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, shown,
                       "no connectors (add one: tailor connector add FILE)");
    else
        value_free(rows);
    return err;
}

enum err
cmd_connector_show(struct cli *cli, struct error *e)
{
    struct buf out;
    struct value *v = NULL;
    buf_init_any(&out);
    enum err err =
        manager_connector_document(cli->manager, cli_arg(cli, 0), &out, e);
    if (err == ERR_OK)
        err = value_read(&v, buf_str(&out), out.len, &value_limits_document,
                         cli_arg(cli, 0), e);
    if (err == ERR_OK)
        cli_print_json(cli, v);
    buf_clear(&out);
    return err;
}

enum err
cmd_connector_add(struct cli *cli, struct error *e)
{
    char *text = NULL;
    char hash[65];
    size_t len = 0;
    enum err err = cli_read_file(cli_arg(cli, 0), FILE_MAX, &text, &len, e);
    if (err == ERR_OK)
        err = manager_connector_add(cli->manager, text, len, cli_arg(cli, 0),
                                    hash, e);
    free(text);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "hash", hash);
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}
