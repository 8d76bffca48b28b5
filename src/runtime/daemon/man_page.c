/* Writes doc/tailord.8 from the table of commands. */
#include <stdio.h>

#include "base/roff.h"
#include "runtime/daemon/command.h"

static const char *const head =
    ".\\\" Made by man-page-tailord from the table of commands: do not "
    "edit.\n"
    ".TH TAILORD 8 \"\" tailor \"System administration\"\n"
    ".SH NAME\n"
    "tailord \\- host installations of integrations and run their workflows\n"
    ".SH SYNOPSIS\n"
    ".B tailord\n\\-\\-config FILE\n.br\n"
    ".B tailord\n\\-\\-state DIR \\-\\-listen ADDR:PORT \\-\\-certificate FILE "
    "\\-\\-key FILE [\\-\\-public\\-url URL] [\\-\\-allow\\-loopback "
    "CA\\-FILE]\n.br\n"
    ".B tailord init\n\\-\\-state DIR [\\-\\-environment ENVIRONMENT]\n.br\n"
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
    ".SH OPTIONS\n";

static void
add_globals(struct buf *out, const struct command_table *t)
{
    static const char *const helps[] = {
#define G(id, name, value, help) help,
#include "runtime/daemon/globals.def"
#undef G
    };
    for (size_t i = 0; i < t->global_count; i++)
        roff_command(out, t->globals[i].name,
                     t->globals[i].value ? t->globals[i].value : "", helps[i]);
}

int
main(void)
{
    struct buf out;
    buf_init_any(&out);
    const struct command_table t = daemon_table();
    buf_adds(&out, head);
    add_globals(&out, &t);
    buf_adds(&out, ".SH COMMANDS\n");
    command_page(&t, &out);
    command_page_exits(&out);
    buf_adds(&out, ".SH SEE ALSO\n.BR tailor (1)\n");
    fputs(buf_str(&out), stdout);
    buf_clear(&out);
    return 0;
}
