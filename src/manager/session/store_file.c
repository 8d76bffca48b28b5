/* The store file: making, checking, copying, putting back, describing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/audit_private.h"
#include "manager/session/host_clock.h"
#include "manager/session/leftovers.h"
#include "manager/session/manager_private.h"
#include "manager/session/output.h"
#include "manager/session/store.h"
#include "value/value.h"

/* --- init ----------------------------------------------------------------- */

static enum err
set_meta(struct db *db, const char *key, const char *value, struct error *e)
{
    struct db_stmt *q = db_use(db, CS_META_SET);
    db_text(q, key);
    db_text(q, value);
    return db_run(q, e);
}

static enum err
fill_new(struct db *db, const char *admin, const char *session, struct error *e)
{
    char id[IDENT_SIZE];
    char after[128];
    int64_t now = clock_now_ms();
    ident_new(id);
    snprintf(after, sizeof after, "{\"schema\":%d}", console_schema.version);
    char clock[HOST_CLOCK_TEXT_SIZE];
    host_clock_write(&(struct host_clock){now, clock_boot_ms(), now, 0}, clock);
    enum err err = set_meta(db, "storeId", id, e);
    if (err == ERR_OK)
        err = set_meta(db, HOST_CLOCK_KEY, clock, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(db, CS_ACTOR_SET);
        db_text(q, admin);
        db_int(q, ROLE_ADMIN);
        db_null(q);
        db_int(q, 0);
        db_int(q, now);
        db_text(q, admin);
        err = db_run(q, e);
    }
    struct value *seals = value_object();
    if (err == ERR_OK)
        err = seal_add(db, SEAL_ACTOR, admin, seals, e);
    char *text = value_to_text(seals);
    value_free(seals);
    struct audit_entry entry = {.at = now,
                                .origin = "store",
                                .actor = admin,
                                .session = session,
                                .action = action_table[ACTION_STORE_INIT].name,
                                .subject_kind = "store",
                                .subject_id = id,
                                .after = after,
                                .seals = text};
    if (err == ERR_OK)
        err = audit_append(db, &entry, NULL, NULL, e);
    free(text);
    return err;
}

enum err
manager_store_init(const char *path, const char *admin, const char *session,
                   struct error *e)
{
    struct db *db = NULL;
    char fresh[IDENT_SIZE];
    ident_new(fresh);
    if (access_is_reserved(admin, false))
        return error_set(e, ERR_INVALID,
                         "%s: records have this name, or one that looks like "
                         "it, for what no person did (make the store as "
                         "another account)",
                         admin);
    enum err err = db_open(&db, path, &console_schema, DB_CREATE, e);
    if (err != ERR_OK)
        return err;
    err = db_begin(db, e);
    if (err == ERR_OK)
        err = fill_new(db, admin, session ? session : fresh, e);
    if (err == ERR_OK)
        err = db_commit(db, e);
    db_close(db);
    if (err != ERR_OK)
        unlink(path);
    return err;
}

/* --- check ---------------------------------------------------------------- */

/* A slice of documents from the row *FROM, each hashed; *BAD counts those whose
 * hash does not hold. *FROM becomes the row after it, *MORE says whether there
 * can be one. */
static enum err
check_documents_slice(struct manager *m, int64_t *from, bool *more,
                      int64_t *checked, int64_t *bad, struct buf *report,
                      struct error *e)
{
    *more = false;
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_SLICE);
    db_int(q, *from);
    struct cs_checked_document d;
    while (cs_checked_document_next(q, &d)) {
        char hash[DIGEST_SIZE];
        *more = d.n < INT64_MAX;
        *from = *more ? d.n + 1 : d.n;
        digest_hex(hash, d.body, d.body_length);
        ++*checked;
        if (strcmp(hash, d.hash) != 0) {
            buf_addf(report, "document %s: its content has another hash, %s\n",
                     d.hash, hash);
            ++*bad;
        } else if (!d.kind_fits) {
            buf_addf(report,
                     "document %s: its kind is not that of its "
                     "content\n",
                     d.hash);
            ++*bad;
        }
    }
    return db_end(q, e);
}

static enum err
check_documents(struct manager *m, struct buf *report, struct error *e)
{
    /* Another program may have given a row any number. */
    int64_t from = INT64_MIN;
    int64_t checked = 0;
    int64_t bad = 0;
    bool more = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && more) {
        err = operation_begin(m, ACTION_STORE_CHECK, e);
        if (err == ERR_OK)
            err = check_documents_slice(m, &from, &more, &checked, &bad, report,
                                        e);
        err = operation_end(m, err, e);
    }
    if (err == ERR_OK)
        buf_addf(report, "documents: %lld, %lld bad\n", (long long)checked,
                 (long long)bad);
    if (err == ERR_OK && bad)
        err = error_set(e, ERR_DAMAGED,
                        "%s: %lld documents are not what their names say "
                        "(restore a backup)",
                        db_path(m->db), (long long)bad);
    return err;
}

enum err
manager_store_seal(struct manager *m, struct error *e)
{
    enum err err = operation_begin(m, ACTION_STORE_UPGRADE, e);
    if (err == ERR_OK)
        err = seal_all(m, e);
    return operation_end(m, err, e);
}

enum err
manager_store_reindex(struct manager *m, struct error *e)
{
    char id[64];
    enum err err = operation_begin(m, ACTION_STORE_REINDEX, e);
    if (err == ERR_OK)
        err = console_search_rebuild(m->db, e);
    if (err == ERR_OK)
        err = operation_meta(m, "storeId", id, sizeof id, e);
    if (err == ERR_OK)
        err = operation_audit(m, "store", id, NULL, NULL, NULL, e);
    return operation_end(m, err, e);
}

/* People who have one key. It is no damage: access add took it once. */
static enum err
report_people(struct manager *m, struct buf *report, struct error *e)
{
    struct access_list list = {0};
    enum err err = operation_begin(m, ACTION_STORE_CHECK, e);
    if (err == ERR_OK)
        err = access_read(m, &list, e);
    err = operation_end(m, err, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        if (list.rows[i].same_key_as)
            buf_addf(report, "actor:%s: has the same key as %s\n",
                     list.rows[i].name, list.rows[i].same_key_as);
        if (access_is_reserved(list.rows[i].name, list.rows[i].key))
            buf_addf(report,
                     "actor:%s: looks like a name that records have for what "
                     "no person did\n",
                     list.rows[i].name);
    }
    access_list_clear(&list);
    return err;
}

struct enum_column {
    int statement; /* counts what is outside */
    const char *name;
    int first, last;
};

static const struct enum_column enum_columns[] = {
#define E(table, column, first, last)                                          \
    {CS_ENUM_##table##_##column, #table "." #column, first, last},
#include "store/console_enums.def"
#undef E
};

/* A number that no program writes is damage: what has it is shown as "?", and
 * is neither sent nor found. */
static enum err
check_enums(struct manager *m, struct buf *report, struct error *e)
{
    struct error why = {.code = ERR_OK};
    enum err err = operation_begin(m, ACTION_STORE_CHECK, e);
    size_t count = sizeof enum_columns / sizeof *enum_columns;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        const struct enum_column *c = &enum_columns[i];
        struct db_stmt *q = db_use(m->db, c->statement);
        int64_t bad = 0;
        db_int(q, c->first);
        db_int(q, c->last);
        err = db_run_int(q, &bad, NULL, e);
        if (err != ERR_OK || bad == 0)
            continue;
        buf_addf(report, "%s: %lld rows with an unknown number\n", c->name,
                 (long long)bad);
        error_set(&why, ERR_DAMAGED,
                  "%s: %s has an unknown number in %lld rows (restore a "
                  "backup)",
                  db_path(m->db), c->name, (long long)bad);
    }
    err = operation_end(m, err, e);
    if (err != ERR_OK || why.code == ERR_OK)
        return err;
    *e = why;
    return e->code;
}

/* ERR, and what it says, unless that of one before it stands already. */
static void
keep_first(enum err *first, enum err err, const struct error *why,
           struct error *e)
{
    if (*first != ERR_OK || err == ERR_OK)
        return;
    *first = err;
    if (e)
        *e = *why;
}

enum err
manager_store_check_rows(struct manager *m, struct buf *report, struct error *e)
{
    static enum err (*const checks[])(struct manager *, struct buf *,
                                      struct error *) = {
        check_documents, check_enums, seal_check, report_people};
    struct error one;
    struct audit_verdict v;
    enum err err = manager_may(m, ACTION_STORE_CHECK, e);
    if (err != ERR_OK)
        return err;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        enum err found = checks[i](m, report, &one);
        keep_first(&err, found, &one, e);
    }
    enum err chain = audit_verify(m, NULL, &v, &one);
    buf_addf(report, "audit: %lld records, %s\n", (long long)v.records,
             chain == ERR_OK ? "unbroken; its end is not provable without a "
                               "head kept elsewhere"
                             : one.text);
    keep_first(&err, chain, &one, e);
    return err;
}

enum err
manager_store_check(struct manager *m, struct buf *report, struct error *e)
{
    struct error one;
    enum err err = manager_may(m, ACTION_STORE_CHECK, e);
    if (err != ERR_OK)
        return err;
    err = db_check(m->db, e);
    buf_addf(report, "file: %s\n", err == ERR_OK ? "good" : "damaged");
    if (err != ERR_OK && err != ERR_DAMAGED)
        return err;
    enum err rows = manager_store_check_rows(m, report, &one);
    keep_first(&err, rows, &one, e);
    return err;
}

/* --- copies --------------------------------------------------------------- */

enum err
manager_store_backup(struct manager *m, const char *path, struct error *e)
{
    enum err err = manager_may(m, ACTION_STORE_BACKUP, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    if (err == ERR_OK)
        err = manager_check_output(m, path, e);
    return err == ERR_OK ? db_backup(m->db, path, e) : err;
}

/* True where SESSION's actor is an admin of the store at PATH. */
static enum err
check_admin_of(const char *path, const struct manager_session *session,
               struct error *e)
{
    struct manager *m = NULL;
    struct manager_session look = *session;
    look.read_only = true;
    enum err err = manager_open(&m, path, &look, e);
    if (err == ERR_OK && session->read_only)
        err =
            error_set(e, ERR_READ_ONLY,
                      "store.restore: not allowed: this session is read-only");
    if (err == ERR_OK && m->role < ROLE_ADMIN)
        err =
            error_set(e, ERR_ROLE,
                      "store.restore: not allowed: %s is %s in %s, this needs "
                      "admin",
                      session->actor, role_word(m->role), path);
    manager_close(m);
    return err;
}

static enum err
record_restore(const char *path, const char *from,
               const struct manager_session *session, struct error *e)
{
    struct manager *m = NULL;
    enum err err = manager_open(&m, path, session, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "from", from);
    char *after = value_to_text(v);
    value_free(v);
    err = operation_begin(m, ACTION_STORE_RESTORE, e);
    if (err == ERR_OK) {
        char id[64];
        err = operation_meta(m, "storeId", id, sizeof id, e);
        if (err == ERR_OK)
            err = operation_audit(m, "store", id, NULL, NULL, after, e);
    }
    err = operation_end(m, err, e);
    free(after);
    manager_close(m);
    return err;
}

static bool
is_same(const struct store_comparison *a, const struct store_comparison *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->head, b->head) == 0 &&
           a->compared == b->compared && a->is_another == b->is_another &&
           a->is_altered == b->is_altered &&
           strcmp(buf_str(&a->report), buf_str(&b->report)) == 0 &&
           strcmp(buf_str(&a->people), buf_str(&b->people)) == 0;
}

/* What was compared is a file that others can replace; FRESH is the copy of it
 * that is put in the place of PATH. What is altered and was shown to nobody is
 * not put there. */
static enum err
check_compared(const char *path, const char *fresh, const char *from,
               const struct store_comparison *shown, struct error *e)
{
    struct store_comparison now;
    enum err err = manager_store_compare(path, fresh, &now, e);
    if (err == ERR_OK && !shown && now.is_altered)
        err = error_set(e, ERR_DAMAGED,
                        "%s: this copy is not what its audit says: %.400s",
                        from, buf_str(&now.report));
    if (err == ERR_OK && shown && !is_same(&now, shown))
        err = error_set(e, ERR_STALE,
                        "%s: this copy, or the people of the store, changed "
                        "since it was shown (compare again)",
                        from);
    store_comparison_clear(&now);
    return err;
}

/* Copies the store FROM to FRESH with the restore recorded in it. */
static enum err
prepare_restore(const char *path, const char *fresh, const char *from,
                const struct manager_session *session,
                const struct store_comparison *shown, struct error *e)
{
    struct db *db = NULL;
    enum err err = db_open(&db, from, &console_schema, DB_READ_ONLY, e);
    if (err == ERR_OK)
        err = db_check(db, e);
    db_close(db);
    db = NULL;
    /* Reading is all that the copy needs, but VACUUM INTO attaches a file,
     * which the read-only authorizer refuses. */
    if (err == ERR_OK)
        err = db_open(&db, from, &console_schema, 0, e);
    if (err == ERR_OK)
        err = db_backup(db, fresh, e);
    db_close(db);
    if (err == ERR_OK)
        err = check_compared(path, fresh, from, shown, e);
    if (err == ERR_OK)
        err = record_restore(fresh, from, session, e);
    return err;
}

/* Replaces PATH while no other session reads or writes; those that are open
 * learn at their next transaction that their file has moved. A damaged store
 * has no writers. */
static enum err
swap_locked(const char *path, const char *fresh, struct error *e)
{
    struct db *old = NULL;
    struct error why;
    char *kept = NULL;
    enum err err = db_open(&old, path, &console_schema, 0, &why);
    if (err == ERR_BUSY)
        return error_set(e, err, "%s", why.text);
    if (err == ERR_OK)
        err = db_begin_alone(old, e);
    if (!old || err == ERR_OK)
        err = db_replace(path, fresh, &kept, e);
    free(kept);
    db_close(old);
    return err;
}

enum err
manager_store_restore(const char *path, const char *from,
                      const struct manager_session *session,
                      const struct store_comparison *shown, struct error *e)
{
    const char *judge = access(path, F_OK) == 0 ? path : from;
    enum err err = manager_check_copy(path, from, e);
    if (err != ERR_OK)
        return err;
    err = check_admin_of(judge, session, e);
    if (err == ERR_DAMAGED && judge == path)
        err = check_admin_of(from, session, e); /* what restoring is for */
    if (err != ERR_OK)
        return err;
    char *fresh =
        mem_printf("%s" LEFTOVERS_MARK "%lld", path, (long long)clock_now_ms());
    err = prepare_restore(path, fresh, from, session, shown, e);
    if (err == ERR_OK)
        err = swap_locked(path, fresh, e);
    if (err != ERR_OK)
        unlink(fresh);
    else
        leftovers_remove(path, from);
    char *wake = mem_printf("%s-wake", fresh);
    unlink(wake);
    free(wake);
    free(fresh);
    return err;
}

/* --- info ----------------------------------------------------------------- */

static enum err
read_counts(struct manager *m, struct store_info *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_COUNT_ALL);
    struct cs_counts c;
    if (cs_counts_next(q, &c)) {
        out->integrations = c.integrations;
        out->workflows = c.workflows;
        out->versions = c.versions;
        out->open_drafts = c.open_drafts;
        out->documents = c.documents;
        out->installations = c.installations;
        out->runtimes = c.runtimes;
        out->outbox_waiting = c.outbox_waiting;
    }
    return db_end(q, e);
}

enum err
manager_store_info(struct manager *m, struct store_info *out, struct error *e)
{
    struct stat st;
    struct buf settings;
    *out = (struct store_info){.schema_version = console_schema.version};
    snprintf(out->path, sizeof out->path, "%s", db_path(m->db));
    if (stat(out->path, &st) == 0)
        out->bytes = st.st_size;
    buf_init(&settings, sizeof out->settings - 1);
    enum err err = operation_begin(m, ACTION_STORE_INFO, e);
    if (err == ERR_OK)
        err = read_counts(m, out, e);
    if (err == ERR_OK)
        err = operation_meta(m, "storeId", out->id, sizeof out->id, e);
    if (err == ERR_OK)
        err = audit_head(m->db, &out->audit_records, out->audit_head, e);
    if (err == ERR_OK)
        err = db_describe(m->db, &settings, e);
    snprintf(out->settings, sizeof out->settings, "%s", buf_str(&settings));
    buf_clear(&settings);
    return operation_end(m, err, e);
}
