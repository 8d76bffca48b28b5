/* What this store knows and a restored runtime has forgotten. */
#include "manager/exchange/undone.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/console.h"
#include "value/value.h"

static const struct {
    const char *word, *counted;
} kinds[] = {
#define UNDONE(name, word, counted) {word, counted},
#include "manager/exchange/undone.def"
#undef UNDONE
};

struct subject {
    const char *user, *installation, *workflow, *app; /* NULL: none */
};

/* A copy that is taken for no reason is the first: it undoes nothing. */
static enum err
tell(struct manager *m, struct speaker *s, struct full_copy *copy,
     enum undone kind, const struct subject *what, struct error *e)
{
    struct value *before = value_object();
    char *text;
    enum err err;
    value_set_text(before, "what", kinds[kind].word);
    if (what->workflow)
        value_set_text(before, "workflowId", what->workflow);
    if (what->app)
        value_set_text(before, "app", what->app);
    text = value_to_text(before);
    copy->undone[kind]++;
    err = copy_audit(m, s, NULL, "undone",
                     what->installation ? "installation" : "user",
                     what->installation ? what->installation : what->user,
                     what->installation, text, NULL, e);
    free(text);
    value_free(before);
    return err;
}

/* --- users ---------------------------------------------------------------- */

enum err
undone_user(struct manager *m, struct speaker *s, struct full_copy *copy,
            const struct state_entry *x, struct error *e)
{
    const struct subject what = {.user = x->user_id};
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_BACK);
    enum err err;
    db_text(q, x->user_id);
    db_int(q, s->n);
    err = db_run(q, e);
    if (err || !db_changes(manager_db(m)))
        return err;
    s->changed = true;
    return copy->why ? tell(m, s, copy, UNDONE_USER, &what, e) : ERR_OK;
}

/* --- installations -------------------------------------------------------- */

/* Apps that were disconnected here, in words of the full copy connected. */
static enum err
tell_credentials(struct manager *m, struct speaker *s, struct full_copy *copy,
                 const struct copy_installation *i,
                 const struct state_entry *x, struct error *e)
{
    struct value *known = copy_object(i->connected);
    enum err err = ERR_OK;
    for (size_t k = 0; i->connected && k < value_size(x->connected) && !err;
         k++) {
        const struct subject what = {
            .installation = i->id,
            .app = value_get_text(value_at(x->connected, k), "app")};
        if (what.app && !value_get(known, what.app))
            err = tell(m, s, copy, UNDONE_CREDENTIAL, &what, e);
    }
    value_free(known);
    return err;
}

enum err
undone_installation(struct manager *m, struct speaker *s,
                    struct full_copy *copy, const struct copy_installation *i,
                    const struct state_entry *x, struct error *e)
{
    const struct subject what = {.installation = i->id};
    enum err err = ERR_OK;
    if (!copy->why || x->state == INSTALLATION_UNINSTALLED)
        return ERR_OK;
    if (i->state == INSTALLATION_UNINSTALLED)
        err = tell(m, s, copy, UNDONE_UNINSTALL, &what, e);
    else if (i->state == INSTALLATION_PAUSED &&
             x->state == INSTALLATION_ACTIVE)
        err = tell(m, s, copy, UNDONE_PAUSE, &what, e);
    return err ? err : tell_credentials(m, s, copy, i, x, e);
}

/* A workflow that is off runs nothing, so its pause does not count there. */
enum err
undone_workflow(struct manager *m, struct speaker *s, struct full_copy *copy,
                const char *id, const struct copy_pointer *p,
                const struct state_workflow *w, struct error *e)
{
    const struct subject what = {.installation = id,
                                 .workflow = w->workflow_id};
    if (!copy->why || w->off)
        return ERR_OK;
    if (p->off)
        return tell(m, s, copy, UNDONE_TURNED_OFF, &what, e);
    if (!p->active && w->active)
        return tell(m, s, copy, UNDONE_PAUSE, &what, e);
    return ERR_OK;
}

/* --- from copy to copy ---------------------------------------------------- */

enum err
undone_load(struct manager *m, const struct speaker *s, struct full_copy *copy,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_UNDONE);
    struct value *before = NULL;
    db_int(q, s->n);
    if (db_row(q))
        before = copy_object(db_get_text_or_null(q));
    copy->moved = value_int_or(value_get(before, "liveVersions"), 0);
    copy->again = value_int_or(value_get(before, "sentAgain"), 0);
    for (size_t i = 0; i < UNDONE_COUNT; i++)
        copy->undone[i] = value_int_or(value_get(before, kinds[i].word), 0);
    value_free(before);
    return db_end(q, e);
}

enum err
undone_save(struct manager *m, const struct speaker *s,
            const struct full_copy *copy, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_SET_UNDONE);
    struct value *v = value_object();
    value_set_int(v, "liveVersions", copy->moved);
    value_set_int(v, "missingInstallations", copy->absent);
    value_set_int(v, "sentAgain", copy->again);
    value_set_int(v, "parkedRuns", copy->in_doubt);
    for (size_t i = 0; i < UNDONE_COUNT; i++)
        value_set_int(v, kinds[i].word, copy->undone[i]);
    char *text = value_to_text(v);
    db_text(q, text);
    db_int(q, s->n);
    enum err err = db_run(q, e);
    free(text);
    value_free(v);
    return err;
}

/* --- the notice ----------------------------------------------------------- */

char *
undone_text(const struct full_copy *copy)
{
    struct buf text;
    buf_init(&text, 1000);
    for (size_t i = 0; i < UNDONE_COUNT; i++)
        if (copy->undone[i])
            buf_addf(&text, "%s%lld %s",
                     text.len ? ", " : ". Undone, so that it must be done "
                                       "again before the restore is "
                                       "accepted: ",
                     (long long)copy->undone[i], kinds[i].counted);
    return buf_take(&text);
}
