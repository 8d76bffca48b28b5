/* A session that came in by SSH: split, recorded, run. */
#include "cli/session/session.h"

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/program.h"
#include "cli/frame/cli.h"
#include "cli/frame/commands.h"
#include "fetch/ask.h"
#include "manager/session/sessions.h"
#include "sandbox/sandbox.h"
#include "workbook/ask.h"

const char *
session_copy_word(const char *s, char **to)
{
    char quote = 0;
    for (; *s && (quote || *s != ' '); s++) {
        if (quote == 0 && (*s == '\'' || *s == '"'))
            quote = *s;
        else if (quote && *s == quote)
            quote = 0;
        else if (*s == '\\' && quote != '\'' && s[1])
            *(*to)++ = *++s;
        else
            *(*to)++ = *s;
    }
    *(*to)++ = '\0';
    return quote ? NULL : s;
}

enum err
session_split(const char *text, char **words, int *count, char **storage,
              struct error *e)
{
    char *to = mem_alloc(strlen(text) + 2);
    *storage = to;
    *count = 0;
    while (*(text += strspn(text, " ")) != '\0') {
        if (*count + 1 >= SESSION_WORDS_MAX)
            return error_set(e, ERR_USAGE, "the command has too many words");
        words[(*count)++] = to;
        text = session_copy_word(text, &to);
        if (!text)
            return error_set(e, ERR_USAGE,
                             "the command has a quote that does not end");
    }
    words[*count] = NULL;
    return ERR_OK;
}

struct session {
    const char *name;
    const char *store;
    const char *command;            /* NULL: none, the console */
    char *recorded;                 /* it, as the audit has it */
    char *words[SESSION_WORDS_MAX]; /* of the command, "tailor" left out */
    int word_count;
    char *storage; /* of the words */
    char *id;      /* of the audit records */
    bool read_only;
    bool console;    /* no command */
    bool one_record; /* a command that only reads: none at a good end */
    bool payloads;   /* may see what customers sent */
    char sandbox[64];
    struct runtime_list runtimes;
    struct fetch *fetch;      /* the child's way to them */
    struct helper *workbooks; /* and to tailor-sheet */
};

/* Words that a remote command may not begin with or hold: they would name
 * another store. */
static enum err
check_words(char **words, int count, struct error *e)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--") == 0)
            return ERR_OK;
        if (strcmp(words[i], "--store") == 0)
            return error_set(e, ERR_REFUSED,
                             "--store: a session works on the store of its "
                             "host");
    }
    return ERR_OK;
}

/* Splits the command into the session's words. */
static enum err
read_command(struct session *s, struct error *e)
{
    char *words[SESSION_WORDS_MAX];
    int count = 0;
    enum err err = session_split(s->command ? s->command : "", words, &count,
                                 &s->storage, e);
    if (err == ERR_OK)
        err = check_words(words, count, e);
    int first = count > 0 && strcmp(words[0], "tailor") == 0;
    for (int i = first; err == ERR_OK && i < count; i++)
        s->words[s->word_count++] = words[i];
    s->console = cli_opens_console(s->word_count, s->words);
    return err;
}

/* In the child: the command. */
static int
run_inside(const struct session *s)
{
    char *argv[SESSION_WORDS_MAX + 4];
    char store[] = "--store", read_only[] = "--read-only";
    char *path = mem_strdup(s->store);
    int argc = 0;
    argv[argc++] = store;
    argv[argc++] = path;
    if (s->read_only)
        argv[argc++] = read_only;
    for (int i = 0; i < s->word_count; i++)
        argv[argc++] = s->words[i];
    argv[argc] = NULL;
    const struct cli_remote remote = {s->name, s->id, s->fetch, s->workbooks};
    int status = cli_main(argc, argv, &remote);
    free(path);
    return status;
}

/* In the child: becomes the console, which gives up the same before it serves.
 * The words, options of the console, come first: the store of this host is the
 * last one named, which counts. */
static enum err
become_console(const struct session *s, struct error *e)
{
    char *argv[SESSION_WORDS_MAX + 10];
    char program[] = "tailor-console", read_only[] = "--read-only";
    char store[] = "--store", command[] = "session", end[] = "--";
    char *fetch = mem_printf("%d", s->fetch ? fetch_keep(s->fetch) : -1);
    char *path = mem_strdup(s->store), *name = mem_strdup(s->name);
    int argc = 0;
    argv[argc++] = program;
    for (int i = 0; i < s->word_count; i++)
        argv[argc++] = s->words[i];
    if (s->read_only)
        argv[argc++] = read_only;
    char *last[] = {store, path, command, end, name, s->id, fetch, NULL};
    memcpy(argv + argc, last, sizeof last);
    enum err err = program_become(program, argv, e);
    free(name);
    free(path);
    free(fetch);
    return err;
}

/* In the child: gives up what it does not need, then serves. */
static int
serve(const struct session *s)
{
    struct error e;
    const struct sandbox sandbox = {.kind = s->read_only ? SANDBOX_READER
                                                         : SANDBOX_WRITER,
                                    .store = s->store};
    enum err err =
        s->console ? become_console(s, &e) : sandbox_enter(&sandbox, &e);
    if (err == ERR_OK)
        return run_inside(s);
    cli_warn_error(&e);
    return err_exit_code(err);
}

/* What a lost line sends: the child ends of it, the supervisor writes the end
 * record first. */
static void
hang_up(void (*handler)(int))
{
    static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], handler);
}

/* Runs the child and waits for its end; its exit code, 128 and the signal
 * where one ended it. */
static int
run_child(const struct session *s)
{
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        hang_up(SIG_DFL);
        prctl(PR_SET_PDEATHSIG, SIGHUP);
        int code = serve(s);
        fflush(NULL);
        _exit(code);
    }
    if (pid < 0) {
        cli_warn("Cannot start the session: %s", strerror(errno));
        return 1;
    }
    fetch_hand_over(s->fetch);
    helper_hand_over(s->workbooks);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The child can start no process: what asks the runtimes for it starts here,
 * as this actor, whatever the child becomes, and what reads workbooks. The
 * console reads none, and fetches only runs to try drafts on, which an auditor
 * does not. */
static int
supervise(struct session *s)
{
    struct error e;
    const struct questioner who = {.actor = s->name, .payloads = s->payloads};
    enum err err = ERR_OK;
    if (!s->console || (!s->read_only && s->payloads))
        err = fetch_start(&s->fetch, &s->runtimes, &who, &e);
    if (err == ERR_OK && !s->console)
        err = workbook_start(&s->workbooks, &e);
    if (err != ERR_OK) {
        cli_warn_error(&e);
        return err_exit_code(err);
    }
    int status = run_child(s);
    fetch_end(s->fetch);
    helper_end(s->workbooks);
    return status;
}

/* Opens the store to write the records of S; the caller closes *M. */
static enum err
open_supervisor(struct manager **m, const struct session *s, struct error *e)
{
    const struct manager_session as = {
        .actor = s->name, .session = s->id, .supervisor = true};
    return manager_open(m, s->store, &as, e);
}

/* REFUSED where the token FILE, of KIND, lies in FOLDER and can be read. */
static enum err
check_token(const struct runtime_row *r, const char *folder, const char *file,
            const char *kind, struct error *e)
{
    enum err err = ERR_OK;
    size_t n = strlen(folder);
    char *token = file ? realpath(file, NULL) : NULL;
    if (token && strncmp(token, folder, n) == 0 && token[n] == '/' &&
        access(token, R_OK) == 0)
        err = error_set(e, ERR_REFUSED,
                        "runtime %s: its %s token is in the folder of the "
                        "store, where a session could read it (an admin moves "
                        "it and runs tailor runtime set %s)",
                        r->name, kind, r->name);
    free(token);
    return err;
}

/* A session that writes may read the whole folder of its store, because it
 * makes the journal there. No token may lie in it. */
static enum err
check_tokens(const struct session *s, struct error *e)
{
    enum err err = ERR_OK;
    char *copy = mem_strdup(s->store);
    char *folder = realpath(dirname(copy), NULL);
    for (size_t i = 0; err == ERR_OK && folder && i < s->runtimes.count; i++) {
        const struct runtime_row *r = &s->runtimes.rows[i];
        err = check_token(r, folder, r->token_file, "write", e);
        if (err == ERR_OK)
            err = check_token(r, folder, r->read_token_file, "read", e);
    }
    free(folder);
    free(copy);
    return err;
}

static enum err
refuse(struct manager *m, struct error *e)
{
    enum err err = manager_session_refused(m, e);
    if (err != ERR_OK)
        return err;
    return error_set(e, ERR_ROLE,
                     "%s has no role here (an admin can add one: tailor access "
                     "add %s --role ROLE)",
                     manager_actor(m), manager_actor(m));
}

/* Records the end of S with the exit code STATUS. */
static enum err
record_end(struct manager *m, const struct session *s, int status,
           struct error *e)
{
    const struct session_facts facts = {
        .sandbox = s->sandbox, .command = s->recorded, .exit_code = status};
    return manager_session_record(m, SESSION_ENDED, &facts, e);
}

/* Reads what the child must know, after the start is on record: a refusal is
 * the end of the session. */
static enum err
prepare(struct manager *m, struct session *s, struct error *e)
{
    struct error ignored;
    enum err err = manager_runtime_list(m, &s->runtimes, e);
    if (err == ERR_OK && !s->read_only)
        err = check_tokens(s, e);
    if (err != ERR_OK)
        record_end(m, s, err_exit_code(err), &ignored);
    return err;
}

/* Records the start, reads what the child must know, and closes the store
 * again: no session holds it open for another. */
static enum err
begin(struct session *s, struct error *e)
{
    struct manager *m = NULL;
    enum err err = open_supervisor(&m, s, e);
    if (err == ERR_OK && manager_role(m) == ROLE_NONE)
        err = refuse(m, e);
    if (err == ERR_OK) {
        bool auditor = manager_role(m) == ROLE_AUDITOR;
        s->one_record =
            s->command && (auditor || cli_only_reads(s->word_count, s->words));
        s->read_only = auditor || s->one_record;
        s->id = mem_strdup(manager_session_id(m));
        s->payloads = manager_may_see_payloads(m, NULL) == ERR_OK;
        sandbox_describe(s->sandbox, sizeof s->sandbox);
        const struct session_facts facts = {.sandbox = s->sandbox,
                                            .command = s->recorded};
        err = manager_session_record(
            m, s->one_record ? SESSION_READ : SESSION_STARTED, &facts, e);
    }
    if (err == ERR_OK)
        err = prepare(m, s, e);
    manager_close(m);
    return err;
}

/* Records how it ended. What read and ended well is on record already. */
static enum err
end(const struct session *s, int status, struct error *e)
{
    struct manager *m = NULL;
    if (s->one_record && status == 0)
        return ERR_OK;
    enum err err = open_supervisor(&m, s, e);
    if (err == ERR_OK)
        err = record_end(m, s, status, e);
    manager_close(m);
    return err;
}

/* Runs the session between its records. A session that is not on record has
 * not ended well, whatever it did. */
static int
run_recorded(struct session *s, enum err command, const struct error *why)
{
    struct error e;
    int status = err_exit_code(command);
    enum err err = begin(s, &e);
    if (err == ERR_OK) {
        hang_up(SIG_IGN);
        if (command == ERR_OK)
            status = supervise(s);
        else
            cli_warn_error(why);
        err = end(s, status, &e);
    }
    if (err == ERR_OK)
        return status;
    cli_warn_error(&e);
    return err_exit_code(err);
}

int
session_run(const char *name, const char *store)
{
    struct error e;
    const char *command = getenv("SSH_ORIGINAL_COMMAND");
    struct session s = {.name = name,
                        .store = store,
                        .command = command && *command ? command : NULL};
    enum err err = read_command(&s, &e);
    if (s.command)
        s.recorded = session_record_text(s.command);
    int status = run_recorded(&s, err, &e);
    runtime_list_clear(&s.runtimes);
    free(s.id);
    free(s.recorded);
    free(s.storage);
    return status;
}

enum err
cmd_session(struct cli *cli, struct error *e)
{
    (void)e;
    cli->answered = true; /* by what ran inside */
    cli->status = session_run(cli_arg(cli, 0), cli->store);
    return ERR_OK;
}
