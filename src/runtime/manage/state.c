/* Pages of users, of installations with their facts, and of versions: for a
 * first or repaired copy at the console. */
#include <stdio.h>
#include <stdlib.h>

#include "runtime/decide/receipts.h"
#include "runtime/embedded/embedded.h"
#include "runtime/installed/feed.h"
#include "runtime/manage/manage.h"

/* {"data","cursor","position","feedCursor","feedHash","restore"}; LAST is the
 * row of the page's last entry, or the one it was asked to begin after. */
static enum err
answer_page(struct call *call, struct value *list, int64_t last, int64_t limit,
            struct error *e)
{
    int64_t first, head;
    char cursor[24], hash[DIGEST_SIZE], restore[IDENT_SIZE];
    enum err code = receipts_feed_ends(call->db, call->caller.environment,
                                       &first, &head, e);
    if (code == ERR_OK)
        code = feed_hash_at(call->db, call->caller.environment, head, hash, e);
    if (code == ERR_OK)
        code = runtime_restore(call->db, restore, e);
    if (code != ERR_OK) {
        value_free(list);
        return code;
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
read_users(struct call *call, const struct manage_page *page,
           struct value *list, int64_t *last, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_USER_LIST);
    db_int(q, call->caller.environment);
    db_int(q, page->after);
    db_int(q, page->limit);
    struct rs_user found;
    while (rs_user_next(q, &found)) {
        struct value *v = value_object();
        *last = found.n;
        value_set_text(v, "userId", found.id);
        value_set_text(v, "username", found.username);
        value_set_text(v, "fullName", found.full_name);
        value_append(list, v);
    }
    return db_end(q, e);
}

enum err
manage_users(struct call *call, struct error *e)
{
    struct value *list = value_array();
    struct manage_page page;
    int64_t last = 0;
    enum err code = manage_page_asked(call, 0, &page, e);
    if (code == ERR_OK)
        code = read_users(call, &page, list, &last, e);
    if (code == ERR_OK)
        return answer_page(call, list, last, page.limit, e);
    value_free(list);
    return code;
}

/* --- installations -------------------------------------------------------- */

static struct value *
json_or(const char *text, size_t n, struct value *(*fallback)(void))
{
    struct value *v = NULL;
    if (!text || value_read(&v, text, n, &value_limits_document, "stored",
                            NULL) != ERR_OK)
        v = fallback();
    return v;
}

static enum err
add_connected(struct call *call, int64_t installation, struct value *v,
              struct error *e)
{
    struct value *list = value_array();
    struct db_stmt *q = db_use(call->db, RS_CONNECTED_LIST);
    db_int(q, installation);
    while (db_row(q)) {
        struct value *c = value_object();
        size_t n = 0;
        const char *scopes = db_get_text_n(q, 2, &n);
        value_set_text(c, "app", db_get_text(q, 0));
        value_set(c, "scopes", json_or(scopes, n, value_array));
        value_set_text(c, "state",
                       rt_credential_state_word((int)db_get_int(q, 3)));
        if (!db_is_null(q, 4))
            value_set_text(c, "message", db_get_text(q, 4));
        if (!db_is_null(q, 5))
            api_set_time(c, "refusedAt", db_get_int(q, 5));
        value_append(list, c);
    }
    value_set(v, "connected", list);
    return db_end(q, e);
}

static enum err
add_answered(struct call *call, int64_t installation, struct value *v,
             struct error *e)
{
    struct value *list = value_array();
    struct db_stmt *q = db_use(call->db, RS_STATE_ANSWERED);
    db_int(q, installation);
    while (db_row(q)) {
        struct value *a = value_object();
        value_set_text(a, "blockId", db_get_text(q, 0));
        value_set_text(a, "field", db_get_text(q, 1));
        value_append(list, a);
    }
    value_set(v, "answered", list);
    return db_end(q, e);
}

static enum err
add_workflows(struct call *call, int64_t installation, struct value *v,
              struct error *e)
{
    struct value *list = value_array();
    struct db_stmt *q = db_use(call->db, RS_STATE_WORKFLOWS);
    db_int(q, installation);
    while (db_row(q)) {
        struct value *w = value_object();
        size_t n = 0;
        const char *needs = db_get_text_n_or_null(q, 3, &n);
        value_set_text(w, "workflowId", db_get_text(q, 0));
        value_set_text(w, "liveVersionId", db_get_text_or_null(q, 1));
        value_set_text(w, "awaitingVersionId", db_get_text_or_null(q, 2));
        value_set(w, "needs", json_or(needs, n, value_array));
        value_set_bool(w, "active",
                       db_get_int(q, 4) != 0 && db_get_int(q, 5) == 0);
        value_set_bool(w, "off", db_get_int(q, 4) == 0);
        value_set_bool(w, "paused", db_get_int(q, 5) != 0);
        value_set_bool(w, "todo", db_get_int(q, 6) != 0);
        value_append(list, w);
    }
    value_set(v, "workflows", list);
    return db_end(q, e);
}

static enum err
read_page(struct call *call, const struct manage_page *page, struct value *list,
          int64_t *rows, struct error *e)
{
    static const char *const states[] = {"active", "paused", "uninstalled"};
    size_t count = 0;
    struct db_stmt *q = db_use(call->db, RS_STATE_PAGE);
    db_int(q, call->caller.environment);
    db_int(q, page->after);
    db_int(q, page->limit);
    while (db_row(q)) {
        struct value *v = value_object();
        rows[count++] = db_get_int(q, 0);
        value_set_text(v, "installationId", db_get_text(q, 1));
        value_set_text(v, "integrationId", db_get_text(q, 2));
        value_set_text(v, "userId", db_get_text(q, 3));
        value_set_text(v, "username", db_get_text(q, 4));
        value_set_text(v, "fullName", db_get_text_or_null(q, 5));
        value_set_text(v, "state", states[db_get_int(q, 6)]);
        api_set_time(v, "createdAt", db_get_int(q, 7));
        value_append(list, v);
    }
    return db_end(q, e);
}

enum err
manage_state(struct call *call, struct error *e)
{
    struct value *list = value_array();
    int64_t rows[1000] = {0};
    struct manage_page page;
    enum err code = manage_page_asked(call, 0, &page, e);
    if (code == ERR_OK)
        code = read_page(call, &page, list, rows, e);
    size_t n = value_size(list);
    for (size_t i = 0; i < n && code == ERR_OK; i++) {
        struct value *v = value_at(list, i);
        code = add_connected(call, rows[i], v, e);
        if (code == ERR_OK)
            code = add_answered(call, rows[i], v, e);
        if (code == ERR_OK)
            code = add_workflows(call, rows[i], v, e);
    }
    if (code == ERR_OK)
        return answer_page(call, list, n ? rows[n - 1] : 0, page.limit, e);
    value_free(list);
    return code;
}

/* --- versions ------------------------------------------------------------- */

static enum err
read_versions(struct call *call, const struct manage_page *page,
              struct value *list, int64_t *last, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_STATE_VERSIONS);
    db_int(q, page->after);
    db_int(q, call->caller.environment);
    db_int(q, page->limit);
    while (db_row(q)) {
        struct value *v = value_object();
        *last = db_get_int(q, 0);
        value_set_text(v, "versionId", db_get_text(q, 1));
        value_set_text(v, "workflowId", db_get_text(q, 2));
        value_set_text(v, "installationId", db_get_text_or_null(q, 3));
        value_set_int(v, "base", db_get_int(q, 4));
        value_set_int(v, "fork", db_get_int(q, 5));
        value_set_text(v, "hash", db_get_text(q, 6));
        api_set_time(v, "releasedAt", db_get_int(q, 7));
        value_set_text(v, "releasedBy", db_get_text(q, 8));
        value_append(list, v);
    }
    return db_end(q, e);
}

enum err
manage_versions(struct call *call, struct error *e)
{
    struct value *list = value_array();
    struct manage_page page;
    enum err code = manage_page_asked(call, 0, &page, e);
    int64_t last = page.after;
    if (code == ERR_OK)
        code = read_versions(call, &page, list, &last, e);
    if (code == ERR_OK)
        return answer_page(call, list, last, page.limit, e);
    value_free(list);
    return code;
}
