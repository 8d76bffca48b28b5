/* Child processes of the demo. */
#include "demo/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

enum { START_MS = 20000, STOP_MS = 5000, LOG_TAIL = 600 };

/* In the child: descriptors, death with the parent, exec. */
static _Noreturn void
become(char *const *argv, int out, const char *log)
{
    int null = open("/dev/null", O_RDONLY);
    int err = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_DFL);
    if (null < 0 || err < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(err, 2) < 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

enum err
process_start(struct process *p, const char *name, char *const *argv,
              const char *log, struct error *e)
{
    int fds[2];
    *p = (struct process){.name = name, .out = -1};
    if (pipe2(fds, O_CLOEXEC) != 0)
        return error_errno(e, ERR_IO, name);
    p->pid = fork();
    if (p->pid == 0)
        become(argv, fds[1], log);
    close(fds[1]);
    p->out = fds[0];
    if (p->pid > 0)
        return ERR_OK;
    enum err err = error_errno(e, ERR_IO, name);
    close(fds[0]);
    *p = (struct process){.name = name, .out = -1};
    return err;
}

static enum err
failed(const char *name, const char *what, const char *log, struct error *e)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    file_read(log, &text, NULL);
    size_t from = text.len > LOG_TAIL ? text.len - LOG_TAIL : 0;
    enum err err = error_set(e, ERR_FAILED, "%s %s: %s", name, what,
                             buf_str(&text) + from);
    buf_clear(&text);
    return err;
}

/* One byte from FD before DEADLINE: 1, 0 at its end, -1 after it. */
static int
read_byte(int fd, char *c, int64_t deadline)
{
    for (;;) {
        struct pollfd pfd = {.fd = fd, .events = POLLIN};
        int64_t left = deadline - clock_monotonic_ms();
        if (left <= 0)
            return -1;
        if (poll(&pfd, 1, (int)left) <= 0)
            continue;
        ssize_t n = read(fd, c, 1);
        if (n >= 0)
            return (int)n;
        if (errno != EINTR)
            return 0;
    }
}

enum err
process_line(struct process *p, struct buf *line, const char *log,
             struct error *e)
{
    int64_t deadline = clock_monotonic_ms() + START_MS;
    char c;
    for (;;) {
        int got = read_byte(p->out, &c, deadline);
        if (got < 0)
            return failed(p->name, "did not start in time", log, e);
        if (got == 0)
            return failed(p->name, "ended", log, e);
        if (c == '\n')
            return ERR_OK;
        if (!buf_addc(line, c))
            return failed(p->name, "printed too much", log, e);
    }
}

/* Waits for PID until DEADLINE; true once it has ended. */
static bool
ended_by(pid_t pid, int64_t deadline)
{
    while (clock_monotonic_ms() < deadline) {
        const struct timespec pause = {.tv_nsec = 2000000};
        if (waitpid(pid, NULL, WNOHANG) != 0)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

void
process_stop(struct process *p)
{
    if (p->pid <= 0)
        return;
    kill(p->pid, SIGTERM);
    if (!ended_by(p->pid, clock_monotonic_ms() + STOP_MS)) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    if (p->out >= 0)
        close(p->out);
    *p = (struct process){.name = p->name, .out = -1};
}

/* Waits for the end of PID: its exit code, 128 and the signal where one ended
 * it. */
static int
wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum err
process_run(const char *name, char *const *argv, const char *log,
            struct buf *out, struct error *e)
{
    struct process p;
    struct buf ignored;
    int status = 0;
    buf_init(&ignored, 16 << 20);
    enum err err = process_start(&p, name, argv, log, e);
    if (err == ERR_OK)
        err = file_read_fd(p.out, name, out ? out : &ignored, e);
    if (p.pid > 0) {
        status = wait_for(p.pid);
        close(p.out);
    }
    if (err == ERR_OK && status != 0) {
        char what[48];
        snprintf(what, sizeof what, "ended with status %d", status);
        err = failed(name, what, log, e);
    }
    buf_clear(&ignored);
    return err;
}

/* Waits for the end of PID; what would end this process is for PID, and the
 * world behind it is put away in order. */
static int
wait_and_forward(pid_t pid, const sigset_t *signals)
{
    int status = 0, number = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        sigwait(signals, &number);
        if (number != SIGCHLD)
            kill(pid, number);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum err
process_show(const char *name, char *const *argv, struct error *e)
{
    static const int forwarded[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT};
    sigset_t signals, old;
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++)
        sigaddset(&signals, forwarded[i]);
    sigprocmask(SIG_BLOCK, &signals, &old);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        sigprocmask(SIG_SETMASK, &old, NULL);
        execv(argv[0], argv);
        _exit(127);
    }
    int status = pid < 0 ? 0 : wait_and_forward(pid, &signals);
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (pid < 0)
        return error_errno(e, ERR_IO, name);
    if (status == 0)
        return ERR_OK;
    return error_set(e, ERR_FAILED, "%s ended with status %d", name, status);
}
