/* Frames on the socket pair. */
#include "fetch/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

enum { FRAME_MAX = 64 << 20, FRAME_DEPTH = 310, FRAME_NODES = 2 << 20 };

static enum err
ended(struct error *e)
{
    return error_set(e, ERR_IO,
                     "tailor-fetch: ended without an answer (check that it is "
                     "installed)");
}

/* No SIGPIPE where the other side has ended. */
static enum err
send_all(int fd, const void *p, size_t n, struct error *e)
{
    const char *at = p;
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return ended(e);
        at += sent;
        n -= (size_t)sent;
    }
    return ERR_OK;
}

static enum err
receive_all(int fd, void *p, size_t n, struct error *e)
{
    char *at = p;
    while (n > 0) {
        ssize_t got = read(fd, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ended(e);
        at += got;
        n -= (size_t)got;
    }
    return ERR_OK;
}

enum err
frame_send(int fd, const struct value *v, struct error *e)
{
    struct buf text;
    buf_init(&text, FRAME_MAX);
    value_write(&text, v);
    uint32_t n = (uint32_t)text.len;
    enum err rc = buf_failed(&text)
                      ? error_set(e, ERR_TOO_BIG, "tailor-fetch: too much")
                      : send_all(fd, &n, sizeof n, e);
    if (rc == ERR_OK)
        rc = send_all(fd, buf_str(&text), n, e);
    buf_clear(&text);
    return rc;
}

enum err
frame_receive(int fd, size_t max, struct value **out, struct error *e)
{
    const struct value_limits limits = {max, FRAME_DEPTH, FRAME_NODES};
    uint32_t n = 0;
    *out = NULL;
    enum err rc = receive_all(fd, &n, sizeof n, e);
    if (rc == ERR_OK && n > max)
        rc = error_set(e, ERR_TOO_BIG, "tailor-fetch: too much");
    if (rc != ERR_OK)
        return rc;
    char *text = mem_alloc(n + 1);
    rc = receive_all(fd, text, n, e);
    if (rc == ERR_OK)
        rc = value_read(out, text, n, &limits, "tailor-fetch", e);
    free(text);
    return rc;
}
