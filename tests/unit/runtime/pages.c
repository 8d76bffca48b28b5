/* Searches that an app answers in pages. */
#include "base/mem.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static struct place p;

/* A search at PATH, with a QUERY, whose connector says MEMBERS of its pages;
 * the block has MORE members. */
static void
install_block(struct place *at, const char *path, const char *query,
              const char *members, const char *more)
{
    char connector[DIGEST_SIZE];
    char *text = mem_printf(
        "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://%s',"
        "'authentication':[],'idempotency':{'header':'Idempotency-Key'},"
        "'actions':{'search':{'name':'S','method':'GET','effect':true,"
        "'path':'%s','query':[%s],'input':{'type':'object','properties':"
        "{'offset':{'type':'integer'}}},'paging':{'style':"
        "'offset','offset':'offset','limit':'limit','size':1,%s}}}}",
        w.host, path, query, members);
    snprintf(connector, sizeof connector, "%s", world_document(&w, text));
    free(text);
    text = mem_printf(WORKFLOW("PIN", BLOCK(10, "action", "Find",
                                            "'app':'thing',"
                                            "'action':'search'%s")),
                      more);
    place_install(&w, at, place_workflow(&w, connector, text));
    free(text);
}

static void
install_with(struct place *at, const char *path, const char *query,
             const char *members)
{
    install_block(at, path, query, members, "");
}

static void
install_at(struct place *at, const char *path, const char *members)
{
    install_with(at, path, "'offset','limit'", members);
}

static void
install_search(const char *members)
{
    install_at(&p, "/search", members);
}

/* --- an app that turns its pages ------------------------------------------ */

static const char *const *next_page;

static void
turn_page(struct world *world)
{
    world->body = *next_page++;
    if (*next_page)
        world->before = turn_page;
}

/* What the app answers, page by page; the last one for ever. */
static void
answer_with(const char *const *pages)
{
    next_page = pages;
    w.before = turn_page;
    w.arrived = w.effect_count = 0;
}

/* A run that gets PAGES; its id, which the caller frees, is in the result. */
static struct shown
search(const char *const *pages)
{
    answer_with(pages);
    return run_finish(&w, place_event(&w, &p, "{'no':1}"));
}

static void
forget(struct shown s)
{
    free(s.steps);
    free((char *)(uintptr_t)s.id);
}

static void
let_calls_go(void)
{
    w.silent = NULL;
    w.silent_after = 0;
    world_let_go(&w);
}

static bool
call_is_kept(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count == 1;
}

/* --- the end -------------------------------------------------------------- */

/* A page that is like all others but for where it says that it begins. */
#define ALIKE(offset)                                                          \
    "{\"items\":[{\"id\":1}],\"hasMore\":true,\"total\":3,\"offset\":" offset  \
    "}"

/* The app says for ever that there is more; each page has a key of its own.
 * Sabotage: let pages_add() of pages.c not look at the total, or not at
 * is_repeated(); leave the page out of key_make() of key.c. */
static void
pages_end(void)
{
    install_search("'items':'items','more':'hasMore','total':'total'");
    struct shown s =
        search((const char *[]){ALIKE("0"), ALIKE("1"), ALIKE("2"), NULL});
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.arrived, 3);
    CHECK_INT(w.effect_count, 3);
    forget(s);
    install_search("'items':'items','more':'hasMore'");
    s = search(
        (const char *[]){"{\"items\":[{\"id\":1}],\"hasMore\":true}", NULL});
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "page 2 is the same as the page before");
    CHECK_INT(w.arrived, 2);
    forget(s);
    s = search((const char *[]){"{\"items\":[],\"hasMore\":true}", NULL});
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.arrived, 1);
    forget(s);
}

/* A stored connector may keep the offset from the app, which gives its first
 * page each time. Sabotage: let connector_names_page() say true. */
static void
pages_of_an_app_that_is_told_no_offset_differ(void)
{
    install_with(&p, "/search", "'limit'",
                 "'items':'items','more':'hasMore','total':'total'");
    struct shown s = search((const char *[]){ALIKE("0"), NULL});
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "page 2 is the same as the page before, and the app "
                         "is not told which page it is asked for");
    CHECK_INT(w.arrived, 2);
    forget(s);
    s = search((const char *[]){"{\"items\":[{\"id\":1}],\"total\":1}", NULL});
    CHECK_INT(s.state, RUN_DONE); /* one page is all there is */
    CHECK_INT(w.arrived, 1);
    forget(s);
}

/* An app that gets the offset, and gives its first page whatever it is: it says
 * how many records there are, so nothing else shows that they come twice.
 * Sabotage: leave began_elsewhere() of pages.c out. */
static void
an_app_that_ignores_the_offset_is_found(void)
{
    static const char *const stuck[] = {
        "{\"items\":[{\"id\":1}],\"hasMore\":true,\"total\":2}",
        "{\"items\":[{\"id\":1}],\"total\":2}",
        ALIKE("0"),
    };
    for (size_t i = 0; i < sizeof stuck / sizeof *stuck; i++) {
        install_search("'items':'items','more':'hasMore','total':'total'");
        struct shown s = search((const char *[]){stuck[i], NULL});
        CHECK_INT(s.state, RUN_FAILED);
        CHECK_HAS(s.message,
                  "page 2 is the same as the page before, and the app does not "
                  "say where a page begins");
        CHECK_INT(w.arrived, 2);
        forget(s);
    }
}

/* Sabotage: let build() of action.c call pages_ask() after add_path(). */
static void
the_path_may_say_where_a_page_begins(void)
{
    install_with(&p, "/search/{offset}", "'limit'",
                 "'items':'items','more':'hasMore','total':'total'");
    answer_with(
        (const char *[]){ALIKE("0"), ALIKE("1"), ALIKE("2"), NULL});
    w.silent = "/search/2";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, call_is_kept, NULL);
    CHECK_INT(w.arrived, 3);
    let_calls_go();
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    forget(s);
}

#define TWO(offset, more)                                                      \
    "{\"items\":[{\"id\":1},{\"id\":2}],\"hasMore\":" more                       \
    ",\"total\":6,\"offset\":" offset "}"

/* An app gives pages of another size than it was asked for. Sabotage: let
 * pages_ask() of pages.c count pages and not items. */
static void
a_page_begins_behind_the_items_that_came(void)
{
    install_with(&p, "/search/{offset}", "'limit'",
                 "'items':'items','more':'hasMore','total':'total'");
    answer_with((const char *[]){TWO("0", "true"), TWO("2", "true"), TWO("4", "false"),
                                NULL});
    w.silent = "/search/4";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, call_is_kept, NULL);
    CHECK_INT(w.arrived, 3);
    let_calls_go();
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    forget(s);
}

static void
expect_short(const char *const *pages, const char *says)
{
    struct shown s = search(pages);
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, says);
    forget(s);
}

/* The app says how many there are, and gives fewer. Sabotage: let check_end()
 * of pages.c find nothing. */
static void
a_search_that_ends_before_its_total_fails(void)
{
    install_search("'items':'items','more':'hasMore','total':'total'");
    expect_short((const char *[]){TWO("0", "true"), TWO("2", "false"), NULL},
                 "the app says that there are 6 in all, and page 2 is the last "
                 "after 4");
    expect_short((const char *[]){TWO("0", "true"),
                                  "{\"items\":[],\"hasMore\":true,"
                                  "\"total\":6}",
                                  NULL},
                 "page 2 is the last after 2");
}

/* Where the app says only how many there are, that is when the search ends.
 * Sabotage: let others_follow() of pages.c look at nothing but the flag. */
static void
a_search_without_a_flag_goes_on_to_its_total(void)
{
    install_search("'items':'items','total':'total'");
    struct shown s = search((const char *[]){
        "{\"items\":[{\"id\":1}],\"total\":2}",
        "{\"items\":[{\"id\":2}],\"total\":2}", NULL});
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.arrived, 2);
    forget(s);
}

/* A block that begins at a later record gets fewer than there are. Sabotage:
 * let begins_later() of pages.c say false. */
static void
a_search_may_begin_later(void)
{
    install_block(&p, "/search", "'offset','limit'",
                  "'items':'items','more':'hasMore','total':'total'",
                  ",'mapping':[{'target':'offset','source':'=4'}]");
    struct shown s = search((const char *[]){TWO("0", "false"), NULL});
    CHECK_INT(s.state, RUN_DONE);
    forget(s);
}

/* --- answers that are no pages -------------------------------------------- */

#define PAGE_1 "{\"items\":[{\"id\":1}],\"hasMore\":true}"
#define PAGE_2 "{\"items\":[{\"id\":2}],\"hasMore\":true}"
#define PAGE_3 "{\"items\":[{\"id\":3}],\"hasMore\":false}"

static const struct {
    const char *page, *says;
} no_pages[] = {
    {"<html>Please sign in</html>",
     "no list \"items\" (it is {\"body\":\"<html>Please sign in</html>\"})"},
    {"", "no list \"items\" (it is {})"},
    {"{\"items\":[{\"id\":1}", "no list \"items\" (it is {\"body\":"},
    {"{\"error\":\"session expired\"}",
     "no list \"items\" (it is {\"error\":\"session expired\"})"},
    {"{\"items\":null}", "no list \"items\" (it is {\"items\":null})"},
    {"{\"items\":{\"id\":1}}", "no list \"items\" (it is {\"items\":{"},
    {"[{\"id\":1}]", "no list \"items\" (it is {\"body\":[{\"id\":1}]})"},
    {"{\"items\":[{\"id\":9}],\"hasMore\":\"true\"}",
     "member \"hasMore\" of the answer must be true or false (it is \"true\")"},
    {"{\"items\":[{\"id\":9}],\"hasMore\":null}", "(it is null)"},
    {"{\"items\":[{\"id\":9}],\"hasMore\":1}", "(it is 1)"},
};

/* The run failed at PAGE, after so many calls, and gave nothing. */
static void
check_failed(struct shown s, const char *page, size_t calls, const char *says)
{
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, page);
    CHECK_HAS(s.message, says);
    CHECK_INT(w.arrived, calls);
}

/* Sabotage: leave check_page() of action.c out, or its look at "more". */
static void
what_has_no_list_is_no_page(void)
{
    install_search("'items':'items','more':'hasMore'");
    w.type = "text/plain"; /* what says JSON and is none is no answer */
    for (size_t i = 0; i < sizeof no_pages / sizeof *no_pages; i++) {
        const char *page = no_pages[i].page, *says = no_pages[i].says;
        struct shown s = search((const char *[]){page, NULL});
        check_failed(s, "Find: page 1: ", 1, says);
        forget(s);
        s = search((const char *[]){PAGE_1, page, NULL});
        check_failed(s, "Find: page 2: ", 2, says);
        forget(s);
    }
    w.type = NULL;
    w.status = 204;
    struct shown s = search((const char *[]){"", NULL});
    check_failed(s, "Find: page 1: ", 1, "(it is {})");
    forget(s);
    w.status = 0;
    s = search((const char *[]){PAGE_1, "{\"items\":[", NULL});
    check_failed(s, "Find: HTTP 201, but the answer: line 1", 2, "");
    forget(s);
}

/* Sabotage: let STEPS_RETRY leave the pages of a search that failed. */
static void
a_retry_asks_for_each_page_again(void)
{
    install_search("'items':'items','more':'hasMore'");
    struct shown s = search((const char *[]){PAGE_1, PAGE_2, "", NULL});
    check_failed(s, "Find: page 3: ", 3, "no list");
    free(s.steps);
    answer_with((const char *[]){PAGE_1, PAGE_2, PAGE_3, NULL});
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", s.id), "started");
    s = run_finish(&w, (char *)(uintptr_t)s.id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.arrived, 3);
    forget(s);
}

/* --- memory --------------------------------------------------------------- */

enum { PAGE_BYTES = 60000, LARGE = 50000, ALL = 120000, FAR_MS = 600000 };

static char *
page_of(int bytes, int id, bool more)
{
    return mem_printf("{\"items\":[{\"id\":%d,\"x\":\"%0*d\"}],"
                      "\"hasMore\":%s}",
                      id, bytes, 0, more ? "true" : "false");
}

/* A page that is half of what all runs together may hold; the caller's. */
static char *
large_page(int id, bool more)
{
    return page_of(PAGE_BYTES, id, more);
}

/* The app keeps the calls of the search after the first COUNT. */
static void
keep_calls(size_t count)
{
    w.silent = "/search";
    w.silent_after = count;
}

static bool
one_waits(struct world *world, void *ctx)
{
    size_t waiting, bytes = executor_memory(world->runtime.executor, &waiting);
    (void)ctx;
    return waiting == 1 && bytes > LARGE && bytes <= ALL;
}

/* The journal's other pages stay as they are, however large they are: no more
 * than the first is written. Sabotage: let fail() of step.c change the rows of
 * all pages. */
static void
a_search_that_fails_writes_little(void)
{
    enum { BYTES = 400000 };
    char *pages[] = {page_of(BYTES, 1, true), page_of(BYTES, 2, true),
                     page_of(BYTES, 3, true), NULL};
    world_crash(&w); /* so that the log of the store is short */
    install_search("'items':'items','more':'hasMore'");
    answer_with((const char *const *)pages);
    keep_calls(3);
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, call_is_kept, NULL);
    size_t written = world_log_size(&w);
    CHECK(written > 3 * BYTES);
    w.before = NULL;
    w.body = "{}";
    let_calls_go();
    struct shown s = run_finish(&w, id);
    check_failed(s, "Find: page 4: ", 4, "no list");
    CHECK(world_log_size(&w) - written < 2 * BYTES);
    forget(s);
    for (size_t i = 0; i < 3; i++)
        free(pages[i]);
}

static bool
one_is_held(struct world *world, void *ctx)
{
    (void)world;
    (void)ctx;
    return world_held_evaluations() == 1;
}

/* What is held is the adding of a page; the answer was read before, as large.
 * Sabotage: let do_page() of action.c call take_page(). */
static void
a_page_is_added_on_a_thread(void)
{
    struct place other;
    char *pages[] = {page_of(3 * PAGE_BYTES, 1, false), NULL};
    install_search("'items':'items','more':'hasMore','total':'total'");
    answer_with((const char *const *)pages);
    keep_calls(0); /* what the call takes is evaluated before */
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, call_is_kept, NULL);
    world_hold_evaluations(1);
    w.before = NULL;
    w.body = pages[0];
    let_calls_go();
    world_until(&w, one_is_held, NULL);
    install_at(&other, "/other", "'items':'items','more':'hasMore'");
    w.body = "{\"items\":[{\"id\":9}]}";
    forget(run_finish(&w, place_event(&w, &other, "{'no':1}")));
    CHECK(!run_has_ended(&w, id));
    world_release_evaluations(0);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    forget(s);
    free(pages[0]);
}

static void
ends_with(const char *id, const char *item)
{
    struct shown s = run_finish(&w, (char *)(uintptr_t)id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, item);
    forget(s);
}

/* Two searches of customers whose apps send large pages. The first holds its
 * page while the app keeps its second call, so the other one waits. */
static void
search_twice(int64_t turn_ms, const char *const *pages, const char *ids[2])
{
    struct place second;
    executor_set_memory(w.runtime.executor, ALL, LARGE, turn_ms);
    install_at(&p, "/search", "'items':'items','more':'hasMore'");
    install_at(&second, "/other", "'items':'items','more':'hasMore'");
    answer_with(pages);
    keep_calls(1);
    ids[0] = place_event(&w, &p, "{'no':1}");
    world_until(&w, call_is_kept, NULL);
    ids[1] = place_event(&w, &second, "{'no':1}");
    world_until(&w, one_waits, NULL);
    world_let_time_pass(&w);
    CHECK_INT(executor_count(w.runtime.executor), 1);
    CHECK_INT(w.arrived, 3); /* it makes no call without room */
}

static void
memory_is_free(void)
{
    size_t waiting = 1;
    CHECK_INT(executor_memory(w.runtime.executor, &waiting), 0);
    CHECK_INT(waiting, 0);
    executor_set_memory(w.runtime.executor, 512 << 20, 1 << 20, FAR_MS);
}

/* A run without room waits with nothing, others are served meanwhile, and it
 * ends with all its pages, each asked for once. Sabotage: let memory_keeps()
 * of memory.c always return true, or take_in() tell nobody. */
static void
a_search_waits_for_memory(void)
{
    const char *ids[2];
    struct place other;
    char *pages[] = {large_page(1, true), large_page(2, true),
                     large_page(3, false), NULL};
    search_twice(FAR_MS, (const char *const *)pages, ids);
    install_at(&other, "/third", "'items':'items','more':'hasMore'");
    w.before = NULL;
    w.body = "{\"items\":[{\"id\":9}]}";
    ends_with(place_event(&w, &other, "{'no':1}"), "\"id\":9");
    CHECK(one_waits(&w, NULL));
    w.body = pages[2];
    let_calls_go();
    ends_with(ids[0], "\"id\":3");
    ends_with(ids[1], "\"id\":2");
    CHECK_INT(w.arrived, 5);
    CHECK_INT(w.effect_count, 5);
    memory_is_free();
    for (size_t i = 0; i < 3; i++)
        free(pages[i]);
}

static bool
calls_are_answered(struct world *world, void *count)
{
    return world->calls >= *(const int *)count;
}

/* The first search has no end, the second one gets its turn. Sabotage: let
 * memory_turn_is_over() of memory.c return false. */
static void
searches_take_turns_in_memory(void)
{
    const char *ids[2];
    char *pages[] = {large_page(1, true),  large_page(2, true),
                     large_page(4, true),  large_page(3, false),
                     large_page(5, false), NULL};
    search_twice(0, (const char *const *)pages, ids);
    int answered = w.calls + 2;
    world_let_go(&w);
    world_until(&w, calls_are_answered, &answered);
    world_until(&w, call_is_kept, NULL);
    CHECK(!run_has_ended(&w, (void *)(uintptr_t)ids[0]));
    let_calls_go();
    ends_with(ids[0], "\"id\":5");
    ends_with(ids[1], "\"id\":3");
    CHECK_INT(w.effect_count, 5);
    memory_is_free();
    for (size_t i = 0; i < 5; i++)
        free(pages[i]);
}

void
test_runtime_pages(void)
{
    static const struct test tests[] = {
        {"pages end", pages_end},
        {"a page begins behind the items that came",
         a_page_begins_behind_the_items_that_came},
        {"a search that ends before its total fails",
         a_search_that_ends_before_its_total_fails},
        {"a search without a flag goes on to its total",
         a_search_without_a_flag_goes_on_to_its_total},
        {"a search may begin later", a_search_may_begin_later},
        {"pages of an app that is told no offset differ",
         pages_of_an_app_that_is_told_no_offset_differ},
        {"an app that ignores the offset is found",
         an_app_that_ignores_the_offset_is_found},
        {"the path may say where a page begins",
         the_path_may_say_where_a_page_begins},
        {"what has no list is no page", what_has_no_list_is_no_page},
        {"a retry asks for each page again", a_retry_asks_for_each_page_again},
        {"a search that fails writes little",
         a_search_that_fails_writes_little},
        {"a page is added on a thread", a_page_is_added_on_a_thread},
        {"a search waits for memory", a_search_waits_for_memory},
        {"searches take turns in memory", searches_take_turns_in_memory},
        {NULL, NULL}};
    world_start(&w);
    test_run("pages", tests);
    failed_tests += test_result();
    world_stop(&w);
}
