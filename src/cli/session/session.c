/* A session that came in by SSH: split, recorded, run. */
#include "cli/session/session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/frame/cli.h"
#include "cli/frame/commands.h"
#include "cli/session/sandbox.h"
#include "manager/exchange/runtime.h"
#include "manager/session/store.h"

/* Copies one word from S to TO; returns where it ended, NULL at an open
 * quote. */
static const char *
copy_word(const char *s, char **to)
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
        text = copy_word(text, &to);
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
    const char *command; /* NULL: none, the console */
    char *id;            /* of the audit records */
    bool read_only;
    struct runtime_list runtimes;
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

/* In the child: the command, or without one the console. */
static int
run_inside(const struct session *s)
{
    char *words[SESSION_WORDS_MAX];
    char *argv[SESSION_WORDS_MAX + 4];
    char store[] = "--store", read_only[] = "--read-only";
    char *path = mem_strdup(s->store);
    char *storage = NULL;
    int count = 0, argc = 0, status;
    struct error e;
    enum err rc = session_split(s->command ? s->command : "", words, &count,
                                &storage, &e);
    if (rc == ERR_OK)
        rc = check_words(words, count, &e);
    if (rc == ERR_OK) {
        argv[argc++] = store;
        argv[argc++] = path;
        if (s->read_only)
            argv[argc++] = read_only;
        for (int i = count > 0 && strcmp(words[0], "tailor") == 0; i < count;
             i++)
            argv[argc++] = words[i];
        argv[argc] = NULL;
        const struct cli_remote remote = {s->name, s->id};
        status = cli_main(argc, argv, &remote);
    } else {
        cli_warn("%s", e.text);
        status = err_exit_code(rc);
    }
    free(storage);
    free(path);
    return status;
}

/* In the child: gives up what it does not need, then serves. */
static int
serve(const struct session *s)
{
    struct error e;
    const char **files = mem_array(s->runtimes.count * 2 + 1, sizeof *files);
    struct sandbox sandbox = {
        .store = s->store, .read_only = s->read_only, .files = files};
    for (size_t i = 0; i < s->runtimes.count; i++) {
        const struct runtime_row *r = &s->runtimes.rows[i];
        if (r->ca_file)
            files[sandbox.file_count++] = r->ca_file;
        if (r->read_token_file)
            files[sandbox.file_count++] = r->read_token_file;
    }
    enum err rc = sandbox_enter(&sandbox, &e);
    free(files);
    if (rc != ERR_OK) {
        cli_warn("%s", e.text);
        return err_exit_code(rc);
    }
    return run_inside(s);
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

/* Runs the child and waits for its end; its exit code. */
static int
supervise(const struct session *s)
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
        cli_warn("the session cannot be started: %s", strerror(errno));
        return 1;
    }
    hang_up(SIG_IGN);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Writes the start record, reads what the child must know, and closes the
 * store again: no session holds it open for another. */
static enum err
begin(struct session *s, struct error *e)
{
    char what[64];
    struct manager *m = NULL;
    const struct manager_session as = {.actor = s->name, .supervisor = true};
    enum err rc = manager_open(&m, s->store, &as, e);
    if (rc == ERR_OK) {
        s->read_only = manager_role(m) == ROLE_AUDITOR;
        s->id = mem_strdup(manager_session_id(m));
        sandbox_describe(what, sizeof what, s->read_only);
        char *how =
            mem_printf("%s (%s)", s->command ? "command" : "console", what);
        rc = manager_session_record(m, true, how, e);
        free(how);
    }
    if (rc == ERR_OK)
        rc = manager_runtime_list(m, &s->runtimes, e);
    manager_close(m);
    return rc;
}

static enum err
end(const struct session *s, struct error *e)
{
    struct manager *m = NULL;
    const struct manager_session as = {
        .actor = s->name, .session = s->id, .supervisor = true};
    enum err rc = manager_open(&m, s->store, &as, e);
    if (rc == ERR_OK)
        rc = manager_session_record(m, false, "end", e);
    manager_close(m);
    return rc;
}

int
session_run(const char *name, const char *store)
{
    struct error e;
    const char *command = getenv("SSH_ORIGINAL_COMMAND");
    struct session s = {.name = name,
                        .store = store,
                        .command = command && *command ? command : NULL};
    enum err rc = begin(&s, &e);
    int status;
    if (rc == ERR_OK) {
        status = supervise(&s);
        /* One that lost its role meanwhile cannot end in the audit. */
        if (end(&s, &e) != ERR_OK)
            cli_warn("%s", e.text);
    } else {
        cli_warn("%s", e.text);
        status = err_exit_code(rc);
    }
    runtime_list_clear(&s.runtimes);
    free(s.id);
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
