/* Documents that a console sends are checked beside the core. */
#include "runtime/installed/checking.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/runtime/runtime.h"
#include "workflow/document/document.h"

static struct world w;

enum { ROWS = 1000, WAIT_MS = 30000 };

/* What was asked of a document, and what came of it. */
struct asked {
    struct buf text;
    char hash[DIGEST_SIZE];
    struct checked checked;
    struct error why;
};

static enum err
ask(struct core *core, void *ctx, struct error *e)
{
    struct asked *a = ctx;
    const struct checked_text t = {a->hash, a->text.data, a->text.len};
    (void)e;
    a->why = (struct error){0};
    (void)checking_ask(core, &t, &a->checked, &a->why);
    return ERR_OK;
}

/* The canonical text of a workflow of COUNT rows, each with FORMULA; LAST
 * stands behind it. */
static void
write_document(struct asked *a, int count, const char *formula,
               const char *last)
{
    struct document *d = NULL;
    struct error e = {0};
    struct buf text;
    buf_init_any(&text);
    buf_adds(&text,
             "{\"format\":1,\"formulas\":1,\"name\":\"T\",\"trigger\":{\"id\":"
             "\"00000000-0000-4000-8000-000000000001\",\"kind\":\"event\","
             "\"name\":\"E\",\"event\":\"go\"},\"blocks\":[{\"id\":"
             "\"00000000-0000-4000-8000-000000000007\",\"kind\":\"map\","
             "\"name\":\"M\",\"mapping\":[");
    for (int i = 0; i < count; i++)
        buf_addf(&text, "%s{\"target\":\"f%d\",\"source\":\"=%s\"}",
                 i ? "," : "", i, formula);
    buf_adds(&text, "]}]}");
    *a = (struct asked){0};
    buf_init_any(&a->text);
    CHECK_INT(document_parse(&d, text.data, text.len, "T", &e), ERR_OK);
    document_write(d, &a->text);
    document_free(d);
    buf_clear(&text);
    buf_adds(&a->text, last);
    digest_hex(a->hash, a->text.data, a->text.len);
}

static void
ask_until_ready(struct asked *a)
{
    int64_t until = clock_monotonic_ms() + WAIT_MS * world_patience();
    while (!a->checked.ready && clock_monotonic_ms() < until) {
        world_tick(&w);
        CHECK_INT(world_do(&w, ask, a), ERR_OK);
    }
    CHECK(a->checked.ready);
}

/* The core does nothing of it in the tick in which it comes. Sabotage: let
 * checking_ask() check every document at once. */
static void
large_ones_are_checked_beside_the_core(void)
{
    struct asked a;
    write_document(&a, ROWS, "E!no&1", "");
    CHECK_INT(world_do(&w, ask, &a), ERR_OK);
    CHECK(!a.checked.ready);
    ask_until_ready(&a);
    CHECK_INT(a.why.code, ERR_OK);
    CHECK(!a.checked.connector);
    CHECK_STR(a.checked.trigger.kind, "event"); /* for its first event */
    CHECK_STR(a.checked.trigger.event, "go");
    trigger_facts_clear(&a.checked.trigger);
    CHECK(!w.runtime.checking); /* what was taken is gone */
    buf_clear(&a.text);
}

/* Sabotage: let is_parsed() call is_checked() in any case. */
static void
what_is_wrong_is_refused(void)
{
    struct {
        int rows;
        const char *formula, *last, *says;
    } cases[] = {{ROWS, "E!no&1", " ", "canonical"},
                 {ROWS, "NOSUCH(1)", "", "NOSUCH"},
                 {ROWS, "E!no&1", "}", "document"},
                 {1, "E!no&1", " ", "canonical"},
                 {1, "NOSUCH(1)", "", "NOSUCH"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asked a;
        write_document(&a, cases[i].rows, cases[i].formula, cases[i].last);
        CHECK_INT(world_do(&w, ask, &a), ERR_OK);
        CHECK(a.checked.ready == (cases[i].rows == 1));
        ask_until_ready(&a);
        CHECK_INT(a.why.code, ERR_INVALID);
        CHECK_HAS(a.why.text, cases[i].says);
        buf_clear(&a.text);
    }
}

/* Who asks after a crash begins anew. Sabotage: let piece_is_over() keep what
 * has not ended. */
static void
a_crash_while_one_is_checked(void)
{
    struct asked a;
    write_document(&a, ROWS, "E!no&2", "");
    CHECK_INT(world_do(&w, ask, &a), ERR_OK);
    world_crash(&w);
    ask_until_ready(&a);
    CHECK_INT(a.why.code, ERR_OK);
    trigger_facts_clear(&a.checked.trigger);
    buf_clear(&a.text);
}

void
test_runtime_checking(void)
{
    static const struct test tests[] = {
        {"large documents are checked beside the core",
         large_ones_are_checked_beside_the_core},
        {"documents that are wrong are refused", what_is_wrong_is_refused},
        {"a crash while a document is checked", a_crash_while_one_is_checked},
        {NULL, NULL}};
    world_start(&w);
    test_run("checking", tests);
    world_stop(&w);
    failed_tests += test_result();
}
