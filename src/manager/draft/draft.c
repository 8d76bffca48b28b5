/* Drafts: making and listing them. */
#include "manager/draft/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/parts.h"
#include "manager/draft/version_rows.h"
#include "manager/release/parts.h"

/* --- making --------------------------------------------------------------- */

static enum err
insert_version(struct manager *m, const struct draft_seed *s, const char *id,
               struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_ADD);
    db_text(q, id);
    db_int(q, s->workflow);
    db_int_or_null(q, s->installation);
    db_int(q, s->base_no);
    db_int(q, s->fork_no);
    db_int_or_null(q, s->parent);
    db_int_or_null(q, s->live_when_made);
    db_text(q, manager_actor(m));
    db_text(q, s->hash);
    db_text(q, s->note ? s->note : "");
    db_int(q, VERSION_DRAFT);
    db_int(q, operation_now(m));
    db_text(q, manager_actor(m));
    db_int(q, operation_now(m));
    db_null(q);
    db_null(q);
    return db_run(q, e);
}

static enum err
record_draft(struct manager *m, int64_t n, const struct value *origin,
             struct error *e)
{
    struct version_list one = {.pool = pool_new()};
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_ROW);
    db_int(q, n);
    enum err err = version_rows(q, &one, e);
    if (err == ERR_OK) {
        const struct version_row *row = &one.rows[0];
        struct value *v = value_object();
        value_set_text(v, "author", row->author);
        if (row->parent_id)
            value_set_text(v, "from", row->parent_id);
        value_set_text(v, "hash", row->hash);
        value_set_text(v, "label", row->label);
        if (row->live_when_made)
            value_set_text(v, "live", row->live_when_made);
        value_set_text(v, "workflow", row->workflow_id);
        for (size_t i = 0; i < value_size(origin); i++)
            value_set(v, value_key(origin, i, NULL),
                      value_copy(value_at(origin, i)));
        char *after = value_to_text(v);
        value_free(v);
        err = operation_audit(m, "version", row->id, row->installation_id, NULL,
                              after, e);
        free(after);
    }
    version_list_clear(&one);
    return err;
}

enum err
draft_insert(struct manager *m, const struct draft_seed *seed,
             char id[IDENT_SIZE], struct error *e)
{
    ident_new(id);
    enum err err = insert_version(m, seed, id, e);
    if (err != ERR_OK)
        return err;
    int64_t n = db_last_id(manager_db(m));
    struct db_stmt *q = db_use(manager_db(m), CS_DRAFT_ADD);
    db_int(q, n);
    db_text_n(q, seed->body, seed->body_len);
    err = db_run(q, e);
    return err == ERR_OK ? record_draft(m, n, seed->origin, e) : err;
}

enum err
draft_look_for_open(struct manager *m, int64_t workflow, int64_t installation,
                    enum draft_choice choice, bool *resumed,
                    char id[IDENT_SIZE], struct error *e)
{
    bool mine = false;
    *resumed = false;
    if (choice == DRAFT_ANOTHER)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), installation ? CS_DRAFTS_OF_FORK
                                                           : CS_DRAFTS_OF_BASE);
    if (installation)
        db_int(q, installation);
    db_int(q, workflow);
    struct cs_open_draft d;
    while (cs_open_draft_next(q, &d)) {
        bool own = strcmp(d.author, manager_actor(m)) == 0;
        if (!*resumed || (own && !mine))
            snprintf(id, IDENT_SIZE, "%s", d.id);
        *resumed = true;
        mine = mine || own;
        operation_candidate(m, d.id);
    }
    enum err err = db_end(q, e);
    if (err != ERR_OK || !*resumed || choice == DRAFT_RESUME)
        return err;
    *resumed = false;
    return error_hint(
        e, HINT_DRAFT_CHOICE, NULL, NULL,
        error_set(e, ERR_CHOICE, "draft: unfinished work exists"));
}

/* Sets the seed's content to that of document D. */
static void
seed_document(struct draft_seed *seed, const struct document *d,
              struct buf *body, char hash[DIGEST_SIZE])
{
    buf_init_any(body);
    document_write(d, body);
    digest_hex(hash, buf_str(body), body->len);
    seed->body = buf_str(body);
    seed->body_len = body->len;
    seed->hash = hash;
}

enum err
draft_insert_copy(struct manager *m, struct draft_seed *seed,
                  const struct document *d, char id[IDENT_SIZE],
                  struct error *e)
{
    struct buf body;
    char hash[DIGEST_SIZE];
    seed_document(seed, d, &body, hash);
    enum err err = draft_insert(m, seed, id, e);
    buf_clear(&body);
    return err;
}

/* The name of a workflow, as a new string. */
static enum err
workflow_title(struct manager *m, int64_t workflow, char **out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_ROW);
    db_int(q, workflow);
    struct cs_workflow w;
    *out = cs_workflow_next(q, &w) ? mem_strdup(w.name) : mem_strdup("");
    return db_end(q, e);
}

static enum err
new_base(struct manager *m, int64_t workflow, char id[IDENT_SIZE],
         struct error *e)
{
    struct version newest = {0};
    struct document *d = NULL;
    struct pool *pool = pool_new();
    struct draft_seed seed = {.workflow = workflow, .base_no = 1};
    enum err err = newest_base(m, workflow, &seed.parent, e);
    if (err == ERR_OK && seed.parent) {
        err = version_load(m, seed.parent, pool, &newest, e);
        seed.base_no = newest.base_no + 1;
        if (err == ERR_OK)
            err = version_document(m, &newest, &d, e);
    } else if (err == ERR_OK) {
        char *title;
        err = workflow_title(m, workflow, &title, e);
        d = document_new(title);
        free(title);
    }
    if (err == ERR_OK)
        err = draft_insert_copy(m, &seed, d, id, e);
    document_free(d);
    pool_free(pool);
    return err;
}

enum err
manager_draft_new(struct manager *m, const char *workflow,
                  enum draft_choice choice, char id[IDENT_SIZE],
                  struct error *e)
{
    struct name_ref w;
    bool resumed = false;
    enum err err = operation_begin(m, ACTION_DRAFT_NEW, e);
    if (err == ERR_OK)
        err = name_workflow(m, workflow, 0, &w, e);
    if (err == ERR_OK)
        err = draft_look_for_open(m, w.n, 0, choice, &resumed, id, e);
    if (err == ERR_OK && !resumed)
        err = new_base(m, w.n, id, e);
    return operation_end(m, err, e);
}

static enum err
read_reach(struct manager *m, int64_t workflow, struct base_reach *out,
           struct error *e)
{
    struct pool *pool = pool_new();
    struct version newest = {.base_no = 0};
    int64_t n = 0;
    struct db_stmt *q = db_use(manager_db(m), CS_REL_OTHERS);
    db_int(q, workflow);
    enum err err = db_run_int(q, &out->customers, NULL, e);
    if (err == ERR_OK) {
        q = db_use(manager_db(m), CS_REL_ON_BASE);
        db_int(q, workflow);
        err = db_run_int(q, &out->on_base, NULL, e);
    }
    if (err == ERR_OK)
        err = newest_base(m, workflow, &n, e);
    if (err == ERR_OK && n)
        err = version_load(m, n, pool, &newest, e);
    out->next = newest.base_no + 1;
    pool_free(pool);
    return err;
}

enum err
manager_base_reach(struct manager *m, const char *workflow,
                   struct base_reach *out, struct error *e)
{
    struct name_ref w;
    *out = (struct base_reach){.next = 0};
    enum err err = operation_begin(m, ACTION_DRAFT_LIST, e);
    if (err == ERR_OK)
        err = name_workflow(m, workflow, 0, &w, e);
    if (err == ERR_OK)
        err = read_reach(m, w.n, out, e);
    return operation_end(m, err, e);
}

/* --- listing -------------------------------------------------------------- */

static enum err
list_all(struct manager *m, int statement, const char *author,
         struct version_list *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_text(q, author);
    return version_rows(q, out, e);
}

static enum err
list_of(struct manager *m, const char *installation, const char *author,
        bool all, struct version_list *out, struct error *e)
{
    struct name_ref i;
    enum err err = name_installation(m, installation, &i, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_OF_INSTALLATION);
    db_int(q, i.n);
    db_text(q, author);
    db_int(q, all);
    return version_rows(q, out, e);
}

enum err
manager_draft_list(struct manager *m, const char *author,
                   const char *installation, bool all, struct version_list *out,
                   struct error *e)
{
    *out = (struct version_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_DRAFT_LIST, e);
    if (err == ERR_OK && author)
        err = name_actor(m, author, e);
    if (err == ERR_OK && installation)
        err = list_of(m, installation, author, all, out, e);
    else if (err == ERR_OK)
        err = list_all(m, CS_VERSION_OPEN, author, out, e);
    if (err == ERR_OK && all && !installation)
        err = list_all(m, CS_VERSION_DISCARDED, author, out, e);
    return operation_end(m, err, e);
}
