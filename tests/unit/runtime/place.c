/* What tests of runs share: an installation of one workflow, its events, and
 * looks at what became of them. */
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/install.h"
#include "runtime/installed/lookup.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static enum err
put_catalogue(struct core *core, void *ctx, struct error *e)
{
    struct place *p = ctx;
    struct db_stmt *q = db_use(core_db(core), RS_INTEGRATION_PUT);
    db_text(q, p->integration);
    db_text(q, p->integration);
    db_text(q, "Things");
    db_text(q, "thing");
    db_null(q);
    db_int(q, 1);
    db_text(q, "{}");
    db_int(q, 1);
    if (db_run(q, e) != ERR_OK)
        return e->code;
    int64_t integration = db_last_id(core_db(core));
    q = db_use(core_db(core), RS_WORKFLOW_PUT);
    db_text(q, p->workflow);
    db_int(q, integration);
    db_text(q, "things");
    db_text(q, "Things");
    db_int(q, 0);
    db_int(q, 1);
    return db_run(q, e);
}

void
world_expect(struct world *w, const char *kind, char *items, const char *wanted)
{
    struct value *receipt = world_request(w, NULL, kind, items);
    const struct value *item = value_at(value_get(receipt, "items"), 0);
    CHECK_STR(value_get_text(item, "outcome"), wanted);
    if (value_get_text(item, "message"))
        printf("# %s\n", value_get_text(item, "message"));
    value_free(receipt);
    free(items);
}

void
place_install_for(struct world *w, struct place *p, const char *hash)
{
    ident_new(p->integration);
    ident_new(p->workflow);
    ident_new(p->installation);
    ident_new(p->version);
    CHECK_INT(world_do(w, put_catalogue, p), ERR_OK);
    world_expect(
        w, "publish",
        mem_printf("[{'workflowId':'%s','versionId':'%s','base':1,'hash':"
                   "'%s','expectedBase':0}]",
                   p->workflow, p->version, hash),
        "released");
    world_expect(
        w, "install",
        mem_printf("[{'installationId':'%s','userId':'%s','integrationId':"
                   "'%s'}]",
                   p->installation, p->user, p->integration),
        "installed");
}

void
place_install(struct world *w, struct place *p, const char *hash)
{
    ident_new(p->user);
    world_expect(
        w, "user",
        mem_printf("[{'userId':'%s','username':'%s'}]", p->user, p->user),
        "created");
    place_install_for(w, p, hash);
}

static enum err
read_restore(struct core *core, void *ctx, struct error *e)
{
    return runtime_restore(core_db(core), ctx, e);
}

void
world_accept_restore(struct world *w)
{
    char id[IDENT_SIZE];
    CHECK_INT(world_do(w, read_restore, id), ERR_OK);
    world_expect(w, "resumeRuntime", mem_printf("[{'restore':'%s'}]", id),
                 "resumed");
}

/* Sends the event; the id of its run, owned by the caller. */
char *
place_event(struct world *w, const struct place *p, const char *data)
{
    char *items = mem_printf("[{'installationId':'%s','event':'go','data':%s}]",
                             p->installation, data);
    struct value *receipt = world_request(w, NULL, "event", items);
    const struct value *ids =
        value_get(value_at(value_get(receipt, "items"), 0), "runIds");
    CHECK_INT(value_size(ids), 1);
    char *id = mem_strdup(value_text_or(value_at(ids, 0), ""));
    value_free(receipt);
    free(items);
    return id;
}

struct many {
    const struct place *p;
    int count;
};

static enum err
send_many(struct core *core, void *ctx, struct error *e)
{
    const struct many *m = ctx;
    struct installation_row i;
    enum err err =
        lookup_installation(core_db(core), 0, m->p->installation, &i, e);
    for (int k = 1; k <= m->count && err == ERR_OK; k++) {
        char *data = mem_printf("{\"no\":%d}", k);
        err = runs_event(core, i.user, i.n, "go", data, strlen(data), NULL, e);
        free(data);
    }
    return err;
}

void
place_events(struct world *w, const struct place *p, int count)
{
    struct many m = {p, count};
    CHECK_INT(world_do(w, send_many, &m), ERR_OK);
}

/* --- looking at runs ----------------------------------------------------- */

enum { SHOWN_MAX = 16 << 20 };

static enum err
show(struct core *core, void *ctx, struct error *e)
{
    struct shown *s = ctx;
    int64_t n = 0;
    struct buf text;
    buf_init(&text, SHOWN_MAX);
    struct db_stmt *q = db_use(core_db(core), RS_RUN_SHOW);
    db_text(q, s->id);
    db_int(q, 0);
    struct rs_run r;
    if (rs_run_next(q, &r)) {
        n = r.n;
        s->state = (int)r.state;
        s->park = (int)r.park;
        s->aside = r.set_aside;
        s->parked_times = r.parked_times;
        snprintf(s->label, sizeof s->label, "%s", r.label ? r.label : "");
        snprintf(s->message, sizeof s->message, "%s",
                 r.message ? r.message : "");
    }
    if (db_end(q, e) != ERR_OK)
        return e->code;
    q = db_use(core_db(core), RS_STEPS_OF_RUN);
    db_int(q, n);
    db_int(q, 1000);
    struct rs_listed_step step;
    while (rs_listed_step_next(q, &step)) {
        struct buf output;
        int64_t bytes;
        s->attempts = step.attempts;
        buf_init(&output, SHOWN_MAX);
        CHECK_INT(db_read_text(core_db(core), "step", "output", step.n,
                               SHOWN_MAX, 0, &output, &bytes, e),
                  ERR_OK);
        buf_addf(&text, "%s:%s:%s\n", step.place,
                 rt_step_state_word((int)step.state), buf_str(&output));
        buf_clear(&output);
    }
    free(s->steps);
    s->steps = buf_take(&text);
    return db_end(q, e);
}

struct shown
run_look(struct world *w, const char *id)
{
    struct shown s = {.id = id};
    CHECK_INT(world_do(w, show, &s), ERR_OK);
    return s;
}

bool
run_has_ended(struct world *w, void *ctx)
{
    struct shown s = {.id = ctx};
    world_do(w, show, &s);
    free(s.steps);
    return s.state > RUN_RUNNING;
}

struct shown
run_finish(struct world *w, char *id)
{
    world_until(w, run_has_ended, id);
    return run_look(w, id);
}

int
run_state(struct world *w, const char *id)
{
    struct shown s = run_look(w, id);
    free(s.steps);
    return s.state;
}

void
run_expect_state(struct world *w, const char *id, int state, int park)
{
    struct shown s = run_look(w, id);
    CHECK_INT(s.state, state);
    CHECK_INT(s.park, park);
    free(s.steps);
}

void
run_expect(struct world *w, const char *id, const char *kind,
           const char *wanted)
{
    world_expect(w, kind, mem_printf("[{'runId':'%s'}]", id), wanted);
}

void
run_expect_seen(struct world *w, const char *id, const char *kind, int park,
                int64_t times, const char *wanted)
{
    world_expect(w, kind,
                 mem_printf("[{'runId':'%s','parkedFor':'%s',"
                            "'parkedTimes':%lld}]",
                            id, rt_park_word(park), (long long)times),
                 wanted);
}

/* --- a place that is asked for, and turned off ---------------------------- */

void
place_expect(struct world *w, const struct place *p, const char *kind,
             const char *wanted)
{
    world_expect(w, kind,
                 mem_printf("[{'installationId':'%s'}]", p->installation),
                 wanted);
}

enum err
place_switch(struct core *core, const struct place *p, bool on, struct error *e)
{
    struct installation_row i;
    struct installed_row d = {0};
    struct live_place place;
    int64_t workflow = 0, integration = 0;
    struct db *db = core_db(core);
    enum err err = lookup_installation(db, 0, p->installation, &i, e);
    if (err == ERR_OK)
        err = lookup_workflow(db, p->workflow, &workflow, &integration, e);
    if (err == ERR_OK)
        err = lookup_installed(db, i.n, workflow, &d, e);
    if (err == ERR_OK)
        err = live_place_of(db, d.n, &place, e);
    return err == ERR_OK ? live_switch(core, &place, on, e) : err;
}

struct turning {
    const struct place *p;
    bool on;
};

static enum err
turn(struct core *core, void *ctx, struct error *e)
{
    const struct turning *t = ctx;
    return place_switch(core, t->p, t->on, e);
}

void
place_turn(struct world *w, const struct place *p, bool on)
{
    struct turning t = {p, on};
    CHECK_INT(world_do(w, turn, &t), ERR_OK);
}

void
world_let_time_pass(struct world *w)
{
    for (int i = 0; i < 20; i++)
        world_tick(w);
}

/* --- content ------------------------------------------------------------- */

void
place_connector(struct world *w, char hash[DIGEST_SIZE], const char *more)
{
    char *text = mem_printf(
        "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://%s',"
        "'retry':{'statuses':[503],'attempts':5}%s,'actions':{'make':{'name':"
        "'Make','method':'POST','path':'/make','effect':true}}}",
        w->host, more);
    snprintf(hash, DIGEST_SIZE, "%s", world_document(w, text));
    free(text);
}

const char *
place_workflow(struct world *w, const char *connector, const char *json)
{
    char *pin = mem_printf("'thing':'%s'", connector);
    const char *at = strstr(json, "PIN");
    char *text =
        at ? mem_printf("%.*s%s%s", (int)(at - json), json, pin, at + 3)
           : mem_strdup(json);
    const char *hash = world_document(w, text);
    free(text);
    free(pin);
    return hash;
}

/* --- credentials --------------------------------------------------------- */

struct connecting {
    const struct place *p;
    const char *kind, *json;
    int64_t n; /* the row it got */
};

static enum err
connect_app(struct core *core, void *ctx, struct error *e)
{
    struct connecting *c = ctx;
    struct db *db = core_db(core);
    char id[IDENT_SIZE];
    struct buf sealed;
    struct installation_row i;
    if (lookup_installation(db, 0, c->p->installation, &i, e) != ERR_OK)
        return e->code;
    ident_new(id);
    const struct vault_name name = {c->p->user, "thing", id};
    buf_init(&sealed, 10000);
    if (vault_seal(core_runtime(core)->vault, &name, c->json, strlen(c->json),
                   &sealed, e) != ERR_OK)
        return e->code;
    struct db_stmt *q = db_use(db, RS_CREDENTIAL_ADD);
    db_text(q, id);
    db_int(q, i.user);
    db_text(q, "thing");
    db_text(q, "Thing");
    db_text(q, c->kind);
    db_text(q, "[]");
    db_blob(q, sealed.data, sealed.len);
    db_int(q, 1);
    db_int(q, 1);
    enum err err = db_run(q, e);
    c->n = db_last_id(db);
    q = db_use(db, RS_CONNECTED_PUT);
    db_int(q, i.n);
    db_text(q, "thing");
    db_int(q, c->n);
    buf_clear(&sealed);
    return err == ERR_OK ? db_run(q, e) : err;
}

void
place_connect(struct world *w, const struct place *p, const char *kind,
              const char *json)
{
    struct connecting c = {p, kind, json, 0};
    CHECK_INT(world_do(w, connect_app, &c), ERR_OK);
    w->credential = c.n;
}

/* --- customers who call a host ------------------------------------------- */

void
place_calls(struct world *w, struct place *p, const char *method,
            const char *url)
{
    bool is_path = url[0] == '/';
    char *text = mem_printf(
        WORKFLOW("", BLOCK(10, "api", "Call", "'method':'%s','url':'%s%s%s'")),
        method, is_path ? "https://" : "", is_path ? w->host : "", url);
    place_install(w, p, world_document(w, text));
    free(text);
}

static enum err
cancel_all(struct core *core, void *ctx, struct error *e)
{
    const struct place *p = ctx;
    struct installation_row i;
    struct rs_installed d;
    enum err err =
        lookup_installation(core_db(core), 0, p->installation, &i, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_ALL);
    db_int(q, i.n);
    CHECK(rs_installed_next(q, &d));
    err = db_end(q, e);
    return err == ERR_OK ? runs_cancel_all(core, d.n, e) : err;
}

void
place_cancel_all(struct world *w, struct place *p)
{
    CHECK_INT(world_do(w, cancel_all, p), ERR_OK);
}

void
place_empty(struct world *w, struct place *p)
{
    place_cancel_all(w, p);
    world_let_go(w);
    w->dead = w->silent = NULL;
    CHECK_INT(world_runs(w, RUN_ACCEPTED) + world_runs(w, RUN_RUNNING), 0);
}

void
world_serves_another(struct world *w)
{
    struct place other;
    int64_t done = world_runs(w, RUN_DONE);
    place_calls(w, &other, "POST", "/alive");
    for (int i = 0; i < 3; i++) {
        struct shown s = run_finish(w, place_event(w, &other, "{'no':1}"));
        CHECK_INT(s.state, RUN_DONE);
        CHECK_HAS(s.steps, "201");
        free(s.steps);
        free((char *)(uintptr_t)s.id);
    }
    CHECK_INT(world_runs(w, RUN_DONE), done + 3);
}

void
place_account(struct world *w, struct place *p, const char *limit)
{
    char connector[DIGEST_SIZE];
    char *more = mem_printf(BY_TOKEN ",'rateLimit':{%s}", limit);
    char *json = mem_printf("{\"token\":\"t\",\"host\":\"%s\"}", w->host);
    place_connector(w, connector, more);
    place_install(
        w, p,
        place_workflow(
            w, connector,
            WORKFLOW("PIN", BLOCK(12, "math", "A",
                                  "'formula':'=1'") "," MAKE(11, "M1"))));
    place_connect(w, p, "bearer", json);
    free(json);
    free(more);
}

/* --- running again -------------------------------------------------------- */

struct repeat {
    const char *id, *input; /* NULL: what that run got */
    struct run_ids ids;
};

static enum err
run_once_more(struct core *core, void *ctx, struct error *e)
{
    struct repeat *c = ctx;
    struct run_origin origin = {.key_form = 0};
    struct rs_loaded_run run = {0};
    int64_t n = 0, installed = 0;
    char *input = NULL;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, c->id);
    enum err err = db_run_int(q, &n, NULL, e);
    q = db_use(core_db(core), RS_RUN_LOAD);
    db_int(q, n);
    if (err == ERR_OK && rs_loaded_run_next(q, &run)) {
        snprintf(origin.root, sizeof origin.root, "%s", run.root);
        origin.key_form = (int)run.key_form;
        installed = run.installed;
        input = mem_strdup(c->input ? c->input : run.input);
    }
    err = db_end(q, e);
    if (err == ERR_OK)
        err = runs_again(core, installed, input, strlen(input), &origin,
                         &c->ids, e);
    free(input);
    return err;
}

char *
run_again(struct world *w, const char *id, const char *input)
{
    struct repeat c = {.id = id, .input = input};
    CHECK_INT(world_do(w, run_once_more, &c), ERR_OK);
    return mem_strdup(c.ids.id);
}
