/* tailor access …: who may come in, and with which role. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/rows.h"

enum { KEY_MAX = 16384 };

static enum err
parse_role(const char *word, enum role *role, struct error *e)
{
    *role = role_of_word(word);
    if (*role == ROLE_NONE)
        return error_set(e, ERR_USAGE,
                         "--role %s: no such role (auditor, engineer, "
                         "releaser or admin)",
                         word);
    return ERR_OK;
}

enum err
cmd_access_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"NAME", "name"},     {"ROLE", "role"},  {"PAYLOADS", "payloads"},
        {"ADDED", "addedAt"}, {"BY", "addedBy"}, {NULL, NULL}};
    struct access_list list;
    struct value *rows = value_array();
    enum err rc = manager_access_list(cli->manager, &list, e);
    for (size_t i = 0; rc == ERR_OK && i < list.count; i++)
        value_append(rows, row_access(&list.rows[i]));
    access_list_clear(&list);
    if (rc != ERR_OK) {
        value_free(rows);
        return rc;
    }
    cli_print_list(cli, rows, columns, "nobody may come in");
    return ERR_OK;
}

/* The key line of FILE without its line end; the caller frees it. */
static enum err
read_key(const char *file, char **key, struct error *e)
{
    size_t len = 0;
    enum err rc = cli_read_file(file, KEY_MAX, key, &len, e);
    while (rc == ERR_OK && len > 0 && isspace((unsigned char)(*key)[len - 1]))
        (*key)[--len] = '\0';
    return rc;
}

enum err
cmd_access_add(struct cli *cli, struct error *e)
{
    enum role role;
    char *key = NULL;
    enum err rc = parse_role(cli_option(cli, "role"), &role, e);
    if (rc == ERR_OK && cli_option(cli, "key"))
        rc = read_key(cli_option(cli, "key"), &key, e);
    if (rc == ERR_OK)
        rc = manager_access_add(cli->manager, cli_arg(cli, 0), role, key,
                                cli_has(cli, "no-payloads"), e);
    free(key);
    if (rc == ERR_OK)
        cli_say(cli, "%s: %s", cli_arg(cli, 0), role_word(role));
    return rc;
}

enum err
cmd_access_remove(struct cli *cli, struct error *e)
{
    enum err rc = manager_access_remove(cli->manager, cli_arg(cli, 0), e);
    if (rc == ERR_OK)
        cli_say(cli, "%s: may come in no longer", cli_arg(cli, 0));
    return rc;
}
