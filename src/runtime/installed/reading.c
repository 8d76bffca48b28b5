/* Large documents that calls need, parsed on threads beside the core. */
#include "runtime/installed/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/installed/live.h"
#include "runtime/installed/trigger.h"
#include "runtime/runtime.h"

enum {
    LARGE_BYTES = 16 * 1024, /* a document of which the core parses no more */
    AT_ONCE = 4,             /* texts that wait for a thread, or are there */
    KEPT_MS = 60000, /* that it is not parsed again for who comes back */
    WAIT_MS = 30000  /* then the call parses it itself */
};

/* A document that is being parsed, or was lately. */
struct reading {
    struct reading *next;
    struct runtime *runtime;
    char hash[DIGEST_SIZE];
    bool ended;
    int64_t ended_ms; /* monotonic */
    /* The thread's until it has ended. */
    struct buf text;
    struct document *document;
    struct error why;
};

/* --- the list ------------------------------------------------------------- */

static struct reading **
find(struct runtime *r, const char *hash)
{
    struct reading **at = &r->reading;
    while (*at && strcmp((*at)->hash, hash) != 0)
        at = &(*at)->next;
    return at;
}

static void
drop(struct reading **at)
{
    struct reading *g = *at;
    *at = g->next;
    buf_clear(&g->text);
    document_free(g->document);
    free(g);
}

void
reading_clear(struct reading **list)
{
    while (*list)
        drop(list);
}

/* Drops those that ended long ago; how many have not ended. */
static size_t
drop_old(struct runtime *r)
{
    size_t begun = 0;
    int64_t now = clock_monotonic_ms();
    for (struct reading **at = &r->reading; *at;) {
        begun += !(*at)->ended;
        if ((*at)->ended && now - (*at)->ended_ms > KEPT_MS)
            drop(at);
        else
            at = &(*at)->next;
    }
    return begun;
}

/* --- on a thread ---------------------------------------------------------- */

static void
parse_it(void *ctx, const atomic_bool *stopped)
{
    struct reading *g = ctx;
    if (!atomic_load(stopped))
        live_document_of(g->hash, &g->text, &g->document, &g->why);
    buf_clear(&g->text);
}

/* --- its end -------------------------------------------------------------- */

/* Where a commit failed, or the core ends, nothing came of it: who asks again
 * begins anew. */
static void
is_over(void *ctx)
{
    struct reading *g = ctx;
    if (!g->ended)
        drop(find(g->runtime, g->hash));
}

/* Keeps what others would parse the document for. */
static enum err
keep(struct core *core, struct reading *g, struct error *e)
{
    struct runtime *r = g->runtime;
    struct document *document = g->document;
    struct parsed *p = NULL;
    struct trigger_facts trigger = {0};
    g->document = NULL;
    trigger_facts_of(document, &trigger);
    enum err err = parsed_make(&r->documents, core_db(core), g->hash, document,
                               &p, &g->why);
    if (err == ERR_OK) {
        asks_note(&r->asks, g->hash, p->document, &p->connectors);
        parsed_put(&r->documents, p);
        parsed_release(p);
    }
    struct parsed *old = parsed_take_discarded(&r->documents);
    if (old)
        core_discard(core, parsed_free_discarded, old);
    if (trigger.kind)
        err = trigger_keep(core_db(core), g->hash, &trigger, e);
    else
        err = ERR_OK;
    trigger_facts_clear(&trigger);
    return err;
}

static enum err
is_parsed(struct core *core, void *ctx, struct error *e)
{
    struct reading *g = ctx;
    enum err err = g->document ? keep(core, g, e) : ERR_OK;
    g->ended = true;
    g->runtime->documents_read++;
    g->ended_ms = clock_monotonic_ms();
    core_wake(core, CORE_TOPIC_DOCUMENTS);
    return err;
}

/* --- asking --------------------------------------------------------------- */

/* What was begun, or NULL where the document is not to be had. */
static struct reading *
begin(struct core *core, const char *hash)
{
    struct runtime *r = core_runtime(core);
    struct error ignored;
    struct reading *g = mem_alloc(sizeof *g);
    *g = (struct reading){.next = r->reading, .runtime = r};
    snprintf(g->hash, sizeof g->hash, "%s", hash);
    buf_init_any(&g->text);
    r->reading = g;
    if (live_document_text(core_db(core), hash, &g->text, &ignored) != ERR_OK) {
        drop(&r->reading);
        return NULL;
    }
    const struct core_background work = {
        .run = parse_it, .then = {.run = is_parsed, .free = is_over, .ctx = g}};
    core_begin_background(core, &work);
    return *find(r, hash);
}

/* The length of the document HASH, of which no more is loaded; -1 where it is
 * not to be had. */
static int64_t
length_of(struct db *db, const char *hash)
{
    struct error ignored;
    struct buf none;
    int64_t n = 0, bytes = -1;
    struct db_stmt *q = db_use(db, RS_DOCUMENT_HAS);
    db_text(q, hash);
    enum err err = db_run_int(q, &n, NULL, &ignored);
    buf_init(&none, 1);
    if (err == ERR_OK && n)
        err = db_read_text(db, "document", "body", n, 0, 0, &none, &bytes,
                           &ignored);
    buf_clear(&none);
    return err == ERR_OK ? bytes : -1;
}

/* Whether who needs HASH, which nobody parses, does so at once. */
static bool
is_quick(struct core *core, const char *hash)
{
    return parsed_look(&core_runtime(core)->documents, hash) ||
           length_of(core_db(core), hash) <= LARGE_BYTES;
}

static enum err
wait(struct core *core, const char *hash, struct error *e)
{
    core_wait(core, CORE_TOPIC_DOCUMENTS, WAIT_MS);
    return error_set(e, ERR_BUSY, "document %.12s: it is still being read",
                     hash);
}

enum err
reading_check(struct core *core, const char *hash, struct error *e)
{
    struct runtime *r = core_runtime(core);
    if (!core_may_wait(core))
        return ERR_OK;
    size_t begun = drop_old(r);
    const struct reading *g = *find(r, hash);
    if (!g && is_quick(core, hash))
        return ERR_OK;
    if (!g && begun >= AT_ONCE)
        return wait(core, hash, e);
    if (!g)
        g = begin(core, hash);
    return !g || g->ended ? ERR_OK : wait(core, hash, e);
}
