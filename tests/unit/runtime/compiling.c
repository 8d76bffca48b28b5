/* Large documents are made ready on threads, and what is made of them is
 * bounded. */
#include "base/mem.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { ROWS = 400, CUSTOMERS = 12, HELD_BOUNDS = 4 };

static struct world w;

#define BEFORE                                                                 \
    "{'format':1,'formulas':1,'name':'T','connectors':{},"                     \
    "'trigger':{'id':'00000000-0000-4000-8000-000000000001','kind':'event',"   \
    "'name':'E','event':'go','label':'no'},'blocks':["                         \
    "{'id':'00000000-0000-4000-8000-000000000007','kind':'map','name':'M',"    \
    "'mapping':["

/* A document of many rows with FORMULA, and a call to /silent; its hash. */
static const char *
large_document(int number, const char *formula)
{
    struct buf text;
    buf_init_any(&text);
    buf_adds(&text, BEFORE);
    for (int i = 0; i < ROWS; i++)
        buf_addf(&text, "%s{'target':'f%d','source':'=%s&%d'}", i ? "," : "", i,
                 formula, number);
    buf_addf(&text,
             "]},{'id':'00000000-0000-4000-8000-000000000008','kind':'api',"
             "'name':'C','method':'POST','url':'https://%s/silent'}]}",
             w.host);
    const char *hash = world_document(&w, buf_str(&text));
    buf_clear(&text);
    return hash;
}

/* Such a document for P alone. */
static void
install_large(struct place *p, int number, const char *formula)
{
    place_install(&w, p, large_document(number, formula));
}

#define FORMULA "IF(AND(E!no>1,E!no<9),UPPER(TRIM(E!no)),ROUND(E!no*1.05,2))"

static struct parsed_cache *
empty_cache(void)
{
    struct parsed_cache *cache = &w.runtime.documents;
    parsed_cache_clear(cache);
    return cache;
}

static void
ends_as(char *id, int state)
{
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, state);
    free(s.steps);
    free(id);
}

/* Sabotage: let compiling_ready() say that every run finds its document. */
static void
is_compiled_beside_the_core(void)
{
    struct place p;
    struct parsed_cache *cache = &w.runtime.documents;
    install_large(&p, 0, FORMULA);
    empty_cache();
    char *id = place_event(&w, &p, "{'no':1}");
    for (int i = 0; i < 3 && !cache->reserved; i++)
        world_tick(&w);
    CHECK(cache->reserved > 0);
    ends_as(id, RUN_DONE);
    CHECK_INT(cache->reserved, 0);
    size_t bytes = cache->bytes;
    ends_as(place_event(&w, &p, "{'no':1}"), RUN_DONE);
    CHECK_INT(cache->bytes, bytes); /* it is ready */
}

/* Sabotage: let compiling_ready() ask for it again when it has ended. */
static void
what_cannot_be_compiled_is_refused(void)
{
    struct place p;
    install_large(&p, 1, "NOSUCH(");
    empty_cache();
    ends_as(place_event(&w, &p, "{'no':1}"), RUN_FAILED);
    CHECK_INT(w.runtime.documents.reserved, 0);
}

static bool
so_many_have_called(struct world *world, void *count)
{
    return world->held_count >= *(size_t *)count;
}

/* Each customer's run holds its document while its call is out.
 * Sabotage: let parsed_reserve() reserve whatever is held. */
static void
memory_is_bounded(void)
{
    struct place p[CUSTOMERS];
    char *ids[CUSTOMERS];
    size_t most = 0;
    for (int i = 0; i < CUSTOMERS; i++)
        install_large(&p[i], 10 + i, FORMULA);
    struct parsed_cache *cache = empty_cache();
    size_t max = cache->max, fit = 2, one = 1, held = fit * (HELD_BOUNDS - 1);
    w.silent = "/silent";
    ids[0] = place_event(&w, &p[0], "{'no':1}");
    world_until(&w, so_many_have_called, &one);
    cache->max = cache->bytes * fit;
    for (int i = 1; i < CUSTOMERS; i++)
        ids[i] = place_event(&w, &p[i], "{'no':1}");
    world_until(&w, so_many_have_called, &held);
    for (int i = 0; i < 100; i++) {
        world_tick(&w);
        if (cache->bytes + cache->reserved > most)
            most = cache->bytes + cache->reserved;
    }
    CHECK(most <= HELD_BOUNDS * cache->max);
    CHECK(w.held_count < CUSTOMERS);
    w.silent = NULL;
    world_let_go(&w);
    for (int i = 0; i < CUSTOMERS; i++)
        ends_as(ids[i], RUN_DONE);
    CHECK_INT(cache->reserved, 0);
    CHECK(cache->bytes <= cache->max);
    cache->max = max;
}

/* The first customer's run holds a document while its call is out, and its next
 * one waits for the document that the other customer needs too. Sabotage: let
 * is_first_of_any() ask only for the one that came first. */
static void
who_shares_a_document_waits_for_nobody(void)
{
    struct place p[2];
    char *ids[3];
    char version[IDENT_SIZE];
    size_t one = 1, two = 2;
    install_large(&p[0], 30, FORMULA);
    install_large(&p[1], 31, FORMULA);
    struct parsed_cache *cache = empty_cache();
    size_t max = cache->max;
    w.silent = "/silent";
    ids[0] = place_event(&w, &p[0], "{'no':1}");
    world_until(&w, so_many_have_called, &one);
    cache->max = cache->bytes;
    ident_new(version);
    world_expect(
        &w, "release",
        mem_printf("[{'installationId':'%s','workflowId':'%s','versionId':'%s',"
                   "'base':1,'fork':1,'hash':'%s','expectedLive':'%s'}]",
                   p[0].installation, p[0].workflow, version,
                   large_document(31, FORMULA), p[0].version),
        "live");
    ids[1] = place_event(&w, &p[0], "{'no':1}");
    ids[2] = place_event(&w, &p[1], "{'no':1}");
    world_until(&w, so_many_have_called, &two);
    w.silent = NULL;
    world_let_go(&w);
    for (int i = 0; i < 3; i++)
        ends_as(ids[i], RUN_DONE);
    CHECK_INT(cache->reserved, 0);
    cache->max = max;
}

/* What a thread makes when tailord ends is thrown away; the run begins again.
 * Sabotage: the sanitizers find what compiling_clear() forgets. */
static void
a_crash_meanwhile(void)
{
    struct place p;
    struct parsed_cache *cache = &w.runtime.documents;
    install_large(&p, 2, FORMULA);
    empty_cache();
    char *id = place_event(&w, &p, "{'no':1}");
    for (int i = 0; i < 3 && !cache->reserved; i++)
        world_tick(&w);
    world_crash(&w);
    CHECK_INT(cache->reserved, 0);
    ends_as(id, RUN_DONE);
}

void
test_runtime_compiling(void)
{
    static const struct test tests[] = {
        {"a large version is compiled beside the core",
         is_compiled_beside_the_core},
        {"a large version that cannot be compiled is refused",
         what_cannot_be_compiled_is_refused},
        {"the memory of large versions is bounded", memory_is_bounded},
        {"a version that another customer waits for too",
         who_shares_a_document_waits_for_nobody},
        {"a crash while a version is compiled", a_crash_meanwhile},
        {NULL, NULL}};
    world_start(&w);
    test_run("compiling", tests);
    world_stop(&w);
    failed_tests += test_result();
}
