/* tailor installation …: who has installed what, and what is live there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "store/console.h"

enum { LIMIT_MAX = 1000 };

static const struct cli_column columns[] = {{"CUSTOMER", "customer"},
                                            {"USERNAME", "username"},
                                            {"INTEGRATION", "integration"},
                                            {"LIVE", "live"},
                                            {"OWN", "own"},
                                            {"DRAFTS", "drafts"},
                                            {"STATUS", "status"},
                                            {"ID", "installationId"},
                                            {NULL, NULL}};

static enum err
read_filter(const struct cli *cli, struct installation_filter *f,
            struct error *e)
{
    static const char *const sorts[] = {"customer", "integration", "status",
                                        "changed"};
    const char *sort = cli_option(cli, "sort");
    *f = (struct installation_filter){.text = cli_option(cli, "filter"),
                                      .integration =
                                          cli_option(cli, "integration"),
                                      .states = cli_option(cli, "state"),
                                      .behind = cli_has(cli, "behind")};
    for (int i = 0; sort && i < 4; i++) {
        if (strcmp(sort, sorts[i]) == 0) {
            f->sort = (enum installation_sort)i;
            return ERR_OK;
        }
    }
    if (sort)
        return error_set(e, ERR_USAGE,
                         "--sort %s: not a column to sort by (customer, "
                         "integration, status or changed)",
                         sort);
    return ERR_OK;
}

/* Fills ROWS; *NEXT receives the cursor of what follows, NULL: nothing does. */
static enum err
read_rows(struct cli *cli, const struct installation_filter *filter,
          size_t limit, struct value *rows, char **next, struct error *e)
{
    struct installation_list list;
    const char *after = cli_option(cli, "after");
    enum err err = manager_installation_list(cli->manager, filter, after,
                                             (int)limit, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, row_installation(&list.rows[i]));
    *next = err == ERR_OK ? mem_strdup(list.next) : NULL;
    installation_list_clear(&list);
    return err;
}

enum err
cmd_installation_list(struct cli *cli, struct error *e)
{
    struct installation_filter filter;
    long long limit = 0;
    char *next = NULL;
    enum err err = read_filter(cli, &filter, e);
    if (err == ERR_OK)
        err = cli_option_number(cli, "limit", 1, 100, &limit, e);
    if (err != ERR_OK)
        return err;
    struct value *rows = value_array();
    struct value *more = value_object();
    err =
        read_rows(cli, &filter, (size_t)(limit > LIMIT_MAX ? LIMIT_MAX : limit),
                  rows, &next, e);
    value_set_text(more, "next", next);
    if (err == ERR_OK) {
        cli_print_page(cli, rows, more, columns, "no installations");
        if (next)
            cli_say(cli, "… more: --after %s", next);
    } else {
        value_free(rows);
        value_free(more);
    }
    free(next);
    return err;
}

static struct value *
installed_workflows(struct cli *cli, const char *name, enum err *rc,
                    struct error *e)
{
    struct installed_workflow_list list;
    struct value *rows = value_array();
    *rc = manager_installation_workflows(cli->manager, name, &list, e);
    for (size_t i = 0; *rc == ERR_OK && i < list.count; i++)
        value_append(rows, row_installed_workflow(&list.rows[i]));
    installed_workflow_list_clear(&list);
    return rows;
}

/* "netsuite refused; http suspect", NULL where every app works. */
static void
set_trouble(struct value *v)
{
    struct value *apps = value_detach(v, "credentials");
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; value_is(apps, VALUE_OBJECT) && i < value_size(apps);
         i++)
        buf_addf(&text, "%s%s %s", i ? "; " : "", value_key(apps, i, NULL),
                 value_text_or(value_get(value_at(apps, i), "state"), ""));
    if (text.len)
        value_set_text(v, "credentials", buf_str(&text));
    if (!value_get_text(v, "userDeletedAt"))
        value_remove(v, "userDeletedAt");
    if (!value_get_text(v, "missingSince"))
        value_remove(v, "missingSince");
    buf_clear(&text);
    value_free(apps);
}

static void
print_installation(struct cli *cli, struct value *v, struct value *workflows)
{
    static const struct cli_column shown[] = {{"customer", "customer"},
                                              {"username", "username"},
                                              {"integration", "integration"},
                                              {"runtime", "runtime"},
                                              {"environment", "environment"},
                                              {"state", "state"},
                                              {"status", "status"},
                                              {"pending", "pending"},
                                              {"credentials", "credentials"},
                                              {"deleted", "userDeletedAt"},
                                              {"missing since", "missingSince"},
                                              {"as of", "asOf"},
                                              {"id", "installationId"},
                                              {NULL, NULL}};
    static const struct cli_column each[] = {
        {"WORKFLOW", "workflow"},   {"LIVE", "live"},
        {"RELEASING", "releasing"}, {"AWAITING", "awaiting"},
        {"NEWEST BASE", "newest"},  {"ACTIVE", "active"},
        {"PENDING", "pending"},     {"TURNED", "turned"},
        {"TO DO", "todo"},          {NULL, NULL}};
    if (cli->json) {
        value_set(v, "workflowList", workflows);
        cli_print_json(cli, v);
        return;
    }
    set_trouble(v);
    cli_print_object(cli, v, shown);
    cli_say(cli, "%s", "");
    cli_print_list(cli, workflows, each, "no workflows");
}

/* The apps that the installation's user connected, by the runtime's word. */
enum err
cmd_credential_list(struct cli *cli, struct error *e)
{
    static const struct cli_column each[] = {
        {"APP", "app"},       {"STATE", "state"},     {"SINCE", "since"},
        {"SCOPES", "scopes"}, {"MESSAGE", "message"}, {NULL, NULL}};
    struct installation_list list;
    struct value *rows = value_array(), *connected = NULL, *trouble = NULL;
    enum err err =
        manager_installation_show(cli->manager, cli_arg(cli, 0), &list, e);
    if (err == ERR_OK) {
        struct value *v = row_installation(&list.rows[0]);
        connected = value_detach(v, "connected");
        trouble = value_detach(v, "credentials");
        value_free(v);
    }
    installation_list_clear(&list);
    if (connected && !value_is(connected, VALUE_NULL) &&
        !value_is(connected, VALUE_OBJECT))
        err = error_set(e, ERR_DAMAGED,
                        "%s: the store's list of its apps is damaged (restore "
                        "a backup)",
                        cli_arg(cli, 0));
    for (size_t i = 0; err == ERR_OK && i < value_size(connected); i++) {
        struct value *row = value_object();
        const char *app = value_key(connected, i, NULL);
        const struct value *bad = value_get(trouble, app);
        const char *state = value_get_text(bad, "state");
        value_set_text(row, "app", app);
        value_set_text(row, "state", state ? state : "ok");
        row_set_time(row, "since", value_int_or(value_get(bad, "at"), 0));
        value_set(row, "scopes", value_copy(value_at(connected, i)));
        value_set_text(row, "message", value_get_text(bad, "message"));
        value_append(rows, row);
    }
    value_free(trouble);
    value_free(connected);
    if (err == ERR_OK)
        cli_print_list(cli, rows, each, "no app is connected");
    else
        value_free(rows);
    return err;
}

enum err
cmd_installation_show(struct cli *cli, struct error *e)
{
    struct installation_list list;
    struct value *v = NULL;
    enum err err =
        manager_installation_show(cli->manager, cli_arg(cli, 0), &list, e);
    if (err == ERR_OK)
        v = row_installation(&list.rows[0]);
    installation_list_clear(&list);
    if (err != ERR_OK)
        return err;
    struct value *workflows =
        installed_workflows(cli, cli_arg(cli, 0), &err, e);
    if (err == ERR_OK) {
        print_installation(cli, v, workflows);
    } else {
        value_free(v);
        value_free(workflows);
    }
    return err;
}
