/* tailor access …: who may come in, and with which role. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/rows.h"
#include "cli/frame/commands.h"

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
    enum err err = manager_access_list(cli->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        const struct access_row *r = &list.rows[i];
        value_append(rows, row_access(r));
        if (r->same_key_as)
            cli_warn("%s: has the same key as %s (tailor access add %s --role "
                     "%s --key FILE)",
                     r->name, r->same_key_as, r->name, role_word(r->role));
    }
    access_list_clear(&list);
    if (err != ERR_OK) {
        value_free(rows);
        return err;
    }
    cli_print_list(cli, rows, columns, "nobody may come in");
    return ERR_OK;
}

/* The key line of FILE without its line end; the caller frees it. */
static enum err
read_key(const char *file, char **key, struct error *e)
{
    size_t len = 0;
    enum err err = cli_read_file(file, KEY_MAX, key, &len, e);
    while (err == ERR_OK && len > 0 && isspace((unsigned char)(*key)[len - 1]))
        (*key)[--len] = '\0';
    return err;
}

/* What --payloads and --no-payloads say. */
static enum err
parse_payloads(struct cli *cli, enum payloads *payloads, struct error *e)
{
    bool open = cli_has(cli, "payloads"), closed = cli_has(cli, "no-payloads");
    *payloads = open     ? PAYLOADS_OPEN
                : closed ? PAYLOADS_CLOSED
                         : PAYLOADS_AS_IS;
    if (open && closed)
        return error_set(e, ERR_USAGE,
                         "--payloads and --no-payloads: the one excludes the "
                         "other (leave one out)");
    return ERR_OK;
}

enum err
cmd_access_add(struct cli *cli, struct error *e)
{
    enum role role;
    enum payloads payloads;
    bool open = false;
    char *key = NULL;
    enum err err = parse_role(cli_option(cli, "role"), &role, e);
    if (err == ERR_OK)
        err = parse_payloads(cli, &payloads, e);
    if (err == ERR_OK && cli_option(cli, "key"))
        err = read_key(cli_option(cli, "key"), &key, e);
    if (err == ERR_OK)
        err = manager_access_add(cli->manager, cli_arg(cli, 0), role, key,
                                 payloads, &open, e);
    free(key);
    if (err == ERR_OK)
        cli_say(cli, "%s: %s, %s see what customers sent", cli_arg(cli, 0),
                role_word(role), open ? "may" : "may not");
    return err;
}

enum err
cmd_access_remove(struct cli *cli, struct error *e)
{
    enum err err = manager_access_remove(cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK)
        cli_say(cli, "%s: access revoked", cli_arg(cli, 0));
    return err;
}

/* --- authorized_keys ------------------------------------------------------ */
/* True where S stands in a forced command as it is: the shell of the account
 * reads it. */
static bool
is_plain(const char *s, size_t n)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789._/+-";
    return n > 0 && *s != '-' && strspn(s, plain) >= n;
}

/* Appends type and body of the key line KEY, without options and comment;
 * false where they are not plain. */
static bool
add_key(struct buf *out, const char *key)
{
    size_t type = strcspn(key, " ");
    const char *body = key + type + (key[type] == ' ');
    size_t n = strcspn(body, " =");
    size_t pad = strspn(body + n, "=");
    bool ends = body[n + pad] == ' ' || body[n + pad] == '\0';
    /* sk-ssh-ed25519@openssh.com */
    bool known =
        type > 0 && strncmp(key, "sk-", 3) == 0
            ? strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789@.-") >= type
            : is_plain(key, type);
    if (!known || !is_plain(body, n) || !ends || pad > 2)
        return false;
    buf_addf(out, "%.*s %.*s", (int)type, key, (int)(n + pad), body);
    return true;
}

/* Appends the line of R, or says why it has none. STORE is NULL where it is
 * the account's usual one. */
static void
add_line(struct buf *out, const struct access_row *r, const char *program,
         const char *store)
{
    size_t start = out->len;
    if (!r->key)
        return;
    buf_addf(out, "restrict,pty,command=\"%s", program);
    if (store)
        buf_addf(out, " --store %s", store);
    buf_addf(out, " session %s\" ", r->name);
    if (is_plain(r->name, strlen(r->name)) && add_key(out, r->key)) {
        buf_addf(out, " %s\n", r->name);
        return;
    }
    buf_truncate(out, start);
    cli_warn("%s: the key or the name cannot stand in authorized_keys: left "
             "out (add it again: tailor access add)",
             r->name);
}

enum err
cmd_access_authorized_keys(struct cli *cli, struct error *e)
{
    struct access_list list;
    struct buf out;
    const char *program = cli_option(cli, "program");
    bool own_store = !cli->usual_store;
    /* The forced command runs in the account's home, not here. */
    char *store = realpath(cli->store, NULL);
    if (!store)
        return error_errno(e, ERR_IO, cli->store);
    program = program ? program : "tailor";
    if (!is_plain(program, strlen(program)) ||
        (own_store && !is_plain(store, strlen(store)))) {
        free(store);
        return error_set(e, ERR_INVALID,
                         "authorized_keys: a path with other signs than "
                         "letters, digits and ./+-_ cannot stand there "
                         "(move it)");
    }
    buf_init_any(&out);
    enum err err = manager_access_list(cli->manager, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        add_line(&out, &list.rows[i], program, own_store ? store : NULL);
    access_list_clear(&list);
    if (err == ERR_OK && cli->json) {
        struct value *v = value_object();
        value_set_text(v, "authorizedKeys", buf_str(&out));
        cli_print_json(cli, v);
    } else if (err == ERR_OK) {
        fwrite(buf_str(&out), 1, out.len, stdout);
        cli->answered = true;
    }
    buf_clear(&out);
    free(store);
    return err;
}
