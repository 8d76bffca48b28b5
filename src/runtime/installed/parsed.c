/* Parsed documents, the last used first. */
#include "runtime/installed/parsed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/installed/live.h"
#include "store/runtime.h"

void
parsed_cache_init(struct parsed_cache *c, size_t max)
{
    *c = (struct parsed_cache){.max = max};
}

void
parsed_hold(struct parsed *p)
{
    p->holders++;
}

void
parsed_release(struct parsed *p)
{
    if (--p->holders > 0)
        return;
    if (p->drop)
        p->drop(p->compiled);
    connector_set_clear(&p->connectors);
    document_free(p->document);
    free(p);
}

/* Takes the entry of HASH out; without HASH the last one. */
static struct parsed *
take(struct parsed_cache *c, const char *hash)
{
    for (struct parsed **at = &c->first; *at; at = &(*at)->next) {
        struct parsed *p = *at;
        if (hash ? strcmp(p->hash, hash) == 0 : !p->next) {
            *at = p->next;
            c->count--;
            return p;
        }
    }
    return NULL;
}

void
parsed_cache_clear(struct parsed_cache *c)
{
    while (c->first)
        parsed_release(take(c, NULL));
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
    if (code == ERR_OK)
        *out = p;
    else
        parsed_release(p);
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
    if (c->count >= c->max)
        parsed_release(take(c, NULL));
    p->next = c->first;
    c->first = p;
    c->count++;
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
