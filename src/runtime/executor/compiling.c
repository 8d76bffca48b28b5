/*
 * Large documents are made ready to run on threads beside the core: one of
 * 10,000 rows takes a tenth of a second. Its runs stay in the journal until
 * then, and their installations begin no other run. The documents take turns
 * in the order in which they came.
 *
 * A thread parses the text, the core finds the connectors, and a thread
 * compiles. What that will take is reserved from the bound of the cache before.
 * Where there is no room, those that are in use have turns: after that their
 * runs leave memory, or do not begin, and wait behind the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/installed/live.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

enum {
    LARGE_BYTES = 16 * 1024, /* a document of which the core makes no more */
    AT_ONCE = 2,
    AGAIN_MS = 1000, /* what waits looks for room: something may have gone */
    MEMORY = 40,     /* bytes for each byte of a text, at most about */
    TURN_BYTES = MEMORY * LARGE_BYTES, /* what takes less has no turns */
    QUIET_MS = 60000 /* the next shortage after that is a new one */
};

struct waiter {
    struct waiter *next;
    int64_t run, lane;
    bool left; /* it left memory, and counts as one that waits for room there */
};

enum stage { WAITS, BEGUN, ENDED };

/* In the order in which they came. Those that have ended are kept until their
 * runs have taken them up. */
struct compiling {
    struct compiling *next;
    struct executor *executor;
    struct parsed_cache *cache;
    char hash[DIGEST_SIZE];
    enum stage stage;
    struct waiter *waiters;
    int64_t lane;    /* that it was begun for */
    size_t bytes;    /* that are reserved */
    bool crowded;    /* there was no room for it */
    unsigned pieces; /* of work that the core has not freed */
    /* The thread's while a piece runs. */
    struct buf text;
    struct document *document; /* parsed of it */
    struct parsed *parsed;     /* held */
    struct compiled *compiled;
    struct error why;
};

static struct parsed_cache *
cache_of(struct core *core)
{
    return &core_runtime(core)->documents;
}

/* --- who waits ------------------------------------------------------------ */

/* What counts W in its lane. */
static size_t *
count_of(struct executor *x, const struct waiter *w)
{
    struct lane *lane = lane_of(x, w->lane);
    return w->left ? &lane->crowded : &lane->evaluating;
}

static void
stop_waiting(struct compiling *c, struct waiter **at)
{
    struct waiter *w = *at;
    *at = w->next;
    if (c->stage != ENDED)
        --*count_of(c->executor, w);
    free(w);
}

static void
add_waiter(struct compiling *c, int64_t n, int64_t lane, bool left)
{
    struct waiter *w = mem_alloc(sizeof *w);
    *w = (struct waiter){c->waiters, n, lane, left};
    c->waiters = w;
    ++*count_of(c->executor, w);
}

static struct waiter **
find_waiter(struct compiling *c, int64_t n)
{
    struct waiter **at = &c->waiters;
    while (*at && (*at)->run != n)
        at = &(*at)->next;
    return at;
}

bool
compiling_awaited(const struct executor *x, int64_t n)
{
    for (struct compiling *c = x->compiling; c; c = c->next)
        if (c->stage != ENDED && *find_waiter(c, n))
            return true;
    return false;
}

bool
compiling_has_ended(const struct executor *x, int64_t n)
{
    for (struct compiling *c = x->compiling; c; c = c->next)
        if (c->stage == ENDED && *find_waiter(c, n))
            return true;
    return false;
}

/* --- the list ------------------------------------------------------------- */

static struct compiling *
find(const struct executor *x, const char *hash)
{
    struct compiling *c = x->compiling;
    while (c && strcmp(c->hash, hash) != 0)
        c = c->next;
    return c;
}

static struct compiling *
add(struct core *core, struct executor *x, const char *hash, size_t bytes)
{
    struct compiling *c = mem_alloc(sizeof *c), **last = &x->compiling;
    *c = (struct compiling){
        .executor = x, .cache = cache_of(core), .bytes = bytes};
    memcpy(c->hash, hash, sizeof c->hash);
    buf_init_any(&c->text);
    while (*last)
        last = &(*last)->next;
    *last = c;
    x->compiling_waits++;
    return c;
}

/* Takes the entry *AT, which no thread has, out of the list. */
static void
drop(struct compiling **at)
{
    struct compiling *c = *at;
    *at = c->next;
    while (c->waiters)
        stop_waiting(c, &c->waiters);
    if (c->stage == WAITS)
        c->executor->compiling_waits--;
    if (c->parsed)
        parsed_release(c->parsed);
    buf_clear(&c->text); /* no thread may have come to it */
    free(c);
}

void
compiling_clear(struct executor *x)
{
    x->crowded = false;
    for (struct compiling **at = &x->compiling; *at;) {
        struct compiling *c = *at;
        while (c->waiters)
            stop_waiting(c, &c->waiters);
        if (c->pieces > 0)
            at = &c->next;
        else
            drop(at);
    }
}

/* Drops those whose runs were all tried again. */
static void
drop_unneeded(struct executor *x)
{
    for (struct compiling **at = &x->compiling; *at;)
        if ((*at)->stage == ENDED && !(*at)->waiters && (*at)->pieces == 0)
            drop(at);
        else
            at = &(*at)->next;
}

void
compiling_tried(struct executor *x, int64_t n)
{
    for (struct compiling *c = x->compiling; c; c = c->next)
        if (c->stage == ENDED && *find_waiter(c, n))
            stop_waiting(c, find_waiter(c, n));
    drop_unneeded(x);
}

void
compiling_forget(struct executor *x, int64_t n)
{
    for (struct compiling **at = &x->compiling; *at;) {
        struct compiling *c = *at;
        bool awaited = *find_waiter(c, n);
        if (awaited)
            stop_waiting(c, find_waiter(c, n));
        if (awaited && c->stage == WAITS && !c->waiters)
            drop(at);
        else
            at = &c->next;
    }
}

/* --- on threads ----------------------------------------------------------- */

static void
parse_it(void *ctx, const atomic_bool *stopped)
{
    struct compiling *c = ctx;
    if (!atomic_load(stopped))
        live_document_of(c->hash, &c->text, &c->document, &c->why);
    buf_clear(&c->text);
}

static void
compile_it(void *ctx, const atomic_bool *stopped)
{
    struct compiling *c = ctx;
    if (!atomic_load(stopped))
        compiled_make(c->parsed, &c->compiled, &c->why);
}

/* --- their ends ----------------------------------------------------------- */

/* Its runs are tried again: they find the document, or why it is refused. Does
 * nothing the second time. CORE is NULL where it ends. */
static void
finish(struct core *core, struct compiling *c)
{
    if (c->stage == ENDED)
        return;
    for (struct waiter *w = c->waiters; w; w = w->next) {
        --*count_of(c->executor, w);
        if (core)
            executor_again(core, w->run, w->lane);
    }
    c->stage = ENDED;
    parsed_unreserve(c->cache, c->bytes);
    if (c->compiled) {
        parsed_put(c->cache, c->parsed);
        compiled_keep(c->compiled);
    }
    c->compiled = NULL;
}

/* A piece of C is freed. Where a commit failed, or the core ends, nothing else
 * came of it. */
static void
piece_is_over(void *ctx)
{
    struct compiling *c = ctx;
    if (--c->pieces > 0)
        return;
    document_free(c->document);
    c->document = NULL;
    finish(NULL, c);
    drop_unneeded(c->executor);
}

static void
begin(struct core *core, struct compiling *c,
      void (*run)(void *ctx, const atomic_bool *stopped),
      enum err (*then)(struct core *core, void *ctx, struct error *e))
{
    const struct core_background work = {
        .run = run,
        .then = {.run = then, .free = piece_is_over, .ctx = c},
        .group = c->lane};
    c->pieces++;
    core_begin_background(core, &work);
}

static enum err
is_compiled(struct core *core, void *ctx, struct error *e)
{
    (void)e;
    finish(core, ctx);
    lanes_move_up(core, ((struct compiling *)ctx)->executor);
    return ERR_OK;
}

static void
compile(struct core *core, struct compiling *c)
{
    if (c->parsed && !c->parsed->compiled)
        begin(core, c, compile_it, is_compiled);
    else
        (void)is_compiled(core, c, NULL);
}

static enum err
is_parsed(struct core *core, void *ctx, struct error *e)
{
    struct compiling *c = ctx;
    struct document *document = c->document;
    (void)e;
    c->document = NULL;
    if (document)
        parsed_make(c->cache, core_db(core), c->hash, document, &c->parsed,
                    &c->why);
    compile(core, c);
    return ERR_OK;
}

/* --- their beginnings ----------------------------------------------------- */

/* What is in use has another turn. */
static void
start(struct core *core, struct compiling *c)
{
    c->stage = BEGUN;
    c->executor->compiling_waits--;
    c->parsed = parsed_look(c->cache, c->hash);
    if (c->parsed && c->parsed->compiled)
        ((struct compiled *)c->parsed->compiled)->since_ms =
            clock_monotonic_ms();
    if (c->parsed) {
        parsed_hold(c->parsed);
        compile(core, c);
    } else if (live_document_text(core_db(core), c->hash, &c->text, &c->why) ==
               ERR_OK) {
        begin(core, c, parse_it, is_parsed);
    } else {
        (void)is_compiled(core, c, NULL);
    }
}

static size_t
begun(const struct executor *x)
{
    size_t n = 0;
    for (const struct compiling *c = x->compiling; c; c = c->next)
        n += c->stage == BEGUN;
    return n;
}

/* Whether an installation that waits for C has no other large document in
 * memory; *LANE is that one, or another that waits. */
static bool
is_first_of_any(const struct compiling *c, int64_t *lane)
{
    for (const struct waiter *w = c->waiters; w; w = w->next) {
        *lane = w->lane;
        if (lane_of(c->executor, w->lane)->large == 0)
            return true;
    }
    return false;
}

/* Says once that there is not enough memory for all. */
static void
note_crowd(struct executor *x, bool crowded)
{
    int64_t now = clock_monotonic_ms();
    bool is_new = crowded && !x->crowded &&
                  (!x->crowded_ms || now - x->crowded_ms > QUIET_MS);
    if (crowded || x->crowded)
        x->crowded_ms = now;
    x->crowded = crowded;
    if (is_new)
        log_event(LOG_WARNING, "memory is short", "message",
                  "runs of large versions wait for memory that other large "
                  "versions hold; they take turns",
                  NULL);
}

static bool
any_is_crowded(const struct executor *x)
{
    const struct compiling *c = x->compiling;
    while (c && (c->stage != WAITS || !c->crowded))
        c = c->next;
    return c != NULL;
}

/* Reserves memory for C, FIRST as in parsed_reserve(); a document that is
 * compiled takes no more than it has. */
static bool
has_room(struct executor *x, struct compiling *c, bool first)
{
    const struct parsed *p = parsed_look(c->cache, c->hash);
    size_t bytes = p && p->compiled ? 0 : c->bytes;
    if (bytes && !parsed_reserve(c->cache, bytes, first)) {
        c->crowded |= begun(x) == 0;
        return false;
    }
    c->bytes = bytes;
    return true;
}

/* Past the bound of the cache each installation gets one document, and those
 * that have one are passed by others. */
static void
begin_some(struct core *core, struct executor *x)
{
    bool waits = false; /* one that nothing passes */
    for (struct compiling *c = x->compiling, *next; c && !waits; c = next) {
        next = c->next;
        bool first = is_first_of_any(c, &c->lane);
        if (c->stage != WAITS)
            continue;
        if (begun(x) >= AT_ONCE)
            break;
        if (has_room(x, c, first))
            start(core, c);
        else
            waits = first;
    }
    note_crowd(x, any_is_crowded(x));
}

/* --- turns ---------------------------------------------------------------- */

/* Whether the document P had its turn and others wait for memory. */
static bool
had_its_turn(const struct executor *x, const struct parsed *p)
{
    const struct compiled *c = p ? p->compiled : NULL;
    return c && x->crowded && p->bytes > TURN_BYTES &&
           clock_monotonic_ms() - c->since_ms >= x->turn_ms;
}

bool
compiling_wants(const struct executor *x, const struct run *r)
{
    return x->crowded && r->large;
}

/* Runs that follow each other while others wait have one turn together. */
void
compiling_taken(struct executor *x, struct run *r)
{
    struct compiled *c = r->compiled;
    if (c->runs == 1 && (!x->crowded || !c->since_ms))
        c->since_ms = clock_monotonic_ms();
    r->large = c->parsed->bytes > TURN_BYTES;
    lane_of(x, r->installation)->large += r->large;
}

/* Runs that wait in memory for a time or a turn need no document meanwhile. */
static void
let_go(struct core *core, struct executor *x)
{
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        for (struct run *r = x->runs[i], *next; r; r = next) {
            next = r->next;
            if (compiling_wants(x, r))
                executor_let_go(core, r);
        }
}

void
compiling_move_up(struct core *core, struct executor *x, int64_t *alarm_ms)
{
    begin_some(core, x);
    if (x->crowded)
        let_go(core, x);
    int64_t soon = clock_monotonic_ms() + AGAIN_MS;
    if (x->compiling_waits && soon < *alarm_ms)
        *alarm_ms = soon;
}

bool
compiling_turn_is_over(struct core *core, struct executor *x,
                       const struct run *r)
{
    const struct parsed *p = r->compiled->parsed;
    if (!r->moved || r->later_ms || run_is_evaluated(r) || !had_its_turn(x, p))
        return false;
    begin_some(core, x); /* another one may have left already */
    if (!had_its_turn(x, p))
        return false;
    struct compiling *c = find(x, p->hash);
    if (c && c->stage != WAITS)
        return false; /* it has another turn */
    if (!c)
        c = add(core, x, p->hash, p->bytes);
    add_waiter(c, r->n, r->installation, true);
    memory_leave(core, x, r->n); /* what waits here holds no room there */
    return true;
}

/* While one of them is made ready others wait on for the same reason. */
static bool
waits_for_memory(const struct compiling *c)
{
    const struct executor *x = c->executor;
    return c->stage == WAITS &&
           (x->crowded ||
            (x->crowded_ms && clock_monotonic_ms() - x->crowded_ms < AGAIN_MS));
}

bool
compiling_is_crowded(const struct executor *x, int64_t n)
{
    for (struct compiling *c = x->compiling; c; c = c->next)
        if (*find_waiter(c, n))
            return waits_for_memory(c);
    return false;
}

size_t
compiling_crowd(const struct executor *x)
{
    size_t n = 0;
    for (const struct compiling *c = x->compiling; c; c = c->next)
        for (const struct waiter *w = c->waiters; w; w = w->next)
            n += waits_for_memory(c);
    return n;
}

bool
compiling_is_for(const struct executor *x, int64_t lane)
{
    for (const struct compiling *c = x->compiling; c; c = c->next)
        for (const struct waiter *w = c->waiters; w; w = w->next)
            if (w->lane == lane)
                return true;
    return false;
}

/* --- what runs ask -------------------------------------------------------- */

static enum err
hash_of(struct db *db, int64_t n, char hash[DIGEST_SIZE], struct error *e)
{
    *hash = '\0';
    struct db_stmt *q = db_use(db, RS_RUN_DOCUMENT);
    db_int(q, n);
    if (db_row(q))
        snprintf(hash, DIGEST_SIZE, "%s", db_get_text(q));
    return db_end(q, e);
}

static enum err
size_of(struct db *db, const char *hash, size_t *size, struct error *e)
{
    struct buf text;
    buf_init_any(&text);
    enum err err = live_document_text(db, hash, &text, e);
    *size = text.len;
    buf_clear(&text);
    return err;
}

enum err
compiling_ready(struct core *core, struct executor *x, int64_t n, int64_t lane,
                bool *ready, struct error *why)
{
    char hash[DIGEST_SIZE];
    size_t size = 0;
    enum err err = hash_of(core_db(core), n, hash, why);
    const struct parsed *p = parsed_look(cache_of(core), hash);
    struct compiling *c = find(x, hash);
    bool queues = c ? c->stage == WAITS : had_its_turn(x, p);
    *ready =
        !*hash || (p && p->compiled && !queues) || (c && c->stage == ENDED);
    if (c && c->stage == ENDED && c->why.code != ERR_OK)
        *why = c->why;
    if (err != ERR_OK || *ready)
        return err == ERR_OK && c && c->stage == ENDED ? c->why.code : err;
    if (!c)
        err = size_of(core_db(core), hash, &size, why);
    *ready = !c && !queues && size <= LARGE_BYTES;
    if (err != ERR_OK || *ready)
        return err;
    if (!c)
        c = add(core, x, hash, size * MEMORY);
    add_waiter(c, n, lane, false);
    begin_some(core, x);
    if (x->compiling_waits)
        lanes_look(core, x);
    return ERR_OK;
}
