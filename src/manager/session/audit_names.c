/* What the subjects of audit records are called, and which sessions go on. */
#include <string.h>

#include "manager/session/audit_private.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "store/console.h"
#include "value/value.h"

static const struct {
    const char *kind;
    int statement;
} names[] = {
    {"installation", CS_AUDIT_NAME_INSTALLATION},
    {"integration", CS_AUDIT_NAME_INTEGRATION},
    {"runtime", CS_AUDIT_NAME_RUNTIME},
    {"user", CS_AUDIT_NAME_USER},
    {"workflow", CS_AUDIT_NAME_WORKFLOW},
};

static enum err
name_by(struct manager *m, int statement, struct pool *pool,
        struct audit_row *row, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_text(q, row->entry.subject_id);
    if (db_row(q))
        row->name = pool_text(pool, db_get_text(q));
    return db_end(q, e);
}

/* The name that the record itself has of a subject that is not known here. */
static void
name_by_record(struct pool *pool, struct audit_row *row)
{
    struct value *v = NULL;
    const char *text = row->entry.before;
    if (text && value_read(&v, text, strlen(text), &value_limits_document,
                           "before", NULL) == ERR_OK)
        row->name = pool_text(pool, value_get_text(v, "name"));
    value_free(v);
}

static enum err
name_row(struct manager *m, struct pool *pool, struct audit_row *row,
         struct error *e)
{
    const char *kind = row->entry.subject_kind;
    enum err err = ERR_OK;
    if (!kind || !row->entry.subject_id)
        return ERR_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && err == ERR_OK; i++)
        if (strcmp(kind, names[i].kind) == 0)
            err = name_by(m, names[i].statement, pool, row, e);
    if (err == ERR_OK && !row->name &&
        strcmp(row->entry.action, reported_words[REPORTED_UNDONE]) == 0)
        name_by_record(pool, row);
    return err;
}

static enum err
find_end(struct manager *m, struct audit_row *row, struct error *e)
{
    struct db_stmt *q;
    if (strcmp(row->entry.action, action_table[ACTION_SESSION_START].name) != 0)
        return ERR_OK;
    q = db_use(manager_db(m), CS_SESSION_ENDED);
    db_text(q, row->entry.subject_id);
    db_text(q, action_table[ACTION_SESSION_END].name);
    row->open = !db_row(q);
    return db_end(q, e);
}

enum err
audit_name_rows(struct manager *m, struct audit_list *list, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < list->count && err == ERR_OK; i++) {
        err = name_row(m, list->pool, &list->rows[i], e);
        if (err == ERR_OK)
            err = find_end(m, &list->rows[i], e);
    }
    return err;
}
