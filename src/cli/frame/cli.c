/* The dispatcher of the command line: global options, command, store, exit. */
#include "cli/frame/cli.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/program.h"
#include "base/text.h"
#include "cli/frame/old_names.h"
#include "command/environment.h"
#include "fetch/ask.h"
#include "helper/helper.h"
#include "mapping/formula/pattern.h"
#include "store/db.h"

/* With it a command only shows what it would do. */
#define DRY_RUN "--dry-run"

/* The global options; each may stand anywhere on the line. */
static const struct command_global globals[] = {
    {"--store", "FILE"},  {"--read-only", NULL}, {"--json", NULL},
    {"--quiet", NULL},    {"--yes", NULL},       {"-y", NULL},
    {"--thin", NULL},     {"--ascii", NULL},     {"--tour", NULL},
    {"--temporary", NULL}, {"--fresh", NULL}};

/* Where each is kept in struct cli; 0: takes a value. */
static const size_t flags[] = {0,
                               offsetof(struct cli, read_only),
                               offsetof(struct cli, json),
                               offsetof(struct cli, quiet),
                               offsetof(struct cli, yes),
                               offsetof(struct cli, yes),
                               offsetof(struct cli, thin),
                               offsetof(struct cli, ascii),
                               offsetof(struct cli, tour),
                               offsetof(struct cli, temporary),
                               offsetof(struct cli, fresh)};

struct command_table
cli_table(void)
{
    return (struct command_table){
        .program = "tailor",
        .rows = commands,
        .count = command_count,
        .globals = globals,
        .global_count = sizeof globals / sizeof *globals,
        .complete = "complete",
        .old_verb = old_verb,
        .old_option = old_option};
}

static void
take_global(void *context, size_t global, char *value)
{
    struct cli *cli = context;
    if (value)
        cli->store = value;
    else
        *(bool *)((char *)cli + flags[global]) = true;
}

int
cli_take_globals(struct cli *cli, int argc, char **argv, struct error *e)
{
    const struct command_table t = cli_table();
    return command_take_globals(&t, argc, argv, take_global, cli, e);
}

static enum err
may_open(const void *context, const char *file, struct error *e)
{
    return cli_may_open(context, file, e);
}

enum err
cli_parse(struct cli *cli, int argc, char **argv, struct error *e)
{
    const struct command_table t = cli_table();
    return command_parse(&t, &cli->line, argc, argv, may_open, cli, e);
}

static char *
default_store(void)
{
    const struct passwd *pw = getpwuid(geteuid());
    return mem_printf("%s/.local/state/tailor/store.db", pw ? pw->pw_dir : "");
}

static char *
unix_account(void)
{
    const struct passwd *pw = getpwuid(geteuid());
    return pw ? mem_strdup(pw->pw_name)
              : mem_printf("uid-%u", (unsigned)geteuid());
}

/* A command that was saved and then could not read it back has not failed: who
 * does it again would do it twice. */
static enum err
tell_saved(const struct cli *cli, enum err err, struct error *e)
{
    bool reading = err == ERR_IO || err == ERR_DAMAGED || err == ERR_BUSY;
    if (!reading || !(cli->line.command->flags & CMD_REMOTE) || !cli->manager ||
        !manager_has_changed(cli->manager))
        return err;
    error_prefix(e, "saved (look at it before you do it again), but what "
                    "followed failed");
    e->code = ERR_OUTCOME_UNKNOWN;
    return e->code;
}

enum err
cli_become(struct cli *cli, const char *program, struct error *e)
{
    size_t n = 0;
    while (cli->words[n])
        n++;
    char **argv = mem_array(n + 2, sizeof *argv);
    argv[0] = mem_strdup(program);
    memcpy(argv + 1, cli->words, n * sizeof *argv);
    enum err err = program_become(argv[0], argv, e);
    free(argv[0]);
    free(argv);
    return err;
}

/* Runs CLI->command with its store open where it needs one. */
static enum err
run_command(struct cli *cli, struct error *e)
{
    const struct command *c = cli->line.command;
    const struct cli_action *action = &cli_actions[c - commands];
    bool reads = (c->flags & CMD_READS) || cli_has(cli, DRY_RUN + 2);
    if (cli->read_only && !reads)
        return error_set(e, ERR_READ_ONLY,
                         "%s%s%s changes something: this is a read-only "
                         "session",
                         c->noun, *c->verb ? " " : "", c->verb);
    if (action->program)
        return cli_become(cli, action->program, e);
    if (c->flags & CMD_STORE) {
        const struct manager_session session = {.actor = cli->actor,
                                                .session = cli->session,
                                                .read_only =
                                                    cli->read_only || reads};
        enum err err = manager_open(&cli->manager, cli->store, &session, e);
        if (err != ERR_OK)
            return err;
    }
    return tell_saved(cli, action->run(cli, e), e);
}

#define SHOWN 8 /* candidates on stderr */

/* What a choice error leaves to choose from. */
static const char *const *
candidates_of(struct cli *cli)
{
    static const char *const none[] = {NULL};
    return cli->manager ? manager_candidates(cli->manager) : none;
}

/* What the command has to say beside its end; with EMPTY also what is empty. */
static void
add_more(const struct cli *cli, struct value *v, bool empty)
{
    for (size_t i = 0; i < value_size(cli->more); i++)
        if (empty || value_size(value_at(cli->more, i)))
            value_set(v, value_key(cli->more, i, NULL),
                      value_copy(value_at(cli->more, i)));
}

static struct value *
failure_json(struct cli *cli, const struct error *e, const char *message)
{
    const char *const *candidates = candidates_of(cli);
    struct value *v = value_object(), *list = value_array();
    value_set_text(v, "error", err_word(e->code));
    value_set_text(v, "message", message);
    for (size_t i = 0; candidates[i]; i++)
        value_append(list, value_string(candidates[i]));
    const struct command *c = cli->line.command;
    bool drafts = e->code == ERR_CHOICE && c && strcmp(c->noun, "draft") == 0;
    if (value_size(list) > 0)
        value_set(v, drafts ? "drafts" : "candidates", list);
    else
        value_free(list);
    add_more(cli, v, true);
    return v;
}

/* The error and what there is to choose from, on stderr and in the JSON. */
static void
print_failure(struct cli *cli, const struct error *e)
{
    const char *const *candidates = candidates_of(cli);
    struct buf message;
    buf_init(&message, 2000);
    cli_tell(e, &message);
    cli_warn("%s", buf_str(&message));
    for (size_t i = 0; candidates[i] && !cli->json && i <= SHOWN; i++)
        cli_warn("  %s", i < SHOWN ? candidates[i]
                                   : "and more (add --json to list them)");
    if (cli->json && !cli->answered)
        cli_print_json(cli, failure_json(cli, e, buf_str(&message)));
    buf_clear(&message);
}

/* With --json there is a value also where there is nothing to tell. */
static void
print_done(struct cli *cli)
{
    struct value *v = value_object();
    value_set_text(v, "status", "done");
    add_more(cli, v, false);
    cli_print_json(cli, v);
}

/* RC, or that the output of what went well could not be written. What was
 * changed is changed: who does it again would do it twice. */
static enum err
check_output(const struct cli *cli, enum err err, struct error *e)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (written || err != ERR_OK)
        return err;
    if (!cli->manager || !manager_has_changed(cli->manager))
        return error_errno(e, ERR_IO, "standard output");
    return error_set(e, ERR_OUTCOME_UNKNOWN,
                     "standard output: the change is saved, but the output "
                     "could not be written (do not do it again; look at it)");
}

static void
clear(struct cli *cli)
{
    manager_close(cli->manager);
    value_free(cli->more);
    if (cli->own_fetch)
        fetch_end(cli->fetch);
    if (cli->own_workbooks)
        helper_end(cli->workbooks);
    command_line_clear(&cli->line);
    free(cli->words);
}

/* Finds and runs the command that the words (globals taken out) name. */
static enum err
dispatch(struct cli *cli, int argc, char **argv, struct error *e)
{
    const struct command_table t = cli_table();
    int used = 0;
    enum err err = command_find(&t, argc, argv, &cli->line.command, &used, e);
    const struct command *c = cli->line.command;
    if (err == ERR_OK && cli->remote && !(c->flags & CMD_REMOTE))
        err = error_set(e, ERR_REFUSED,
                        "%s%s%s: not through an SSH session (ask the "
                        "administrator of this host)",
                        c->noun, *c->verb ? " " : "", c->verb);
    if (err == ERR_OK)
        err = cli_parse(cli, argc - used, argv + used, e);
    return err == ERR_OK ? run_command(cli, e) : err;
}

/* Tailor's version, and those of the libraries that it runs with. */
static enum err
print_version(struct cli *cli)
{
    char pcre2[PATTERN_VERSION_SIZE];
    struct value *v = value_object(), *libraries = cli_own_libraries();
    pattern_library_version(pcre2);
    value_set_text(libraries, "SQLite", db_library_version());
    value_set_text(libraries, "PCRE2", pcre2);
    value_set_text(v, "version", TAILOR_VERSION);
    value_set(v, "libraries", libraries);
    if (cli->json) {
        cli_print_json(cli, v);
        return ERR_OK;
    }
    puts("tailor " TAILOR_VERSION);
    for (size_t i = 0; i < value_size(libraries); i++)
        printf("%s %s\n", value_key(libraries, i, NULL),
               value_text_or(value_at(libraries, i), ""));
    value_free(v);
    return ERR_OK;
}

bool
cli_opens_console(int argc, char **argv)
{
    const struct command_table t = cli_table();
    struct cli cli = {.store = NULL};
    struct error e;
    char **words = mem_array((size_t)argc + 1, sizeof *words);
    memcpy(words, argv, (size_t)argc * sizeof *words);
    int left = command_take_globals(&t, argc, words, take_global, &cli, &e);
    free(words);
    return left == 0;
}

bool
cli_only_reads(int argc, char **argv)
{
    const struct command_table t = cli_table();
    struct cli cli = {.store = NULL};
    struct error e;
    int used = 0;
    bool reads = false;
    char **words = mem_array((size_t)argc + 1, sizeof *words);
    memcpy(words, argv, (size_t)argc * sizeof *words);
    int left = command_take_globals(&t, argc, words, take_global, &cli, &e);
    left = left > 0 ? command_read_help(&t, left, words) : left;
    if (left <= 0 ||
        command_find(&t, left, words, &cli.line.command, &used, &e))
        reads = true; /* it ends with a message */
    else
        reads = cli.line.command->flags & CMD_READS;
    for (int i = used; i < left && !reads && strcmp(words[i], "--") != 0; i++)
        reads = strcmp(words[i], DRY_RUN) == 0;
    free(words);
    return reads;
}

/* Who asks, and of which store; both are kept in the strings of OWN. */
static void
find_session(struct cli *cli, const struct cli_remote *remote, char *own[2])
{
    cli->remote = remote != NULL;
    cli->session = remote ? remote->session : NULL;
    cli->fetch = remote ? remote->fetch : NULL;
    cli->workbooks = remote ? remote->workbooks : NULL;
    cli->actor = remote ? remote->actor : (own[0] = unix_account());
    cli->usual_store = !cli->store;
    if (cli->usual_store)
        cli->store = own[1] = default_store();
}

int
cli_main(int argc, char **argv, const struct cli_remote *remote)
{
    const struct command_table t = cli_table();
    struct error e = {.code = ERR_OK};
    struct cli cli = {.store = NULL};
    char *own[2] = {NULL, NULL};
    enum err err = ERR_USAGE;
    cli.words = mem_array((size_t)argc + 1, sizeof *cli.words);
    memcpy(cli.words, argv, (size_t)argc * sizeof *argv);
    int left = command_take_globals(&t, argc, argv, take_global, &cli, &e);
    left = left > 0 ? command_read_help(&t, left, argv) : left;
    if (left == 1 && strcmp(argv[0], "--version") == 0) {
        err = print_version(&cli);
    } else if (left >= 0) {
        find_session(&cli, remote, own);
        err = left > 0 ? dispatch(&cli, left, argv, &e)
                       : cli_without_command(&cli, &e);
    }
    if (err == ERR_OK && cli.json && !cli.answered)
        print_done(&cli);
    err = check_output(&cli, err, &e);
    if (err != ERR_OK)
        print_failure(&cli, &e);
    clear(&cli);
    free(own[0]);
    free(own[1]);
    return err == ERR_OK ? cli.status : err_exit_code(err);
}

/* SSH_ORIGINAL_COMMAND is what `tailor session` runs; the TAILOR_TORTURE_
 * variables only make the program fail (tests). */
static const char *const kept[] = {
    "TERM",           "LANG",     "LC_ALL",        "LC_CTYPE",
    "LC_TIME",        "TZ",       "PATH",          "HOME",
    "NO_COLOR",       "ESCDELAY", "COLORTERM",     "SSH_ORIGINAL_COMMAND",
    "TMUX",           "STY",      "NOTIFY_SOCKET", "TAILOR_TORTURE_ALLOC",
};

int
cli_program(int argc, char **argv)
{
    process_hide_memory();
    environment_clean(kept, sizeof kept / sizeof *kept);
    mem_torture_from_environment();
    return cli_main(argc - 1, argv + 1, NULL);
}
