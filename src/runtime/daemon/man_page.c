/* Writes doc/tailord.8 from the table of subcommands. */
#include <stdio.h>

#include "base/roff.h"
#include "runtime/daemon/command.h"

static const char *const head =
    ".\\\" Made by man-page-tailord from the table of subcommands: do not "
    "edit.\n"
    ".TH TAILORD 8 \"\" tailor \"System administration\"\n"
    ".SH NAME\n"
    "tailord \\- host installations of integrations and run their workflows\n"
    ".SH SYNOPSIS\n"
    ".B tailord\n\\-\\-config FILE\n.br\n"
    ".B tailord\n\\-\\-state DIR \\-\\-listen ADDR:PORT \\-\\-certificate FILE "
    "\\-\\-key FILE [\\-\\-public\\-url URL] [\\-\\-allow\\-loopback "
    "CA\\-FILE]\n.br\n"
    ".B tailord init\n\\-\\-state DIR [\\-\\-environment E]\n.br\n"
    ".B tailord\nCOMMAND [ARGUMENTS]\n.br\n"
    ".B tailord\n\\-\\-version\n"
    ".SH DESCRIPTION\n"
    "tailord is an HTTPS server: it keeps installations and their credentials, "
    "runs their workflows, and answers the backend of the vendor, the browsers "
    "of its customers and the consoles of its engineers. \\fBinit\\fR makes "
    "the state, a self\\-signed certificate for loopback and the tokens of "
    "the console. The other commands talk to the running tailord through the "
    "socket in its state folder, and open the store themselves only where "
    "none runs.\n"
    ".SH COMMANDS\n";

int
main(void)
{
    struct buf out;
    buf_init_any(&out);
    buf_adds(&out, head);
    for (size_t i = 0; i < commands_count; i++)
        roff_command(&out, commands[i].words, commands[i].usage,
                     commands[i].help);
    buf_adds(&out, ".SH SEE ALSO\n.BR tailor (1)\n");
    fputs(buf_str(&out), stdout);
    buf_clear(&out);
    return 0;
}
