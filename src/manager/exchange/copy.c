/* The copy of the runtimes' facts: rows read, moved and written. */
#include "manager/exchange/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/customer.h"
#include "value/value.h"

#define DAY_MS (INT64_C(86400) * 1000)
static enum err
check_share(const struct speaker *s, int64_t charged, int64_t age_ms,
            struct error *e)
{
    int64_t days = age_ms > 0 ? age_ms / DAY_MS : 0;
    if (charged <= RUNTIME_SHARE + days * RUNTIME_SHARE_A_DAY)
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "runtime %s: has added %lld MB to this store, more than "
                     "one runtime may (check who runs it; runtime remove %s "
                     "if it is not yours)",
                     s->name, (long long)(charged >> 20), s->name);
}

enum err
speaker_load(struct manager *m, const char *id, struct speaker *out,
             struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_BY_ID);
    int64_t charged = 0, age = 0;
    enum err err;
    memset(out, 0, sizeof *out);
    out->id = id;
    db_text(q, id);
    struct cs_speaking_runtime r;
    if (cs_speaking_runtime_next(q, &r)) {
        out->n = r.n;
        snprintf(out->name, sizeof out->name, "%s", r.name);
        out->lost = !r.own;
        if (r.own) {
            out->cursor = r.feed_cursor;
            out->receipt_sequence = r.receipt_sequence;
            charged = r.charged;
        }
        if (r.own && r.receipt_head)
            snprintf(out->receipt_head, sizeof out->receipt_head, "%s",
                     r.receipt_head);
        out->restored = r.restored != 0;
        out->altered = r.altered != 0;
        age = operation_now(m) - r.added_at;
    }
    err = db_end(q, e);
    if (!err && !out->n)
        return error_set(e, ERR_NOT_FOUND, "runtime %s: not known", id);
    if (!err)
        err = db_bytes_used(manager_db(m), &out->found, e);
    return err ? err : check_share(out, charged, age, e);
}

enum err
speaker_anew(struct manager *m, const char *id, struct error *e)
{
    static const int statements[] = {CS_USERS_ANEW, CS_INSTALLATIONS_ANEW,
                                     CS_RUNTIME_COPY_DUE};
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_ANEW);
    db_text(q, id);
    db_text(q, COPY_ALTERED);
    db_int(q, operation_now(m));
    enum err err = db_run(q, e);
    bool anew = !err && db_changes(manager_db(m));
    for (int i = 0; i < 3 && anew && !err; i++) {
        q = db_use(manager_db(m), statements[i]);
        db_text(q, id);
        err = db_run(q, e);
    }
    return err;
}

enum err
speaker_end(struct manager *m, const struct speaker *s, struct error *e)
{
    struct db_stmt *q;
    int64_t left;
    enum err err = db_bytes_used(manager_db(m), &left, e);
    if (err || left == s->found)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_CHARGE);
    db_int(q, left - s->found);
    db_int(q, s->n);
    return db_run(q, e);
}

enum err
copy_audit(struct manager *m, struct speaker *s, const char *actor,
           enum reported what, const char *subject_kind, const char *subject_id,
           const char *installation_id, const char *before, const char *after,
           struct error *e)
{
    struct audit_entry entry = {.at = operation_now(m),
                                .origin = s->id,
                                .actor = actor ? actor : "runtime",
                                .session = manager_session_id(m),
                                .action = reported_words[what],
                                .subject_kind = subject_kind,
                                .subject_id = subject_id,
                                .installation = installation_id,
                                .before = before,
                                .after = after};
    s->changed = true;
    return operation_audit_as(m, &entry, e);
}

enum err
copy_notice(struct manager *m, struct speaker *s, const char *text,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_NOTICE);
    struct value *after;
    char *json;
    enum err err;
    db_text(q, text);
    db_int(q, operation_now(m));
    db_int(q, s->n);
    err = db_run(q, e);
    if (err)
        return err;
    after = value_object();
    value_set_text(after, "text", text);
    json = value_to_text(after);
    err = copy_audit(m, s, NULL, REPORTED_NOTICE, "runtime", s->id, NULL,
                     NULL, json, e);
    free(json);
    value_free(after);
    return err;
}

/* --- installations -------------------------------------------------------- */

enum err
copy_id_of(struct manager *m, int statement, int64_t n, char out[IDENT_SIZE],
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_int(q, n);
    snprintf(out, IDENT_SIZE, "%s", db_row(q) ? db_get_text(q) : "");
    return db_end(q, e);
}

enum err
copy_installation_load(struct manager *m, struct speaker *s, const char *id,
                       struct copy_installation *out, bool *found,
                       struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_INSTALLATION);
    memset(out, 0, sizeof *out);
    *found = false;
    db_text(q, id);
    struct cs_copied_installation i;
    if (cs_copied_installation_next(q, &i) && i.runtime == s->n) {
        *found = true;
        out->n = i.n;
        memcpy(out->id, id, IDENT_SIZE);
        out->state = (int)i.state;
        out->connected = mem_strdup(i.connected);
        out->answered = mem_strdup(i.answered);
        out->credentials = mem_strdup(i.credentials);
        out->connected_by = mem_strdup(i.connected_by);
    }
    return db_end(q, e);
}

/* The credentials have a seal of their own: all else of it is only copied. */
static enum err
seal_connected(struct manager *m, const struct copy_installation *i,
               struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_CONNECTED_IS);
    int64_t same = 1;
    db_int(q, i->n);
    db_text(q, i->connected_by);
    enum err err = db_run_int(q, &same, NULL, e);
    if (!err && !same)
        operation_seal(m, SEAL_CONNECTED, i->id);
    return err;
}

enum err
copy_installation_save(struct manager *m, struct speaker *s,
                       const struct copy_installation *i, int64_t at,
                       struct error *e)
{
    enum err err = seal_connected(m, i, e);
    if (err)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_INSTALLATION_SET);
    db_int(q, i->state);
    db_text(q, i->connected);
    db_text(q, i->answered);
    db_text(q, i->credentials);
    db_int(q, at);
    db_int(q, i->n);
    db_text(q, i->connected_by);
    err = db_run(q, e);
    if (err)
        return err;
    if (db_changes(manager_db(m)))
        s->changed = true;
    q = db_use(manager_db(m), CS_FACT_INSTALLATION_SEEN);
    db_int(q, at);
    db_int(q, i->n);
    return db_run(q, e);
}

void
copy_installation_clear(struct copy_installation *i)
{
    free(i->connected);
    free(i->answered);
    free(i->credentials);
    free(i->connected_by);
    memset(i, 0, sizeof *i);
}

enum err
copy_condition(struct manager *m, int64_t installation, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_CONDITION);
    db_int(q, installation);
    return db_run(q, e);
}

enum err
copy_condition_of(struct manager *m, int64_t request, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REQUEST_CONDITION);
    db_int(q, request);
    return db_run(q, e);
}

struct value *
copy_object(const char *text)
{
    struct value *v = NULL;
    if (text && value_read(&v, text, strlen(text), &value_limits_document,
                           "copy", NULL) == ERR_OK)
        return v;
    return value_object();
}

char *
copy_credential(char *text, const char *app, const char *state,
                const char *message, int64_t at)
{
    struct value *all = copy_object(text);
    value_remove(all, app);
    if (state && strcmp(state, "ok") != 0) {
        struct value *v = value_object();
        value_set_text(v, "state", state);
        value_set_text(v, "message", message);
        value_set_int(v, "at", at);
        value_set(all, app, v);
    }
    free(text);
    text = value_size(all) ? value_to_text(all) : NULL;
    value_free(all);
    return text;
}

char *
copy_connected_by(char *text, const char *app, const char *id)
{
    struct value *all = copy_object(text);
    value_remove(all, app);
    if (id)
        value_set_text(all, app, id);
    free(text);
    text = value_size(all) ? value_to_text(all) : NULL;
    value_free(all);
    return text;
}

void
copy_answers(struct value *all, const struct value *fields)
{
    for (size_t i = 0; i < value_size(fields); i++) {
        const struct value *one = value_at(fields, i);
        const char *block = value_get_text(one, "blockId");
        const char *field = value_get_text(one, "field");
        if (!block || !field)
            continue;
        if (!value_is(value_get(all, block), VALUE_OBJECT))
            value_set(all, block, value_object());
        value_set_bool(value_get(all, block), field, true);
    }
}

/* --- users ---------------------------------------------------------------- */

struct known_user {
    int64_t n;
    int64_t runtime;
    char *username, *full_name;
    const char *name; /* what tables show, one of them */
};

static enum err
load_user(struct manager *m, const char *id, struct known_user *out,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_BY_ID);
    memset(out, 0, sizeof *out);
    db_text(q, id);
    struct cs_known_user u;
    if (cs_known_user_next(q, &u)) {
        out->n = u.n;
        out->runtime = u.runtime;
        out->username = mem_strdup(u.username);
        out->full_name = mem_strdup(u.full_name);
        out->name = customer_name(out->full_name, out->username);
    }
    return db_end(q, e);
}

/* The installations of user N; the caller frees *OUT. */
static enum err
installations_of(struct manager *m, int64_t user, int64_t **out, size_t *n,
                 struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_INSTALLATIONS);
    *out = NULL;
    *n = 0;
    db_int(q, user);
    while (db_row(q)) {
        *out = mem_resize(*out, *n + 1, sizeof **out);
        (*out)[(*n)++] = db_get_int(q);
    }
    return db_end(q, e);
}

static enum err
seal_installation(struct manager *m, int64_t n, struct error *e)
{
    char id[IDENT_SIZE];
    enum err err = copy_id_of(m, CS_FACT_INSTALLATION_ID, n, id, e);
    if (!err && id[0])
        operation_seal(m, SEAL_INSTALLATION, id);
    return err;
}

/* The user of every installation of user N is now called NAME. */
static enum err
rename_customers(struct manager *m, int64_t user, const char *name,
                 const char *username, struct error *e)
{
    int64_t *rows;
    size_t n;
    enum err err = installations_of(m, user, &rows, &n, e);
    for (size_t i = 0; i < n && !err; i++) {
        err = console_name_installation(manager_db(m), rows[i], name, username,
                                        e);
        if (!err)
            err = seal_installation(m, rows[i], e);
    }
    free(rows);
    return err;
}

static void
known_user_clear(struct known_user *user)
{
    free(user->username);
    free(user->full_name);
}

enum err
copy_user(struct manager *m, struct speaker *s, const char *user_id,
          const char *username, const char *full_name, struct error *e)
{
    const char *name = customer_name(full_name, username);
    struct known_user old;
    struct db_stmt *q;
    enum err err = load_user(m, user_id, &old, e);
    if (!err && (!old.n || old.runtime == s->n)) {
        q = db_use(manager_db(m), CS_FACT_USER);
        db_text(q, user_id);
        db_int(q, s->n);
        db_text(q, username);
        db_text(q, full_name ? full_name : "");
        err = db_run(q, e);
        if (!err && db_changes(manager_db(m)))
            s->changed = true;
        const char *full = full_name ? full_name : "";
        bool same = old.n && strcmp(old.full_name, full) == 0 &&
                    strcmp(old.username, username) == 0;
        if (!err && !same)
            operation_seal(m, SEAL_USER, user_id);
        if (!err && old.n && !same)
            err = rename_customers(m, old.n, name, username, e);
    }
    known_user_clear(&old);
    return err;
}

enum err
copy_user_deleted(struct manager *m, const struct speaker *s,
                  const char *user_id, int64_t at, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_DELETED);
    db_int(q, at);
    db_text(q, user_id);
    db_int(q, s->n);
    return db_run(q, e);
}

static enum err
find(struct manager *m, int statement, const char *id, int64_t *n,
     struct error *e)
{
    struct cs_ref ref = {0};
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_text(q, id);
    cs_ref_next(q, &ref);
    *n = ref.n;
    return db_end(q, e);
}

enum err
copy_workflow(struct manager *m, const char *id, int64_t *n, struct error *e)
{
    return find(m, CS_WORKFLOW_BY_ID, id, n, e);
}

enum err
copy_installation_add(struct manager *m, struct speaker *s, const char *id,
                      const char *user_id, const char *integration_id,
                      int64_t at, bool *added, struct error *e)
{
    struct known_user user;
    struct copy_installation known;
    int64_t integration;
    struct db_stmt *q;
    bool found;
    *added = false;
    enum err err = copy_installation_load(m, s, id, &known, &found, e);
    copy_installation_clear(&known);
    if (err || found)
        return err;
    err = load_user(m, user_id, &user, e);
    if (!err)
        err = find(m, CS_INTEGRATION_BY_ID, integration_id, &integration, e);
    if (!err && user.n && user.runtime == s->n && integration) {
        q = db_use(manager_db(m), CS_FACT_INSTALLATION_ADD);
        db_text(q, id);
        db_int(q, user.n);
        db_int(q, integration);
        db_int(q, s->n);
        db_text(q, user.name);
        db_int(q, at);
        db_int(q, at);
        db_int(q, at);
        err = db_run(q, e);
        /* None is added where another runtime has an installation of this id.
         */
        *added = !err && db_changes(manager_db(m)) > 0;
    }
    if (*added) {
        s->changed = true;
        operation_seal(m, SEAL_INSTALLATION, id);
        err =
            console_name_installation(manager_db(m), db_last_id(manager_db(m)),
                                      user.name, user.username, e);
    }
    known_user_clear(&user);
    return err;
}

/* --- pointers ------------------------------------------------------------- */

static void
read_pointer(const struct cs_copied_pointer *row, struct copy_pointer *p)
{
    p->live = row->live;
    p->releasing = row->releasing;
    p->awaiting = row->awaiting;
    p->previous = row->previous;
    p->feed_sequence = row->feed_sequence;
    p->needs = mem_strdup(row->needs);
    p->active = row->active != 0;
    p->todo = row->todo != 0;
    p->failed = row->failed;
    p->parked = row->parked;
    p->set_aside = row->set_aside;
    p->live_since = row->live_since;
    p->off = row->off != 0;
    if (row->live_unknown)
        snprintf(p->live_unknown, IDENT_SIZE, "%s", row->live_unknown);
    if (row->awaiting_unknown)
        snprintf(p->awaiting_unknown, IDENT_SIZE, "%s", row->awaiting_unknown);
    if (row->live_reported)
        snprintf(p->live_reported, DIGEST_SIZE, "%s", row->live_reported);
    if (row->awaiting_reported)
        snprintf(p->awaiting_reported, DIGEST_SIZE, "%s",
                 row->awaiting_reported);
}

enum err
copy_pointer_load(struct manager *m, int64_t installation, int64_t workflow,
                  int64_t at, struct copy_pointer *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_POINTER);
    bool found = false;
    enum err err;
    memset(out, 0, sizeof *out);
    out->installation = installation;
    out->workflow = workflow;
    db_int(q, installation);
    db_int(q, workflow);
    struct cs_copied_pointer row;
    if (cs_copied_pointer_next(q, &row)) {
        found = true;
        read_pointer(&row, out);
    }
    err = db_end(q, e);
    if (err || found)
        return err;
    out->active = true;
    out->moved = true;
    q = db_use(manager_db(m), CS_FACT_POINTER_ADD);
    db_int(q, installation);
    db_int(q, workflow);
    db_int(q, at);
    return db_run(q, e);
}

static void
bind_pointer(struct db_stmt *q, const struct copy_pointer *p)
{
    db_int(q, p->installation);
    db_int(q, p->workflow);
    db_int_or_null(q, p->live);
    db_int_or_null(q, p->releasing);
    db_int_or_null(q, p->awaiting);
    db_int_or_null(q, p->previous);
    db_int(q, p->feed_sequence);
    db_text(q, p->needs);
    db_int(q, p->active);
    db_int(q, p->todo);
    db_int(q, p->failed);
    db_int(q, p->parked);
    db_int(q, p->set_aside);
    db_int_or_null(q, p->live_since);
    db_text(q, p->live_unknown[0] ? p->live_unknown : NULL);
    db_text(q, p->awaiting_unknown[0] ? p->awaiting_unknown : NULL);
    db_int(q, p->off);
    db_text(q, p->live_reported[0] ? p->live_reported : NULL);
    db_text(q, p->awaiting_reported[0] ? p->awaiting_reported : NULL);
}

enum err
copy_pointer_save(struct manager *m, struct speaker *s,
                  const struct copy_pointer *p, int64_t at, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_POINTER_SET);
    enum err err;
    bind_pointer(q, p);
    err = db_run(q, e);
    if (err)
        return err;
    if ((db_changes(manager_db(m)) && !p->counted) || p->moved)
        s->changed = true;
    q = db_use(manager_db(m), CS_FACT_POINTER_SEEN);
    db_int(q, p->feed_sequence);
    db_int(q, at);
    db_int(q, p->installation);
    db_int(q, p->workflow);
    if (p->moved)
        operation_seal_pair(m, SEAL_POINTER, p->installation, p->workflow);
    return db_run(q, e);
}

void
copy_pointer_clear(struct copy_pointer *p)
{
    FREE_NULL(p->needs);
}
