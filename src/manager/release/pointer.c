/* Withdraw, roll back, return to base, upgrade of one installation. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/removed.h"
#include "manager/release/parts.h"

/* What one call is about. */
struct request {
    enum action action;
    const char *installation, *workflow, *to;
    const struct release_options *options;
    struct release_plan *plan;
};

static enum err
load_pointer(struct manager *m, const struct request *r, struct pointer *p,
             struct error *e)
{
    struct name_ref installation, workflow;
    struct db_stmt *q;
    int64_t integration = 0;
    enum err err = name_installation(m, r->installation, &installation, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_REL_INSTALLATION);
    db_int(q, installation.n);
    struct cs_installation_place place;
    if (cs_installation_place_next(q, &place))
        integration = place.integration;
    err = db_end(q, e);
    if (!err)
        err = name_workflow(m, r->workflow, integration, &workflow, e);
    if (!err)
        err = pointer_load(m, installation.n, workflow.n, r->plan->pool, p, e);
    return err;
}

/* TO by its name, else FALLBACK (0: none). */
static enum err
load_target(struct manager *m, const struct request *r, const struct pointer *p,
            int64_t fallback, struct version *out, struct error *e)
{
    struct name_ref ref = {.n = fallback};
    enum err err = ERR_OK;
    if (r->to)
        err = name_version(m, r->to, p->workflow, p->installation, &ref, e);
    if (err)
        return err;
    if (ref.n == 0)
        return error_set(e, ERR_NOT_FOUND, "%s of %s: %s", p->workflow_key,
                         p->customer,
                         r->action == ACTION_ROLLBACK
                             ? "no earlier version was live (choose one)"
                             : "no base version is released");
    err = version_load(m, ref.n, r->plan->pool, out, e);
    if (!err &&
        (out->state != VERSION_RELEASED || out->workflow != p->workflow ||
         (out->installation && out->installation != p->installation)))
        return error_set(e, ERR_REFUSED,
                         "%s: not a released version of %s of %s (see version "
                         "list)",
                         r->to ? r->to : out->id, p->workflow_key, p->customer);
    return err ? err : version_check_taken(m, out, r->to ? r->to : out->id, e);
}

static enum err
audit_change(struct manager *m, const struct handover *c,
             const struct release_item *item, const char *note, struct error *e)
{
    struct value *before = value_object(), *after = value_object();
    value_set_text(before, "live", item->live.n ? item->live.id : NULL);
    value_set_text(before, "awaiting",
                   item->awaiting.n ? item->awaiting.id : NULL);
    value_set_text(after, "versionId", c->to.id);
    value_set_text(after, "label", item->version.label);
    value_set_text(after, "hash", item->hash);
    value_set_bool(after, "material", item->material);
    if (note && *note)
        value_set_text(after, "note", note);
    if (item->expected.count)
        value_set(after, "expected", checked_record(&item->expected));
    return handover_audit(m, c, before, after, e);
}

/* What a person was asked about, or NULL. */
static const struct release_item *
asked_item(const struct request *r)
{
    const struct release_plan *asked = r->options->asked;
    return asked && asked->count ? &asked->items[0] : NULL;
}

/* Plans C, which goes to the content of the version of row TO, and, unless it
 * is a dry run, queues it as KIND. */
static enum err
carry_out(struct manager *m, const struct request *r, struct handover *c,
          int64_t to, const char *kind, struct error *e)
{
    int64_t lead = 0;
    struct release_item *item = &r->plan->items[r->plan->count];
    struct error why = {0};
    enum err err = version_document(m, &c->to, &c->to_document, e);
    if (!err)
        err = release_plan_add(m, r->plan, c, e);
    if (!err)
        err = release_plan_samples(m, c, item, e);
    if (err)
        return err;
    err = release_refuse(m, c, item, r->options, &why);
    if (!err && r->action == ACTION_UPGRADE) /* the way back stays open */
        err =
            checked_refuse(&item->expected, c->p.workflow_key, c->to.id, &why);
    err =
        release_plan_judge(m, r->plan, item, r->options->dry_run, err, &why, e);
    if (err || r->options->dry_run)
        return err;
    err = release_check_asked(m, c, to, asked_item(r), e);
    if (!err)
        err = outbox_add_document(m, c->p.runtime, c->to.hash, e);
    if (!err)
        err = change_queue(
            m, kind, c, r->options, &lead,
            release_plan_request(r->plan, item, c->p.runtime_name), e);
    return err ? err : audit_change(m, c, item, r->options->note, e);
}

/* --- base and upgrade ----------------------------------------------------- */

static enum err
check_base(const struct request *r, const struct handover *c,
           const struct version *live, struct error *e)
{
    if (c->to.installation)
        return error_set(e, ERR_REFUSED,
                         "%s: is a user-specific version (name a base version, "
                         "or use rollback)",
                         r->to);
    if (r->action == ACTION_UPGRADE && c->p.live_unknown)
        return handover_unknown(c, "is live", ERR_REFUSED, HINT_VERSION_FETCH,
                                e);
    if (r->action == ACTION_BASE && c->p.live && !live->installation)
        return error_set(e, ERR_REFUSED,
                         "%s of %s: a base version is live already (use "
                         "upgrade for a newer one)",
                         c->p.workflow_key, c->p.customer);
    if (r->action == ACTION_UPGRADE && live->installation)
        return error_set(e, ERR_REFUSED,
                         "%s of %s: a user-specific version is live (return "
                         "to base first, or fork from the newer base)",
                         c->p.workflow_key, c->p.customer);
    if (r->action == ACTION_UPGRADE && c->to.base_no < live->base_no)
        return error_set(e, ERR_REFUSED,
                         "%s of %s: v%lld is live, which is newer (use "
                         "rollback)",
                         c->p.workflow_key, c->p.customer,
                         (long long)live->base_no);
    return ERR_OK;
}

static enum err
do_base(struct manager *m, const struct request *r, struct handover *c,
        struct error *e)
{
    struct version live = {0};
    int64_t newest = 0;
    enum err err = newest_base(m, c->p.workflow, &newest, e);
    if (!err)
        err = load_target(m, r, &c->p, newest, &c->to, e);
    if (!err && c->p.live)
        err = version_load(m, c->p.live, r->plan->pool, &live, e);
    if (!err)
        err = check_base(r, c, &live, e);
    if (err || c->to.n == c->p.live)
        return err;
    return carry_out(m, r, c, c->to.n, "base", e);
}

/* --- roll back ------------------------------------------------------------ */

/* A new released version with the content of OLD and the note WHY. */
static enum err
add_version(struct manager *m, const struct handover *c,
            const struct version *old, const char *why, struct version *out,
            struct error *e)
{
    struct db *db = manager_db(m);
    struct db_stmt *q = db_use(db, CS_VERSION_NEXT_FORK);
    char note[64 + VERSION_LABEL_SIZE], label[VERSION_LABEL_SIZE];
    enum err err;
    *out = *old;
    out->installation = c->p.installation;
    db_int(q, c->p.installation);
    db_int(q, c->p.workflow);
    db_int(q, old->base_no);
    err = db_run_int(q, &out->fork_no, NULL, e);
    if (err)
        return err;
    ident_new(out->id);
    version_label(label, old->base_no, old->fork_no);
    snprintf(note, sizeof note, "rolled back to %s", label);
    q = db_use(db, CS_REL_VERSION_ADD);
    db_text(q, out->id);
    db_int(q, c->p.workflow);
    db_int(q, c->p.installation);
    db_int(q, old->base_no);
    db_int(q, out->fork_no);
    db_int(q, old->n);
    db_int_or_null(q, c->p.live);
    db_text(q, manager_actor(m));
    db_text(q, old->hash);
    db_text(q, why && *why ? why : note);
    db_int(q, operation_now(m));
    err = db_run(q, e);
    out->n = db_last_id(db);
    return err;
}

/* REFUSED where the live version of P came by going back itself: what was live
 * before is then what was gone back from. */
static enum err
check_earlier(struct manager *m, const struct pointer *p, struct error *e)
{
    struct pool *pool = pool_new();
    struct plan_version live, before;
    int64_t went_back = 0;
    struct db_stmt *q = db_use(manager_db(m), CS_REL_WENT_BACK);
    db_int(q, p->live);
    db_text(q, p->installation_id);
    enum err err = db_run_int(q, &went_back, NULL, e);
    if (!err)
        err = plan_version_fill(m, p->live, pool, &live, e);
    if (!err)
        err = plan_version_fill(m, p->previous, pool, &before, e);
    if (!err && went_back && before.n)
        err = error_hint(e, HINT_ROLLBACK_TO, NULL, NULL,
                         error_set(e, ERR_REFUSED,
                                   "%s of %s was rolled back already, %s is "
                                   "live",
                                   before.label, p->workflow_key, live.label));
    pool_free(pool);
    return err;
}

static enum err
do_rollback(struct manager *m, const struct request *r, struct handover *c,
            struct error *e)
{
    struct version old;
    enum err err = r->to ? ERR_OK : check_earlier(m, &c->p, e);
    if (!err)
        err = load_target(m, r, &c->p, c->p.previous, &old, e);
    if (err)
        return err;
    if (old.n == c->p.live)
        return error_set(e, ERR_REFUSED,
                         "%s of %s: that version is live already",
                         c->p.workflow_key, c->p.customer);
    c->to = old;
    if (!old.installation)
        return carry_out(m, r, c, old.n, "base", e);
    if (!r->options->dry_run)
        err = add_version(m, c, &old, r->options->note, &c->to, e);
    return err ? err : carry_out(m, r, c, old.n, "release", e);
}

/* --- withdraw ------------------------------------------------------------- */

static enum err
do_withdraw(struct manager *m, const struct request *r, struct handover *c,
            struct error *e)
{
    struct release_item *item = &r->plan->items[0];
    struct outbox_new row = {.runtime = c->p.runtime,
                             .kind = "withdraw",
                             .installation = c->p.installation,
                             .workflow = c->p.workflow,
                             .version = c->p.awaiting};
    struct value *v;
    enum err err;
    if (c->p.awaiting_unknown)
        return handover_unknown(c, "waits for the customer", ERR_REFUSED,
                                HINT_VERSION_FETCH, e);
    err = removed_check(m, c->p.runtime, e);
    if (err)
        return err;
    if (!c->p.awaiting)
        return error_set(e, ERR_NOT_FOUND,
                         "%s of %s: no version awaits the customer",
                         c->p.workflow_key, c->p.customer);
    err = version_load(m, c->p.awaiting, r->plan->pool, &c->to, e);
    if (!err)
        err = version_document(m, &c->to, &c->to_document, e);
    if (!err)
        err = release_plan_add(m, r->plan, c, e);
    if (err || r->options->dry_run)
        return err;
    err = release_check_asked(m, c, c->to.n, asked_item(r), e);
    if (err)
        return err;
    v = value_object();
    value_set_text(v, "installationId", c->p.installation_id);
    value_set_text(v, "workflowId", c->p.workflow_id);
    value_set_text(v, "versionId", c->to.id);
    value_set_text(v, "expectedAwaitingHash", c->to.hash);
    err = outbox_add(m, &row, v, NULL,
                     release_plan_request(r->plan, item, c->p.runtime_name), e);
    return err ? err : audit_change(m, c, item, r->options->note, e);
}

static enum err
dispatch(struct manager *m, const struct request *r, struct handover *c,
         struct error *e)
{
    enum err err = load_pointer(m, r, &c->p, e);
    if (err)
        return err;
    c->expected = c->p.live;
    switch (r->action) {
    case ACTION_WITHDRAW:
        return do_withdraw(m, r, c, e);
    case ACTION_ROLLBACK:
        return do_rollback(m, r, c, e);
    default:
        return do_base(m, r, c, e);
    }
}

static enum err
run(struct manager *m, const struct request *r, struct error *e)
{
    bool dry = r->options->dry_run;
    struct handover c = {0};
    enum err err;
    release_plan_init(r->plan, 1);
    err = operation_begin(m, dry ? ACTION_RELEASE_PLAN : r->action, e);
    if (!err)
        err = dispatch(m, r, &c, e);
    err = operation_end(m, err, e);
    r->plan->released = !err && !dry && r->plan->count > 0;
    change_clear(&c);
    return err;
}

enum err
manager_withdraw(struct manager *m, const char *installation,
                 const char *workflow, const struct release_options *options,
                 struct release_plan *plan, struct error *e)
{
    struct request r = {ACTION_WITHDRAW, installation, workflow, NULL,
                        options,         plan};
    return run(m, &r, e);
}

enum err
manager_rollback(struct manager *m, const char *installation,
                 const char *workflow, const char *to,
                 const struct release_options *options,
                 struct release_plan *plan, struct error *e)
{
    struct request r = {ACTION_ROLLBACK, installation, workflow, to,
                        options,         plan};
    return run(m, &r, e);
}

enum err
manager_base(struct manager *m, const char *installation, const char *workflow,
             const char *to, const struct release_options *options,
             struct release_plan *plan, struct error *e)
{
    struct request r = {ACTION_BASE, installation, workflow, to, options, plan};
    return run(m, &r, e);
}

enum err
manager_upgrade(struct manager *m, const char *installation,
                const char *workflow, const char *to,
                const struct release_options *options,
                struct release_plan *plan, struct error *e)
{
    struct request r = {ACTION_UPGRADE, installation, workflow, to,
                        options,        plan};
    return run(m, &r, e);
}
