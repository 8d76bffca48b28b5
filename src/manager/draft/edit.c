/*
 * Edits of drafts: compare-and-swap on the revision, undo and redo without
 * limit. Edits are only ever appended: an undo is an edit whose patch is the
 * other's inverse. Two chains run through them by `back`: from undo_top
 * through the changes in effect, from redo_top through the undos that can be
 * taken back; a new change empties the second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/parts.h"
#include "value/value.h"
#include "workflow/edit/summary.h"

#define PATCH_MAX (12 * 1024 * 1024)
#define TOLD_MOST 3 /* edits of others */

/* One row of the log. */
struct edit {
    int64_t seq;
    int kind;
    int64_t of;
    int64_t back;
    char *patch;
    char *inverse;
    char author[65];
};

static void
edit_clear(struct edit *x)
{
    free(x->patch);
    free(x->inverse);
    *x = (struct edit){0};
}

static enum err
edit_load(struct manager *m, const struct draft *d, int64_t seq,
          struct edit *out, struct error *e)
{
    *out = (struct edit){0};
    struct db_stmt *q = db_use(manager_db(m), CS_EDIT_GET);
    db_int(q, d->n);
    db_int(q, seq);
    struct cs_edit row;
    if (cs_edit_next(q, &row)) {
        out->seq = row.seq;
        out->kind = (int)row.kind;
        out->of = row.of_seq;
        out->back = row.back;
        out->patch = mem_strdup(row.patch);
        out->inverse = mem_strdup(row.inverse);
        snprintf(out->author, sizeof out->author, "%s", row.author);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && out->seq == 0)
        err = error_set(e, ERR_DAMAGED, "%s: edit %lld is not in its log",
                        d->label, (long long)seq);
    return err;
}

/* --- a lost race ---------------------------------------------------------- */

/* Says who changed what since REVISION, the newest first. */
static enum err
lost_race(struct manager *m, const struct draft *d, int64_t revision,
          struct error *e)
{
    static const char *const before[] = {"", "taking back ", "repeating "};
    struct draft_log log;
    struct buf others;
    enum err err = draft_log_since(m, d, revision, &log, e);
    buf_init(&others, 600);
    for (size_t i = log.count; i > 0 && log.count - i < TOLD_MOST; i--) {
        const struct draft_edit_row *row = &log.rows[i - 1];
        bool known = row->kind >= EDIT_CHANGE && row->kind <= EDIT_REDO;
        buf_addf(&others, "%s%s (%s%s)", others.len ? ", " : "", row->author,
                 known ? before[row->kind] : "",
                 row->name ? row->name : "an edit");
    }
    if (log.count > TOLD_MOST)
        buf_addf(&others, " and %zu more", log.count - TOLD_MOST);
    if (err == ERR_OK)
        err = error_set(e, ERR_CONFLICT,
                        "%s: changed meanwhile by %s (look at it and try "
                        "again)",
                        d->label, others.len ? buf_str(&others) : "a restore");
    draft_log_clear(&log);
    buf_clear(&others);
    return err;
}

/* --- applying ------------------------------------------------------------- */

/* What an edit adds to the log, and where the chains then begin. */
struct step {
    int kind;
    int64_t of;
    int64_t back;
    int64_t undo_top;
    int64_t redo_top;
    const char *source; /* the version that it was copied from, or NULL */
};

static enum err
append_edit(struct manager *m, const struct draft *d, const struct step *s,
            const struct value *patch, const struct value *inverse,
            struct error *e)
{
    struct buf texts[2];
    const struct value *values[2] = {patch, inverse};
    for (int i = 0; i < 2; i++) {
        buf_init(&texts[i], PATCH_MAX);
        value_write(&texts[i], values[i]);
    }
    enum err err = buf_failed(&texts[0]) || buf_failed(&texts[1])
                       ? error_set(e, ERR_TOO_BIG,
                                   "%s: the change is larger than %d bytes",
                                   d->label, PATCH_MAX)
                       : ERR_OK;
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_EDIT_ADD);
        db_int(q, d->n);
        db_int(q, d->revision + 1);
        db_int(q, s->kind);
        db_int(q, s->of);
        db_int(q, s->back);
        db_text_n(q, buf_str(&texts[0]), texts[0].len);
        db_text_n(q, buf_str(&texts[1]), texts[1].len);
        db_text(q, manager_actor(m));
        db_int(q, operation_now(m));
        err = db_run(q, e);
        operation_seal_pair(m, SEAL_EDIT, d->n, d->revision + 1);
    }
    buf_clear(&texts[0]);
    buf_clear(&texts[1]);
    return err;
}

static enum err
record_edit(struct manager *m, const struct draft *d, const struct step *s,
            const char *hash, struct error *e)
{
    char before[160];
    char after[160];
    char copied[IDENT_SIZE + 20] = "";
    static const char form[] = "{\"hash\":\"%s\",\"revision\":%lld%s}";
    if (s->source && strcmp(s->source, d->id) != 0)
        snprintf(copied, sizeof copied, ",\"copiedFrom\":\"%s\"", s->source);
    snprintf(before, sizeof before, form, d->hash, (long long)d->revision, "");
    snprintf(after, sizeof after, form, hash, (long long)d->revision + 1,
             copied);
    return operation_audit(m, "version", d->id, draft_installation(d), before,
                           after, e);
}

/* The swap of compare-and-swap: the row must still be at the revision that
 * was compared. */
static enum err
swap_document(struct manager *m, const struct draft *d, const struct step *s,
              const struct buf *body, const char *hash, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_EDITED);
    db_text(q, hash);
    db_int(q, d->revision + 1);
    db_int(q, s->undo_top);
    db_int(q, s->redo_top);
    db_int(q, operation_now(m));
    db_int(q, d->n);
    db_int(q, d->revision);
    enum err err = db_run(q, e);
    if (err == ERR_OK && db_changes(manager_db(m)) != 1)
        err = error_set(e, ERR_CONFLICT, "%s: was changed meanwhile", d->label);
    if (err != ERR_OK)
        return err;
    q = db_use(manager_db(m), CS_DRAFT_SET_BODY);
    db_text_n(q, body->data, body->len);
    db_int(q, d->n);
    return db_run(q, e);
}

/* One operation that changes a draft. */
struct work {
    struct manager *m;
    struct draft d;
    const struct draft_content *seen; /* NULL: anything */
    struct draft_content now;         /* after it */
};

/* Stores w->now, whose canonical text is BODY, in place of the document. */
static enum err
store_edit(struct work *w, const struct step *s, const struct value *patch,
           const struct value *inverse, const struct buf *body, struct error *e)
{
    enum err err = append_edit(w->m, &w->d, s, patch, inverse, e);
    if (err == ERR_OK)
        err = swap_document(w->m, &w->d, s, body, w->now.hash, e);
    if (err == ERR_OK)
        err = record_edit(w->m, &w->d, s, w->now.hash, e);
    if (err == ERR_OK)
        w->d.revision++;
    return err;
}

/* The document that the caller saw, where it is the stored one; else NULL. */
static const struct document *
in_hand(const struct work *w)
{
    bool same =
        w->seen && w->seen->document && strcmp(w->seen->hash, w->d.hash) == 0;
    return same ? w->seen->document : NULL;
}

/* Applies PATCH as STEP; a patch that changes nothing leaves all. */
static enum err
apply(struct work *w, const struct step *s, const struct value *patch,
      struct error *e)
{
    struct document *read = NULL;
    struct value *inverse = NULL;
    struct buf body;
    const struct document *old = in_hand(w);
    enum err err = old ? ERR_OK : draft_document(w->m, &w->d, &read, e);
    buf_init_any(&body);
    if (err == ERR_OK)
        err = document_edit(&w->now.document, old ? old : read, patch, &inverse,
                            &body, e);
    if (err == ERR_OK)
        digest_hex(w->now.hash, body.data, body.len);
    if (err == ERR_OK && strcmp(w->now.hash, w->d.hash) != 0)
        err = store_edit(w, s, patch, inverse, &body, e);
    w->now.revision = w->d.revision;
    buf_clear(&body);
    value_free(inverse);
    document_free(read);
    return err;
}

/* Begins ACTION on DRAFT, which the caller saw as SEEN. */
static enum err
work_begin(struct work *w, struct manager *m, enum action action,
           const char *draft, const struct draft_content *seen, struct error *e)
{
    *w = (struct work){.m = m, .seen = seen};
    enum err err = operation_begin(m, action, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, true, &w->d, e);
    if (err == ERR_OK && seen && seen->revision >= 0 &&
        seen->revision != w->d.revision)
        err = lost_race(m, &w->d, seen->revision, e);
    if (err == ERR_OK)
        err = draft_check_author(m, &w->d, e);
    return err;
}

/* Ends the operation, R being its result so far; NOW (may be NULL) receives the
 * content after it. */
static enum err
work_end(struct work *w, enum err err, struct draft_content *now,
         struct error *e)
{
    err = operation_end(w->m, err, e);
    if (err == ERR_OK && now)
        *now = w->now;
    else
        draft_content_clear(&w->now);
    return err;
}

enum err
manager_draft_edit(struct manager *m, const char *draft,
                   const struct draft_content *seen, const struct value *patch,
                   struct draft_content *now, struct error *e)
{
    return manager_draft_paste(m, draft, seen, NULL, patch, now, e);
}

enum err
manager_draft_paste(struct manager *m, const char *draft,
                    const struct draft_content *seen, const char *source,
                    const struct value *patch, struct draft_content *now,
                    struct error *e)
{
    struct work w;
    enum err err = work_begin(&w, m, ACTION_DRAFT_EDIT, draft, seen, e);
    if (err == ERR_OK) {
        struct step s = {.kind = EDIT_CHANGE,
                         .back = w.d.undo_top,
                         .undo_top = w.d.revision + 1,
                         .source = source};
        err = apply(&w, &s, patch, e);
    }
    return work_end(&w, err, now, e);
}

/* --- undo and redo -------------------------------------------------------- */

static enum err
apply_text(struct work *w, const struct step *s, const char *patch,
           struct error *e)
{
    struct value *v = NULL;
    static const struct value_limits limits = {PATCH_MAX, 80, 4000000};
    enum err err = value_read(&v, patch, strlen(patch), &limits, "edit", e);
    if (err == ERR_OK)
        err = apply(w, s, v, e);
    value_free(v);
    return err;
}

/* What it is called that X, the edit to undo or else to redo, did to D; a new
 * string. */
static char *
edit_name(struct manager *m, const struct draft *d, const struct edit *x,
          bool undo)
{
    struct document *now = NULL, *then = NULL;
    struct value *inverse = NULL;
    char *name = NULL;
    if (draft_document(m, d, &now, NULL) == ERR_OK &&
        value_read(&inverse, x->inverse, strlen(x->inverse),
                   &value_limits_document, "edit", NULL) == ERR_OK &&
        document_patch(&then, now, inverse, NULL, NULL) == ERR_OK)
        name = undo ? summary_edit_name(then, now, inverse)
                    : summary_edit_name(now, then, inverse);
    document_free(now);
    document_free(then);
    value_free(inverse);
    return name ? name : mem_strdup("an edit");
}

static enum err
check_whose(struct manager *m, const struct draft *d, const struct edit *x,
            enum hint hint, bool others, struct error *e)
{
    if (others || strcmp(x->author, manager_actor(m)) == 0)
        return ERR_OK;
    char *what = edit_name(m, d, x, hint == HINT_UNDO_OTHERS);
    operation_candidate(m, x->author);
    error_set(e, ERR_CHOICE, "%s: the last change is %s's (%s)", d->label,
              x->author, what);
    free(what);
    return error_hint(e, hint, NULL, NULL, ERR_CHOICE);
}

static enum err
undo(struct work *w, bool others, struct error *e)
{
    struct edit x;
    struct draft *d = &w->d;
    if (!d->undo_top)
        return error_set(e, ERR_REFUSED, "%s: there is nothing to undo",
                         d->label);
    enum err err = edit_load(w->m, d, d->undo_top, &x, e);
    if (err == ERR_OK)
        err = check_whose(w->m, d, &x, HINT_UNDO_OTHERS, others, e);
    if (err == ERR_OK) {
        struct step s = {.kind = EDIT_UNDO,
                         .of = x.seq,
                         .back = d->redo_top,
                         .undo_top = x.back,
                         .redo_top = d->revision + 1};
        err = apply_text(w, &s, x.inverse, e);
    }
    edit_clear(&x);
    return err;
}

static enum err
redo(struct work *w, bool others, struct error *e)
{
    struct edit x;
    struct draft *d = &w->d;
    if (!d->redo_top)
        return error_set(e, ERR_REFUSED, "%s: there is nothing to do again",
                         d->label);
    enum err err = edit_load(w->m, d, d->redo_top, &x, e);
    if (err == ERR_OK)
        err = check_whose(w->m, d, &x, HINT_REDO_OTHERS, others, e);
    if (err == ERR_OK) {
        struct step s = {.kind = EDIT_REDO,
                         .of = x.of,
                         .back = d->undo_top,
                         .undo_top = d->revision + 1,
                         .redo_top = x.back};
        err = apply_text(w, &s, x.inverse, e);
    }
    edit_clear(&x);
    return err;
}

enum err
manager_draft_undo(struct manager *m, const char *draft,
                   const struct draft_content *seen, bool others,
                   struct draft_content *now, struct error *e)
{
    struct work w;
    enum err err = work_begin(&w, m, ACTION_DRAFT_UNDO, draft, seen, e);
    if (err == ERR_OK)
        err = undo(&w, others, e);
    return work_end(&w, err, now, e);
}

enum err
manager_draft_redo(struct manager *m, const char *draft,
                   const struct draft_content *seen, bool others,
                   struct draft_content *now, struct error *e)
{
    struct work w;
    enum err err = work_begin(&w, m, ACTION_DRAFT_REDO, draft, seen, e);
    if (err == ERR_OK)
        err = redo(&w, others, e);
    return work_end(&w, err, now, e);
}
