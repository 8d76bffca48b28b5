/* Rows of a synthetic store. */
#include "store/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { ROWS_PER_COMMIT = 200000 };

static enum err
look_up(struct synthetic *s, const char *workflow, const char *runtime,
        struct error *e)
{
    char hash[65] = "";
    struct db_stmt *q = db_use(s->db, CS_SYN_BASE);
    db_text(q, workflow);
    struct cs_synthetic_base base;
    if (cs_synthetic_base_next(q, &base)) {
        s->base = base.n;
        snprintf(s->base_id, sizeof s->base_id, "%s", base.id);
        snprintf(hash, sizeof hash, "%s", base.hash);
        s->workflow = base.workflow;
        s->integration = base.integration;
    }
    enum err err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    q = db_use(s->db, CS_DOCUMENT_GET);
    db_text(q, hash);
    if (db_row(q))
        s->document = mem_strdup(db_get_text(q));
    err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    q = db_use(s->db, CS_SYN_RUNTIME);
    db_text(q, runtime);
    err = db_run_int(q, &s->runtime, NULL, e);
    if (err == ERR_OK && (!s->document || !s->runtime))
        err = error_set(e, ERR_NOT_FOUND,
                        "a synthetic store needs a base version of %s and the "
                        "runtime %s",
                        workflow, runtime);
    return err;
}

enum err
synthetic_begin(struct synthetic *s, struct db *db, const char *workflow,
                const char *runtime, struct error *e)
{
    *s = (struct synthetic){.db = db, .now = clock_now_ms()};
    enum err err = look_up(s, workflow, runtime, e);
    return err == ERR_OK ? db_begin(db, e) : err;
}

static enum err
add_user(struct synthetic *s, const struct synthetic_customer *c, int64_t *n,
         struct error *e)
{
    struct db_stmt *q = db_use(s->db, CS_SYN_USER);
    db_text(q, c->user_id);
    db_int(q, s->runtime);
    db_text(q, c->username);
    db_text(q, c->full_name);
    enum err err = db_run(q, e);
    *n = db_last_id(s->db);
    return err;
}

static enum err
add_installation(struct synthetic *s, const struct synthetic_customer *c,
                 int64_t user, int64_t *n, struct error *e)
{
    struct db_stmt *q = db_use(s->db, CS_SYN_INSTALLATION);
    db_text(q, c->installation_id);
    db_int(q, user);
    db_int(q, s->integration);
    db_int(q, s->runtime);
    db_int(q, c->condition);
    db_text(q, c->full_name);
    db_int(q, s->now);
    db_int(q, s->now - user);
    db_int(q, s->now);
    enum err err = db_run(q, e);
    *n = db_last_id(s->db);
    return err;
}

static enum err
add_installed(struct synthetic *s, const struct synthetic_customer *c,
              int64_t installation, struct error *e)
{
    struct db_stmt *q = db_use(s->db, CS_SYN_INSTALLED);
    db_int(q, installation);
    db_int(q, s->workflow);
    db_int(q, s->base);
    db_int(q, c->condition == CONDITION_TO_DO);
    db_int(q, c->condition == CONDITION_FAILING ? 3 : 0);
    db_int(q, s->now);
    db_int(q, s->now);
    return db_run(q, e);
}

enum err
synthetic_add(struct synthetic *s, const struct synthetic_customer *c,
              int64_t *installation, struct error *e)
{
    int64_t user = 0, n = 0;
    enum err err = add_user(s, c, &user, e);
    if (err == ERR_OK)
        err = add_installation(s, c, user, &n, e);
    if (err == ERR_OK)
        err = add_installed(s, c, n, e);
    if (err == ERR_OK)
        err = console_name_installation(s->db, n, c->full_name, c->username, e);
    if (err == ERR_OK && user % ROWS_PER_COMMIT == 0) {
        err = db_commit(s->db, e);
        if (err == ERR_OK)
            err = db_begin(s->db, e);
    }
    if (installation)
        *installation = n;
    return err;
}

static enum err
add_version(struct synthetic *s, int64_t installation, const char *id,
            const char *hash, const char *note, struct error *e)
{
    struct db_stmt *q = db_use(s->db, CS_SYN_FORK);
    db_text(q, id);
    db_int(q, s->workflow);
    db_int(q, installation);
    db_int(q, s->base);
    db_int(q, s->base);
    db_text(q, hash);
    db_text(q, note);
    db_int(q, s->now);
    db_int(q, s->now);
    db_int(q, s->now);
    return db_run(q, e);
}

enum err
synthetic_fork(struct synthetic *s, int64_t installation, const char *id,
               const char *hash, const char *body, const char *note,
               struct error *e)
{
    struct db_stmt *q = db_use(s->db, CS_DOCUMENT_KEEP);
    db_text(q, hash);
    db_text(q, "workflow");
    db_text(q, body);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = add_version(s, installation, id, hash, note, e);
    if (err != ERR_OK)
        return err;
    int64_t version = db_last_id(s->db);
    q = db_use(s->db, CS_SYN_POINT);
    db_int(q, version);
    db_int(q, installation);
    db_int(q, s->workflow);
    return db_run(q, e);
}

enum err
synthetic_end(struct synthetic *s, enum err err, struct error *e)
{
    if (db_in_transaction(s->db)) {
        if (err == ERR_OK)
            err = db_commit(s->db, e);
        else
            db_rollback(s->db);
    }
    free(s->document);
    s->document = NULL;
    return err;
}
