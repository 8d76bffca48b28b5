/* A document is looked through once for what it asks, however often a list of
 * installations wants to know. */
#include <stdlib.h>

#include "base/mem.h"
#include "runtime/installed/live.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { DOCUMENTS = 6, QUESTIONS = 40 };

static struct world w;
static char hash[DOCUMENTS][DIGEST_SIZE];

/* The document number N, which asks QUESTIONS questions. */
static void
put_document(int n)
{
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text,
             "{'format':1,'formulas':1,'name':'T%d','connectors':{},'trigger':"
             "{'id':'00000000-0000-4000-8000-000000000001','kind':'event',"
             "'name':'E','event':'go','label':'no'},'blocks':[{'id':"
             "'00000000-0000-4000-8000-000000000002','kind':'variables',"
             "'name':'V','values':[",
             n);
    for (int i = 0; i < QUESTIONS; i++)
        buf_addf(&text, "%s{'name':'v%d','ask':{'label':'Region %d of %d'}}",
                 i ? "," : "", i, i, n);
    buf_adds(&text, "]}]}");
    snprintf(hash[n], DIGEST_SIZE, "%s", world_document(&w, buf_str(&text)));
    buf_clear(&text);
}

/* Asks all documents once; each must ask its own questions. */
static enum err
ask_all(struct core *core, void *ctx, struct error *e)
{
    const struct asks *asks = NULL;
    enum err err = ERR_OK;
    (void)ctx;
    for (int n = 0; n < DOCUMENTS && err == ERR_OK; n++) {
        char label[40];
        snprintf(label, sizeof label, "Region 1 of %d", n);
        err = live_asks(core, hash[n], &asks, e);
        if (err != ERR_OK)
            break;
        CHECK_STR(asks->hash, hash[n]);
        CHECK_INT(asks->demands.count, QUESTIONS);
        CHECK_STR(asks->demands.items[1].label, label);
        const struct value *form = value_at(asks->forms, 0);
        CHECK_INT(value_size(value_get(form, "fields")), QUESTIONS);
    }
    return err;
}

static struct asks_cache *
start(void)
{
    struct asks_cache *cache = &w.runtime.asks;
    for (int n = 0; n < DOCUMENTS; n++)
        put_document(n);
    asks_cache_clear(cache);
    parsed_cache_clear(&w.runtime.documents);
    w.runtime.documents.max = 1; /* no parsed document is kept but the last */
    cache->derived = cache->derived_bytes = 0;
    return cache;
}

static void
each_is_looked_through_once(void)
{
    struct asks_cache *cache = start();
    CHECK_INT(world_do(&w, ask_all, NULL), ERR_OK);
    CHECK_INT(cache->derived, DOCUMENTS);
    CHECK(cache->derived_bytes > 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(world_do(&w, ask_all, NULL), ERR_OK);
    CHECK_INT(cache->derived, DOCUMENTS);
}

static void
what_is_kept_is_bounded(void)
{
    struct asks_cache *cache = start();
    size_t max = cache->max;
    CHECK_INT(world_do(&w, ask_all, NULL), ERR_OK);
    cache->max = cache->bytes / 2;
    CHECK_INT(world_do(&w, ask_all, NULL), ERR_OK);
    CHECK(cache->bytes <= cache->max);
    CHECK(cache->bytes > cache->max / 2);
    cache->max = 1;
    CHECK_INT(world_do(&w, ask_all, NULL), ERR_OK);
    CHECK(cache->bytes > 0); /* the last used one stays */
    asks_cache_clear(cache);
    CHECK_INT(cache->bytes, 0);
    cache->max = max;
}

static enum err
note_all(struct core *core, void *ctx, struct error *e)
{
    enum err err = ERR_OK;
    (void)ctx;
    for (int n = 0; n < DOCUMENTS && err == ERR_OK; n++) {
        struct document *d = NULL;
        struct connector_set none;
        connector_set_init(&none);
        err = live_document(core_db(core), hash[n], &d, e);
        if (err == ERR_OK)
            asks_note(&w.runtime.asks, hash[n], d, &none);
        document_free(d);
    }
    return err;
}

/* As where a console sends documents, and then releases them. */
static void
what_was_noted_is_known(void)
{
    struct asks_cache *cache = start();
    CHECK_INT(world_do(&w, note_all, NULL), ERR_OK);
    CHECK_INT(world_do(&w, note_all, NULL), ERR_OK);
    CHECK_INT(world_do(&w, ask_all, NULL), ERR_OK);
    CHECK_INT(cache->derived, 0);
}

/* --- connectors that come later ------------------------------------------- */

struct wanted {
    char hash[DIGEST_SIZE];
    const char *label;
};

static enum err
first_label(struct core *core, void *ctx, struct error *e)
{
    const struct wanted *wanted = ctx;
    const struct asks *asks = NULL;
    enum err err = live_asks(core, wanted->hash, &asks, e);
    if (err != ERR_OK)
        return err;
    CHECK_INT(asks->demands.count, 1);
    CHECK_STR(asks->demands.items[0].label, wanted->label);
    return ERR_OK;
}

#define TOKEN                                                                  \
    ",'authentication':[{'kind':'bearer','label':'T','fields':[{'name':"       \
    "'token','label':'T','secret':true}]}]"

/* A store as it was before the connector came knows its hash by the pin. */
static void
a_connector_that_was_missing_is_seen(void)
{
    struct wanted wanted = {.label = "Connect thing"};
    char connector[DIGEST_SIZE];
    struct asks_cache *cache = start();
    struct buf store;
    buf_init_any(&store);
    world_back_up(&w, &store);
    place_connector(&w, connector, TOKEN);
    world_put_back(&w, &store);
    buf_clear(&store);
    snprintf(wanted.hash, DIGEST_SIZE, "%s",
             place_workflow(&w, connector, WORKFLOW("PIN", MAKE(21, "M1"))));
    CHECK_INT(world_do(&w, first_label, &wanted), ERR_OK);
    CHECK_INT(world_do(&w, first_label, &wanted), ERR_OK);
    CHECK_INT(cache->derived, 1);
    place_connector(&w, connector, TOKEN);
    wanted.label = "Connect Thing";
    CHECK_INT(world_do(&w, first_label, &wanted), ERR_OK);
    CHECK_INT(world_do(&w, first_label, &wanted), ERR_OK);
    CHECK_INT(cache->derived, 2);
}

static enum err
ask_none(struct core *core, void *ctx, struct error *e)
{
    const struct asks *asks = NULL;
    return live_asks(core, ctx, &asks, e);
}

/* Puts the document CTX under a hash of its own, asks it, and has all undone.
 */
static enum err
put_ask_fail(struct core *core, void *ctx, struct error *e)
{
    const char *body = ctx;
    char name[DIGEST_SIZE];
    digest_hex(name, body, strlen(body));
    struct db_stmt *q = db_use(core_db(core), RS_DOCUMENT_PUT);
    db_text(q, name);
    db_text(q, "workflow");
    db_text(q, body);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = ask_none(core, name, e);
    return err == ERR_OK ? error_set(e, ERR_REFUSED, "undone") : err;
}

static enum err
read_body(struct core *core, void *ctx, struct error *e)
{
    return live_document_text(core_db(core), hash[0], ctx, e);
}

static void
what_was_rolled_back_is_forgotten(void)
{
    struct buf body;
    char name[DIGEST_SIZE];
    start();
    buf_init_any(&body);
    CHECK_INT(world_do(&w, read_body, &body), ERR_OK);
    char *at = strstr(buf_str(&body), "\"T0\"");
    CHECK(at != NULL);
    if (at)
        at[1] = 'U';
    digest_hex(name, body.data, body.len);
    CHECK_INT(world_do(&w, put_ask_fail, body.data), ERR_REFUSED);
    CHECK_INT(world_do(&w, ask_none, name), ERR_NOT_FOUND);
    buf_clear(&body);
}

void
test_runtime_asks(void)
{
    static const struct test tests[] = {
        {"a document is looked through once", each_is_looked_through_once},
        {"what was noted of a document is not looked for again",
         what_was_noted_is_known},
        {"what documents ask is kept up to a bound", what_is_kept_is_bounded},
        {"what a document asked is not here once it was rolled back",
         what_was_rolled_back_is_forgotten},
        {"a connector that was missing is seen",
         a_connector_that_was_missing_is_seen},
        {NULL, NULL}};
    world_start(&w);
    test_run("asks", tests);
    world_stop(&w);
    failed_tests += test_result();
}
