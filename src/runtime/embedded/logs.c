/* What runs of one user's workflow did, as the embedded API shows it. */
#include <stdint.h>
#include <stdio.h>

#include "runtime/embedded/embedded.h"
#include "runtime/embedded/payload.h"
#include "runtime/embedded/query.h"

enum { LIMIT = 10, LIMIT_MAX = 30, ERRORS_MAX = 100, RESULTS_MAX = 100 };
enum { SKIPPED_MAX = 1000 };

struct scope {
    struct api_user user;
    struct api_workflow workflow;
    struct installation_row installation;
    struct installed_row installed;
    bool everybody; /* no user was named */
};

static void
clear_scope(struct scope *s)
{
    api_user_clear(&s->user);
    api_workflow_clear(&s->workflow);
}

static enum err
find_scope(struct route_call *call, struct scope *s, struct error *e)
{
    *s = (struct scope){0};
    s->everybody = !api_names_user(call, NULL);
    enum err err =
        s->everybody ? ERR_OK : api_call_user(call, NULL, &s->user, e);
    if (err == ERR_OK)
        err = api_find_workflow(call, call->params[0], s->user.n, &s->workflow,
                                e);
    if (s->everybody && s->workflow.owner) {
        s->user.n = s->workflow.owner; /* a copy belongs to one user */
        s->everybody = false;
    }
    if (s->everybody)
        return err;
    if (err == ERR_OK)
        err = lookup_installation_of(
            call->db, s->user.n, s->workflow.integration, &s->installation, e);
    if (err == ERR_OK && s->installation.n)
        err = lookup_installed(call->db, s->installation.n, s->workflow.n,
                               &s->installed, e);
    return err;
}

static struct value *
run_value(const struct rs_execution *r)
{
    int state = (int)r->state;
    struct value *v = value_object();
    value_set_text(v, "executionId", r->execution);
    value_set_text(v, "runId", r->id);
    api_set_time(v, "startedAt",
                 r->started_at ? r->started_at : r->accepted_at);
    api_set_time(v, "stoppedAt", r->stopped_at);
    value_set_text(v, "status",
                   state == RUN_DONE     ? "success"
                   : state == RUN_FAILED ? "error"
                                         : rt_run_state_word(state));
    value_set_bool(v, "finished",
                   state == RUN_DONE || state == RUN_FAILED ||
                       state == RUN_CANCELLED);
    if (r->message)
        value_set_text(v, "error", r->message);
    value_set(v, "results", value_array());
    return v;
}

/* What each block gave, as {"blockId","data":[{"json"}],…}. */
static enum err
add_results(struct route_call *call, struct value *run, struct payloads *p,
            struct error *e)
{
    struct value *results = value_array();
    enum err err = ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_STEPS_OF_ID);
    db_text(q, value_get_text(run, "runId"));
    db_int(q, RESULTS_MAX);
    struct rs_listed_step s;
    while (err == ERR_OK && rs_listed_step_next(q, &s)) {
        struct value *v = value_object(), *data = value_array();
        struct value *entry = value_object();
        err = payload_set(call->db, p, "step", "output", s.n, entry, "json", e);
        value_set_text(v, "blockId", s.block);
        api_set_time(v, "startedAt", s.started_at);
        api_set_time(v, "stoppedAt", s.stopped_at);
        if (value_size(entry))
            value_append(data, entry);
        else
            value_free(entry);
        value_set(v, "data", data);
        if (s.message)
            value_set_text(v, "error", s.message);
        value_append(results, v);
    }
    value_set(run, "results", results);
    enum err read = db_end(q, err == ERR_OK ? e : NULL);
    return err == ERR_OK ? read : err;
}

/* Which runs are asked for: LIMIT of them beyond row AFTER, without the first
 * SKIPPED. */
struct wanted {
    int64_t limit, skipped, after;
    bool oldest_first, failed;
};

static enum err
read_skipped(struct route_call *call, struct wanted *out, struct error *e)
{
    int64_t page = 0;
    enum err err = query_number(call, "page", 0, SKIPPED_MAX + 1, &page, e);
    out->skipped = page * out->limit;
    if (err == ERR_OK && out->skipped > SKIPPED_MAX)
        return error_set(e, ERR_INVALID,
                         "page: it would skip more than %d runs (ask with "
                         "after=CURSOR, the cursor of the page before)",
                         SKIPPED_MAX);
    return err;
}

static enum err
read_wanted(struct route_call *call, struct wanted *out, struct error *e)
{
    *out = (struct wanted){.limit = LIMIT};
    enum err err = query_number(call, "limit", 1, LIMIT_MAX, &out->limit, e);
    if (err == ERR_OK)
        err = read_skipped(call, out, e);
    if (err == ERR_OK)
        err = query_choice(call, "order", "asc", "desc", &out->oldest_first, e);
    if (err == ERR_OK)
        err = query_choice(call, "error", "true", "false", &out->failed, e);
    out->after = out->oldest_first ? 0 : INT64_MAX;
    if (err == ERR_OK)
        err = query_number(call, "after", 1, INT64_MAX, &out->after, e);
    return err;
}

static struct db_stmt *
use_runs(struct route_call *call, const struct scope *s, const struct wanted *w)
{
    static const int statements[2][2][2] = {
        {{RS_RUN_OF_INSTALLED, RS_RUN_OF_INSTALLED_OLDEST},
         {RS_RUN_FAILED_OF_INSTALLED, RS_RUN_FAILED_OF_INSTALLED_OLDEST}},
        {{RS_RUN_OF_WORKFLOW, RS_RUN_OF_WORKFLOW_OLDEST},
         {RS_RUN_FAILED_OF_WORKFLOW, RS_RUN_FAILED_OF_WORKFLOW_OLDEST}}};
    struct db_stmt *q =
        db_use(call->db, statements[s->everybody][w->failed][w->oldest_first]);
    db_int(q, s->everybody ? s->workflow.n : s->installed.n);
    db_int(q, call->caller.environment);
    db_int(q, w->after);
    db_int(q, w->limit);
    db_int(q, w->skipped);
    return q;
}

/* Appends the runs to LIST; CURSOR: where the next page begins, empty where
 * there is none. */
static enum err
read_page(struct route_call *call, const struct scope *s,
          const struct wanted *w, struct value *list, char cursor[24],
          struct error *e)
{
    int64_t last = 0;
    struct db_stmt *q = use_runs(call, s, w);
    struct rs_execution r;
    while (rs_execution_next(q, &r)) {
        value_append(list, run_value(&r));
        last = r.n;
    }
    *cursor = '\0';
    if ((int64_t)value_size(list) == w->limit)
        snprintf(cursor, 24, "%lld", (long long)last);
    return db_end(q, e);
}

enum err
workflow_logs(struct route_call *call, struct error *e)
{
    struct scope s;
    struct wanted wanted;
    enum err err = find_scope(call, &s, e);
    if (err == ERR_OK)
        err = read_wanted(call, &wanted, e);
    if (err == ERR_OK) {
        struct value *list = value_array();
        struct payloads p = {.left = PAYLOADS_ALL};
        char cursor[24];
        err = read_page(call, &s, &wanted, list, cursor, e);
        for (size_t i = 0; i < value_size(list) && err == ERR_OK; i++)
            err = add_results(call, value_at(list, i), &p, e);
        if (err == ERR_OK)
            api_answer_page_at(call, list, *cursor ? cursor : NULL);
        else
            value_free(list);
    }
    clear_scope(&s);
    return err;
}

/* Where the run failed, as the results of its blocks say it. */
static void
add_failure(struct value *v, const struct rs_execution *r)
{
    api_set_time(v, "createdAt", r->stopped_at);
    if (!r->block)
        return;
    struct value *result = value_object(), *results = value_array();
    value_set_text(v, "blockId", r->block);
    value_set_text(result, "blockId", r->block);
    api_set_time(result, "stoppedAt", r->stopped_at);
    value_set(result, "data", value_array());
    value_set_text(result, "error", r->message);
    value_append(results, result);
    value_set(v, "results", results);
}

enum err
workflow_errors(struct route_call *call, struct error *e)
{
    struct scope s;
    enum err err = find_scope(call, &s, e);
    if (err == ERR_OK && s.everybody)
        err = error_set(e, ERR_USAGE, "userId is missing");
    if (err == ERR_OK) {
        struct value *list = value_array();
        struct wanted wanted = {
            .limit = ERRORS_MAX, .after = INT64_MAX, .failed = true};
        struct db_stmt *q = use_runs(call, &s, &wanted);
        struct rs_execution r;
        while (rs_execution_next(q, &r)) {
            struct value *v = run_value(&r);
            value_set_text(v, "workflowId", s.workflow.id);
            add_failure(v, &r);
            value_append(list, v);
        }
        err = db_end(q, e);
        api_answer_list(call, list, err);
    }
    clear_scope(&s);
    return err;
}

/* Clients send no user here: the counts are then those of this environment's
 * workflow as a whole. */
enum err
workflow_analytics(struct route_call *call, struct error *e)
{
    struct api_workflow w;
    enum err err = api_find_workflow(call, call->params[0], 0, &w, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        struct db_stmt *q = db_use(call->db, RS_RUN_TOTALS);
        db_int(q, w.n);
        db_int(q, call->caller.environment);
        struct rs_run_totals t = {0};
        rs_run_totals_next(q, &t);
        value_set_int(v, "totalWorkflowRuns", t.runs);
        value_set_int(v, "totalErrors", t.failed);
        value_set_int(v, "totalAppActions", t.done);
        err = db_end(q, e);
        if (err == ERR_OK)
            api_answer(call, v);
        else
            value_free(v);
    }
    api_workflow_clear(&w);
    return err;
}
