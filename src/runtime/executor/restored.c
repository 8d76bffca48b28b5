/* Runs that a restored store says are open. They may have ended, or may have
 * been cancelled, after the copy was made: one that would change something in
 * an app is parked for a person. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

#define WHY                                                                    \
    "the backup was made before the run ended: since then its calls may have " \
    "been made, or the run cancelled (look in the app, then retry or cancel "  \
    "the run)"

struct open_run {
    int64_t n, installed;
    char hash[DIGEST_SIZE], live[DIGEST_SIZE]; /* its version's, the live one */
};

/* What is known of the document of HASH. */
struct verdict {
    char hash[DIGEST_SIZE];
    bool repeats;
};

struct judging {
    struct core *core;
    struct open_run *runs;
    size_t count;
    struct verdict last[2]; /* most runs have the version of the one before */
    int64_t parked;
};

/* --- what may be done twice ----------------------------------------------- */

static bool
action_repeats(const struct compiled *c, const struct block *b)
{
    const struct connector *connector = connector_set_find(
        c->connectors, document_connector(c->document, block_text(b, "app")));
    const struct connector_action *a =
        connector ? connector_action(connector, block_text(b, "action")) : NULL;
    return a && (!a->effect || strcmp(a->method, "GET") == 0);
}

/* Reads. By its key an app tells a call from the first one, but not from one
 * that was never to be made: since the backup the run may have been cancelled,
 * or its customer paused or deleted. */
static bool
block_repeats(const struct compiled *c, const struct block *b)
{
    if (strcmp(b->kind->name, "action") == 0)
        return action_repeats(c, b);
    return strcmp(b->kind->name, "api") != 0 ||
           strcmp(block_text(b, "method"), "GET") == 0;
}

static bool
document_repeats(const struct compiled *c)
{
    for (size_t i = 0; i < c->document->count; i++)
        if (!block_repeats(c, &c->document->blocks[i]))
            return false;
    return true;
}

/* A document that cannot be used repeats nothing. */
static enum err
judge(struct judging *j, struct verdict *last, const char *hash,
      struct error *e)
{
    struct compiled *c = NULL;
    if (strcmp(last->hash, hash) == 0)
        return ERR_OK;
    enum err code = compiled_get(&core_runtime(j->core)->documents,
                                 core_db(j->core), hash, &c, e);
    memcpy(last->hash, hash, sizeof last->hash);
    last->repeats = code == ERR_OK && document_repeats(c);
    if (code == ERR_OK)
        compiled_release(c);
    bool unusable = code == ERR_NOT_FOUND || code == ERR_INVALID ||
                    code == ERR_DAMAGED || code == ERR_TOO_BIG;
    if (unusable)
        error_clear(e);
    return unusable ? ERR_OK : code;
}

/* --- the runs ------------------------------------------------------------- */

static void
take(char out[DIGEST_SIZE], const char *hash)
{
    snprintf(out, DIGEST_SIZE, "%s", hash ? hash : "");
}

static enum err
list_open(struct judging *j, struct error *e)
{
    struct db_stmt *q = db_use(core_db(j->core), RS_RUNS_IN_DOUBT);
    struct rs_run_in_doubt found;
    while (rs_run_in_doubt_next(q, &found)) {
        j->runs = mem_resize(j->runs, j->count + 1, sizeof *j->runs);
        struct open_run *r = &j->runs[j->count++];
        r->n = found.n;
        r->installed = found.installed;
        take(r->hash, found.hash);
        take(r->live, found.live_hash);
    }
    return db_end(q, e);
}

/* A call that was out has no answer in this store: a retry makes it again. */
static enum err
park(struct judging *j, const struct open_run *r, struct error *e)
{
    struct db_stmt *q = db_use(core_db(j->core), RS_RUN_PARK_RESTORED);
    db_text(q, WHY);
    db_int(q, r->n);
    enum err code = db_run(q, e);
    if (code == ERR_OK) {
        q = db_use(core_db(j->core), RS_STEPS_ARE_UNKNOWN);
        db_int(q, r->n);
        code = db_run(q, e);
    }
    j->parked++;
    return code == ERR_OK ? executor_count_parked(j->core, r->installed, e)
                          : code;
}

/* What waits for a resume may go on with the live version. */
static enum err
park_in_doubt(struct judging *j, struct error *e)
{
    enum err code = list_open(j, e);
    for (size_t i = 0; i < j->count && code == ERR_OK; i++) {
        const struct open_run *r = &j->runs[i];
        code = judge(j, &j->last[0], r->hash, e);
        if (code == ERR_OK)
            code = judge(j, &j->last[1], r->live, e);
        if (code == ERR_OK && !(j->last[0].repeats && j->last[1].repeats))
            code = park(j, r, e);
    }
    return code;
}

enum err
restored_opened(struct core *core, struct error *e)
{
    struct judging j = {.core = core};
    bool held = false, judged = false;
    enum err code = runtime_held(core_db(core), &held, e);
    if (code == ERR_OK)
        code = runtime_name_restore(core_db(core), e);
    if (code == ERR_OK)
        code = runtime_judged(core_db(core), &judged, e);
    if (code != ERR_OK || !held || judged)
        return code;
    code = park_in_doubt(&j, e);
    free(j.runs);
    if (code == ERR_OK && j.parked) {
        char count[24];
        snprintf(count, sizeof count, "%lld", (long long)j.parked);
        log_event(LOG_WARNING, "runs parked after a restore", "runs", count,
                  "message", WHY, NULL);
    }
    return code == ERR_OK ? runtime_set_judged(core_db(core), true, e) : code;
}
