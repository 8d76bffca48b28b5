/*
 * What a session has given up, tried from within: as if it were taken over.
 * To see it fail: leave out enter_seccomp or enter_landlock in sandbox.c.
 */
#include "cli/session/sandbox.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

static char folder[64], store[80], secret[80];

static void
touch(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, "content", 7) == 7);
    close(fd);
}

static void
set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/tailor-sandbox-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(store, sizeof store, "%s/s", folder);
    CHECK_INT(mkdir(store, 0700), 0);
    snprintf(store, sizeof store, "%s/s/store.db", folder);
    snprintf(secret, sizeof secret, "%s/write.token", folder);
    touch(store);
    touch(secret);
}

static void
tear_down(void)
{
    char inner[80];
    unlink(store);
    unlink(secret);
    snprintf(inner, sizeof inner, "%s/s/new", folder);
    unlink(inner);
    snprintf(inner, sizeof inner, "%s/s", folder);
    rmdir(inner);
    rmdir(folder);
}

static bool
opens(const char *path, int flags)
{
    int fd = open(path, flags, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void *
nothing(void *context)
{
    return context;
}

static bool
starts_a_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

static bool
forks(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return pid > 0;
}

/* Each attempt that came out otherwise sets a bit of the exit code. */
static int
attempts(bool read_only)
{
    char made[80];
    char *const argv[] = {(char[]){"/bin/false"}, NULL};
    int bad = 0;
    snprintf(made, sizeof made, "%s/s/new", folder);
    bad |= !opens(store, O_RDONLY) << 0;
    bad |= opens(secret, O_RDONLY) << 1;
    bad |= (opens(store, O_RDWR) == read_only) << 2;
    bad |= (opens(made, O_CREAT | O_WRONLY) == read_only) << 3;
    bad |= !starts_a_thread() << 4;
    if (!read_only)
        return bad;
    bad |= (truncate(store, 0) == 0 || chmod(store, 0666) == 0 ||
            unlink(store) == 0 || rename(store, made) == 0)
           << 5;
    bad |= forks() << 6;
    execv(argv[0], argv); /* where it works, it ends with 1 */
    return bad;
}

static int
within(bool read_only)
{
    int status = -1;
    struct sandbox s = {.store = store, .read_only = read_only};
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        _exit(sandbox_enter(&s, NULL) == ERR_OK ? attempts(read_only) : 255);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static bool
enforced(void)
{
    char what[64];
    sandbox_describe(what, sizeof what, true);
    printf("# this kernel: %s\n", what);
    return strncmp(what, "landlock", 8) == 0 && strstr(what, "seccomp");
}

static void
a_reader_can_write_nothing(void)
{
    set_up();
    if (enforced())
        CHECK_INT(within(true), 0);
    CHECK(opens(store, O_RDWR));
    tear_down();
}

static void
a_writer_reaches_its_store_alone(void)
{
    set_up();
    if (enforced())
        CHECK_INT(within(false), 0);
    tear_down();
}

void
test_cli_sandbox(void)
{
    static const struct test tests[] = {
        {"a reader can write nothing", a_reader_can_write_nothing},
        {"a writer reaches its store alone", a_writer_reaches_its_store_alone},
        {NULL, NULL}};
    test_run("sandbox", tests);
    failed_tests += test_result();
}
