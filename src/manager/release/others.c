/* Whom a release leaves as they are. */
#include <string.h>

#include "manager/release/parts.h"

/* An earlier item of PLAN and ITEM are of one workflow and of two
 * installations: neither is one that the other leaves as it is. */
static void
count_together(struct release_plan *plan, struct release_item *item)
{
    for (struct release_item *other = plan->items; other < item; other++) {
        if (!other->installation_id || /* a base version, released before */
            strcmp(other->installation_id, item->installation_id) == 0 ||
            strcmp(other->workflow, item->workflow) != 0 ||
            strcmp(other->integration, item->integration) != 0)
            continue;
        other->others -= other->others > 0;
        item->others -= item->others > 0;
    }
}

enum err
release_plan_others(struct manager *m, const struct handover *c,
                    struct release_plan *plan, struct release_item *item,
                    struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_OTHERS);
    enum err err;
    db_int(q, c->to.workflow);
    err = db_run_int(q, &item->others, NULL, e);
    if (!err && c->p.installation) {
        item->others -= item->others > 0;
        count_together(plan, item);
    }
    if (err || c->p.installation)
        return err;
    q = db_use(manager_db(m), CS_REL_ON_BASE);
    db_int(q, c->to.workflow);
    return db_run_int(q, &item->on_base, NULL, e);
}
