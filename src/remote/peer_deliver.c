/* Delivering the outbox of one runtime, in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "remote/peer.h"
#include "remote/protocol.h"
#include "remote/retry.h"
#include "store/console.h"

#define BATCH 500

static const char *
lead_key(const struct peer *p, size_t row)
{
    while (row > 0 && p->batch.rows[row - 1].lead == p->batch.rows[row].lead)
        row--;
    return p->batch.rows[row].key;
}

/* How many requests the batch holds; KEYS (may be NULL) receives theirs. */
static size_t
count_requests(const struct peer *p, const char **keys)
{
    size_t n = 0;
    for (size_t i = 0; i < p->batch.count; i++)
        if (i == 0 || p->batch.rows[i].lead != p->batch.rows[i - 1].lead) {
            if (keys)
                keys[n] = lead_key(p, i);
            n++;
        }
    return n;
}

/* What is asked of the outbox. */
static struct outbox_ask
ask_of(const struct peer *p)
{
    return (struct outbox_ask){.runtime = p->n,
                               .limit = p->limit,
                               .held = p->held,
                               .past = &p->waiting};
}

static void
drop_batch(struct peer *p)
{
    outbox_batch_clear(&p->batch);
    p->dirty = true;
    p->all->active_at = clock_monotonic_ms();
}

/* --- how it ended --------------------------------------------------------- */

/* No answer that counts: the rows keep why, and wait. */
static void
failed(struct peer *p, bool arrived_not, const struct error *why)
{
    struct error e;
    peer_trouble(p, DOES_SEND, why);
    manager_outbox_failed(p->all->m, &p->batch, arrived_not, why->text, &e);
    drop_batch(p);
}

/* A answers nothing. Where it can be that of the batch alone, the batch is set
 * aside; which of several requests it is about shows when they are sent one by
 * one. */
static void
unanswered(struct peer *p, const struct client_answer *a, bool arrived_not)
{
    struct error e;
    enum err err;
    if (retry_concerns_all(a)) {
        failed(p, arrived_not, &a->error);
        return;
    }
    if (p->batch.requests && count_requests(p, NULL) > 1) {
        p->limit = 1;
        p->meet = true;
        err = manager_outbox_failed(p->all->m, &p->batch, arrived_not,
                                    a->error.text, &e);
    } else {
        err = peer_set_failed_aside(p, &p->batch, arrived_not, &a->error, &e);
    }
    if (err)
        peer_trouble(p, DOES_SEND, &e);
    drop_batch(p);
}

/* The runtime will not take this batch. One request among many cannot be told
 * from the others: they are sent one by one then. */
static void
refused(struct peer *p, const struct error *why)
{
    struct error e;
    enum err err;
    if (p->batch.requests && count_requests(p, NULL) > 1) {
        p->limit = 1;
        err = manager_outbox_failed(p->all->m, &p->batch, true, why->text, &e);
    } else {
        err = manager_outbox_delivered(p->all->m, &p->batch, why->text, &e);
    }
    if (err)
        peer_trouble(p, DOES_SEND, &e);
    drop_batch(p);
}

/* The runtime lacks a document that the only request of the batch names: both
 * are sent again, once. False where that was done before. */
static bool
renewed(struct peer *p, const struct client_answer *a)
{
    struct error e;
    if (!p->batch.requests || a->status != 404 || count_requests(p, NULL) > 1 ||
        strcmp(p->renewed, p->batch.rows[0].key) == 0)
        return false;
    snprintf(p->renewed, sizeof p->renewed, "%s", p->batch.rows[0].key);
    if (manager_outbox_renew(p->all->m, p->n, &p->batch, a->error.text, &e))
        peer_trouble(p, DOES_SEND, &e);
    drop_batch(p);
    return true;
}

/* A document has arrived: what is next is taken, and marked as sent, in the
 * transaction that says so. */
static enum err
take_next(struct peer *p, struct error *e)
{
    const struct outbox_ask ask = ask_of(p);
    struct outbox_batch next;
    enum err err = manager_outbox_next(p->all->m, &ask, &p->batch, &next, e);
    if (err) {
        outbox_batch_clear(&next);
        return err;
    }
    outbox_batch_clear(&p->batch);
    p->batch = next;
    p->taken = true;
    return ERR_OK;
}

/* The batch has its answer; RECEIPTS are what it has of requests. */
static void
delivered(struct peer *p, enum receipts receipts)
{
    if (receipts == RECEIPTS_WAIT)
        return;
    if (receipts == RECEIPTS_NONE) {
        drop_batch(p);
        return;
    }
    peer_well(p, DOES_SEND);
    p->in_a_row = 0;
    p->limit = 2 * p->limit < BATCH ? 2 * p->limit : BATCH;
    if (p->held) /* a resumed runtime is met anew */
        p->phase = PEER_CONTACT;
    if (p->taken) {
        p->dirty = true;
        p->all->active_at = clock_monotonic_ms();
    } else {
        drop_batch(p);
    }
}

/* The head is known now: the receipts that waited for it count, or not. */
static void
on_head(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct protocol_info info;
    struct error e = a->error;
    enum err err = e.code;
    enum receipts receipts = RECEIPTS_TAKEN;
    p->busy = false;
    if (!err && !p->kept) { /* another call met trouble meanwhile */
        e = p->trouble;
        err = e.code;
    }
    if (!err)
        err = protocol_read_info(a->body, clock_now_ms(), &info, &e);
    if (!err) {
        p->head_seen = info.feed_head;
        err = peer_take_receipts(p, p->kept, true, &receipts, &e);
    }
    value_free(p->kept);
    p->kept = NULL;
    if (err)
        failed(p, false, &e);
    else
        delivered(p, receipts);
}

/* Takes the receipts of BODY, or asks for the feed's head first. */
static enum err
take_receipts(struct peer *p, const struct value *body, enum receipts *out,
              struct error *e)
{
    enum err err = peer_take_receipts(p, body, false, out, e);
    if (!err && *out == RECEIPTS_WAIT)
        p->busy = peer_get(p, "/manage/v1/info", 0, on_head);
    return err;
}

static void
on_sent(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct error e = a->error;
    enum err err = ERR_OK;
    enum receipts receipts = RECEIPTS_TAKEN;
    p->busy = false;
    switch (retry_judge(a)) {
    case RETRY_AGAIN:
        unanswered(p, a, true);
        return;
    case RETRY_ASK:
        unanswered(p, a, false);
        return;
    case RETRY_NEVER:
        p->in_a_row = 0;
        if (!renewed(p, a))
            refused(p, &e);
        return;
    case RETRY_DONE:
        break;
    }
    if (!p->batch.requests)
        peer_aside_answered(p, p->batch.rows[0].lead);
    if (p->batch.requests)
        err = take_receipts(p, a->body, &receipts, &e);
    else if (p->held || p->all->stopping)
        err = manager_outbox_delivered(p->all->m, &p->batch, NULL, &e);
    else
        err = take_next(p, &e);
    if (err)
        failed(p, false, &e);
    else
        delivered(p, receipts);
}

/* --- sending -------------------------------------------------------------- */

static void
write_requests(const struct peer *p, struct buf *out)
{
    const struct outbox_batch *b = &p->batch;
    const char **items = mem_array(b->count, sizeof *items);
    buf_adds(out, "{\"requests\":[");
    for (size_t i = 0; i < b->count;) {
        size_t n = 0, first = i;
        while (i < b->count && b->rows[i].lead == b->rows[first].lead)
            items[n++] = b->rows[i++].body;
        if (first > 0)
            buf_addc(out, ',');
        protocol_write_request(out, b->rows[first].key, b->rows[first].kind,
                               b->rows[first].actor, items, n);
    }
    buf_adds(out, "]}");
    free(items);
}

static void
send_marked(struct peer *p)
{
    struct buf body;
    buf_init_any(&body);
    write_requests(p, &body);
    p->busy = peer_send(p,
                        &(struct client_request){"POST", "/manage/v1/requests",
                                                 buf_str(&body), body.len, 0},
                        on_sent);
    buf_clear(&body);
}

/* The mark is on disk before a byte leaves: a crash from here on leaves
 * "unknown", which is asked about first. */
static void
send_requests(struct peer *p)
{
    struct error e;
    if (manager_outbox_sent(p->all->m, &p->batch, &e))
        peer_trouble(p, DOES_SEND, &e);
    else
        send_marked(p);
}

/* The id of the integration whose entry BODY is. */
static char *
integration_path(const char *body)
{
    struct value *v = NULL;
    char *path = NULL;
    if (value_read(&v, body, strlen(body), &value_limits_document, "entry",
                   NULL) == ERR_OK)
        path = mem_printf("/manage/v1/integrations/%s",
                          value_text_or(value_get(v, "integrationId"), ""));
    value_free(v);
    return path ? path : mem_strdup("/manage/v1/integrations/");
}

static void
send_one(struct peer *p)
{
    const struct outbox_row *row = &p->batch.rows[0];
    char *path = strcmp(row->kind, "document") == 0
                     ? mem_printf("/manage/v1/documents/%s", row->hash)
                     : integration_path(row->body);
    p->busy = peer_send(
        p,
        &(struct client_request){"PUT", path, row->body, strlen(row->body), 0},
        on_sent);
    free(path);
}

/* --- a lost answer -------------------------------------------------------- */

static void
on_asked(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct error e = a->error;
    p->busy = false;
    if (a->fate == CLIENT_ANSWERED && a->status == 404) {
        /* It never arrived, so it may be sent again. */
        if (manager_outbox_failed(p->all->m, &p->batch, true, NULL, &e))
            peer_trouble(p, DOES_SEND, &e);
        drop_batch(p);
        return;
    }
    if (retry_judge(a) != RETRY_DONE) {
        unanswered(p, a, false);
        return;
    }
    peer_well(p, DOES_SEND);
    /* It arrived, and so did those that were sent with it: sending the same
     * again under the same keys gives their first answers. */
    send_requests(p);
}

static void
ask(struct peer *p)
{
    char *path = mem_printf("/manage/v1/requests/%s", p->batch.rows[0].key);
    p->busy = peer_send(p, &(struct client_request){"GET", path, NULL, 0, 0},
                        on_asked);
    free(path);
}

/* Rows that another program queued again: they are not sent. */
static void
end_answered(struct peer *p)
{
    struct error e;
    error_set(&e, ERR_DAMAGED,
              "runtime %s: %zu requests are not sent: another program queued "
              "them again, but they have receipts (see runtime list)",
              p->name, p->batch.count);
    if (p->all->say)
        p->all->say(p->all->context, p->name, e.text);
    if (manager_outbox_answered(p->all->m, p->id, &p->batch, &e))
        peer_trouble(p, DOES_SEND, &e);
    drop_batch(p);
}

void
peer_deliver(struct peer *p)
{
    struct error e;
    bool taken = p->taken && !p->held;
    enum err err = ERR_OK;
    p->taken = false;
    if (!taken) {
        const struct outbox_ask ask = ask_of(p);
        outbox_batch_clear(&p->batch);
        err = manager_outbox_due(p->all->m, &ask, &p->batch, &e);
    }
    if (err) {
        peer_trouble(p, DOES_SEND, &e);
        return;
    }
    p->dirty = false;
    if (p->batch.count == 0) {
        peer_well(p, DOES_SEND); /* what failed is not wanted any more */
        peer_aside_end(p);
        return;
    }
    if (p->batch.answered) {
        end_answered(p);
        return;
    }
    if (!p->batch.requests)
        send_one(p);
    else if (p->batch.rows[0].state == OUTBOX_UNKNOWN)
        ask(p);
    else if (taken)
        send_marked(p);
    else
        send_requests(p);
}
