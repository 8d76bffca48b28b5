/* What failed alone is set aside: it waits for its next attempt while the
 * others go on. */
#include <string.h>

#include "base/clock.h"
#include "base/ident.h"
#include "remote/peer.h"
#include "remote/retry.h"

/* More are not some requests that go wrong, but a runtime that does. */
#define ASIDE_MOST 1000
/* So are so many one after the other. */
#define IN_A_ROW_MOST 8

static int64_t
when_again(unsigned failures)
{
    uint32_t random;
    random_bytes(&random, sizeof random);
    return clock_monotonic_ms() + 1 + retry_delay_ms(failures, random);
}

enum err
peer_set_aside(struct peer *p, const struct outbox_batch *batch,
               bool arrived_not, const struct error *why, struct error *e)
{
    bool is_new = strcmp(p->trouble.text, why->text) != 0;
    unsigned failures =
        outbox_waits_remove(&p->waiting, batch->rows[0].lead) + 1;
    int64_t at = when_again(failures);
    if (p->waiting.count >= ASIDE_MOST) {
        *e = *why;
        return why->code;
    }
    for (size_t i = 0; i < batch->count; i++)
        outbox_waits_add(&p->waiting, &batch->rows[i], failures, at);
    p->failures[DOES_ANSWER] = 1;
    p->trouble = *why;
    if (is_new)
        peer_say(p, why->text);
    return manager_outbox_aside(p->all->m, p->n, batch, arrived_not, why,
                                clock_now_ms() + (at - clock_monotonic_ms()),
                                e);
}

enum err
peer_set_failed_aside(struct peer *p, const struct outbox_batch *batch,
                      bool arrived_not, const struct error *why,
                      struct error *e)
{
    enum err err = peer_set_aside(p, batch, arrived_not, why, e);
    p->in_a_row++;
    p->meet = true; /* it may be the whole runtime that fails */
    if (!err && p->in_a_row >= IN_A_ROW_MOST)
        peer_trouble(p, DOES_SEND, why);
    return err;
}

void
peer_aside_forget(struct peer *p)
{
    for (size_t i = 0; i < p->waiting.count;) {
        struct outbox_wait *w = &p->waiting.rows[i];
        if (w->at != PEER_BESIDE && w->took_ms)
            w->at = 0;
        if (w->at == PEER_BESIDE || w->took_ms)
            i++;
        else
            outbox_waits_remove(&p->waiting, w->lead);
    }
}

int64_t
peer_aside_next(const struct peer *p)
{
    int64_t next = 0;
    for (size_t i = 0; i < p->waiting.count; i++) {
        int64_t at = p->waiting.rows[i].at;
        if (at && (!next || at < next))
            next = at;
    }
    return next;
}

void
peer_aside_due(struct peer *p)
{
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < p->waiting.count && p->all->follow; i++) {
        struct outbox_wait *w = &p->waiting.rows[i];
        if (w->at && w->at <= now) {
            w->at = 0;
            p->dirty = true;
        }
    }
}

void
peer_aside_answered(struct peer *p, int64_t lead)
{
    outbox_waits_remove(&p->waiting, lead);
}

void
peer_aside_end(struct peer *p)
{
    if (peer_aside_next(p))
        return;
    outbox_waits_clear(&p->waiting);
    peer_well(p, DOES_ANSWER);
}
