/* What this store knows and a restored runtime has forgotten. */
#include "manager/exchange/undone.h"

#include <stdio.h>
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

/* What can differ of a thing: the words of the store. */
static const char *const STATE = "state", *const SWITCH = "switch",
                  *const PAUSED = "paused",
                  *const RELEASE = "release", *const LIVE = "live",
                  *const APP = "app", *const ANSWERS = "answers",
                  *const DELETED = "deleted", *const NAME = "name";

/* An app is connected, and the runtime does not tell by which credential. */
static const char *const UNNAMED = "?";

struct difference {
    const char *aspect, *wanted, *got;
};

/* --- which kind it is ----------------------------------------------------- */

static bool
is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static enum undone
kind_of_state(const struct difference *d)
{
    if (is(d->wanted, "uninstalled"))
        return UNDONE_UNINSTALL;
    if (is(d->got, "uninstalled"))
        return UNDONE_INSTALL;
    return is(d->wanted, "paused") ? UNDONE_PAUSE : UNDONE_RESUME;
}

/* Off, by the customer or the vendor, and paused, by an engineer, are told
 * apart: a workflow that is turned on again is to stay paused. */
static enum undone
kind_of_switch(const struct difference *d)
{
    return is(d->wanted, "off") ? UNDONE_TURNED_OFF : UNDONE_TURNED_ON;
}

static enum undone
kind_of_app(const struct difference *d)
{
    if (is(d->wanted, ""))
        return UNDONE_CREDENTIAL;
    return is(d->got, "") ? UNDONE_CONNECTION : UNDONE_REPLACED;
}

/* UNDONE_COUNT: a live version, which is counted by itself. One that is live
 * where none was is none that differs, but a later restore may take it away. */
static enum undone
kind_of(const struct difference *d)
{
    if (is(d->aspect, STATE))
        return kind_of_state(d);
    if (is(d->aspect, SWITCH))
        return kind_of_switch(d);
    if (is(d->aspect, PAUSED))
        return is(d->wanted, "yes") ? UNDONE_PAUSE : UNDONE_RESUME;
    if (is(d->aspect, APP))
        return kind_of_app(d);
    if (is(d->aspect, RELEASE))
        return *d->wanted ? UNDONE_AWAITING : UNDONE_WITHDRAWAL;
    return is(d->aspect, ANSWERS)   ? UNDONE_ANSWER
           : is(d->aspect, DELETED) ? UNDONE_USER
           : is(d->aspect, NAME)    ? UNDONE_USER_NAME
                                    : UNDONE_COUNT;
}

const char *
undone_word(enum undone kind)
{
    return kinds[kind].word;
}

/* --- one difference ------------------------------------------------------- */

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

static struct db_stmt *
about(struct manager *m, const struct speaker *s, int statement,
      const struct undone_subject *what, const char *aspect)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_int(q, s->n);
    db_text(q, what->installation ? what->installation : what->user);
    db_text(q, what->workflow ? what->workflow : "");
    db_text(q, what->app ? what->app : "");
    db_text(q, aspect);
    return q;
}

/* What people wanted before the first of the restores; NULL: nothing of it is
 * undone yet. The caller frees *OUT. */
static enum err
wanted_before(struct manager *m, const struct speaker *s,
              const struct undone_subject *what, const char *aspect,
              char **out, struct error *e)
{
    struct db_stmt *q = about(m, s, CS_UNDONE_WANTED, what, aspect);
    *out = db_row(q) ? mem_strdup(db_get_text(q)) : NULL;
    return db_end(q, e);
}

static enum err
keep(struct manager *m, struct speaker *s, const struct undone_subject *what,
     const struct difference *d, bool known, struct error *e)
{
    struct db_stmt *q = about(m, s, CS_UNDONE_SET, what, d->aspect);
    enum undone kind = kind_of(d);
    enum err err;
    db_text(q, d->wanted);
    db_text(q, d->got);
    err = db_run(q, e);
    s->undone = true;
    if (err || known || !db_changes(manager_db(m)) || kind == UNDONE_COUNT)
        return err;
    return undone_audit(m, s, kinds[kind].word, what, e);
}

/* The copy shows GOT where this store had D.WANTED. It is not what people
 * wanted where an earlier restore gave it; then a later one may have brought
 * back what they did. With ONLY_KNOWN nothing new is told. A copy that is
 * taken for no reason is the first: it undoes nothing; nor does one of a
 * runtime that has gone on. */
static enum err
tell(struct manager *m, struct speaker *s, const struct full_copy *copy,
     const struct undone_subject *what, struct difference d, bool only_known,
     struct error *e)
{
    char *before;
    enum err err;
    if (!copy->why || copy->behind)
        return ERR_OK;
    err = wanted_before(m, s, what, d.aspect, &before, e);
    if (before)
        d.wanted = before;
    s->undone |= before != NULL;
    if (!err && is(d.wanted, d.got))
        err = before ? db_run(about(m, s, CS_UNDONE_NO_MORE, what, d.aspect), e)
                     : ERR_OK;
    else if (!err && (before || !only_known))
        err = keep(m, s, what, &d, before != NULL, e);
    free(before);
    return err;
}

/* --- users ---------------------------------------------------------------- */

static enum err
tell_back(struct manager *m, struct speaker *s, struct full_copy *copy,
          const struct state_entry *x, const char *deleted_at, struct error *e)
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
    return tell(m, s, copy, &what,
                (struct difference){DELETED, deleted_at, ""}, false, e);
}

static char *
whole_name(const char *username, const char *full_name)
{
    return mem_printf("%s\n%s", username, full_name ? full_name : "");
}

/* The name that this store knows and the full copy does not show. */
static enum err
tell_name(struct manager *m, struct speaker *s, struct full_copy *copy,
          const struct state_entry *x, const struct cs_known_user *u,
          struct error *e)
{
    char *known = whole_name(u->username, u->full_name);
    char *shown = whole_name(x->username, x->full_name);
    char *name = mem_strdup(*u->full_name ? u->full_name : u->username);
    const struct undone_subject what = {.user = x->user_id, .name = name};
    enum err err = ERR_OK;
    if (!is(known, shown))
        err = tell(m, s, copy, &what, (struct difference){NAME, known, shown},
                   false, e);
    free(known);
    free(shown);
    free(name);
    return err;
}

enum err
undone_user(struct manager *m, struct speaker *s, struct full_copy *copy,
            const struct state_entry *x, struct error *e)
{
    struct cs_known_user u = {.n = 0};
    char deleted_at[24] = "", *username = NULL, *full_name = NULL;
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_USER_BY_ID);
    db_text(q, x->user_id);
    if (cs_known_user_next(q, &u) && u.runtime == s->n) {
        u.username = username = mem_strdup(u.username);
        u.full_name = full_name = mem_strdup(u.full_name);
        snprintf(deleted_at, sizeof deleted_at, "%lld",
                 (long long)u.deleted_at);
    }
    enum err err = db_end(q, e);
    if (!err && username)
        err = tell_name(m, s, copy, x, &u, e);
    if (!err && username)
        err = tell_back(m, s, copy, x, deleted_at, e);
    free(username);
    free(full_name);
    return err;
}

/* --- installations -------------------------------------------------------- */

/* The credential by which I has connected APP; "": it has not. */
static const char *
credential_of(const struct value *connected, const struct value *by,
              const char *app)
{
    const char *id = value_get_text(by, app);
    return !value_get(connected, app) ? "" : id ? id : UNNAMED;
}

/* Two credentials of which one is not named may be the same. */
static bool
differ(const char *known, const char *shown)
{
    if (*known && *shown && (is(known, UNNAMED) || is(shown, UNNAMED)))
        return false;
    return !is(known, shown);
}

struct connections {
    struct value *apps, *by;
};

static struct connections
connections_of(const struct copy_installation *i)
{
    return (struct connections){copy_object(i->connected),
                                copy_object(i->connected_by)};
}

static void
connections_free(struct connections *c)
{
    value_free(c->apps);
    value_free(c->by);
}

/* Tells of each app of APPS; with MISSING of those that KNOWN lacks alone. */
static enum err
tell_apps(struct manager *m, struct speaker *s, struct full_copy *copy,
          const char *installation, const struct value *apps, bool missing,
          const struct connections *known, const struct connections *shown,
          struct error *e)
{
    enum err err = ERR_OK;
    for (size_t k = 0; k < value_size(apps) && !err; k++) {
        const struct undone_subject what = {.installation = installation,
                                            .app = value_key(apps, k, NULL)};
        const char *wanted = credential_of(known->apps, known->by, what.app);
        const char *got = credential_of(shown->apps, shown->by, what.app);
        if (differ(wanted, got) && (!missing || !*wanted))
            err = tell(m, s, copy, &what,
                       (struct difference){APP, wanted, got}, false, e);
    }
    return err;
}

/* Apps that were disconnected here, in words of the full copy connected, the
 * other way round, and those that have another credential. */
static enum err
tell_credentials(struct manager *m, struct speaker *s, struct full_copy *copy,
                 const struct copy_installation *i,
                 const struct copy_installation *now, struct error *e)
{
    struct connections known = connections_of(i), shown = connections_of(now);
    enum err err = ERR_OK;
    if (i->connected)
        err = tell_apps(m, s, copy, i->id, shown.apps, true, &known, &shown, e);
    if (!err)
        err = tell_apps(m, s, copy, i->id, known.apps, false, &known, &shown,
                        e);
    connections_free(&known);
    connections_free(&shown);
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
    return lacks ? tell(m, s, copy, &what,
                        (struct difference){ANSWERS, i->answered,
                                            now->answered},
                        false, e)
                 : ERR_OK;
}

static const char *
state_word(int state)
{
    return state == INSTALLATION_UNINSTALLED ? "uninstalled"
           : state == INSTALLATION_PAUSED    ? "paused"
                                             : "active";
}

enum err
undone_installation(struct manager *m, struct speaker *s,
                    struct full_copy *copy, const struct copy_installation *i,
                    const struct copy_installation *now, struct error *e)
{
    const struct undone_subject what = {.installation = i->id};
    enum err err = ERR_OK;
    if (i->state != now->state)
        err = tell(m, s, copy, &what,
                   (struct difference){STATE, state_word(i->state),
                                       state_word(now->state)},
                   false, e);
    if (err || now->state == INSTALLATION_UNINSTALLED)
        return err;
    err = tell_credentials(m, s, copy, i, now, e);
    return err ? err : tell_answers(m, s, copy, i, now, e);
}

/* --- workflows ------------------------------------------------------------ */

static enum err
tell_switches(struct manager *m, struct speaker *s, struct full_copy *copy,
              const struct undone_subject *what, const struct copy_pointer *p,
              const struct copy_pointer *now, struct error *e)
{
    const struct difference turned = {SWITCH, p->off ? "off" : "on",
                                      now->off ? "off" : "on"};
    const struct difference paused = {PAUSED, p->active ? "no" : "yes",
                                      now->active ? "no" : "yes"};
    enum err err = ERR_OK;
    if (p->off != now->off)
        err = tell(m, s, copy, what, turned, false, e);
    if (!err && p->active != now->active)
        err = tell(m, s, copy, what, paused, false, e);
    return err;
}

static enum err
version_id(struct manager *m, int64_t n, const char *unknown,
           char out[IDENT_SIZE], struct error *e)
{
    if (n)
        return copy_id_of(m, CS_FACT_VERSION_ID, n, out, e);
    snprintf(out, IDENT_SIZE, "%s", unknown);
    return ERR_OK;
}

static enum err
tell_live(struct manager *m, struct speaker *s, struct full_copy *copy,
          const struct undone_subject *what, const struct copy_pointer *p,
          const struct copy_pointer *now, bool *moved, struct error *e)
{
    char wanted[IDENT_SIZE], got[IDENT_SIZE];
    enum err err = version_id(m, p->live, p->live_unknown, wanted, e);
    if (!err)
        err = version_id(m, now->live, now->live_unknown, got, e);
    *moved = !err && !is(wanted, got);
    if (!*moved)
        return err;
    return tell(m, s, copy, what, (struct difference){LIVE, wanted, got},
                false, e);
}

/* Where the live version moved too, the customer had accepted: the live
 * versions are counted. */
static enum err
tell_release(struct manager *m, struct speaker *s, struct full_copy *copy,
             const struct undone_subject *what, const struct copy_pointer *p,
             const struct copy_pointer *now, bool moved, struct error *e)
{
    char wanted[IDENT_SIZE], got[IDENT_SIZE];
    enum err err = version_id(m, p->awaiting, p->awaiting_unknown, wanted, e);
    if (!err)
        err = version_id(m, now->awaiting, now->awaiting_unknown, got, e);
    if (err || is(wanted, got))
        return err;
    return tell(m, s, copy, what, (struct difference){RELEASE, wanted, got},
                moved && !*wanted, e);
}

enum err
undone_workflow(struct manager *m, struct speaker *s, struct full_copy *copy,
                const char *id, const char *workflow,
                const struct copy_pointer *p, const struct copy_pointer *now,
                struct error *e)
{
    const struct undone_subject what = {.installation = id,
                                        .workflow = workflow};
    bool moved;
    enum err err = tell_switches(m, s, copy, &what, p, now, e);
    if (!err)
        err = tell_live(m, s, copy, &what, p, now, &moved, e);
    return err ? err : tell_release(m, s, copy, &what, p, now, moved, e);
}

enum err
undone_live(struct manager *m, struct speaker *s,
            const struct undone_subject *what, const char *wanted,
            const char *got, struct error *e)
{
    const struct difference d = {LIVE, wanted, got};
    return keep(m, s, what, &d, false, e);
}

/* --- what is left --------------------------------------------------------- */

enum err
undone_settle(struct manager *m, struct speaker *s, struct error *e)
{
    static const int statements[] = {CS_UNDONE_CHOSEN, CS_UNDONE_CURRENT,
                                     CS_UNDONE_DONE};
    enum err err = ERR_OK;
    for (int i = 0; i < 3 && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), statements[i]);
        db_int(q, s->n);
        err = db_run(q, e);
        s->undone |= !err && db_changes(manager_db(m)) > 0;
    }
    return err;
}

enum err
undone_count(struct manager *m, const struct speaker *s,
             struct full_copy *copy, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNDONE_COUNTS);
    struct cs_undone_count row;
    db_int(q, s->n);
    while (cs_undone_count_next(q, &row)) {
        const struct difference d = {row.aspect, row.wanted, row.got};
        enum undone kind = kind_of(&d);
        if (kind == UNDONE_COUNT && *row.wanted)
            copy->moved += row.count;
        if (kind == UNDONE_COUNT)
            continue;
        copy->undone[kind] += row.count;
    }
    return db_end(q, e);
}

/* --- the notice ----------------------------------------------------------- */

char *
undone_text(const struct full_copy *copy)
{
    struct buf text;
    buf_init(&text, 1000);
    for (size_t i = 0; i < UNDONE_COUNT; i++) {
        if (!copy->undone[i])
            continue;
        if (text.len)
            buf_adds(&text, ", ");
        else if (copy->held)
            buf_adds(&text, ". Undone, so that it must be done again before "
                            "the restore is accepted: ");
        else
            buf_adds(&text, ". Undone, and the runtime runs without it, so "
                            "that it must be done again at once: ");
        buf_addf(&text, "%lld %s", (long long)copy->undone[i],
                 copy->undone[i] == 1 ? kinds[i].one : kinds[i].many);
    }
    return buf_take(&text);
}
