/* tailor whoami: who works here, and what they may do. */
#include "cli/frame/commands.h"
#include "store/console.h"

enum err
cmd_whoami(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"you are", "name"},       {"role", "role"},
        {"sees payloads", "payloads"}, {"may change", "changes"},
        {"through SSH", "remote"}, {"store", "store"},
        {NULL, NULL}};
    (void)e;
    struct value *v = value_object();
    value_set_text(v, "name", manager_actor(cli->manager));
    value_set_text(v, "role", role_word(manager_role(cli->manager)));
    value_set_bool(v, "payloads",
                   manager_may_see_payloads(cli->manager, NULL) == ERR_OK);
    /* A session opens the store for reading where the command only reads. */
    value_set_bool(v, "changes", manager_role(cli->manager) > ROLE_AUDITOR &&
                                     (cli->remote || !cli->read_only));
    value_set_bool(v, "remote", cli->remote);
    value_set_text(v, "store", cli->store);
    cli_print_object(cli, v, columns);
    return ERR_OK;
}
