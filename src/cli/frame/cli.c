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
#include "cli/frame/environment.h"
#include "cli/frame/old_names.h"
#include "cli/frame/options.h"
#include "fetch/ask.h"
#include "mapping/formula/pattern.h"
#include "store/db.h"

/* With it a command only shows what it would do. */
#define DRY_RUN "--dry-run"

/* The global options; each may stand anywhere on the line. */
static const struct {
    const char *name;
    size_t flag; /* offset of the bool in struct cli; 0: takes a value */
} globals[] = {
    {"--store", 0},
    {"--read-only", offsetof(struct cli, read_only)},
    {"--json", offsetof(struct cli, json)},
    {"--quiet", offsetof(struct cli, quiet)},
    {"--yes", offsetof(struct cli, yes)},
    {"-y", offsetof(struct cli, yes)},
    {"--thin", offsetof(struct cli, thin)},
    {"--ascii", offsetof(struct cli, ascii)},
    {"--tour", offsetof(struct cli, tour)},
};

/* Takes global options out of ARGV, moving the rest together; returns how
 * many words are left, or -1 with USAGE in E. */
static int
take_globals(struct cli *cli, int argc, char **argv, struct error *e)
{
    int kept = 0;
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        size_t g = 0, count = sizeof globals / sizeof globals[0];
        ended = ended || strcmp(argv[i], "--") == 0;
        while (g < count && (ended || strcmp(argv[i], globals[g].name) != 0))
            g++;
        if (g == count) {
            argv[kept++] = argv[i];
        } else if (globals[g].flag) {
            *(bool *)((char *)cli + globals[g].flag) = true;
        } else if (i + 1 < argc) {
            cli->store = argv[++i];
        } else {
            error_set(e, ERR_USAGE, "%s: its FILE is missing", argv[i]);
            return -1;
        }
    }
    return kept;
}

static bool
is_noun(const char *word)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].noun, word) == 0)
            return true;
    }
    return false;
}

static bool
is_verb(const char *noun, const char *word)
{
    for (size_t i = 0; i < command_count; i++) {
        if (*commands[i].verb && cli_shows(&commands[i], noun, word))
            return true;
    }
    return false;
}

static void
add_verbs(struct buf *out, const char *noun)
{
    const char *before = "";
    for (size_t i = 0; i < command_count; i++) {
        if (!cli_shows(&commands[i], noun, NULL))
            continue;
        buf_addf(out, "%s%s", before, commands[i].verb);
        before = ", ";
    }
}

/* Each noun once: rows of a noun need not stand together. */
static void
add_nouns(struct buf *out)
{
    for (size_t i = 0; i < command_count; i++) {
        size_t first = 0;
        while (strcmp(commands[first].noun, commands[i].noun) != 0)
            first++;
        if (first == i && cli_shows(&commands[i], NULL, NULL))
            buf_addf(out, "%s%s", i > 0 ? ", " : "", commands[i].noun);
    }
}

/* Finds the command that the words name; *USED says how many named it. */
static enum err
find_command(int argc, char **argv, const struct command **out, int *used,
             struct error *e)
{
    struct buf list;
    const char *verb = argc > 1 ? old_verb(argv[0], argv[1]) : NULL;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        bool single = *c->verb == '\0';
        if (strcmp(c->noun, argv[0]) != 0)
            continue;
        if (single || (verb && strcmp(c->verb, verb) == 0)) {
            *out = c;
            *used = single ? 1 : 2;
            return ERR_OK;
        }
    }
    buf_init(&list, 4096);
    if (is_noun(argv[0])) {
        add_verbs(&list, argv[0]);
        if (argc > 1)
            error_set(e, ERR_USAGE, "%s %s: no such command (%s: %s)", argv[0],
                      argv[1], argv[0], buf_str(&list));
        else
            error_set(e, ERR_USAGE,
                      "%s: a second word is missing (one of: %s; try tailor "
                      "help %s)",
                      argv[0], buf_str(&list), argv[0]);
    } else {
        add_nouns(&list);
        error_set(e, ERR_USAGE, "%s: no such command (one of: %s)", argv[0],
                  buf_str(&list));
    }
    buf_clear(&list);
    return ERR_USAGE;
}

bool
cli_shows(const struct command *c, const char *noun, const char *verb)
{
    return !(c->flags & CMD_HIDDEN) &&
           (!noun || strcmp(noun, c->noun) == 0) &&
           (!verb || strcmp(old_verb(c->noun, verb), c->verb) == 0);
}

void
cli_usage(struct buf *out, const char *noun, const char *verb)
{
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        if (!cli_shows(c, noun, verb))
            continue;
        buf_addf(out, "tailor %s%s%s%s%s\n    %s\n", c->noun,
                 *c->verb ? " " : "", c->verb, *c->usage ? " " : "", c->usage,
                 c->help);
    }
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
tell_saved(const struct cli *cli, enum err rc, struct error *e)
{
    bool reading = rc == ERR_IO || rc == ERR_DAMAGED || rc == ERR_BUSY;
    if (!reading || !(cli->command->flags & CMD_REMOTE) || !cli->manager ||
        !manager_has_changed(cli->manager))
        return rc;
    error_prefix(e, "saved (look at it before you do it again), but what "
                    "followed failed");
    e->code = ERR_OUTCOME_UNKNOWN;
    return e->code;
}

/* Lets the program of the command do it, with the words as they came. */
static enum err
become_program(struct cli *cli, struct error *e)
{
    size_t n = 0;
    while (cli->words[n])
        n++;
    char **argv = mem_array(n + 2, sizeof *argv);
    argv[0] = mem_strdup(cli->command->program);
    memcpy(argv + 1, cli->words, n * sizeof *argv);
    enum err rc = program_become(argv[0], argv, e);
    free(argv[0]);
    free(argv);
    return rc;
}

/* Runs CLI->command with its store open where it needs one. */
static enum err
run_command(struct cli *cli, struct error *e)
{
    const struct command *c = cli->command;
    bool reads = (c->flags & CMD_READS) || cli_has(cli, DRY_RUN + 2);
    if (cli->read_only && !reads)
        return error_set(e, ERR_READ_ONLY,
                         "%s%s%s changes something: this is a read-only "
                         "session",
                         c->noun, *c->verb ? " " : "", c->verb);
    if (c->program)
        return become_program(cli, e);
    if (c->flags & CMD_STORE) {
        const struct manager_session session = {.actor = cli->actor,
                                                .session = cli->session,
                                                .read_only =
                                                    cli->read_only || reads};
        enum err rc = manager_open(&cli->manager, cli->store, &session, e);
        if (rc != ERR_OK)
            return rc;
    }
    enum err rc = tell_saved(cli, c->run(cli, e), e);
    if ((fflush(stdout) != 0 || ferror(stdout)) && rc == ERR_OK)
        rc = error_errno(e, ERR_IO, "standard output");
    return rc;
}

#define SHOWN 8 /* candidates on stderr */

/* What a choice error leaves to choose from. */
static const char *const *
candidates_of(struct cli *cli)
{
    static const char *const none[] = {NULL};
    return cli->manager ? manager_candidates(cli->manager) : none;
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
    bool drafts = e->code == ERR_CHOICE &&
                  strcmp(cli->command ? cli->command->noun : "", "draft") == 0;
    if (value_size(list) > 0)
        value_set(v, drafts ? "drafts" : "candidates", list);
    else
        value_free(list);
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
    cli_print_json(cli, v);
}

static void
clear(struct cli *cli)
{
    manager_close(cli->manager);
    if (cli->own_fetch)
        fetch_end(cli->fetch);
    for (size_t i = 0; i < cli->option_count; i++)
        free((char *)(uintptr_t)cli->option_names[i]);
    free(cli->option_names);
    free(cli->option_values);
    free(cli->args);
    free(cli->words);
}

/* Finds and runs the command that the words (globals taken out) name. */
static enum err
dispatch(struct cli *cli, int argc, char **argv, struct error *e)
{
    int used = 0;
    enum err rc = find_command(argc, argv, &cli->command, &used, e);
    if (rc == ERR_OK && cli->remote && !(cli->command->flags & CMD_REMOTE))
        rc = error_set(e, ERR_REFUSED,
                       "%s%s%s: not through an SSH session (ask the "
                       "administrator of this host)",
                       cli->command->noun, *cli->command->verb ? " " : "",
                       cli->command->verb);
    if (rc == ERR_OK)
        rc = options_parse(cli, argc - used, argv + used, e);
    return rc == ERR_OK ? run_command(cli, e) : rc;
}

/* What people try: --help and -h, wherever they stand, are tailor help [NOUN]
 * [VERB]. Returns how many words ARGV has then. */
static int
read_help_flag(int argc, char **argv)
{
    static char help[] = "help";
    int i = 0, words = 0;
    while (i < argc && strcmp(argv[i], "--help") != 0 &&
           strcmp(argv[i], "--") != 0 && strcmp(argv[i], "-h") != 0)
        i++;
    if (i == argc || strcmp(argv[i], "--") == 0)
        return argc;
    if (i > 0 && is_noun(argv[0]))
        words = i > 1 && is_verb(argv[0], argv[1]) ? 2 : 1;
    memmove(argv + 1, argv, (size_t)words * sizeof *argv);
    argv[0] = help;
    return words + 1;
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
cli_only_reads(int argc, char **argv)
{
    struct cli cli = {.store = NULL};
    struct error e;
    int used = 0;
    bool reads = false;
    char **words = mem_array((size_t)argc + 1, sizeof *words);
    memcpy(words, argv, (size_t)argc * sizeof *words);
    int left = take_globals(&cli, argc, words, &e);
    left = left > 0 ? read_help_flag(left, words) : left;
    if (left <= 0 || find_command(left, words, &cli.command, &used, &e))
        reads = true; /* it ends with a message */
    else
        reads = cli.command->flags & CMD_READS;
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
    cli->actor = remote ? remote->actor : (own[0] = unix_account());
    cli->usual_store = !cli->store;
    if (cli->usual_store)
        cli->store = own[1] = default_store();
}

int
cli_main(int argc, char **argv, const struct cli_remote *remote)
{
    struct error e = {.code = ERR_OK};
    struct cli cli = {.store = NULL};
    char *own[2] = {NULL, NULL};
    enum err rc = ERR_USAGE;
    cli.words = mem_array((size_t)argc + 1, sizeof *cli.words);
    memcpy(cli.words, argv, (size_t)argc * sizeof *argv);
    int left = take_globals(&cli, argc, argv, &e);
    left = left > 0 ? read_help_flag(left, argv) : left;
    if (left == 1 && strcmp(argv[0], "--version") == 0) {
        rc = print_version(&cli);
    } else if (left >= 0) {
        find_session(&cli, remote, own);
        rc = left > 0 ? dispatch(&cli, left, argv, &e)
                      : cli_without_command(&cli, &e);
    }
    if (rc != ERR_OK)
        print_failure(&cli, &e);
    else if (cli.json && !cli.answered)
        print_done(&cli);
    clear(&cli);
    free(own[0]);
    free(own[1]);
    return rc == ERR_OK ? cli.status : err_exit_code(rc);
}

int
cli_program(int argc, char **argv)
{
    process_hide_memory();
    environment_clean();
    mem_torture_from_environment();
    return cli_main(argc - 1, argv + 1, NULL);
}
