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
enum { TRIM_BYTES = 16 * 1024 * 1024 };

void
parsed_cache_init(struct parsed_cache *c, size_t max)
{
    *c = (struct parsed_cache){.max = max};
}

static void
destroy(struct parsed *p)
{
    if (p->drop)
        p->drop(p->compiled);
    connector_set_clear(&p->connectors);
    document_free(p->document);
    free(p);
}

static struct parsed *
take_at(struct parsed_cache *c, struct parsed **at)
{
    struct parsed *p = *at;
    *at = p->next;
    p->cache = NULL;
    c->count--;
    c->bytes -= p->bytes;
    return p;
}

static void
put_first(struct parsed_cache *c, struct parsed *p)
{
    p->next = c->first;
    p->cache = c;
    c->first = p;
    c->count++;
    c->bytes += p->bytes;
}

/* The place of the entry that goes first: the last one that nobody holds. */
static struct parsed **
oldest(struct parsed_cache *c)
{
    struct parsed **found = NULL;
    for (struct parsed **at = &c->first; *at; at = &(*at)->next)
        if (at != &c->first && (*at)->holders == 1)
            found = at;
    return found;
}

static void
keep_small(struct parsed_cache *c)
{
    struct parsed **at;
    while (c->bytes > c->max && (at = oldest(c))) {
        c->freed += (*at)->bytes;
        parsed_release(take_at(c, at));
    }
    if (c->freed < TRIM_BYTES)
        return;
    c->freed = 0;
    malloc_trim(0);
}

void
parsed_cache_clear(struct parsed_cache *c)
{
    while (c->first)
        parsed_release(take_at(c, &c->first));
}

bool
parsed_cache_is_full(const struct parsed_cache *c)
{
    return c->bytes > c->max;
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
        destroy(p);
    else if (p->cache)
        keep_small(p->cache);
}

static enum err
check_here(struct db *db, const char *hash, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_DOCUMENT_HAS);
    db_text(q, hash);
    bool found = db_row(q);
    enum err code = db_end(q, e);
    if (code == ERR_OK && !found)
        code =
            error_set(e, ERR_NOT_FOUND, "document %.12s: it is not here", hash);
    return code;
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
    size_t n = mem_bytes(p) + mem_bytes(p->connectors.items) +
               document_bytes(p->document);
    for (size_t i = 0; i < p->connectors.count; i++)
        n += connector_bytes(p->connectors.items[i]);
    return n;
}

/* The entry of HASH, taken out, or NULL. */
static struct parsed *
take(struct parsed_cache *c, const char *hash)
{
    for (struct parsed **at = &c->first; *at; at = &(*at)->next)
        if (strcmp((*at)->hash, hash) == 0)
            return take_at(c, at);
    return NULL;
}

static enum err
parse(struct db *db, const char *hash, struct parsed **out, struct error *e)
{
    struct parsed *p = mem_alloc(sizeof *p);
    memcpy(p->hash, hash, sizeof p->hash);
    p->holders = 1;
    connector_set_init(&p->connectors);
    enum err code = live_document(db, hash, &p->document, e);
    if (code == ERR_OK)
        code = live_connectors(db, p->document, &p->connectors, e);
    if (code == ERR_OK) {
        p->bytes = bytes_of(p);
        *out = p;
    } else {
        destroy(p);
    }
    return code;
}

enum err
parsed_of_version(struct parsed_cache *c, struct db *db, const char *hash,
                  struct parsed **out, struct error *e)
{
    enum err code = ERR_OK;
    struct parsed *p = take(c, hash);
    if (p && !is_whole(p)) {
        parsed_release(p);
        p = NULL;
    }
    if (!p)
        code = parse(db, hash, &p, e);
    if (code != ERR_OK)
        return code;
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
    enum err code = check_here(db, hash, e);
    if (code == ERR_OK)
        code = parsed_of_version(c, db, hash, &p, e);
    *out = p;
    return code;
}
