/* tailor help and tailor version: what there is. */
#include <stdio.h>

#include "cli/commands.h"

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
                         "%s: no such command (try tailor help)", noun);
    }
    fputs(buf_str(&out), stdout);
    buf_clear(&out);
    return ERR_OK;
}
