/* Receipts: outbox rows end, pointers follow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/versions_private.h"
#include "value/value.h"

#define ITEMS_MAX 500

/* The outbox row that a receipt answers, and those that it leads. */
struct request {
    int64_t n, runtime;
    char kind[24];
    char *actor;
    int state;
    bool late; /* an answer to it before this one could not be believed */
};

struct item {
    int64_t n, installation, workflow, version;
    char *other; /* why what the runtime runs is not what was asked; NULL */
    bool live;   /* it was refused, and runs there */
};

static enum err
load_request(struct manager *m, const char *key, struct request *out,
             struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_BY_KEY);
    memset(out, 0, sizeof *out);
    db_text(q, key);
    struct cs_request r;
    if (cs_request_next(q, &r)) {
        out->n = r.n;
        out->runtime = r.runtime;
        snprintf(out->kind, sizeof out->kind, "%s", r.kind);
        out->state = (int)r.state;
        out->late = r.next_attempt > 0;
        out->actor = mem_strdup(r.actor);
    }
    return db_end(q, e);
}

static enum err
load_items(struct manager *m, int64_t lead, struct item *out, size_t *n,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_ITEMS);
    *n = 0;
    db_int(q, lead);
    struct cs_request_item row;
    while (*n < ITEMS_MAX && cs_request_item_next(q, &row)) {
        struct item *i = &out[(*n)++];
        i->n = row.n;
        i->installation = row.installation;
        i->workflow = row.workflow;
        i->version = row.version;
        i->other = NULL;
        i->live = false;
    }
    return db_end(q, e);
}

static void
seal_receipt(struct manager *m, int64_t outbox)
{
    char name[32];
    snprintf(name, sizeof name, "%lld", (long long)outbox);
    operation_seal(m, SEAL_RECEIPT, name);
}

/* What is told with the end of ITEM, which the caller frees; NULL: nothing. An
 * item may be refused for another one of its request, and be live already. */
static char *
reason_of(const struct item *item, const struct receipt *r,
          const struct receipt_item *answer)
{
    const char *why = item->other ? item->other : answer->message;
    if (!why && !r->done)
        why = outcome_word(answer->outcome);
    return item->live ? mem_printf("%s (the same version is live there)", why)
                      : mem_strdup(why);
}

static enum err
end_row(struct manager *m, struct speaker *s, const struct receipt *r,
        const struct item *item, const struct receipt_item *answer, bool first,
        struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_END);
    char *reason = reason_of(item, r, answer);
    enum err err;
    db_int(q, r->done && !item->other ? OUTBOX_DONE : OUTBOX_REFUSED);
    db_text(q, reason);
    db_int(q, operation_now(m));
    db_int(q, item->n);
    err = db_run(q, e);
    free(reason);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RECEIPT_ADD);
    db_int(q, item->n);
    db_int(q, s->n);
    db_int(q, r->sequence);
    db_text(
        q, outcome_word(item->other ? OUTCOME_OTHER_CONTENT : answer->outcome));
    db_int(q, r->at);
    db_text(q, first ? r->text : "");
    db_text(q, r->head);
    seal_receipt(m, item->n);
    return db_run(q, e);
}

static bool
moves_pointers(const char *kind)
{
    return strcmp(kind, "release") == 0 || strcmp(kind, "base") == 0 ||
           strcmp(kind, "withdraw") == 0;
}

/* A receipt without a live version says nothing about the pointers (no such
 * installation …), and one that is LATE nothing that was not read in the feed,
 * but it ends the releasing. */
static void
keep_pointers(struct move *move, bool late, struct copy_pointer *p)
{
    if (!move->live_id || late) {
        move->sequence = -1;
        move->restores = false;
        if (p->releasing == move->releasing_ends)
            p->releasing = 0;
    }
}

static enum err
move_item(struct manager *m, struct speaker *s, const struct request *request,
          const struct receipt *r, const struct item *item,
          const struct receipt_item *answer, struct error *e)
{
    struct move move = {.live_id = answer->live_version_id,
                        .awaiting_id = answer->awaiting_version_id,
                        .live_hash = answer->live_hash,
                        .awaiting_hash = answer->awaiting_hash,
                        .needs = answer->needs,
                        .sequence = r->feed_sequence,
                        .at = r->at,
                        .actor = request->actor,
                        .cause = request->kind,
                        .releasing_ends = item->version};
    struct copy_pointer p;
    char id[IDENT_SIZE];
    int64_t at = operation_now(m);
    enum err err =
        copy_id_of(m, CS_FACT_INSTALLATION_ID, item->installation, id, e);
    if (err)
        return err;
    err = copy_pointer_load(m, item->installation, item->workflow, at, &p, e);
    keep_pointers(&move, r->feed_sequence <= s->cursor, &p);
    if (!err)
        err = copy_move(m, s, id, &p, &move, e);
    if (!err && !r->done)
        err = copy_doubt(m, s, &p, e);
    if (!err)
        err = copy_pointer_save(m, s, &p, at, e);
    copy_pointer_clear(&p);
    return err ? err : copy_condition(m, item->installation, e);
}

/* A refusal moves nothing; it has its own record. OTHER is the first reason
 * why a runtime that did it runs something else, or NULL. */
static enum err
audit_receipt(struct manager *m, struct speaker *s,
              const struct request *request, const struct receipt *r,
              const char *other, struct error *e)
{
    const struct receipt_item *first = r->count ? &r->items[0] : NULL;
    struct value *after = value_object();
    char *text;
    enum err err;
    value_set_text(after, "head", r->head);
    value_set_text(after, "key", r->key);
    value_set_text(after, "message",
                   other   ? other
                   : first ? first->message
                           : NULL);
    value_set_text(after, "outcome",
                   first ? outcome_word(first->outcome) : NULL);
    value_set_int(after, "sequence", r->sequence);
    text = value_to_text(after);
    err = copy_audit(m, s, request->actor, REPORTED_RECEIPT, "request", r->key,
                     first ? first->installation_id : NULL, NULL, text, e);
    free(text);
    value_free(after);
    return err;
}

/* The ids of what ITEM is about, and the answer's; NULL where there is none. */
struct named {
    const char *what, *ours, *theirs;
};

/* An answer about something else than what was asked for is none. */
static enum err
check_named(const struct receipt *r, const struct named *named, size_t n,
            struct error *e)
{
    for (size_t i = 0; i < n; i++)
        if (named[i].ours && named[i].theirs &&
            strcmp(named[i].ours, named[i].theirs) != 0)
            return error_set(
                e, ERR_INVALID, "receipt %s: its %s is %s, the request's is %s",
                r->key, named[i].what, named[i].theirs, named[i].ours);
    return ERR_OK;
}

/* Why A, which says that the version of NAMES runs or waits, is about another
 * content under its id, as after a restore; NULL where it is not. */
static char *
other_content(const struct cs_request_names *names,
              const struct receipt_item *a)
{
    bool waits = a->outcome == OUTCOME_AWAITING;
    const char *hash = a->outcome == OUTCOME_LIVE ? a->live_hash
                       : waits                    ? a->awaiting_hash
                                                  : NULL;
    if (!hash || !names->version_hash || strcmp(hash, names->version_hash) == 0)
        return NULL;
    return mem_printf("what %s there under the id of this version has the "
                      "content %.12s, and %.12s was released (its store was "
                      "changed or put back: look at that runtime, then "
                      "release the change as a new draft)",
                      waits ? "waits" : "runs", hash, names->version_hash);
}

static bool
is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* What the versions that A names say against its outcome for VERSION; NULL
 * where they agree. Something is always live where something was done, and what
 * is live does not wait. */
static const char *
contradiction(const struct receipt_item *a, const char *version)
{
    const char *live = a->live_version_id, *waits = a->awaiting_version_id;
    bool withdrawn = a->outcome == OUTCOME_WITHDRAWN;
    bool awaiting = a->outcome == OUTCOME_AWAITING;
    if (!withdrawn && !awaiting && a->outcome != OUTCOME_LIVE)
        return NULL;
    if (!live || (awaiting && !waits))
        return "no version is named";
    if (withdrawn && waits)
        return "a version is named that waits";
    if (is_same(live, waits))
        return "one version is named as live and as one that waits";
    if (withdrawn && is_same(live, version))
        return "the version is named as live";
    return NULL;
}

/* A receipt that contradicts itself is none: what was done is not known. */
static enum err
check_outcome(const struct request *request, const struct receipt *r,
              const struct receipt_item *a, const char *version,
              struct error *e)
{
    const char *against = contradiction(a, version);
    if (!outcome_answers(a->outcome, request->kind))
        return error_set(e, ERR_INVALID,
                         "receipt %s: the outcome \"%s\" is not one of a "
                         "request of kind %s",
                         r->key, outcome_word(a->outcome), request->kind);
    if (outcome_is_done(a->outcome) != r->done)
        return error_set(e, ERR_INVALID,
                         "receipt %s: its request was %s, and an item of it "
                         "says \"%s\"",
                         r->key, r->done ? "done" : "refused",
                         outcome_word(a->outcome));
    if (against)
        return error_set(e, ERR_INVALID,
                         "receipt %s: the outcome is \"%s\", and %s", r->key,
                         outcome_word(a->outcome), against);
    return ERR_OK;
}

static enum err
check_answer(struct manager *m, const struct request *request,
             const struct receipt *r, struct item *item,
             const struct receipt_item *a, struct error *e)
{
    enum err err = ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_NAMES);
    db_int(q, item->n);
    struct cs_request_names names;
    if (cs_request_names_next(q, &names)) {
        const char *version = names.version_id;
        bool live = a->outcome == OUTCOME_LIVE;
        bool waits = a->outcome == OUTCOME_AWAITING;
        const struct named named[] = {
            {"installation", names.installation_id, a->installation_id},
            {"workflow", names.workflow_id, a->workflow_id},
            {"live version", live ? version : NULL, a->live_version_id},
            {"waiting version", waits ? version : NULL, a->awaiting_version_id},
        };
        err = check_outcome(request, r, a, version, e);
        if (!err)
            err = check_named(r, named, sizeof named / sizeof named[0], e);
        item->other = other_content(&names, a);
        item->live =
            !r->done && is_same(a->live_version_id, version) &&
            (!a->live_hash || is_same(a->live_hash, names.version_hash));
    }
    enum err end = db_end(q, err ? NULL : e);
    return err ? err : end;
}

/* The runtime may have another content under the id of what it refused. */
static enum err
want_refused(struct manager *m, const struct speaker *s,
             const struct item *item, struct error *e)
{
    char id[IDENT_SIZE];
    enum err err = copy_id_of(m, CS_FACT_VERSION_ID, item->version, id, e);
    return err || !*id ? err : versions_want_refused(m, s->n, id, e);
}

/* One item of R, whose answer was checked. */
static enum err
apply_item(struct manager *m, struct speaker *s, const struct request *request,
           const struct receipt *r, const struct item *item, size_t i,
           struct error *e)
{
    const struct receipt_item *answer = &r->items[i];
    enum err err = end_row(m, s, r, item, answer, i == 0, e);
    if (!err)
        err = copy_condition_of(m, item->n, e);
    if (!err && item->installation && item->workflow &&
        moves_pointers(request->kind))
        err = move_item(m, s, request, r, item, answer, e);
    return err || r->done ? err : want_refused(m, s, item, e);
}

/* What was sent with an event or to start a run is of no use behind its
 * receipt. */
static enum err
drop_input(struct manager *m, const struct request *request,
           const struct receipt *r, struct error *e)
{
    if (strcmp(request->kind, "event") != 0 &&
        strcmp(request->kind, "start") != 0)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_INPUT_PURGE);
    db_text(q, r->key);
    operation_seal(m, SEAL_REQUEST, r->key);
    return db_run(q, e);
}

static enum err
apply_items(struct manager *m, struct speaker *s, const struct request *request,
            const struct receipt *r, struct error *e)
{
    struct item *items = mem_array(ITEMS_MAX, sizeof *items);
    const char *other = NULL;
    size_t n = 0;
    enum err err = load_items(m, request->n, items, &n, e);
    if (!err && n != r->count)
        err = error_set(e, ERR_INVALID,
                        "receipt %s: it has %zu items, the request %zu", r->key,
                        r->count, n);
    for (size_t i = 0; i < n && !err; i++)
        err = check_answer(m, request, r, &items[i], &r->items[i], e);
    for (size_t i = 0; i < n && !err; i++) {
        err = apply_item(m, s, request, r, &items[i], i, e);
        other = other ? other : items[i].other;
    }
    /* A runtime that refuses a base version may have another under its number
     * or id. */
    if (!err && !r->done && strcmp(request->kind, "publish") == 0)
        err = copy_list_versions(m, s, e);
    if (!err)
        err = drop_input(m, request, r, e);
    if (!err)
        err = audit_receipt(m, s, request, r, other, e);
    for (size_t i = 0; i < n; i++)
        free(items[i].other);
    free(items);
    return err;
}

/* Receipts count upwards: one whose number is not above the last comes from a
 * runtime that was put back to an older state, unless it is LATE: others did
 * not wait for it. */
static enum err
follow_chain(struct manager *m, struct speaker *s, const struct receipt *r,
             bool late, bool *went_back, struct error *e)
{
    struct db_stmt *q;
    enum err err = ERR_OK;
    if (late && r->sequence <= s->receipt_sequence)
        return ERR_OK;
    if (r->sequence <= s->receipt_sequence) {
        char *text =
            mem_printf("answered with receipt %lld after receipt "
                       "%lld: it was put back to an older state",
                       (long long)r->sequence, (long long)s->receipt_sequence);
        *went_back = true;
        err = copy_notice(m, s, text, e);
        free(text);
    }
    if (err)
        return err;
    s->receipt_sequence = r->sequence;
    q = db_use(manager_db(m), CS_RUNTIME_RECEIPT);
    db_int(q, r->sequence);
    db_text(q, r->head);
    db_int(q, s->n);
    return db_run(q, e);
}

/* True where this store has the receipt of the row: the row was queued again
 * after a restore, and its answer says nothing about the order of receipts. */
static enum err
has_receipt(struct manager *m, int64_t outbox, bool *found, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RECEIPT_OF);
    db_int(q, outbox);
    *found = db_row(q);
    return db_end(q, e);
}

static enum err
apply_one(struct manager *m, struct speaker *s, const struct receipt *r,
          bool *went_back, struct error *e)
{
    struct request request;
    bool repeated = false;
    enum err err = load_request(m, r->key, &request, e);
    if (!err && (!request.n || request.runtime != s->n))
        err = error_set(e, ERR_INVALID,
                        "receipt %s: for no request of this store to this "
                        "runtime",
                        r->key);
    if (!err && request.state != OUTBOX_DONE && request.state != OUTBOX_REFUSED)
        err = has_receipt(m, request.n, &repeated, e);
    if (!err && request.state != OUTBOX_DONE && request.state != OUTBOX_REFUSED)
        err = apply_items(m, s, &request, r, e);
    if (!err && request.state != OUTBOX_DONE &&
        request.state != OUTBOX_REFUSED && !repeated)
        err = follow_chain(m, s, r, request.late, went_back, e);
    free(request.actor);
    return err;
}

enum err
manager_apply_receipts(struct manager *m, const char *runtime_id,
                       const struct receipt *receipts, size_t n,
                       bool *went_back, struct error *e)
{
    struct speaker s;
    enum err err = operation_begin(m, ACTION_SYNC, e);
    *went_back = false;
    if (!err)
        err = speaker_load(m, runtime_id, &s, e);
    for (size_t i = 0; i < n && !err; i++)
        err = apply_one(m, &s, &receipts[i], went_back, e);
    if (!err)
        err = speaker_end(m, &s, e);
    return operation_end(m, err, e);
}
