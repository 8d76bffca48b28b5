/* tailor help: the table of commands. */
#include <stdio.h>

#include "base/text.h"
#include "cli/frame/commands.h"

/* What the usage lines take for granted. */
static const char conventions[] =
    "\n"
    "I is an installation: USERNAME/INTEGRATION. V is a version: "
    "WORKFLOW:v3,\n"
    "I/WORKFLOW:v3.1 or an id; D is the id of a draft, B a block's name.\n"
    "FILE may be - (standard input or output).\n"
    "\n"
    "Anywhere on a line: --store FILE (else ~/.local/state/tailor/store.db),\n"
    "--read-only, --json, --quiet, --yes. Without a command tailor is the\n"
    "console: [--thin] for a slow line, [--ascii] without other signs.\n";

/* The commands of NOUN (NULL: all) as rows. */
static struct value *
command_rows(const char *noun)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        if (noun && !text_equal(noun, c->noun))
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
    struct buf out;
    const char *noun = cli_arg(cli, 0);
    buf_init(&out, 1 << 20);
    cli_usage(&out, noun);
    if (out.len == 0) {
        buf_clear(&out);
        return error_set(e, ERR_NOT_FOUND,
                         "%s: no such command (tailor help tells all)", noun);
    }
    if (cli->json)
        cli_print_list(cli, command_rows(noun), NULL, "");
    else
        printf("%s%s", buf_str(&out), conventions);
    buf_clear(&out);
    return ERR_OK;
}
