/* kill -9 in the middle of edits and forks: no acknowledged edit is lost, none
 * is half there, the chain holds. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "manager/draft/draft.h"
#include "manager/session/audit.h"
#include "manager/session/store.h"
#include "tests/unit/manager/fixture.h"
#include "value/value.h"

/* Edits DRAFT for ever, telling each acknowledged revision. */
static void
work(const char *draft, int fd)
{
    struct manager *m = session_of("eve");
    for (int i = 0;; i++) {
        char patch[200];
        int64_t revision = -1;
        enum err err;
        snprintf(patch, sizeof patch,
                 "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"%d of "
                 "%d\"}]",
                 i, (int)getpid());
        if (i % 4 == 3)
            err = undo_at(m, draft, -1, &revision);
        else if (i % 9 == 8)
            err = redo_at(m, draft, -1, &revision);
        else
            err = edit_text(m, draft, -1, patch, &revision);
        if (err != ERR_OK && err != ERR_REFUSED)
            _exit(1);
        if (err == ERR_OK && write(fd, &revision, sizeof revision) < 0)
            _exit(1);
        if (i % 5 == 4)
            fork_for(m, 1);
    }
}

static int64_t
kill_worker(const char *draft, int wanted, unsigned spin)
{
    int fd[2];
    int64_t revision;
    int64_t last = 0;
    CHECK_INT(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        work(draft, fd[1]);
    }
    close(fd[1]);
    for (int i = 0; i < wanted; i++)
        if (read(fd[0], &revision, sizeof revision) == sizeof revision)
            last = revision;
    for (volatile unsigned i = 0; i < spin; i++)
        continue;
    kill(pid, SIGKILL);
    while (read(fd[0], &revision, sizeof revision) == sizeof revision)
        last = revision;
    close(fd[0]);
    waitpid(pid, NULL, 0);
    return last;
}

static void
acknowledged_edits_are_there(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    srand((unsigned)test_seed());
    struct manager *m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    manager_close(m);
    for (int round = 0; round < 20; round++) {
        int64_t acknowledged =
            kill_worker(id, 1 + rand() % 8, (unsigned)rand() % 300000);
        struct manager *olga = session_of("olga");
        struct draft_content d;
        struct draft_log log;
        CHECK_INT(manager_draft_read(olga, id, &d, &e), ERR_OK);
        CHECK(d.revision >= acknowledged);
        CHECK_INT(manager_draft_log(olga, id, 0, &log, &e), ERR_OK);
        CHECK_INT(log.count, d.revision);
        draft_log_clear(&log);
        draft_content_clear(&d);
        struct audit_verdict verdict;
        CHECK_INT(audit_verify(olga, NULL, &verdict, &e), ERR_OK);
        manager_close(olga);
        /* One record an edit, one a fork, one draft a version. */
        CHECK_INT(ask_sql("SELECT (SELECT count(*) FROM draft_edit) - (SELECT"
                          " count(*) FROM audit WHERE action IN ('draft.edit',"
                          " 'draft.undo', 'draft.redo'))"),
                  0);
        CHECK_INT(ask_sql("SELECT (SELECT count(*) FROM draft) - (SELECT"
                          " count(*) FROM audit WHERE action='draft.fork')"),
                  0);
        CHECK_INT(ask_sql("SELECT count(*) FROM version v LEFT JOIN draft d ON"
                          " d.version=v.n WHERE v.state IN (0,1) AND"
                          " d.version IS NULL"),
                  0);
    }
    fixture_end();
}

void
test_manager_crash(void)
{
    static const struct test tests[] = {
        {"acknowledged edits are there", acknowledged_edits_are_there},
        {NULL, NULL}};
    RUN_SUITE("crash", tests);
}
