/* Frames on the socket pair. */
#include "helper/frame.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/mem.h"

enum {
    FRAME_MAX = 64 << 20,
    FRAME_DEPTH = 310,
    FRAME_NODES = 2 << 20,
    LOOK_MS = 100 /* how often who waits looks whether it shall end */
};

static enum err
ended(const char *helper, struct error *e)
{
    return error_set(e, ERR_UNREACHABLE,
                     "%s: ended without an answer (try again; check that it is "
                     "installed)",
                     helper);
}

/* No SIGPIPE where the other side has ended. */
static enum err
send_all(int fd, const char *helper, const void *p, size_t n, struct error *e)
{
    const char *at = p;
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return ended(helper, e);
        at += sent;
        n -= (size_t)sent;
    }
    return ERR_OK;
}

int
frame_wait(int fd, int64_t until)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (;;) {
        int64_t left = until < 0 ? -1 : until - clock_monotonic_ms();
        left = until >= 0 && left < 0 ? 0 : left;
        int ready = poll(&p, 1, left < LOOK_MS ? (int)left : LOOK_MS);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return ready;
        if (ready == 0 && (left <= LOOK_MS || ending_is_asked()))
            return 0;
    }
}

static enum err
wait_until(int fd, const char *helper, int64_t until, struct error *e)
{
    int ready = frame_wait(fd, until);
    if (ready < 0)
        return ended(helper, e);
    return ready > 0 ? ERR_OK
                     : error_set(e, ERR_UNREACHABLE,
                                 "%s: no answer in time (try again)", helper);
}

static enum err
receive_all(int fd, const char *helper, void *p, size_t n, int64_t until,
            struct error *e)
{
    char *at = p;
    while (n > 0) {
        if (wait_until(fd, helper, until, e) != ERR_OK)
            return ERR_UNREACHABLE;
        ssize_t got = read(fd, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ended(helper, e);
        at += got;
        n -= (size_t)got;
    }
    return ERR_OK;
}

enum err
frame_send(int fd, const char *helper, const struct value *v, struct error *e)
{
    struct buf text;
    buf_init(&text, FRAME_MAX);
    value_write(&text, v);
    uint32_t n = (uint32_t)text.len;
    enum err err = buf_failed(&text)
                       ? error_set(e, ERR_TOO_BIG, "%s: too much", helper)
                       : send_all(fd, helper, &n, sizeof n, e);
    if (err == ERR_OK)
        err = send_all(fd, helper, buf_str(&text), n, e);
    buf_clear(&text);
    return err;
}

/* The frame of N bytes at TEXT. */
static enum err
frame_read(const char *helper, const char *text, size_t n, size_t max,
           struct value **out, struct error *e)
{
    const struct value_limits limits = {max, FRAME_DEPTH, FRAME_NODES};
    return value_read(out, text, n, &limits, helper, e);
}

static enum err
check_size(const char *helper, uint32_t n, size_t max, struct error *e)
{
    return n > max ? error_set(e, ERR_TOO_BIG, "%s: too much", helper) : ERR_OK;
}

enum err
frame_receive(int fd, const char *helper, size_t max, int time_out_ms,
              struct value **out, struct error *e)
{
    int64_t until = time_out_ms < 0 ? -1 : clock_monotonic_ms() + time_out_ms;
    uint32_t n = 0;
    *out = NULL;
    enum err err = receive_all(fd, helper, &n, sizeof n, until, e);
    if (err == ERR_OK)
        err = check_size(helper, n, max, e);
    if (err != ERR_OK)
        return err;
    char *text = mem_alloc(n + 1);
    err = receive_all(fd, helper, text, n, until, e);
    if (err == ERR_OK)
        err = frame_read(helper, text, n, max, out, e);
    free(text);
    return err;
}

/* --- bit by bit ----------------------------------------------------------- */

void
frame_part_clear(struct frame_part *p)
{
    free(p->text);
    *p = (struct frame_part){.text = NULL};
}

/* One read of what is still missing of the length, or else of the text. */
static enum err
read_more(int fd, const char *helper, size_t max, struct frame_part *p,
          struct error *e)
{
    size_t head = sizeof p->size;
    bool in_head = p->got < head;
    char *at = in_head ? (char *)&p->size + p->got : p->text + (p->got - head);
    size_t left = in_head ? head - p->got : head + p->size - p->got;
    ssize_t got = left > 0 ? read(fd, at, left) : 0;
    if (got < 0 && errno == EINTR)
        return ERR_OK;
    if (left > 0 && got <= 0)
        return ended(helper, e);
    p->got += (size_t)got;
    if (!in_head || p->got < head)
        return ERR_OK;
    enum err err = check_size(helper, p->size, max, e);
    if (err == ERR_OK)
        p->text = mem_alloc((size_t)p->size + 1);
    return err;
}

enum err
frame_receive_part(int fd, const char *helper, size_t max, struct frame_part *p,
                   bool *whole, struct value **out, struct error *e)
{
    enum err err = read_more(fd, helper, max, p, e);
    *whole = err == ERR_OK && p->text && p->got == sizeof p->size + p->size;
    if (out)
        *out = NULL;
    if (*whole && out)
        err = frame_read(helper, p->text, p->size, max, out, e);
    if (*whole || err != ERR_OK)
        frame_part_clear(p);
    return err;
}
