/* Live and awaiting versions move only here, by the word of a runtime. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "value/value.h"

/* A version as a runtime names it: its row, or its id where it is none of
 * this workflow and installation in this store. */
struct named {
    int64_t n;
    char unknown[IDENT_SIZE];
    char told[DIGEST_SIZE]; /* its content as reported; "": unknown */
};

/* A version that is in this store and is another customer's: nothing that is
 * fetched makes it this one's, so it is told and not asked for. */
static enum err
say_foreign(struct manager *m, struct speaker *s, const char *installation_id,
            const char *id, struct error *e)
{
    char *text = mem_printf("says that version %s runs at installation %s: "
                            "that version belongs to another installation or "
                            "workflow",
                            id, installation_id);
    enum err err = copy_notice(m, s, text, e);
    free(text);
    return err;
}

static enum err
add_unknown(struct manager *m, struct speaker *s, const struct copy_pointer *p,
            const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_ADD);
    db_int(q, s->n);
    db_text(q, id);
    db_int(q, p->workflow);
    db_int(q, p->installation);
    return db_run(q, e);
}

/* A version as a runtime names it; HASH, of its content, is NULL where it does
 * not tell. BEFORE is the id that was unknown before. */
struct word {
    const char *id, *hash, *before;
};

/* What is unknown keeps the content that it was reported with until another
 * is reported. */
static struct word
word_of(const char *id, const char *hash, const char *unknown, const char *told)
{
    bool stays = id && *told && strcmp(id, unknown) == 0;
    return (struct word){id, !hash && stays ? told : hash, unknown};
}

/* P agrees with the list of versions again. */
static enum err
agree(struct manager *m, const struct speaker *s, const struct copy_pointer *p,
      const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_AGREED);
    db_int(q, s->n);
    db_int(q, p->workflow);
    db_text(q, id);
    db_int(q, p->installation);
    return db_run(q, e);
}

/* A draft is live nowhere, and what has another content at the runtime, or is
 * known to have one, is not what runs there. */
static enum err
is_what_runs(struct manager *m, const struct speaker *s, const char *id,
             int64_t state, bool *is, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_HAS);
    db_int(q, s->n);
    db_text(q, id);
    *is = !db_row(q) && state == VERSION_RELEASED;
    return db_end(q, e);
}

static enum err
name_version_of(struct manager *m, struct speaker *s,
                const char *installation_id, const struct copy_pointer *p,
                const struct word *w, struct named *out, struct error *e)
{
    struct db_stmt *q;
    bool foreign = false, is = false, same = false;
    int64_t row = 0, state = 0;
    enum err err;
    memset(out, 0, sizeof *out);
    if (!w->id)
        return ERR_OK;
    q = db_use(manager_db(m), CS_FACT_VERSION);
    db_text(q, w->id);
    struct cs_known_version v;
    if (cs_known_version_next(q, &v)) {
        row = v.n;
        state = v.state;
        same = !w->hash || strcmp(v.hash, w->hash) == 0;
        foreign = v.workflow != p->workflow ||
                  (v.installation && v.installation != p->installation);
    }
    err = db_end(q, e);
    if (!err && row && !foreign && same)
        err = is_what_runs(m, s, w->id, state, &is, e);
    out->n = is ? row : 0;
    if (!err && is && strcmp(w->before, w->id) == 0)
        err = agree(m, s, p, w->id, e);
    if (err || is)
        return err;
    snprintf(out->unknown, sizeof out->unknown, "%s", w->id);
    snprintf(out->told, sizeof out->told, "%s", w->hash ? w->hash : "");
    if (strcmp(w->before, w->id) == 0)
        return ERR_OK;
    return foreign ? say_foreign(m, s, installation_id, w->id, e)
                   : add_unknown(m, s, p, w->id, e);
}

/* One record for a change of live, awaiting or withdrawn. */
static enum err
audit_move(struct manager *m, struct speaker *s, const char *installation_id,
           enum reported what, const struct named *before, const char *after_id,
           const struct move *move, struct error *e)
{
    struct value *b = value_object(), *a = value_object();
    char id[IDENT_SIZE], *bt, *at;
    enum err err = copy_id_of(m, CS_FACT_VERSION_ID, before->n, id, e);
    if (!before->n)
        memcpy(id, before->unknown, IDENT_SIZE);
    value_set_text(b, "versionId", id[0] ? id : NULL);
    value_set_text(a, "cause", move->cause);
    value_set_int(a, "sequence", move->sequence);
    value_set_text(a, "versionId", after_id);
    bt = value_to_text(b);
    at = value_to_text(a);
    if (!err)
        err = copy_audit(m, s, move->actor, what, "version",
                         after_id ? after_id : id, installation_id, bt, at, e);
    free(bt);
    free(at);
    value_free(b);
    value_free(a);
    return err;
}

static void
set_live(struct copy_pointer *p, const struct named *live,
         const struct move *move)
{
    if (p->live)
        p->previous = p->live;
    p->live = live->n;
    memcpy(p->live_unknown, live->unknown, IDENT_SIZE);
    p->moved = true;
    p->live_since = move->at;
    p->failed = 0;
}

static void
set_awaiting(struct copy_pointer *p, const struct named *awaiting,
             const struct move *move)
{
    p->awaiting = awaiting->n;
    memcpy(p->awaiting_unknown, awaiting->unknown, IDENT_SIZE);
    p->moved = true;
    FREE_NULL(p->needs);
    if (move->awaiting_id && move->needs)
        p->needs = value_to_text(move->needs);
}

static struct named
named_of(int64_t n, const char *unknown)
{
    struct named v = {.n = n};
    snprintf(v.unknown, sizeof v.unknown, "%s", unknown);
    return v;
}

static bool
same(const struct named *a, const struct named *b)
{
    return a->n == b->n && strcmp(a->unknown, b->unknown) == 0;
}

static bool
is_none(const struct named *v)
{
    return v->n == 0 && v->unknown[0] == '\0';
}

static enum err
move_live(struct manager *m, struct speaker *s, const char *installation_id,
          struct copy_pointer *p, const struct named *live,
          const struct move *move, struct error *e)
{
    struct named before = named_of(p->live, p->live_unknown);
    memcpy(p->live_reported, live->told, DIGEST_SIZE);
    if (same(&before, live))
        return ERR_OK;
    s->moved += !is_none(&before);
    set_live(p, live, move);
    return audit_move(m, s, installation_id, REPORTED_LIVE, &before,
                      move->live_id, move, e);
}

static enum err
move_awaiting(struct manager *m, struct speaker *s, const char *installation_id,
              struct copy_pointer *p, const struct named *awaiting,
              const struct move *move, struct error *e)
{
    struct named before = named_of(p->awaiting, p->awaiting_unknown);
    struct named live = named_of(p->live, p->live_unknown);
    enum err err = ERR_OK;
    memcpy(p->awaiting_reported, awaiting->told, DIGEST_SIZE);
    if (same(&before, awaiting))
        return ERR_OK;
    /* An awaiting version that went live needs no second record. */
    if (!is_none(awaiting) || !same(&before, &live))
        err = audit_move(m, s, installation_id,
                         is_none(awaiting) ? REPORTED_WITHDRAWN
                                           : REPORTED_AWAITING,
                         &before, move->awaiting_id, move, e);
    set_awaiting(p, awaiting, move);
    return err;
}

enum err
copy_list_versions(struct manager *m, const struct speaker *s, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_VERSIONS_SET);
    db_text(q, NULL);
    db_int(q, s->n);
    return db_run(q, e);
}

enum err
copy_doubt(struct manager *m, const struct speaker *s,
           const struct copy_pointer *p, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_DOUBT);
    bool refused;
    db_int(q, p->live);
    db_int(q, p->awaiting);
    refused = db_row(q);
    enum err err = db_end(q, e);
    return err || !refused ? err : copy_list_versions(m, s, e);
}

enum err
copy_move(struct manager *m, struct speaker *s, const char *installation_id,
          struct copy_pointer *p, const struct move *move, struct error *e)
{
    struct named live, awaiting;
    const struct word goes = word_of(move->live_id, move->live_hash,
                                     p->live_unknown, p->live_reported);
    const struct word waits =
        word_of(move->awaiting_id, move->awaiting_hash, p->awaiting_unknown,
                p->awaiting_reported);
    enum err err;
    if (p->releasing && p->releasing == move->releasing_ends)
        p->releasing = 0;
    /* A late word: something newer has moved these pointers already. */
    if (move->sequence < p->feed_sequence && !move->restores)
        return ERR_OK;
    err = name_version_of(m, s, installation_id, p, &goes, &live, e);
    if (!err)
        err = name_version_of(m, s, installation_id, p, &waits, &awaiting, e);
    if (err)
        return err;
    p->feed_sequence = move->sequence;
    err = move_live(m, s, installation_id, p, &live, move, e);
    if (!err)
        err = move_awaiting(m, s, installation_id, p, &awaiting, move, e);
    return err || !p->moved ? err : copy_doubt(m, s, p, e);
}
