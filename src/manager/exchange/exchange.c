/* The outbox as sync sees it, and what contacts with runtimes showed. */
#include "manager/exchange/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/restored.h"
#include "manager/session/pool.h"
#include "value/value.h"

/* --- what became of it ---------------------------------------------------- */

static enum err
begin_bookkeeping(struct manager *m, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    operation_unaudited(m, "attempts of delivery do not change state");
    return err;
}

static enum err
mark_sent(struct manager *m, const struct outbox_batch *batch, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < batch->count && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_SENT);
        db_int(q, batch->rows[i].n);
        err = db_run(q, e);
    }
    return err;
}

enum err
manager_outbox_sent(struct manager *m, const struct outbox_batch *batch,
                    struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    if (!err)
        err = mark_sent(m, batch, e);
    return operation_end(m, err, e);
}

/* NEXT_ATTEMPT 0: as it is. */
static enum err
mark_failed(struct manager *m, const struct outbox_batch *batch, int state,
            const char *why, int64_t next_attempt, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < batch->count && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_FAILED);
        db_int(q, state);
        db_text(q, why);
        db_int(q, next_attempt);
        db_int(q, batch->rows[i].n);
        err = db_run(q, e);
    }
    return err;
}

enum err
manager_outbox_failed(struct manager *m, const struct outbox_batch *batch,
                      bool arrived_not, const char *why, struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    if (!err)
        err = mark_failed(
            m, batch, arrived_not ? OUTBOX_QUEUED : OUTBOX_UNKNOWN, why, 0, e);
    return operation_end(m, err, e);
}

static enum err
show_trouble(struct manager *m, int64_t runtime, const struct error *why,
             struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_TROUBLE);
    db_text(q, why->text);
    db_int(q, runtime);
    db_text(q, err_word(why->code));
    return db_run(q, e);
}

enum err
manager_outbox_aside(struct manager *m, int64_t runtime,
                     const struct outbox_batch *batch, bool arrived_not,
                     const struct error *why, int64_t next_attempt,
                     struct error *e)
{
    int state = arrived_not ? OUTBOX_QUEUED : OUTBOX_UNKNOWN;
    enum err err = begin_bookkeeping(m, e);
    if (!err)
        err = mark_failed(m, batch, state, why->text, next_attempt, e);
    if (!err)
        err = show_trouble(m, runtime, why, e);
    return operation_end(m, err, e);
}

/* Queues again the document that the item BODY names. */
static enum err
renew_document_of(struct manager *m, int64_t runtime, const char *body,
                  struct error *e)
{
    struct value *item = NULL;
    enum err err = value_read(&item, body, strlen(body), &value_limits_document,
                              "item", e);
    const char *hash = value_get_text(item, "hash");
    if (!err && hash)
        err = outbox_renew_document(m, runtime, hash, e);
    value_free(item);
    return err;
}

enum err
manager_outbox_renew(struct manager *m, int64_t runtime,
                     const struct outbox_batch *batch, const char *why,
                     struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    for (size_t i = 0; i < batch->count && !err; i++)
        err = renew_document_of(m, runtime, batch->rows[i].body, e);
    if (!err)
        err = mark_failed(m, batch, OUTBOX_QUEUED, why, 0, e);
    return operation_end(m, err, e);
}

/* The releasing of a row that will never be answered by a receipt ends. */
static enum err
end_releasing(struct manager *m, const struct outbox_row *row, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_RELEASING_ENDS);
    db_int(q, row->n);
    return db_run(q, e);
}

static enum err
end_rows(struct manager *m, const struct outbox_batch *batch, const char *why,
         struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < batch->count && !err; i++) {
        const struct outbox_row *row = &batch->rows[i];
        struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_END);
        db_int(q, why ? OUTBOX_REFUSED : OUTBOX_DONE);
        db_text(q, why);
        db_int(q, operation_now(m));
        db_int(q, row->n);
        err = db_run(q, e);
        if (!err && why)
            err = end_releasing(m, row, e);
        if (!err && why)
            err = copy_condition_of(m, row->n, e);
        if (!err && why)
            err = operation_audit(m, "request", row->key, NULL, NULL,
                                  "{\"outcome\":\"refused\"}", e);
    }
    return err;
}

enum err
manager_outbox_delivered(struct manager *m, const struct outbox_batch *batch,
                         const char *why, struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    if (!err)
        err = end_rows(m, batch, why, e);
    return operation_end(m, err, e);
}

static enum err
end_answered(struct manager *m, const struct outbox_row *row, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_END_AGAIN);
    bool done = outcome_is_done(outcome_of_word(row->answer));
    enum err err;
    db_int(q, done ? OUTBOX_DONE : OUTBOX_REFUSED);
    db_text(q, done ? NULL : row->answer);
    db_int(q, operation_now(m));
    db_int(q, row->n);
    err = db_run(q, e);
    return err ? err : copy_condition_of(m, row->n, e);
}

enum err
manager_outbox_answered(struct manager *m, const char *runtime_id,
                        const struct outbox_batch *batch, struct error *e)
{
    struct speaker s;
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = speaker_load(m, runtime_id, &s, e);
    for (size_t i = 0; i < batch->count && !err; i++) {
        char *text = mem_printf("another program queued request %s again, "
                                "which has a receipt: it is not sent",
                                batch->rows[i].key);
        err = end_answered(m, &batch->rows[i], e);
        if (!err)
            err = copy_notice(m, &s, text, e);
        free(text);
    }
    if (!err)
        err = speaker_end(m, &s, e);
    return operation_end(m, err, e);
}

enum err
manager_outbox_next(struct manager *m, const struct outbox_ask *ask,
                    const struct outbox_batch *delivered,
                    struct outbox_batch *next, struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    memset(next, 0, sizeof *next);
    if (!err)
        err = end_rows(m, delivered, NULL, e);
    if (!err)
        err = outbox_due(m, ask, next, e);
    if (!err && next->requests && next->rows[0].state == OUTBOX_QUEUED)
        err = mark_sent(m, next, e);
    return operation_end(m, err, e);
}

struct known {
    char remote_id[IDENT_SIZE], id[IDENT_SIZE];
    char *error;
};

static enum err
load_known(struct manager *m, int64_t runtime, struct known *out,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_KNOWN);
    memset(out, 0, sizeof *out);
    db_int(q, runtime);
    struct cs_known_runtime r;
    if (cs_known_runtime_next(q, &r)) {
        snprintf(out->remote_id, IDENT_SIZE, "%s",
                 r.remote_id ? r.remote_id : "");
        out->error = mem_strdup(r.last_error);
        snprintf(out->id, IDENT_SIZE, "%s", r.id);
    }
    return db_end(q, e);
}

/* A request that was queued after the last attempt waits for the reason that
 * the attempt had. */
static enum err
tell_trouble(struct manager *m, int64_t runtime, struct outbox_status *out,
             struct error *e)
{
    struct known known;
    enum err err = load_known(m, runtime, &known, e);
    if (!err && known.error)
        snprintf(out->error, sizeof out->error, "%s", known.error);
    free(known.error);
    return err;
}

static enum err
status(struct manager *m, const char *key, struct outbox_status *out,
       struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_BY_KEY);
    int64_t n = 0, runtime = 0;
    enum err err;
    db_text(q, key);
    struct cs_request r;
    if (cs_request_next(q, &r)) {
        n = r.n;
        runtime = r.runtime;
        out->state = (int)r.state;
        out->attempts = r.attempts;
        out->uncertain = out->state == OUTBOX_UNKNOWN && r.last_error;
        snprintf(out->error, sizeof out->error, "%s",
                 r.last_error ? r.last_error : "");
    }
    err = db_end(q, e);
    if (!err && !n)
        return error_set(e, ERR_NOT_FOUND, "request %s: not in the outbox",
                         key);
    if (!err && out->state == OUTBOX_QUEUED && !out->error[0])
        err = tell_trouble(m, runtime, out, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RECEIPT_OF);
    db_int(q, n);
    if (db_row(q))
        snprintf(out->outcome, sizeof out->outcome, "%s", db_get_text(q));
    out->other = outcome_of_word(out->outcome) == OUTCOME_OTHER_CONTENT;
    return db_end(q, e);
}

enum err
manager_outbox_status(struct manager *m, const char *key,
                      struct outbox_status *out, struct error *e)
{
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    memset(out, 0, sizeof *out);
    if (!err)
        err = status(m, key, out, e);
    return operation_end(m, err, e);
}

enum err
manager_outbox_count(struct manager *m, int64_t runtime, int64_t *out,
                     struct error *e)
{
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    *out = 0;
    if (!err) {
        struct db_stmt *q = db_use(
            manager_db(m), runtime ? CS_OUTBOX_COUNT : CS_OUTBOX_COUNT_ALL);
        if (runtime)
            db_int(q, runtime);
        err = db_run_int(q, out, NULL, e);
    }
    return operation_end(m, err, e);
}

/* --- contacts ------------------------------------------------------------- */

static enum err
forget_accepted(struct manager *m, int64_t runtime,
                const struct runtime_contact *c, bool *accepted,
                struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RESTORE_ACCEPTED);
    db_int(q, runtime);
    db_int(q, c->held);
    db_int(q, c->differs);
    *accepted = db_row(q);
    enum err err = db_end(q, e);
    return err || !*accepted ? err : restored_forget(m, runtime, e);
}

/* The record of a restore that was accepted there: nothing of it is undone any
 * more. */
static enum err
audit_accepted(struct manager *m, int64_t runtime, const char *id,
               struct error *e)
{
    struct speaker s = {.n = runtime, .id = id};
    operation_seal(m, SEAL_RESTORE, id);
    return copy_audit(m, &s, NULL, REPORTED_NOTICE, "runtime", id, NULL, NULL,
                      "{\"text\":\"its restore was accepted\"}", e);
}

static enum err
save_contact(struct manager *m, int64_t runtime,
             const struct runtime_contact *c, const struct known *known,
             struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_CONTACT);
    struct speaker s = {.n = runtime, .id = known->id};
    char *after;
    enum err err;
    db_text(q, c->remote_id);
    db_int(q, c->protocol);
    db_int(q, c->clock_skew_ms);
    db_int(q, c->feed_head);
    db_int(q, c->held);
    db_int(q, operation_now(m));
    db_int(q, runtime);
    db_int(q, c->still_fails);
    db_int(q, c->certificate_ends);
    db_text(q, c->restore);
    db_int(q, c->differs);
    err = db_run(q, e);
    if (err || known->remote_id[0])
        return err;
    operation_seal(m, SEAL_RUNTIME, known->id);
    after = mem_printf("{\"runtimeId\":\"%s\"}", c->remote_id);
    err = copy_audit(m, &s, NULL, REPORTED_CONTACT, "runtime", known->id, NULL,
                     NULL, after, e);
    free(after);
    return err;
}

enum err
manager_runtime_contact(struct manager *m, int64_t runtime,
                        const struct runtime_contact *contact, struct error *e)
{
    struct known known = {.error = NULL};
    bool accepted = false;
    enum err err = begin_bookkeeping(m, e);
    if (!err)
        err = load_known(m, runtime, &known, e);
    if (!err && known.remote_id[0] &&
        strcmp(known.remote_id, contact->remote_id) != 0)
        err = error_set(e, ERR_CONFLICT,
                        "another runtime (%s) answers here than before (%s): "
                        "nothing was sent to it (check the URL; a new runtime "
                        "needs runtime add)",
                        contact->remote_id, known.remote_id);
    if (!err)
        err = speaker_anew(m, known.id, e);
    if (!err)
        err = forget_accepted(m, runtime, contact, &accepted, e);
    if (!err)
        err = save_contact(m, runtime, contact, &known, e);
    if (!err && accepted)
        err = audit_accepted(m, runtime, known.id, e);
    free(known.error);
    return operation_end(m, err, e);
}

enum err
manager_runtime_heard(struct manager *m, int64_t runtime,
                      int64_t certificate_ends, struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    if (!err) {
        struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_HEARD);
        db_int(q, operation_now(m));
        db_int(q, certificate_ends);
        db_int(q, runtime);
        err = db_run(q, e);
    }
    return operation_end(m, err, e);
}

/* The rows that wait say why, too: whoever waits for one reads it there. */
static enum err
save_trouble(struct manager *m, int64_t runtime, const struct error *why,
             struct error *e)
{
    enum err err = show_trouble(m, runtime, why, e);
    if (err)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_TROUBLE);
    db_text(q, why->text);
    db_int(q, runtime);
    return db_run(q, e);
}

enum err
manager_runtime_trouble(struct manager *m, int64_t runtime,
                        const struct error *why, struct error *e)
{
    struct known known = {.error = NULL};
    enum err err = begin_bookkeeping(m, e);
    if (!err)
        err = load_known(m, runtime, &known, e);
    if (!err && (!known.error || strcmp(known.error, why->text) != 0))
        err = save_trouble(m, runtime, why, e);
    free(known.error);
    return operation_end(m, err, e);
}

enum err
manager_runtime_tried(struct manager *m, int64_t runtime, struct error *e)
{
    enum err err = begin_bookkeeping(m, e);
    if (!err) {
        struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_TRIED);
        db_int(q, operation_now(m));
        db_int(q, runtime);
        err = db_run(q, e);
    }
    return operation_end(m, err, e);
}
