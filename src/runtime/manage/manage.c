/* The management API: what the runtime is, requests, the feed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "runtime/decide/receipts.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/query.h"
#include "runtime/installed/feed.h"
#include "runtime/manage/manage.h"

enum { REQUESTS_MAX = 500, WAIT_MAX_S = 25, PAGE_MAX = 1000 };

enum err
manage_page_asked(const struct route_call *call, int64_t first,
                  struct manage_page *out, struct error *e)
{
    *out = (struct manage_page){.after = first, .limit = PAGE_MAX};
    /* A list that begins with its newest rows has none after 0. */
    enum err err = query_number(call, "after", first > 0 ? 1 : 0, INT64_MAX,
                                &out->after, e);
    return err == ERR_OK
               ? query_number(call, "limit", 1, PAGE_MAX, &out->limit, e)
               : err;
}

/* What the caller has of this runtime's history, as it is here: the hash at
 * its cursor, the head at its newest receipt; null where there is none. */
static enum err
add_history(struct route_call *call, struct value *v, struct error *e)
{
    char hash[DIGEST_SIZE], head[DIGEST_SIZE] = "";
    int64_t cursor = 0, receipt = 0;
    enum err err = query_number(call, "cursor", 0, INT64_MAX, &cursor, e);
    if (err == ERR_OK)
        err = query_number(call, "receipt", 0, INT64_MAX, &receipt, e);
    if (err == ERR_OK)
        err = feed_hash_at(call->db, call->caller.environment, cursor, hash, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(call->db, RS_RECEIPT_HEAD);
    db_int(q, call->caller.environment);
    db_int(q, receipt);
    if (db_row(q))
        snprintf(head, sizeof head, "%s", db_get_text(q));
    value_set_text(v, "feedHash", *hash ? hash : NULL);
    value_set_text(v, "receiptHead", *head ? head : NULL);
    return db_end(q, e);
}

/* How long the lists of a full copy can be at most. */
static enum err
add_sizes(struct route_call *call, struct value *v, struct error *e)
{
    struct value *sizes = value_object();
    struct rs_state_sizes s;
    struct db_stmt *q = db_use(call->db, RS_STATE_SIZES);
    if (rs_state_sizes_next(q, &s)) {
        value_set_int(sizes, "users", s.users);
        value_set_int(sizes, "installations", s.installations);
        value_set_int(sizes, "versions", s.versions);
    }
    value_set(v, "sizes", sizes);
    return db_end(q, e);
}

/* How many runs a restore has parked. */
static enum err
add_in_doubt(struct route_call *call, struct value *v, struct error *e)
{
    int64_t count = 0;
    struct db_stmt *q = db_use(call->db, RS_RUN_COUNT_RESTORED);
    db_int(q, call->caller.environment);
    enum err err = db_run_int(q, &count, NULL, e);
    value_set_int(v, "runsInDoubt", count);
    return err;
}

enum err
manage_info(struct route_call *call, struct error *e)
{
    int64_t first, head;
    char time[CLOCK_TEXT_SIZE];
    char restore[IDENT_SIZE];
    bool held = false;
    enum err err = receipts_feed_ends(call->db, call->caller.environment,
                                      &first, &head, e);
    if (err == ERR_OK)
        err = runtime_held(call->db, &held, e);
    if (err == ERR_OK)
        err = runtime_restore(call->db, restore, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object(), *protocol = value_object();
    clock_format(time, clock_now_ms());
    value_set_int(protocol, "min", MANAGE_PROTOCOL_MIN);
    value_set_int(protocol, "max", MANAGE_PROTOCOL_MAX);
    value_set(v, "protocol", protocol);
    value_set_text(v, "version", TAILOR_VERSION);
    value_set_text(v, "environment",
                   rt_environment_word(call->caller.environment));
    value_set_text(v, "runtimeId", call->runtime->id);
    value_set_text(v, "time", time);
    value_set_int(v, "feedHead", head);
    value_set_bool(v, "held", held);
    value_set_text(v, "restore", *restore ? restore : NULL);
    err = add_in_doubt(call, v, e);
    if (err == ERR_OK)
        err = add_history(call, v, e);
    if (err == ERR_OK)
        err = add_sizes(call, v, e);
    if (err == ERR_OK)
        api_answer(call, v);
    else
        value_free(v);
    return err;
}

/* --- requests ------------------------------------------------------------- */

enum err
manage_requests(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct value *receipts = value_array();
    enum err err = api_body(call, &body, e);
    const struct value *list = value_get(body, "requests");
    if (err == ERR_OK &&
        (!value_is(list, VALUE_ARRAY) || value_size(list) > REQUESTS_MAX))
        err = error_set(e, ERR_INVALID, "requests: not a list of at most %d",
                        REQUESTS_MAX);
    for (size_t i = 0; i < value_size(list) && err == ERR_OK; i++) {
        struct value *receipt = NULL;
        err = receipts_decide(call->core, call->caller.environment,
                              value_at(list, i), &receipt, e);
        if (err == ERR_OK)
            value_append(receipts, receipt);
    }
    if (err == ERR_OK)
        api_answer_data(call, receipts);
    else
        value_free(receipts);
    return err;
}

enum err
manage_request_get(struct route_call *call, struct error *e)
{
    struct value *receipt = NULL;
    enum err err = receipts_get(call->db, call->caller.environment,
                                call->params[0], &receipt, e);
    if (err == ERR_OK)
        api_answer(call, receipt);
    return err;
}

/* --- the feed ------------------------------------------------------------- */

static enum err
read_feed(struct route_call *call, const struct manage_page *page,
          struct value *list, int64_t *cursor, struct error *e)
{
    enum err read = ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_FEED_READ);
    db_int(q, page->after);
    db_int(q, call->caller.environment);
    db_int(q, page->limit);
    struct rs_feed_record r;
    while (read == ERR_OK && rs_feed_record_next(q, &r)) {
        struct value *fact = NULL;
        *cursor = r.sequence;
        read = value_read(&fact, r.body, r.body_length, &value_limits_event,
                          "fact", e);
        value_append(list, feed_record(r.sequence, r.at, r.kind, fact));
        value_free(fact);
    }
    enum err err = db_end(q, e);
    return err == ERR_OK ? read : err;
}

/* Long poll: parked until there is something after the cursor. The deadline
 * counts from the request's arrival, for its handler starts anew each time. */
static bool
parks(struct route_call *call, int64_t head, int64_t after, int64_t wait)
{
    if (head > after || wait <= 0 || call->last)
        return false;
    core_park(call, CORE_TOPIC_FEED, call->request->received_ms + wait * 1000);
    return true;
}

/* Whether the caller's cursor is of this feed: CONFLICT where this store has
 * another history, as after a restore. */
static enum err
check_cursor(struct route_call *call, int64_t after, int64_t head,
             struct error *e)
{
    const char *wanted = http_request_query(call->request, "hash");
    char hash[DIGEST_SIZE];
    if (after > head)
        return error_set(e, ERR_CONFLICT,
                         "feed: record %lld does not exist here, the newest "
                         "is %lld (take users and state again)",
                         (long long)after, (long long)head);
    if (!wanted || !*wanted)
        return ERR_OK;
    enum err err =
        feed_hash_at(call->db, call->caller.environment, after, hash, e);
    if (err == ERR_OK && strcmp(hash, wanted) != 0)
        err = error_set(e, ERR_CONFLICT,
                        "feed: the history up to record %lld differs (take "
                        "users and state again)",
                        (long long)after);
    return err;
}

enum err
manage_feed(struct route_call *call, struct error *e)
{
    char hash[DIGEST_SIZE];
    struct manage_page page;
    int64_t first, head, wait = 0;
    enum err err = manage_page_asked(call, 0, &page, e);
    if (err == ERR_OK)
        err = query_number(call, "wait", 0, WAIT_MAX_S, &wait, e);
    if (err == ERR_OK)
        err = receipts_feed_ends(call->db, call->caller.environment, &first,
                                 &head, e);
    if (err != ERR_OK)
        return err;
    int64_t cursor = page.after;
    if (page.after < first - 1)
        return error_set(e, ERR_STALE,
                         "feed: records before %lld are no longer kept (take "
                         "users and state again)",
                         (long long)first);
    err = check_cursor(call, page.after, head, e);
    if (err != ERR_OK)
        return err;
    if (parks(call, head, page.after, wait))
        return ERR_OK;
    struct value *list = value_array();
    err = read_feed(call, &page, list, &cursor, e);
    if (err == ERR_OK)
        err = feed_hash_at(call->db, call->caller.environment, cursor, hash, e);
    if (err != ERR_OK) {
        value_free(list);
        return err;
    }
    struct value *v = value_object();
    value_set(v, "data", list);
    value_set_int(v, "cursor", cursor);
    value_set_text(v, "hash", *hash ? hash : NULL);
    value_set_int(v, "head", head);
    api_answer(call, v);
    return ERR_OK;
}
