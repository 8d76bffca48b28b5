/* Pages of a runtime's feed: one transaction each, with the cursor. */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "value/value.h"

/* A fact with what it is about. */
struct scene {
    struct manager *m;
    const struct speaker *s;
    const struct fact *f;
    struct copy_installation i;
    bool known; /* the installation is */
};

static struct value *
read_object(const char *text)
{
    struct value *v = NULL;
    if (text && value_read(&v, text, strlen(text), &value_limits_document,
                           "copy", NULL) == ERR_OK)
        return v;
    return value_object();
}

/* --- what is about an installation ---------------------------------------- */

static enum err
set_state(struct scene *c, int state, struct error *e)
{
    enum err err;
    c->i.state = state;
    err = copy_installation_save(c->m, &c->i, c->f->at, e);
    return err ? err : copy_condition(c->m, c->i.n, e);
}

static enum err
apply_installed(struct scene *c, struct error *e)
{
    const struct fact *f = c->f;
    enum err err =
        copy_installation_add(c->m, c->s, f->installation_id, f->user_id,
                              f->integration_id, f->at, e);
    if (err)
        return err;
    copy_installation_clear(&c->i);
    err = copy_installation_load(c->m, c->s, f->installation_id, &c->i,
                                 &c->known, e);
    if (err || !c->known)
        return err;
    return set_state(c, INSTALLATION_ACTIVE, e);
}

/* Keeps what APP says of the credential in TEXT (taken; {"app":{"state",
 * "message","at"}} of those that do not work). */
static char *
with_credential(char *text, const char *app, const char *state,
                const char *message, int64_t at)
{
    struct value *all = read_object(text);
    value_remove(all, app);
    if (state && strcmp(state, "ok") != 0) {
        struct value *v = value_object();
        value_set_text(v, "state", state);
        value_set_text(v, "message", message);
        value_set_int(v, "at", at);
        value_set(all, app, v);
    }
    free(text);
    text = value_size(all) ? value_to_text(all) : NULL;
    value_free(all);
    return text;
}

static enum err
apply_credential(struct scene *c, struct error *e)
{
    const struct fact *f = c->f;
    c->i.credentials =
        with_credential(c->i.credentials, f->app, f->state, f->message, f->at);
    return copy_installation_save(c->m, &c->i, f->at, e);
}

static enum err
apply_connected(struct scene *c, struct error *e)
{
    struct value *all = read_object(c->i.connected);
    if (c->f->kind == FACT_CONNECTED)
        value_set(all, c->f->app,
                  c->f->scopes ? value_copy(c->f->scopes) : value_array());
    else
        value_remove(all, c->f->app);
    free(c->i.connected);
    c->i.connected = value_to_text(all);
    value_free(all);
    return apply_credential(c, e);
}

/* Adds [{"blockId","field"}…] to {"block":{"field":true}}. */
static void
add_answers(struct value *all, const struct value *fields)
{
    for (size_t i = 0; i < value_size(fields); i++) {
        const struct value *one = value_at(fields, i);
        const char *block = value_get_text(one, "blockId");
        const char *field = value_get_text(one, "field");
        if (!block || !field)
            continue;
        if (!value_is(value_get(all, block), VALUE_OBJECT))
            value_set(all, block, value_object());
        value_set_bool(value_get(all, block), field, true);
    }
}

static enum err
apply_answered(struct scene *c, struct error *e)
{
    struct value *all = read_object(c->i.answered);
    add_answers(all, c->f->fields);
    free(c->i.answered);
    c->i.answered = value_to_text(all);
    value_free(all);
    return copy_installation_save(c->m, &c->i, c->f->at, e);
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
    struct db_stmt *q;
    enum err err = ERR_OK;
    if (f->kind == FACT_REMOVED) {
        p->off = true;
    } else if (f->kind == FACT_LIVE) {
        move.live_id = f->version_id;
    } else if (p->live) {
        q = db_use(manager_db(c->m), CS_FACT_VERSION_ID);
        db_int(q, p->live);
        if (db_row(q))
            memcpy(kept, db_get_text(q, 0), IDENT_SIZE);
        err = db_end(q, e);
        move.live_id = kept;
    }
    if (f->kind == FACT_AWAITING)
        move.awaiting_id = f->version_id;
    if (f->version_id && f->kind != FACT_WITHDRAWN && !err) {
        q = db_use(manager_db(c->m), CS_FACT_VERSION);
        db_text(q, f->version_id);
        err = db_run_int(q, &move.releasing_ends, NULL, e);
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
    if (!err && (f->kind == FACT_LIVE || f->kind == FACT_AWAITING ||
                 f->kind == FACT_WITHDRAWN || f->kind == FACT_REMOVED))
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
        err = copy_pointer_save(c->m, &p, f->at, e);
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

static enum err
apply_one(struct manager *m, const struct speaker *s, const struct fact *f,
          struct error *e)
{
    struct scene c = {.m = m, .s = s, .f = f};
    enum err err = ERR_OK;
    if (f->kind == FACT_UNKNOWN || f->kind == FACT_PUBLISHED)
        return ERR_OK;
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
save_cursor(struct manager *m, const struct speaker *s,
            const struct fact_page *page, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_CURSOR);
    char *after = mem_printf("{\"count\":%zu,\"cursor\":%lld,\"hash\":\"%s\"}",
                             page->count, (long long)page->cursor, page->hash);
    enum err err;
    db_int(q, page->cursor);
    db_int(q, page->head);
    db_int(q, page->cursor);
    db_int(q, operation_now(m));
    db_int(q, s->n);
    err = db_run(q, e);
    if (!err)
        err = copy_audit(m, s, NULL, "feed", "runtime", s->id, NULL, NULL,
                         after, e);
    free(after);
    return err;
}

static enum err
apply_page(struct manager *m, const char *runtime_id,
           const struct fact_page *page, struct error *e)
{
    struct speaker s;
    enum err err = speaker_load(m, runtime_id, &s, e);
    if (err || page->count == 0 || page->cursor <= s.cursor)
        return err;
    if (page->facts[0].sequence > s.cursor + 1)
        return error_set(e, ERR_CONFLICT,
                         "feed: record %lld came after %lld (the copy must be "
                         "taken again)",
                         (long long)page->facts[0].sequence,
                         (long long)s.cursor);
    for (size_t i = 0; i < page->count && !err; i++)
        if (page->facts[i].sequence > s.cursor)
            err = apply_one(m, &s, &page->facts[i], e);
    return err ? err : save_cursor(m, &s, page, e);
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

/* --- the state ------------------------------------------------------------ */

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
            i->credentials = with_credential(
                i->credentials, app, value_get_text(one, "state"),
                value_get_text(one, "message"), at);
    }
}

static enum err
apply_state_workflow(struct manager *m, const struct speaker *s,
                     const struct copy_installation *i,
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
    p.active = w->active;
    p.off = w->off;
    p.todo = w->todo;
    if (!err)
        err = copy_pointer_save(m, &p, move.at, e);
    copy_pointer_clear(&p);
    return err;
}

static enum err
apply_installation(struct manager *m, const struct speaker *s,
                   const struct state_entry *x, int64_t sequence,
                   struct error *e)
{
    struct value *answers;
    struct copy_installation i;
    bool found;
    enum err err = copy_installation_add(m, s, x->installation_id, x->user_id,
                                         x->integration_id, x->created_at, e);
    if (!err)
        err = copy_installation_load(m, s, x->installation_id, &i, &found, e);
    if (err || !found)
        return err;
    free(i.connected);
    free(i.answered);
    i.connected = connected_text(x->connected);
    set_credentials(&i, x->connected, operation_now(m));
    answers = value_object();
    add_answers(answers, x->answered);
    i.answered = value_to_text(answers);
    value_free(answers);
    i.state = x->state;
    err = copy_installation_save(m, &i, operation_now(m), e);
    for (size_t w = 0; w < x->count && !err; w++)
        err = apply_state_workflow(m, s, &i, &x->workflows[w], sequence, e);
    if (!err)
        err = copy_condition(m, i.n, e);
    copy_installation_clear(&i);
    return err;
}

static enum err
apply_state(struct manager *m, const char *runtime_id,
            const struct state_page *page, int64_t first_cursor, bool last,
            struct error *e)
{
    struct fact_page summary = {.count = page->count};
    struct speaker s;
    enum err err = speaker_load(m, runtime_id, &s, e);
    for (size_t i = 0; i < page->count && !err; i++) {
        const struct state_entry *x = &page->entries[i];
        err = copy_user(m, &s, x->user_id, x->username, x->full_name, e);
        if (!err && x->installation_id)
            err = apply_installation(m, &s, x, page->feed_cursor, e);
    }
    summary.cursor = last ? first_cursor : s.cursor;
    summary.head = summary.cursor;
    memcpy(summary.hash, page->hash, sizeof summary.hash);
    return err ? err : save_cursor(m, &s, &summary, e);
}

enum err
manager_apply_state(struct manager *m, const char *runtime_id,
                    const struct state_page *page, int64_t first_cursor,
                    bool last, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = apply_state(m, runtime_id, page, first_cursor, last, e);
    return operation_end(m, err, e);
}
