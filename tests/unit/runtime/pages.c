/* Searches that an app answers in pages. */
#include "base/mem.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static struct place p;

/* A search whose connector says MEMBERS of its pages. */
static void
install_search(const char *members)
{
    char connector[DIGEST_SIZE];
    char *text = mem_printf(
        "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://%s',"
        "'authentication':[],'idempotency':{'header':'Idempotency-Key'},"
        "'actions':{'search':{'name':'S','method':'GET','effect':true,"
        "'path':'/search','query':['offset','limit'],'paging':{'style':"
        "'offset','offset':'offset','limit':'limit','size':1,%s}}}}",
        w.host, members);
    snprintf(connector, sizeof connector, "%s", world_document(&w, text));
    place_install(&w, &p,
                  place_workflow(&w, connector,
                                 WORKFLOW("PIN", BLOCK(10, "action", "Find",
                                                       "'app':'thing',"
                                                       "'action':'search'"))));
    free(text);
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

/* --- the end -------------------------------------------------------------- */

/* The app says for ever that there is more; each page has a key of its own.
 * Sabotage: let add_page() of action.c not look at the total, or not at
 * is_repeated(); leave the page out of make_key() of call.c. */
static void
pages_end(void)
{
    install_search("'items':'items','more':'hasMore','total':'total'");
    struct shown s = search((const char *[]){
        "{\"items\":[{\"id\":1}],\"hasMore\":true,\"total\":3}", NULL});
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.arrived, 3);
    CHECK_INT(w.effect_count, 3);
    forget(s);
    install_search("'items':'items','more':'hasMore'");
    s = search((const char *[]){"{\"items\":[{\"id\":1}],\"hasMore\":true}",
                                NULL});
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "page 2 is the same as the page before");
    CHECK_INT(w.arrived, 2);
    forget(s);
    s = search((const char *[]){"{\"items\":[],\"hasMore\":true}", NULL});
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.arrived, 1);
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

/* Sabotage: let fail() of step.c keep the pages as done. */
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

void
test_runtime_pages(void)
{
    static const struct test tests[] = {
        {"pages end", pages_end},
        {"what has no list is no page", what_has_no_list_is_no_page},
        {"a retry asks for each page again", a_retry_asks_for_each_page_again},
        {NULL, NULL}};
    world_start(&w);
    test_run("pages", tests);
    failed_tests += test_result();
    world_stop(&w);
}
