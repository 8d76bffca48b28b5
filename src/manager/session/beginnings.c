/* Names that begin with what somebody has typed. */
#include "manager/session/beginnings.h"

#include "base/text.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"

/* What is asked for; the least role is that of the list of these. */
static const struct {
    enum action action;
    int statement;
} kinds[] = {
    [BEGINNING_INSTALLATION] = {ACTION_INSTALLATION_LIST,
                                CS_BEGIN_INSTALLATION},
    [BEGINNING_WORKFLOW] = {ACTION_WORKFLOW_LIST, CS_BEGIN_WORKFLOW},
    [BEGINNING_INTEGRATION] = {ACTION_INTEGRATION_LIST, CS_BEGIN_INTEGRATION},
    [BEGINNING_RUNTIME] = {ACTION_RUNTIME_LIST, CS_BEGIN_RUNTIME},
    [BEGINNING_PERSON] = {ACTION_ACCESS_LIST, CS_BEGIN_PERSON},
    [BEGINNING_APP] = {ACTION_CONNECTOR_LIST, CS_BEGIN_APP},
    [BEGINNING_DRAFT] = {ACTION_DRAFT_LIST, CS_BEGIN_DRAFT},
    [BEGINNING_VERSION] = {ACTION_VERSION_LIST, CS_BEGIN_VERSION},
};

struct visitor {
    const char *prefix;
    void (*visit)(void *context, const char *name);
    void *context;
};

static enum err
visit_rows(struct db_stmt *q, const struct visitor *v, struct error *e)
{
    while (db_row(q)) {
        const char *name = db_get_text(q);
        if (text_starts(name, v->prefix))
            v->visit(v->context, name);
    }
    return db_end(q, e);
}

static enum err
visit_workflows_of(struct manager *m, const char *installation,
                   const struct visitor *v, struct error *e)
{
    struct name_ref i;
    enum err err = name_installation(m, installation, &i, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_KEYS_OF_INSTALLATION);
    db_int(q, i.n);
    return visit_rows(q, v, e);
}

static enum err
visit_kind(struct manager *m, enum beginning kind, const struct visitor *v,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), kinds[kind].statement);
    db_text(q, v->prefix);
    db_int(q, BEGINNINGS_MAX);
    return visit_rows(q, v, e);
}

enum err
manager_beginnings(struct manager *m, enum beginning kind, const char *prefix,
                   const char *installation,
                   void (*visit)(void *context, const char *name),
                   void *context, struct error *e)
{
    const struct visitor v = {prefix, visit, context};
    bool of_one = kind == BEGINNING_WORKFLOW && installation;
    enum err err = operation_begin(m, kinds[kind].action, e);
    if (err == ERR_OK)
        err = of_one ? visit_workflows_of(m, installation, &v, e)
                     : visit_kind(m, kind, &v, e);
    return operation_end(m, err, e);
}
