/* The commands of users. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/command/outcome.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/exchange/lost.h"
#include "manager/exchange/runtime.h"

enum err
cmd_user_add(struct cli *cli, struct error *e)
{
    char key[IDENT_SIZE];
    enum err err =
        manager_user_add(cli->manager, cli_arg(cli, 0), cli_option(cli, "name"),
                         cli_option(cli, "runtime"), key, e);
    return err == ERR_OK ? outcome_deliver_one(cli, key, NULL, e) : err;
}

enum err
cmd_user_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"USERNAME", "username"}, {"NAME", "fullName"},
        {"RUNTIME", "runtime"},   {"ENVIRONMENT", "environment"},
        {"DELETED", "deletedAt"}, {"MISSING", "missingSince"},
        {"ID", "userId"},         {NULL, NULL}};
    struct user_list list = {.count = 0};
    long long limit = 0;
    struct value *rows = value_array(), *more = value_object();
    enum err err = cli_option_number(cli, "limit", 1, 100, &limit, e);
    if (err == ERR_OK)
        err = manager_user_list(cli->manager, cli_option(cli, "after"),
                                (int)(limit > 1000 ? 1000 : limit), &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        struct value *v = value_object();
        value_set_text(v, "userId", list.rows[i].id);
        value_set_text(v, "username", list.rows[i].username);
        value_set_text(v, "fullName", list.rows[i].full_name);
        value_set_text(v, "runtime", list.rows[i].runtime);
        value_set_text(v, "environment", list.rows[i].environment);
        row_set_time(v, "deletedAt", list.rows[i].deleted_at);
        row_set_time(v, "missingSince", list.rows[i].missing_since);
        value_append(rows, v);
    }
    if (err == ERR_OK && list.count == (size_t)limit)
        value_set_text(more, "next", list.rows[list.count - 1].username);
    user_list_clear(&list);
    if (err == ERR_OK) {
        cli_print_page(cli, rows, more, columns, "no users yet");
    } else {
        value_free(rows);
        value_free(more);
    }
    return err;
}

static char *
end_question(const struct lost_user *u)
{
    enum { NAMED = 20 };
    char *names = lost_requests_text(&u->requests, true, NAMED);
    char *name = text_name_dup(u->username);
    char *text = mem_printf(
        "Remove user %s in this store: runtime %s was restored and does not "
        "know "
        "the user. %zu missing installation%s with it. %s%s; versions, drafts "
        "and audit stay",
        name, u->runtime, u->installations,
        u->installations == 1 ? " ends" : "s end",
        u->requests.count ? "What is queued ends: " : "Nothing is queued",
        names);
    free(name);
    free(names);
    return text;
}

static enum err
confirm_end(struct cli *cli, const struct lost_user *u, struct error *e)
{
    char *question = end_question(u);
    enum err err =
        cli_confirm(cli, question, cli_arg(cli, 0), e) ? ERR_OK : e->code;
    free(question);
    return err;
}

enum err
cmd_user_remove(struct cli *cli, struct error *e)
{
    struct lost_user u = {.installations = 0};
    size_t ended = 0;
    enum err err = manager_may(cli->manager, ACTION_USER_REMOVE, e);
    if (err == ERR_OK)
        err = manager_lost_user(cli->manager, cli_arg(cli, 0),
                                cli_option(cli, "runtime"), &u, e);
    if (err == ERR_OK)
        err = confirm_end(cli, &u, e);
    if (err == ERR_OK)
        err = manager_user_end(cli->manager, u.id, &u, cli_option(cli, "note"),
                               &ended, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_text(v, "status", "deleted");
        value_set_int(v, "endedInstallations", (int64_t)u.installations);
        value_set_int(v, "endedRequests", (int64_t)ended);
        cli_print_object(cli, v, NULL);
    }
    lost_user_clear(&u);
    return err;
}
