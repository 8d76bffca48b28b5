/* Health and figures. */
#include "base/clock.h"
#include "runtime/embedded/embedded.h"
#include "runtime/executor/executor.h"
#include "runtime/outbound/vault.h"

enum { WAIT_MAX_MS = 60 * 1000 };

static void
add_problem(struct value *problems, bool is_one, const char *word)
{
    if (is_one)
        value_append(problems, value_string(word));
}

/* What an operator must look at, the worst first. */
static enum err
find_problems(struct route_call *call, struct value *problems,
              struct executor_waits *waits, struct error *e)
{
    const struct runtime *r = call->runtime;
    struct core_counts c;
    bool held = false;
    core_get_counts(call->core, &c);
    add_problem(problems, c.damage > 0, "damaged");
    add_problem(problems, r->vault && !vault_stands(r->vault), "keysMissing");
    add_problem(problems, runtime_room(r) < r->min_free, "diskLow");
    enum err err = runtime_held(call->db, &held, e);
    add_problem(problems, held, "held");
    if (err == ERR_OK)
        err = executor_waits(call->core, WAIT_MAX_MS, waits, e);
    add_problem(problems, waits->others > 0, "runsWaiting");
    add_problem(problems, c.unplaced, "openingsNotCounted");
    add_problem(problems, c.clock_leapt, "clockAhead");
    add_problem(problems, c.clock_is_behind, "clockBehind");
    return err;
}

enum err
system_health(struct route_call *call, struct error *e)
{
    struct value *v = value_object(), *problems = value_array();
    struct executor_waits waits = {0};
    struct core_counts c;
    size_t crowded = 0;
    enum err err = find_problems(call, problems, &waits, e);
    core_get_counts(call->core, &c);
    if (err != ERR_OK) {
        value_free(v);
        value_free(problems);
        return err;
    }
    bool well = value_size(problems) == 0;
    value_set_text(v, "status",
                   well ? "ok" : value_text_or(value_at(problems, 0), ""));
    value_set(v, "problems", problems);
    (void)executor_memory(call->runtime->executor, &crowded);
    value_set_int(v, "waitingForApps", waits.own);
    value_set_int(v, "fullHosts", (int64_t)waits.full_hosts);
    value_set_int(v, "waitingForMemory",
                  (int64_t)(crowded + c.answers_waiting));
    value_set_bool(v, "deletionWaits", c.clock_is_ahead);
    value_set_text(v, "version", TAILOR_VERSION);
    http_answer_json(call->answer, well ? 200 : 503, v);
    return ERR_OK;
}

bool
api_run_waits_for_memory(const struct route_call *call, int64_t run)
{
    struct executor *x = call->runtime->executor;
    return x && executor_waits_for_memory(x, run);
}

static void
add_metric(struct buf *out, const char *name, const char *type, uint64_t n)
{
    buf_addf(out, "# TYPE tailord_%s %s\ntailord_%s %llu\n", name, type, name,
             (unsigned long long)n);
}

static enum err
add_runs(struct route_call *call, struct buf *out, struct error *e)
{
    struct rs_run_counts c;
    struct db_stmt *q = db_use(call->db, RS_RUN_COUNTS);
    buf_adds(out, "# TYPE tailord_runs gauge\n");
    if (rs_run_counts_next(q, &c))
        for (int state = RUN_ACCEPTED; state <= RUN_CANCELLED; state++)
            buf_addf(out, "tailord_runs{state=\"%s\"} %lld\n",
                     rt_run_state_word(state),
                     (long long)rt_run_count(&c, state));
    return db_end(q, e);
}

static enum err
add_credentials(struct route_call *call, struct buf *out, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_CREDENTIAL_COUNTS);
    buf_adds(out, "# TYPE tailord_credentials gauge\n");
    struct rs_credential_count c;
    while (rs_credential_count_next(q, &c))
        buf_addf(out, "tailord_credentials{state=\"%s\"} %lld\n",
                 rt_credential_state_word((int)c.state),
                 (long long)c.credentials);
    return db_end(q, e);
}

/* Runs that wait for another attempt of a call, for their turn at a limit of
 * calls, or for room in memory. */
static enum err
add_waiting(struct route_call *call, struct buf *out, struct error *e)
{
    struct rs_waiting w = {0};
    int64_t wait_ms = 0;
    size_t crowded, bytes = executor_memory(call->runtime->executor, &crowded);
    struct core_counts c;
    struct db_stmt *q = db_use(call->db, RS_RUN_WAITING);
    db_int(q, clock_now_ms());
    rs_waiting_next(q, &w);
    core_get_counts(call->core, &c);
    enum err err = db_end(q, e);
    if (err == ERR_OK)
        err = executor_oldest_wait(call->core, &wait_ms, e);
    buf_addf(out,
             "# TYPE tailord_waiting_runs gauge\n"
             "tailord_waiting_runs{for=\"attempt\"} %lld\n"
             "tailord_waiting_runs{for=\"limit\"} %lld\n"
             "tailord_waiting_runs{for=\"memory\"} %zu\n",
             (long long)(w.runs - w.turns), (long long)w.turns,
             crowded + (size_t)c.answers_waiting);
    add_metric(out, "large_runs_bytes", "gauge", bytes);
    add_metric(out, "runs_in_memory", "gauge",
               executor_count(call->runtime->executor));
    add_metric(out, "accepted_run_wait_seconds", "gauge",
               (uint64_t)wait_ms / 1000);
    return err;
}

enum err
system_metrics(struct route_call *call, struct error *e)
{
    struct core_counts c;
    struct http_counts h = {0};
    struct buf *out = &call->answer->body;
    core_get_counts(call->core, &c);
    if (call->runtime->server)
        http_server_counts(call->runtime->server, &h);
    call->answer->content_type = "text/plain; version=0.0.4";
    add_metric(out, "uptime_seconds", "gauge",
               (uint64_t)(clock_monotonic_ms() - call->runtime->started_ms) /
                   1000);
    add_metric(out, "connections", "gauge", h.connections);
    add_metric(out, "requests_total", "counter", h.requests);
    add_metric(out, "malformed_requests_total", "counter", h.malformed);
    add_metric(out, "reaped_connections_total", "counter", h.reaped);
    add_metric(out, "ticks_total", "counter", c.ticks);
    add_metric(out, "commits_total", "counter", c.commits);
    add_metric(out, "savepoints_total", "counter", c.savepoints);
    add_metric(out, "failed_commits_total", "counter", c.failed_commits);
    add_metric(out, "damage_total", "counter", c.damage);
    add_metric(out, "commit_microseconds_total", "counter", c.commit_us_total);
    add_metric(out, "commit_microseconds_max", "gauge", c.commit_us_max);
    add_metric(out, "parked_calls", "gauge", c.parked);
    add_metric(out, "timers", "gauge", c.timers);
    add_metric(out, "documents_read_total", "counter",
               call->runtime->documents_read);
    add_metric(out, "disk_free_bytes", "gauge", runtime_room(call->runtime));
    add_metric(out, "outbound_calls", "gauge", c.outbound_running);
    add_metric(out, "outbound_connections_total", "counter", c.outbound_judged);
    enum err err = add_waiting(call, out, e);
    if (err == ERR_OK)
        err = add_credentials(call, out, e);
    return err == ERR_OK ? add_runs(call, out, e) : err;
}
