/* One follower per store. */
#include "remote/lock.h"

#include <signal.h>
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

/* Sabotage: leave access() out of start_follower(). */
static void
test_missing(void)
{
    struct error e;
    FILE *f = fopen(store, "w");
    if (!f || fclose(f) != 0)
        abort();
    CHECK_INT(sync_ensure(store, "/nowhere/tailor-sync", 1, &e), ERR_IO);
    CHECK_HAS(e.text, "/nowhere/tailor-sync: No such file");
    CHECK_INT(sync_ensure(store, "/bin/true", 1, &e), ERR_OK);
    unlink(store);
}

static const struct test tests[] = {
    {"a second follower is told", test_second},
    {"kill -9 gives the lock back", test_killed},
    {"a follower that is not installed is told", test_missing},
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
