/* Parsed documents are kept, the last used, and never outlive their store. */
#include <stdlib.h>

#include "base/mem.h"
#include "runtime/executor/compiled.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static const struct parsed *found;

static enum err
get(struct core *core, void *ctx, struct error *e)
{
    return parsed_get(&w.runtime.documents, core_db(core), ctx, &found, e);
}

/* Puts the document of the text CTX, uses it, and has that undone. */
static enum err
put_get_fail(struct core *core, void *ctx, struct error *e)
{
    const char *body = ctx;
    char hash[DIGEST_SIZE];
    digest_hex(hash, body, strlen(body));
    struct db_stmt *q = db_use(core_db(core), RS_DOCUMENT_PUT);
    db_text(q, hash);
    db_text(q, "workflow");
    db_text(q, body);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = get(core, hash, e);
    return err == ERR_OK ? error_set(e, ERR_REFUSED, "undone") : err;
}

static const char *const three[] = {
    WORKFLOW("", BLOCK(02, "stop", "S", "'reason':'end'")),
    WORKFLOW("", BLOCK(03, "stop", "S", "'reason':'end'")),
    WORKFLOW("", BLOCK(04, "stop", "S", "'reason':'end'"))};

/* A cache with room for two documents like those, the first one in it, and their hashes. */
static struct parsed_cache *
cache_of_two(char hash[3][DIGEST_SIZE])
{
    struct parsed_cache *cache = &w.runtime.documents;
    for (int i = 0; i < 3; i++)
        snprintf(hash[i], DIGEST_SIZE, "%s", world_document(&w, three[i]));
    parsed_cache_clear(cache);
    CHECK_INT(world_do(&w, get, hash[0]), ERR_OK);
    cache->max = cache->bytes * 2 + cache->bytes / 2;
    return cache;
}

static void
keeps_the_last_used(void)
{
    char hash[3][DIGEST_SIZE];
    struct parsed_cache *cache = cache_of_two(hash);
    const struct parsed *first = found;
    CHECK_STR(found->hash, hash[0]);
    CHECK_INT(world_do(&w, get, hash[1]), ERR_OK);
    CHECK_INT(world_do(&w, get, hash[0]), ERR_OK);
    CHECK(found == first); /* not parsed again */
    CHECK_INT(world_do(&w, get, hash[2]), ERR_OK);
    CHECK_INT(cache->count, 2);
    CHECK(cache->bytes <= cache->max);
    CHECK_INT(world_do(&w, get, hash[0]), ERR_OK);
    CHECK(found == first); /* the second one went */
    cache->max = 1;
    CHECK_INT(world_do(&w, get, hash[1]), ERR_OK);
    CHECK_INT(cache->count, 1); /* the one in use stays */
    CHECK_STR(cache->first->hash, hash[1]);
    CHECK(parsed_cache_is_full(cache));
}

/* Gets the documents of CTX and compiles the first two. */
static enum err
compile_two(struct core *core, void *ctx, struct error *e)
{
    char(*hash)[DIGEST_SIZE] = ctx;
    struct compiled *held = NULL, *other = NULL;
    struct parsed_cache *cache = &w.runtime.documents;
    struct db *db = core_db(core);
    size_t parsed = cache->bytes;
    enum err err = compiled_get(cache, db, hash[0], &held, e);
    if (err != ERR_OK)
        return err;
    CHECK(cache->bytes > parsed); /* what was compiled counts */
    CHECK_INT(held->parsed->bytes, cache->bytes);
    cache->max = 1;
    err = compiled_get(cache, db, hash[1], &other, e);
    CHECK_INT(cache->count, 2); /* both are held */
    CHECK(parsed_cache_is_full(cache));
    compiled_leave(other);
    CHECK_INT(cache->count, 2); /* the last used one stays */
    compiled_leave(held);
    CHECK_INT(cache->count, 1);
    CHECK_STR(cache->first->hash, hash[1]);
    CHECK_INT(cache->bytes, cache->first->bytes);
    CHECK(parsed_reserve(cache, 1, false)); /* nobody needs that one either */
    CHECK_INT(cache->count, 0);
    parsed_unreserve(cache, 1);
    return err;
}

/* Sabotage: let parsed_reserve() spare the first entry. */
static void
held_ones_stay(void)
{
    char hash[3][DIGEST_SIZE];
    cache_of_two(hash);
    CHECK_INT(world_do(&w, compile_two, hash), ERR_OK);
}

static void
connectors_are_shared(void)
{
    char connector[DIGEST_SIZE], hash[2][DIGEST_SIZE], *pin;
    struct parsed_cache *cache = &w.runtime.documents;
    place_connector(&w, connector, ",'authentication':[]");
    pin = mem_printf(WORKFLOW("'thing':'%s'", MAKE(11, "M1")), connector);
    snprintf(hash[0], DIGEST_SIZE, "%s", world_document(&w, pin));
    free(pin);
    pin = mem_printf(WORKFLOW("'thing':'%s'", MAKE(12, "M1")), connector);
    snprintf(hash[1], DIGEST_SIZE, "%s", world_document(&w, pin));
    free(pin);
    parsed_cache_clear(cache);
    cache->max = SIZE_MAX;
    CHECK_INT(world_do(&w, get, hash[0]), ERR_OK);
    const struct connector *first = found->connectors.items[0];
    size_t both = cache->bytes;
    CHECK_INT(both - found->bytes, connector_bytes(first));
    CHECK_INT(world_do(&w, get, hash[1]), ERR_OK);
    CHECK(found->connectors.items[0] == first);
    CHECK_INT(cache->bytes - both, found->bytes);
    cache->max = 1;
    CHECK_INT(world_do(&w, get, hash[1]), ERR_OK);
    parsed_hold(cache->first);
    parsed_release(cache->first); /* the other one goes, not the connector */
    CHECK_INT(cache->count, 1);
    CHECK_INT(cache->bytes, found->bytes + connector_bytes(first));
    parsed_cache_clear(cache);
    CHECK_INT(cache->bytes, 0);
}

enum { ROWS = 1000, ROW_BYTES = 3500 };

#define ROWS_BEFORE                                                            \
    "{'format':1,'formulas':1,'name':'T','connectors':{},"                     \
    "'trigger':{'id':'00000000-0000-4000-8000-000000000001','kind':'event',"   \
    "'name':'E','event':'go','label':'no'},'blocks':["                         \
    "{'id':'00000000-0000-4000-8000-000000000007','kind':'map','name':'M',"    \
    "'source':'E!$','mapping':["

/* Compiles the document CTX, a mapping of ROWS formulas. */
static enum err
compile_rows(struct core *core, void *ctx, struct error *e)
{
    struct compiled *c = NULL;
    struct parsed_cache *cache = &w.runtime.documents;
    enum err err = compiled_get(cache, core_db(core), ctx, &c, e);
    if (err != ERR_OK)
        return err;
    CHECK(c->parsed->bytes > (size_t)ROWS * 1024); /* its plan is counted */
    CHECK(c->parsed->bytes < (size_t)ROWS * ROW_BYTES);
    compiled_leave(c);
    parsed_cache_clear(cache);
    CHECK_INT(cache->bytes, 0);
    return err;
}

static void
rows_are_counted(void)
{
    struct buf text;
    char hash[DIGEST_SIZE];
    buf_init_any(&text);
    buf_adds(&text, ROWS_BEFORE);
    for (int i = 0; i < ROWS; i++)
        buf_addf(&text,
                 "%s{'target':'f%d','source':'=IF(AND(a>1,b<2),"
                 "ROUND(a*1.05,2)&%d,UPPER(TRIM(c)))'}",
                 i ? "," : "", i, i);
    buf_adds(&text, "]}]}");
    snprintf(hash, sizeof hash, "%s", world_document(&w, buf_str(&text)));
    CHECK_INT(world_do(&w, compile_rows, hash), ERR_OK);
    buf_clear(&text);
}

/* Without parsed_check_here in parsed_get the second look finds it. */
static void
forgets_what_was_rolled_back(void)
{
    struct buf body;
    char hash[DIGEST_SIZE];
    buf_init(&body, 4096);
    snprintf(hash, sizeof hash, "%s",
             world_document(
                 &w, WORKFLOW("", BLOCK(05, "stop", "S", "'reason':'end'"))));
    CHECK_INT(world_do(&w, get, hash), ERR_OK);
    document_write(found->document, &body);
    char *at = strstr(body.data, "\"T\"");
    CHECK(at != NULL);
    if (at)
        at[1] = 'U';
    digest_hex(hash, body.data, body.len);
    CHECK_INT(world_do(&w, put_get_fail, body.data), ERR_REFUSED);
    CHECK_INT(world_do(&w, get, hash), ERR_NOT_FOUND);
    buf_clear(&body);
}

/* What holds a document uses it after the cache let it go. Sabotage: drop
 * compiled_hold() in compiled_get(): the sanitizers find the use. */
static enum err
compiled_twice(struct core *core, void *ctx, struct error *e)
{
    struct compiled *one = NULL, *two = NULL;
    struct parsed_cache *cache = &w.runtime.documents;
    enum err err = compiled_get(cache, core_db(core), ctx, &one, e);
    if (err == ERR_OK)
        err = compiled_get(cache, core_db(core), ctx, &two, e);
    CHECK(one == two); /* compiled once */
    CHECK_INT(one->parsed->holders, 3);
    parsed_cache_clear(cache);
    CHECK_INT(one->parsed->holders, 2);
    compiled_leave(one);
    CHECK_STR(two->document->blocks[1].name, "S");
    compiled_leave(two);
    CHECK_INT(cache->count, 0);
    return err;
}

static void
is_kept_for_those_who_hold_it(void)
{
    char hash[DIGEST_SIZE];
    snprintf(hash, sizeof hash, "%s",
             world_document(
                 &w, WORKFLOW("", BLOCK(06, "stop", "S", "'reason':'end'"))));
    CHECK_INT(world_do(&w, compiled_twice, hash), ERR_OK);
}

void
test_runtime_parsed(void)
{
    static const struct test tests[] = {
        {"the last used are kept", keeps_the_last_used},
        {"documents that are held are kept", held_ones_stay},
        {"a connector of two is kept once", connectors_are_shared},
        {"the memory of rows is counted", rows_are_counted},
        {"what was rolled back is not here", forgets_what_was_rolled_back},
        {"a document is kept while it is held", is_kept_for_those_who_hold_it},
        {NULL, NULL}};
    world_start(&w);
    test_run("parsed", tests);
    world_stop(&w);
    failed_tests += test_result();
}
