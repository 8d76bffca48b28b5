/* Live and awaiting versions move only here, by the word of a runtime. */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "value/value.h"

/* The row of version ID, 0 where it is none of this workflow and
 * installation: then it is not known here. */
static enum err
version_row(struct manager *m, const struct copy_pointer *p, const char *id,
            int64_t *n, struct error *e)
{
    struct db_stmt *q;
    *n = 0;
    if (!id)
        return ERR_OK;
    q = db_use(manager_db(m), CS_FACT_VERSION);
    db_text(q, id);
    if (db_row(q) && db_get_int(q, 1) == p->workflow &&
        (db_is_null(q, 2) || db_get_int(q, 2) == p->installation))
        *n = db_get_int(q, 0);
    return db_end(q, e);
}

static enum err
version_id(struct manager *m, int64_t n, char out[IDENT_SIZE], struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_VERSION_ID);
    out[0] = '\0';
    db_int(q, n);
    if (db_row(q))
        memcpy(out, db_get_text(q, 0), IDENT_SIZE);
    return db_end(q, e);
}

/* One record for a change of live, awaiting or withdrawn. */
static enum err
audit_move(struct manager *m, const struct speaker *s,
           const char *installation_id, const char *action, int64_t before,
           const char *after_id, const struct move *move, struct error *e)
{
    struct value *b = value_object(), *a = value_object();
    char id[IDENT_SIZE], *bt, *at;
    enum err err = version_id(m, before, id, e);
    value_set_text(b, "versionId", before ? id : NULL);
    value_set_text(a, "cause", move->cause);
    value_set_int(a, "sequence", move->sequence);
    value_set_text(a, "versionId", after_id);
    bt = value_to_text(b);
    at = value_to_text(a);
    if (!err)
        err = copy_audit(m, s, move->actor, action, "version",
                         after_id ? after_id : id, installation_id, bt, at, e);
    free(bt);
    free(at);
    value_free(b);
    value_free(a);
    return err;
}

static void
set_live(struct copy_pointer *p, int64_t live, const struct move *move)
{
    if (p->live)
        p->previous = p->live;
    p->live = live;
    p->moved = true;
    p->live_since = move->at;
    p->failed = 0;
}

static void
set_awaiting(struct copy_pointer *p, int64_t awaiting, const struct move *move)
{
    p->awaiting = awaiting;
    p->moved = true;
    FREE_NULL(p->needs);
    if (awaiting && move->needs)
        p->needs = value_to_text(move->needs);
}

enum err
copy_move(struct manager *m, const struct speaker *s,
          const char *installation_id, struct copy_pointer *p,
          const struct move *move, struct error *e)
{
    int64_t live, awaiting;
    enum err err = version_row(m, p, move->live_id, &live, e);
    if (!err)
        err = version_row(m, p, move->awaiting_id, &awaiting, e);
    if (err)
        return err;
    if (p->releasing && p->releasing == move->releasing_ends)
        p->releasing = 0;
    /* A late word: something newer has moved these pointers already. */
    if (move->sequence < p->feed_sequence && !move->restores)
        return ERR_OK;
    p->feed_sequence = move->sequence;
    if (live != p->live) {
        err = audit_move(m, s, installation_id, "live", p->live, move->live_id,
                         move, e);
        set_live(p, live, move);
    }
    if (!err && awaiting != p->awaiting) {
        /* An awaiting version that went live needs no second record. */
        if (awaiting || p->awaiting != p->live)
            err = audit_move(m, s, installation_id,
                             awaiting ? "awaiting" : "withdrawn", p->awaiting,
                             move->awaiting_id, move, e);
        set_awaiting(p, awaiting, move);
    }
    return err;
}
