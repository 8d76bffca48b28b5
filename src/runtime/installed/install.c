/* Making installations. */
#include "runtime/installed/install.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/reading.h"
#include "runtime/runtime.h"
#include "workflow/document/ask.h"

enum { ANSWER_MAX = 65536 };

enum err
install_begin(struct core *core, int64_t user, int64_t integration,
              const char *id, int64_t *out, struct error *e)
{
    char fresh[IDENT_SIZE];
    int64_t now = clock_now_ms();
    struct db *db = core_db(core);
    struct installation_row known;
    enum err err = lookup_installation_of(db, user, integration, &known, e);
    *out = known.n;
    if (err != ERR_OK || *out)
        return err;
    ident_new(fresh);
    struct db_stmt *q = db_use(db, RS_INSTALLATION_ADD);
    db_text(q, id ? id : fresh);
    db_int(q, user);
    db_int(q, integration);
    db_int(q, RT_INSTALLATION_OPEN);
    db_int(q, now);
    db_int(q, now);
    err = db_run(q, e);
    *out = db_last_id(db);
    return err;
}

/* --- apps ----------------------------------------------------------------- */

static enum err
bind_app(struct core *core, int statement, int64_t installation,
         const char *app, int64_t credential, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), statement);
    db_int(q, installation);
    db_text(q, app);
    db_int(q, credential);
    return db_run(q, e);
}

/* The credential ID of USER, for CHOSEN ({"app":row}). */
static enum err
choose(struct core *core, int64_t user, const char *id, struct value *chosen,
       struct error *e)
{
    bool found = false, twice = false;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_BY_ID);
    db_int(q, user);
    db_text(q, id);
    struct rs_credential c;
    if (rs_credential_next(q, &c)) {
        found = true;
        twice = value_get(chosen, c.app) != NULL;
        value_set_int(chosen, c.app, c.n);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND,
                        "credentialIds: \"%s\" is not a credential of this "
                        "user",
                        id);
    if (err == ERR_OK && twice)
        err = error_set(e, ERR_INVALID,
                        "credentialIds: two credentials of the same app (give "
                        "one)");
    return err;
}

/* Adds the row of each of CREDENTIALS to CHOSEN. */
static enum err
choose_all(struct core *core, int64_t user, const struct value *credentials,
           struct value *chosen, struct error *e)
{
    enum err err = ERR_OK;
    if (credentials && !value_is(credentials, VALUE_NULL) &&
        !value_is(credentials, VALUE_ARRAY))
        err = error_set(e, ERR_INVALID, "credentialIds: not a list of ids");
    for (size_t i = 0; i < value_size(credentials) && err == ERR_OK; i++)
        err = choose(core, user, value_text_or(value_at(credentials, i), ""),
                     chosen, e);
    return err;
}

enum err
install_check_credentials(struct core *core, int64_t user,
                          const struct value *credentials, struct error *e)
{
    struct value *chosen = value_object();
    enum err err = choose_all(core, user, credentials, chosen, e);
    value_free(chosen);
    return err;
}

static enum err
connect_chosen(struct core *core, int64_t user, int64_t installation,
               const struct value *credentials, struct error *e)
{
    struct value *chosen = value_object();
    enum err err = choose_all(core, user, credentials, chosen, e);
    for (size_t i = 0; i < value_size(chosen) && err == ERR_OK; i++)
        err = bind_app(core, RS_CONNECTED_CHOOSE, installation,
                       value_key(chosen, i, NULL),
                       value_int_or(value_at(chosen, i), 0), e);
    value_free(chosen);
    return err;
}

static enum err
connect_rest(struct core *core, int64_t user, int64_t installation,
             struct error *e)
{
    struct value *rows = value_array();
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_BEST);
    db_int(q, user);
    struct rs_credential c;
    while (rs_credential_next(q, &c)) {
        struct value *row = value_object();
        value_set_int(row, "n", c.n);
        value_set_text(row, "app", c.app);
        value_append(rows, row);
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; i < value_size(rows) && err == ERR_OK; i++) {
        const struct value *row = value_at(rows, i);
        err = bind_app(core, RS_CONNECTED_KEEP, installation,
                       value_get_text(row, "app"),
                       value_int_or(value_get(row, "n"), 0), e);
    }
    value_free(rows);
    return err;
}

/* One that runs already tells what it got, and its runs go on with it. */
static enum err
tell_chosen(struct core *core, const struct installation_row *i,
            struct error *e)
{
    enum err err = install_tell_connected(core, i, e);
    if (err == ERR_OK)
        err = install_refresh(core, i->n, e);
    return err == ERR_OK ? runs_resume_credential(core, i->user, NULL, e) : err;
}

enum err
install_connect(struct core *core, int64_t user, int64_t installation,
                const struct value *credentials, struct error *e)
{
    struct installation_row row;
    enum err err = lookup_installation_n(core_db(core), installation, &row, e);
    if (err == ERR_OK)
        err = connect_chosen(core, user, installation, credentials, e);
    if (err == ERR_OK && row.state > RT_INSTALLATION_PAUSED)
        err = connect_rest(core, user, installation, e);
    else if (err == ERR_OK && value_size(credentials) > 0)
        err = tell_chosen(core, &row, e);
    return err;
}

/* --- answers -------------------------------------------------------------- */

struct search {
    const char *block, *field;
    const struct value *value;
    bool found;
    enum err code;
    struct error *e;
};

static void
check_ask(void *ctx, const struct ask *ask)
{
    struct search *s = ctx;
    if (s->found || strcmp(ask->block->id, s->block) != 0 ||
        strcmp(ask->field, s->field) != 0)
        return;
    s->found = true;
    s->code = ask_check(ask, s->value, s->e);
}

static enum err
store_answer(struct core *core, int64_t installation, int64_t workflow,
             const struct search *s, struct error *e)
{
    char *text = value_to_text(s->value);
    enum err err = ERR_OK;
    if (strlen(text) > ANSWER_MAX)
        err = error_set(e, ERR_TOO_BIG, "answer %s: it is too long", s->field);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(core_db(core), RS_ANSWER_PUT);
        db_int(q, installation);
        db_int(q, workflow);
        db_text(q, s->block);
        db_text(q, s->field);
        db_text(q, text);
        db_int(q, clock_now_ms());
        err = db_run(q, e);
    }
    free(text);
    return err;
}

enum err
install_answer(struct core *core, int64_t installation,
               const struct api_workflow *workflow, const char *hash,
               const char *block, const char *field, const struct value *value,
               struct error *e)
{
    const struct parsed *p = NULL;
    struct search s = {.block = block, .field = field, .value = value, .e = e};
    enum err err = reading_check(core, hash, e);
    if (err == ERR_OK)
        err = parsed_get(&core_runtime(core)->documents, core_db(core), hash,
                         &p, e);
    if (err != ERR_OK)
        return err;
    ask_each(p->document, check_ask, &s);
    if (!s.found)
        return error_set(e, ERR_INVALID,
                         "field %s of block %s: the workflow %s does not ask "
                         "for it",
                         field, block, workflow->name);
    return s.code == ERR_OK
               ? store_answer(core, installation, workflow->n, &s, e)
               : s.code;
}

/* --- finishing ------------------------------------------------------------ */

struct finish {
    struct core *core;
    const struct installation_row *installation;
    const struct value *workflows;
};

static bool
is_wanted(const struct finish *f, const struct api_workflow *w)
{
    if (!value_size(f->workflows))
        return true;
    for (size_t i = 0; i < value_size(f->workflows); i++)
        if (strcmp(value_text_or(value_at(f->workflows, i), ""), w->id) == 0)
            return true;
    return false;
}

static enum err
check_needs(const struct finish *f, const struct api_workflow *w,
            struct error *e)
{
    struct need_list needs;
    need_list_init(&needs);
    enum err err = live_needs(f->core, f->installation->n, w->hash, &needs, e);
    if (err == ERR_OK && needs.count)
        err = error_set(e, ERR_INVALID,
                        "workflow %s: the user must first do this: %s%s",
                        w->name, needs.items[0].label,
                        needs.count > 1 ? " (and more)" : "");
    need_list_clear(&needs);
    return err;
}

/* The version that awaits this user goes live where nothing is missing now. */
static enum err
accept_awaiting(const struct finish *f, const struct installed_row *there,
                struct error *e)
{
    struct live_place place;
    bool live = false;
    if (!there->awaiting)
        return ERR_OK;
    enum err err = live_place_of(core_db(f->core), there->n, &place, e);
    return err == ERR_OK ? live_or_await(f->core, &place, there->awaiting,
                                         "accepted", NULL, &live, e)
                         : err;
}

static enum err
finish_one(struct route_call *call, void *ctx, const struct api_workflow *w,
           struct error *e)
{
    struct finish *f = ctx;
    struct installed_row there;
    struct live_place place;
    if (!w->base || !is_wanted(f, w))
        return ERR_OK;
    enum err err =
        lookup_installed(call->db, f->installation->n, w->n, &there, e);
    int64_t known = there.n;
    bool live = there.live != 0;
    if (err == ERR_OK && live)
        err = accept_awaiting(f, &there, e);
    if (err != ERR_OK || live)
        return err;
    err = check_needs(f, w, e);
    if (err == ERR_OK && !known)
        err =
            live_install(f->core, f->installation->n, w->n, w->base, &place, e);
    else if (err == ERR_OK)
        err = live_place_of(core_db(f->core), known, &place, e);
    if (err == ERR_OK && known)
        err = live_restore(f->core, &place, w->base, e);
    return err;
}

enum err
install_finish(struct core *core, struct route_call *call,
               const struct installation_row *installation,
               const struct value *workflows, struct error *e)
{
    struct finish f = {core, installation, workflows};
    /* A page that installs on every visit must not end a pause. */
    enum err err = installation->state <= RT_INSTALLATION_PAUSED
                       ? install_tell_answered(core, installation, e)
                       : install_activate(core, installation, e);
    if (err == ERR_OK)
        err = api_each_workflow(call, installation->integration, finish_one, &f,
                                e);
    return err == ERR_OK ? runs_on_installation(core, installation->n, e) : err;
}
