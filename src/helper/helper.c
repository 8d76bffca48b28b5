/* The asking side: a process that becomes a helper program. */
#include "helper/helper.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/program.h"
#include "helper/frame.h"
#include "helper/start.h"

struct helper {
    const char *program;
    int fd;                 /* this side's end, -1: given up */
    pid_t pid;              /* of the process; 0: another one has started it */
    struct frame_part part; /* of an answer */
};

/* Moves FROM to the number TO, which it keeps over exec. */
static void
place_at(int from, int to)
{
    if (from < 0 || dup2(from, to) < 0)
        _exit(1);
}

/* The process: holds nothing but both descriptors, waits for a question, and
 * becomes the program. It ends with the one that started it. */
static _Noreturn void
wait_and_become(int fd, int facts, const char *name, const char *program,
                pid_t parent)
{
    char *own = mem_strdup(name), first;
    char *const argv[] = {own, NULL}, *const environment[] = {NULL};
    sigset_t none;
    struct pollfd asked = {.fd = HELPER_FD, .events = POLLIN};
    int null = open("/dev/null", O_RDWR);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    /* High numbers first: a source may stand where a target is. */
    fd = fcntl(fd, F_DUPFD_CLOEXEC, HELPER_LAST_FD + 1);
    facts =
        fcntl(facts < 0 ? null : facts, F_DUPFD_CLOEXEC, HELPER_LAST_FD + 1);
    for (int i = 0; i < 3; i++)
        place_at(null, i);
    place_at(fd, HELPER_FD);
    place_at(facts, HELPER_FACTS_FD);
    close_range(HELPER_LAST_FD + 1, UINT_MAX, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    while (poll(&asked, 1, -1) < 0)
        continue;
    if (recv(HELPER_FD, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
        execve(program, argv, environment);
    _exit(1);
}

static enum err
start(struct helper *h, int facts, struct error *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return error_errno(e, ERR_IO, h->program);
    char *program = program_path(h->program);
    pid_t self = getpid();
    h->fd = pair[0];
    h->pid = fork();
    if (h->pid == 0) {
        close(pair[0]);
        wait_and_become(pair[1], facts, h->program, program, self);
    }
    free(program);
    close(pair[1]);
    return h->pid < 0 ? error_errno(e, ERR_IO, h->program) : ERR_OK;
}

enum err
helper_start(struct helper **out, const char *program, int facts,
             struct error *e)
{
    struct helper *h = mem_alloc(sizeof *h);
    *h = (struct helper){.program = program, .fd = -1};
    *out = h;
    enum err err = start(h, facts, e);
    if (err != ERR_OK) {
        helper_end(h);
        *out = NULL;
    }
    return err;
}

void
helper_hand_over(struct helper *h)
{
    if (h && h->fd >= 0) {
        close(h->fd);
        h->fd = -1;
    }
}

void
helper_end(struct helper *h)
{
    if (!h)
        return;
    helper_hand_over(h);
    frame_part_clear(&h->part);
    if (h->pid > 0) {
        kill(h->pid, SIGKILL); /* it holds nothing that could be lost */
        waitpid(h->pid, NULL, 0);
    }
    free(h);
}

int
helper_keep(const struct helper *h)
{
    fcntl(h->fd, F_SETFD, 0);
    return h->fd;
}

struct helper *
helper_join(const char *program, int fd)
{
    struct helper *h = mem_alloc(sizeof *h);
    *h = (struct helper){.program = program, .fd = fd};
    return h;
}

enum err
helper_send(struct helper *h, const struct value *asked, struct error *e)
{
    enum err err = frame_send(h->fd, h->program, asked, e);
    if (err != ERR_OK)
        helper_hand_over(h);
    return err;
}

bool
helper_answers(struct helper *h, int ms)
{
    return frame_wait(h->fd, clock_monotonic_ms() + ms) != 0;
}

enum err
helper_receive(struct helper *h, size_t max, int time_out_ms,
               struct value **answer, struct error *e)
{
    enum err err =
        frame_receive(h->fd, h->program, max, time_out_ms, answer, e);
    if (err != ERR_OK)
        helper_hand_over(h); /* what comes late answers no later question */
    return err;
}

int
helper_fd(const struct helper *h)
{
    return h->fd;
}

enum err
helper_receive_part(struct helper *h, size_t max, bool *whole,
                    struct value **answer, struct error *e)
{
    enum err err =
        frame_receive_part(h->fd, h->program, max, &h->part, whole, answer, e);
    if (err != ERR_OK)
        helper_hand_over(h);
    return err;
}

struct value *
helper_refusal(const struct error *e)
{
    struct value *v = value_object();
    value_set_text(v, "error", err_word(e->code));
    value_set_text(v, "message", e->text);
    return v;
}

enum err
helper_error(const struct value *answer, struct error *e)
{
    const char *word = value_get_text(answer, "error");
    const char *message = value_get_text(answer, "message");
    if (!word)
        return ERR_OK;
    return error_set(e, err_from_word(word), "%s", message ? message : "");
}
