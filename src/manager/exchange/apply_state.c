/* Full copies of a runtime: pages of users and of installations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/outbox.h"
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

static enum err
apply_state_workflow(struct manager *m, struct speaker *s,
                     struct full_copy *copy, const struct copy_installation *i,
                     const struct state_workflow *w, int64_t sequence,
                     struct error *e)
{
    struct move move = {.live_id = w->live_version_id,
                        .awaiting_id = w->awaiting_version_id,
                        .needs = w->needs,
                        .sequence = sequence,
                        .at = operation_now(m),
                        .cause = "copy",
                        .restores = true};
    struct copy_pointer p;
    int64_t workflow;
    enum err err = copy_workflow(m, w->workflow_id, &workflow, e);
    if (err || !workflow)
        return err;
    err = copy_pointer_load(m, i->n, workflow, move.at, &p, e);
    if (!err)
        err = copy_move(m, s, i->id, &p, &move, e);
    if (!err)
        err = undone_workflow(m, s, copy, i->id, &p, w, e);
    p.active = w->active;
    p.off = w->off;
    p.todo = w->todo;
    if (!err)
        err = copy_pointer_save(m, s, &p, move.at, e);
    copy_pointer_clear(&p);
    return err;
}

static enum err
apply_installation(struct manager *m, struct speaker *s,
                   struct full_copy *copy, const struct state_entry *x,
                   int64_t sequence, struct error *e)
{
    struct value *answers;
    struct copy_installation i;
    bool found;
    enum err err = copy_installation_add(m, s, x->installation_id, x->user_id,
                                         x->integration_id, x->created_at, e);
    if (!err)
        err = copy_installation_load(m, s, x->installation_id, &i, &found, e);
    if (!err && found)
        err = undone_installation(m, s, copy, &i, x, e);
    if (err || !found)
        return err;
    copy->named += x->state != INSTALLATION_UNINSTALLED;
    free(i.connected);
    free(i.answered);
    i.connected = connected_text(x->connected);
    set_credentials(&i, x->connected, operation_now(m));
    answers = value_object();
    copy_answers(answers, x->answered);
    i.answered = value_to_text(answers);
    value_free(answers);
    i.state = x->state;
    err = copy_installation_save(m, s, &i, operation_now(m), e);
    for (size_t w = 0; w < x->count && !err; w++)
        err = apply_state_workflow(m, s, copy, &i, &x->workflows[w], sequence,
                                   e);
    if (!err)
        err = copy_condition(m, i.n, e);
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
    enum err err = speaker_load(m, runtime_id, &s, e);
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
    err = copy_audit(m, &s, NULL, "copy", "runtime", s.id, NULL, NULL, text, e);
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

static enum err
count_absent(struct manager *m, const struct speaker *s, struct full_copy *copy,
             struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_INSTALLATIONS);
    int64_t known = 0;
    enum err err;
    db_int(q, s->n);
    err = db_run_int(q, &known, NULL, e);
    copy->absent = known > copy->named ? known - copy->named : 0;
    return err;
}

/* What the copy has found goes to the notice, and what the runtime may have
 * lost is queued again; a first copy finds nothing. */
static enum err
end_findings(struct manager *m, struct speaker *s,
              struct full_copy *copy, struct error *e)
{
    char *text, *runs, *undone;
    int64_t again;
    enum err err;
    if (!copy->why)
        return ERR_OK;
    err = outbox_renew(m, s->n, &again, e);
    if (err)
        return err;
    copy->again += again;
    runs = copy->in_doubt
               ? mem_printf(". %lld runs are parked because they may have "
                            "ended or been cancelled after the backup was "
                            "made: look in the app, then retry or cancel each",
                            (long long)copy->in_doubt)
               : mem_strdup("");
    undone = undone_text(copy);
    text =
        mem_printf("%s. A full copy was taken: %lld live versions differ "
                   "from what this store had, %lld installations of this "
                   "store are not there (each has a record in the audit)%s. "
                   "%lld documents, integrations and base versions are sent "
                   "again%s",
                   copy->why, (long long)copy->moved, (long long)copy->absent,
                   undone, (long long)copy->again, runs);
    free(runs);
    free(undone);
    err = copy_notice(m, s, text, e);
    free(text);
    return err;
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
    if (!err)
        err = count_absent(m, s, copy, e);
    if (!err) /* the notice, which stays once the copy is compared */
        err = end_findings(m, s, copy, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_COMPARED);
    db_int(q, copy->held);
    db_int(q, s->n);
    db_text(q, copy->restore[0] ? copy->restore : NULL);
    return db_run(q, e);
}

static enum err
audit_page(struct manager *m, struct speaker *s, const struct state_page *page,
           const struct full_copy *copy, struct error *e)
{
    char *after;
    enum err err;
    if (!s->changed) {
        operation_unaudited(m, "a page that says nothing new");
        return speaker_end(m, s, e);
    }
    after = mem_printf("{\"count\":%zu,\"cursor\":%lld,\"hash\":\"%s\"}",
                       page->count, (long long)copy->cursor, page->hash);
    err =
        copy_audit(m, s, NULL, "feed", "runtime", s->id, NULL, NULL, after, e);
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
        err = copy_user(m, s, x->user_id, x->username, x->full_name, e);
        if (!err && !x->installation_id)
            err = undone_user(m, s, copy, x, e);
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
    if (!err && !copy->began) {
        copy->began = true;
        copy->cursor = page->feed_cursor;
        snprintf(copy->hash, sizeof copy->hash, "%s",
                 page->feed_hash ? page->feed_hash : "");
        if (copy->why)
            err = undone_load(m, &s, copy, e);
    }
    if (!err)
        err = apply_entries(m, &s, page, copy, e);
    copy->moved += s.moved;
    if (!err && last)
        err = end_copy(m, &s, copy, e);
    if (!err && copy->why && (s.changed || last))
        err = undone_save(m, &s, copy, e);
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
