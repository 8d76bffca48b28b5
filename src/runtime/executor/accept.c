/* Accepted runs: journaled with what they begin with, or parked. */
#include "runtime/executor/accept.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/credential.h"
#include "runtime/executor/executor_private.h"
#include "runtime/executor/key.h"
#include "runtime/installed/lookup.h"
#include "runtime/installed/trigger.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

enum { INPUT_OF_RUN = 4096 }; /* bytes; what is longer has a row of its own */

#define PAYLOAD_LIFE_MS (7LL * 24 * 3600 * 1000)

/* Where a run is accepted. */
struct acceptance {
    int64_t installed, version;
    const char *event, *cause, *input;
    size_t n;
    const struct run_origin *origin; /* NULL: it is the first of its event */
};

enum err
run_standing(struct core *core, int64_t installed, struct standing *out,
             struct error *e)
{
    *out = (struct standing){.park = PARK_NONE};
    struct rs_installed_owner o;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_OWNER);
    db_int(q, installed);
    if (rs_installed_owner_next(q, &o)) {
        out->gone = o.state == RT_INSTALLATION_UNINSTALLED;
        out->lane = o.installation;
        out->off = !o.active;
        out->paused = o.paused || o.state == RT_INSTALLATION_PAUSED;
        if (out->off || out->paused)
            out->park = PARK_PAUSED;
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK)
        err = runtime_held(core_db(core), &out->held, e);
    if (out->held)
        out->park = PARK_HELD;
    return err;
}

const char *
standing_message(const struct standing *at, int park)
{
    if (park == PARK_NONE)
        return NULL;
    if (park == PARK_HELD)
        return "the runtime is held after a restore (the run goes on when the "
               "restore is accepted)";
    return at->off ? "the workflow is turned off (the run goes on when it is "
                     "turned on again)"
                   : "paused (the run goes on when it is resumed)";
}

/* Why a run that is accepted here waits; NULL where it begins. */
static const char *
why_parked(const struct standing *at)
{
    if (!at->park)
        return NULL;
    if (at->park == PARK_HELD)
        return "the runtime is held after a restore (accept the restore first)";
    return at->off ? "its workflow is turned off (the customer or the vendor "
                     "must turn it on first)"
                   : "its installation or workflow is paused (resume it first)";
}

static enum err
add_run(struct core *core, const struct acceptance *a,
        const struct standing *at, const struct run_ids *ids, int64_t *n,
        struct error *e)
{
    int64_t now = clock_now_ms();
    bool is_long = a->n > INPUT_OF_RUN;
    struct db *db = core_db(core);
    struct db_stmt *q = db_use(db, RS_RUN_ACCEPT);
    db_text(q, ids->id);
    db_text(q, ids->execution);
    db_int(q, a->installed);
    db_int(q, a->version);
    db_int(q, at->park ? RUN_PARKED : RUN_ACCEPTED);
    db_int(q, at->park);
    db_text(q, a->cause);
    db_text(q, a->event);
    db_null(q);
    db_text_n(q, a->input, is_long ? 0 : a->n);
    db_int(q, now);
    db_int(q, now + PAYLOAD_LIFE_MS);
    db_text(q, standing_message(at, at->park));
    db_text(q, a->origin ? a->origin->root : NULL);
    db_int(q, a->origin ? a->origin->key_form : KEY_FORM);
    enum err err = db_run(q, e);
    *n = db_last_id(db);
    if (err != ERR_OK || !is_long)
        return err;
    q = db_use(db, RS_RUN_INPUT_ADD);
    db_int(q, *n);
    db_text_n(q, a->input, a->n);
    return db_run(q, e);
}

static enum err
accept_run(struct core *core, const struct acceptance *a, struct run_ids *out,
           struct error *e)
{
    struct standing at;
    int64_t n = 0;
    ident_new(out->id);
    uuid_new(out->execution);
    enum err err = run_standing(core, a->installed, &at, e);
    if (err == ERR_OK && at.gone)
        err = error_set(e, ERR_REFUSED, "the installation was uninstalled");
    if (err != ERR_OK)
        return err;
    out->waits = why_parked(&at);
    err = add_run(core, a, &at, out, &n, e);
    if (err == ERR_OK && !at.park)
        executor_start(core, n, at.lane);
    else if (err == ERR_OK)
        err = executor_count_parked(core, a->installed, e);
    return err;
}

enum err
runs_accept(struct core *core, int64_t installed, int64_t version,
            const char *event, const char *input, size_t n, struct run_ids *out,
            struct error *e)
{
    const struct acceptance a = {.installed = installed,
                                 .version = version,
                                 .event = event,
                                 .cause = "event",
                                 .input = input,
                                 .n = n};
    return accept_run(core, &a, out, e);
}

/* --- starts --------------------------------------------------------------- */

/* A run of the live version, of ORIGIN (may be NULL). */
static enum err
start_live(struct core *core, int64_t installed, const char *input, size_t n,
           const char *cause, const struct run_origin *origin,
           struct run_ids *out, struct error *e)
{
    struct acceptance a = {
        .installed = installed, .cause = cause, .origin = origin};
    struct value *facts = value_object();
    struct rs_installed_owner o;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_OWNER);
    db_int(q, installed);
    if (rs_installed_owner_next(q, &o)) {
        a.version = o.live;
        value_set_text(facts, "userId", o.user_id);
        value_set_text(facts, "username", o.username);
        value_set_text(facts, "fullName", o.full_name);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !a.version)
        err = error_set(e, ERR_REFUSED, "nothing of the workflow is live");
    char *text = value_to_text(facts);
    a.input = input ? input : text;
    a.n = input ? n : strlen(text);
    if (err == ERR_OK)
        err = accept_run(core, &a, out, e);
    free(text);
    value_free(facts);
    return err;
}

enum err
runs_start(struct core *core, int64_t installed, const char *input, size_t n,
           const char *cause, struct run_ids *out, struct error *e)
{
    return start_live(core, installed, input, n, cause, NULL, out, e);
}

enum err
runs_again(struct core *core, int64_t installed, const char *input, size_t n,
           const struct run_origin *origin, struct run_ids *out,
           struct error *e)
{
    return start_live(core, installed, input, n, "start", origin, out, e);
}

enum err
runs_on_installation(struct core *core, int64_t installation, struct error *e)
{
    struct trigger_list triggers = {0};
    enum err err =
        trigger_list_installation(core_db(core), installation, &triggers, e);
    for (size_t i = 0; i < triggers.count && err == ERR_OK; i++) {
        const struct trigger *t = &triggers.items[i];
        struct run_ids ids;
        int64_t before = 0;
        if (strcmp(t->kind, "installation") != 0)
            continue;
        struct db_stmt *q = db_use(core_db(core), RS_RUN_ON_INSTALLATION);
        db_int(q, t->installed);
        err = db_run_int(q, &before, NULL, e);
        if (err == ERR_OK && before == 0)
            err = runs_start(core, t->installed, NULL, 0, "install", &ids, e);
    }
    trigger_list_clear(&triggers);
    return err;
}

enum err
runs_event(struct core *core, int64_t user, int64_t installation,
           const char *event, const char *input, size_t n, struct value *runs,
           struct error *e)
{
    struct trigger_list triggers = {0};
    enum err err =
        trigger_list_user(core_db(core), user, installation, &triggers, e);
    for (size_t i = 0; i < triggers.count && err == ERR_OK; i++) {
        const struct trigger *t = &triggers.items[i];
        struct run_ids ids;
        if (!t->event || strcmp(t->kind, "event") != 0 ||
            strcmp(t->event, event) != 0)
            continue;
        err = runs_accept(core, t->installed, t->version, event, input, n, &ids,
                          e);
        if (err == ERR_OK && runs) {
            struct value *v = value_object();
            value_set_text(v, "runId", ids.id);
            value_set_text(v, "executionId", ids.execution);
            if (ids.waits)
                value_set_text(v, "waits", ids.waits);
            value_append(runs, v);
        }
    }
    trigger_list_clear(&triggers);
    return err;
}

/* --- again ---------------------------------------------------------------- */

/* What is set aside or failed is forgotten, so that it is done again. */
static enum err
forget_failures(struct core *core, int64_t run, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_STEPS_RETRY);
    db_int(q, run);
    return db_run(q, e);
}

static enum err
run_state(struct core *core, int64_t run, int *state, int64_t *installed,
          struct error *e)
{
    *state = -1;
    *installed = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_STATE);
    db_int(q, run);
    struct rs_run_state s;
    if (rs_run_state_next(q, &s)) {
        *state = (int)s.state;
        *installed = s.installed;
    }
    return db_end(q, e);
}

/* A retry is a run that starts: not where nothing starts. */
static enum err
may_start(struct core *core, int64_t run, int64_t *lane, struct error *e)
{
    int state;
    int64_t installed;
    struct standing at = {0};
    enum err err = run_state(core, run, &state, &installed, e);
    if (err == ERR_OK)
        err = run_standing(core, installed, &at, e);
    *lane = at.lane;
    if (err == ERR_OK && at.gone)
        err = error_set(e, ERR_REFUSED,
                        "run: its installation was "
                        "uninstalled");
    if (err == ERR_OK && at.park)
        err = error_set(e, ERR_REFUSED, "run: %s", why_parked(&at));
    return err;
}

/* A run that waits for a credential tries it: else it would only wait on. */
static enum err
retry_credential(struct core *core, int64_t run, struct error *e)
{
    int64_t installation = 0, waiting = 0;
    char *app = NULL;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_PARKED_FOR);
    db_int(q, run);
    struct rs_parked_run parked;
    if (rs_parked_run_next(q, &parked)) {
        installation = parked.installation;
        app = mem_strdup(parked.app);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && app)
        err = credential_retry(core, installation, app, run, &waiting, e);
    free(app);
    return err;
}

/* A run that waits for its next attempt does not wait any longer. */
static enum err
retry_now(struct core *core, int64_t run, bool *waited, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_RETRY_NOW);
    db_int(q, run);
    db_int(q, clock_now_ms());
    enum err err = db_run(q, e);
    *waited = err == ERR_OK && db_changes(core_db(core)) > 0;
    if (*waited)
        executor_forget(core, run);
    return err;
}

static enum err
retry_ended(struct core *core, int64_t run, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_RETRY);
    db_int(q, run);
    db_int(q, clock_now_ms());
    enum err err = db_run(q, e);
    if (err == ERR_OK && db_changes(core_db(core)) == 0)
        err = error_set(e, ERR_REFUSED,
                        "run: there is nothing to do again, or its payload is "
                        "no longer kept");
    return err == ERR_OK ? forget_failures(core, run, e) : err;
}

enum err
runs_retry(struct core *core, int64_t run, bool *waited, struct error *e)
{
    int64_t lane = 0;
    *waited = false;
    enum err err = may_start(core, run, &lane, e);
    if (err == ERR_OK)
        err = retry_credential(core, run, e);
    if (err == ERR_OK)
        err = retry_now(core, run, waited, e);
    if (err == ERR_OK && !*waited)
        err = retry_ended(core, run, e);
    if (err == ERR_OK)
        executor_start(core, run, lane);
    return err;
}

/* --- what was seen -------------------------------------------------------- */

enum err
runs_check_seen(struct core *core, int64_t run, const struct run_seen *seen,
                struct error *e)
{
    struct rs_seen_run now = {0};
    bool held = false;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_SEEN);
    db_int(q, run);
    rs_seen_run_next(q, &now);
    enum err err = db_end(q, e);
    if (err == ERR_OK)
        err = runtime_held(core_db(core), &held, e);
    if (err != ERR_OK)
        return err;
    if (now.park != seen->park || now.goes_on ||
        (now.park == PARK_HELD && !held))
        return error_set(e, ERR_STALE, "run: it is not parked for %s any more",
                         rt_park_word(seen->park));
    if (seen->times >= 0 && now.parked_times != seen->times)
        return error_set(e, ERR_STALE,
                         "run: it went on and was parked for %s again since "
                         "it was shown",
                         rt_park_word(seen->park));
    return ERR_OK;
}

/* --- cancelling ----------------------------------------------------------- */

enum err
runs_cancel(struct core *core, int64_t run, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_CANCEL);
    db_int(q, run);
    db_int(q, clock_now_ms());
    enum err err = db_run(q, e);
    if (err != ERR_OK)
        return err;
    if (db_changes(core_db(core)) == 0) {
        int state;
        int64_t installed;
        err = run_state(core, run, &state, &installed, e);
        return err != ERR_OK || state == RUN_CANCELLED
                   ? err
                   : error_set(e, ERR_REFUSED, "run: it has ended before");
    }
    executor_forget(core, run);
    return ERR_OK;
}
