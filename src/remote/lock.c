/* One follower per store, and starting one on demand. */
#include "remote/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

static int
open_lock(const char *store)
{
    char *path = mem_printf("%s-sync", store);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    return fd;
}

enum err
sync_lock(const char *store, int *fd, struct error *e)
{
    *fd = open_lock(store);
    if (*fd < 0) {
        error_errno(e, ERR_IO, store);
        return error_prefix(e, "sync lock");
    }
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return ERR_OK;
    close(*fd);
    *fd = -1;
    if (errno != EWOULDBLOCK)
        return error_errno(e, ERR_IO, "sync lock");
    return error_set(e, ERR_BUSY,
                     "sync: another process follows the runtimes of %s already "
                     "(leave it running, or stop it first)",
                     store);
}

bool
sync_lock_is_held(const char *store)
{
    int fd = open_lock(store);
    bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return held;
}

/* The grandchild: its own session, nothing of ours but the program. */
static void
become_follower(const char *exe, const char *store, int seconds)
{
    char number[16], name[] = "tailor", o_store[] = "--store", sync[] = "sync",
                     follow[] = "--follow", idle[] = "--idle-exit";
    char *path = mem_strdup(store);
    char *argv[] = {name, o_store, path, sync, follow, idle, number, NULL};
    sigset_t none;
    int null = open("/dev/null", O_RDWR);
    snprintf(number, sizeof number, "%d", seconds);
    setsid();
    if (chdir("/") != 0)
        _exit(1);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    close_range(3, UINT_MAX, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(exe, argv);
    _exit(1);
}

enum err
sync_ensure(const char *store, const char *exe, int seconds, struct error *e)
{
    char path[PATH_MAX];
    pid_t pid;
    int status;
    if (sync_lock_is_held(store))
        return ERR_OK;
    if (!realpath(store, path))
        return error_errno(e, ERR_IO, store);
    pid = fork();
    if (pid < 0)
        return error_errno(e, ERR_IO, "sync: cannot be started");
    if (pid == 0) {
        pid = fork();
        if (pid == 0)
            become_follower(exe ? exe : "/proc/self/exe", path, seconds);
        _exit(pid < 0);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return ERR_OK;
}
