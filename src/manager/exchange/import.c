/* Importing a version that only a runtime had. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/restored.h"
#include "manager/exchange/undone.h"
#include "manager/exchange/versions.h"
#include "manager/exchange/versions_private.h"
#include "manager/session/names.h"

enum err
versions_first_wanted(struct manager *m, int64_t runtime, struct wanted *out,
                      struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_WANTED);
    memset(out, 0, sizeof *out);
    db_int(q, runtime);
    struct cs_wanted_version w;
    if (cs_wanted_version_next(q, &w)) {
        out->n = w.n;
        snprintf(out->id, sizeof out->id, "%s", w.id);
        out->workflow = w.workflow;
        out->installation = w.installation;
        out->base_no = w.base_no;
        out->fork_no = w.fork_no;
        snprintf(out->hash, sizeof out->hash, "%s", w.hash ? w.hash : "");
        out->released_at = w.released_at;
        out->released_by = mem_strdup(w.released_by);
    }
    return db_end(q, e);
}

/* The version that has the number of W here; n 0: none. */
static enum err
holder(struct manager *m, const struct wanted *w, struct name_ref *out,
       int *state, struct error *e)
{
    struct db_stmt *q =
        db_use(manager_db(m),
               w->installation ? CS_IMPORT_NUMBER_FORK : CS_IMPORT_NUMBER_BASE);
    *out = (struct name_ref){0};
    *state = 0;
    if (w->installation)
        db_int(q, w->installation);
    db_int(q, w->workflow);
    db_int(q, w->base_no);
    if (w->installation)
        db_int(q, w->fork_no);
    struct cs_numbered_version v;
    if (cs_numbered_version_next(q, &v)) {
        out->n = v.n;
        snprintf(out->id, sizeof out->id, "%s", v.id);
        *state = (int)v.state;
    }
    return db_end(q, e);
}

static enum err
next_base(struct manager *m, const struct wanted *w, int64_t *out,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_NEXT_BASE);
    db_int(q, w->workflow);
    return db_run_int(q, out, NULL, e);
}

static enum err
next_number(struct manager *m, const struct wanted *w, int64_t *out,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_NEXT_FORK);
    db_int(q, w->installation);
    db_int(q, w->workflow);
    db_int(q, w->base_no);
    return db_run_int(q, out, NULL, e);
}

/* The draft HOLDER gives its number to W. */
static enum err
renumber(struct manager *m, struct speaker *s, const struct wanted *w,
         const struct name_ref *draft, struct error *e)
{
    char before[VERSION_LABEL_SIZE], after[VERSION_LABEL_SIZE], *b, *a;
    int64_t number = 0;
    struct db_stmt *q;
    enum err err = next_number(m, w, &number, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_IMPORT_RENUMBER);
    db_int(q, number);
    db_int(q, draft->n);
    err = db_run(q, e);
    if (err)
        return err;
    version_label(before, w->base_no, w->fork_no);
    version_label(after, w->base_no, number);
    b = mem_printf("{\"label\":\"%s\"}", before);
    a = mem_printf("{\"label\":\"%s\"}", after);
    operation_seal(m, SEAL_VERSION, draft->id);
    err = copy_audit(m, s, NULL, REPORTED_RENUMBER, "version", draft->id, NULL,
                     b, a, e);
    free(b);
    free(a);
    return err;
}

/* Its edits name the version by its id. */
static enum err
seal_edits(struct manager *m, const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_EDITS);
    struct cs_edit_place edit;
    db_text(q, id);
    while (cs_edit_place_next(q, &edit))
        operation_seal_pair(m, SEAL_EDIT, edit.version, edit.seq);
    return db_end(q, e);
}

/* What names the version ID besides. */
static enum err
seal_named(struct manager *m, const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_CHILDREN);
    struct cs_version_id child;
    struct cs_request_key request;
    db_text(q, id);
    while (cs_version_id_next(q, &child))
        operation_seal(m, SEAL_VERSION, child.id);
    enum err err = db_end(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_IMPORT_REQUESTS);
    db_text(q, id);
    while (cs_request_key_next(q, &request))
        operation_seal(m, SEAL_REQUEST, request.key);
    err = db_end(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_IMPORT_KEPT);
    db_text(q, id);
    while (db_row(q))
        operation_seal(m, SEAL_KEPT, db_get_text(q));
    return db_end(q, e);
}

/* What was live under the id of W, and is called ID now, is no more: a restore
 * that is open has undone it. */
static enum err
tell_lost(struct manager *m, struct speaker *s, const struct wanted *w,
          const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_WAS_LIVE);
    struct cs_was_live_of p;
    char installation[IDENT_SIZE] = "", workflow[IDENT_SIZE] = "";
    db_text(q, id);
    db_text(q, w->id);
    if (cs_was_live_of_next(q, &p)) {
        snprintf(installation, IDENT_SIZE, "%s", p.installation_id);
        snprintf(workflow, IDENT_SIZE, "%s", p.workflow_id);
    }
    enum err err = db_end(q, e);
    if (err || !*installation || !s->restored)
        return err;
    const struct undone_subject what = {.installation = installation,
                                        .workflow = workflow};
    return undone_live(m, s, &what, id, w->id, e);
}

/* A draft that has the id of W, which was released elsewhere from it, goes on
 * under another; so does what was released of it here and runs nowhere: it was
 * refused, or lost with a restore of its only runtime. */
static enum err
free_id(struct manager *m, struct speaker *s, const struct wanted *w,
        struct error *e)
{
    char id[IDENT_SIZE], *before, *after;
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_NEW_ID);
    enum err err;
    ident_new(id);
    db_text(q, w->id);
    db_text(q, id);
    db_int(q, s->n);
    err = db_run(q, e);
    if (err || db_changes(manager_db(m)) == 0)
        return err;
    if (w->installation) /* its seal has the ids of what was live */
        operation_seal_pair(m, SEAL_POINTER, w->installation, w->workflow);
    before = mem_printf("{\"versionId\":\"%s\"}", w->id);
    after = mem_printf("{\"versionId\":\"%s\"}", id);
    operation_seal(m, SEAL_VERSION, id);
    err = seal_edits(m, id, e);
    if (!err)
        err = seal_named(m, id, e);
    if (!err)
        err = tell_lost(m, s, w, id, e);
    if (!err)
        err = copy_audit(m, s, NULL, REPORTED_RENUMBER, "version", id, NULL,
                         before, after, e);
    free(before);
    free(after);
    return err;
}

/* CONFLICT where the id of W is still that of a version here. */
static enum err
check_id(struct manager *m, const struct wanted *w, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_VERSION);
    db_text(q, w->id);
    bool taken = db_row(q);
    enum err err = db_end(q, e);
    return err || !taken
               ? err
               : error_set(e, ERR_CONFLICT,
                           "this store released another content under its id, "
                           "and another runtime has that (release a version "
                           "that replaces this one unseen)");
}

/* W gets its number; where a released version of this store has it, the next
 * free one, and the note says what it is there. */
static enum err
make_room(struct manager *m, struct speaker *s, struct wanted *w, char **note,
          struct error *e)
{
    struct name_ref has;
    char label[VERSION_LABEL_SIZE];
    int state;
    enum err err = holder(m, w, &has, &state, e);
    *note = mem_printf("imported from %s", s->name);
    if (err || !has.n)
        return err;
    if (state != VERSION_RELEASED)
        return renumber(m, s, w, &has, e);
    version_label(label, w->base_no, w->fork_no);
    free(*note);
    *note = mem_printf("imported from %s, where it is %s", s->name, label);
    return w->installation ? next_number(m, w, &w->fork_no, e)
                           : next_base(m, w, &w->base_no, e);
}

/* Who released it is a word of the runtime, and no person of this store: no
 * person's name has brackets. */
static enum err
add_version(struct manager *m, const struct speaker *s, const struct wanted *w,
            const char *note, int64_t *n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_VERSION);
    bool told = w->released_by && strcmp(w->released_by, s->name) != 0;
    char *author =
        mem_printf("%s (at %s)", told ? w->released_by : "unknown", s->name);
    enum err err;
    db_text(q, w->id);
    db_int(q, w->workflow);
    db_int_or_null(q, w->installation);
    db_int(q, w->base_no);
    db_int(q, w->fork_no);
    db_text(q, author);
    db_text(q, w->hash);
    db_text(q, note);
    db_int(q, w->released_at);
    err = db_run(q, e);
    free(author);
    *n = db_last_id(manager_db(m));
    return err;
}

/* The pointers that have waited for it. */
static enum err
point(struct manager *m, const struct wanted *w, int64_t version,
      int64_t installation, struct error *e)
{
    static const int statements[] = {CS_UNKNOWN_LIVE_IS,
                                     CS_UNKNOWN_AWAITING_IS};
    enum err err = ERR_OK;
    for (int i = 0; i < 2 && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), statements[i]);
        db_int(q, version);
        db_int(q, installation);
        db_int(q, w->workflow);
        db_text(q, w->id);
        db_text(q, w->hash);
        err = db_run(q, e);
    }
    operation_seal_pair(m, SEAL_POINTER, installation, w->workflow);
    return err ? err : copy_condition(m, installation, e);
}

/* A base version may be live at any installation of the runtime. */
static enum err
point_all(struct manager *m, const struct speaker *s, const struct wanted *w,
          int64_t version, struct error *e)
{
    int64_t *rows = NULL;
    size_t n = 0;
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_POINTERS);
    enum err err;
    db_int(q, s->n);
    db_int(q, w->workflow);
    db_text(q, w->id);
    while (db_row(q)) {
        rows = mem_resize(rows, n + 1, sizeof *rows);
        rows[n++] = db_get_int(q);
    }
    err = db_end(q, e);
    for (size_t i = 0; i < n && !err; i++)
        err = point(m, w, version, rows[i], e);
    free(rows);
    return err;
}

static enum err
audit_import(struct manager *m, struct speaker *s, const struct wanted *w,
             struct error *e)
{
    char label[VERSION_LABEL_SIZE], installation[IDENT_SIZE], *after;
    enum err err = copy_id_of(m, CS_FACT_INSTALLATION_ID, w->installation,
                              installation, e);
    if (err)
        return err;
    version_label(label, w->base_no, w->fork_no);
    after = mem_printf("{\"hash\":\"%s\",\"label\":\"%s\"}", w->hash, label);
    operation_seal(m, SEAL_VERSION, w->id);
    err = copy_audit(m, s, NULL, REPORTED_IMPORT, "version", w->id,
                     installation[0] ? installation : NULL, NULL, after, e);
    free(after);
    return err;
}

static enum err
drop_unknown(struct manager *m, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_DROP);
    db_int(q, n);
    return db_run(q, e);
}

/* The content that the runtime reported under the id of W where that is
 * another, which no pointer has followed; "" where there is none. */
static enum err
find_other(struct manager *m, const struct speaker *s, const struct wanted *w,
           char told[DIGEST_SIZE], struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_REPORTED);
    db_int(q, s->n);
    db_int(q, w->workflow);
    db_text(q, w->id);
    snprintf(told, DIGEST_SIZE, "%s", db_row(q) ? db_get_text(q) : "");
    return db_end(q, e);
}

/* The pointers that W was wanted for have followed it, or the runtime
 * contradicts itself: then the row stays and says so. */
static enum err
end_wanted(struct manager *m, struct speaker *s, const struct wanted *w,
           struct error *e)
{
    char told[DIGEST_SIZE];
    enum err err = find_other(m, s, w, told, e);
    if (err || !told[0])
        return err ? err : drop_unknown(m, w->n, e);
    char *why = mem_printf("the runtime reports it with the content %.12s and "
                           "lists it with %.12s",
                           told, w->hash);
    char *text = mem_printf("reports version %s with the content %.12s and "
                            "lists it with %.12s: it is shown as unknown until "
                            "both agree (look at that runtime, or release a "
                            "version that replaces it)",
                            w->id, told, w->hash);
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_WHY);
    db_text(q, why);
    db_int(q, w->n);
    err = db_run(q, e);
    if (!err)
        err = copy_notice(m, s, text, e);
    free(why);
    free(text);
    return err;
}

enum err
versions_want_refused(struct manager *m, int64_t runtime, const char *id,
                      struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_WANT_REFUSED);
    db_int(q, runtime);
    db_text(q, id);
    return db_run(q, e);
}

enum err
versions_want_same(struct manager *m, const char *id, const char *hash,
                   struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_WANT_SAME);
    db_text(q, id);
    db_text(q, hash);
    return db_run(q, e);
}

/* The released version of this store that is W; 0: none. */
static enum err
find_same(struct manager *m, const struct wanted *w, int64_t *n,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_VERSION);
    struct cs_known_version v;
    *n = 0;
    db_text(q, w->id);
    if (cs_known_version_next(q, &v) && v.state == VERSION_RELEASED &&
        strcmp(v.hash, w->hash) == 0)
        *n = v.n;
    return db_end(q, e);
}

static enum err
add_imported(struct manager *m, struct speaker *s, struct wanted *w,
             int64_t *version, struct error *e)
{
    char *note = NULL;
    enum err err = free_id(m, s, w, e);
    if (!err)
        err = check_id(m, w, e);
    if (!err)
        err = make_room(m, s, w, &note, e);
    if (!err)
        err = add_version(m, s, w, note, version, e);
    if (!err)
        err = versions_want_same(m, w->id, w->hash, e);
    free(note);
    return err;
}

static enum err
import(struct manager *m, struct speaker *s, struct wanted *w, struct error *e)
{
    int64_t version = 0;
    enum err err = find_same(m, w, &version, e);
    if (!err && !version)
        err = add_imported(m, s, w, &version, e);
    if (!err)
        err = point_all(m, s, w, version, e);
    if (!err)
        err = end_wanted(m, s, w, e);
    if (!err && s->restored)
        err = restored_refresh(m, s, e);
    restored_seal(m, s);
    if (!err)
        err = audit_import(m, s, w, e);
    return err ? err : speaker_end(m, s, e);
}

static enum err
import_first(struct manager *m, const char *runtime_id, struct error *e)
{
    struct speaker s;
    struct wanted w = {0};
    enum err err = speaker_load(m, runtime_id, &s, e);
    if (!err)
        err = versions_first_wanted(m, s.n, &w, e);
    if (!err && w.n)
        err = import(m, &s, &w, e);
    free(w.released_by);
    return err;
}

enum err
manager_versions_import(struct manager *m, const char *runtime_id,
                        struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = import_first(m, runtime_id, e);
    return operation_end(m, err, e);
}

static enum err
give_up(struct manager *m, const char *runtime_id, const char *why,
        struct error *e)
{
    struct speaker s;
    struct wanted w = {0};
    struct db_stmt *q;
    char *text;
    enum err err = speaker_load(m, runtime_id, &s, e);
    if (!err)
        err = versions_first_wanted(m, s.n, &w, e);
    free(w.released_by);
    if (err || !w.n)
        return err;
    q = db_use(manager_db(m), CS_UNKNOWN_WHY);
    db_text(q, why);
    db_int(q, w.n);
    err = db_run(q, e);
    text = mem_printf("version %s cannot be imported: %s", w.id, why);
    if (!err)
        err = copy_notice(m, &s, text, e);
    free(text);
    return err ? err : speaker_end(m, &s, e);
}

enum err
manager_versions_give_up(struct manager *m, const char *runtime_id,
                         const char *why, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = give_up(m, runtime_id, why, e);
    return operation_end(m, err, e);
}
