/* Pages of a runtime's feed: one transaction each, with the cursor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/restored.h"
#include "value/value.h"

/* A fact with what it is about. */
struct scene {
    struct manager *m;
    struct speaker *s;
    const struct fact *f;
    struct copy_installation i;
    bool known; /* the installation is */
};

/* --- what is about an installation ---------------------------------------- */

static enum err
set_state(struct scene *c, int state, struct error *e)
{
    enum err err;
    c->i.state = state;
    err = copy_installation_save(c->m, c->s, &c->i, c->f->at, e);
    return err ? err : copy_condition(c->m, c->i.n, e);
}

static enum err
apply_installed(struct scene *c, struct error *e)
{
    const struct fact *f = c->f;
    bool added;
    enum err err =
        copy_installation_add(c->m, c->s, f->installation_id, f->user_id,
                              f->integration_id, f->at, &added, e);
    if (err)
        return err;
    copy_installation_clear(&c->i);
    err = copy_installation_load(c->m, c->s, f->installation_id, &c->i,
                                 &c->known, e);
    if (err || !c->known)
        return err;
    return set_state(c, INSTALLATION_ACTIVE, e);
}

static enum err
apply_credential(struct scene *c, struct error *e)
{
    const struct fact *f = c->f;
    c->i.credentials =
        copy_credential(c->i.credentials, f->app, f->state, f->message, f->at);
    return copy_installation_save(c->m, c->s, &c->i, f->at, e);
}

static enum err
apply_connected(struct scene *c, struct error *e)
{
    struct value *all = copy_object(c->i.connected);
    if (c->f->kind == FACT_CONNECTED)
        value_set(all, c->f->app,
                  c->f->scopes ? value_copy(c->f->scopes) : value_array());
    else
        value_remove(all, c->f->app);
    free(c->i.connected);
    c->i.connected = value_to_text(all);
    c->i.connected_by = copy_connected_by(
        c->i.connected_by, c->f->app,
        c->f->kind == FACT_CONNECTED ? c->f->credential_id : NULL);
    value_free(all);
    return apply_credential(c, e);
}

static enum err
apply_answered(struct scene *c, struct error *e)
{
    struct value *all = copy_object(c->i.answered);
    copy_answers(all, c->f->fields);
    free(c->i.answered);
    c->i.answered = value_to_text(all);
    value_free(all);
    return copy_installation_save(c->m, c->s, &c->i, c->f->at, e);
}

/* --- what is about a workflow of it --------------------------------------- */

/* The pointers after the fact, by the word of the runtime; ids of versions
 * that stay are read back. */
static enum err
move_pointer(struct scene *c, struct copy_pointer *p, struct error *e)
{
    const struct fact *f = c->f;
    struct move move = {.sequence = f->sequence,
                        .at = f->at,
                        .needs = f->needs,
                        .actor = "runtime",
                        .cause = f->cause ? f->cause : fact_word(f->kind)};
    char kept[IDENT_SIZE] = "";
    struct cs_known_version v;
    struct db_stmt *q;
    enum err err = ERR_OK;
    if (f->kind == FACT_REMOVED) {
        p->off = true;
    } else if (f->kind == FACT_LIVE) {
        move.live_id = f->version_id;
        move.live_hash = f->hash;
    } else if (p->live) {
        err = copy_id_of(c->m, CS_FACT_VERSION_ID, p->live, kept, e);
        move.live_id = kept;
    } else if (p->live_unknown[0]) {
        memcpy(kept, p->live_unknown, IDENT_SIZE);
        move.live_id = kept;
    }
    if (f->kind == FACT_AWAITING) {
        move.awaiting_id = f->version_id;
        move.awaiting_hash = f->hash;
    }
    if (f->version_id && f->kind != FACT_WITHDRAWN && !err) {
        q = db_use(manager_db(c->m), CS_FACT_VERSION);
        db_text(q, f->version_id);
        if (cs_known_version_next(q, &v))
            move.releasing_ends = v.n;
        err = db_end(q, e);
    }
    return err ? err : copy_move(c->m, c->s, c->i.id, p, &move, e);
}

/* Counts are shown, not reckoned with: at MANY they stay, so that no runtime
 * makes them overflow. */
static void
count_runs(struct copy_pointer *p, const struct fact *f)
{
    static const int64_t MANY = INT64_C(1) << 53;
    p->failed = f->failed ? p->failed + f->failed : 0;
    if (p->failed > MANY)
        p->failed = MANY;
    p->parked = f->parked;
    p->set_aside = f->set_aside;
    p->counted = true;
}

static bool
moves(enum fact_kind kind)
{
    return kind == FACT_LIVE || kind == FACT_AWAITING ||
           kind == FACT_WITHDRAWN || kind == FACT_REMOVED;
}

/* A fact that comes after what has moved the pointers: that was a receipt, or
 * another program. */
static enum err
check_late(struct scene *c, const struct copy_pointer *p, struct error *e)
{
    struct db_stmt *q;
    bool received;
    enum err err;
    if (!moves(c->f->kind) || c->f->sequence >= p->feed_sequence)
        return ERR_OK;
    q = db_use(manager_db(c->m), CS_RECEIPT_MOVED);
    db_int(q, p->installation);
    db_int(q, p->workflow);
    db_int(q, p->feed_sequence);
    received = db_row(q);
    err = db_end(q, e);
    return err || received ? err : error_set(e, ERR_STALE, COPY_ALTERED);
}

static enum err
apply_to_pointer(struct scene *c, struct error *e)
{
    const struct fact *f = c->f;
    struct copy_pointer p;
    int64_t workflow;
    enum err err = copy_workflow(c->m, f->workflow_id, &workflow, e);
    if (err || !workflow)
        return err;
    err = copy_pointer_load(c->m, c->i.n, workflow, f->at, &p, e);
    if (!err)
        err = check_late(c, &p, e);
    if (!err && moves(f->kind))
        err = move_pointer(c, &p, e);
    else if (f->kind == FACT_TODO)
        p.todo = f->on;
    else if (f->kind == FACT_RUNS)
        count_runs(&p, f);
    else if (f->kind == FACT_ACTIVATED || f->kind == FACT_DEACTIVATED)
        p.off = f->kind == FACT_DEACTIVATED;
    else
        p.active = f->kind == FACT_RESUMED;
    if (!err)
        err = copy_pointer_save(c->m, c->s, &p, f->at, e);
    copy_pointer_clear(&p);
    return err ? err : copy_condition(c->m, c->i.n, e);
}

static enum err
apply_known(struct scene *c, struct error *e)
{
    if (c->f->workflow_id)
        return apply_to_pointer(c, e);
    switch (c->f->kind) {
    case FACT_UNINSTALLED:
        return set_state(c, INSTALLATION_UNINSTALLED, e);
    case FACT_PAUSED:
        return set_state(c, INSTALLATION_PAUSED, e);
    case FACT_RESUMED:
        return set_state(c, INSTALLATION_ACTIVE, e);
    case FACT_CONNECTED:
    case FACT_DISCONNECTED:
        return apply_connected(c, e);
    case FACT_CREDENTIAL:
        return apply_credential(c, e);
    case FACT_ANSWERED:
        return apply_answered(c, e);
    default:
        return ERR_OK;
    }
}

/* A base version that was released by another console, or by this one before
 * its store was put back, is in the list of versions. */
static enum err
apply_published(struct manager *m, const struct speaker *s,
                const struct fact *f, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_VERSION);
    struct cs_known_version v;
    bool known = false;
    db_text(q, f->version_id ? f->version_id : "");
    if (cs_known_version_next(q, &v))
        known = v.state == VERSION_RELEASED;
    enum err err = db_end(q, e);
    return err || known ? err : copy_list_versions(m, s, e);
}

static enum err
apply_one(struct manager *m, struct speaker *s, const struct fact *f,
          struct error *e)
{
    struct scene c = {.m = m, .s = s, .f = f};
    enum err err = ERR_OK;
    if (f->kind == FACT_UNKNOWN)
        return ERR_OK;
    if (f->kind == FACT_PUBLISHED)
        return apply_published(m, s, f, e);
    if (f->kind == FACT_USER)
        return copy_user(m, s, f->user_id, f->username, f->full_name, e);
    if (f->kind == FACT_USER_DELETED)
        return copy_user_deleted(m, s, f->user_id, f->at, e);
    if (!f->installation_id)
        return ERR_OK;
    err = copy_installation_load(m, s, f->installation_id, &c.i, &c.known, e);
    if (!err && f->kind == FACT_INSTALLED)
        err = apply_installed(&c, e);
    else if (!err && c.known)
        err = apply_known(&c, e);
    copy_installation_clear(&c.i);
    return err;
}

/* --- the page ------------------------------------------------------------- */

static enum err
save_cursor(struct manager *m, struct speaker *s, int64_t cursor, int64_t head,
            const char *feed_hash, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_CURSOR);
    db_int(q, cursor);
    db_int(q, head);
    db_text(q, feed_hash);
    db_int(q, operation_now(m));
    db_int(q, s->n);
    return db_run(q, e);
}

/* One record for a page; none for a page that has changed nothing but counts
 * of runs, which no seal covers: a busy runtime sends one each second. */
static enum err
audit_page(struct manager *m, struct speaker *s, size_t count, int64_t cursor,
           const char *hash, struct error *e)
{
    char *after;
    enum err err;
    if (!s->changed && !s->undone) {
        operation_unaudited(m, "a page of counts, or of nothing new");
        return speaker_end(m, s, e);
    }
    after = mem_printf("{\"count\":%zu,\"cursor\":%lld,\"hash\":\"%s\"}", count,
                       (long long)cursor, hash);
    restored_seal(m, s);
    err = copy_audit(m, s, NULL, REPORTED_FEED, "runtime", s->id, NULL, NULL,
                     after, e);
    free(after);
    return err ? err : speaker_end(m, s, e);
}

static enum err
apply_page(struct manager *m, const char *runtime_id,
           const struct fact_page *page, struct error *e)
{
    struct speaker s;
    enum err err = speaker_load(m, runtime_id, &s, e);
    if (err || page->count == 0)
        return err;
    if (s.altered)
        return error_set(e, ERR_STALE, COPY_ALTERED);
    if (page->cursor <= s.cursor)
        return ERR_OK;
    if (page->facts[0].sequence > s.cursor + 1)
        return error_set(e, ERR_CONFLICT,
                         "feed: record %lld came after %lld (the copy must be "
                         "taken again)",
                         (long long)page->facts[0].sequence,
                         (long long)s.cursor);
    for (size_t i = 0; i < page->count && !err; i++)
        if (page->facts[i].sequence > s.cursor)
            err = apply_one(m, &s, &page->facts[i], e);
    if (!err && s.restored && s.changed)
        err = restored_refresh(m, &s, e);
    if (!err)
        err = save_cursor(m, &s, page->cursor, page->head, page->feed_hash, e);
    return err ? err
               : audit_page(m, &s, page->count, page->cursor, page->hash, e);
}

enum err
manager_apply_facts(struct manager *m, const char *runtime_id,
                    const struct fact_page *page, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = apply_page(m, runtime_id, page, e);
    return operation_end(m, err, e);
}
