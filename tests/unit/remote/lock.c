/* One follower per store. */
#include "remote/lock.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/remote/remote.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/tailor-lock-XXXXXX";
static char store[64];

static void
test_second(void)
{
    struct error e;
    int fd, second;
    CHECK_INT(sync_lock_is_held(store), 0);
    CHECK_INT(sync_lock(store, &fd, &e), ERR_OK);
    CHECK_INT(sync_lock_is_held(store), 1);
    CHECK_INT(sync_lock(store, &second, &e), ERR_BUSY);
    CHECK_HAS(e.text, "another process follows");
    close(fd);
    CHECK_INT(sync_lock_is_held(store), 0);
}

/* A killed follower leaves no lock behind. */
static void
test_killed(void)
{
    struct error e;
    int ready[2], pid;
    char c;
    if (pipe(ready) != 0)
        abort();
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        int fd;
        c = sync_lock(store, &fd, &e) == ERR_OK ? 'y' : 'n';
        if (write(ready[1], &c, 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    CHECK_INT(read(ready[0], &c, 1), 1);
    CHECK_INT(c, 'y');
    CHECK_INT(sync_lock_is_held(store), 1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    CHECK_INT(sync_lock_is_held(store), 0);
    close(ready[0]);
    close(ready[1]);
}

/* A program at PATH that is the shell script TEXT. */
static void
make_program(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    if (!f || fprintf(f, "#!/bin/sh\n%s\n", text) < 0 || fclose(f) != 0 ||
        chmod(path, mode) != 0)
        abort();
}

/* Sabotage: watch() in tell_start(). */
static void
test_missing(void)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *said;
    } cases[] = {{"exit 0", 0600, "Permission denied"},
                 {"exit 127", 0700, "ended at once (exit code 127)"},
                 {"sleep 0.1; exit 8", 0700, "ended at once (exit code 8)"},
                 {"kill -9 $$", 0700, "ended at once (signal 9)"}};
    const int long_enough = 60000;
    struct error e;
    char program[80];
    make_program(store, "", 0600);
    CHECK_INT(sync_ensure(store, "/nowhere/tailor-sync", 1, 0, &e),
              ERR_UNREACHABLE);
    CHECK_HAS(e.text, "/nowhere/tailor-sync: No such file");
    CHECK_INT(sync_ensure(store, "/bin/true", 1, 0, &e), ERR_OK);
    snprintf(program, sizeof program, "%s/program", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_program(program, cases[i].text, cases[i].mode);
        CHECK_INT(sync_ensure(store, program, 1, long_enough, &e),
                  ERR_UNREACHABLE);
        CHECK_HAS(e.text, cases[i].said);
    }
    make_program(program, "sleep 1", 0700); /* it takes its time */
    CHECK_INT(sync_ensure(store, program, 1, 50, &e), ERR_OK);
    unlink(program);
    unlink(store);
}

static const struct test tests[] = {
    {"a second follower is told", test_second},
    {"kill -9 gives the lock back", test_killed},
    {"a follower that does not start is told", test_missing},
    {NULL, NULL}};

void
test_remote_lock(void)
{
    char path[80];
    if (!mkdtemp(folder))
        abort();
    snprintf(store, sizeof store, "%s/store", folder);
    test_run("sync lock", tests);
    failed_tests |= test_result();
    snprintf(path, sizeof path, "%s-sync", store);
    unlink(path);
    rmdir(folder);
}
