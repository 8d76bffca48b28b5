/* Calls to one runtime. */
#include "remote/peer.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"

/* The token file holds one line. */
static enum err
read_token(struct peer *p, struct error *e)
{
    struct buf text;
    enum err err;
    if (p->token)
        return ERR_OK;
    if (!p->token_file)
        return error_set(e, ERR_INVALID,
                         "runtime %s: no token file (an admin names one)",
                         p->name);
    buf_init(&text, 4096);
    err = file_read(p->token_file, &text, e);
    if (err)
        error_prefix(e, "runtime %s: token file", p->name);
    else
        p->token = mem_strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
    if (text.data)
        explicit_bzero(text.data, text.len);
    buf_clear(&text);
    return err;
}

bool
peer_call(struct peer *p, const struct client_request *request,
          client_done *done, void *context)
{
    struct error e;
    enum err err = manager_check_place(p->all->m, &e);
    if (!err)
        err = read_token(p, &e);
    if (!err) {
        struct client_target target = {p->name, p->url, p->ca_file, p->pin,
                                       p->token};
        err = client_start(p->all->client, &target, request, done, context, &e);
    }
    if (err)
        peer_trouble(p, DOES_MEET, &e);
    return !err;
}

bool
peer_get(struct peer *p, const char *path, long time_out_ms, client_done *done)
{
    struct client_request request = {"GET", path, NULL, 0, time_out_ms};
    return peer_call(p, &request, done, p);
}
