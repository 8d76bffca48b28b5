/*
 * What a run did, on the canvas of its version: the words, signs and order of
 * what became of each block, and what is redacted of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/screen/run_blocks.h"
#include "ui/screen/shown_canvas.h"

#define ID(n) "00000000-0000-4000-8000-00000000000" n

/* 1 Order, 2 Each line (3 Large? yes 4 Send, no 5 Log), 6 Send all, 7 Rest. */
static const char document_text[] =
    "{\"format\":1,\"formulas\":1,\"name\":\"Orders\","
    "\"trigger\":{\"id\":\"" ID(
        "1") "\",\"kind\":\"event\","
             "\"name\":\"Order\",\"event\":\"order\"},\"blocks\":["
             "{\"id\":\"" ID(
                 "2") "\",\"kind\":\"iterate\",\"name\":\"Each line\","
                      "\"list\":\"lines\",\"onError\":\"setAside\",\"blocks\":["
                      "{\"id\":\"" ID(
                          "3") "\",\"kind\":\"if\",\"name\":\"Large?\","
                               "\"condition\":\"=amount > 10\",\"then\":["
                               "{\"id\":\"" ID(
                                   "4") "\",\"kind\":\"math\",\"name\":"
                                        "\"Send\","
                                        "\"formula\":\"=1/0\"}],\"else\":["
                                        "{\"id\":\"" ID(
                                            "5") "\",\"kind\":\"math\","
                                                 "\"name\":\"Log\","
                                                 "\"formula\":\"=1\"}]}]},"
                                                 "{\"id\":\"" ID(
                                                     "6") "\",\"kind\":"
                                                          "\"math\",\"name\":"
                                                          "\"Send all\","
                                                          "\"formula\":\"=1/"
                                                          "0\"},"
                                                          "{\"id\":\"" ID(
                                                              "7") "\","
                                                                   "\"kind\":"
                                                                   "\"math\","
                                                                   "\"name\":"
                                                                   "\"Rest\","
                                                                   "\"formula\""
                                                                   ":\"=1\"}]}";

#define STEP(block, place, state, more)                                        \
    "{\"blockId\":\"" ID(block) "\",\"place\":\"" place "\",\"page\":0,"       \
                                "\"state\":\"" state "\"" more "}"

static const char run_text[] =
    "{\"runId\":\"r\",\"state\":\"failed\",\"blockId\":\"" ID(
        "6") "\","
             "\"message\":\"Send all: no tax "
             "code\",\"input\":{\"pin\":1},\"blocks\":[" STEP("4", "1", "done", ",\"output\":7") "," STEP("4", "2", "setAside", ",\"message\":\"too large\"") "," STEP(
                 "4", "3", "done",
                 ",\"output\":8") "," STEP("2", "", "done",
                                           "") "," STEP("6", "", "failed",
                                                        ",\"message"
                                                        "\":\"no "
                                                        "tax "
                                                        "code\","
                                                        "\"status\""
                                                        ":400,"
                                                        "\"attempts"
                                                        "\":2,"
                                                        "\"input\":"
                                                        "{\"url\":"
                                                        "\"https://"
                                                        "a.example/"
                                                        "x?api_key="
                                                        "hunter2\","
                                                        "\"body\":{"
                                                        "\"password"
                                                        "\":"
                                                        "\"hunter2"
                                                        "\","
                                                        "\"total\":"
                                                        "12}},"
                                                        "\"output\""
                                                        ":{\"cut\":"
                                                        "true,"
                                                        "\"bytes\":"
                                                        "9,"
                                                        "\"head\":"
                                                        "\"hunter2"
                                                        "\"}") "]}";

struct world {
    struct document *document;
    struct value *run;
    struct shown_canvas shown;
};

static struct world
world_of(const char *text)
{
    struct world w = {0};
    struct error e = {0};
    CHECK_INT(document_parse(&w.document, document_text, strlen(document_text),
                             "document", &e),
              ERR_OK);
    CHECK_INT(
        value_read(&w.run, text, strlen(text), &value_limits_event, "run", &e),
        ERR_OK);
    shown_canvas_make(&w.shown, w.document);
    run_redact(w.run);
    run_faces(w.run, &w.shown.outline, w.shown.faces, w.shown.summaries);
    return w;
}

static void
world_end(struct world *w)
{
    shown_canvas_clear(&w->shown);
    document_free(w->document);
    value_free(w->run);
}

static void
each_block_says_what_became_of_it(void)
{
    static const char *const words[] = {
        "ok",          "ok",
        "ok",          "1 set aside, 2 ok: too large",
        "not reached", "failed: no tax code",
        "not reached"};
    struct world w = world_of(run_text);
    for (size_t i = 0; i < w.document->count; i++)
        CHECK_STR(w.shown.faces[i].summary, words[i]);
    CHECK(w.shown.faces[3].problem && w.shown.faces[5].problem);
    CHECK(!w.shown.faces[2].problem && !w.shown.faces[4].problem);
    world_end(&w);
}

/* A run that ended is not said to wait, and one that waits not to have failed.
 * Sabotage: ended_here(). */
static void
the_block_that_it_stands_at_says_why(void)
{
    static const char *const runs[][2] = {
        {"\"done\"", "stopped here"},
        {"\"parked\",\"parkedFor\":\"paused\",\"message\":\"paused\"",
         "waiting: paused"},
        {"\"failed\",\"message\":\"no list\"", "failed: no list"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char *text =
            mem_printf("{\"runId\":\"r\",\"state\":%s,\"blockId\":\"" ID(
                           "2") "\",\"blocks\":[]}",
                       runs[i][0]);
        struct world w = world_of(text);
        CHECK_STR(w.shown.faces[0].summary, "ok");
        CHECK_STR(w.shown.faces[1].summary, runs[i][1]);
        CHECK_STR(w.shown.faces[2].summary, "not reached");
        world_end(&w);
        free(text);
    }
}

/* Sabotage: redact_text() and value_remove() in redact_step();
 * sample_redact() in run_redact(). */
static void
no_secret_is_shown(void)
{
    struct world w = world_of(run_text);
    struct buf out;
    buf_init_any(&out);
    for (size_t i = 0; i < w.document->count; i++) {
        run_block_brief(w.run, w.document, i, &out);
        run_block_whole(w.run, w.document, i, &out);
    }
    CHECK(!strstr(buf_str(&out), "hunter2"));
    CHECK_HAS(buf_str(&out), "\"total\": 12");
    CHECK_HAS(buf_str(&out), "failed, status 400, 2 attempts\nno tax code\n");
    CHECK_HAS(buf_str(&out), "element 2: set aside\ntoo large\n");
    buf_clear(&out);
    world_end(&w);
}

/* Draws W at ROWS and COLS, the block INDEX marked, and looks for NEEDLE. */
static void
draws(struct world *w, int rows, int cols, bool ascii, const char *needle)
{
    struct cells c;
    struct buf out;
    buf_init_any(&out);
    cells_init(&c, rows, cols, ascii);
    shown_canvas_draw(&w->shown, &c, (struct rect){0, 0, rows, cols});
    cells_dump(&c, &out);
    CHECK_HAS(buf_str(&out), needle);
    buf_clear(&out);
    cells_clear(&c);
}

static void
the_picture_says_it_by_word_and_sign(void)
{
    struct world w = world_of(run_text);
    draws(&w, 24, 80, false, "1 Order  event  ok");
    draws(&w, 24, 80, false, "✓ ]");
    draws(&w, 24, 80, false, "6 Send all  math  failed: no tax code");
    draws(&w, 24, 80, false, "✗!]");
    draws(&w, 24, 80, true, "x!]");
    draws(&w, 24, 80, true, "-!]");
    shown_canvas_go(&w.shown, outline_spot(&w.shown.outline, 5));
    draws(&w, 12, 40, true, ">[6 Send all  math  failed");
    draws(&w, 12, 40, false, "▸[6 Send all");
    world_end(&w);
}

void
test_console_runs(void)
{
    static const struct test tests[] = {
        {"each block says what became of it",
         each_block_says_what_became_of_it},
        {"the block that it stands at says why",
         the_block_that_it_stands_at_says_why},
        {"no secret is shown", no_secret_is_shown},
        {"the picture says it by word and sign",
         the_picture_says_it_by_word_and_sign},
        {NULL, NULL}};
    test_run("console runs", tests);
    failed_tests += test_failures;
}
