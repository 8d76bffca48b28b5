/* Receipts of hostile runtimes. */
#include <stdlib.h>

#include "base/mem.h"
#include "manager/session/store.h"
#include "remote/wait.h"
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
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &batch, &e), ERR_OK);
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

/* Applies a refusal of number SEQUENCE to the request KEY; whether it says that
 * the runtime was put back. */
static bool
refuse(const char *key, int64_t sequence)
{
    struct receipt_item item = {.outcome = OUTCOME_REFUSED};
    struct receipt r = {.key = key,
                        .sequence = sequence,
                        .head = "head",
                        .text = mem_strdup("{}"),
                        .items = &item,
                        .count = 1};
    bool back = false;
    CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e), ERR_OK);
    free(r.text);
    return back;
}

/* The release of user 0, of which no receipt could be believed, and what may
 * be sent past it. */
static struct outbox_waits passed;
static struct outbox_batch unread;

static void
leave_one_unread(void)
{
    const struct error why = {.code = ERR_INVALID, .text = "nonsense"};
    char id[25];
    world_release(&w, 0, "sale", 5, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &unread, &e), ERR_OK);
    CHECK_INT(unread.count, 1);
    CHECK_INT(
        manager_outbox_aside(w.m, w.runtime_n, &unread, false, &why, 1, &e),
        ERR_OK);
    outbox_waits_add(&passed, &unread.rows[0], 1, 1);
}

static void
ask_past(struct outbox_batch *out)
{
    const struct outbox_ask ask = {
        .runtime = w.runtime_n, .limit = 500, .past = &passed};
    CHECK_INT(manager_outbox_due(w.m, &ask, out, &e), ERR_OK);
}

static void
end_unread(void)
{
    outbox_batch_clear(&unread);
    outbox_waits_clear(&passed);
    world_close(&w);
}

/* Sabotage: is_behind() in due.c. */
static void
test_nothing_overtakes_what_it_may_not(void)
{
    struct outbox_batch b;
    char id[25];
    hostile_open(&w, &known, 2);
    leave_one_unread();
    ask_past(&b);
    CHECK_INT(b.count, 0);
    outbox_batch_clear(&b);
    world_release(&w, 0, "refund", 6, false, id);
    ask_past(&b); /* a document may */
    CHECK_STR(b.count ? b.rows[0].kind : "", "document");
    CHECK_INT(manager_outbox_delivered(w.m, &b, NULL, &e), ERR_OK);
    outbox_batch_clear(&b);
    ask_past(&b);
    CHECK_INT(b.count, 0); /* another request about the customer may not */
    outbox_batch_clear(&b);
    world_release(&w, 1, "sale", 5, false, id);
    ask_past(&b); /* one about another customer may */
    CHECK_INT(b.count, 1);
    CHECK(b.count == 1 && b.rows[0].lead > unread.rows[0].lead + 1);
    outbox_batch_clear(&b);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    CHECK_STR(b.count ? b.rows[0].key : "", unread.rows[0].key);
    outbox_batch_clear(&b);
    end_unread();
}

/* A document that fails alone holds up what names it, and nothing else.
 * Sabotage: has(row->body, w->hash) in is_behind() of due.c. */
static void
test_what_names_a_document_waits_for_it(void)
{
    struct outbox_batch document, b;
    char id[25];
    hostile_open(&w, &known, 2);
    world_release(&w, 0, "sale", 5, false, id);
    world_release(&w, 1, "refund", 6, false, id);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &document, &e),
              ERR_OK);
    CHECK_STR(document.count ? document.rows[0].kind : "", "document");
    outbox_waits_add(&passed, &document.rows[0], 1, 1);
    ask_past(&b); /* the other document */
    CHECK_STR(b.count ? b.rows[0].kind : "", "document");
    CHECK(b.count && strcmp(b.rows[0].hash, document.rows[0].hash) != 0);
    CHECK_INT(manager_outbox_delivered(w.m, &b, NULL, &e), ERR_OK);
    outbox_batch_clear(&b);
    ask_past(&b); /* and the release that names that one */
    CHECK_INT(b.count, 1);
    CHECK(b.count && !strstr(b.rows[0].body, document.rows[0].hash));
    outbox_batch_clear(&b);
    CHECK_INT(outbox_waits_remove(&passed, document.rows[0].lead), 1);
    ask_past(&b);
    CHECK_STR(b.count ? b.rows[0].key : "", document.rows[0].key);
    outbox_batch_clear(&b);
    outbox_batch_clear(&document);
    outbox_waits_clear(&passed);
    world_close(&w);
}

/* Sabotage: LATE in follow_chain(). */
static void
test_a_late_receipt_is_no_sign_of_a_restore(void)
{
    struct outbox_batch b;
    char id[25];
    hostile_open(&w, &known, 2);
    leave_one_unread();
    world_release(&w, 1, "sale", 5, false, id);
    ask_past(&b);
    CHECK_INT(b.count, 1);
    CHECK_INT(refuse(b.count ? b.rows[0].key : "", 901), false);
    outbox_batch_clear(&b);
    CHECK_INT(refuse(unread.rows[0].key, 900), false);
    end_unread();
}

/* A request of several items is sent whole, however few are asked for. */
static void
test_a_long_request_comes_alone(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct outbox_batch b;
    char sale[25], refund[25];
    const char *drafts[2] = {sale, refund};
    hostile_open(&w, &known, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, sale, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 0, "refund", 5, false, refund, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 2, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_deliver(&w, WENT_WELL);
    world_deliver(&w, WENT_WELL);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 1), &b, &e), ERR_OK);
    CHECK_INT(b.count, 2);
    outbox_batch_clear(&b);
    world_close(&w);
}

/* Until then the runtime does not have the receipt that was applied, which each
 * contact compares. Sabotage: receipt_sequence in RUNTIME_COMPARED. */
static void
test_a_copy_is_due_until_it_has_ended(void)
{
    static const char number[] = "SELECT receipt_sequence FROM runtime";
    struct full_copy copy = {.why = "its receipts went back in number"};
    hostile_open(&w, &known, 1);
    CHECK_INT(answer_with(901, 70), false);
    CHECK_INT(answer_with(5, 71), true);
    CHECK_INT(manager_copy_begin(w.m, w.runtime, &copy, &e), ERR_OK);
    CHECK_INT(hostile_raw_int(&w, number), 5); /* it breaks off here */
    CHECK_INT(manager_copy_begin(w.m, w.runtime, &copy, &e), ERR_OK);
    struct state_page page = {.feed_cursor = 0};
    CHECK_INT(manager_apply_state(w.m, w.runtime, &page, &copy, true, &e),
              ERR_OK);
    CHECK_INT(hostile_raw_int(&w, number), 0);
    world_close(&w);
}

/* Nothing is read on from a place that another program wrote, and it stays a
 * finding while receipts come. Sabotage: s.altered in apply_page() of
 * apply_facts.c; OLD.contact_hash in console_session. */
static void
test_an_altered_place(void)
{
    struct fact f = {.kind = FACT_UNKNOWN};
    struct buf report;
    buf_init(&report, 65536);
    hostile_open(&w, &known, 1);
    hostile_raw(&w, "UPDATE runtime SET feed_cursor = feed_cursor + 1000");
    w.altered = true;
    CHECK_INT(hostile_apply(&w, &f, 1, &e), ERR_STALE);
    CHECK_INT(answer_with(900, 70), false);
    CHECK_INT(manager_store_check(w.m, &report, &e), ERR_DAMAGED);
    CHECK_HAS(buf_str(&report), "another program changed how far it was read");
    buf_clear(&report);
    world_close(&w);
}

/* Nothing of what another program wrote is used, also where nobody has
 * contacted the runtime since: neither as a bound, nor as what an uninstall has
 * seen, nor while a copy is taken. Sabotage: r.own in speaker_load() of
 * copy.c; iif(own of RUNTIME_SEEN; s.lost in apply_state(). */
static void
test_altered_is_not_used(void)
{
    struct fact f = {.kind = FACT_UNKNOWN};
    struct full_copy copy = {.why = COPY_ALTERED, .behind = true};
    struct state_page page = {.feed_cursor = 10};
    char key[IDENT_SIZE];
    hostile_open(&w, &known, 1);
    hostile_raw(&w, "UPDATE runtime SET charged = 4000000000000,"
                    " feed_cursor = -5, held = 1, compared = 1");
    w.altered = true;
    CHECK_INT(hostile_apply(&w, &f, 1, &e), ERR_STALE);
    CHECK_INT(manager_runtime_accept_restore(w.m, "rt", NULL, key, &e),
              ERR_REFUSED);
    CHECK_HAS(e.text, "another program changed");
    CHECK_INT(manager_installation_uninstall(w.m, fake_at(w.rt, 0)->id, NULL,
                                             key, &e),
              ERR_OK);
    CHECK_INT(hostile_raw_int(&w, "SELECT json_extract(body, '$.seen')"
                                  " FROM outbox WHERE kind = 'uninstall'"),
              0);
    CHECK_INT(manager_apply_state(w.m, w.runtime, &page, &copy, false, &e),
              ERR_STALE);
    CHECK_INT(manager_copy_begin(w.m, w.runtime, &copy, &e), ERR_OK);
    CHECK_INT(hostile_raw_int(&w, "SELECT feed_cursor FROM runtime"), 0);
    CHECK(hostile_raw_int(&w, "SELECT charged FROM runtime") < 1 << 20);
    CHECK_INT(manager_apply_state(w.m, w.runtime, &page, &copy, false, &e),
              ERR_OK);
    CHECK_INT(hostile_apply(&w, &f, 1, &e), ERR_STALE);
    world_close(&w);
}

/* A restore that waits for a person is not accepted because another program
 * wrote that the runtime was held. Sabotage: speaker_anew() in
 * manager_runtime_contact(). */
static void
test_no_restore_is_accepted(void)
{
    struct runtime_contact c = {.remote_id = "aaaaaaaaaaaaaaaaaaaaaaaa",
                                .protocol = 1};
    hostile_open(&w, &known, 1);
    hostile_own(&w, w.runtime,
                "UPDATE runtime SET restored_why = 'it was put back'");
    hostile_raw(&w, "UPDATE runtime SET held = 1, compared = 1");
    w.altered = true;
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(hostile_raw_int(&w, "SELECT count(*) FROM runtime"
                                  " WHERE restored_why IS NOT NULL"),
              1);
    world_close(&w);
}

/* --- receipts for something else ----------------------------------------- */

/* Applies receipts with ITEMS, done or not (DONE), to a new request, one after
 * the other: each is refused, and leaves nothing. */
static void
check_refused(const struct receipt_item *items, const bool *done, size_t count)
{
    struct outbox_batch batch;
    bool back = false;
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &batch, &e), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        struct receipt_item item = items[i];
        char text[] = "{}";
        struct receipt r = {.key = batch.rows[0].key,
                            .sequence = 900,
                            .done = done[i],
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
}

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
    static const bool done[] = {true, true, true, true, true, true};
    char id[25];
    hostile_open(&w, &known, 1);
    world_release(&w, 0, "refund", 70, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    check_refused(items, done, sizeof items / sizeof items[0]);
    world_close(&w);
}

/* A receipt that contradicts itself leaves open what was done. Sabotage:
 * check_outcome() and contradiction() in check_answer()
 * (src/manager/exchange/apply_receipts.c). */
static void
test_receipts_that_contradict_themselves(void)
{
    char id[25];
    const struct receipt_item items[] = {
        {.outcome = OUTCOME_LIVE, .live_version_id = id},
        {.outcome = OUTCOME_AWAITING, .awaiting_version_id = id},
        {.outcome = OUTCOME_LIVE},
        {.outcome = OUTCOME_AWAITING},
        {.outcome = OUTCOME_REFUSED, .live_version_id = id},
        {.outcome = OUTCOME_STALE, .live_version_id = id},
        {.outcome = OUTCOME_LIVE,
         .live_version_id = id,
         .awaiting_version_id = id},
        {.outcome = OUTCOME_AWAITING,
         .live_version_id = id,
         .awaiting_version_id = id},
        {.outcome = OUTCOME_AWAITING, .awaiting_version_id = id},
    };
    static const bool done[] = {false, false, true, true, true,
                                true,  true,  true, true};
    hostile_open(&w, &known, 1);
    world_release(&w, 0, "refund", 70, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    check_refused(items, done, sizeof items / sizeof items[0]);
    world_close(&w);
}

/* What was withdrawn neither waits nor runs. Sabotage: the cases of WITHDRAWN
 * in contradiction() (src/manager/exchange/apply_receipts.c). */
static void
test_withdrawals_that_contradict_themselves(void)
{
    static const char other[] = "cccccccccccccccccccccccc";
    char id[25], live[25];
    struct installed_workflow_list list;
    const struct receipt_item items[] = {
        {.outcome = OUTCOME_WITHDRAWN,
         .live_version_id = live,
         .awaiting_version_id = id},
        {.outcome = OUTCOME_WITHDRAWN,
         .live_version_id = live,
         .awaiting_version_id = other},
        {.outcome = OUTCOME_WITHDRAWN, .live_version_id = id},
        {.outcome = OUTCOME_WITHDRAWN},
    };
    static const bool done[] = {true, true, true, true};
    struct release_options o = {.dry_run = false};
    struct release_plan plan;
    hostile_open(&w, &known, 1);
    snprintf(live, sizeof live, "%s",
             world_row(&w, 0, "refund", &list)->live_id);
    installed_workflow_list_clear(&list);
    world_release(&w, 0, "refund", 70, true, id);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "refund")->awaiting, id);
    CHECK_INT(
        manager_withdraw(w.m, world_installation(0), "refund", &o, &plan, &e),
        ERR_OK);
    release_plan_clear(&plan);
    check_refused(items, done, sizeof items / sizeof items[0]);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "refund")->awaiting, "");
    world_close(&w);
}

/* What is refused may run there all the same, as where another item of the
 * request was refused: who reads that it was refused reads that, too. */
static void
test_refused_and_live(void)
{
    struct outbox_batch batch;
    struct outbox_status status;
    char id[25], text[] = "{\"feedSequence\":900}";
    bool back = false;
    hostile_open(&w, &known, 1);
    world_release(&w, 0, "refund", 70, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &batch, &e), ERR_OK);
    struct receipt_item item = {.outcome = OUTCOME_REFUSED,
                                .live_version_id = id,
                                .message = "nothing was done"};
    struct receipt r = {.key = batch.rows[0].key,
                        .sequence = 900,
                        .feed_sequence = 900,
                        .head = "head",
                        .items = &item,
                        .count = 1,
                        .text = text};
    CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e), ERR_OK);
    CHECK_INT(wait_for_request(w.m, r.key, 0, &status, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "nothing was done (the same version is live there)");
    outbox_batch_clear(&batch);
    world_close(&w);
}

/* --- receipts for another content ----------------------------------------- */

/* A runtime says that the version is live, or waits, and its store has another
 * content under its id: who waits for that is told, and the copy shows it.
 * Sabotage: the comparison of hashes in other_content(), item->other in
 * end_row (src/manager/exchange/apply_receipts.c). */
static void
test_receipts_for_another_content(void)
{
    static const char before[] = "cccccccccccccccccccccccc";
    static const char other[] = "0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef";
    for (int waits = 0; waits < 2; waits++) {
        struct outbox_batch batch;
        struct outbox_status status;
        struct installed_workflow_list list;
        const struct installed_workflow_row *row;
        char id[25], text[] = "{\"feedSequence\":900}";
        bool back = false;
        hostile_open(&w, &known, 1);
        world_release(&w, 0, "refund", 70, false, id);
        world_deliver(&w, WENT_WELL); /* the document */
        CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &batch, &e),
                  ERR_OK);
        struct receipt_item item = {.outcome =
                                        waits ? OUTCOME_AWAITING : OUTCOME_LIVE,
                                    .live_version_id = waits ? before : id,
                                    .live_hash = other,
                                    .awaiting_version_id = waits ? id : NULL,
                                    .awaiting_hash = waits ? other : NULL};
        struct receipt r = {.key = batch.rows[0].key,
                            .sequence = 900,
                            .feed_sequence = 900,
                            .done = true,
                            .head = "head",
                            .items = &item,
                            .count = 1,
                            .text = text};
        CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e),
                  ERR_OK);
        CHECK_INT(wait_for_request(w.m, r.key, 0, &status, &e), ERR_REFUSED);
        CHECK_HAS(e.text, waits ? "not released: what waits there under"
                                : "not released: what runs there under");
        CHECK_HAS(e.text, "the content 0123456789ab, and ");
        row = world_row(&w, 0, "refund", &list);
        CHECK(!row->releasing_id);
        CHECK_STR(waits ? row->awaiting_unknown : row->live_unknown, id);
        installed_workflow_list_clear(&list);
        outbox_batch_clear(&batch);
        world_close(&w);
    }
}

static const struct test tests[] = {
    {"nothing overtakes what it may not",
     test_nothing_overtakes_what_it_may_not},
    {"what names a document waits for it",
     test_what_names_a_document_waits_for_it},
    {"a late receipt is no sign of a restore",
     test_a_late_receipt_is_no_sign_of_a_restore},
    {"a long request comes alone", test_a_long_request_comes_alone},
    {"receipts that go back in number are told", test_receipts_go_back},
    {"a copy is due until it has ended", test_a_copy_is_due_until_it_has_ended},
    {"nothing is read on from an altered place", test_an_altered_place},
    {"what another program wrote is not used", test_altered_is_not_used},
    {"no restore is accepted by what another program wrote",
     test_no_restore_is_accepted},
    {"receipts for something else are refused",
     test_receipts_for_something_else},
    {"receipts that contradict themselves",
     test_receipts_that_contradict_themselves},
    {"withdrawals that contradict themselves",
     test_withdrawals_that_contradict_themselves},
    {"what was refused and is live is told as both", test_refused_and_live},
    {"receipts for another content are told",
     test_receipts_for_another_content},
    {NULL, NULL}};

void
test_release_receipts(void)
{
    test_run("receipts of a hostile runtime", tests);
    failed_tests |= test_result();
}
