/* Who made what a release brings. */
#include "base/mem.h"
#include "manager/release/parts.h"

enum err
release_plan_authors(struct manager *m, const struct handover *c,
                     struct release_plan *plan, struct release_item *item,
                     struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_AUTHORS);
    size_t n = 0;
    item->authors = mem_array(1, sizeof *item->authors);
    db_int(q, c->to.n);
    while (db_row(q)) {
        item->authors = mem_resize(item->authors, n + 2, sizeof *item->authors);
        item->authors[n++] = pool_text(plan->pool, db_get_text(q));
        item->authors[n] = NULL;
    }
    return db_end(q, e);
}
