/* What of the outbox is due: whole requests in order, past those that wait. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/outbox.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "value/value.h"

#define BATCH_BYTES (1u << 20)

/* --- rows ----------------------------------------------------------------- */

static bool
is_request(const struct outbox_row *row)
{
    return strcmp(row->kind, "document") != 0 &&
           strcmp(row->kind, "integration") != 0;
}

static void
read_row(const struct cs_due_request *r, struct pool *pool,
         struct outbox_row *row)
{
    row->n = r->n;
    row->key = pool_text(pool, r->key);
    row->kind = pool_text(pool, r->kind);
    row->state = (int)r->state;
    row->attempts = r->attempts;
    row->hash = pool_text(pool, r->hash);
    row->actor = pool_text(pool, r->actor);
    row->body = pool_text(pool, r->body);
    row->installation = r->installation;
    row->version = r->version;
    row->lead = r->lead ? r->lead : row->n;
    row->answer = pool_text(pool, r->answer);
}

/* --- what waits ----------------------------------------------------------- */

/* Of a row about no installation and no version, what it is about: a run or a
 * user. A new string, or NULL. */
static char *
subject_of(const struct outbox_row *row)
{
    struct value *item = NULL;
    if (row->installation || row->version ||
        value_read(&item, row->body, strlen(row->body), &value_limits_document,
                   "item", NULL) != ERR_OK)
        return NULL;
    const char *run = value_get_text(item, "runId");
    char *subject = mem_strdup(run ? run : value_get_text(item, "userId"));
    value_free(item);
    return subject;
}

void
outbox_waits_add(struct outbox_waits *w, const struct outbox_row *row,
                 unsigned failures, int64_t at)
{
    bool is_document = strcmp(row->kind, "document") == 0;
    bool is_entry = strcmp(row->kind, "integration") == 0;
    w->rows = mem_resize(w->rows, w->count + 1, sizeof *w->rows);
    w->rows[w->count++] = (struct outbox_wait){
        .lead = row->lead,
        .installation = row->installation,
        .version = row->version,
        .subject = is_request(row) ? subject_of(row) : NULL,
        .hash = is_document ? mem_strdup(row->hash) : NULL,
        .entry = is_entry ? mem_strdup(row->body) : NULL,
        .failures = failures,
        .at = at};
}

static void
clear_wait(struct outbox_wait *w)
{
    free(w->subject);
    free(w->hash);
    free(w->entry);
}

unsigned
outbox_waits_remove(struct outbox_waits *w, int64_t lead)
{
    size_t kept = 0;
    unsigned failures = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (w->rows[i].lead != lead) {
            w->rows[kept++] = w->rows[i];
            continue;
        }
        failures = w->rows[i].failures;
        clear_wait(&w->rows[i]);
    }
    w->count = kept;
    return failures;
}

void
outbox_waits_clear(struct outbox_waits *w)
{
    for (size_t i = 0; i < w->count; i++)
        clear_wait(&w->rows[i]);
    free(w->rows);
    *w = (struct outbox_waits){.count = 0};
}

/* What a row names besides what its columns say; NULL where it names none. */
struct names {
    char *subject, *workflow, *integration;
};

static struct names
names_of(const struct outbox_row *row, const struct outbox_waits *w)
{
    struct names n = {.subject = is_request(row) ? subject_of(row) : NULL};
    struct value *item = NULL;
    bool entry_waits = false;
    for (size_t i = 0; i < w->count && !entry_waits; i++)
        entry_waits = w->rows[i].entry != NULL;
    if (!entry_waits || !row->body ||
        value_read(&item, row->body, strlen(row->body), &value_limits_document,
                   "item", NULL) != ERR_OK)
        return n;
    n.workflow = mem_strdup(value_get_text(item, "workflowId"));
    n.integration = mem_strdup(value_get_text(item, "integrationId"));
    value_free(item);
    return n;
}

static void
clear_names(struct names *n)
{
    free(n->subject);
    free(n->workflow);
    free(n->integration);
}

static bool
has(const char *text, const char *part)
{
    return text && part && strstr(text, part);
}

/* True where ROW may not overtake W: what was asked for later must be carried
 * out later, and what names a document or an entry needs it. */
static bool
is_behind(const struct outbox_row *row, const struct names *names,
          const struct outbox_wait *w)
{
    return row->lead == w->lead || has(row->body, w->hash) ||
           has(w->entry, names->workflow) ||
           has(w->entry, names->integration) ||
           (row->installation && row->installation == w->installation) ||
           (row->version && row->version == w->version) ||
           (names->subject && w->subject &&
            strcmp(names->subject, w->subject) == 0);
}

/* True where ROW waits behind one of W. What resumes a runtime waits behind
 * everything that was asked for before. */
static bool
waits(const struct outbox_row *row, const struct outbox_waits *w)
{
    bool resumes = strcmp(row->kind, "resumeRuntime") == 0;
    bool found = false;
    if (w->count == 0)
        return false;
    struct names names = names_of(row, w);
    for (size_t i = 0; i < w->count && !found; i++)
        found =
            w->rows[i].at && (resumes || is_behind(row, &names, &w->rows[i]));
    clear_names(&names);
    return found;
}

/* --- a batch -------------------------------------------------------------- */

/* What is taken so far: whole requests up to WHOLE, then the rows of one. */
struct taking {
    struct outbox_batch *out;
    size_t limit, whole, bytes;
    struct outbox_waits behind; /* and what waits behind those */
    const struct outbox_waits *first;
    bool reads; /* a document waits: what others name must be known */
    bool full;
};

/* The request that began at t->whole has all its rows. */
static void
end_request(struct taking *t)
{
    struct outbox_row *rows = t->out->rows;
    size_t from = t->whole, to = t->out->count;
    bool late = false;
    for (size_t i = from; i < to && !late; i++)
        late = waits(&rows[i], t->first) || waits(&rows[i], &t->behind);
    if (late || (from > 0 && to > t->limit)) {
        for (size_t i = from; late && i < to; i++)
            outbox_waits_add(&t->behind, &rows[i], 1, 1);
        t->full = !late;
        t->out->count = from;
        return;
    }
    for (size_t i = from; i < to; i++)
        t->bytes += strlen(rows[i].body);
    t->whole = to;
    t->full = to > from && (to >= t->limit || t->bytes >= BATCH_BYTES ||
                            !is_request(&rows[0]));
}

/* True where ROW, the first of its request, cannot go with what was taken. */
static bool
is_apart(const struct taking *t, const struct outbox_row *row)
{
    const struct outbox_row *first = t->out->rows;
    return t->whole > 0 && !row->answer &&
           (!is_request(row) || row->state != first->state);
}

/* Takes ROW; false where the batch ends before it. */
static bool
take_row(struct taking *t, const struct outbox_row *row)
{
    struct outbox_batch *out = t->out;
    if (out->count > t->whole && out->rows[out->count - 1].lead != row->lead)
        end_request(t);
    if (t->full || (out->count == t->whole && is_apart(t, row)))
        return false;
    out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
    out->rows[out->count++] = *row;
    return true;
}

/* Leaves the rows that have a receipt, if any. */
static void
keep_answered(struct outbox_batch *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->count; i++)
        if (out->rows[i].answer)
            out->rows[n++] = out->rows[i];
    out->answered = n > 0;
    out->count = n > 0 ? n : out->count;
}

static enum err
load_document(struct manager *m, struct pool *pool, struct outbox_row *row,
              struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_GET);
    db_text(q, row->hash);
    if (db_row(q)) {
        size_t n;
        const char *body = db_get_text_n(q, &n);
        row->body = pool_text_n(pool, body, n);
    }
    return db_end(q, e);
}

/* Reads rows of STATEMENT into T until its batch is whole. */
static enum err
take_rows(struct manager *m, int statement, int64_t runtime, struct taking *t,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    struct cs_due_request r;
    bool more = true;
    db_int(q, runtime);
    while (more && cs_due_request_next(q, &r)) {
        struct outbox_row row;
        read_row(&r, t->out->pool, &row);
        if (t->reads && strcmp(row.kind, "document") == 0)
            load_document(m, t->out->pool, &row, NULL);
        more = take_row(t, &row);
    }
    if (t->out->count > t->whole)
        end_request(t);
    return db_end(q, e);
}

static enum err
due(struct manager *m, int statement, const struct outbox_ask *ask,
    struct outbox_batch *out, struct error *e)
{
    static const struct outbox_waits none = {.count = 0};
    struct taking t = {.out = out,
                       .limit = ask->limit,
                       .first = ask->past ? ask->past : &none};
    for (size_t i = 0; i < t.first->count && !t.reads; i++)
        t.reads = t.first->rows[i].hash != NULL;
    enum err err = take_rows(m, statement, ask->runtime, &t, e);
    outbox_waits_clear(&t.behind);
    if (err)
        return err;
    keep_answered(out);
    if (out->answered)
        return ERR_OK;
    out->requests = out->count > 0 && is_request(&out->rows[0]);
    if (out->count == 1 && out->rows[0].hash && !out->requests)
        return load_document(m, out->pool, &out->rows[0], e);
    return ERR_OK;
}

enum err
outbox_due(struct manager *m, const struct outbox_ask *ask,
           struct outbox_batch *out, struct error *e)
{
    memset(out, 0, sizeof *out);
    out->pool = pool_new();
    return due(m, ask->held ? CS_OUTBOX_RESUMPTION : CS_OUTBOX_DUE, ask, out,
               e);
}

enum err
manager_outbox_due(struct manager *m, const struct outbox_ask *ask,
                   struct outbox_batch *out, struct error *e)
{
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    if (err)
        memset(out, 0, sizeof *out);
    else
        err = outbox_due(m, ask, out, e);
    return operation_end(m, err, e);
}

void
outbox_batch_clear(struct outbox_batch *batch)
{
    free(batch->rows);
    pool_free(batch->pool);
    memset(batch, 0, sizeof *batch);
}
