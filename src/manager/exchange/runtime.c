/* Runtimes: how they are reached, what is offered there. */
#include "manager/exchange/runtime.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/restored.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "value/value.h"
#include "workflow/document/document.h"

#define COLUMNS 7

/* --- how they are reached ------------------------------------------------- */

/* The settings as columns, in the order of the table. */
static void
to_columns(const struct runtime_settings *s, const char *out[COLUMNS])
{
    out[0] = s->name;
    out[1] = s->environment;
    out[2] = s->url;
    out[3] = s->ca_file;
    out[4] = s->pin;
    out[5] = s->token_file;
    out[6] = s->read_token_file;
}

static bool
is_path(int column)
{
    return column == 3 || column >= 5;
}

/* Sync has another working folder: paths are kept absolute. They need not be
 * readable here: the manage token is not, by this session. */
static char *
absolute(const char *path)
{
    char folder[PATH_MAX];
    if (*path == '/' || !*path || !getcwd(folder, sizeof folder))
        return mem_strdup(path);
    return mem_printf("%s/%s", folder, path);
}

static enum err
check_columns(const char *const column[COLUMNS], struct error *e)
{
    if (!column[0] || !*column[0])
        return error_set(e, ERR_INVALID, "runtime: no name");
    if (!column[1] || (strcmp(column[1], "development") != 0 &&
                       strcmp(column[1], "production") != 0))
        return error_set(e, ERR_INVALID,
                         "environment %s: neither development nor production",
                         column[1] ? column[1] : "(none)");
    if (!column[2])
        return error_set(e, ERR_INVALID, "runtime: no URL");
    if ((!column[3] || !*column[3]) && (!column[4] || !*column[4]))
        return error_hint(e, HINT_RUNTIME_TRUST, column[0], NULL,
                          error_set(e, ERR_INVALID,
                                    "runtime %s: no CA and no pin", column[0]));
    enum err err = runtime_check_url(column[2], e);
    return !err && column[4] && *column[4] ? runtime_check_pin(column[4], e)
                                           : err;
}

/* Binds the columns, with "" as NULL. */
static void
bind_columns(struct db_stmt *q, const char *const column[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++)
        db_text(q, column[i] && *column[i] ? column[i] : NULL);
}

static enum err
audit_columns(struct manager *m, const char *id,
              const char *const column[COLUMNS], struct error *e)
{
    static const char *const names[COLUMNS] = {
        "name", "environment", "url",          "caFile",
        "pin",  "tokenFile",   "readTokenFile"};
    struct value *after = value_object();
    char *text;
    enum err err;
    for (int i = 0; i < COLUMNS; i++)
        value_set_text(after, names[i], column[i]);
    text = value_to_text(after);
    err = operation_audit(m, "runtime", id, NULL, NULL, text, e);
    free(text);
    value_free(after);
    return err;
}

static enum err
add(struct manager *m, const char *const column[COLUMNS], struct error *e)
{
    struct db_stmt *q;
    char id[IDENT_SIZE];
    enum err err = check_columns(column, e);
    if (err)
        return err;
    ident_new(id);
    q = db_use(manager_db(m), CS_RUNTIME_ADD);
    db_text(q, id);
    bind_columns(q, column);
    db_int(q, operation_now(m));
    err = db_run(q, e);
    if (err == ERR_CONFLICT)
        return error_set(e, err,
                         "runtime %s: there is one of this name (change it "
                         "with runtime set)",
                         column[0]);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_RENEWED);
    db_text(q, id);
    err = db_run(q, e);
    return err ? err : audit_columns(m, id, column, e);
}

enum err
manager_runtime_add(struct manager *m, const struct runtime_settings *settings,
                    struct error *e)
{
    const char *column[COLUMNS];
    char *owned[COLUMNS] = {0};
    enum err err = operation_begin(m, ACTION_RUNTIME_ADD, e);
    to_columns(settings, column);
    for (int i = 0; i < COLUMNS; i++)
        if (is_path(i) && column[i])
            column[i] = owned[i] = absolute(column[i]);
    if (!err)
        err = add(m, column, e);
    for (int i = 0; i < COLUMNS; i++)
        free(owned[i]);
    return operation_end(m, err, e);
}

/* The row N as columns, which the caller frees. */
static enum err
load_columns(struct manager *m, int64_t n, char *out[COLUMNS], struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_LIST);
    struct cs_runtime r;
    while (cs_runtime_next(q, &r)) {
        const char *const columns[COLUMNS] = {
            r.name,       r.environment,    r.url, r.ca, r.pin,
            r.token_file, r.read_token_file};
        for (int i = 0; r.n == n && i < COLUMNS; i++)
            out[i] = mem_strdup(columns[i]);
    }
    return db_end(q, e);
}

/* What the runtime of row N was met as, in OUT; "" where it was not met. */
static enum err
load_met(struct manager *m, int64_t n, char out[RUNTIME_ENVIRONMENT_SIZE],
         struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_MET);
    *out = '\0';
    db_int(q, n);
    if (db_row(q))
        snprintf(out, RUNTIME_ENVIRONMENT_SIZE, "%s", db_get_text(q));
    return db_end(q, e);
}

/* Each environment of a runtime has customers and a feed of its own: a runtime
 * that was met stays the environment that it was met as. */
static enum err
check_environment(struct manager *m, const struct name_ref *ref,
                  const char *name, const char *environment, struct error *e)
{
    char met[RUNTIME_ENVIRONMENT_SIZE];
    enum err err = load_met(m, ref->n, met, e);
    if (err || !*met || strcmp(met, environment) == 0)
        return err;
    return error_set(e, ERR_REFUSED,
                     "runtime %s: it is the %s environment, with customers of "
                     "its own (add the %s environment as another runtime)",
                     name, met, environment);
}

enum err
manager_runtime_met(struct manager *m, const char *runtime,
                    char out[RUNTIME_ENVIRONMENT_SIZE], struct error *e)
{
    struct name_ref ref;
    *out = '\0';
    enum err err = name_runtime(m, runtime, &ref, e);
    return err ? err : load_met(m, ref.n, out, e);
}

static void
free_columns(char *column[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++)
        free(column[i]);
}

static enum err
set(struct manager *m, const char *name, const struct runtime_settings *s,
    char *column[COLUMNS], struct error *e)
{
    const char *wanted[COLUMNS];
    struct name_ref ref;
    struct db_stmt *q;
    enum err err = name_runtime(m, name, &ref, e);
    if (!err)
        err = load_columns(m, ref.n, column, e);
    if (err)
        return err;
    to_columns(s, wanted);
    for (int i = 0; i < COLUMNS; i++)
        if (wanted[i]) {
            free(column[i]);
            column[i] =
                is_path(i) ? absolute(wanted[i]) : mem_strdup(wanted[i]);
        }
    err = check_columns((const char *const *)column, e);
    if (!err && s->environment)
        err = check_environment(m, &ref, name, column[1], e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_SET);
    bind_columns(q, (const char *const *)column);
    db_int(q, ref.n);
    err = db_run(q, e);
    if (err == ERR_CONFLICT)
        return error_set(e, err, "runtime %s: another runtime has this name",
                         column[0]);
    if (err)
        return err;
    return audit_columns(m, ref.id, (const char *const *)column, e);
}

enum err
manager_runtime_set(struct manager *m, const char *runtime,
                    const struct runtime_settings *settings, struct error *e)
{
    char *column[COLUMNS] = {0};
    enum err err = operation_begin(m, ACTION_RUNTIME_SET, e);
    if (!err)
        err = set(m, runtime, settings, column, e);
    free_columns(column);
    return operation_end(m, err, e);
}

/* --- listing -------------------------------------------------------------- */

static void
read_row(const struct cs_runtime *r, struct pool *pool, struct runtime_row *row)
{
    row->n = r->n;
    row->id = pool_text(pool, r->id);
    row->name = pool_text(pool, r->name);
    row->environment = pool_text(pool, r->environment);
    row->url = pool_text(pool, r->url);
    row->ca_file = pool_text(pool, r->ca);
    row->pin = pool_text(pool, r->pin);
    row->token_file = pool_text(pool, r->token_file);
    row->read_token_file = pool_text(pool, r->read_token_file);
    row->remote_id = pool_text(pool, r->remote_id);
    row->protocol = (int)r->protocol;
    row->last_contact = r->last_contact;
    row->last_error = pool_text(pool, r->last_error);
    row->clock_skew_ms = r->clock_skew_ms;
    row->held = r->held != 0;
    row->feed_cursor = r->feed_cursor;
    row->feed_head = r->feed_head;
    row->queued = r->queued;
    row->feed_hash = pool_text(pool, r->feed_hash);
    row->compared = r->compared != 0;
    row->receipt_sequence = r->receipt_sequence;
    row->receipt_head = pool_text(pool, r->receipt_head);
    row->notice = pool_text(pool, r->notice);
    row->notice_at = r->notice_at;
    row->unknown = r->unknown;
    row->tried_at = r->tried_at;
    if (row->last_error) {
        const char *word = r->trouble;
        row->trouble = word ? err_from_word(word) : ERR_UNREACHABLE;
    }
    row->charged = r->charged;
    row->heard_at = r->heard_at;
    row->certificate_ends = r->certificate_ends;
    row->restore = pool_text(pool, r->restore);
    row->undone = pool_text(pool, r->undone);
    row->restored = r->restored != 0;
    row->altered = r->altered != 0;
    row->copy_asked = r->copy_asked;
}

/* OUT is empty, with its pool. */
static enum err
load_rows(struct manager *m, struct runtime_list *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_LIST);
    struct cs_runtime r;
    while (cs_runtime_next(q, &r)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        read_row(&r, out->pool, &out->rows[out->count++]);
    }
    return db_end(q, e);
}

enum err
manager_runtime_list(struct manager *m, struct runtime_list *out,
                     struct error *e)
{
    enum err err = operation_begin(m, ACTION_RUNTIME_LIST, e);
    memset(out, 0, sizeof *out);
    out->pool = pool_new();
    if (!err)
        err = load_rows(m, out, e);
    return operation_end(m, err, e);
}

void
runtime_list_clear(struct runtime_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    memset(list, 0, sizeof *list);
}

static bool
has_name(const struct runtime_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->rows[i].name, name) == 0)
            return true;
    return false;
}

enum err
runtime_list_has(const struct runtime_list *list, const char *const *names,
                 size_t n, struct error *e)
{
    for (size_t i = 0; i < n; i++)
        if (!has_name(list, names[i]))
            return error_set(e, ERR_NOT_FOUND,
                             "runtime %s: not known (see runtime list)",
                             names[i]);
    return ERR_OK;
}

static enum err
ask_copy(struct manager *m, const struct runtime_row *row, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_ASK_COPY);
    db_int(q, operation_now(m));
    db_int(q, row->n);
    enum err err = db_run(q, e);
    return err ? err
               : operation_audit(m, "runtime", row->id, NULL, NULL, NULL, e);
}

static enum err
ask_copies(struct manager *m, const struct runtime_list *list,
           const char *const *names, size_t n, struct error *e)
{
    enum err err = runtime_list_has(list, names, n, e);
    for (size_t i = 0; i < list->count && !err; i++) {
        bool asked = n == 0;
        for (size_t k = 0; k < n && !asked; k++)
            asked = strcmp(names[k], list->rows[i].name) == 0;
        if (asked)
            err = ask_copy(m, &list->rows[i], e);
    }
    return err;
}

enum err
manager_runtime_copy(struct manager *m, const char *const *names, size_t n,
                     struct error *e)
{
    struct runtime_list list = {.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_RUNTIME_COPY, e);
    if (!err)
        err = load_rows(m, &list, e);
    if (!err && list.count == 0)
        operation_unaudited(m, "no runtime to copy");
    if (!err)
        err = ask_copies(m, &list, names, n, e);
    runtime_list_clear(&list);
    return operation_end(m, err, e);
}

/* --- remove, resume ------------------------------------------------------- */

/* REFUSED where something waits for the answer of the runtime N. */
static enum err
check_nothing_waits(struct manager *m, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_COUNT);
    char *column[COLUMNS] = {0};
    int64_t waiting = 0;
    db_int(q, n);
    enum err err = db_run_int(q, &waiting, NULL, e);
    if (err || !waiting)
        return err;
    err = load_columns(m, n, column, e);
    if (!err)
        err = error_hint(e, HINT_RUNTIME_SYNC, column[0], NULL,
                         error_set(e, ERR_REFUSED,
                                   "runtime %s: %lld entries of the outbox "
                                   "wait for its answer",
                                   column[0], (long long)waiting));
    free_columns(column);
    return err;
}

static enum err
remove_one(struct manager *m, const char *name, struct error *e)
{
    struct name_ref ref;
    struct db_stmt *q;
    enum err err = name_runtime(m, name, &ref, e);
    if (!err)
        err = check_nothing_waits(m, ref.n, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_REMOVE);
    db_int(q, operation_now(m));
    db_int(q, ref.n);
    err = db_run(q, e);
    return err ? err
               : operation_audit(m, "runtime", ref.id, NULL, NULL, NULL, e);
}

enum err
manager_runtime_remove(struct manager *m, const char *runtime, struct error *e)
{
    enum err err = operation_begin(m, ACTION_RUNTIME_REMOVE, e);
    if (!err)
        err = remove_one(m, runtime, e);
    return operation_end(m, err, e);
}

/* What is known of the restore that is to be accepted; strings are owned. */
struct known_restore {
    bool held, compared, restored, altered;
    char *restore, *undone, *notice;
    int64_t notice_at;
};

static enum err
load_restore(struct manager *m, const struct name_ref *ref,
             struct known_restore *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_KNOWN);
    struct cs_known_runtime r;
    *out = (struct known_restore){.held = false};
    db_int(q, ref->n);
    if (cs_known_runtime_next(q, &r)) {
        out->held = r.held != 0;
        out->compared = r.compared != 0;
        out->restored = r.restored != 0;
        out->altered = r.altered != 0;
        out->restore = mem_strdup(r.restore);
        out->undone = mem_strdup(r.undone);
        out->notice = mem_strdup(r.notice);
        out->notice_at = r.notice_at;
    }
    return db_end(q, e);
}

static enum err
check_acceptable(const struct known_restore *r, const char *name,
                 struct error *e)
{
    if (r->altered)
        return error_hint(e, HINT_RUNTIME_SYNC, name, NULL,
                          error_set(e, ERR_REFUSED,
                                    "runtime %s: " COPY_ALTERED
                                    ", and no full copy was taken since",
                                    name));
    if (!r->held && !r->restored)
        return error_hint(e, HINT_RUNTIME_SYNC, name, NULL,
                          error_set(e, ERR_REFUSED,
                                    "runtime %s: was not held at the last "
                                    "contact, and no restore of it waits for "
                                    "a person",
                                    name));
    if (r->held && !r->compared)
        return error_hint(e, HINT_RUNTIME_NOTICE, name, NULL,
                          error_set(e, ERR_REFUSED,
                                    "runtime %s: was not compared since it "
                                    "was restored",
                                    name));
    return ERR_OK;
}

/* A further restore has other findings, and the same ones at another time. */
static enum err
check_shown(const struct known_restore *r, const struct name_ref *ref,
            const struct runtime_row *shown, struct error *e)
{
    if (!shown)
        return ERR_OK;
    if (strcmp(ref->id, shown->id) == 0 && r->held == shown->held &&
        text_equal(r->restore, shown->restore) &&
        text_equal(r->notice, shown->notice) &&
        r->notice_at == shown->notice_at)
        return ERR_OK;
    return error_set(e, ERR_STALE,
                     "runtime %s: its notice changed since it was shown (read "
                     "it again)",
                     shown->name);
}

/* One that is held goes on once it is told; one that runs is not asked. */
static enum err
accept_known(struct manager *m, const struct name_ref *ref,
             const struct known_restore *r, char key[IDENT_SIZE],
             struct error *e)
{
    struct outbox_new row = {.runtime = ref->n, .kind = "resumeRuntime"};
    struct value *item;
    enum err err;
    key[0] = '\0';
    if (!r->held) {
        err = restored_confirm(m, ref->n, e);
        operation_seal(m, SEAL_RESTORE, ref->id);
        return err ? err
                   : operation_audit(m, "runtime", ref->id, NULL, r->undone,
                                     NULL, e);
    }
    item = value_object();
    if (r->restore)
        value_set_text(item, "restore", r->restore);
    err = outbox_add(m, &row, item, NULL, key, e);
    return err ? err
               : operation_audit(m, "runtime", ref->id, NULL, NULL, NULL, e);
}

enum err
manager_runtime_accept_restore(struct manager *m, const char *runtime,
                               const struct runtime_row *shown,
                               char key[IDENT_SIZE], struct error *e)
{
    struct name_ref ref;
    struct known_restore known = {.held = false};
    enum err err = operation_begin(m, ACTION_RUNTIME_ACCEPT, e);
    if (!err)
        err = name_runtime(m, runtime, &ref, e);
    if (!err)
        err = load_restore(m, &ref, &known, e);
    if (!err)
        err = check_acceptable(&known, runtime, e);
    if (!err)
        err = check_shown(&known, &ref, shown, e);
    if (!err)
        err = accept_known(m, &ref, &known, key, e);
    free(known.restore);
    free(known.undone);
    free(known.notice);
    return operation_end(m, err, e);
}
