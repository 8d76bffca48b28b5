/* Finding rows by the ids of the outside. */
#include "runtime/installed/lookup.h"

#include <stdio.h>

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

enum err
lookup_installation_n(struct db *db, int64_t n, struct installation_row *out,
                      struct error *e)
{
    *out = (struct installation_row){0};
    struct db_stmt *q = db_use(db, RS_INSTALLATION_FACTS);
    db_int(q, n);
    if (db_row(q)) {
        out->n = db_get_int(q, 0);
        copy_id(out->id, db_get_text(q, 1));
        out->user = db_get_int(q, 2);
        copy_id(out->user_id, db_get_text(q, 3));
        out->integration = db_get_int(q, 4);
        copy_id(out->integration_id, db_get_text(q, 5));
        out->state = (int)db_get_int(q, 6);
        out->environment = (int)db_get_int(q, 7);
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK && !out->n)
        code = error_set(e, ERR_NOT_FOUND, "the installation is not here");
    return code;
}

enum err
lookup_installation(struct db *db, int environment, const char *id,
                    struct installation_row *out, struct error *e)
{
    *out = (struct installation_row){0};
    struct db_stmt *q = db_use(db, RS_INSTALLATION_BY_ID);
    db_text(q, id);
    if (db_row(q)) {
        out->n = db_get_int(q, 0);
        copy_id(out->id, db_get_text(q, 1));
        out->user = db_get_int(q, 2);
        copy_id(out->user_id, db_get_text(q, 3));
        out->integration = db_get_int(q, 4);
        copy_id(out->integration_id, db_get_text(q, 5));
        out->state = (int)db_get_int(q, 6);
        out->environment = (int)db_get_int(q, 8);
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK && (!out->n || out->environment != environment))
        code = error_set(e, ERR_NOT_FOUND, "installation %s: there is none",
                         id ? id : "");
    return code;
}

enum err
lookup_workflow(struct db *db, const char *id, int64_t *workflow,
                int64_t *integration, struct error *e)
{
    *workflow = *integration = 0;
    struct db_stmt *q = db_use(db, RS_WORKFLOW_BY_ID);
    db_text(q, id);
    if (db_row(q)) {
        *workflow = db_get_int(q, 0);
        *integration = db_get_int(q, 10);
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK && !*workflow)
        code = error_set(e, ERR_NOT_FOUND,
                         "workflow %s: it is not here (send its integration "
                         "first)",
                         id ? id : "");
    return code;
}

enum err
lookup_installed(struct db *db, int64_t installation, int64_t workflow,
                 struct installed_row *out, struct error *e)
{
    *out = (struct installed_row){0};
    struct db_stmt *q = db_use(db, RS_INSTALLED_GET);
    db_int(q, installation);
    db_int(q, workflow);
    if (db_row(q)) {
        out->n = db_get_int(q, 0);
        out->live = db_get_int(q, 2);
        copy_id(out->live_id, db_get_text_or_null(q, 3));
        out->base_no = db_get_int(q, 4);
        out->fork_no = db_get_int(q, 5);
        copy_hash(out->live_hash, db_get_text_or_null(q, 6));
        out->awaiting = db_get_int(q, 7);
        copy_id(out->awaiting_id, db_get_text_or_null(q, 8));
        out->active = db_get_int(q, 11) != 0;
        out->paused = db_get_int(q, 12) != 0;
        out->todo = db_get_int(q, 13) != 0;
    }
    return db_end(q, e);
}

enum err
lookup_version(struct db *db, const char *id, struct version_row *out,
               struct error *e)
{
    *out = (struct version_row){0};
    struct db_stmt *q = db_use(db, RS_VERSION_BY_ID);
    db_text(q, id);
    if (db_row(q)) {
        out->n = db_get_int(q, 0);
        out->workflow = db_get_int(q, 1);
        out->installation = db_get_int(q, 2);
        out->base_no = db_get_int(q, 3);
        out->fork_no = db_get_int(q, 4);
        copy_hash(out->hash, db_get_text(q, 5));
    }
    return db_end(q, e);
}

enum err
lookup_newest_base(struct db *db, const char *workflow_id, int64_t *version,
                   int64_t *base_no, struct error *e)
{
    *version = *base_no = 0;
    struct db_stmt *q = db_use(db, RS_WORKFLOW_BY_ID);
    db_text(q, workflow_id);
    if (db_row(q)) {
        *version = db_get_int(q, 7);
        *base_no = db_get_int(q, 8);
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
    enum err code = db_end(q, e);
    if (code == ERR_OK && !*user)
        code = error_set(e, ERR_NOT_FOUND, "user %s: there is none", id);
    return code;
}

void
lookup_label(char out[48], int64_t base_no, int64_t fork_no)
{
    if (fork_no)
        snprintf(out, 48, "v%lld.%lld", (long long)base_no, (long long)fork_no);
    else
        snprintf(out, 48, "v%lld", (long long)base_no);
}
