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

#define LOOP                                                                   \
    "{'id':'00000000-0000-4000-8000-000000000009','kind':'iterate','name':"    \
    "'Each','list':'lines','blocks':["

/* A document of many rows with FORMULA, and a call to /silent, for each of the
 * event's lines where it LOOPS; its hash. */
static const char *
make_large(int number, const char *formula, bool loops)
{
    struct buf text;
    buf_init_any(&text);
    buf_adds(&text, BEFORE);
    for (int i = 0; i < ROWS; i++)
        buf_addf(&text, "%s{'target':'f%d','source':'=%s&%d'}", i ? "," : "", i,
                 formula, number);
    buf_addf(&text,
             "]},%s{'id':'00000000-0000-4000-8000-000000000008','kind':'api',"
             "'name':'C','method':'POST','url':'https://%s/silent'}%s]}",
             loops ? LOOP : "", w.host, loops ? "]}" : "");
    const char *hash = world_document(&w, buf_str(&text));
    buf_clear(&text);
    return hash;
}

static const char *
large_document(int number, const char *formula)
{
    return make_large(number, formula, false);
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

/* The run says why. Sabotage: let compiling_ready() ask for it again when it
 * has ended, or keep why to itself. */
static void
what_cannot_be_compiled_is_refused(void)
{
    struct place p;
    install_large(&p, 1, "NOSUCH(" FORMULA);
    empty_cache();
    char *id = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "NOSUCH");
    free(s.steps);
    free(id);
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

enum { LOOPS = 3, LINES = 12, ALL = 512 << 20, LARGE = 1 << 20 };
enum { TURN_MS = 60000 };

#define LOOPED "{'no':1,'lines':[1,2,3,4,5,6,7,8,9,10,11,12]}"

/* Two customers' loops hold all the memory that there is; the third waits. */
static void
crowd(struct place p[LOOPS], char *ids[LOOPS], int64_t turn_ms)
{
    size_t two = 2;
    for (int i = 0; i < LOOPS; i++)
        place_install(&w, &p[i], make_large(40 + i, FORMULA, true));
    struct parsed_cache *cache = empty_cache();
    executor_set_memory(w.runtime.executor, ALL, LARGE, turn_ms);
    w.arrived = w.effect_count = 0;
    w.silent = "/silent";
    for (int i = 0; i < 2; i++)
        ids[i] = place_event(&w, &p[i], LOOPED);
    world_until(&w, so_many_have_called, &two);
    cache->max = cache->bytes / HELD_BOUNDS;
    ids[2] = place_event(&w, &p[2], LOOPED);
}

static bool
so_many_wait(struct world *world, void *count)
{
    size_t waiting;
    (void)executor_memory(world->runtime.executor, &waiting);
    return waiting == *(size_t *)count;
}

static bool
it_has_called(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    bool called = strstr(s.steps, ":sent:") != NULL;
    free(s.steps);
    return called;
}

static void
all_end(char *ids[LOOPS], size_t max)
{
    struct parsed_cache *cache = &w.runtime.documents;
    w.silent = NULL;
    world_let_go(&w);
    for (int i = 0; i < LOOPS; i++)
        ends_as(ids[i], RUN_DONE);
    CHECK_INT(w.arrived, LOOPS * LINES);
    CHECK_INT(cache->reserved, 0);
    cache->max = max;
    executor_set_memory(w.runtime.executor, ALL, LARGE, TURN_MS);
}

/* A loop lets go of its document between two calls, and no call is lost or made
 * twice. Sabotage: let compiling_turn_is_over() return false. */
static void
loops_take_turns(void)
{
    struct place p[LOOPS];
    char *ids[LOOPS];
    size_t max = w.runtime.documents.max, one = 1;
    crowd(p, ids, 0);
    world_until(&w, so_many_wait, &one);
    world_let_go(&w); /* the first calls; the next ones are kept */
    world_until(&w, it_has_called, ids[2]);
    CHECK(!run_has_ended(&w, ids[0]));
    CHECK(!run_has_ended(&w, ids[1]));
    all_end(ids, max);
}

/* Until the turn of the others is over the third waits, and counts. After it a
 * run that would begin with one of their documents waits behind the third.
 * Sabotage: let compiling_ready() not ask had_its_turn(). */
static void
who_comes_late_waits_behind(void)
{
    struct place p[LOOPS];
    char *ids[LOOPS], *late;
    size_t max = w.runtime.documents.max, one = 1, two = 2;
    crowd(p, ids, TURN_MS);
    world_until(&w, so_many_wait, &one);
    CHECK_INT(run_state(&w, ids[2]), RUN_ACCEPTED);
    executor_set_memory(w.runtime.executor, ALL, LARGE, 0);
    late = place_event(&w, &p[0], "{'no':2,'lines':[]}");
    world_until(&w, so_many_wait, &two);
    CHECK_INT(run_state(&w, late), RUN_ACCEPTED);
    run_expect(&w, late, "cancel", "cancelled");
    CHECK(so_many_wait(&w, &one)); /* what is cancelled waits no more */
    all_end(ids, max);
    free(late);
}

static bool
it_waits(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    free(s.steps);
    return *s.message;
}

/* A run that waits for another attempt needs no document meanwhile. Sabotage:
 * let compiling_move_up() not call let_go(). */
static void
who_waits_for_an_attempt_lets_go(void)
{
    enum { FAR_MS = 600000, SOON_MS = 5 };
    struct place p[LOOPS];
    char *ids[LOOPS];
    size_t max = w.runtime.documents.max;
    for (int i = 0; i < LOOPS; i++)
        place_install(&w, &p[i], make_large(50 + i, FORMULA, false));
    struct parsed_cache *cache = empty_cache();
    executor_set_backoff(w.runtime.executor, FAR_MS);
    w.dead = "/silent";
    for (int i = 0; i < 2; i++) {
        ids[i] = place_event(&w, &p[i], "{'no':1}");
        world_until(&w, it_waits, ids[i]);
    }
    cache->max = cache->bytes / HELD_BOUNDS;
    w.dead = NULL;
    ends_as(place_event(&w, &p[2], "{'no':1}"), RUN_DONE);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(run_state(&w, ids[i]), RUN_RUNNING);
        run_expect(&w, ids[i], "retry", "started");
        ends_as(ids[i], RUN_DONE);
    }
    executor_set_backoff(w.runtime.executor, SOON_MS);
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
        {"loops take turns with their large versions", loops_take_turns},
        {"who comes late waits behind a large version",
         who_comes_late_waits_behind},
        {"who waits for an attempt lets go of a large version",
         who_waits_for_an_attempt_lets_go},
        {"a crash while a version is compiled", a_crash_meanwhile},
        {NULL, NULL}};
    world_start(&w);
    test_run("compiling", tests);
    world_stop(&w);
    failed_tests += test_result();
}
