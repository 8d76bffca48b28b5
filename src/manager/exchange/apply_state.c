/* Full copies of a runtime: pages of users and of installations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/missing.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/restored.h"
#include "manager/exchange/undone.h"
#include "value/value.h"

/* [{"app","scopes"}…] as {"app":[scopes]}. */
static char *
connected_text(const struct value *list)
{
    struct value *all = value_object();
    char *text;
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *one = value_at(list, i);
        const char *app = value_get_text(one, "app");
        const struct value *scopes = value_get(one, "scopes");
        if (app)
            value_set(all, app,
                      value_is(scopes, VALUE_ARRAY) ? value_copy(scopes)
                                                    : value_array());
    }
    text = value_to_text(all);
    value_free(all);
    return text;
}

/* [{"app","credentialId"}…] as {"app":"credentialId"}; NULL where none is
 * told. */
static char *
connected_by_text(const struct value *list)
{
    char *text = NULL;
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *one = value_at(list, i);
        const char *app = value_get_text(one, "app");
        const char *id = value_get_text(one, "credentialId");
        if (app && id && ident_is(id))
            text = copy_connected_by(text, app, id);
    }
    return text;
}

/* The apps of a full copy that refuse their credential. */
static void
set_credentials(struct copy_installation *i, const struct value *list,
                int64_t at)
{
    FREE_NULL(i->credentials);
    for (size_t k = 0; k < value_size(list); k++) {
        const struct value *one = value_at(list, k);
        const char *app = value_get_text(one, "app");
        if (app)
            i->credentials = copy_credential(
                i->credentials, app, value_get_text(one, "state"),
                value_get_text(one, "message"), at);
    }
}

/* What no move brings. */
static void
set_reported(struct copy_pointer *p, const struct state_workflow *w)
{
    FREE_NULL(p->needs);
    if (w->awaiting_version_id && w->needs)
        p->needs = value_to_text(w->needs);
    p->active = w->active;
    p->off = w->off;
    p->todo = w->todo;
}

static enum err
apply_state_workflow(struct manager *m, struct speaker *s,
                     struct full_copy *copy, const struct copy_installation *i,
                     const struct state_workflow *w, int64_t sequence,
                     struct error *e)
{
    struct move move = {.live_id = w->live_version_id,
                        .awaiting_id = w->awaiting_version_id,
                        .live_hash = w->live_hash,
                        .awaiting_hash = w->awaiting_hash,
                        .needs = w->needs,
                        .sequence = sequence,
                        .at = operation_now(m),
                        .cause = "copy",
                        .restores = true};
    struct copy_pointer p, before;
    int64_t workflow;
    enum err err = copy_workflow(m, w->workflow_id, &workflow, e);
    if (err || !workflow)
        return err;
    err = copy_pointer_load(m, i->n, workflow, move.at, &p, e);
    before = p;
    if (!err)
        err = copy_move(m, s, i->id, &p, &move, e);
    set_reported(&p, w);
    /* One that is new, or runs nothing, has lost nothing. */
    if (!err && !before.moved && i->state != INSTALLATION_UNINSTALLED)
        err = undone_workflow(m, s, copy, i->id, w->workflow_id, &before, &p,
                              e);
    if (!err)
        err = copy_pointer_save(m, s, &p, move.at, e);
    copy_pointer_clear(&p);
    return err;
}

/* What X makes of BEFORE; cleared with copy_installation_clear. */
static struct copy_installation
installation_now(const struct copy_installation *before,
                 const struct state_entry *x, int64_t at)
{
    struct copy_installation i = {.n = before->n, .state = x->state};
    struct value *answers = value_object();
    memcpy(i.id, before->id, sizeof i.id);
    i.connected = connected_text(x->connected);
    i.connected_by = connected_by_text(x->connected);
    set_credentials(&i, x->connected, at);
    copy_answers(answers, x->answered);
    i.answered = value_to_text(answers);
    value_free(answers);
    return i;
}

static enum err
take_installation(struct manager *m, struct speaker *s, struct full_copy *copy,
                  const struct copy_installation *i,
                  const struct state_entry *x, int64_t sequence,
                  struct error *e)
{
    enum err err = copy_installation_save(m, s, i, operation_now(m), e);
    for (size_t w = 0; w < x->count && !err; w++)
        err = apply_state_workflow(m, s, copy, i, &x->workflows[w], sequence,
                                   e);
    if (!err)
        err = missing_named(m, s, CS_COPIED_INSTALLATION, i->id, e);
    return err ? err : copy_condition(m, i->n, e);
}

static enum err
apply_installation(struct manager *m, struct speaker *s,
                   struct full_copy *copy, const struct state_entry *x,
                   int64_t sequence, struct error *e)
{
    struct copy_installation before, i;
    bool found, added;
    enum err err =
        copy_installation_add(m, s, x->installation_id, x->user_id,
                              x->integration_id, x->created_at, &added, e);
    if (!err)
        err = copy_installation_load(m, s, x->installation_id, &before, &found,
                                     e);
    if (err || !found)
        return err;
    i = installation_now(&before, x, operation_now(m));
    if (!added)
        err = undone_installation(m, s, copy, &before, &i, e);
    if (!err)
        err = take_installation(m, s, copy, &i, x, sequence, e);
    copy_installation_clear(&before);
    copy_installation_clear(&i);
    return err;
}

/* --- the copy as a whole -------------------------------------------------- */

static enum err
begin_copy(struct manager *m, const char *runtime_id,
           const struct full_copy *copy, struct error *e)
{
    struct speaker s;
    struct db_stmt *q;
    struct value *after;
    char *text;
    enum err err = speaker_anew(m, runtime_id, e);
    if (!err)
        err = speaker_load(m, runtime_id, &s, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_COPY_BEGINS);
    db_int(q, s.n);
    err = db_run(q, e);
    if (err)
        return err;
    after = value_object();
    value_set_int(after, "cursor", s.cursor);
    value_set_text(after, "why", copy->why);
    text = value_to_text(after);
    err = copy_audit(m, &s, NULL, REPORTED_COPY, "runtime", s.id, NULL, NULL,
                     text, e);
    if (!err && copy->why)
        err = copy_notice(m, &s, copy->why, e);
    free(text);
    value_free(after);
    return err ? err : speaker_end(m, &s, e);
}

enum err
manager_copy_begin(struct manager *m, const char *runtime_id,
                   const struct full_copy *copy, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = begin_copy(m, runtime_id, copy, e);
    return operation_end(m, err, e);
}

/* What the copy has found goes to the notice, and what the runtime may have
 * lost is queued again; a first copy finds nothing. */
static enum err
end_findings(struct manager *m, struct speaker *s, struct full_copy *copy,
             struct error *e)
{
    int64_t again;
    enum err err = ERR_OK;
    /* What a restored runtime has deleted may be wanted here. */
    if (!copy->why || copy->behind)
        err = missing_deleted(m, s, e);
    if (err || !copy->why)
        return err;
    err = outbox_renew(m, s->n, &again, e);
    copy->again += again;
    return err ? err : restored_found(m, s, copy, e);
}

static enum err
end_copy(struct manager *m, struct speaker *s, struct full_copy *copy,
         struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_CURSOR);
    enum err err;
    db_int(q, copy->cursor);
    db_int(q, copy->cursor);
    db_text(q, copy->hash[0] ? copy->hash : NULL);
    db_int(q, operation_now(m));
    db_int(q, s->n);
    err = db_run(q, e);
    if (!err) /* the notice, which stays once the copy is compared */
        err = end_findings(m, s, copy, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_COMPARED);
    db_int(q, copy->held);
    db_int(q, s->n);
    db_text(q, copy->restore[0] ? copy->restore : NULL);
    err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_RENEWED);
    db_text(q, s->id);
    err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_COPY_TAKEN);
    db_int(q, s->n);
    db_int(q, copy->asked);
    return db_run(q, e);
}

static enum err
audit_page(struct manager *m, struct speaker *s, const struct state_page *page,
           const struct full_copy *copy, struct error *e)
{
    char *after;
    enum err err;
    if (!s->changed && !s->undone) {
        operation_unaudited(m, "a page that says nothing new");
        return speaker_end(m, s, e);
    }
    after = mem_printf("{\"count\":%zu,\"cursor\":%lld,\"hash\":\"%s\"}",
                       page->count, (long long)copy->cursor, page->hash);
    restored_seal(m, s);
    err = copy_audit(m, s, NULL, REPORTED_FEED, "runtime", s->id, NULL, NULL,
                     after, e);
    free(after);
    return err ? err : speaker_end(m, s, e);
}

static enum err
apply_entries(struct manager *m, struct speaker *s,
              const struct state_page *page, struct full_copy *copy,
              struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < page->count && !err; i++) {
        const struct state_entry *x = &page->entries[i];
        if (!x->installation_id)
            err = undone_user(m, s, copy, x, e);
        if (!err)
            err = copy_user(m, s, x->user_id, x->username, x->full_name, e);
        if (!err && !x->installation_id)
            err = missing_named(m, s, CS_COPIED_USER, x->user_id, e);
        if (!err && x->installation_id)
            err = apply_installation(m, s, copy, x, page->feed_cursor, e);
    }
    return err;
}

static enum err
apply_state(struct manager *m, const char *runtime_id,
            const struct state_page *page, struct full_copy *copy, bool last,
            struct error *e)
{
    struct speaker s;
    enum err err = speaker_load(m, runtime_id, &s, e);
    if (!err && s.lost) /* while the copy is taken */
        err = error_set(e, ERR_STALE, COPY_ALTERED);
    if (!err && !copy->began) {
        copy->began = true;
        copy->cursor = page->feed_cursor;
        snprintf(copy->hash, sizeof copy->hash, "%s",
                 page->feed_hash ? page->feed_hash : "");
        err = missing_begin(m, &s, e);
    }
    if (!err)
        err = apply_entries(m, &s, page, copy, e);
    if (!copy->why || copy->behind)
        copy->moved += s.moved;
    if (!err && last)
        err = end_copy(m, &s, copy, e);
    return err ? err : audit_page(m, &s, page, copy, e);
}

enum err
manager_apply_state(struct manager *m, const char *runtime_id,
                    const struct state_page *page, struct full_copy *copy,
                    bool last, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = apply_state(m, runtime_id, page, copy, last, e);
    return operation_end(m, err, e);
}
