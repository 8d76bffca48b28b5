/* A run out of the journal, and out of memory again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/run.h"
#include "runtime/installed/live.h"
#include "runtime/runtime.h"

struct loaded {
    char hash[DIGEST_SIZE];
    int64_t started_ms;
    struct buf input;
    bool runnable;
};

static void
copy_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

static enum err
load_row(struct db *db, struct run *r, struct loaded *l, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_RUN_LOAD);
    db_int(q, r->n);
    struct rs_loaded_run found;
    if (rs_loaded_run_next(q, &found)) {
        copy_text(r->id, sizeof r->id, found.id);
        copy_text(r->execution, sizeof r->execution, found.execution);
        copy_text(r->root, sizeof r->root, found.root);
        r->key_form = (int)found.key_form;
        r->installed = found.installed;
        copy_text(l->hash, sizeof l->hash, found.hash);
        r->begun = found.labelled;
        r->replays = found.started_at != 0;
        l->started_ms = r->replays ? found.started_at : clock_now_ms();
        r->version = found.version;
        l->runnable = found.state == RUN_ACCEPTED || found.state == RUN_RUNNING;
        buf_add(&l->input, found.input, found.input_length);
    }
    return db_end(q, e);
}

static enum err
load_place(struct db *db, struct run *r, struct error *e)
{
    struct rs_installed_owner o;
    struct db_stmt *q = db_use(db, RS_INSTALLED_OWNER);
    db_int(q, r->installed);
    if (rs_installed_owner_next(q, &o)) {
        r->environment = (int)o.environment;
        copy_text(r->user_id, sizeof r->user_id, o.user_id);
        copy_text(r->workflow_id, sizeof r->workflow_id, o.workflow_id);
        copy_text(r->installation_id, sizeof r->installation_id,
                  o.installation_id);
        r->user = o.user;
        r->installation = o.installation;
    }
    return db_end(q, e);
}

static enum err
load_answers(struct db *db, struct run *r, struct error *e)
{
    struct value *facts = NULL;
    enum err err = live_facts(db, r->installation, &facts, e);
    if (err == ERR_OK)
        r->answers = value_detach(facts, "answers");
    value_free(facts);
    return err;
}

static enum err
begin(struct db *db, const struct run *r, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_RUN_BEGIN);
    db_int(q, r->now_ms);
    db_int(q, r->n);
    return db_run(q, e);
}

/* The document's own list of blocks is the first frame. */
static void
push_document(struct run *r)
{
    r->frames[0] = (struct frame){
        .list = "blocks", .next = 1, .end = r->compiled->document->count};
    r->depth = 1;
}

/* A run whose payload was erased, or lost, must not begin with nothing: its
 * calls would take empty values to the customer's app. */
static enum err
check_input(const struct loaded *l, struct error *e)
{
    static const char erased[] = "null";
    bool kept =
        l->input.len > 0 && (l->input.len != strlen(erased) ||
                             memcmp(l->input.data, erased, l->input.len) != 0);
    return kept ? ERR_OK
                : error_set(e, ERR_INVALID,
                            "run: its payload is no longer kept");
}

static enum err
prepare(struct core *core, struct run *r, struct loaded *l, struct error *e)
{
    struct db *db = core_db(core);
    enum err err = load_place(db, r, e);
    if (err == ERR_OK)
        err = check_input(l, e);
    if (err == ERR_OK)
        err = compiled_get(&core_runtime(core)->documents, db, l->hash,
                           &r->compiled, e);
    if (err == ERR_OK && !r->compiled->document->trigger)
        err = error_set(e, ERR_INVALID, "the document has no trigger");
    if (err != ERR_OK)
        return err;
    r->outputs = mem_array(r->compiled->document->count, sizeof *r->outputs);
    r->now_ms = l->started_ms;
    r->unread = l->input;
    buf_init(&l->input, 0);
    r->reads = true;
    err = load_answers(db, r, e);
    push_document(r);
    return err == ERR_OK ? begin(db, r, e) : err;
}

enum err
run_load(struct core *core, int64_t n, struct run **out, struct error *e)
{
    struct run *r = mem_alloc(sizeof *r);
    struct loaded l = {0};
    buf_init(&l.input, RUN_OUTPUT_MAX);
    buf_init(&r->pages.text, RUN_OUTPUT_MAX);
    buf_init(&r->pages.marks, RUN_OUTPUT_MAX);
    r->n = n;
    enum err err = load_row(core_db(core), r, &l, e);
    if (err == ERR_OK && !l.runnable)
        err = error_set(e, ERR_NOT_FOUND, "run %lld: it is not to be run",
                        (long long)n);
    if (err == ERR_OK)
        err = prepare(core, r, &l, e);
    buf_clear(&l.input);
    if (err == ERR_OK)
        *out = r;
    else
        run_free(r);
    return err;
}

void
run_free(struct run *r)
{
    if (!r)
        return;
    for (size_t i = 0; r->outputs && i < r->compiled->document->count; i++)
        output_clear(&r->outputs[i]);
    for (size_t i = 0; i < sizeof r->scratch / sizeof *r->scratch; i++)
        output_clear(&r->scratch[i]);
    for (size_t i = 0; i < r->depth; i++)
        output_clear(&r->frames[i].items);
    buf_clear(&r->pages.text);
    buf_clear(&r->pages.marks);
    output_clear(&r->pages.page);
    value_free(r->pages.follows);
    value_free(r->pages.kept);
    buf_clear(&r->unread);
    output_clear(&r->answer);
    free(r->outputs);
    value_free(r->answers);
    compiled_leave(r->compiled);
    evaluation_free(r->evaluation);
    free(r);
}
