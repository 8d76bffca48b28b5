/* What of the outbox has no answer for a while goes on beside the others: its
 * call keeps its connection, and the next batch is sent. What comes of it is
 * only whether it was answered: it is sent again then, in its turn and under
 * its key, and has more time. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "remote/peer.h"

/* How long the others wait: for a first attempt, and for one of what had no
 * answer before. */
#define FIRST_PATIENCE_MS 4000
#define AGAIN_PATIENCE_MS 1000

/* A call for a batch. */
struct delivery {
    struct peer *p;
    client_done *done;
    int64_t since;   /* monotonic */
    int64_t look_at; /* monotonic: the others have waited for long then */
    struct outbox_batch batch; /* once it goes on beside the others */
};

/* --- as long as the others wait for it ------------------------------------ */

static struct outbox_wait *
wait_of(struct peer *p, const struct outbox_batch *batch)
{
    struct outbox_wait *found = NULL;
    for (size_t i = 0; i < p->waiting.count; i++)
        if (batch->count && p->waiting.rows[i].lead == batch->rows[0].lead)
            found = &p->waiting.rows[i];
    return found;
}

static int64_t
patience_ms(struct peer *p)
{
    const struct outbox_wait *w = wait_of(p, &p->batch);
    if (!w)
        return FIRST_PATIENCE_MS;
    return w->took_ms ? 2 * w->took_ms : AGAIN_PATIENCE_MS;
}

static void late(struct delivery *d, const struct client_answer *a);

static void
on_delivery(void *context, const struct client_answer *a)
{
    struct delivery *d = context;
    struct peer *p = d->p;
    if (d != p->sending) {
        late(d, a);
        return;
    }
    client_done *done = d->done;
    p->sending = NULL;
    free(d);
    done(p, a);
}

bool
peer_send(struct peer *p, const struct client_request *request,
          client_done *done)
{
    int64_t now = clock_monotonic_ms();
    struct delivery *d = mem_alloc(sizeof *d);
    *d = (struct delivery){
        .p = p, .done = done, .since = now, .look_at = now + patience_ms(p)};
    if (!peer_call(p, request, on_delivery, d)) {
        free(d);
        return false;
    }
    p->sending = d;
    return true;
}

bool
peer_calls(const struct peer *p)
{
    bool any = p->busy;
    for (size_t i = 0; i < PEER_BESIDE_MOST; i++)
        any |= p->beside[i] != NULL;
    return any;
}

void
peer_forget_calls(struct peer *p)
{
    free(p->sending);
    for (size_t i = 0; i < PEER_BESIDE_MOST; i++)
        if (p->beside[i]) {
            outbox_batch_clear(&p->beside[i]->batch);
            free(p->beside[i]);
        }
}

/* --- beside the others ---------------------------------------------------- */

/* Whether anything is due that need not wait for p->batch. */
static bool
others_are_due(struct peer *p)
{
    struct outbox_waits past = {.count = 0};
    struct outbox_batch other;
    struct error ignored;
    const struct outbox_ask ask = {
        .runtime = p->n, .limit = 1, .held = p->held, .past = &past};
    for (size_t i = 0; i < p->batch.count; i++)
        outbox_waits_add(&past, &p->batch.rows[i], 1, PEER_BESIDE);
    size_t own = past.count, all = own + p->waiting.count;
    past.rows = mem_resize(past.rows, all ? all : 1, sizeof *past.rows);
    for (size_t i = own; i < all; i++)
        past.rows[i] = p->waiting.rows[i - own];
    past.count = all;
    bool found =
        manager_outbox_due(p->all->m, &ask, &other, &ignored) == ERR_OK &&
        other.count > 0;
    outbox_batch_clear(&other);
    past.count = own;
    outbox_waits_clear(&past);
    return found;
}

/* The rows of BATCH are tried again at AT: PEER_BESIDE while their call goes
 * on, 0 for now. */
static void
set_waits(struct peer *p, const struct outbox_batch *batch, int64_t at,
          int64_t took_ms)
{
    for (size_t i = 0; i < p->waiting.count; i++)
        for (size_t k = 0; k < batch->count; k++)
            if (p->waiting.rows[i].lead == batch->rows[k].lead) {
                p->waiting.rows[i].at = at;
                p->waiting.rows[i].took_ms = took_ms;
            }
}

void
peer_beside_due(struct peer *p)
{
    struct delivery *d = p->sending;
    struct error why, e;
    size_t slot = 0;
    if (!d || clock_monotonic_ms() < d->look_at)
        return;
    d->look_at = clock_monotonic_ms() + AGAIN_PATIENCE_MS;
    while (slot < PEER_BESIDE_MOST && p->beside[slot])
        slot++;
    if (slot == PEER_BESIDE_MOST || !others_are_due(p))
        return;
    error_set(&why, ERR_UNREACHABLE,
              "runtime %s: a request has no answer yet (the others go on)",
              p->name);
    if (peer_set_aside(p, &p->batch, false, &why, &e))
        return;
    set_waits(p, &p->batch, PEER_BESIDE, 0);
    d->batch = p->batch;
    memset(&p->batch, 0, sizeof p->batch);
    p->beside[slot] = d;
    p->sending = NULL;
    p->busy = false;
    p->dirty = true;
}

int64_t
peer_beside_next(const struct peer *p)
{
    return p->sending ? p->sending->look_at : 0;
}

static bool
is_one_request(const struct outbox_batch *batch)
{
    return batch->rows[0].lead == batch->rows[batch->count - 1].lead;
}

/* It had no answer. Of several requests, each is tried by itself. */
static void
unanswered(struct peer *p, const struct delivery *d,
           const struct client_answer *a)
{
    struct error e;
    if (!is_one_request(&d->batch)) {
        p->limit = 1;
        p->meet = true;
        set_waits(p, &d->batch, 0, 0);
    } else if (peer_set_failed_aside(p, &d->batch, a->fate == CLIENT_NOT_SENT,
                                     &a->error, &e)) {
        peer_trouble(p, DOES_SEND, &e);
    }
}

/* A call that went on beside the others has ended. */
static void
late(struct delivery *d, const struct client_answer *a)
{
    struct peer *p = d->p;
    for (size_t i = 0; i < PEER_BESIDE_MOST; i++)
        if (p->beside[i] == d)
            p->beside[i] = NULL;
    if (a->fate == CLIENT_ANSWERED)
        set_waits(p, &d->batch, 0, clock_monotonic_ms() - d->since);
    else
        unanswered(p, d, a);
    p->dirty = true;
    p->all->active_at = clock_monotonic_ms();
    outbox_batch_clear(&d->batch);
    free(d);
}
