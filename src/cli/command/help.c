/* tailor help, tailor completion: the table of commands. */
#include <stdio.h>

#include "base/text.h"
#include "cli/frame/commands.h"

/* What the usage lines take for granted. */
static const char conventions[] =
    "\n"
    "INSTALLATION is USERNAME/INTEGRATION. VERSION is WORKFLOW:v3,\n"
    "INSTALLATION/WORKFLOW:v3.1 or an id. DRAFT is the id of a draft, or\n"
    "INSTALLATION/WORKFLOW if one draft is open there. BLOCK is a block's "
    "name.\n"
    "FILE may be - (standard input or output).\n"
    "\n"
    "Anywhere on a line: --store FILE (else ~/.local/state/tailor/store.db),\n"
    "--read-only, --json, --quiet, --yes (-y), --help (-h). Without a\n"
    "command tailor is the console: [--thin] for a slow line, [--ascii]\n"
    "without other signs.\n";

/* The commands of NOUN and VERB (NULL: all) as rows. */
static struct value *
command_rows(const char *noun, const char *verb)
{
    const struct command_table t = cli_table();
    struct value *rows = value_array();
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        if (!command_shows(&t, c, noun, verb))
            continue;
        struct value *v = value_object();
        value_set_text(v, "noun", c->noun);
        value_set_text(v, "verb", c->verb);
        value_set_text(v, "usage", c->usage);
        value_set_text(v, "help", c->help);
        value_set_bool(v, "reads", (c->flags & CMD_READS) != 0);
        value_set_bool(v, "remote", (c->flags & CMD_REMOTE) != 0);
        value_append(rows, v);
    }
    return rows;
}

enum err
cmd_help(struct cli *cli, struct error *e)
{
    const struct command_table t = cli_table();
    struct buf out;
    const char *noun = cli_arg(cli, 0), *verb = cli_arg(cli, 1);
    buf_init_any(&out);
    command_usage(&t, &out, noun, verb);
    if (out.len == 0) {
        buf_clear(&out);
        return error_set(e, ERR_NOT_FOUND,
                         "%s%s%s: no such command (tailor help tells all)",
                         noun, verb ? " " : "", verb ? verb : "");
    }
    if (cli->json)
        cli_print_list(cli, command_rows(noun, verb), NULL, "");
    else
        printf("%s%s", buf_str(&out), conventions);
    buf_clear(&out);
    return ERR_OK;
}

enum err
cmd_completion(struct cli *cli, struct error *e)
{
    const struct command_table t = cli_table();
    struct buf out;
    buf_init_any(&out);
    enum err err = command_completion(&t, cli_arg(cli, 0), &out, e);
    if (err == ERR_OK) {
        fwrite(buf_str(&out), 1, out.len, stdout);
        cli->answered = true;
    }
    buf_clear(&out);
    return err;
}
