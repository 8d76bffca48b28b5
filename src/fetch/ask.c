/* The asking side: a process that becomes tailor-fetch, and questions. */
#include "fetch/ask.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/program.h"
#include "fetch/frame.h"
#include "fetch/start.h"

/* Longer than tailor-fetch gives a runtime (FETCH_SECONDS). */
enum { ANSWER_MAX = 48 << 20, ANSWER_MS = 35000, SILENCE_MS = 2000 };

struct fetch {
    int fd;    /* this side's end, -1: given up */
    pid_t pid; /* of the process */
    fetch_silence *tell; /* NULL: nobody is told that an answer is late */
    void *context;
};

/* What the process must know, as text. */
static struct value *
start_facts(const struct runtime_list *runtimes, const struct questioner *who)
{
    struct value *v = value_object(), *list = value_array();
    for (size_t i = 0; i < runtimes->count; i++) {
        const struct runtime_row *r = &runtimes->rows[i];
        struct value *one = value_object();
        value_set_text(one, "name", r->name);
        value_set_text(one, "url", r->url);
        value_set_text(one, "ca", r->ca_file);
        value_set_text(one, "pin", r->pin);
        value_set_text(one, "token", r->read_token_file);
        value_append(list, one);
    }
    value_set_text(v, "version", TAILOR_VERSION);
    value_set_text(v, "actor", who->actor);
    value_set_bool(v, "payloads", who->payloads);
    value_set(v, "runtimes", list);
    return v;
}

/* The facts in memory that has a descriptor, to be read after exec. */
static enum err
keep_facts(const struct runtime_list *runtimes, const struct questioner *who,
           int *fd, struct error *e)
{
    struct value *v = start_facts(runtimes, who);
    char *text = value_to_text(v);
    *fd = memfd_create("runtimes", MFD_CLOEXEC);
    enum err rc = *fd < 0
                      ? error_errno(e, ERR_IO, "tailor-fetch")
                      : file_write_fd(*fd, "runtimes", text, strlen(text), e);
    lseek(*fd, 0, SEEK_SET);
    value_free(v);
    free(text);
    return rc;
}

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
wait_and_become(int fd, int facts, const char *program, pid_t parent)
{
    char name[] = "tailor-fetch", first;
    char *const argv[] = {name, NULL}, *const environment[] = {NULL};
    sigset_t none;
    struct pollfd asked = {.fd = FETCH_FD, .events = POLLIN};
    int null = open("/dev/null", O_RDWR);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    /* High numbers first: a source may stand where a target is. */
    fd = fcntl(fd, F_DUPFD_CLOEXEC, FETCH_LAST_FD + 1);
    facts = fcntl(facts, F_DUPFD_CLOEXEC, FETCH_LAST_FD + 1);
    for (int i = 0; i < 3; i++)
        place_at(null, i);
    place_at(fd, FETCH_FD);
    place_at(facts, FETCH_FACTS_FD);
    close_range(FETCH_LAST_FD + 1, UINT_MAX, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    while (poll(&asked, 1, -1) < 0)
        continue;
    if (recv(FETCH_FD, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
        execve(program, argv, environment);
    _exit(1);
}

static enum err
start(struct fetch *f, int facts, struct error *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return error_errno(e, ERR_IO, "tailor-fetch");
    char *program = program_path("tailor-fetch");
    pid_t self = getpid();
    f->fd = pair[0];
    f->pid = fork();
    if (f->pid == 0) {
        close(pair[0]);
        wait_and_become(pair[1], facts, program, self);
    }
    free(program);
    close(pair[1]);
    return f->pid < 0 ? error_errno(e, ERR_IO, "tailor-fetch") : ERR_OK;
}

enum err
fetch_start(struct fetch **out, const struct runtime_list *runtimes,
            const struct questioner *who, struct error *e)
{
    struct fetch *f = mem_alloc(sizeof *f);
    int facts;
    *f = (struct fetch){.fd = -1};
    *out = f;
    enum err rc = keep_facts(runtimes, who, &facts, e);
    if (rc == ERR_OK)
        rc = start(f, facts, e);
    if (facts >= 0)
        close(facts);
    if (rc != ERR_OK) {
        fetch_end(f);
        *out = NULL;
    }
    return rc;
}

void
fetch_hand_over(struct fetch *f)
{
    if (f && f->fd >= 0) {
        close(f->fd);
        f->fd = -1;
    }
}

void
fetch_end(struct fetch *f)
{
    if (!f)
        return;
    fetch_hand_over(f);
    if (f->pid > 0) {
        kill(f->pid, SIGKILL); /* it holds nothing that could be lost */
        waitpid(f->pid, NULL, 0);
    }
    free(f);
}

/* The body of ANSWER, or its error. */
static enum err
take_answer(struct value *answer, struct value **body, struct error *e)
{
    static const char *const payloads[] = {"input", "output", NULL};
    const char *word = value_get_text(answer, "error");
    const char *message = value_get_text(answer, "message");
    if (word)
        return error_set(e, err_from_word(word), "%s", message ? message : "");
    enum err rc = value_refuse_nul(answer, payloads, "answer", e);
    if (rc == ERR_OK)
        *body = value_detach(answer, "body");
    return rc;
}

void
fetch_tell_silence(struct fetch *f, fetch_silence *tell, void *context)
{
    f->tell = tell;
    f->context = context;
}

/* Tells that RUNTIME is waited for, once it has been silent for a while. */
static void
wait_a_while(struct fetch *f, const char *runtime)
{
    struct pollfd answer = {.fd = f->fd, .events = POLLIN};
    if (f->tell && poll(&answer, 1, SILENCE_MS) == 0)
        f->tell(f->context, runtime, FETCH_SECONDS);
}

enum err
fetch_ask(struct fetch *f, const char *runtime, enum question question,
          struct value *arguments, bool payloads, struct value **body,
          struct error *e)
{
    struct value *asked = value_object(), *answer = NULL;
    value_set_text(asked, "question", question_rules[question].word);
    value_set_text(asked, "runtime", runtime);
    value_set_bool(asked, "payloads", payloads);
    value_set(asked, "arguments", arguments ? arguments : value_object());
    *body = NULL;
    enum err rc = frame_send(f->fd, asked, e);
    if (rc == ERR_OK)
        wait_a_while(f, runtime);
    if (rc == ERR_OK)
        rc = frame_receive(f->fd, ANSWER_MAX, ANSWER_MS, &answer, e);
    if (rc != ERR_OK)
        fetch_hand_over(f); /* what comes late answers no later question */
    else
        rc = take_answer(answer, body, e);
    value_free(asked);
    value_free(answer);
    return rc;
}
