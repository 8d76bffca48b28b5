/* Runs as engineers see them: lists without payloads, one run with its
 * blocks, each look at it on record. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/payload.h"
#include "runtime/embedded/query.h"
#include "runtime/installed/live.h"
#include "runtime/installed/lookup.h"
#include "runtime/manage/manage.h"

enum { LIST_MAX = 200, STEPS_MAX = 5000, ACTOR_MAX = 200 };

/* The columns that RUNS_PAGE, RUNS_LABELLED and RUN_SHOW begin with. */
static struct value *
run_value(struct db_stmt *q)
{
    struct value *v = value_object();
    char label[48];
    version_label(label, db_get_int(q, 16), db_get_int(q, 17));
    value_set_text(v, "runId", db_get_text(q, 1));
    value_set_text(v, "executionId", db_get_text(q, 2));
    value_set_text(v, "installationId", db_get_text(q, 3));
    value_set_text(v, "workflowId", db_get_text(q, 4));
    value_set_text(v, "versionId", db_get_text(q, 5));
    value_set_text(v, "version", label);
    value_set_text(v, "state", rt_run_state_word((int)db_get_int(q, 6)));
    if (db_get_int(q, 7))
        value_set_text(v, "parkedFor", rt_park_word((int)db_get_int(q, 7)));
    value_set_text(v, "event", db_get_text(q, 8));
    value_set_text(v, "label", db_get_text(q, 9));
    api_set_time(v, "acceptedAt", db_get_int(q, 10));
    api_set_time(v, "startedAt", db_get_int(q, 11));
    api_set_time(v, "stoppedAt", db_get_int(q, 12));
    value_set_text(v, "message", db_get_text(q, 13));
    value_set_text(v, "blockId", db_get_text(q, 14));
    value_set_int(v, "setAside", db_get_int(q, 15));
    return v;
}

static enum err
read_runs(struct call *call, const struct manage_page *page, struct value *list,
          int64_t *last, struct error *e)
{
    const char *find = http_request_query(call->request, "find");
    const char *state = http_request_query(call->request, "state");
    int64_t since = 0, until = INT64_MAX;
    int wanted = rt_run_state_of_word(state);
    if (state && *state && wanted < 0)
        return error_set(e, ERR_USAGE, "state: there is no state %s", state);
    enum err code = query_time(call, "since", &since, e);
    if (code == ERR_OK)
        code = query_time(call, "until", &until, e);
    if (code != ERR_OK)
        return code;
    bool labelled = find && *find;
    struct db_stmt *q =
        db_use(call->db, labelled ? RS_RUNS_LABELLED : RS_RUNS_PAGE);
    db_int(q, call->caller.environment);
    db_int(q, page->after);
    db_text(q, http_request_query(call->request, "installationId"));
    db_int(q, wanted);
    db_int(q, since);
    db_int(q, until);
    db_int(q, page->limit);
    if (labelled)
        db_text(q, find);
    while (db_row(q)) {
        *last = db_get_int(q, 0);
        value_append(list, run_value(q));
    }
    return db_end(q, e);
}

enum err
manage_runs(struct call *call, struct error *e)
{
    struct value *list = value_array();
    struct manage_page page;
    int64_t last = 0;
    char cursor[24];
    enum err code = manage_page_asked(call, INT64_MAX, &page, e);
    if (page.limit > LIST_MAX)
        page.limit = LIST_MAX;
    if (code == ERR_OK)
        code = read_runs(call, &page, list, &last, e);
    if (code != ERR_OK) {
        value_free(list);
        return code;
    }
    bool more = (int64_t)value_size(list) == page.limit;
    struct value *v = value_object();
    snprintf(cursor, sizeof cursor, "%lld", (long long)last);
    value_set(v, "data", list);
    value_set_text(v, "cursor", more ? cursor : NULL);
    api_answer(call, v);
    return ERR_OK;
}

/* --- one run -------------------------------------------------------------- */

static enum err
set_payloads(struct db *db, struct payloads *p, int64_t step, struct value *v,
             struct error *e)
{
    enum err code = payload_set(db, p, "step", "request", step, v, "input", e);
    return code == ERR_OK
               ? payload_set(db, p, "step", "output", step, v, "output", e)
               : code;
}

static struct value *
step_value(struct db_stmt *q, const struct document *d)
{
    struct value *v = value_object();
    const char *id = db_get_text(q, 0);
    const struct block *b = d ? document_block(d, id) : NULL;
    value_set_text(v, "blockId", id);
    value_set_text(v, "block", b ? b->name : NULL);
    value_set_text(v, "kind", b ? b->kind->name : NULL);
    value_set_text(v, "place", db_get_text(q, 1));
    value_set_int(v, "page", db_get_int(q, 2));
    value_set_text(v, "state", rt_step_state_word((int)db_get_int(q, 3)));
    value_set_text(v, "idempotencyKey", db_get_text(q, 4));
    if (!db_is_null(q, 6))
        value_set_int(v, "status", db_get_int(q, 6));
    value_set_text(v, "message", db_get_text(q, 7));
    value_set_int(v, "attempts", db_get_int(q, 8));
    api_set_time(v, "startedAt", db_get_int(q, 9));
    api_set_time(v, "stoppedAt", db_get_int(q, 10));
    return v;
}

static enum err
add_steps(struct call *call, int64_t run, const char *hash, struct payloads *p,
          struct value *v, struct error *e)
{
    struct document *d = NULL;
    struct value *list = value_array();
    enum err code = hash ? live_document(call->db, hash, &d, e) : ERR_OK;
    if (code == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_STEPS_OF_RUN);
        db_int(q, run);
        db_int(q, STEPS_MAX);
        while (code == ERR_OK && db_row(q)) {
            struct value *step = step_value(q, d);
            value_append(list, step);
            code = set_payloads(call->db, p, db_get_int(q, 5), step, e);
        }
        enum err read = db_end(q, code == ERR_OK ? e : NULL);
        code = code == ERR_OK ? read : code;
    }
    document_free(d);
    value_set(v, "blocks", list);
    return code;
}

/* A look at a payload stays on record, with who looked. */
static enum err
record_look(struct call *call, const char *actor, int64_t run, const char *id,
            struct error *e)
{
    log_event(LOG_INFO, "payload looked at", "actor", actor, "run", id, "token",
              call->caller.key_name, NULL);
    struct db_stmt *q = db_use(call->db, RS_LOOK_ADD);
    db_int(q, clock_now_ms());
    db_text(q, actor);
    db_text(q, call->caller.key_name);
    db_int(q, run);
    return db_run(q, e);
}

enum err
manage_run(struct call *call, struct error *e)
{
    const char *actor = http_request_query(call->request, "actor");
    struct value *v = NULL;
    char hash[DIGEST_SIZE] = "";
    struct payloads p = {.left = PAYLOADS_ALL};
    int64_t n = 0;
    if (!actor || !*actor || strlen(actor) > ACTOR_MAX)
        return error_set(e, ERR_USAGE,
                         "actor is missing (who looks is put on record)");
    struct db_stmt *q = db_use(call->db, RS_RUN_SHOW);
    db_text(q, call->params[0]);
    db_int(q, call->caller.environment);
    if (db_row(q)) {
        n = db_get_int(q, 0);
        v = run_value(q);
        api_set_time(v, "payloadUntil", db_get_int(q, 18));
        snprintf(hash, sizeof hash, "%s",
                 db_is_null(q, 19) ? "" : db_get_text(q, 19));
        value_set_text(v, "hash", hash);
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK && !v)
        code = error_set(e, ERR_NOT_FOUND, "run %s: there is none",
                         call->params[0]);
    if (code == ERR_OK)
        code = record_look(call, actor, n, call->params[0], e);
    if (code == ERR_OK)
        code = payload_set(call->db, &p, "run", "input", n, v, "input", e);
    if (code == ERR_OK)
        code = add_steps(call, n, *hash ? hash : NULL, &p, v, e);
    if (code == ERR_OK && p.cut)
        value_set_int(v, "payloadsCut", p.cut);
    if (code == ERR_OK)
        api_answer(call, v);
    else
        value_free(v);
    return code;
}
