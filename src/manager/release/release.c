/* Releasing drafts: one or several, all or none. */
#include "manager/release/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/outbox.h"
#include "manager/release/parts.h"
#include "workflow/validate/validate.h"

/* The drafts of one call, resolved. */
struct batch {
    struct handover *changes;
    size_t count;
    const struct release_options *options;
    struct release_plan *plan;
    struct release_plan *known; /* of the same drafts, or NULL */
    bool *again;
};

/* --- loading -------------------------------------------------------------- */

/* By a name, only what is the actor's own or marked ready. */
static enum err
check_meant(struct manager *m, const char *name, const struct version *v,
            struct error *e)
{
    char label[VERSION_LABEL_SIZE];
    version_label(label, v->base_no, v->fork_no);
    struct named_draft draft = {.id = v->id,
                                .label = label,
                                .author = v->author,
                                .revision = v->revision};
    return v->state == VERSION_READY ? ERR_OK
                                     : name_check_own(m, name, &draft, e);
}

/* Of an own version that was released: whether it still runs. */
static enum err
refuse_released(struct manager *m, struct handover *c, const char *name,
                struct pool *pool, struct error *e)
{
    enum err err =
        pointer_load(m, c->to.installation, c->to.workflow, pool, &c->p, e);
    if (err)
        return err;
    if (c->p.live == c->to.n || c->p.awaiting == c->to.n)
        return error_set(e, ERR_CONFLICT,
                         "%s: released already (nothing to release)", name);
    return error_set(e, ERR_CONFLICT,
                     "%s: released already, and withdrawn or replaced since: "
                     "it runs nowhere (fork from it to release its content "
                     "again)",
                     name);
}

static enum err
load_draft(struct manager *m, const char *name, struct pool *pool,
           struct handover *c, struct error *e)
{
    struct name_ref ref;
    enum err err = name_version(m, name, 0, 0, &ref, e);
    if (!err)
        err = version_load(m, ref.n, pool, &c->to, e);
    if (err)
        return err;
    if (c->to.state == VERSION_RELEASED)
        err = version_check_refused(m, &c->to, name, e);
    if (!err && c->to.state == VERSION_RELEASED)
        err = version_check_way(m, c->to.n, name, e);
    if (err)
        return err;
    bool lost = false;
    err = version_is_lost(m, &c->to, &lost, e);
    if (err)
        return err;
    if (lost)
        return handover_load_place(m, pool, c, e);
    if (c->to.state == VERSION_RELEASED && c->to.installation)
        return refuse_released(m, c, name, pool, e);
    if (c->to.state != VERSION_DRAFT && c->to.state != VERSION_READY)
        return error_set(e, ERR_CONFLICT, "%s: %s already (nothing to release)",
                         name, version_state_word(c->to.state));
    err = check_meant(m, name, &c->to, e);
    return err ? err : handover_load_place(m, pool, c, e);
}

/* One request can only be all or none at one runtime. */
static enum err
check_together(const struct batch *b, struct error *e)
{
    for (size_t i = 1; i < b->count; i++) {
        const struct handover *a = &b->changes[0], *c = &b->changes[i];
        if (!a->p.installation != !c->p.installation)
            return error_set(e, ERR_INVALID,
                             "drafts: base and user-specific ones cannot be "
                             "released together (release them one after the "
                             "other)");
        if (a->p.runtime != c->p.runtime)
            return error_set(e, ERR_INVALID,
                             "drafts: their installations are on different "
                             "runtimes (release them one after the other)");
        for (size_t j = 0; j < i; j++)
            if (b->changes[j].p.installation == c->p.installation &&
                b->changes[j].to.workflow == c->to.workflow)
                return error_set(e, ERR_INVALID,
                                 "drafts: two are of the same workflow of %s "
                                 "(release one)",
                                 c->p.customer ? c->p.customer : "everyone");
    }
    return ERR_OK;
}

#define CHECK_TRIES 3 /* more, where samples change while they are checked */

/* --- refusals ------------------------------------------------------------- */

static enum err
refuse_invalid(struct manager *m, const struct handover *c, struct error *e)
{
    struct connector_set set;
    enum err err;
    connector_set_init(&set);
    err = connectors_load(m, c->to_document, &set, e);
    if (!err)
        err = validate_or_error(c->to_document, &set, e);
    connector_set_clear(&set);
    return err;
}

/* Four eyes: who made or changed the draft, or one that it was forked from,
 * does not release it. */
static enum err
refuse_own(const struct manager *m, const struct handover *c,
           const struct release_item *item, struct error *e)
{
    for (const char **author = item->authors; c->p.four_eyes && *author;
         author++)
        if (strcmp(*author, manager_actor(m)) == 0)
            return error_set(e, ERR_REFUSED,
                             "%s: four eyes: you changed this draft, or one "
                             "that it was forked from (someone else must "
                             "release it)",
                             c->p.workflow_key);
    return ERR_OK;
}

/* Only what an installation starts needs no input to run. */
static enum err
refuse_run(const struct batch *b, size_t i, struct error *e)
{
    const struct handover *c = &b->changes[i];
    const struct release_item *item = &b->plan->items[i];
    if (!b->options->run_now || (item->can_run && !item->material))
        return ERR_OK;
    if (item->can_run)
        return error_set(e, ERR_REFUSED,
                         "%s: it waits for the customer first, and cannot be "
                         "run before (run it once it is live)",
                         c->p.workflow_key);
    if (!c->p.installation)
        return error_set(e, ERR_REFUSED,
                         "%s: a base version is run for nobody when it is "
                         "released",
                         c->p.workflow_key);
    return error_set(e, ERR_REFUSED,
                     "%s: it starts with what its trigger gives, so there is "
                     "nothing to run it on when it is released",
                     c->p.workflow_key);
}

static bool
is_as_shown(const char *const *shown, size_t i, const char *now)
{
    return !shown || !shown[i] || strcmp(shown[i], now) == 0;
}

static enum err
refuse_unseen(const struct batch *b, size_t i, struct error *e)
{
    const struct release_item *now = &b->plan->items[i];
    if (is_as_shown(b->options->shown, i, now->hash) &&
        is_as_shown(b->options->shown_decided, i, now->expected.decided))
        return ERR_OK;
    return error_set(e, ERR_CONFLICT,
                     "%s: it or its samples were changed since it was shown "
                     "(look at it again)",
                     b->changes[i].p.workflow_key);
}

/* The same of what it replaces. */
static enum err
refuse_unasked(struct manager *m, const struct batch *b, size_t i,
               struct error *e)
{
    const struct handover *c = &b->changes[i];
    const struct release_plan *asked = b->options->asked;
    return asked ? release_check_asked(m, c, c->to.n, &asked->items[i], e)
                 : ERR_OK;
}

static enum err
refuse_all(struct manager *m, const struct batch *b, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < b->count && !err; i++) {
        const struct handover *c = &b->changes[i];
        struct release_item *item = &b->plan->items[i];
        struct error why = {0};
        err = refuse_unseen(b, i, &why);
        if (!err)
            err = refuse_own(m, c, item, &why);
        if (!err)
            err = refuse_run(b, i, &why);
        if (!err)
            err = release_refuse(m, c, item, b->options, &why);
        if (!err)
            err = checked_refuse(&item->expected, c->p.workflow_key, c->to.id,
                                &why);
        if (!err)
            err = refuse_unasked(m, b, i, &why);
        err = release_plan_judge(m, b->plan, item, b->options->dry_run, err,
                                 &why, e);
    }
    return err;
}

/* --- doing ---------------------------------------------------------------- */

/* The version becomes immutable under its hash; one that its runtime has lost
 * is that already. */
static enum err
set_released(struct manager *m, struct handover *c, struct pool *pool,
             const struct release_item *item, const char *note, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_KEEP);
    struct buf text;
    enum err err;
    buf_init_any(&text);
    document_write(c->to_document, &text);
    db_text(q, item->hash);
    db_text(q, "workflow");
    db_text_n(q, buf_str(&text), text.len);
    err = db_run(q, e);
    buf_clear(&text);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_REL_SET_RELEASED);
    db_int(q, c->to.base_no);
    db_text(q, item->hash);
    db_text(q, note);
    db_int(q, operation_now(m));
    db_text(q, manager_actor(m));
    db_int(q, operation_now(m));
    db_int(q, c->to.n);
    c->to.hash = pool_text(pool, item->hash);
    return db_run(q, e);
}

static enum err
audit_release(struct manager *m, const struct handover *c,
              const struct release_item *item, const char *note, bool run_now,
              struct error *e)
{
    struct value *before = value_object(), *after = value_object();
    value_set_text(before, "live", item->live.n ? item->live.id : NULL);
    value_set_text(after, "hash", item->hash);
    value_set_text(after, "label", item->version.label);
    value_set_bool(after, "material", item->material);
    if (note && *note)
        value_set_text(after, "note", note);
    if (run_now)
        value_set_bool(after, "runNow", true);
    if (item->stale)
        value_set_bool(after, "staleOk", true);
    if (item->awaiting.n)
        value_set_text(after, "replaces", item->awaiting.id);
    if (item->expected.count)
        value_set(after, "expected", checked_record(&item->expected));
    return handover_audit(m, c, before, after, e);
}

/* Base versions go to every runtime that offers the integration, and each of
 * them decides by itself: its request has its own key. */
static enum err
publish_to(struct manager *m, struct batch *b, size_t i,
           const struct offering *at, int64_t *lead, struct error *e)
{
    const struct handover *c = &b->changes[i];
    struct base_version to = {c->to.n, c->to.base_no, c->to.id, c->to.hash};
    struct outbox_new row = {.runtime = at->n,
                             .kind = "publish",
                             .workflow = c->to.workflow,
                             .version = c->to.n,
                             .lead = *lead};
    struct base_version before;
    int64_t n = 0;
    enum err err = base_version_load(m, c->p.live, b->plan->pool, &before, e);
    if (!err)
        err = outbox_add(
            m, &row, publish_item(c->p.workflow_id, &to, &before), &n,
            release_plan_request(b->plan, &b->plan->items[i], at->name), e);
    if (!err && *lead == 0)
        *lead = n;
    return err;
}

static enum err
queue_bases(struct manager *m, struct batch *b, struct error *e)
{
    struct offering *runtimes;
    size_t n;
    enum err err = offering_runtimes(m, b->changes[0].integration,
                                     b->plan->pool, &runtimes, &n, e);
    for (size_t r = 0; r < n && !err; r++) {
        int64_t lead = 0;
        for (size_t i = 0; i < b->count && !err; i++)
            err =
                outbox_add_document(m, runtimes[r].n, b->changes[i].to.hash, e);
        for (size_t i = 0; i < b->count && !err; i++)
            err = publish_to(m, b, i, &runtimes[r], &lead, e);
    }
    free(runtimes);
    return err;
}

static enum err
queue_releases(struct manager *m, struct batch *b, struct error *e)
{
    int64_t lead = 0;
    enum err err = ERR_OK;
    for (size_t i = 0; i < b->count && !err; i++)
        err = outbox_add_document(m, b->changes[i].p.runtime,
                                  b->changes[i].to.hash, e);
    for (size_t i = 0; i < b->count && !err; i++)
        err = change_queue(m, "release", &b->changes[i], b->options, &lead,
                           release_plan_request(b->plan, &b->plan->items[i],
                                                b->changes[i].p.runtime_name),
                           e);
    return err;
}

static enum err
release_all(struct manager *m, struct batch *b, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < b->count && !err; i++) {
        struct handover *c = &b->changes[i];
        if (!c->p.installation && b->plan->items[i].stale) {
            struct base_version newest;
            err = base_version_load(m, c->p.live, b->plan->pool, &newest, e);
            c->to.base_no = newest.base_no + 1;
        }
        if (!err)
            err = set_released(m, c, b->plan->pool, &b->plan->items[i],
                               b->options->note, e);
    }
    if (!err)
        err = b->changes[0].p.installation ? queue_releases(m, b, e)
                                           : queue_bases(m, b, e);
    for (size_t i = 0; i < b->count && !err; i++) {
        const char *note = b->options->note;
        err = audit_release(m, &b->changes[i], &b->plan->items[i],
                            note ? note : b->changes[i].to.note,
                            b->options->run_now, e);
    }
    return err;
}

/* What was found of the samples of the draft I before the transaction, where
 * it is about the same document and samples; else CONFLICT and *b->again. */
static enum err
take_checked(struct manager *m, struct batch *b, size_t i, struct error *e)
{
    const struct handover *c = &b->changes[i];
    struct release_item *item = &b->plan->items[i];
    struct release_item *known = &b->known->items[i];
    bool same = false;
    enum err err =
        checked_same(&known->expected, m, c->to.workflow, c->p.installation,
                     document_language(c->to_document), &same, e);
    if (err)
        return err;
    if (!same || strcmp(known->hash, item->hash) != 0) {
        *b->again = true;
        return error_set(e, ERR_CONFLICT,
                         "%s: the draft or its samples changed while they "
                         "were checked (release it again)",
                         c->p.workflow_key);
    }
    item->expected = known->expected;
    known->expected = (struct checked){0};
    return ERR_OK;
}

/* Loads and plans; validation comes first, so that a broken draft is told as
 * that. */
static enum err
plan_all(struct manager *m, const char *const *drafts, struct batch *b,
         struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < b->count && !err; i++)
        err = load_draft(m, drafts[i], b->plan->pool, &b->changes[i], e);
    if (!err)
        err = check_together(b, e);
    for (size_t i = 0; i < b->count && !err; i++) {
        err = refuse_invalid(m, &b->changes[i], e);
        if (!err)
            err = release_plan_add(m, b->plan, &b->changes[i], e);
        if (!err)
            err = b->known ? take_checked(m, b, i, e)
                           : release_plan_samples(m, &b->changes[i],
                                                  &b->plan->items[i], e);
    }
    return err;
}

static void
batch_clear(struct batch *b)
{
    for (size_t i = 0; i < b->count; i++)
        change_clear(&b->changes[i]);
    free(b->changes);
}

/* One pass inside ACTION: plans, and releases where it mutates, with what is
 * KNOWN of samples. *BASE says what the drafts are. */
static enum err
pass(struct manager *m, enum action action, const char *const *drafts, size_t n,
     const struct release_options *o, struct release_plan *plan, bool *base,
     struct release_plan *known, bool *again, struct error *e)
{
    struct batch b = {
        mem_array(n, sizeof *b.changes), n, o, plan, known, again};
    enum err err = operation_begin(m, action, e);
    release_plan_init(plan, n);
    if (!err)
        err = plan_all(m, drafts, &b, e);
    if (!err)
        *base = b.changes[0].p.installation == 0;
    if (!err && (o->dry_run || action != ACTION_RELEASE_PLAN))
        err = refuse_all(m, &b, e);
    if (!err && action != ACTION_RELEASE_PLAN)
        err = release_all(m, &b, e);
    err = operation_end(m, err, e);
    plan->released = !err && action != ACTION_RELEASE_PLAN;
    batch_clear(&b);
    return err;
}

enum err
manager_release(struct manager *m, const char *const *drafts, size_t n,
                const struct release_options *options,
                struct release_plan *plan, struct error *e)
{
    bool base = false;
    enum err err;
    if (n == 0) {
        release_plan_init(plan, 0);
        return error_set(e, ERR_USAGE, "release: no draft named");
    }
    for (int tries = 0;; tries++) {
        struct release_plan known;
        bool again = false;
        err = pass(m, ACTION_RELEASE_PLAN, drafts, n, options, plan, &base,
                   NULL, &again, e);
        if (err || options->dry_run)
            return err;
        known = *plan;
        err = pass(m, base ? ACTION_RELEASE_BASE : ACTION_RELEASE, drafts, n,
                   options, plan, &base, &known, &again, e);
        release_plan_clear(&known);
        if (!again || tries == CHECK_TRIES)
            return err;
        release_plan_clear(plan);
    }
}
