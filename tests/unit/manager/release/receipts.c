/* Receipts of hostile runtimes. */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/manager/release/hostile.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/test.h"

static struct world w;
static struct error e;
static struct hostile_ids known;

/* --- receipts that count backwards ---------------------------------------- */

/* Applies a receipt of number SEQUENCE to a new request; whether it says that
 * the runtime was put back. */
static bool
answer_with(int64_t sequence, int number)
{
    struct receipt_item item = {.outcome = OUTCOME_REFUSED};
    struct receipt r = {
        .sequence = sequence, .head = "head", .items = &item, .count = 1};
    struct outbox_batch batch;
    char id[25];
    bool back = false;
    world_release(&w, 0, "refund", number, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    CHECK_INT(manager_outbox_due(w.m, w.runtime_n, 500, &batch, &e), ERR_OK);
    CHECK_INT(batch.count, 1);
    r.key = batch.rows[0].key;
    r.text = mem_strdup("{}");
    CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e), ERR_OK);
    free(r.text);
    outbox_batch_clear(&batch);
    return back;
}

/* Sabotage: the comparison of numbers in follow_chain
 * (src/manager/exchange/apply_receipts.c). */
static void
test_receipts_go_back(void)
{
    struct runtime_list list;
    hostile_open(&w, &known, 1);
    CHECK_INT(answer_with(900, 70), false);
    CHECK_INT(answer_with(901, 71), false);
    CHECK_INT(answer_with(901, 72), true);
    CHECK_INT(answer_with(5, 73), true);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_HAS(list.rows[0].notice, "receipt 5 after receipt 901");
    runtime_list_clear(&list);
    CHECK_INT(hostile_raw_int(
                  &w, "SELECT count(*) FROM audit WHERE action = 'notice'"),
              2);
    CHECK_INT(answer_with(6, 74), false);
    world_close(&w);
}

/* --- receipts for something else ----------------------------------------- */

/* Sabotage: outcome_answers() and check_named() in check_answer
 * (src/manager/exchange/apply_receipts.c). */
static void
test_receipts_for_something_else(void)
{
    static const char other[] = "cccccccccccccccccccccccc";
    static const struct receipt_item items[] = {
        {.outcome = OUTCOME_ACCEPTED},
        {.outcome = OUTCOME_PAUSED},
        {.outcome = OUTCOME_LIVE, .installation_id = other},
        {.outcome = OUTCOME_LIVE, .workflow_id = other},
        {.outcome = OUTCOME_LIVE, .live_version_id = other},
        {.outcome = OUTCOME_AWAITING, .awaiting_version_id = other},
    };
    struct outbox_batch batch;
    char id[25];
    bool back = false;
    hostile_open(&w, &known, 1);
    world_release(&w, 0, "refund", 70, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    CHECK_INT(manager_outbox_due(w.m, w.runtime_n, 500, &batch, &e), ERR_OK);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct receipt_item item = items[i];
        char text[] = "{}";
        struct receipt r = {.key = batch.rows[0].key,
                            .sequence = 900,
                            .done = true,
                            .head = "head",
                            .items = &item,
                            .count = 1,
                            .text = text};
        CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e),
                  ERR_INVALID);
        CHECK_HAS(e.text, batch.rows[0].key);
    }
    outbox_batch_clear(&batch);
    CHECK_INT(
        hostile_raw_int(
            &w, "SELECT count(*) FROM release_receipt WHERE sequence = 900"),
        0);
    world_close(&w);
}

static const struct test tests[] = {
    {"receipts that go back in number are told", test_receipts_go_back},
    {"receipts for something else are refused",
     test_receipts_for_something_else},
    {NULL, NULL}};

void
test_release_receipts(void)
{
    test_run("receipts of a hostile runtime", tests);
    failed_tests |= test_result();
}
