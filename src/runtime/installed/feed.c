/* The feed of facts, chained by a running hash. */
#include "runtime/installed/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "store/runtime.h"
#include "value/chain.h"
#include "workflow/document/document.h"

enum { RECORD_MAX = 2 * DOCUMENT_MAX_BYTES };

struct value *
feed_record(int64_t sequence, int64_t at, const char *kind,
            const struct value *fact)
{
    struct value *v = value_object();
    char time[CLOCK_TEXT_SIZE];
    clock_format(time, at);
    value_set_int(v, "sequence", sequence);
    value_set_text(v, "at", time);
    value_set_text(v, "kind", kind);
    for (size_t i = 0; i < value_size(fact); i++)
        value_set(v, value_key(fact, i, NULL), value_copy(value_at(fact, i)));
    return v;
}

/* The newest record of ENVIRONMENT: 0 and CHAIN_FIRST before the first. */
static enum err
last_record(struct db *db, int environment, int64_t *sequence,
            char hash[DIGEST_SIZE], struct error *e)
{
    *sequence = 0;
    snprintf(hash, DIGEST_SIZE, "%s", CHAIN_FIRST);
    struct db_stmt *q = db_use(db, RS_FEED_LAST);
    db_int(q, environment);
    struct rs_feed_link last;
    if (rs_feed_link_next(q, &last)) {
        *sequence = last.sequence;
        if (last.hash)
            snprintf(hash, DIGEST_SIZE, "%s", last.hash);
    }
    return db_end(q, e);
}

enum err
feed_add(struct core *core, int environment, const char *kind,
         struct value *fact, struct error *e)
{
    char hash[DIGEST_SIZE];
    int64_t sequence, now = clock_now_ms();
    enum err err = last_record(core_db(core), environment, &sequence, hash, e);
    if (err == ERR_OK) {
        struct value *record = feed_record(sequence + 1, now, kind, fact);
        if (!chain_add(hash, record, RECORD_MAX))
            err = error_set(e, ERR_TOO_BIG, "feed: the fact is too big");
        value_free(record);
    }
    if (err == ERR_OK) {
        char *body = value_to_text(fact);
        struct db_stmt *q = db_use(core_db(core), RS_FEED_ADD);
        db_int(q, environment);
        db_int(q, sequence + 1);
        db_int(q, now);
        db_text(q, kind);
        db_text(q, body);
        db_text(q, hash);
        err = db_run(q, e);
        free(body);
    }
    value_free(fact);
    if (err == ERR_OK)
        core_wake(core, CORE_TOPIC_FEED);
    return err;
}

enum err
feed_hash_at(struct db *db, int environment, int64_t sequence,
             char hash[DIGEST_SIZE], struct error *e)
{
    hash[0] = '\0';
    if (sequence == 0) {
        snprintf(hash, DIGEST_SIZE, "%s", CHAIN_FIRST);
        return ERR_OK;
    }
    struct db_stmt *q = db_use(db, RS_FEED_HASH);
    db_int(q, environment);
    db_int(q, sequence);
    const char *found = db_row(q) ? db_get_text_or_null(q) : NULL;
    if (found)
        snprintf(hash, DIGEST_SIZE, "%s", found);
    return db_end(q, e);
}
