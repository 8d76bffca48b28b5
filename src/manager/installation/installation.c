/* One installation and its workflows, as rows. */
#include "manager/installation/installation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/installation/rows_private.h"
#include "manager/session/customer.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"

/* Id and label of a version that is not in this store, where columns AT to
 * AT + 2 name one: its number is known once the runtime's list was read. */
static void
read_unknown(struct db_stmt *q, int at, struct pool *pool, const char **id,
             const char **label)
{
    char text[VERSION_LABEL_SIZE] = "v?", *words;
    if (db_is_null(q, at))
        return;
    if (db_get_int(q, at + 1))
        version_label(text, db_get_int(q, at + 1), db_get_int(q, at + 2));
    words = mem_printf("%s, not in this store", text);
    *id = pool_text(pool, db_get_text(q, at));
    *label = pool_text(pool, words);
    free(words);
}

/* Labels and sums over the workflows of an installation. */
static enum err
add_workflows(struct manager *m, struct installation_row *row,
              struct pool *pool, struct error *e)
{
    char live[VERSION_LABEL_SIZE] = "";
    char newer[VERSION_LABEL_SIZE] = "";
    const char *unknown = NULL, *label = NULL;
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLED_ROWS);
    db_int(q, row->n);
    while (db_row(q)) {
        row->workflows++;
        row->own += !db_is_null(q, 3) && db_get_int(q, 5) > 0;
        row->releasing += !db_is_null(q, 6);
        row->failed += db_get_int(q, 15);
        row->parked += db_get_int(q, 16);
        read_unknown(q, 23, pool, &unknown, &label);
        if (db_is_null(q, 3))
            continue;
        version_label(live, db_get_int(q, 4), db_get_int(q, 5));
        if (db_get_int(q, 12) > db_get_int(q, 4))
            version_label(newer, db_get_int(q, 12), 0);
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
            row->draft_of = pool_text(pool, db_get_text(q, 0));
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
    enum err r = customer_alike(m, row->customer, row->username, &alike, e);
    if (r == ERR_OK)
        name_row(row, pool, alike);
    return r;
}

enum err
installation_add_row(struct manager *m, int64_t n,
                     struct installation_list *out, struct error *e)
{
    struct pool *pool = out->pool;
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLATION_ROW);
    db_int(q, n);
    if (!db_row(q))
        return db_end(q, e);
    out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
    struct installation_row *row = &out->rows[out->count++];
    *row = (struct installation_row){
        .n = db_get_int(q, 0),
        .id = pool_text(pool, db_get_text(q, 1)),
        .customer = pool_text(
            pool, customer_name(db_get_text(q, 2), db_get_text(q, 3))),
        .username = pool_text(pool, db_get_text(q, 3)),
        .user_id = pool_text(pool, db_get_text(q, 4)),
        .integration_key = pool_text(pool, db_get_text(q, 5)),
        .integration_name = pool_text(pool, db_get_text(q, 6)),
        .integration_id = pool_text(pool, db_get_text(q, 7)),
        .runtime = pool_text(pool, db_get_text(q, 8)),
        .environment = pool_text(pool, db_get_text(q, 9)),
        .state = (int)db_get_int(q, 10),
        .condition = (int)db_get_int(q, 11),
        .changed_at = db_get_int(q, 12),
        .as_of = db_get_int(q, 13),
        .connected = pool_text(pool, db_get_text_or_null(q, 14)),
        .answered = pool_text(pool, db_get_text_or_null(q, 15)),
        .credentials = pool_text(pool, db_get_text_or_null(q, 16)),
        .user_deleted_at = db_get_int(q, 17),
        .pending = installation_pending_word(db_get_text_or_null(q, 18))};
    name_row(row, pool, true); /* also where the store is damaged */
    enum err r = db_end(q, e);
    if (r == ERR_OK)
        r = add_names(m, row, pool, e);
    if (r == ERR_OK)
        r = add_workflows(m, row, pool, e);
    return r == ERR_OK ? add_drafts(m, row, pool, e) : r;
}

enum err
manager_installation_show(struct manager *m, const char *name,
                          struct installation_list *out, struct error *e)
{
    struct name_ref ref;
    *out = (struct installation_list){.pool = pool_new()};
    enum err r = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (r == ERR_OK)
        r = name_installation(m, name, &ref, e);
    if (r == ERR_OK)
        r = installation_add_row(m, ref.n, out, e);
    return operation_end(m, r, e);
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

/* Id and label of the version in columns AT to AT + 2. */
static void
read_version(struct db_stmt *q, int at, struct pool *pool, const char **id,
             const char **label)
{
    char text[VERSION_LABEL_SIZE];
    if (db_is_null(q, at))
        return;
    version_label(text, db_get_int(q, at + 1), db_get_int(q, at + 2));
    *id = pool_text(pool, db_get_text(q, at));
    *label = pool_text(pool, text);
}

static enum err
read_workflows(struct manager *m, int64_t n,
               struct installed_workflow_list *out, struct error *e)
{
    struct pool *pool = out->pool;
    struct db_stmt *q = db_use(manager_db(m), CS_INSTALLED_ROWS);
    db_int(q, n);
    while (db_row(q)) {
        char newest[VERSION_LABEL_SIZE];
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        struct installed_workflow_row *row = &out->rows[out->count++];
        *row = (struct installed_workflow_row){
            .workflow_id = pool_text(pool, db_get_text(q, 0)),
            .workflow_key = pool_text(pool, db_get_text(q, 1)),
            .workflow_name = pool_text(pool, db_get_text(q, 2)),
            .active = db_get_int(q, 13) != 0,
            .pending = installation_pending_word(db_get_text_or_null(q, 31)),
            .off = db_get_int(q, 22) != 0,
            .todo = db_get_int(q, 14) != 0,
            .failed = db_get_int(q, 15),
            .parked = db_get_int(q, 16),
            .set_aside = db_get_int(q, 17),
            .needs = pool_text(pool, db_get_text_or_null(q, 18)),
            .live_since = db_get_int(q, 19),
            .as_of = db_get_int(q, 20)};
        read_version(q, 3, pool, &row->live_id, &row->live_label);
        read_version(q, 6, pool, &row->releasing_id, &row->releasing_label);
        read_version(q, 9, pool, &row->awaiting_id, &row->awaiting_label);
        read_unknown(q, 23, pool, &row->live_unknown, &row->live_label);
        read_unknown(q, 27, pool, &row->awaiting_unknown, &row->awaiting_label);
        version_label(newest, db_get_int(q, 12), 0);
        if (db_get_int(q, 12))
            row->newest_label = pool_text(pool, newest);
    }
    return db_end(q, e);
}

enum err
manager_installation_workflows(struct manager *m, const char *name,
                               struct installed_workflow_list *out,
                               struct error *e)
{
    struct name_ref ref;
    *out = (struct installed_workflow_list){.pool = pool_new()};
    enum err r = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (r == ERR_OK)
        r = name_installation(m, name, &ref, e);
    if (r == ERR_OK)
        r = read_workflows(m, ref.n, out, e);
    return operation_end(m, r, e);
}

void
installed_workflow_list_clear(struct installed_workflow_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct installed_workflow_list){0};
}
