/* One follower per store, and starting one on demand. */
#include "remote/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/program.h"

#define LOOK_MS 20 /* between two looks: the end of a process wakes nobody */

char *
sync_lock_path(const char *store)
{
    return mem_printf("%s-sync", store);
}

void
sync_nudge(const char *store)
{
    char *path = sync_lock_path(store);
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0)
        close(fd);
    free(path);
}

static int
open_lock(const char *store)
{
    char *path = sync_lock_path(store);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    return fd;
}

/* A lock of the open file, not of the process: a child cannot lose it. */
static int
lock_call(int fd, int command, struct flock *l)
{
    *l = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, command, l);
}

enum err
sync_lock(const char *store, int *fd, struct error *e)
{
    struct flock l;
    *fd = open_lock(store);
    if (*fd < 0) {
        error_errno(e, ERR_IO, store);
        return error_prefix(e, "sync lock");
    }
    if (lock_call(*fd, F_OFD_SETLK, &l) == 0) {
        /* For people who look who it is; the lock itself needs it not. */
        if (ftruncate(*fd, 0) == 0)
            dprintf(*fd, "%ld\n", (long)getpid());
        return ERR_OK;
    }
    if (errno != EAGAIN && errno != EACCES)
        error_errno(e, ERR_IO, "sync lock");
    else
        error_set(e, ERR_BUSY,
                  "sync: another process follows the runtimes of %s already "
                  "(leave it running, or stop it first)",
                  store);
    close(*fd);
    *fd = -1;
    return e->code;
}

bool
sync_lock_is_held(const char *store)
{
    struct flock l;
    char *path = sync_lock_path(store);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    free(path);
    if (fd < 0)
        fd = open_lock(store);
    /* Asking does not take it, not even for a moment. */
    bool held =
        fd >= 0 && lock_call(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return held;
}

long
sync_holder(const char *store)
{
    char text[24] = "";
    char *path = sync_lock_path(store);
    int fd = sync_lock_is_held(store)
                 ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
                 : -1;
    free(path);
    if (fd < 0)
        return 0;
    if (read(fd, text, sizeof text - 1) < 0)
        text[0] = '\0';
    close(fd);
    return strtol(text, NULL, 10);
}

static enum err
still_there(long holder, struct error *e)
{
    char number[24];
    snprintf(number, sizeof number, "%ld", holder);
    return error_hint(e, HINT_FOLLOWER_OLD, number, NULL,
                      error_set(e, ERR_BUSY,
                                "sync: process %ld still uses the replaced "
                                "store",
                                holder));
}

enum err
sync_wait_for_end(const char *store, long holder, int time_out_ms,
                  struct error *e)
{
    int64_t deadline = clock_monotonic_ms() + time_out_ms;
    while (holder && sync_holder(store) == holder) {
        if (clock_monotonic_ms() >= deadline)
            return still_there(holder, e);
        poll(NULL, 0, LOOK_MS);
    }
    return ERR_OK;
}

/* The grandchild: its own session, nothing of ours but the program. */
static void
become_follower(const char *exe, const char *store, int seconds)
{
    char number[16], name[] = "tailor-sync", o_store[] = "--store",
                     sync[] = "sync", follow[] = "--follow",
                     idle[] = "--idle-exit";
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

/* Starts PROGRAM as the follower of the store at PATH. */
static enum err
start_follower(const char *program, const char *path, int seconds,
               struct error *e)
{
    int status;
    if (access(program, X_OK) != 0)
        return error_set(e, ERR_IO,
                         "queued, but nothing delivers it: %s: %s (check that "
                         "it is installed)",
                         program, strerror(errno));
    pid_t pid = fork();
    if (pid < 0)
        return error_errno(e, ERR_IO, "sync: cannot be started");
    if (pid == 0) {
        pid = fork();
        if (pid == 0)
            become_follower(program, path, seconds);
        _exit(pid < 0);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return ERR_OK;
}

enum err
sync_ensure(const char *store, const char *exe, int seconds, struct error *e)
{
    char path[PATH_MAX];
    if (sync_lock_is_held(store)) {
        sync_nudge(store);
        return ERR_OK;
    }
    if (!realpath(store, path))
        return error_errno(e, ERR_IO, store);
    char *program = exe ? mem_strdup(exe) : program_path("tailor-sync");
    enum err err = start_follower(program, path, seconds, e);
    free(program);
    return err;
}
