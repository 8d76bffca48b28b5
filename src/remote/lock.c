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
#define START_LOOK_MS 3

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

/* What became of a follower that was to be started. */
struct start {
    int no_exec; /* errno */
    bool ended;
    int status; /* of waitpid(), where it has ended */
};

/* Leaves nothing of ours open but TELL, which gets the number that is returned:
 * locks of open files would outlive a command that is killed. */
static int
leave_files(int tell)
{
    const int kept = 3;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < kept; fd++)
        dup2(null, fd);
    if (tell != kept)
        dup3(tell, kept, O_CLOEXEC);
    close_range((unsigned)kept + 1, UINT_MAX, 0);
    return kept;
}

/* The grandchild: its own session, nothing of ours but the program. Why it does
 * not become it goes to TELL. */
static void
become_follower(const char *exe, const char *store, int seconds, int tell)
{
    char number[16], name[] = "tailor-sync", o_store[] = "--store",
                     sync[] = "sync", follow[] = "--follow",
                     idle[] = "--idle-exit";
    char *path = mem_strdup(store);
    char *argv[] = {name, o_store, path, sync, follow, idle, number, NULL};
    sigset_t none;
    snprintf(number, sizeof number, "%d", seconds);
    setsid();
    if (chdir("/") != 0)
        _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(exe, argv);
    int why = errno;
    _exit(write(tell, &why, sizeof why) != sizeof why);
}

/* Looks at PID until it follows STORE, has ended, or the time is over. */
static void
watch(pid_t pid, const char *store, int patience_ms, struct start *out)
{
    int64_t deadline = clock_monotonic_ms() + patience_ms;
    while (clock_monotonic_ms() < deadline && !sync_lock_is_held(store)) {
        out->ended = waitpid(pid, &out->status, WNOHANG) == pid;
        if (out->ended)
            return;
        poll(NULL, 0, START_LOOK_MS);
    }
}

/* The child: starts the follower, and tells what becomes of it. */
static void
tell_start(const char *program, const char *store, int seconds, int patience_ms,
           int tell)
{
    struct start s = {.no_exec = 0};
    int p[2];
    tell = leave_files(tell);
    pid_t pid = pipe2(p, O_CLOEXEC) == 0 ? fork() : -1;
    if (pid == 0)
        become_follower(program, store, seconds, p[1]);
    if (pid < 0)
        s.no_exec = errno;
    else
        close(p[1]);
    if (pid > 0 && read(p[0], &s.no_exec, sizeof s.no_exec) == 0)
        watch(pid, store, patience_ms, &s);
    _exit(write(tell, &s, sizeof s) != sizeof s);
}

static enum err
nothing_delivers(const char *program, const struct start *s, struct error *e)
{
    if (s->no_exec)
        return error_set(e, ERR_UNREACHABLE,
                         "queued, but nothing delivers it: %s: %s (check that "
                         "it is installed)",
                         program, strerror(s->no_exec));
    if (!s->ended)
        return ERR_OK;
    bool killed = WIFSIGNALED(s->status);
    return error_hint(
        e, HINT_FOLLOWER_START, NULL, NULL,
        error_set(e, ERR_UNREACHABLE,
                  "queued, but nothing delivers it: %s ended at once (%s %d)",
                  program, killed ? "signal" : "exit code",
                  killed ? WTERMSIG(s->status) : WEXITSTATUS(s->status)));
}

/* Starts PROGRAM as the follower of the store at PATH. */
static enum err
start_follower(const char *program, const char *path, int seconds,
               int patience_ms, struct error *e)
{
    struct start s = {.no_exec = 0};
    int p[2], status;
    if (pipe2(p, O_CLOEXEC) != 0)
        return error_errno(e, ERR_IO, "sync: cannot be started");
    pid_t pid = fork();
    if (pid == 0)
        tell_start(program, path, seconds, patience_ms, p[1]);
    if (pid < 0)
        error_errno(e, ERR_IO, "sync: cannot be started");
    close(p[1]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (pid > 0 && read(p[0], &s, sizeof s) != sizeof s)
        s = (struct start){.no_exec = 0};
    close(p[0]);
    return pid < 0 ? ERR_IO : nothing_delivers(program, &s, e);
}

enum err
sync_ensure(const char *store, const char *exe, int seconds, int patience_ms,
            struct error *e)
{
    char path[PATH_MAX];
    if (sync_lock_is_held(store)) {
        sync_nudge(store);
        return ERR_OK;
    }
    if (!realpath(store, path))
        return error_errno(e, ERR_IO, store);
    char *program = exe ? mem_strdup(exe) : program_path("tailor-sync");
    enum err err = start_follower(program, path, seconds, patience_ms, e);
    free(program);
    return err;
}
