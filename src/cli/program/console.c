/* tailor-console: the console, of the Unix account or of a session. It alone
 * links the terminal library. */
#include <stdlib.h>
#include <unistd.h>

#include "cli/frame/cli.h"
#include "fetch/ask.h"
#include "sandbox/sandbox.h"
#include "ui/screen/console.h"
#include "ui/term/term.h"

/* What the supervisor of a session starts, and nobody types. */
const struct command commands[] = {
    {"session", "", "NAME ID FETCH",
     "Open the console for the actor NAME, in the session ID of the audit; the "
     "descriptor FETCH (-1: none) leads to runtimes",
     CMD_READS}};

static enum err serve_session(struct cli *cli, struct error *e);

const struct cli_action cli_actions[] = {{serve_session, NULL}};

const size_t command_count = sizeof commands / sizeof commands[0];

struct value *
cli_own_libraries(void)
{
    struct value *v = value_object();
    value_set_text(v, "ncurses", term_library_version());
    return v;
}

enum err
cli_without_command(struct cli *cli, struct error *e)
{
    const struct console_options options = {.store = cli->store,
                                            .actor = cli->actor,
                                            .session = cli->session,
                                            .remote = cli->remote,
                                            .fetch = cli->fetch,
                                            .read_only = cli->read_only,
                                            .thin = cli->thin,
                                            .ascii = cli->ascii,
                                            .tour = cli->tour,
                                            .temporary = cli->temporary,
                                            .fresh = cli->fresh};
    enum err err;
    if (cli->json || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        err = error_set(e, ERR_USAGE,
                        "no command, and no terminal for the console (try "
                        "tailor help)");
    else
        err = console_main(&options, e);
    return err;
}

/* Gives up what a session does not need before it opens the store. */
static enum err
serve_session(struct cli *cli, struct error *e)
{
    const struct sandbox sandbox = {.kind = cli->read_only ? SANDBOX_READER
                                                           : SANDBOX_WRITER,
                                    .store = cli->store};
    enum err err = sandbox_enter(&sandbox, e);
    cli->actor = cli_arg(cli, 0);
    cli->session = cli_arg(cli, 1);
    cli->remote = true;
    int fetch = (int)strtol(cli_arg(cli, 2), NULL, 10);
    if (err == ERR_OK && fetch >= 0)
        cli->fetch = fetch_join(fetch);
    cli->own_fetch = cli->fetch != NULL;
    return err == ERR_OK ? cli_without_command(cli, e) : err;
}

int
main(int argc, char **argv)
{
    return cli_program(argc, argv);
}
