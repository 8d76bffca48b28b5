/* Queueing a change: the request, its mark and its audit record. */
#include "manager/exchange/outbox.h"
#include "manager/release/parts.h"

#include <stdlib.h>

/* A version that the plan has named: its id and the hash of its content, which
 * is not known of one that is not in this store. */
static void
set_expected(struct value *v, const char *id_member, const char *hash_member,
             const struct plan_version *known, const char *unknown)
{
    value_set_text(v, id_member, known->n ? known->id : unknown);
    if (known->n)
        value_set_text(v, hash_member, known->hash);
}

/* The ITEM of release and base requests (doc/management-api.md). */
static struct value *
change_item(const struct handover *c, const struct plan_version *live,
            const struct plan_version *awaiting,
            const struct release_options *o)
{
    struct value *v = value_object();
    value_set_text(v, "installationId", c->p.installation_id);
    value_set_text(v, "workflowId", c->p.workflow_id);
    value_set_text(v, "versionId", c->to.id);
    value_set_int(v, "base", c->to.base_no);
    value_set_int(v, "fork", c->to.fork_no);
    value_set_text(v, "hash", c->to.hash);
    set_expected(v, "expectedLive", "expectedLiveHash", live,
                 c->p.live_unknown);
    set_expected(v, "expectedAwaiting", "expectedAwaitingHash", awaiting,
                 c->p.awaiting_unknown);
    value_set_bool(v, "replaceAwaiting",
                   o->replace_awaiting || (c->revives && c->p.awaiting));
    value_set_bool(v, "runNow", o->run_now);
    return v;
}

struct value *
publish_item(const char *workflow_id, const struct base_version *v,
             const struct base_version *before)
{
    struct value *item = value_object();
    value_set_text(item, "workflowId", workflow_id);
    value_set_text(item, "versionId", v->id);
    value_set_int(item, "base", v->base_no);
    value_set_text(item, "hash", v->hash);
    value_set_int(item, "expectedBase", before->base_no);
    value_set_text(item, "expectedBaseId", before->id);
    value_set_text(item, "expectedBaseHash", before->hash);
    return item;
}

static enum err
set_releasing(struct manager *m, const struct handover *c, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_SET_RELEASING);
    db_int(q, c->to.n);
    db_int(q, c->p.installation);
    db_int(q, c->p.workflow);
    return db_run(q, e);
}

enum err
handover_audit(struct manager *m, const struct handover *c,
               struct value *before, struct value *after, struct error *e)
{
    char *b = value_to_text(before), *a = value_to_text(after);
    enum err err =
        operation_audit(m, "version", c->to.id, c->p.installation_id, b, a, e);
    free(a);
    free(b);
    value_free(before);
    value_free(after);
    return err;
}

enum err
change_queue(struct manager *m, const char *kind, const struct handover *c,
             const struct release_options *o, int64_t *lead,
             char key[IDENT_SIZE], struct error *e)
{
    struct outbox_new row = {.runtime = c->p.runtime,
                             .kind = kind,
                             .installation = c->p.installation,
                             .workflow = c->p.workflow,
                             .version = c->to.n,
                             .lead = *lead};
    struct pool *pool = pool_new();
    struct plan_version live, awaiting;
    int64_t n = 0;
    enum err err = plan_version_fill(m, c->p.live, pool, &live, e);
    if (!err)
        err = plan_version_fill(m, c->p.awaiting, pool, &awaiting, e);
    if (!err)
        err = outbox_add(m, &row, change_item(c, &live, &awaiting, o), &n, key,
                         e);
    if (!err && *lead == 0)
        *lead = n;
    pool_free(pool);
    return err ? err : set_releasing(m, c, e);
}
