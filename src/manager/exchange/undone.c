/* What this store knows and a restored runtime has forgotten. */
#include "manager/exchange/undone.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/console.h"
#include "value/value.h"

static const struct {
    const char *word, *one, *many;
} kinds[] = {
#define UNDONE(name, word, one, many) {word, one, many},
#include "manager/exchange/undone.def"
#undef UNDONE
};

enum err
undone_audit(struct manager *m, struct speaker *s, const char *word,
             const struct undone_subject *what, struct error *e)
{
    struct value *before = value_object();
    char *text;
    enum err err;
    value_set_text(before, "what", word);
    if (what->workflow)
        value_set_text(before, "workflowId", what->workflow);
    if (what->app)
        value_set_text(before, "app", what->app);
    if (what->name)
        value_set_text(before, "name", what->name);
    text = value_to_text(before);
    err = copy_audit(m, s, NULL, REPORTED_UNDONE,
                     what->installation ? "installation" : "user",
                     what->installation ? what->installation : what->user,
                     what->installation, text, NULL, e);
    free(text);
    value_free(before);
    return err;
}

/* A copy that is taken for no reason is the first: it undoes nothing. */
static enum err
tell(struct manager *m, struct speaker *s, struct full_copy *copy,
     enum undone kind, const struct undone_subject *what, struct error *e)
{
    if (!copy->why)
        return ERR_OK;
    copy->undone[kind]++;
    return undone_audit(m, s, kinds[kind].word, what, e);
}

/* --- users ---------------------------------------------------------------- */

static enum err
tell_back(struct manager *m, struct speaker *s, struct full_copy *copy,
          const struct state_entry *x, struct error *e)
{
    const struct undone_subject what = {.user = x->user_id,
                                        .name = x->username};
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_BACK);
    enum err err;
    db_text(q, x->user_id);
    db_int(q, s->n);
    err = db_run(q, e);
    if (err || !db_changes(manager_db(m)))
        return err;
    s->changed = true;
    return tell(m, s, copy, UNDONE_USER, &what, e);
}

/* The name that this store knows and the full copy does not show. */
static enum err
tell_name(struct manager *m, struct speaker *s, struct full_copy *copy,
          const struct state_entry *x, struct error *e)
{
    struct undone_subject what = {.user = x->user_id};
    struct cs_known_user u;
    char *known = NULL;
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_BY_ID);
    db_text(q, x->user_id);
    if (cs_known_user_next(q, &u) && u.runtime == s->n &&
        (strcmp(u.full_name, x->full_name ? x->full_name : "") != 0 ||
         strcmp(u.username, x->username) != 0))
        known = mem_strdup(*u.full_name ? u.full_name : u.username);
    enum err err = db_end(q, e);
    what.name = known;
    if (!err && known)
        err = tell(m, s, copy, UNDONE_USER_NAME, &what, e);
    free(known);
    return err;
}

enum err
undone_user(struct manager *m, struct speaker *s, struct full_copy *copy,
            const struct state_entry *x, struct error *e)
{
    enum err err = tell_name(m, s, copy, x, e);
    return err ? err : tell_back(m, s, copy, x, e);
}

/* --- installations -------------------------------------------------------- */

/* Tells of each app of HAS that LACKS has not. */
static enum err
tell_apps(struct manager *m, struct speaker *s, struct full_copy *copy,
          enum undone kind, const char *installation, const struct value *has,
          const struct value *lacks, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t k = 0; k < value_size(has) && !err; k++) {
        const struct undone_subject what = {.installation = installation,
                                            .app = value_key(has, k, NULL)};
        if (!value_get(lacks, what.app))
            err = tell(m, s, copy, kind, &what, e);
    }
    return err;
}

/* Apps that were disconnected here, in words of the full copy connected, and
 * the other way round. */
static enum err
tell_credentials(struct manager *m, struct speaker *s, struct full_copy *copy,
                 const struct copy_installation *i,
                 const struct copy_installation *now, struct error *e)
{
    struct value *known = copy_object(i->connected);
    struct value *shown = copy_object(now->connected);
    enum err err = ERR_OK;
    if (i->connected)
        err = tell_apps(m, s, copy, UNDONE_CREDENTIAL, i->id, shown, known, e);
    if (!err)
        err = tell_apps(m, s, copy, UNDONE_CONNECTION, i->id, known, shown, e);
    value_free(known);
    value_free(shown);
    return err;
}

/* True where a field of KNOWN, {"block":{"field":true}}, is not in SHOWN. */
static bool
lacks_answer(const struct value *known, const struct value *shown)
{
    for (size_t b = 0; b < value_size(known); b++) {
        const struct value *fields = value_at(known, b);
        const struct value *there = value_get(shown, value_key(known, b, NULL));
        for (size_t f = 0; f < value_size(fields); f++)
            if (!value_get(there, value_key(fields, f, NULL)))
                return true;
    }
    return false;
}

static enum err
tell_answers(struct manager *m, struct speaker *s, struct full_copy *copy,
             const struct copy_installation *i,
             const struct copy_installation *now, struct error *e)
{
    const struct undone_subject what = {.installation = i->id};
    struct value *known = copy_object(i->answered);
    struct value *shown = copy_object(now->answered);
    bool lacks = lacks_answer(known, shown);
    value_free(known);
    value_free(shown);
    return lacks ? tell(m, s, copy, UNDONE_ANSWER, &what, e) : ERR_OK;
}

static enum err
tell_state(struct manager *m, struct speaker *s, struct full_copy *copy,
           const struct copy_installation *i,
           const struct copy_installation *now, struct error *e)
{
    const struct undone_subject what = {.installation = i->id};
    if (i->state == now->state)
        return ERR_OK;
    if (i->state == INSTALLATION_UNINSTALLED)
        return tell(m, s, copy, UNDONE_UNINSTALL, &what, e);
    if (now->state == INSTALLATION_UNINSTALLED)
        return tell(m, s, copy, UNDONE_INSTALL, &what, e);
    return tell(m, s, copy,
                i->state == INSTALLATION_PAUSED ? UNDONE_PAUSE : UNDONE_RESUME,
                &what, e);
}

enum err
undone_installation(struct manager *m, struct speaker *s,
                    struct full_copy *copy, const struct copy_installation *i,
                    const struct copy_installation *now, struct error *e)
{
    enum err err = tell_state(m, s, copy, i, now, e);
    if (err || now->state == INSTALLATION_UNINSTALLED)
        return err;
    err = tell_credentials(m, s, copy, i, now, e);
    return err ? err : tell_answers(m, s, copy, i, now, e);
}

/* A workflow that is off runs nothing, so its pause does not count there. */
static int
switch_undone(const struct copy_pointer *p, const struct copy_pointer *now)
{
    if (p->off || now->off)
        return p->off == now->off ? UNDONE_COUNT
               : p->off           ? UNDONE_TURNED_OFF
                                  : UNDONE_TURNED_ON;
    if (p->active == now->active)
        return UNDONE_COUNT;
    return p->active ? UNDONE_RESUME : UNDONE_PAUSE;
}

static bool
same_version(int64_t a, const char *unknown_a, int64_t b, const char *unknown_b)
{
    return a == b && strcmp(unknown_a, unknown_b) == 0;
}

/* Where the live version moved too, the customer had accepted: the live
 * versions are counted. */
static int
release_undone(const struct copy_pointer *p, const struct copy_pointer *now)
{
    bool waited = p->awaiting || *p->awaiting_unknown;
    if (same_version(p->awaiting, p->awaiting_unknown, now->awaiting,
                     now->awaiting_unknown))
        return UNDONE_COUNT;
    if (waited)
        return UNDONE_AWAITING;
    return same_version(p->live, p->live_unknown, now->live, now->live_unknown)
               ? UNDONE_WITHDRAWAL
               : UNDONE_COUNT;
}

enum err
undone_workflow(struct manager *m, struct speaker *s, struct full_copy *copy,
                const char *id, const char *workflow,
                const struct copy_pointer *p, const struct copy_pointer *now,
                struct error *e)
{
    const struct undone_subject what = {.installation = id,
                                        .workflow = workflow};
    const int found[] = {switch_undone(p, now), release_undone(p, now)};
    enum err err = ERR_OK;
    for (int i = 0; i < 2 && !err; i++)
        if (found[i] != UNDONE_COUNT)
            err = tell(m, s, copy, (enum undone)found[i], &what, e);
    return err;
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
    value_set_int(v, "missingUsers", copy->absent_users);
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
                     (long long)copy->undone[i],
                     copy->undone[i] == 1 ? kinds[i].one : kinds[i].many);
    return buf_take(&text);
}
