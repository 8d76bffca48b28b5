/* What a copy would change in who may do what, before it is put in place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "manager/session/audit_private.h"
#include "manager/session/manager_private.h"
#include "manager/session/output.h"
#include "manager/session/store.h"
#include "store/console.h"
#include "value/value.h"

struct people {
    struct pool *pool;
    struct access_row *rows;
    size_t count;
    char id[25]; /* of the store */
    char head[DIGEST_SIZE];
};

static enum err
read_people(const char *path, struct people *out, struct error *e)
{
    struct db *db = NULL;
    enum err err = db_open(&db, path, &console_schema, DB_READ_ONLY, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(db, CS_META_GET);
    db_text(q, "storeId");
    snprintf(out->id, sizeof out->id, "%s", db_row(q) ? db_get_text(q) : "");
    err = db_end(q, e);
    int64_t records;
    if (err == ERR_OK)
        err = audit_head(db, &records, out->head, e);
    struct cs_listed_actor row;
    q = db_use(db, CS_ACTOR_LIST);
    while (err == ERR_OK && cs_listed_actor_next(q, &row)) {
        out->rows =
            mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] =
            (struct access_row){.name = pool_text(out->pool, row.name),
                                .role = (enum role)row.role};
    }
    enum err end = db_end(q, e);
    db_close(db);
    return err == ERR_OK ? end : err;
}

static enum role
role_in(const struct people *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->rows[i].name, name) == 0)
            return p->rows[i].role;
    return ROLE_NONE;
}

static void
add_role(struct value *roles, const char *name, enum role before,
         enum role after)
{
    struct value *one = value_object();
    value_set_text(one, "name", name);
    value_set_text(one, "before",
                   before == ROLE_NONE ? NULL : role_word(before));
    value_set_text(one, "after", after == ROLE_NONE ? NULL : role_word(after));
    value_append(roles, one);
}

/* Appends "eve is back as admin" for each whose role is another one. */
static void
compare_people(const struct people *now, const struct people *copy,
               struct store_comparison *c)
{
    struct buf *out = &c->people;
    for (size_t i = 0; i < copy->count; i++) {
        const struct access_row *row = &copy->rows[i];
        enum role old = role_in(now, row->name);
        if (old == row->role)
            continue;
        add_role(c->roles, row->name, old, row->role);
        buf_addf(out, "%s%s %s %s", out->len ? "; " : "", row->name,
                 old == ROLE_NONE ? "is back as" : "becomes",
                 role_word(row->role));
        if (old != ROLE_NONE)
            buf_addf(out, " (is %s)", role_word(old));
    }
    for (size_t i = 0; i < now->count; i++) {
        if (role_in(copy, now->rows[i].name) != ROLE_NONE)
            continue;
        add_role(c->roles, now->rows[i].name, now->rows[i].role, ROLE_NONE);
        buf_addf(out, "%s%s (%s) is removed", out->len ? "; " : "",
                 now->rows[i].name, role_word(now->rows[i].role));
    }
}

/* A copy of an older format cannot come here: it is not opened. One whose file
 * or schema is not in order is not put in place by anything. */
static enum err
check_copy(const char *from, struct store_comparison *out, struct error *e)
{
    struct manager *m = NULL;
    struct error why;
    enum err err = manager_open_copy(&m, from, e);
    if (err != ERR_OK)
        return err;
    err = db_check(manager_db(m), &why);
    bool whole = err == ERR_OK;
    if (!whole)
        error_set(e, err, "%s: nothing was replaced (name another copy)",
                  why.text);
    else
        err = manager_store_check_rows(m, &out->report, e);
    manager_close(m);
    out->is_altered = whole && err == ERR_DAMAGED;
    return out->is_altered ? ERR_OK : err;
}

enum err
manager_store_compare(const char *path, const char *from,
                      struct store_comparison *out, struct error *e)
{
    struct people now = {.pool = pool_new()}, copy = {.pool = pool_new()};
    struct error unread;
    *out = (struct store_comparison){.compared = access(path, F_OK) == 0};
    buf_init_any(&out->people);
    buf_init_any(&out->report);
    out->roles = value_array();
    enum err err = manager_check_copy(path, from, e);
    if (err == ERR_OK)
        err = read_people(from, &copy, e);
    if (err == ERR_OK)
        err = check_copy(from, out, e);
    /* One that is damaged is what restoring is for. */
    if (err == ERR_OK && out->compared)
        out->compared = read_people(path, &now, &unread) == ERR_OK;
    if (err == ERR_OK && out->compared) {
        out->is_another = strcmp(now.id, copy.id) != 0;
        compare_people(&now, &copy, out);
    }
    snprintf(out->id, sizeof out->id, "%s", copy.id);
    snprintf(out->head, sizeof out->head, "%s", copy.head);
    free(now.rows);
    free(copy.rows);
    pool_free(now.pool);
    pool_free(copy.pool);
    return err;
}

void
store_comparison_clear(struct store_comparison *c)
{
    buf_clear(&c->people);
    buf_clear(&c->report);
    value_free(c->roles);
    c->roles = NULL;
}
