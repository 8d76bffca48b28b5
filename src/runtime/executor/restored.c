/* Runs that a restored store says are open. They may have ended, or may have
 * been cancelled, after the copy was made: one that would change something in
 * an app is parked for a person. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
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

enum { RUNS_AT_ONCE = 100 }; /* in one tick */

struct judging {
    struct core *core;
    struct open_run runs[RUNS_AT_ONCE];
    size_t count;
    struct verdict last[2]; /* most runs have the version of the one before */
    int64_t parked;
};

/* --- what may be done twice ----------------------------------------------- */

static bool
action_repeats(const struct parsed *p, const struct block *b)
{
    const struct connector *connector = connector_set_find(
        &p->connectors, document_connector(p->document, block_text(b, "app")));
    const struct connector_action *a =
        connector ? connector_action(connector, block_text(b, "action")) : NULL;
    return a && (!a->effect || strcmp(a->method, "GET") == 0);
}

/* Reads. By its key an app tells a call from the first one, but not from one
 * that was never to be made: since the backup the run may have been cancelled,
 * or its customer paused or deleted. */
static bool
block_repeats(const struct parsed *p, const struct block *b)
{
    if (strcmp(b->kind->name, "action") == 0)
        return action_repeats(p, b);
    return strcmp(b->kind->name, "api") != 0 ||
           strcmp(block_text(b, "method"), "GET") == 0;
}

static bool
document_repeats(const struct parsed *p)
{
    for (size_t i = 0; i < p->document->count; i++)
        if (!block_repeats(p, &p->document->blocks[i]))
            return false;
    return true;
}

/* A document that cannot be used repeats nothing. */
static enum err
judge(struct judging *j, struct verdict *last, const char *hash,
      struct error *e)
{
    struct parsed *p = NULL;
    if (strcmp(last->hash, hash) == 0)
        return ERR_OK;
    enum err err = parsed_of_version(&core_runtime(j->core)->documents,
                                     core_db(j->core), hash, &p, e);
    memcpy(last->hash, hash, sizeof last->hash);
    last->repeats = err == ERR_OK && document_repeats(p);
    bool unusable = err == ERR_NOT_FOUND || err == ERR_INVALID ||
                    err == ERR_DAMAGED || err == ERR_TOO_BIG;
    if (unusable)
        error_clear(e);
    return unusable ? ERR_OK : err;
}

/* --- the runs ------------------------------------------------------------- */

static void
take(char out[DIGEST_SIZE], const char *hash)
{
    snprintf(out, DIGEST_SIZE, "%s", hash ? hash : "");
}

static enum err
list_open(struct judging *j, const struct walk *walk, struct error *e)
{
    struct db_stmt *q = db_use(core_db(j->core), RS_RUNS_IN_DOUBT);
    struct rs_run_in_doubt found;
    db_int(q, walk->after);
    db_int(q, walk->upto);
    db_int(q, RUNS_AT_ONCE);
    while (rs_run_in_doubt_next(q, &found)) {
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
    enum err err = db_run(q, e);
    if (err == ERR_OK) {
        q = db_use(core_db(j->core), RS_STEPS_ARE_UNKNOWN);
        db_int(q, r->n);
        err = db_run(q, e);
    }
    j->parked++;
    return err == ERR_OK ? executor_count_parked(j->core, r->installed, e)
                         : err;
}

/* What waits for a resume may go on with the live version. */
static enum err
park_in_doubt(struct judging *j, const struct walk *walk, struct error *e)
{
    enum err err = list_open(j, walk, e);
    for (size_t i = 0; i < j->count && err == ERR_OK; i++) {
        const struct open_run *r = &j->runs[i];
        err = judge(j, &j->last[0], r->hash, e);
        if (err == ERR_OK)
            err = judge(j, &j->last[1], r->live, e);
        if (err == ERR_OK && !(j->last[0].repeats && j->last[1].repeats))
            err = park(j, r, e);
    }
    return err;
}

/* --- in parts ------------------------------------------------------------- */

/* What others waited for is over. */
static void
end(struct core *core, struct executor *x)
{
    char count[24];
    x->judging = false;
    snprintf(count, sizeof count, "%lld", (long long)x->restored);
    if (x->restored)
        log_event(LOG_WARNING, "runs parked after a restore", "runs", count,
                  "message", WHY, NULL);
    executor_look(core);
}

static enum err
do_part(struct core *core, struct executor *x, struct walk *walk,
        struct error *e)
{
    struct judging j = {.core = core};
    enum err err = park_in_doubt(&j, walk, e);
    if (j.count > 0)
        walk->after = j.runs[j.count - 1].n;
    if (err == ERR_OK)
        x->restored += j.parked;
    return err == ERR_OK ? walk_keep(core, walk, j.count < RUNS_AT_ONCE, e)
                         : err;
}

/* Nothing goes on before the last part is committed: the next tick finds the
 * walk done. */
enum err
restored_go_on(struct core *core, struct executor *x, struct error *e)
{
    struct walk walk;
    bool found = false;
    enum err err = walk_get(core, WALK_RESTORED, &walk, &found, e);
    if (err == ERR_OK && !found)
        end(core, x);
    return err == ERR_OK && found ? do_part(core, x, &walk, e) : err;
}

/* What is accepted from here on is not of the backup. */
static enum err
begin(struct core *core, struct error *e)
{
    enum err err = walk_begin(core, WALK_RESTORED, e);
    return err == ERR_OK ? runtime_set_judged(core_db(core), true, e) : err;
}

enum err
restored_opened(struct core *core, struct executor *x, struct error *e)
{
    struct walk walk;
    bool held = false, judged = false;
    enum err err = runtime_held(core_db(core), &held, e);
    if (err == ERR_OK)
        err = runtime_name_restore(core_db(core), e);
    if (err == ERR_OK)
        err = runtime_judged(core_db(core), &judged, e);
    if (err == ERR_OK && held && !judged)
        err = begin(core, e);
    x->restored = 0;
    if (err == ERR_OK)
        err = walk_get(core, WALK_RESTORED, &walk, &x->judging, e);
    return err == ERR_OK && x->judging ? do_part(core, x, &walk, e) : err;
}
