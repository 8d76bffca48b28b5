/* Reads drafts from the store: the row, the document, whose it is. */
#include <stdio.h>
#include <string.h>

#include "manager/draft/parts.h"
#include "manager/release/parts.h"

static enum err
read_draft(struct manager *m, int64_t n, struct draft *d, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_FACTS);
    *d = (struct draft){.n = n};
    db_int(q, n);
    struct cs_version_facts v;
    if (cs_version_facts_next(q, &v)) {
        d->workflow = v.workflow;
        d->installation = v.installation;
        version_label(d->label, v.base_no, v.fork_no);
        snprintf(d->author, sizeof d->author, "%s", v.author);
        snprintf(d->hash, sizeof d->hash, "%s", v.hash);
        d->state = (int)v.state;
        d->revision = v.revision;
        d->undo_top = v.undo_top;
        d->redo_top = v.redo_top;
        snprintf(d->id, sizeof d->id, "%s", v.id);
        snprintf(d->installation_id, sizeof d->installation_id, "%s",
                 v.installation_id);
    }
    return db_end(q, e);
}

enum err
draft_load(struct manager *m, const char *name, bool open, struct draft *out,
           struct error *e)
{
    struct name_ref ref;
    enum err err = name_version(m, name, 0, 0, &ref, e);
    if (err == ERR_OK)
        err = read_draft(m, ref.n, out, e);
    out->name = name;
    if (err == ERR_OK && open &&
        (out->state == VERSION_RELEASED || out->state == VERSION_DISCARDED))
        err = error_set(e, ERR_REFUSED, "%s: is %s and cannot be changed (%s)",
                        out->label, version_state_word(out->state),
                        out->state == VERSION_RELEASED ? "fork it"
                                                       : "restore it first");
    return err;
}

static enum err
check_author(const struct manager *m, bool is_base, const char *label,
             const char *author, const char *id, struct error *e)
{
    if (is_base && manager_role(m) < ROLE_ADMIN)
        return error_set(e, ERR_ROLE,
                         "%s: not allowed: a base version is for everybody, "
                         "this needs admin (fork it for one installation)",
                         label);
    if (strcmp(author, manager_actor(m)) != 0)
        return error_set(e, ERR_REFUSED,
                         "%s: is %s's draft (take it over first: draft take "
                         "%s)",
                         label, author, id);
    return ERR_OK;
}

enum err
draft_check_author(struct manager *m, const struct draft *d, struct error *e)
{
    struct named_draft named = {.id = d->id,
                                .label = d->label,
                                .author = d->author,
                                .revision = d->revision};
    enum err err =
        check_author(m, !d->installation, d->label, d->author, d->id, e);
    return err == ERR_REFUSED && name_check_own(m, d->name, &named, e) != ERR_OK
               ? ERR_CHOICE
               : err;
}

enum err
manager_draft_may_edit(struct manager *m, const struct version_row *row,
                       struct error *e)
{
    return check_author(m, !row->installation_id, row->label, row->author,
                        row->id, e);
}

const char *
draft_installation(const struct draft *d)
{
    return d->installation ? d->installation_id : NULL;
}

enum err
draft_document(struct manager *m, const struct draft *d, struct document **out,
               struct error *e)
{
    bool found = false;
    enum err err = ERR_OK;
    *out = NULL;
    struct db_stmt *q = db_use(manager_db(m), CS_DRAFT_BODY);
    db_int(q, d->n);
    if (db_row(q)) {
        size_t n;
        char hash[DIGEST_SIZE];
        const char *body = db_get_text_n(q, &n);
        found = true;
        digest_hex(hash, body, n);
        err = strcmp(hash, d->hash) == 0
                  ? document_parse(out, body, n, d->label, e)
                  : error_set(e, ERR_DAMAGED,
                              "%s: hash mismatch: the content was changed or "
                              "damaged (run store check, restore a backup)",
                              d->label);
    }
    enum err ended = db_end(q, err == ERR_OK ? e : NULL);
    if (err == ERR_OK && ended == ERR_OK && !found)
        return error_set(e, ERR_DAMAGED, "%s: has no document", d->label);
    return err == ERR_OK ? ended : err;
}

enum err
manager_draft_read(struct manager *m, const char *draft,
                   struct draft_content *out, struct error *e)
{
    struct draft d;
    *out = (struct draft_content){.document = NULL};
    enum err err = operation_begin(m, ACTION_DRAFT_LIST, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, true, &d, e);
    if (err == ERR_OK)
        err = draft_document(m, &d, &out->document, e);
    if (err == ERR_OK) {
        out->revision = d.revision;
        memcpy(out->hash, d.hash, sizeof out->hash);
    }
    return operation_end(m, err, e);
}

void
draft_content_clear(struct draft_content *c)
{
    document_free(c->document);
    *c = (struct draft_content){.document = NULL};
}
