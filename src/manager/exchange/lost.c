/* Missing users and installations: what is queued for them, and their end. */
#include "manager/exchange/lost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/restored.h"
#include "manager/session/names.h"
#include "manager/session/note.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "store/console.h"
#include "value/value.h"

/* --- what is queued ------------------------------------------------------- */

static void
read_request(const struct cs_lost_request *r, struct pool *pool,
             struct lost_request *out)
{
    char label[VERSION_LABEL_SIZE];
    version_label(label, r->base_no, r->fork_no);
    *out = (struct lost_request){
        .installation = pool_text(pool, r->installation_id),
        .customer = pool_text(pool, r->customer),
        .key = pool_text(pool, r->key),
        .kind = pool_text(pool, r->kind),
        .workflow = pool_text(pool, r->workflow_key),
        .version = r->base_no ? pool_text(pool, label) : NULL,
        .shared = r->shared != 0,
    };
}

static enum err
load(struct manager *m, int statement, int64_t n, struct lost_requests *out,
     struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    struct cs_lost_request r;
    db_int(q, n);
    while (cs_lost_request_next(q, &r)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        read_request(&r, out->pool, &out->rows[out->count++]);
    }
    return db_end(q, e);
}

enum err
manager_lost_requests_of_runtime(struct manager *m, const char *runtime,
                                 struct lost_requests *out, struct error *e)
{
    struct name_ref ref;
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    *out = (struct lost_requests){.pool = pool_new()};
    if (!err)
        err = name_runtime(m, runtime, &ref, e);
    if (!err)
        err = load(m, CS_LOST_REQUESTS_OF_RUNTIME, ref.n, out, e);
    return operation_end(m, err, e);
}

enum err
manager_lost_requests(struct manager *m, const char *installation,
                      struct lost_requests *out, struct error *e)
{
    struct name_ref ref;
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    *out = (struct lost_requests){.pool = pool_new()};
    if (!err)
        err = name_installation(m, installation, &ref, e);
    if (!err)
        err = load(m, CS_LOST_REQUESTS, ref.n, out, e);
    return operation_end(m, err, e);
}

void
lost_requests_clear(struct lost_requests *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct lost_requests){.count = 0};
}

static void
add_request(struct buf *out, const struct lost_request *r, bool of)
{
    buf_addf(out, "%s%s", out->len ? ", " : "", r->kind);
    if (r->workflow)
        buf_addf(out, " %s", r->workflow);
    if (r->version)
        buf_addf(out, " %s", r->version);
    if (of) {
        char *name = text_name_dup(r->customer);
        buf_addf(out, " of %s", name);
        free(name);
    }
}

char *
lost_requests_text(const struct lost_requests *list, bool of, int most)
{
    struct buf text;
    buf_init_any(&text);
    for (size_t i = 0; i < list->count && i < (size_t)most; i++)
        add_request(&text, &list->rows[i], of);
    if (list->count > (size_t)most)
        buf_addf(&text, " and %zu more", list->count - (size_t)most);
    return buf_take(&text);
}

/* --- its end -------------------------------------------------------------- */

/* The installation and where it is said to be. */
struct lost {
    struct name_ref ref;
    char runtime_id[IDENT_SIZE];
};

static enum err
find_lost(struct manager *m, const char *installation, struct lost *out,
          struct error *e)
{
    struct cs_lost_place place;
    bool missing = false;
    enum err err = name_installation(m, installation, &out->ref, e);
    if (err)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_PLACE);
    db_int(q, out->ref.n);
    if (cs_lost_place_next(q, &place)) {
        missing =
            place.missing_since != 0 && place.state != INSTALLATION_UNINSTALLED;
        snprintf(out->runtime_id, IDENT_SIZE, "%s", place.runtime_id);
    }
    err = db_end(q, e);
    if (!err && !missing)
        return error_set(e, ERR_REFUSED,
                         "%s: its runtime knows it, so that only the runtime "
                         "can end it",
                         installation);
    return err;
}

/* STALE where R is not among the requests that were SHOWN. */
static enum err
check_shown(const struct lost_request *r, const struct lost_requests *shown,
            struct error *e)
{
    for (size_t i = 0; shown && i < shown->count; i++)
        if (strcmp(shown->rows[i].key, r->key) == 0)
            return ERR_OK;
    return shown ? error_set(e, ERR_STALE,
                             "%s: changed since it was shown: %s was queued "
                             "for it (look at it again)",
                             r->customer, r->kind)
                 : ERR_OK;
}

static enum err
end_request(struct manager *m, const struct lost_request *r, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_END_LOST);
    db_int(q, operation_now(m));
    db_text(q, r->key);
    enum err err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_LOST_RELEASING_ENDS);
    db_text(q, r->key);
    err = db_run(q, e);
    return err ? err
               : operation_audit(m, "request", r->key, r->installation, NULL,
                                 "{\"outcome\":\"refused\"}", e);
}

static enum err
end_requests(struct manager *m, const struct lost *l,
             const struct lost_requests *shown, size_t *ended, struct error *e)
{
    struct lost_requests list = {.pool = pool_new()};
    enum err err = load(m, CS_LOST_REQUESTS, l->ref.n, &list, e);
    *ended = 0;
    for (size_t i = 0; i < list.count && !err; i++) {
        if (list.rows[i].shared)
            continue;
        err = check_shown(&list.rows[i], shown, e);
        if (!err)
            err = end_request(m, &list.rows[i], e);
        ++*ended;
    }
    lost_requests_clear(&list);
    return err;
}

/* What restores have undone of it is left to nobody. */
static enum err
uninstall(struct manager *m, const struct lost *l, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_ENDS);
    db_int(q, operation_now(m));
    db_int(q, l->ref.n);
    enum err err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_LOST_UNDONE_ENDS);
    db_text(q, l->ref.id);
    return db_run(q, e);
}

static enum err
audit_end(struct manager *m, const struct lost *l, size_t ended,
          const char *note, struct error *e)
{
    struct value *after = value_object();
    value_set_text(after, "installationId", l->ref.id);
    value_set_bool(after, "missing", true);
    if (note && *note)
        value_set_text(after, "note", note);
    value_set_int(after, "requests", (int64_t)ended);
    char *text = value_to_text(after);
    enum err err =
        operation_audit(m, "installation", l->ref.id, l->ref.id, NULL, text, e);
    free(text);
    value_free(after);
    return err;
}

/* The notice counts no more what has ended at the runtime of ID; the record
 * that follows seals what is left. */
static enum err
refresh(struct manager *m, const char *id, struct error *e)
{
    struct speaker s;
    enum err err = speaker_load(m, id, &s, e);
    if (err)
        return err;
    err = restored_refresh(m, &s, e);
    s.undone = true; /* by uninstall() or delete_user() */
    restored_seal(m, &s);
    return err ? err : speaker_end(m, &s, e);
}

static enum err
end_lost(struct manager *m, const struct lost *l,
         const struct lost_requests *shown, size_t *ended, struct error *e)
{
    enum err err = end_requests(m, l, shown, ended, e);
    return err ? err : uninstall(m, l, e);
}

static enum err
end_one(struct manager *m, const char *installation,
        const struct lost_requests *shown, const char *note, size_t *ended,
        struct error *e)
{
    struct lost lost;
    enum err err = find_lost(m, installation, &lost, e);
    if (!err)
        err = end_lost(m, &lost, shown, ended, e);
    if (!err)
        err = refresh(m, lost.runtime_id, e);
    return err ? err : audit_end(m, &lost, *ended, note, e);
}

enum err
manager_installation_end(struct manager *m, const char *installation,
                         const struct lost_requests *shown, const char *note,
                         size_t *ended, struct error *e)
{
    size_t count = 0;
    enum err err = operation_begin(m, ACTION_INSTALLATION_UNINSTALL, e);
    if (!err)
        err = note_check(note, e);
    if (!err)
        err = end_one(m, installation, shown, note, &count, e);
    if (ended)
        *ended = count;
    return operation_end(m, err, e);
}

/* --- users ---------------------------------------------------------------- */

/* A user of the name that is looked for. Texts are those of the pool. */
struct named_user {
    struct name_ref ref;
    char runtime_id[IDENT_SIZE];
    const char *username, *runtime;
    size_t missing; /* installations */
};

/* What the store has of the name. */
struct named_users {
    struct named_user lost; /* the last one */
    size_t count, others;   /* who can be ended; whom runtimes know */
    struct buf ids;         /* of those that can be ended */
};

static void
note_user(const struct cs_lost_user *u, struct pool *pool,
          struct named_users *out)
{
    if (u->deleted_at)
        return;
    if (!u->missing_since || u->known) {
        out->others++;
        return;
    }
    struct named_user *lost = &out->lost;
    lost->ref.n = u->n;
    snprintf(lost->ref.id, IDENT_SIZE, "%s", u->id);
    snprintf(lost->runtime_id, IDENT_SIZE, "%s", u->runtime_id);
    lost->username = pool_text(pool, u->username);
    lost->runtime = pool_text(pool, u->runtime);
    lost->missing = (size_t)u->missing;
    buf_addf(&out->ids, "%s%s", out->count++ ? ", " : "", u->id);
}

/* Why NAME is not one missing user; OK: it is. */
static enum err
check_one(const struct named_users *users, const char *name, struct error *e)
{
    if (users->count == 1)
        return ERR_OK;
    if (users->count)
        return error_set(e, ERR_AMBIGUOUS,
                         "user '%.200s': several are missing (name one of "
                         "these ids: %s)",
                         name, users->ids.data);
    if (users->others)
        return error_set(e, ERR_REFUSED,
                         "user '%.200s': the runtime knows this user, so that "
                         "only the vendor's application can delete it there",
                         name);
    return error_set(e, ERR_NOT_FOUND, "user '%.200s': not found", name);
}

static enum err
find_user(struct manager *m, const char *name, const char *runtime,
          struct pool *pool, struct named_user *out, struct error *e)
{
    struct named_users users = {.count = 0};
    struct cs_lost_user u;
    buf_init_any(&users.ids);
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_USERS_NAMED);
    db_text(q, name);
    while (cs_lost_user_next(q, &u))
        if (!runtime || strcmp(runtime, u.runtime) == 0)
            note_user(&u, pool, &users);
    enum err err = db_end(q, e);
    if (!err) {
        char *shown = text_visible_dup(name);
        err = check_one(&users, shown, e);
        free(shown);
    }
    *out = users.lost;
    buf_clear(&users.ids);
    return err;
}

enum err
manager_lost_user(struct manager *m, const char *name, const char *runtime,
                  struct lost_user *out, struct error *e)
{
    struct named_user found;
    struct name_ref at;
    *out = (struct lost_user){.requests = {.pool = pool_new()}};
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    if (!err && runtime)
        err = name_runtime(m, runtime, &at, e);
    if (!err)
        err = find_user(m, name, runtime, out->requests.pool, &found, e);
    if (!err) {
        memcpy(out->id, found.ref.id, IDENT_SIZE);
        out->username = found.username;
        out->runtime = found.runtime;
        out->installations = found.missing;
        err = load(m, CS_LOST_REQUESTS_OF_USER, found.ref.n, &out->requests, e);
    }
    return operation_end(m, err, e);
}

void
lost_user_clear(struct lost_user *u)
{
    lost_requests_clear(&u->requests);
}

/* The missing installations of USER; the caller frees *OUT. */
static enum err
installations_of(struct manager *m, const struct named_user *user,
                 struct lost **out, size_t *count, struct error *e)
{
    struct cs_ref ref;
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_INSTALLATIONS_OF_USER);
    *out = mem_array(user->missing + 1, sizeof **out);
    *count = 0;
    db_int(q, user->ref.n);
    while (*count < user->missing && cs_ref_next(q, &ref)) {
        struct lost *one = &(*out)[(*count)++];
        one->ref.n = ref.n;
        snprintf(one->ref.id, IDENT_SIZE, "%s", ref.id);
    }
    return db_end(q, e);
}

/* Each has an audit record of its own; the note stands in that of the user. */
static enum err
end_installations(struct manager *m, const struct named_user *user,
                  const struct lost_user *shown, size_t *ended,
                  struct error *e)
{
    struct lost *all;
    size_t count;
    enum err err = installations_of(m, user, &all, &count, e);
    for (size_t i = 0; i < count && !err; i++) {
        size_t requests = 0;
        err = end_lost(m, &all[i], shown ? &shown->requests : NULL, &requests,
                       e);
        if (!err)
            err = audit_end(m, &all[i], requests, NULL, e);
        *ended += requests;
    }
    free(all);
    return err;
}

static enum err
delete_user(struct manager *m, const struct named_user *user, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_USER_ENDS);
    db_int(q, operation_now(m));
    db_int(q, user->ref.n);
    enum err err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_LOST_USER_UNDONE_ENDS);
    db_text(q, user->ref.id);
    return db_run(q, e);
}

static enum err
audit_user(struct manager *m, const struct named_user *user, size_t ended,
           const char *note, struct error *e)
{
    struct value *after = value_object();
    value_set_text(after, "userId", user->ref.id);
    value_set_bool(after, "missing", true);
    if (note && *note)
        value_set_text(after, "note", note);
    value_set_int(after, "installations", (int64_t)user->missing);
    value_set_int(after, "requests", (int64_t)ended);
    char *text = value_to_text(after);
    enum err err =
        operation_audit(m, "user", user->ref.id, NULL, NULL, text, e);
    free(text);
    value_free(after);
    return err;
}

static enum err
end_user(struct manager *m, const char *id, const struct lost_user *shown,
         const char *note, size_t *ended, struct error *e)
{
    struct named_user user;
    struct pool *pool = pool_new();
    enum err err = find_user(m, id, NULL, pool, &user, e);
    if (!err && shown && user.missing != shown->installations)
        err = error_set(e, ERR_STALE,
                        "%s: changed since it was shown: %zu installations "
                        "are missing, %zu were shown (look at it again)",
                        user.username, user.missing, shown->installations);
    if (!err)
        err = end_installations(m, &user, shown, ended, e);
    if (!err)
        err = delete_user(m, &user, e);
    if (!err)
        err = refresh(m, user.runtime_id, e);
    if (!err)
        err = audit_user(m, &user, *ended, note, e);
    pool_free(pool);
    return err;
}

enum err
manager_user_end(struct manager *m, const char *id,
                 const struct lost_user *shown, const char *note, size_t *ended,
                 struct error *e)
{
    size_t count = 0;
    enum err err = operation_begin(m, ACTION_USER_REMOVE, e);
    if (!err)
        err = note_check(note, e);
    if (!err)
        err = end_user(m, id, shown, note, &count, e);
    if (ended)
        *ended = count;
    return operation_end(m, err, e);
}
