/* Pages of users, of installations with their facts, and of versions: for a
 * first or repaired copy at the console. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/decide/receipts.h"
#include "runtime/embedded/embedded.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/live.h"
#include "runtime/manage/manage.h"

/* {"data","cursor","position","feedCursor","feedHash","restore"}; LAST is the
 * row of the page's last entry, or the one it was asked to begin after. */
static enum err
answer_page(struct route_call *call, struct value *list, int64_t last,
            int64_t limit, struct error *e)
{
    int64_t first, head;
    char cursor[24], hash[DIGEST_SIZE], restore[IDENT_SIZE];
    enum err err = receipts_feed_ends(call->db, call->caller.environment,
                                      &first, &head, e);
    if (err == ERR_OK)
        err = feed_hash_at(call->db, call->caller.environment, head, hash, e);
    if (err == ERR_OK)
        err = runtime_restore(call->db, restore, e);
    if (err != ERR_OK) {
        value_free(list);
        return err;
    }
    bool more = (int64_t)value_size(list) == limit;
    struct value *v = value_object();
    snprintf(cursor, sizeof cursor, "%lld", (long long)last);
    value_set(v, "data", list);
    value_set_text(v, "cursor", more ? cursor : NULL);
    value_set_text(v, "position", cursor);
    value_set_int(v, "feedCursor", head);
    value_set_text(v, "feedHash", *hash ? hash : NULL);
    value_set_text(v, "restore", *restore ? restore : NULL);
    api_answer(call, v);
    return ERR_OK;
}

static enum err
read_users(struct route_call *call, const struct manage_page *page,
           struct value *list, int64_t *last, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_USER_LIST);
    db_int(q, call->caller.environment);
    db_int(q, page->after);
    db_int(q, page->limit);
    struct rs_user found;
    while (rs_user_next(q, &found)) {
        *last = found.n;
        value_append(list, api_user_row(&found));
    }
    return db_end(q, e);
}

enum err
manage_users(struct route_call *call, struct error *e)
{
    struct value *list = value_array();
    struct manage_page page;
    int64_t last = 0;
    enum err err = manage_page_asked(call, 0, &page, e);
    if (err == ERR_OK)
        err = read_users(call, &page, list, &last, e);
    if (err == ERR_OK)
        return answer_page(call, list, last, page.limit, e);
    value_free(list);
    return err;
}

/* --- installations -------------------------------------------------------- */

static enum err
add_connected(struct route_call *call, int64_t installation, struct value *v,
              struct error *e)
{
    struct value *list = value_array();
    struct rs_connected found;
    struct db_stmt *q = db_use(call->db, RS_CONNECTED_LIST);
    db_int(q, installation);
    while (rs_connected_next(q, &found)) {
        struct value *c = value_object();
        live_set_connected(c, &found);
        if (found.refused_at)
            api_set_time(c, "refusedAt", found.refused_at);
        value_append(list, c);
    }
    value_set(v, "connected", list);
    return db_end(q, e);
}

static enum err
add_answered(struct route_call *call, int64_t installation, struct value *v,
             struct error *e)
{
    struct value *list = value_array();
    value_set(v, "answered", list);
    return live_list_answered(call->db, installation, list, e);
}

/* What the user must do first: [] where nothing awaits. */
static struct value *
needs_of(const struct rs_installed *d)
{
    struct value *v = NULL;
    return d->needs &&
                   value_read(&v, d->needs, strlen(d->needs),
                              &value_limits_document, "needs", NULL) == ERR_OK
               ? v
               : value_array();
}

static enum err
add_workflows(struct route_call *call, int64_t installation, struct value *v,
              struct error *e)
{
    struct value *list = value_array();
    struct rs_installed d;
    struct db_stmt *q = db_use(call->db, RS_INSTALLED_ALL);
    db_int(q, installation);
    while (rs_installed_next(q, &d)) {
        struct value *w = value_object();
        value_set_text(w, "workflowId", d.workflow_id);
        value_set_text(w, "liveVersionId", d.live_id);
        value_set_text(w, "liveHash", d.live_hash);
        value_set_text(w, "awaitingVersionId", d.awaiting_id);
        value_set_text(w, "awaitingHash", d.awaiting_hash);
        value_set(w, "needs", needs_of(&d));
        value_set_bool(w, "active", d.active && !d.paused);
        value_set_bool(w, "off", !d.active);
        value_set_bool(w, "paused", d.paused != 0);
        value_set_bool(w, "todo", d.todo != 0);
        value_append(list, w);
    }
    value_set(v, "workflows", list);
    return db_end(q, e);
}

static enum err
read_page(struct route_call *call, const struct manage_page *page,
          struct value *list, int64_t *rows, struct error *e)
{
    static const char *const states[] = {"active", "paused", "uninstalled"};
    size_t count = 0;
    struct db_stmt *q = db_use(call->db, RS_STATE_PAGE);
    db_int(q, call->caller.environment);
    db_int(q, page->after);
    db_int(q, page->limit);
    struct rs_installation i;
    while (rs_installation_next(q, &i)) {
        struct value *v = value_object();
        rows[count++] = i.n;
        value_set_text(v, "installationId", i.id);
        value_set_text(v, "integrationId", i.integration_id);
        value_set_text(v, "userId", i.user_id);
        value_set_text(v, "username", i.username);
        value_set_text(v, "fullName", i.full_name);
        value_set_text(v, "state", states[i.state]);
        api_set_time(v, "createdAt", i.created_at);
        value_append(list, v);
    }
    return db_end(q, e);
}

enum err
manage_state(struct route_call *call, struct error *e)
{
    struct value *list = value_array();
    int64_t rows[1000] = {0};
    struct manage_page page;
    enum err err = manage_page_asked(call, 0, &page, e);
    if (err == ERR_OK)
        err = read_page(call, &page, list, rows, e);
    size_t n = value_size(list);
    for (size_t i = 0; i < n && err == ERR_OK; i++) {
        struct value *v = value_at(list, i);
        err = add_connected(call, rows[i], v, e);
        if (err == ERR_OK)
            err = add_answered(call, rows[i], v, e);
        if (err == ERR_OK)
            err = add_workflows(call, rows[i], v, e);
    }
    if (err == ERR_OK)
        return answer_page(call, list, n ? rows[n - 1] : 0, page.limit, e);
    value_free(list);
    return err;
}

/* --- versions ------------------------------------------------------------- */

static enum err
read_versions(struct route_call *call, const struct manage_page *page,
              struct value *list, int64_t *last, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_STATE_VERSIONS);
    db_int(q, page->after);
    db_int(q, call->caller.environment);
    db_int(q, page->limit);
    struct rs_released_version r;
    while (rs_released_version_next(q, &r)) {
        struct value *v = value_object();
        *last = r.n;
        value_set_text(v, "versionId", r.id);
        value_set_text(v, "workflowId", r.workflow_id);
        value_set_text(v, "installationId", r.installation_id);
        value_set_int(v, "base", r.base_no);
        value_set_int(v, "fork", r.fork_no);
        value_set_text(v, "hash", r.hash);
        api_set_time(v, "releasedAt", r.released_at);
        value_set_text(v, "releasedBy", r.released_by);
        value_append(list, v);
    }
    return db_end(q, e);
}

enum err
manage_versions(struct route_call *call, struct error *e)
{
    struct value *list = value_array();
    struct manage_page page;
    enum err err = manage_page_asked(call, 0, &page, e);
    int64_t last = page.after;
    if (err == ERR_OK)
        err = read_versions(call, &page, list, &last, e);
    if (err == ERR_OK)
        return answer_page(call, list, last, page.limit, e);
    value_free(list);
    return err;
}
