/* What was released before, as who repeats a release asks. */
#include <stdio.h>

#include "base/mem.h"
#include "manager/release/parts.h"

static enum err
add_requests(struct manager *m, struct release_plan *plan, int64_t version,
             struct error *e)
{
    struct release_item *item = &plan->items[plan->count - 1];
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_ON_WAY);
    struct cs_request_on_way r;
    db_int(q, version);
    while (cs_request_on_way_next(q, &r))
        snprintf(release_plan_request(plan, item, r.runtime), IDENT_SIZE, "%s",
                 r.key);
    return db_end(q, e);
}

/* What the version of C is already, as the runtime says of its content; NULL
 * where it is on its way, or something else has taken its place. */
static enum err
find_done(struct manager *m, const struct handover *c, const char **done,
          struct error *e)
{
    *done = NULL;
    if (c->to.installation) {
        *done = c->p.live == c->to.n       ? "live"
                : c->p.awaiting == c->to.n ? "awaiting"
                                           : NULL;
        return ERR_OK;
    }
    bool refused = false;
    enum err err = version_is_refused(m, c->to.n, &refused, e);
    if (!err && !refused)
        *done = "released";
    return err;
}

/* *WITHOUT says whether C, of an installation, was released without a run. */
static enum err
look_at_run(struct manager *m, const struct handover *c, bool *without,
            struct error *e)
{
    int64_t ran = 0;
    bool found = false;
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_RAN);
    db_int(q, c->to.n);
    enum err err = db_run_int(q, &ran, &found, e);
    *without = c->to.installation && !ran;
    return err;
}

/* *IS says whether the version NAME waits for a runtime, or is what it was
 * released for. */
static enum err
plan_repeated(struct manager *m, const char *name, struct release_plan *plan,
              bool *is, struct error *e)
{
    struct handover c = {0};
    struct name_ref ref;
    enum err err = name_version(m, name, 0, 0, &ref, e);
    if (!err)
        err = version_load(m, ref.n, plan->pool, &c.to, e);
    *is = !err && c.to.state == VERSION_RELEASED;
    if (!*is)
        return err;
    err = handover_load_place(m, plan->pool, &c, e);
    if (!err)
        err = release_plan_add(m, plan, &c, e);
    if (!err)
        err = add_requests(m, plan, c.to.n, e);
    struct release_item *item = &plan->items[plan->count - 1];
    if (!err && item->request_count == 0)
        err = find_done(m, &c, &item->done, e);
    if (!err)
        err = look_at_run(m, &c, &item->without_run, e);
    item->done_as_of = c.p.heard_at;
    *is = !err && (item->request_count > 0 || item->done);
    change_clear(&c);
    return err;
}

enum err
manager_release_repeated(struct manager *m, const char *const *versions,
                         size_t n, struct release_plan *plan, struct error *e)
{
    bool all = n > 0;
    enum err err = operation_begin(m, ACTION_RELEASE_PLAN, e);
    release_plan_init(plan, n);
    for (size_t i = 0; i < n && all && !err; i++)
        err = plan_repeated(m, versions[i], plan, &all, e);
    err = operation_end(m, err, e);
    plan->released = !err && all;
    return err;
}
