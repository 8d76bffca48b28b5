/* tailor store …: the store file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "remote/lock.h"

enum { FOLLOWER_ENDS_MS = 10000 };

/* Makes the folders above PATH, for the account alone. */
static enum err
make_folders(const char *path, struct error *e)
{
    enum err err = ERR_OK;
    char *copy = mem_strdup(path);
    for (char *s = copy + 1; err == ERR_OK && *s; s++) {
        if (*s != '/')
            continue;
        *s = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST)
            err = error_errno(e, ERR_IO, copy);
        *s = '/';
    }
    free(copy);
    return err;
}

enum err
cmd_store_init(struct cli *cli, struct error *e)
{
    enum err err = make_folders(cli->store, e);
    if (err == ERR_OK)
        err = manager_store_init(cli->store, cli->actor, NULL, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "store", cli->store);
    value_set_text(v, "admin", cli->actor);
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}

enum err
cmd_store_check(struct cli *cli, struct error *e)
{
    struct buf report;
    buf_init_any(&report);
    enum err err = manager_store_check(cli->manager, &report, e);
    if (cli->json) {
        struct value *v = value_object();
        value_set_bool(v, "good", err == ERR_OK);
        value_set_bool(v, "complete",
                       manager_may_see_payloads(cli->manager, NULL) == ERR_OK);
        value_set_text(v, "report", buf_str(&report));
        cli_print_json(cli, v);
    } else if (!cli->quiet) {
        fputs(buf_str(&report), stdout);
    }
    buf_clear(&report);
    return err;
}

enum err
cmd_store_upgrade(struct cli *cli, struct error *e)
{
    const struct manager_session session = {.actor = cli->actor,
                                            .upgrade = true};
    enum err err = manager_open(&cli->manager, cli->store, &session, e);
    if (err == ERR_OK)
        cli_say(cli, "%s: has the current format", cli->store);
    return err;
}

enum err
cmd_store_reindex(struct cli *cli, struct error *e)
{
    enum err err = manager_store_reindex(cli->manager, e);
    if (err == ERR_OK)
        cli_say(cli, "Search indexes built again.");
    return err;
}

enum err
cmd_store_backup(struct cli *cli, struct error *e)
{
    if (strcmp(cli_arg(cli, 0), "-") == 0)
        return error_set(e, ERR_USAGE,
                         "-: a copy is made in a file, not on standard output "
                         "(name a file)");
    enum err err = manager_store_backup(cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK)
        cli_say(cli, "%s: written", cli_arg(cli, 0));
    return err;
}

/* Names what another program changed in the copy, which is refused without its
 * option. */
static enum err
tell_altered(struct cli *cli, const char *from,
             const struct store_comparison *c, struct error *e)
{
    if (!c->is_altered)
        return ERR_OK;
    cli_warn("%s: this copy is not what its audit says:", from);
    for (const char *line = buf_str(&c->report); *line;) {
        size_t n = strcspn(line, "\n");
        cli_warn("%.*s", (int)n, line);
        line += n + (line[n] != '\0');
    }
    if (cli_has(cli, "altered-copy"))
        return ERR_OK;
    return error_set(e, ERR_CHOICE,
                     "%s: another program changed this copy: nothing was "
                     "replaced (name another copy; --altered-copy restores "
                     "this one as it is)",
                     from);
}

/* Says what the copy changes in who may do what; that of another store is
 * refused without its option. */
static enum err
tell_restore(struct cli *cli, const char *from, struct store_comparison *c,
             struct error *e)
{
    enum err err = manager_store_compare(cli->store, from, c, e);
    if (err == ERR_OK && c->is_another && !cli_has(cli, "another-store"))
        err = error_set(e, ERR_CHOICE,
                        "%s: a copy of another store (%s), whose people, "
                        "runtimes and audit would replace those of this one "
                        "(--another-store does it)",
                        from, c->id);
    if (err == ERR_OK)
        err = tell_altered(cli, from, c, e);
    if (err == ERR_OK && !c->compared)
        cli_warn("%s: cannot be read, so its people are not compared with "
                 "those of the copy (tailor access list shows them)",
                 cli->store);
    if (err == ERR_OK && c->people.len > 0)
        cli_warn("with the copy: %s", buf_str(&c->people));
    return err;
}

static void
say_restored(struct cli *cli, const char *from,
             const struct store_comparison *c)
{
    struct value *v;
    cli_say(cli, "%s: restored from %s", cli->store, from);
    if (!cli->json)
        return;
    v = value_object();
    value_set_text(v, "store", cli->store);
    value_set_text(v, "from", from);
    value_set_bool(v, "compared", c->compared);
    value_set_bool(v, "altered", c->is_altered);
    value_set(v, "people", value_copy(c->roles));
    cli_print_json(cli, v);
}

static enum err
restore_store(struct cli *cli, const char *from,
              const struct store_comparison *c, struct error *e)
{
    const struct manager_session session = {.actor = cli->actor};
    long follower = sync_holder(cli->store);
    enum err err = manager_store_restore(cli->store, from, &session, c, e);
    if (err != ERR_OK)
        return err;
    say_restored(cli, from, c);
    return sync_wait_for_end(cli->store, follower, FOLLOWER_ENDS_MS, e);
}

enum err
cmd_store_restore(struct cli *cli, struct error *e)
{
    const char *from = cli_arg(cli, 0);
    struct store_comparison c;
    enum err err = tell_restore(cli, from, &c, e);
    if (err == ERR_OK &&
        !cli_confirm(cli, "Replace the store with the copy", "restore", e))
        err = e->code;
    if (err == ERR_OK)
        err = restore_store(cli, from, &c, e);
    store_comparison_clear(&c);
    return err;
}

enum err
cmd_store_info(struct cli *cli, struct error *e)
{
    struct store_info info;
    enum err err = manager_store_info(cli->manager, &info, e);
    if (err != ERR_OK)
        return err;
    for (char *s = info.settings; (s = strchr(s, '\n')) != NULL; s++)
        *s = s[1] ? ',' : '\0';
    struct value *v = value_object();
    value_set_text(v, "path", info.path);
    value_set_text(v, "storeId", info.id);
    value_set_int(v, "format", info.schema_version);
    value_set_int(v, "bytes", info.bytes);
    value_set_int(v, "integrations", info.integrations);
    value_set_int(v, "workflows", info.workflows);
    value_set_int(v, "versions", info.versions);
    value_set_int(v, "openDrafts", info.open_drafts);
    value_set_int(v, "documents", info.documents);
    value_set_int(v, "installations", info.installations);
    value_set_int(v, "runtimes", info.runtimes);
    value_set_int(v, "outboxWaiting", info.outbox_waiting);
    value_set_int(v, "auditRecords", info.audit_records);
    value_set_text(v, "auditHead", info.audit_head);
    value_set_text(v, "settings", info.settings);
    cli_print_object(cli, v, NULL);
    return ERR_OK;
}
