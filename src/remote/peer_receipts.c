/* What a runtime answers to requests: receipts, each believed or not. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "remote/peer.h"
#include "remote/protocol.h"

/* The request whose first row is FROM, as a batch that borrows its rows. */
static struct outbox_batch
request_at(const struct peer *p, size_t from)
{
    size_t to = from;
    while (to < p->batch.count &&
           p->batch.rows[to].lead == p->batch.rows[from].lead)
        to++;
    return (struct outbox_batch){
        .rows = p->batch.rows + from, .count = to - from, .requests = true};
}

/* --- receipts ------------------------------------------------------------- */

/* The answers to the requests of the batch: a receipt, or why there is none. */
struct answers {
    struct receipt *at;
    struct error *why; /* code ERR_OK: the receipt counts */
    size_t n;
    int64_t highest; /* feedSequence of any of them */
};

static void
clear_answers(struct answers *a)
{
    for (size_t i = 0; i < a->n; i++)
        protocol_clear_receipt(&a->at[i]);
    free(a->at);
    free(a->why);
}

static enum err
read_answers(const struct peer *p, const struct value *body,
             struct answers *out, struct error *e)
{
    const char **keys = mem_array(p->batch.count, sizeof *keys);
    *out = (struct answers){.n = 0};
    for (size_t i = 0; i < p->batch.count; i += request_at(p, i).count)
        keys[out->n++] = p->batch.rows[i].key;
    out->at = mem_array(out->n, sizeof *out->at);
    out->why = mem_array(out->n, sizeof *out->why);
    enum err err =
        protocol_read_receipts(body, keys, out->n, out->at, out->why, e);
    for (size_t i = 0; i < out->n && !err; i++)
        if (out->at[i].feed_sequence > out->highest)
            out->highest = out->at[i].feed_sequence;
    free(keys);
    return err;
}

/* A pointer that takes in a number of the future would take in nothing else. */
static void
check_head(const struct peer *p, struct answers *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (!a->why[i].code && a->at[i].feed_sequence > p->head_seen)
            error_set(&a->why[i], ERR_INVALID,
                      "runtime %s: a receipt names record %lld of its "
                      "feed, which ends at %lld (it is not applied; its "
                      "outcome is asked for again)",
                      p->name, (long long)a->at[i].feed_sequence,
                      (long long)p->head_seen);
}

/* Applies the N receipts from AT on. */
static enum err
apply(struct peer *p, const struct receipt *at, size_t n, bool *went_back,
      struct error *e)
{
    bool back = false;
    enum err err = manager_apply_receipts(p->all->m, p->id, at, n, &back, e);
    for (size_t i = 0; i < n && !err; i++)
        if (at[i].feed_sequence > p->head_wanted)
            p->head_wanted = at[i].feed_sequence;
    *went_back = *went_back || (!err && back);
    return err;
}

/* One by one, so that one that contradicts this store harms no other. */
static enum err
apply_each(struct peer *p, struct answers *a, bool *went_back, struct error *e)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->why[i].code)
            continue;
        enum err err = apply(p, &a->at[i], 1, went_back, &a->why[i]);
        if (err && err != ERR_INVALID) {
            *e = a->why[i];
            return err;
        }
    }
    return ERR_OK;
}

static bool
all_count(const struct answers *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->why[i].code)
            return false;
    return true;
}

/* Sets aside the requests whose answers do not count. */
static enum err
set_unread_aside(struct peer *p, const struct answers *a, struct error *e)
{
    enum err err = ERR_OK;
    size_t row = 0;
    for (size_t i = 0; i < a->n && !err; i++) {
        struct outbox_batch one = request_at(p, row);
        row += one.count;
        if (!a->why[i].code)
            peer_aside_answered(p, one.rows[0].lead);
        else
            err = peer_set_aside(p, &one, false, &a->why[i], e);
    }
    return err;
}

static enum err
apply_answers(struct peer *p, struct answers *a, struct error *e)
{
    bool went_back = false;
    enum err err = ERR_INVALID;
    check_head(p, a);
    if (all_count(a))
        err = apply(p, a->at, a->n, &went_back, e);
    if (err == ERR_INVALID)
        err = apply_each(p, a, &went_back, e);
    if (!err)
        err = set_unread_aside(p, a, e);
    if (err)
        return err;
    p->caught_up = p->caught_up && p->at.cursor >= p->head_wanted;
    if (went_back)
        peer_copy_begin(p,
                        "its receipts went back in number: it was put "
                        "back to an older state",
                        false);
    return ERR_OK;
}

/* An answer that is no list of receipts says nothing of any request. Which of
 * several it is about shows when they are sent one by one. */
static enum err
take_no_list(struct peer *p, size_t requests, const struct error *why,
             struct error *e)
{
    if (requests > 1) {
        p->limit = 1;
        p->meet = true;
        return manager_outbox_failed(p->all->m, &p->batch, false, why->text, e);
    }
    struct answers one = {.n = 1, .why = mem_array(1, sizeof *one.why)};
    one.why[0] = *why;
    enum err err = set_unread_aside(p, &one, e);
    free(one.why);
    return err;
}

enum err
peer_take_receipts(struct peer *p, const struct value *body, bool head_is_known,
                   enum receipts *out, struct error *e)
{
    struct answers answers;
    struct error why;
    enum err err = read_answers(p, body, &answers, &why);
    *out = RECEIPTS_TAKEN;
    if (!err && !head_is_known && answers.highest > p->head_seen) {
        *out = RECEIPTS_WAIT;
        value_free(p->kept);
        p->kept = value_copy(body);
    } else if (err) {
        *out = answers.n > 1 ? RECEIPTS_NONE : RECEIPTS_TAKEN;
        err = take_no_list(p, answers.n, &why, e);
    } else {
        err = apply_answers(p, &answers, e);
    }
    clear_answers(&answers);
    return err;
}
