/* The Unix socket of the daemon, and its client. */
#include "runtime/daemon/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/server.h"

enum { LINE_MAX_BYTES = 1024 * 1024, CLIENT_SECONDS = 5, ANSWER_SECONDS = 600 };

/* One connection, served by a thread of its own, so that neither a client
 * that says nothing nor a long command holds up the next, or a signal. */
struct client {
    struct control *control;
    pthread_t thread;
    int fd;             /* -1: none */
    bool used;          /* its thread was started and not joined yet */
    atomic_bool served; /* its thread has nothing more to do */
};

enum { CLIENTS_MAX = 16 };

struct control {
    struct command_place place;
    struct sockaddr_un address;
    int listen_fd, signal_fd, stop_fd, served_fd;
    struct client clients[CLIENTS_MAX];
    pthread_t thread;
    bool runs;
    int64_t stop_ms; /* what is under way may take as long */
    bool stops;      /* it was asked to stop once */
};

/* --- lines ---------------------------------------------------------------- */

static bool
set_address(struct sockaddr_un *address, const char *state, struct error *e)
{
    address->sun_family = AF_UNIX;
    int n = snprintf(address->sun_path, sizeof address->sun_path,
                     "%s/control.sock", state);
    if (n >= 0 && (size_t)n < sizeof address->sun_path)
        return true;
    error_set(e, ERR_INVALID, "state folder %s: its name is too long", state);
    return false;
}

static void
set_timeout(int fd, int seconds)
{
    struct timeval t = {.tv_sec = seconds};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

static bool
read_line(int fd, struct buf *out)
{
    for (;;) {
        char *at = buf_reserve(out, 4096);
        ssize_t n = at ? read(fd, at, 4096) : -1;
        if (n <= 0)
            return false;
        char *end = memchr(at, '\n', (size_t)n);
        buf_grew(out, end ? (size_t)(end - at) : (size_t)n);
        if (end)
            return true;
    }
}

static bool
write_line(int fd, struct value *v)
{
    struct buf text;
    buf_init(&text, 64 * 1024 * 1024);
    value_write(&text, v);
    buf_addc(&text, '\n');
    value_free(v);
    bool fine = !buf_failed(&text);
    for (size_t at = 0; fine && at < text.len;) {
        ssize_t n = send(fd, text.data + at, text.len - at, MSG_NOSIGNAL);
        fine = n > 0;
        at += fine ? (size_t)n : 0;
    }
    buf_clear(&text);
    return fine;
}

/* --- the daemon's side ---------------------------------------------------- */

struct work {
    const struct command_place *place;
    const struct command *command;
    const struct value *arguments;
    struct value *out;
};

static enum err
run_work(struct core *core, void *ctx, struct error *e)
{
    struct work *w = ctx;
    (void)core;
    value_free(w->out);
    w->out = NULL;
    return daemon_function_of(w->command)(w->place, w->arguments, &w->out, e);
}

static struct value *
error_value(const struct error *e)
{
    struct value *v = value_object();
    value_set_text(v, "message", e->text);
    value_set_text(v, "error", err_word(e->code));
    return v;
}

/* Does the command of W where its flags say. */
static enum err
do_work(struct control *c, struct work *w, const char *words, struct error *e)
{
    unsigned flags = w->command->flags;
    if (flags & DAEMON_STOPPED)
        return error_set(e, ERR_BUSY, "%s: tailord is running (stop it first)",
                         words);
    if (flags & DAEMON_APART)
        return run_work(c->place.core, w, e);
    return core_do(c->place.core,
                   (struct core_work){.run = run_work,
                                      .ctx = w,
                                      .outside = (flags & DAEMON_OUTSIDE) != 0,
                                      .once = (flags & DAEMON_ONCE) != 0},
                   e);
}

static struct value *
obey(struct control *c, const struct value *request)
{
    struct error e = {0};
    struct work w = {.place = &c->place};
    const char *words = value_text_or(value_get(request, "command"), "");
    w.command = daemon_command_named(words);
    w.arguments = value_get(request, "arguments");
    if (!w.command || !value_is(w.arguments, VALUE_ARRAY)) {
        error_set(&e, ERR_USAGE, "tailord: it does not know this command");
        return error_value(&e);
    }
    do_work(c, &w, words, &e);
    log_event(LOG_INFO, "command", "command", words, "outcome",
              err_word(e.code), NULL);
    if (e.code != ERR_OK) {
        value_free(w.out);
        return error_value(&e);
    }
    struct value *v = value_object();
    value_set(v, "result", w.out ? w.out : value_null());
    return v;
}

static bool
is_ours(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static void *
serve_client(void *ctx)
{
    struct client *client = ctx;
    struct control *c = client->control;
    struct value *request = NULL;
    struct buf line;
    uint64_t one = 1;
    buf_init(&line, LINE_MAX_BYTES);
    set_timeout(client->fd, CLIENT_SECONDS);
    if (is_ours(client->fd) && read_line(client->fd, &line) &&
        value_read(&request, line.data, line.len, &value_limits_document,
                   "command", NULL) == ERR_OK)
        write_line(client->fd, obey(c, request));
    value_free(request);
    buf_clear(&line);
    shutdown(client->fd, SHUT_RDWR);
    atomic_store(&client->served, true);
    return write(c->served_fd, &one, sizeof one) == sizeof one ? c : NULL;
}

static void
join_client(struct client *client)
{
    pthread_join(client->thread, NULL);
    close(client->fd);
    client->used = false;
    client->fd = -1;
}

/* A place for one more connection, or NULL while all are taken. */
static struct client *
free_place(struct control *c)
{
    struct client *found = NULL;
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        if (c->clients[i].used && atomic_load(&c->clients[i].served))
            join_client(&c->clients[i]);
        if (!c->clients[i].used)
            found = &c->clients[i];
    }
    return found;
}

static void
take_client(struct control *c, struct client *client)
{
    client->fd = accept4(c->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (client->fd < 0)
        return;
    client->control = c;
    atomic_store(&client->served, false);
    client->used =
        pthread_create(&client->thread, NULL, serve_client, client) == 0;
    if (!client->used)
        close(client->fd);
}

/* After core_commands_close no command waits any more; what still reads is
 * cut off. */
static void
end_clients(struct control *c)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (c->clients[i].used) {
            shutdown(c->clients[i].fd, SHUT_RD);
            join_client(&c->clients[i]);
        }
}

static void
take_signal(struct control *c)
{
    struct signalfd_siginfo s;
    struct error e = {0};
    if (read(c->signal_fd, &s, sizeof s) != sizeof s)
        return;
    if (s.ssi_signo != SIGHUP && c->stops) {
        log_event(LOG_WARNING, "stopping at once", NULL);
        core_stop(c->place.core);
    } else if (s.ssi_signo != SIGHUP) {
        log_event(LOG_INFO, "stopping", NULL);
        c->stops = true;
        core_drain(c->place.core, c->stop_ms);
    } else if (daemon_reload(&c->place, &e) != ERR_OK) {
        log_event(LOG_ERROR, "reload failed", "message", e.text, NULL);
    }
}

static void *
control_main(void *ctx)
{
    struct control *c = ctx;
    struct pollfd fds[] = {{.fd = c->stop_fd, .events = POLLIN},
                           {.fd = c->signal_fd, .events = POLLIN},
                           {.fd = c->served_fd, .events = POLLIN},
                           {.events = POLLIN}};
    uint64_t served;
    for (;;) {
        struct client *place = free_place(c);
        fds[3].fd = place ? c->listen_fd : -1;
        if (poll(fds, 4, -1) < 0 && errno != EINTR)
            return NULL;
        if (fds[0].revents)
            return NULL;
        if (fds[1].revents)
            take_signal(c);
        if (fds[2].revents && read(c->served_fd, &served, sizeof served) < 0)
            return NULL;
        if (fds[3].revents)
            take_client(c, place);
    }
}

static enum err
open_fds(struct control *c, struct error *e)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    c->stop_fd = eventfd(0, EFD_CLOEXEC);
    c->served_fd = eventfd(0, EFD_CLOEXEC);
    c->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
    c->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* The store is open, so no other daemon has this folder: what is left of
     * a socket is from one that was killed. */
    unlink(c->address.sun_path);
    mode_t old = umask(0177);
    int bound =
        bind(c->listen_fd, (struct sockaddr *)&c->address, sizeof c->address);
    umask(old);
    if (bound != 0 || listen(c->listen_fd, 16) != 0)
        return error_errno(e, ERR_IO, c->address.sun_path);
    return ERR_OK;
}

enum err
control_start(struct control **out, const char *state,
              const struct command_place *place, int64_t stop_ms,
              struct error *e)
{
    struct control *c = mem_alloc(sizeof *c);
    c->place = *place;
    c->stop_ms = stop_ms;
    c->listen_fd = c->signal_fd = c->stop_fd = c->served_fd = -1;
    enum err err =
        set_address(&c->address, state, e) ? open_fds(c, e) : ERR_INVALID;
    if (err == ERR_OK) {
        c->runs = pthread_create(&c->thread, NULL, control_main, c) == 0;
        if (!c->runs)
            err = error_set(e, ERR_FAILED, "tailord: cannot start a thread");
    }
    if (err != ERR_OK) {
        control_stop(c);
        return err;
    }
    *out = c;
    return ERR_OK;
}

void
control_stop(struct control *c)
{
    uint64_t one = 1;
    if (!c)
        return;
    if (c->runs) {
        if (write(c->stop_fd, &one, sizeof one) != sizeof one)
            pthread_cancel(c->thread);
        pthread_join(c->thread, NULL);
    }
    end_clients(c);
    if (c->listen_fd >= 0) {
        close(c->listen_fd);
        unlink(c->address.sun_path);
    }
    if (c->signal_fd >= 0)
        close(c->signal_fd);
    if (c->stop_fd >= 0)
        close(c->stop_fd);
    if (c->served_fd >= 0)
        close(c->served_fd);
    free(c);
}

/* --- the client's side ---------------------------------------------------- */

static enum err
take_answer(const struct buf *line, struct value **out, struct error *e)
{
    struct value *v = NULL;
    enum err err = value_read(&v, line->data, line->len, &value_limits_document,
                              "tailord", e);
    if (err != ERR_OK)
        return err;
    const char *word = value_get_text(v, "error");
    if (word)
        err = error_set(e, err_from_word(word), "%s",
                        value_text_or(value_get(v, "message"), "?"));
    else
        *out = value_detach(v, "result");
    value_free(v);
    return err;
}

enum err
control_ask(const char *state, const char *command,
            const struct value *arguments, struct value **out, struct error *e)
{
    struct sockaddr_un address = {0};
    struct buf line;
    if (!set_address(&address, state, e))
        return ERR_INVALID;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        if (fd >= 0)
            close(fd);
        return error_set(e, ERR_UNREACHABLE, "tailord: none runs on %s", state);
    }
    struct value *request = value_object();
    value_set_text(request, "command", command);
    value_set(request, "arguments", value_copy(arguments));
    buf_init(&line, 64 * 1024 * 1024);
    set_timeout(fd, ANSWER_SECONDS);
    enum err err =
        write_line(fd, request) && read_line(fd, &line)
            ? take_answer(&line, out, e)
            : error_set(e, ERR_OUTCOME_UNKNOWN,
                        "tailord: it ended before it answered (look whether "
                        "the command was done)");
    buf_clear(&line);
    close(fd);
    return err;
}
