/* The log of a draft: its edits, and which of them are in effect. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/parts.h"
#include "value/value.h"
#include "workflow/edit/summary.h"

/* Marks what is not on the chain from UNDO_TOP. BACKS[i] is the edit before
 * row i on the chain; the seq of row i is AFTER + i + 1. */
static void
mark_undone(struct draft_log *out, const int64_t *backs, int64_t after,
            int64_t undo_top)
{
    int64_t last = after + (int64_t)out->count;
    for (size_t i = 0; i < out->count; i++)
        out->rows[i].undone = out->rows[i].kind != EDIT_UNDO;
    while (undo_top > after && undo_top <= last) {
        out->rows[undo_top - after - 1].undone = false;
        undo_top = backs[undo_top - after - 1];
    }
}

static void
add_row(struct draft_log *out, const struct cs_edit *edit)
{
    out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
    out->rows[out->count++] =
        (struct draft_edit_row){.seq = edit->seq,
                                .kind = (int)edit->kind,
                                .of = edit->of_seq,
                                .patch = pool_text(out->pool, edit->patch),
                                .inverse = pool_text(out->pool, edit->inverse),
                                .author = pool_text(out->pool, edit->author),
                                .at = edit->at};
}

static enum err
read_log(struct manager *m, const struct draft *d, int64_t after,
         struct draft_log *out, struct error *e)
{
    int64_t *backs = NULL;
    struct db_stmt *q = db_use(manager_db(m), CS_EDITS_OF);
    db_int(q, d->n);
    db_int(q, after);
    struct cs_edit edit;
    while (cs_edit_next(q, &edit)) {
        backs = mem_resize(backs, out->count + 1, sizeof *backs);
        backs[out->count] = edit.back;
        add_row(out, &edit);
    }
    mark_undone(out, backs, after, d->undo_top);
    free(backs);
    return db_end(q, e);
}

/* Begins reading of DRAFT, whose row is *D then, into OUT. */
static enum err
begin(struct manager *m, const char *draft, struct draft *d,
      struct draft_log *out, struct error *e)
{
    *out = (struct draft_log){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_DRAFT_LIST, e);
    return err == ERR_OK ? draft_load(m, draft, false, d, e) : err;
}

enum err
manager_draft_log(struct manager *m, const char *draft, int64_t after,
                  struct draft_log *out, struct error *e)
{
    struct draft d;
    enum err err = begin(m, draft, &d, out, e);
    if (err == ERR_OK)
        err = read_log(m, &d, after, out, e);
    return operation_end(m, err, e);
}

/* The document before the edit ROW, which led to *D and is given its name, an
 * undo that of what it takes back; false where it cannot be made. */
static bool
step_back(struct draft_log *log, struct draft_edit_row *row,
          struct document **d)
{
    struct value *patch = NULL, *inverse = NULL;
    struct document *before = NULL;
    bool made =
        value_read(&patch, row->patch, strlen(row->patch),
                   &value_limits_document, "edit", NULL) == ERR_OK &&
        value_read(&inverse, row->inverse, strlen(row->inverse),
                   &value_limits_document, "edit", NULL) == ERR_OK &&
        document_patch(&before, *d, inverse, NULL, NULL) == ERR_OK;
    if (made) {
        bool undo = row->kind == EDIT_UNDO;
        char *name =
            summary_edit_name(undo ? *d : before, undo ? before : *d,
                              undo ? inverse : patch);
        row->name = pool_text(log->pool, name);
        free(name);
        document_free(*d);
        *d = before;
    }
    value_free(patch);
    value_free(inverse);
    return made;
}

/* The row of the change that row I makes, takes back or makes again. */
static const struct draft_edit_row *
change_of(const struct draft_log *log, size_t i)
{
    const struct draft_edit_row *row = &log->rows[i];
    while (row->kind != EDIT_CHANGE && row->of > 0 &&
           (size_t)row->of <= log->count)
        row = &log->rows[row->of - 1];
    return row;
}

enum err
manager_draft_log_names(struct manager *m, const char *draft,
                        struct draft_log *log, struct error *e)
{
    struct draft_content now;
    enum err err = manager_draft_read(m, draft, &now, e);
    if (err == ERR_REFUSED) { /* released or discarded: no draft is there */
        error_clear(e);
        return ERR_OK;
    }
    bool made = err == ERR_OK && now.revision == (int64_t)log->count;
    for (size_t i = log->count; i > 0 && made; i--)
        made = step_back(log, &log->rows[i - 1], &now.document);
    for (size_t i = 0; i < log->count; i++)
        log->rows[i].name = change_of(log, i)->name;
    draft_content_clear(&now);
    return err;
}

enum err
draft_log_since(struct manager *m, const struct draft *d, int64_t after,
                struct draft_log *out, struct error *e)
{
    struct document *now = NULL;
    *out = (struct draft_log){.pool = pool_new()};
    enum err err = read_log(m, d, after, out, e);
    if (err == ERR_OK)
        err = draft_document(m, d, &now, e);
    bool made = err == ERR_OK;
    for (size_t i = out->count; i > 0 && made; i--)
        made = step_back(out, &out->rows[i - 1], &now);
    document_free(now);
    return err;
}

static enum err
read_next(struct manager *m, const struct draft *d, bool undo,
          struct draft_log *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_EDIT_GET);
    db_int(q, d->n);
    db_int(q, undo ? d->undo_top : d->redo_top);
    struct cs_edit edit;
    if (cs_edit_next(q, &edit))
        add_row(out, &edit);
    return db_end(q, e);
}

enum err
manager_draft_next(struct manager *m, const char *draft, bool undo,
                   struct draft_log *out, struct error *e)
{
    struct draft d;
    enum err err = begin(m, draft, &d, out, e);
    if (err == ERR_OK)
        err = read_next(m, &d, undo, out, e);
    return operation_end(m, err, e);
}

const char *
draft_log_author(const struct draft_log *log, size_t i)
{
    const struct draft_edit_row *row = &log->rows[i];
    if (row->kind == EDIT_UNDO || row->undone)
        return NULL;
    while (row->kind != EDIT_CHANGE && row->of > 0)
        row = &log->rows[row->of - 1];
    return row->author;
}

void
draft_log_clear(struct draft_log *log)
{
    free(log->rows);
    pool_free(log->pool);
    *log = (struct draft_log){0};
}
