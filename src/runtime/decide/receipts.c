/* Receipts: deciding once, answering for ever the same. */
#include "runtime/decide/receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "runtime/access/members.h"
#include "runtime/decide/decide.h"
#include "store/runtime.h"

enum { ITEMS_MAX = 500, ACTOR_MAX = 200 };

/* The request's name by its content. */
static void
hash_of(const struct value *v, const char *before, char out[DIGEST_SIZE])
{
    struct buf text;
    buf_init_any(&text);
    buf_adds(&text, before);
    value_write_canonical(&text, v);
    digest_hex(out, buf_str(&text), text.len);
    buf_clear(&text);
}

static enum err
check_request(const struct value *request, struct error *e)
{
    const char *key = value_get_text(request, "key");
    const char *kind = value_get_text(request, "kind");
    const char *actor = value_get_text(request, "actor");
    enum err err = members_check(request, e);
    if (err != ERR_OK)
        return err;
    if (!key || !ident_is(key))
        return error_set(e, ERR_INVALID, "request: its key is not a valid id");
    if (!kind || !actor || !*actor || strlen(actor) > ACTOR_MAX)
        return error_set(e, ERR_INVALID, "request %s: kind or actor is missing",
                         key);
    if (value_size(value_get(request, "items")) > ITEMS_MAX)
        return error_set(e, ERR_TOO_BIG, "request %s: more than %d items", key,
                         ITEMS_MAX);
    return ERR_OK;
}

/* The answer of the same request, if it came before; *OUT stays NULL if not. */
static enum err
find_before(struct db *db, int environment, const char *key, const char *hash,
            struct value **out, struct error *e)
{
    bool other = false;
    enum err read = ERR_OK;
    *out = NULL;
    struct db_stmt *q = db_use(db, RS_RECEIPT_BY_KEY);
    db_int(q, environment);
    db_text(q, key);
    struct rs_receipt r;
    if (rs_receipt_next(q, &r)) {
        other = hash && strcmp(r.request, hash) != 0;
        if (!other)
            read = value_read(out, r.body, r.body_length, &value_limits_event,
                              "receipt", e);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && other)
        return error_set(e, ERR_CONFLICT,
                         "request %s: its key was used for another request",
                         key);
    return err == ERR_OK ? read : err;
}

enum err
receipts_get(struct db *db, int environment, const char *key,
             struct value **out, struct error *e)
{
    enum err err = find_before(db, environment, key, NULL, out, e);
    if (err == ERR_OK && !*out)
        err = error_set(e, ERR_NOT_FOUND,
                        "request %s: it never arrived (send it again)", key);
    return err;
}

enum err
receipts_feed_ends(struct db *db, int environment, int64_t *first,
                   int64_t *head, struct error *e)
{
    struct rs_feed_ends ends = {.first = 1};
    struct db_stmt *q = db_use(db, RS_FEED_ENDS);
    db_int(q, environment);
    rs_feed_ends_next(q, &ends);
    *first = ends.first;
    *head = ends.head;
    return db_end(q, e);
}

static enum err
last_receipt(struct db *db, int environment, int64_t *sequence,
             char head[DIGEST_SIZE], struct error *e)
{
    *sequence = 0;
    snprintf(head, DIGEST_SIZE, "%s", RECEIPT_FIRST);
    struct db_stmt *q = db_use(db, RS_RECEIPT_LAST);
    db_int(q, environment);
    struct rs_receipt_link last;
    if (rs_receipt_link_next(q, &last)) {
        *sequence = last.sequence;
        snprintf(head, DIGEST_SIZE, "%s", last.head);
    }
    return db_end(q, e);
}

static enum err
store(struct db *db, int environment, int64_t sequence, const char *key,
      const char *hash, const struct value *receipt, int64_t now,
      struct error *e)
{
    char *body = value_to_text(receipt);
    struct db_stmt *q = db_use(db, RS_RECEIPT_ADD);
    db_int(q, environment);
    db_int(q, sequence);
    db_text(q, key);
    db_text(q, hash);
    db_text(q, body);
    db_text(q, value_get_text(receipt, "head"));
    db_int(q, now);
    enum err err = db_run(q, e);
    free(body);
    return err;
}

/* Gives RECEIPT its place in the chain and keeps it. */
static enum err
seal(struct db *db, const struct request *r, const char *hash,
     struct value *receipt, struct error *e)
{
    char head[DIGEST_SIZE], at[CLOCK_TEXT_SIZE];
    int64_t sequence, first, feed, now = clock_now_ms();
    enum err err = last_receipt(db, r->environment, &sequence, head, e);
    if (err == ERR_OK)
        err = receipts_feed_ends(db, r->environment, &first, &feed, e);
    if (err != ERR_OK)
        return err;
    clock_format(at, now);
    value_set_text(receipt, "key", r->key);
    value_set_int(receipt, "sequence", sequence + 1);
    value_set_int(receipt, "feedSequence", feed);
    value_set_text(receipt, "at", at);
    hash_of(receipt, head, head);
    value_set_text(receipt, "head", head);
    return store(db, r->environment, sequence + 1, r->key, hash, receipt, now,
                 e);
}

/* A request that names a document that is not here is not decided: it is
 * answered NOT_FOUND and can be sent again under its key. */
static enum err
check_documents(struct db *db, const struct value *items, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < value_size(items) && err == ERR_OK; i++) {
        const char *hash = value_get_text(value_at(items, i), "hash");
        if (!hash || strlen(hash) != DIGEST_SIZE - 1)
            continue;
        struct db_stmt *q = db_use(db, RS_DOCUMENT_HAS);
        db_text(q, hash);
        bool found = db_row(q);
        err = db_end(q, e);
        if (err == ERR_OK && !found)
            err = error_set(e, ERR_NOT_FOUND,
                            "document %.12s: not found (send it, then send "
                            "the request again)",
                            hash);
    }
    return err;
}

static enum err
decide_new(struct db *db, const struct request *r, const struct value *request,
           const char *hash, struct value **out, struct error *e)
{
    struct value *answers = NULL;
    bool done = false;
    enum err err =
        decide_items(r, value_get(request, "items"), &answers, &done, e);
    if (err != ERR_OK)
        return err;
    struct value *receipt = value_object();
    value_set_text(receipt, "outcome", done ? "done" : "refused");
    value_set(receipt, "items", answers);
    err = seal(db, r, hash, receipt, e);
    if (err == ERR_OK)
        *out = receipt;
    else
        value_free(receipt);
    return err;
}

enum err
receipts_decide(struct core *core, int environment, const struct value *request,
                struct value **out, struct error *e)
{
    char hash[DIGEST_SIZE];
    enum err err = check_request(request, e);
    if (err != ERR_OK)
        return err;
    struct request r = {
        .core = core,
        .environment = environment,
        .key = value_get_text(request, "key"),
        .kind = value_get_text(request, "kind"),
        .actor = value_get_text(request, "actor"),
    };
    hash_of(request, "", hash);
    err = find_before(core_db(core), environment, r.key, hash, out, e);
    if (err != ERR_OK || *out)
        return err;
    err = check_documents(core_db(core), value_get(request, "items"), e);
    return err == ERR_OK ? decide_new(core_db(core), &r, request, hash, out, e)
                         : err;
}
