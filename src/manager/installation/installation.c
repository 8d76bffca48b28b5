/* One installation and its workflows, as rows. */
#include "manager/installation/installation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/installation/rows_private.h"
#include "manager/session/customer.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"

/* The label of a version that is not in this store: its number is known once
 * the runtime's list was read. CONTRADICTED: the list has another content. */
static const char *
unknown_label(struct pool *pool, int64_t base_no, int64_t fork_no,
              int64_t contradicted)
{
    char text[VERSION_LABEL_SIZE] = "v?";
    if (base_no)
        version_label(text, base_no, fork_no);
    char *words = mem_printf("%s, %s", text,
                             contradicted ? "reported with two contents"
                                          : "not in this store");
    const char *label = pool_text(pool, words);
    free(words);
    return label;
}

/* Labels and sums over the workflows of an installation. */
static enum err
add_workflows(struct manager *m, struct installation_row *row,
              struct pool *pool, struct error *e)
{
    char live[VERSION_LABEL_SIZE] = "";
    char newer[VERSION_LABEL_SIZE] = "";
    const char *label = NULL;
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLED_SUMS);
    db_int(q, row->n);
    struct cs_installed_sum w;
    while (cs_installed_sum_next(q, &w)) {
        row->workflows++;
        row->own += w.live && w.fork_no > 0;
        row->releasing += w.releasing != 0;
        row->failed += w.failed;
        row->parked += w.parked;
        if (w.live_unknown)
            label = unknown_label(pool, w.unknown_base_no, w.unknown_fork_no,
                                  w.contradicted);
        if (!w.live)
            continue;
        version_label(live, w.base_no, w.fork_no);
        row->behind += w.newest_base > w.base_no;
        if (w.newest_base > w.base_no)
            version_label(newer, w.newest_base, 0);
    }
    if (row->workflows == 1)
        row->live = label ? label : *live ? pool_text(pool, live) : NULL;
    if (row->workflows == 1 && *newer)
        row->newer = pool_text(pool, newer);
    return db_end(q, e);
}

static enum err
add_drafts(struct manager *m, struct installation_row *row, struct pool *pool,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLATION_DRAFTS);
    db_int(q, row->n);
    db_text(q, manager_actor(m));
    while (db_row(q)) {
        if (row->drafts++ == 0)
            row->draft_of = pool_text(pool, db_get_text(q));
    }
    return db_end(q, e);
}

/* The names that tell ROW from others, if any is called like it (ALIKE). */
static void
name_row(struct installation_row *row, struct pool *pool, bool alike)
{
    row->who = customer_who(pool, row->customer, row->username);
    row->title = alike ? row->who : row->customer;
    row->phrase =
        customer_phrase(row->customer, alike, row->username, row->id);
}

static enum err
add_names(struct manager *m, struct installation_row *row, struct pool *pool,
          struct error *e)
{
    bool alike;
    enum err err = customer_alike(m, row->customer, row->username, &alike, e);
    if (err == ERR_OK)
        name_row(row, pool, alike);
    return err;
}

enum err
installation_add_row(struct manager *m, int64_t n,
                     struct installation_list *out, struct error *e)
{
    struct pool *pool = out->pool;
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLATION_ROW);
    db_int(q, n);
    struct cs_installation i;
    if (!cs_installation_next(q, &i))
        return db_end(q, e);
    out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
    struct installation_row *row = &out->rows[out->count++];
    *row = (struct installation_row){
        .n = i.n,
        .id = pool_text(pool, i.id),
        .customer = pool_text(pool, customer_name(i.customer, i.username)),
        .username = pool_text(pool, i.username),
        .user_id = pool_text(pool, i.user_id),
        .integration_key = pool_text(pool, i.integration_key),
        .integration_name = pool_text(pool, i.integration_name),
        .integration_id = pool_text(pool, i.integration_id),
        .runtime = pool_text(pool, i.runtime),
        .environment = pool_text(pool, i.environment),
        .state = (int)i.state,
        .condition = (int)i.condition,
        .changed_at = i.changed_at,
        .as_of = i.as_of,
        .connected = pool_text(pool, i.connected),
        .answered = pool_text(pool, i.answered),
        .credentials = pool_text(pool, i.credentials),
        .user_deleted_at = i.user_deleted_at,
        .missing_since = i.missing_since,
        .pending = installation_pending_word(i.pending)};
    name_row(row, pool, true); /* also where the store is damaged */
    enum err err = db_end(q, e);
    if (err == ERR_OK)
        err = add_names(m, row, pool, e);
    if (err == ERR_OK)
        err = add_workflows(m, row, pool, e);
    return err == ERR_OK ? add_drafts(m, row, pool, e) : err;
}

enum err
manager_installation_show(struct manager *m, const char *name,
                          struct installation_list *out, struct error *e)
{
    struct name_ref ref;
    *out = (struct installation_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK)
        err = name_installation(m, name, &ref, e);
    if (err == ERR_OK)
        err = installation_add_row(m, ref.n, out, e);
    return operation_end(m, err, e);
}

void
installation_list_clear(struct installation_list *list)
{
    free(list->rows);
    free(list->next);
    free(list->previous);
    pool_free(list->pool);
    *list = (struct installation_list){0};
}

static const char *
known_label(struct pool *pool, int64_t base_no, int64_t fork_no)
{
    char text[VERSION_LABEL_SIZE];
    version_label(text, base_no, fork_no);
    return pool_text(pool, text);
}

/* The ids and labels of the versions that W names. */
static void
add_versions(const struct cs_installed_workflow *w, struct pool *pool,
             struct installed_workflow_row *row)
{
    row->live_id = pool_text(pool, w->live_id);
    row->releasing_id = pool_text(pool, w->releasing_id);
    row->awaiting_id = pool_text(pool, w->awaiting_id);
    row->live_unknown = pool_text(pool, w->live_unknown);
    row->awaiting_unknown = pool_text(pool, w->awaiting_unknown);
    if (w->live_id)
        row->live_label = known_label(pool, w->live_base_no, w->live_fork_no);
    if (w->releasing_id)
        row->releasing_label =
            known_label(pool, w->releasing_base_no, w->releasing_fork_no);
    if (w->awaiting_id)
        row->awaiting_label =
            known_label(pool, w->awaiting_base_no, w->awaiting_fork_no);
    if (w->live_unknown)
        row->live_label =
            unknown_label(pool, w->live_unknown_base_no,
                          w->live_unknown_fork_no, w->live_contradicted);
    if (w->awaiting_unknown)
        row->awaiting_label = unknown_label(pool, w->awaiting_unknown_base_no,
                                            w->awaiting_unknown_fork_no,
                                            w->awaiting_contradicted);
    if (w->newest_base)
        row->newest_label = known_label(pool, w->newest_base, 0);
}

static enum err
read_workflows(struct manager *m, int64_t n,
               struct installed_workflow_list *out, struct error *e)
{
    struct pool *pool = out->pool;
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLED_ROWS);
    db_int(q, n);
    struct cs_installed_workflow w;
    while (cs_installed_workflow_next(q, &w)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        struct installed_workflow_row *row = &out->rows[out->count++];
        *row = (struct installed_workflow_row){
            .workflow_id = pool_text(pool, w.workflow_id),
            .workflow_key = pool_text(pool, w.workflow_key),
            .workflow_name = pool_text(pool, w.workflow_name),
            .active = w.active != 0,
            .pending = installation_pending_word(w.pending),
            .off = w.off != 0,
            .todo = w.todo != 0,
            .failed = w.failed,
            .parked = w.parked,
            .set_aside = w.set_aside,
            .needs = pool_text(pool, w.needs),
            .live_since = w.live_since,
            .as_of = w.as_of};
        add_versions(&w, pool, row);
    }
    return db_end(q, e);
}

static enum err
read_last_move(struct manager *m, const char *id,
               struct installed_workflow_list *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_AUDIT_LAST_MOVE);
    db_text(q, id);
    out->last_move = db_row(q) ? db_get_int(q) : 0;
    return db_end(q, e);
}

enum err
manager_installation_workflows(struct manager *m, const char *name,
                               struct installed_workflow_list *out,
                               struct error *e)
{
    struct name_ref ref;
    *out = (struct installed_workflow_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK)
        err = name_installation(m, name, &ref, e);
    if (err == ERR_OK)
        err = read_workflows(m, ref.n, out, e);
    if (err == ERR_OK)
        err = read_last_move(m, ref.id, out, e);
    return operation_end(m, err, e);
}

void
installed_workflow_list_clear(struct installed_workflow_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct installed_workflow_list){0};
}
