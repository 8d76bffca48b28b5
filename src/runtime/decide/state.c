/* Decisions about pauses, runs, events and the runtime itself. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/decide/decide.h"
#include "runtime/executor/accept.h"
#include "runtime/executor/credential.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/lookup.h"
#include "runtime/installed/trigger.h"
#include "runtime/runtime.h"

static enum err
find_installation(struct item *i, struct installation_row *out, struct error *e)
{
    const char *id = NULL;
    enum err err = item_id(i, "installationId", &id, e);
    if (err == ERR_OK)
        err = lookup_installation(i->db, i->r->environment, id, out, e);
    if (err == ERR_OK && out->state == RT_INSTALLATION_UNINSTALLED)
        err = error_set(e, ERR_REFUSED, "installation %s: it was uninstalled",
                        id);
    return err;
}

/* The item's workflow in the installation; *ID is NULL where the item names
 * none. */
static enum err
find_installed(struct item *i, const struct installation_row *installation,
               const char **id, struct installed_row *out, struct error *e)
{
    int64_t workflow = 0, integration = 0;
    *id = NULL;
    *out = (struct installed_row){0};
    if (!value_get_text(i->value, "workflowId"))
        return ERR_OK;
    enum err err = item_id(i, "workflowId", id, e);
    if (err == ERR_OK)
        err = lookup_workflow(i->db, *id, &workflow, &integration, e);
    if (err == ERR_OK)
        err = lookup_installed(i->db, installation->n, workflow, out, e);
    if (err == ERR_OK && (!out->n || !out->live))
        err = error_set(e, ERR_REFUSED,
                        "workflow %s: it is not installed there", *id);
    return err;
}

/* --- pause and resume ----------------------------------------------------- */

/* One that was only begun has nothing that could run: a pause would make it
 * look installed. */
static enum err
find_finished(struct item *i, struct installation_row *out, struct error *e)
{
    enum err err = find_installation(i, out, e);
    if (err == ERR_OK && out->state == RT_INSTALLATION_OPEN)
        err = error_set(e, ERR_REFUSED,
                        "installation: its user has not finished installing");
    return err;
}

static enum err
set_paused(struct item *i, const struct installation_row *installation,
           const struct installed_row *installed, bool paused, struct error *e)
{
    struct db_stmt *q = db_use(i->db, installed->n ? RS_INSTALLED_PAUSED
                                                   : RS_INSTALLATION_STATE);
    if (installed->n)
        db_int(q, paused);
    else
        db_int(q, paused ? RT_INSTALLATION_PAUSED : RT_INSTALLATION_ACTIVE);
    db_int(q, clock_now_ms());
    db_int(q, installed->n ? installed->n : installation->n);
    return db_run(q, e);
}

static enum err
tell_state(struct item *i, const struct installation_row *installation,
           const char *workflow_id, const char *kind, const char *state,
           struct error *e)
{
    struct value *fact = value_object();
    value_set_text(fact, "installationId", installation->id);
    value_set_text(fact, "userId", installation->user_id);
    value_set_text(fact, "integrationId", installation->integration_id);
    value_set_text(fact, "state", state);
    if (workflow_id)
        value_set_text(fact, "workflowId", workflow_id);
    value_set_text(fact, "key", i->r->key);
    return feed_add(i->r->core, i->r->environment, kind, fact, e);
}

/* Does ACT for the installed workflow, or for all of the installation. */
static enum err
each_installed(struct item *i, const struct installation_row *installation,
               const struct installed_row *installed,
               enum err (*act)(struct core *core, int64_t installed,
                               struct error *e),
               struct error *e)
{
    int64_t *list = NULL;
    size_t count = 0;
    enum err err = ERR_OK;
    if (installed->n)
        return act(i->r->core, installed->n, e);
    struct rs_installed d;
    struct db_stmt *q = db_use(i->db, RS_INSTALLED_ALL);
    db_int(q, installation->n);
    while (rs_installed_next(q, &d)) {
        list = mem_resize(list, count + 1, sizeof *list);
        list[count++] = d.n;
    }
    err = db_end(q, e);
    for (size_t k = 0; k < count && err == ERR_OK; k++)
        err = act(i->r->core, list[k], e);
    free(list);
    return err;
}

/* Tells how many runs go on though they are paused. */
static void
tell_in_progress(struct item *i, const struct installation_row *installation,
                 const struct installed_row *installed)
{
    int64_t n = runs_in_progress(i->r->core, installation->n, installed->n);
    if (n == 0)
        return;
    char *text = mem_printf("%lld run%s in progress go%s on to %s end or until "
                            "%s must wait; what waits is parked",
                            (long long)n, n == 1 ? "" : "s", n == 1 ? "es" : "",
                            n == 1 ? "its" : "their", n == 1 ? "it" : "they");
    value_set_text(i->answer, "message", text);
    free(text);
}

enum err
decide_pause(struct item *i, struct error *e)
{
    struct installation_row installation;
    struct installed_row installed;
    const char *workflow = NULL;
    bool cancel = value_bool_or(value_get(i->value, "cancelRuns"), false);
    enum err err = find_finished(i, &installation, e);
    if (err == ERR_OK)
        err = find_installed(i, &installation, &workflow, &installed, e);
    if (err == ERR_OK)
        err = set_paused(i, &installation, &installed, true, e);
    if (err == ERR_OK)
        err = tell_state(i, &installation, workflow, "paused",
                         installed.n &&
                                 installation.state == RT_INSTALLATION_ACTIVE
                             ? "active"
                             : "paused",
                         e);
    if (err == ERR_OK)
        err = each_installed(i, &installation, &installed,
                             cancel ? runs_cancel_all : runs_stop, e);
    if (err != ERR_OK)
        return err;
    tell_in_progress(i, &installation, &installed);
    return item_done(i, "paused");
}

enum err
decide_resume(struct item *i, struct error *e)
{
    struct installation_row installation;
    struct installed_row installed;
    const char *workflow = NULL;
    enum err err = find_finished(i, &installation, e);
    if (err == ERR_OK)
        err = find_installed(i, &installation, &workflow, &installed, e);
    if (err == ERR_OK)
        err = set_paused(i, &installation, &installed, false, e);
    if (err == ERR_OK)
        err = tell_state(i, &installation, workflow, "resumed", "active", e);
    if (err == ERR_OK)
        err = each_installed(i, &installation, &installed, runs_resume, e);
    return err == ERR_OK ? item_done(i, "resumed") : err;
}

/* --- runs and events ------------------------------------------------------ */

enum err
decide_start(struct item *i, struct error *e)
{
    struct installation_row installation;
    struct installed_row installed;
    const char *workflow = NULL;
    const struct value *input = value_get(i->value, "input");
    char *text =
        input && !value_is(input, VALUE_NULL) ? value_to_text(input) : NULL;
    struct run_ids ids;
    enum err err = find_installation(i, &installation, e);
    if (err == ERR_OK)
        err = find_installed(i, &installation, &workflow, &installed, e);
    if (err == ERR_OK && !workflow)
        err = error_set(e, ERR_USAGE, "workflowId is missing");
    if (err == ERR_OK && installed.live && !installed.active)
        err = error_set(e, ERR_REFUSED,
                        "workflow: it is turned off for this customer (the "
                        "vendor's app must activate it first)");
    if (err == ERR_OK && installed.live && !text)
        err = trigger_check_no_input(i->db, installed.live_hash, e);
    if (err == ERR_OK)
        err = runs_start(i->r->core, installed.n, text, text ? strlen(text) : 0,
                         "start", &ids, e);
    free(text);
    if (err != ERR_OK)
        return err;
    value_set_text(i->answer, "runId", ids.id);
    if (ids.waits)
        item_run_waits(i, ids.waits);
    return item_done(i, "started");
}

enum err
decide_event(struct item *i, struct error *e)
{
    struct installation_row installation;
    const char *event = value_get_text(i->value, "event");
    const struct value *data = value_get(i->value, "data");
    enum err err = find_installation(i, &installation, e);
    if (err == ERR_OK && (!event || !*event))
        err = error_set(e, ERR_USAGE, "event is missing");
    if (err != ERR_OK)
        return err;
    char *text = data && !value_is(data, VALUE_NULL) ? value_to_text(data)
                                                     : mem_strdup("{}");
    struct value *runs = value_array(), *ids = value_array();
    err = runs_event(i->r->core, installation.user, installation.n, event, text,
                     strlen(text), runs, e);
    for (size_t k = 0; k < value_size(runs); k++) {
        const char *waits = value_get_text(value_at(runs, k), "waits");
        value_append(ids, value_copy(value_get(value_at(runs, k), "runId")));
        if (waits)
            item_run_waits(i, waits);
    }
    free(text);
    value_free(runs);
    value_set(i->answer, "runIds", ids);
    if (err == ERR_OK && value_size(ids) == 0)
        value_set_text(i->answer, "message",
                       "no live workflow of the installation waits for it");
    return err == ERR_OK ? item_done(i, "accepted") : err;
}

static enum err
find_run(struct item *i, int64_t *n, struct error *e)
{
    const char *id = NULL;
    bool found = false;
    enum err err = item_id(i, "runId", &id, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(i->db, RS_RUN_OF_ENVIRONMENT);
    db_text(q, id);
    db_int(q, i->r->environment);
    err = db_run_int(q, n, &found, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND, "run %s: not found", id);
    value_set_text(i->answer, "runId", id);
    return err;
}

/* The run, which must be parked as the item says that it was seen, where it
 * says so. What cannot be read is refused, never left out. */
static enum err
find_seen_run(struct item *i, int64_t *n, struct error *e)
{
    const struct value *word = value_get(i->value, "parkedFor"),
                       *times = value_get(i->value, "parkedTimes");
    struct run_seen seen = {.park = rt_park_of_word(value_text_or(word, NULL)),
                            .times = value_int_or(times, -1)};
    enum err err = find_run(i, n, e);
    if (err != ERR_OK || (!word && !times))
        return err;
    if (seen.park == PARK_NONE)
        return error_set(e, ERR_USAGE, "parkedFor: unknown reason");
    if (seen.times < 0)
        return error_set(e, ERR_USAGE, "parkedTimes: not a number");
    return runs_check_seen(i->r->core, *n, &seen, e);
}

enum err
decide_cancel(struct item *i, struct error *e)
{
    int64_t n = 0;
    enum err err = find_seen_run(i, &n, e);
    if (err == ERR_OK)
        err = runs_cancel(i->r->core, n, e);
    return err == ERR_OK ? item_done(i, "cancelled") : err;
}

enum err
decide_retry(struct item *i, struct error *e)
{
    int64_t n = 0;
    bool waited = false;
    enum err err = find_seen_run(i, &n, e);
    if (err == ERR_OK)
        err = runs_retry(i->r->core, n, &waited, e);
    if (waited)
        value_set_text(i->answer, "message",
                       "the run was waiting for its next attempt, which "
                       "starts now");
    return err == ERR_OK ? item_done(i, "started") : err;
}

enum err
decide_retryCredential(struct item *i, struct error *e)
{
    struct installation_row installation;
    int64_t waiting = 0;
    const char *app = value_get_text(i->value, "app");
    enum err err = find_installation(i, &installation, e);
    if (err == ERR_OK)
        err = credential_retry(i->r->core, installation.n, app, 0, &waiting, e);
    if (err != ERR_OK)
        return err;
    value_set_int(i->answer, "waiting", waiting);
    if (waiting == 0)
        value_set_text(i->answer, "message",
                       "no run waits for it: the next run tries it");
    return item_done(i, "started");
}

/* Whoever accepts has seen the restore that is accepted. */
enum err
decide_resumeRuntime(struct item *i, struct error *e)
{
    bool held = false;
    char restore[IDENT_SIZE];
    const char *accepted = value_get_text(i->value, "restore");
    enum err err = runtime_held(i->db, &held, e);
    if (err == ERR_OK)
        err = runtime_restore(i->db, restore, e);
    if (err == ERR_OK && held && !accepted)
        return item_refuse(i, "refused",
                           "the request does not say which restore it accepts "
                           "(upgrade tailor, sync, read the notice of the "
                           "runtime, then accept it again)");
    if (err == ERR_OK && held && strcmp(accepted, restore) != 0)
        return item_refuse(i, "stale",
                           "the runtime was restored again since the restore "
                           "that the request accepts (sync, read the notice of "
                           "the runtime, then accept it again)");
    if (err == ERR_OK)
        err = runtime_hold(i->db, false, e);
    if (err == ERR_OK)
        runs_resume_held(i->r->core);
    return err == ERR_OK ? item_done(i, "resumed") : err;
}
