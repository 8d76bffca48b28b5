/* Events and starts from the ISV's backend: accepted means on disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/embedded/once.h"
#include "runtime/embedded/query.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/live.h"
#include "runtime/installed/reading.h"
#include "runtime/installed/trigger.h"

enum { WAITED_MAX = 20 };

/* The ids that clients of the embedded API know runs by. */
static struct value *
executions(const struct value *runs)
{
    struct value *ids = value_array();
    for (size_t i = 0; i < value_size(runs); i++)
        value_append(ids,
                     value_copy(value_get(value_at(runs, i), "executionId")));
    return ids;
}

/* The names of events that the user's workflows wait for, each once. */
static enum err
waited_for(struct route_call *call, int64_t user, struct value **out,
           struct error *e)
{
    struct trigger_list triggers = {0};
    struct value *seen = value_object(), *list = value_array();
    enum err err = trigger_list_user(call->db, user, 0, &triggers, e);
    for (size_t i = 0; i < triggers.count; i++) {
        const struct trigger *t = &triggers.items[i];
        if (!t->event || strcmp(t->kind, "event") != 0 ||
            value_get(seen, t->event) || value_size(list) == WAITED_MAX)
            continue;
        value_set_bool(seen, t->event, true);
        value_append(list, value_string(t->event));
    }
    trigger_list_clear(&triggers);
    value_free(seen);
    if (err == ERR_OK)
        *out = list;
    else
        value_free(list);
    return err;
}

/* An event that nothing waits for is accepted, as clients expect, and the
 * answer tells what is waited for. */
static enum err
answer_event(struct route_call *call, int64_t user, const struct value *runs,
             struct error *e)
{
    struct value *waiting = NULL;
    enum err err =
        value_size(runs) ? ERR_OK : waited_for(call, user, &waiting, e);
    if (err != ERR_OK)
        return err;
    struct value *v = value_object();
    value_set_text(v, "message", "Event successfully triggered");
    value_set(v, "executionIds", executions(runs));
    value_set_int(v, "matched", (int64_t)value_size(runs));
    if (waiting)
        value_set(v, "waitingFor", waiting);
    api_answer(call, v);
    return ERR_OK;
}

enum err
run_event(struct route_call *call, struct error *e)
{
    const struct body *body;
    struct value *runs = value_array();
    struct api_user u = {0};
    struct once once = {0};
    bool repeated = false;
    enum err err = runtime_check_room(call->runtime, e);
    if (err == ERR_OK)
        err = api_whole_body(call, &body, e);
    const char *event =
        err == ERR_OK ? value_get_text(body->members, "event") : NULL;
    if (err == ERR_OK && (!event || !*event))
        err = error_set(e, ERR_USAGE, "event is missing");
    if (err == ERR_OK)
        err = api_call_user(call, body->members, &u, e);
    if (err == ERR_OK)
        err = once_begin(call, u.n, body, &once, &repeated, e);
    if (err == ERR_OK && !repeated)
        err = runs_event(call->core, u.n, 0, event, body->data.data,
                         body->data.len, runs, e);
    if (err == ERR_OK && !repeated)
        err = answer_event(call, u.n, runs, e);
    if (err == ERR_OK && !repeated)
        err = once_end(call, &once, e);
    value_free(runs);
    api_user_clear(&u);
    return err;
}

/* Whether W may be started by hand: it is on, and has its input. */
static enum err
check_start(struct route_call *call, const struct api_workflow *w,
            const struct installed_row *d, const struct body *body,
            struct error *e)
{
    if (!d->active)
        return error_set(e, ERR_REFUSED,
                         "workflow %s: it is turned off for this user "
                         "(activate it first)",
                         w->name);
    return d->live && !body->has_data
               ? trigger_check_no_input(call->db, d->live_hash, e)
               : ERR_OK;
}

enum err
run_workflow(struct route_call *call, struct error *e)
{
    const struct body *body;
    struct api_user u = {0};
    struct api_workflow w = {0};
    struct installed_row d = {0};
    struct run_ids ids;
    struct once once = {0};
    bool repeated = false;
    enum err err = runtime_check_room(call->runtime, e);
    if (err == ERR_OK)
        err = api_whole_body(call, &body, e);
    if (err == ERR_OK)
        err = api_named_installed(call, body->members, &u, &w, &d, e);
    if (err == ERR_OK)
        err = once_begin(call, u.n, body, &once, &repeated, e);
    if (err == ERR_OK && !repeated)
        err = check_start(call, &w, &d, body, e);
    if (err == ERR_OK && !repeated)
        err =
            runs_start(call->core, d.n, body->has_data ? body->data.data : NULL,
                       body->data.len, "start", &ids, e);
    if (err == ERR_OK && !repeated) {
        struct value *v = value_object();
        value_set_text(v, "message", "success");
        value_set_text(v, "executionId", ids.execution);
        api_answer(call, v);
        err = once_end(call, &once, e);
    }
    api_workflow_clear(&w);
    api_user_clear(&u);
    return err;
}

/* --- the events that are waited for --------------------------------------- */

struct known {
    char hash[DIGEST_SIZE];
    char *kind, *event, *sample;
};

static enum err
newest_triggers(struct route_call *call, struct known **out, size_t *count,
                struct error *e)
{
    struct known *list = NULL;
    size_t n = 0;
    struct rs_base_trigger t;
    struct db_stmt *q = db_use(call->db, RS_NEWEST_BASES);
    while (rs_base_trigger_next(q, &t)) {
        list = mem_resize(list, n + 1, sizeof *list);
        list[n] = (struct known){.kind = mem_strdup(t.kind),
                                 .event = mem_strdup(t.event),
                                 .sample = mem_strdup(t.sample)};
        snprintf(list[n].hash, sizeof list[n].hash, "%s", t.hash);
        n++;
    }
    *out = list;
    *count = n;
    return db_end(q, e);
}

static bool
listed(const struct value *list, const char *event)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (strcmp(value_get_text(value_at(list, i), "name"), event) == 0)
            return true;
    return false;
}

static void
list_event(struct value *list, const struct known *k)
{
    struct value *v, *body = NULL;
    if (!k->event || strcmp(k->kind, "event") != 0 || listed(list, k->event))
        return;
    v = value_object();
    value_set_text(v, "name", k->event);
    value_set_text(v, "description", "");
    if (k->sample)
        (void)value_read(&body, k->sample, strlen(k->sample),
                         &value_limits_event, "sample", NULL);
    value_set(v, "body", body ? body : value_object());
    value_append(list, v);
}

/* The row of the user that the query names; 0 where it names none. */
static enum err
named_user(struct route_call *call, int64_t *out, struct error *e)
{
    struct api_user u = {0};
    bool named = http_request_query(call->request, "userId") != NULL;
    enum err err = named ? api_call_user(call, NULL, &u, e) : ERR_OK;
    *out = u.n;
    api_user_clear(&u);
    return err;
}

/* Events are the same for every user, but a user that is named must exist. */
enum err
event_list(struct route_call *call, struct error *e)
{
    struct known *known = NULL;
    size_t count = 0;
    struct value *list = value_array();
    int64_t user;
    enum err err = named_user(call, &user, e);
    if (err == ERR_OK)
        err = newest_triggers(call, &known, &count, e);
    for (size_t i = 0; i < count; i++) {
        struct known *k = &known[i];
        if (err == ERR_OK && !k->kind) {
            struct document *d = NULL;
            err = reading_check(call->core, k->hash, e);
            if (err == ERR_OK)
                err = trigger_learn(call->db, k->hash, &k->kind, &k->event, e);
            if (err == ERR_OK)
                err = live_document(call->db, k->hash, &d, e);
            if (d && d->trigger && block_field(d->trigger, "sample"))
                k->sample = value_to_text(block_field(d->trigger, "sample"));
            document_free(d);
        }
        if (err == ERR_OK)
            list_event(list, k);
        free(k->kind);
        free(k->event);
        free(k->sample);
    }
    free(known);
    api_answer_list(call, list, err);
    return err;
}

/* --- once more ------------------------------------------------------------ */

struct again {
    int64_t installed, live, user;
    bool active;
    char *input;
    struct run_origin origin;
};

static enum err
find_again(struct route_call *call, int64_t workflow, int64_t user,
           struct again *out, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_RUN_AGAIN);
    db_text(q, call->params[1]);
    db_int(q, workflow);
    db_int(q, call->caller.environment);
    struct rs_run_again r;
    if (rs_run_again_next(q, &r)) {
        out->installed = r.installed;
        out->live = r.live;
        out->input = mem_strdup(r.input);
        out->active = r.active != 0;
        out->user = r.user;
        out->origin.key_form = (int)r.key_form;
        snprintf(out->origin.root, sizeof out->origin.root, "%s", r.root);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK &&
        (!out->installed || !out->live || (user && out->user != user)))
        err = route_not_found(NOT_FOUND_EXECUTION, e);
    if (err == ERR_OK && !out->active)
        err = error_set(e, ERR_REFUSED,
                        "the workflow is turned off for this user (activate "
                        "it first)");
    if (err == ERR_OK && (!*out->input || strcmp(out->input, "null") == 0))
        err = error_set(e, ERR_REFUSED,
                        "the execution's payload is no longer kept");
    return err;
}

enum err
workflow_rerun(struct route_call *call, struct error *e)
{
    struct api_workflow w = {0};
    struct again again = {0};
    struct run_ids ids;
    int64_t user = 0;
    bool as_new = false;
    enum err err = runtime_check_room(call->runtime, e);
    if (err == ERR_OK)
        err = named_user(call, &user, e);
    if (err == ERR_OK)
        err = query_choice(call, "asNew", "true", "false", &as_new, e);
    if (err == ERR_OK)
        err = api_find_workflow(call, call->params[0], user, &w, e);
    if (err == ERR_OK)
        err = find_again(call, w.n, user ? user : w.owner, &again, e);
    if (err == ERR_OK)
        err = runs_again(call->core, again.installed, again.input,
                         strlen(again.input), as_new ? NULL : &again.origin,
                         &ids, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_text(v, "message", "success");
        value_set_text(v, "executionUuid", ids.execution);
        value_set_text(v, "executionId", ids.execution);
        api_answer(call, v);
    }
    free(again.input);
    api_workflow_clear(&w);
    return err;
}
