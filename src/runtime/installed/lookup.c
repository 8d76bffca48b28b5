/* Finding rows by the ids of the outside. */
#include "runtime/installed/lookup.h"

#include <stdio.h>
#include <string.h>

static void
copy_id(char out[IDENT_SIZE], const char *id)
{
    snprintf(out, IDENT_SIZE, "%s", id ? id : "");
}

static void
copy_hash(char out[DIGEST_SIZE], const char *hash)
{
    snprintf(out, DIGEST_SIZE, "%s", hash ? hash : "");
}

/* The installation that Q finds; out->n is 0 without one. */
static enum err
find_installation(struct db_stmt *q, struct installation_row *out,
                  struct error *e)
{
    struct rs_installation i;
    *out = (struct installation_row){0};
    if (rs_installation_next(q, &i)) {
        *out =
            (struct installation_row){.n = i.n,
                                      .user = i.user,
                                      .integration = i.integration,
                                      .state = (int)i.state,
                                      .environment = (int)i.environment,
                                      .created_ms = i.created_at,
                                      .user_is_deleted = i.user_deleted_at > 0};
        copy_id(out->id, i.id);
        copy_id(out->user_id, i.user_id);
        copy_id(out->integration_id, i.integration_id);
    }
    return db_end(q, e);
}

enum err
lookup_installation_n(struct db *db, int64_t n, struct installation_row *out,
                      struct error *e)
{
    struct db_stmt *q = db_use(db, RS_INSTALLATION_BY_N);
    db_int(q, n);
    enum err err = find_installation(q, out, e);
    if (err == ERR_OK && !out->n)
        err = error_set(e, ERR_NOT_FOUND, "the installation is not here");
    return err;
}

enum err
lookup_installation(struct db *db, int environment, const char *id,
                    struct installation_row *out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_INSTALLATION_BY_ID);
    db_text(q, id);
    enum err err = find_installation(q, out, e);
    if (err == ERR_OK && (!out->n || out->environment != environment))
        err = error_set(e, ERR_NOT_FOUND, "installation %s: not found",
                        id ? id : "");
    return err;
}

enum err
lookup_installation_of(struct db *db, int64_t user, int64_t integration,
                       struct installation_row *out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_INSTALLATION_OF_USER);
    db_int(q, user);
    db_int(q, integration);
    return find_installation(q, out, e);
}

enum err
lookup_workflow(struct db *db, const char *id, int64_t *workflow,
                int64_t *integration, struct error *e)
{
    struct rs_workflow w = {0};
    struct db_stmt *q = db_use(db, RS_WORKFLOW_BY_ID);
    db_text(q, id);
    rs_workflow_next(q, &w);
    *workflow = w.n;
    *integration = w.integration;
    enum err err = db_end(q, e);
    if (err == ERR_OK && !*workflow)
        err = error_set(e, ERR_NOT_FOUND,
                        "workflow %s: it is not here (send its integration "
                        "first)",
                        id ? id : "");
    return err;
}

enum err
lookup_installed(struct db *db, int64_t installation, int64_t workflow,
                 struct installed_row *out, struct error *e)
{
    struct rs_installed d;
    *out = (struct installed_row){0};
    struct db_stmt *q = db_use(db, RS_INSTALLED_GET);
    db_int(q, installation);
    db_int(q, workflow);
    if (rs_installed_next(q, &d)) {
        *out = (struct installed_row){.n = d.n,
                                      .live = d.live,
                                      .awaiting = d.awaiting,
                                      .base_no = d.base_no,
                                      .fork_no = d.fork_no,
                                      .active = d.active != 0,
                                      .paused = d.paused != 0,
                                      .todo = d.todo != 0};
        copy_id(out->live_id, d.live_id);
        copy_id(out->awaiting_id, d.awaiting_id);
        copy_hash(out->live_hash, d.live_hash);
        copy_hash(out->awaiting_hash, d.awaiting_hash);
    }
    return db_end(q, e);
}

enum err
lookup_needs(struct db *db, int64_t installed, struct value **out,
             struct error *e)
{
    enum err read = ERR_OK;
    *out = NULL;
    struct db_stmt *q = db_use(db, RS_INSTALLED_NEEDS);
    db_int(q, installed);
    const char *text = db_row(q) ? db_get_text_or_null(q) : NULL;
    if (text)
        read = value_read(out, text, strlen(text), &value_limits_document,
                          "needs", e);
    enum err err = db_end(q, read == ERR_OK ? e : NULL);
    return read == ERR_OK ? err : read;
}

enum err
lookup_version(struct db *db, const char *id, struct version_row *out,
               struct error *e)
{
    struct rs_version v;
    *out = (struct version_row){0};
    struct db_stmt *q = db_use(db, RS_VERSION_BY_ID);
    db_text(q, id);
    if (rs_version_next(q, &v)) {
        *out = (struct version_row){.n = v.n,
                                    .workflow = v.workflow,
                                    .installation = v.installation,
                                    .base_no = v.base_no,
                                    .fork_no = v.fork_no};
        copy_hash(out->hash, v.hash);
    }
    return db_end(q, e);
}

enum err
lookup_newest_base(struct db *db, const char *workflow_id,
                   struct newest_base *out, struct error *e)
{
    struct rs_workflow w;
    struct db_stmt *q = db_use(db, RS_WORKFLOW_BY_ID);
    *out = (struct newest_base){0};
    db_text(q, workflow_id);
    if (rs_workflow_next(q, &w)) {
        out->version = w.base;
        out->base_no = w.base_no;
        copy_id(out->id, w.base_id);
        copy_hash(out->hash, w.base_hash);
    }
    return db_end(q, e);
}

enum err
lookup_user(struct db *db, int environment, const char *id, int64_t *user,
            struct error *e)
{
    *user = 0;
    struct db_stmt *q = db_use(db, RS_USER_BY_ID);
    db_text(q, id);
    db_int(q, environment);
    struct rs_user found;
    if (rs_user_next(q, &found))
        *user = found.n;
    enum err err = db_end(q, e);
    if (err == ERR_OK && !*user)
        err = error_set(e, ERR_NOT_FOUND, "user %s: not found", id);
    return err;
}

void
lookup_label(char out[48], int64_t base_no, int64_t fork_no)
{
    if (fork_no)
        snprintf(out, 48, "v%lld.%lld", (long long)base_no, (long long)fork_no);
    else
        snprintf(out, 48, "v%lld", (long long)base_no);
}
