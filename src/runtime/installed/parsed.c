/* Parsed documents, the last used first. */
#include "runtime/installed/parsed.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/installed/live.h"
#include "store/runtime.h"

/* The allocator keeps what is freed; past so much it is told to give it back
 * to the system, which takes it milliseconds. */
enum {
    TRIM_BYTES = 16 * 1024 * 1024,
    LARGE_BYTES = 256 * 1024,           /* freeing it takes a while */
    DISCARDED_BYTES = 64 * 1024 * 1024, /* at most, until they are freed */
    HELD_BOUNDS = 4
};

void
parsed_cache_init(struct parsed_cache *c, size_t max)
{
    *c = (struct parsed_cache){.max = max};
}

/* The connectors of P are gone: others share them on the core's thread. */
static void
destroy(struct parsed *p)
{
    if (p->drop)
        p->drop(p->compiled);
    document_free(p->document);
    free(p);
}

/* A large one is left for a thread, if any comes for it. */
static void
discard(struct parsed *p)
{
    struct parsed_cache *c = p->owner;
    connector_set_clear(&p->connectors);
    if (p->bytes < LARGE_BYTES ||
        c->discarded_bytes + p->bytes > DISCARDED_BYTES) {
        destroy(p);
        return;
    }
    c->discarded_bytes += p->bytes;
    p->next = c->discarded;
    c->discarded = p;
}

struct parsed *
parsed_take_discarded(struct parsed_cache *c)
{
    struct parsed *list = c->discarded;
    if (list && c->freed >= TRIM_BYTES) {
        list->trims = true;
        c->freed = 0;
    }
    c->discarded = NULL;
    c->discarded_bytes = 0;
    return list;
}

void
parsed_free_discarded(void *list)
{
    struct parsed *p = list;
    bool trims = p && p->trims;
    while (p) {
        struct parsed *next = p->next;
        destroy(p);
        p = next;
    }
    if (trims)
        malloc_trim(0);
}

/* The connector HASH of an entry of C, or NULL. */
static struct connector *
connector_in(const struct parsed_cache *c, const char *hash)
{
    for (const struct parsed *p = c->first; p; p = p->next)
        for (size_t i = 0; i < p->connectors.count; i++)
            if (strcmp(connector_hash(p->connectors.items[i]), hash) == 0)
                return p->connectors.items[i];
    return NULL;
}

/* The memory that P, which is not in C, brings there or takes away: with those
 * of its connectors that no entry of C has. */
static size_t
weight(const struct parsed_cache *c, const struct parsed *p)
{
    size_t n = p->bytes;
    for (size_t i = 0; i < p->connectors.count; i++)
        if (!connector_in(c, connector_hash(p->connectors.items[i])))
            n += connector_bytes(p->connectors.items[i]);
    return n;
}

static struct parsed *
take_at(struct parsed_cache *c, struct parsed **at)
{
    struct parsed *p = *at;
    *at = p->next;
    p->cache = NULL;
    c->count--;
    c->bytes -= weight(c, p);
    return p;
}

static void
put_first(struct parsed_cache *c, struct parsed *p)
{
    c->bytes += weight(c, p);
    p->next = c->first;
    p->cache = c;
    c->first = p;
    c->count++;
}

/* The place of the entry that goes first: the last one that nobody holds, and
 * that is not LAST. */
static struct parsed **
oldest(struct parsed_cache *c, const struct parsed *last)
{
    struct parsed **found = NULL;
    for (struct parsed **at = &c->first; *at; at = &(*at)->next)
        if (*at != last && (*at)->holders == 1)
            found = at;
    return found;
}

/* Whether C would be over its bound with so many BYTES more. */
static bool
is_over(const struct parsed_cache *c, size_t bytes)
{
    return c->bytes + c->reserved + bytes > c->max;
}

/* Lets documents go, but for LAST, until there is room for BYTES. */
static void
make_room(struct parsed_cache *c, size_t bytes, const struct parsed *last)
{
    struct parsed **at;
    while (is_over(c, bytes) && (at = oldest(c, last))) {
        size_t before = c->bytes;
        parsed_release(take_at(c, at));
        c->freed += before - c->bytes;
    }
}

static void
keep_small(struct parsed_cache *c)
{
    make_room(c, 0, c->first);
    if (c->freed < TRIM_BYTES || c->discarded)
        return;
    c->freed = 0;
    malloc_trim(0);
}

void
parsed_cache_clear(struct parsed_cache *c)
{
    while (c->first)
        parsed_release(take_at(c, &c->first));
    parsed_free_discarded(parsed_take_discarded(c));
}

bool
parsed_cache_is_full(const struct parsed_cache *c)
{
    return is_over(c, 0);
}

bool
parsed_reserve(struct parsed_cache *c, size_t bytes, bool first)
{
    if (bytes > c->max)
        bytes = c->max;
    make_room(c, bytes, NULL);
    bool alone =
        first && c->reserved == 0 && c->bytes + bytes <= HELD_BOUNDS * c->max;
    if (is_over(c, bytes) && !alone)
        return false;
    c->reserved += bytes;
    return true;
}

void
parsed_unreserve(struct parsed_cache *c, size_t bytes)
{
    c->reserved -= bytes < c->max ? bytes : c->max;
}

void
parsed_compiled(struct parsed *p, void *compiled, void (*drop)(void *compiled),
                size_t more)
{
    p->compiled = compiled;
    p->drop = drop;
    p->bytes += more;
    if (p->cache) {
        p->cache->bytes += more;
        keep_small(p->cache);
    }
}

void
parsed_hold(struct parsed *p)
{
    p->holders++;
}

void
parsed_release(struct parsed *p)
{
    if (--p->holders == 0)
        discard(p);
    else if (p->cache)
        keep_small(p->cache);
}

enum err
parsed_check_here(struct db *db, const char *hash, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_DOCUMENT_HAS);
    db_text(q, hash);
    bool found = db_row(q);
    enum err err = db_end(q, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND, "document %.12s: not found", hash);
    return err;
}

/* A connector that was missing then may be here now. */
static bool
is_whole(const struct parsed *p)
{
    return p->connectors.count ==
           value_size(value_get(p->document->root, "connectors"));
}

static size_t
bytes_of(const struct parsed *p)
{
    return mem_bytes(p) + mem_bytes(p->connectors.items) +
           document_bytes(p->document);
}

/* The entry of HASH, brought to the front, or NULL. */
static struct parsed *
find(struct parsed_cache *c, const char *hash)
{
    struct parsed **at = &c->first;
    while (*at && strcmp((*at)->hash, hash) != 0)
        at = &(*at)->next;
    struct parsed *p = *at;
    if (!p)
        return NULL;
    *at = p->next;
    p->next = c->first;
    c->first = p;
    return p;
}

/* Those connectors of P that an entry has, and the store too. */
static void
share_connectors(struct parsed_cache *c, struct db *db, struct parsed *p)
{
    const struct value *pins = value_get(p->document->root, "connectors");
    struct error missing;
    for (size_t i = 0; i < value_size(pins); i++) {
        const char *hash = value_text_or(value_at(pins, i), "");
        struct connector *found = connector_in(c, hash);
        if (found && parsed_check_here(db, hash, &missing) == ERR_OK)
            connector_set_add(&p->connectors, connector_share(found));
    }
}

enum err
parsed_make(struct parsed_cache *c, struct db *db, const char *hash,
            struct document *document, struct parsed **out, struct error *e)
{
    struct parsed *p = mem_alloc(sizeof *p);
    memcpy(p->hash, hash, sizeof p->hash);
    p->owner = c;
    p->holders = 1;
    p->document = document;
    connector_set_init(&p->connectors);
    share_connectors(c, db, p);
    enum err err = live_connectors(db, p->document, &p->connectors, e);
    p->bytes = bytes_of(p);
    if (err == ERR_OK)
        *out = p;
    else
        parsed_release(p);
    return err;
}

static enum err
parse(struct parsed_cache *c, struct db *db, const char *hash,
      struct parsed **out, struct error *e)
{
    struct document *document = NULL;
    enum err err = live_document(db, hash, &document, e);
    return err == ERR_OK ? parsed_make(c, db, hash, document, out, e) : err;
}

struct parsed *
parsed_look(const struct parsed_cache *c, const char *hash)
{
    struct parsed *p = c->first;
    while (p && strcmp(p->hash, hash) != 0)
        p = p->next;
    return p;
}

void
parsed_put(struct parsed_cache *c, struct parsed *p)
{
    if (p->cache)
        return;
    if (find(c, p->hash))
        parsed_release(take_at(c, &c->first));
    parsed_hold(p);
    put_first(c, p);
    keep_small(c);
}

enum err
parsed_of_version(struct parsed_cache *c, struct db *db, const char *hash,
                  struct parsed **out, struct error *e)
{
    struct parsed *p = find(c, hash);
    if (p && is_whole(p)) {
        *out = p;
        return ERR_OK;
    }
    if (p)
        parsed_release(take_at(c, &c->first));
    enum err err = parse(c, db, hash, &p, e);
    if (err != ERR_OK)
        return err;
    put_first(c, p);
    keep_small(c);
    *out = p;
    return ERR_OK;
}

enum err
parsed_get(struct parsed_cache *c, struct db *db, const char *hash,
           const struct parsed **out, struct error *e)
{
    struct parsed *p = NULL;
    enum err err = parsed_check_here(db, hash, e);
    if (err == ERR_OK)
        err = parsed_of_version(c, db, hash, &p, e);
    *out = p;
    return err;
}
