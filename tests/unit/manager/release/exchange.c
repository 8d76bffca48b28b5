/* The way to the runtime: exactly once in effect, whatever happens. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include <sqlite3.h>
#include <string.h>

#include "base/file.h"
#include "manager/catalogue/purge.h"
#include "manager/exchange/runtime.h"
#include "manager/session/audit.h"
#include "manager/session/store.h"
#include "store/console.h"
#include "tests/unit/manager/release/hostile.h"
#include "tests/unit/test.h"
#include "value/value.h"

static struct world w;

static void
check_live(const char *id, int64_t effects)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row = world_row(&w, 0, "sale", &list);
    CHECK_STR(row->live_id, id);
    CHECK_STR(row->releasing_id, NULL);
    CHECK_STR(world_pointer(&w, 0, "sale")->live, id);
    CHECK_INT(world_pointer(&w, 0, "sale")->effects, effects);
    installed_workflow_list_clear(&list);
}

/* Invariant 6, each mishap in turn. Sabotage: in outbox_add give a row a new
 * key at each attempt, or apply nothing of a receipt that was read twice. */
static void
test_mishaps(void)
{
    for (int mishap = 0; mishap < MISHAPS; mishap++) {
        char id[25];
        world_open(&w, 1);
        world_release(&w, 0, "sale", 5, false, id);
        CHECK_INT(world_deliver(&w, WENT_WELL), 1); /* the document */
        CHECK_INT(world_deliver(&w, (enum mishap)mishap), 1);
        world_settle(&w);
        check_live(id, 2); /* installed, released: once */
        if (test_failures_here)
            printf("#   mishap %d\n", mishap);
        world_close(&w);
    }
}

/* Sabotage: the changed_at of FACT_CONDITION. */
static void
test_a_release_is_a_change(void)
{
    struct installation_list all;
    const struct installation_filter any = {.text = NULL};
    struct error e;
    sqlite3 *handle;
    char id[25];
    world_open(&w, 1);
    CHECK_INT(sqlite3_open(w.path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, "UPDATE installation SET changed_at = 1",
                           NULL, NULL, NULL),
              SQLITE_OK);
    sqlite3_close(handle);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    CHECK_INT(manager_installation_list(w.m, &any, NULL, 1, &all, &e), ERR_OK);
    CHECK(all.rows[0].changed_at > 1);
    installation_list_clear(&all);
    world_close(&w);
}

/* Sabotage: OUTBOX_SENT without "state = 1": a crash after it arrived would
 * be shown as queued. */
static void
test_unknown_is_told(void)
{
    struct outbox_batch b;
    struct outbox_status status;
    struct installed_workflow_list list;
    struct error e;
    char id[25], key[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, false, id);
    CHECK_INT(world_deliver(&w, WENT_WELL), 1);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    snprintf(key, sizeof key, "%s", b.rows[0].key);
    outbox_batch_clear(&b);
    CHECK_INT(world_deliver(&w, ANSWER_LOST), 1);
    CHECK_INT(manager_outbox_status(w.m, key, &status, &e), ERR_OK);
    CHECK_INT(status.state, OUTBOX_UNKNOWN);
    CHECK_INT(status.uncertain, 1);
    CHECK_STR(status.error, "cut off");
    /* It has taken effect there, and still is nothing but releasing here. */
    CHECK_STR(world_pointer(&w, 0, "sale")->live, id);
    CHECK_STR(world_row(&w, 0, "sale", &list)->releasing_id, id);
    installed_workflow_list_clear(&list);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    CHECK_INT(b.rows[0].state, OUTBOX_UNKNOWN);
    outbox_batch_clear(&b);
    world_settle(&w);
    check_live(id, 2);
    world_close(&w);
}

/* Documents before requests, whole requests, in order. */
static void
test_order(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct outbox_batch b;
    struct error e;
    char sale[25], refund[25], id[25];
    const char *drafts[2] = {sale, refund};
    world_open(&w, 3);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, sale, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 0, "refund", 5, false, refund, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 2, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    CHECK_INT(b.count, 1);
    CHECK_STR(b.rows[0].kind, "document");
    outbox_batch_clear(&b);
    world_deliver(&w, WENT_WELL);
    world_deliver(&w, WENT_WELL);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    CHECK_INT(b.count, 2);
    CHECK_INT(b.rows[1].lead, b.rows[0].lead);
    outbox_batch_clear(&b);
    world_settle(&w);
    /* The same content again needs no document: it is there. */
    world_release(&w, 1, "sale", 5, false, id);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    CHECK_STR(b.rows[0].kind, "release");
    outbox_batch_clear(&b);
    world_close(&w);
}

/* Invariant 5: every change of this store and every change that a runtime
 * tells has its record, in one chain. Sabotage: the operation_audit call in
 * audit_release (then operation_end refuses), or audit_move in copy_move. */
static void
test_audited(void)
{
    struct audit_filter f = {.limit = 1000};
    struct audit_list list;
    struct error e;
    int released = 0, live = 0, receipts = 0, feed = 0;
    char id[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    CHECK_INT(audit_list(w.m, &f, &list, &e), ERR_OK);
    for (size_t i = 0; i < list.count; i++) {
        const struct audit_entry *a = &list.rows[i].entry;
        bool of_it = strcmp(a->subject_id, id) == 0;
        released += of_it && strcmp(a->action, "release") == 0;
        live += of_it && strcmp(a->action, "live") == 0 &&
                strcmp(a->origin, w.runtime) == 0;
        receipts += strcmp(a->action, "receipt") == 0;
        feed += strcmp(a->action, "feed") == 0;
    }
    CHECK_INT(released, 1);
    CHECK_INT(live, 1);     /* by the receipt; the fact changed nothing more */
    CHECK_INT(receipts, 3); /* two base versions and the release */
    CHECK_INT(feed > 0, 1);
    audit_list_clear(&list);
    world_audit_count(&w); /* verifies the chain */
    world_close(&w);
}

/* A session that may not write the audit changes nothing: the release is
 * rolled back with it. */
static void
test_no_record_no_change(void)
{
    struct manager_session session = {.actor = "root", .read_only = true};
    struct release_options o = {0};
    struct release_plan plan;
    struct installed_workflow_list list;
    struct manager *m;
    struct error e;
    char draft[25];
    const char *drafts[1] = {draft};
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(manager_open(&m, w.path, &session, &e), ERR_OK);
    CHECK_INT(manager_release(m, drafts, 1, &o, &plan, &e), ERR_READ_ONLY);
    release_plan_clear(&plan);
    manager_close(m);
    CHECK_STR(world_row(&w, 0, "sale", &list)->releasing_id, NULL);
    installed_workflow_list_clear(&list);
    CHECK_INT(world_deliver(&w, WENT_WELL), 0);
    world_close(&w);
}

/* The last attempt was before the release: what was not tried itself waits for
 * the same reason. Sabotage: tell_trouble() in status() of exchange.c. */
static void
test_trouble_is_told(void)
{
    const struct release_options o = {.note = NULL};
    struct error why = {0}, e;
    struct outbox_status status;
    struct release_plan plan;
    char draft[25];
    const char *drafts[1] = {draft};
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    error_set(&why, ERR_UNREACHABLE, "rt: connection refused");
    CHECK_INT(manager_runtime_trouble(w.m, w.runtime_n, &why, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_OK);
    CHECK_INT(manager_outbox_status(w.m, release_item_key(&plan.items[0]), &status, &e),
              ERR_OK);
    CHECK_INT(status.state, OUTBOX_QUEUED);
    CHECK_INT(status.uncertain, 0);
    CHECK_STR(status.error, "rt: connection refused");
    world_settle(&w);
    CHECK_INT(manager_outbox_status(w.m, release_item_key(&plan.items[0]), &status, &e),
              ERR_OK);
    CHECK_STR(status.error, "");
    release_plan_clear(&plan);
    world_close(&w);
}

/* What a repeated release of VERSION finds; NULL: it is none. */
static const char *
repeated(const char *version)
{
    static const char *const words[] = {"live", "awaiting", "released"};
    struct release_plan plan;
    struct error e;
    const char *found = NULL;
    CHECK_INT(manager_release_repeated(w.m, &version, 1, &plan, &e), ERR_OK);
    if (plan.released)
        found = plan.items[0].request_count ? "on its way" : "";
    for (size_t i = 0; plan.released && plan.items[0].done && i < 3; i++)
        if (strcmp(plan.items[0].done, words[i]) == 0)
            found = words[i];
    release_plan_clear(&plan);
    return found;
}

/* Whose answer was lost may release again: it is done once, and what took its
 * place is not undone. Sabotage: find_done() (src/manager/release/repeated.c).
 */
static void
test_repeated(void)
{
    const struct release_options o = {.note = NULL};
    struct release_plan plan;
    struct error e;
    char first[25], waits[25];
    const char *drafts[1] = {first};
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, first, &e), ERR_OK);
    CHECK_STR(repeated(first), NULL); /* a draft is released by its plan */
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_STR(repeated(first), "on its way");
    world_settle(&w);
    CHECK_STR(repeated(first), "live");
    world_release(&w, 0, "sale", 6, true, waits);
    world_settle(&w);
    CHECK_STR(repeated(waits), "awaiting");
    CHECK_STR(repeated(first), "live");
    CHECK_INT(
        manager_withdraw(w.m, world_installation(0), "sale", &o, &plan, &e),
        ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_STR(repeated(waits), NULL);
    world_release(&w, 0, "sale", 7, false, waits);
    world_settle(&w);
    CHECK_STR(repeated(first), NULL);
    CHECK_STR(repeated(waits), "live");
    CHECK_INT(world_pointer(&w, 0, "sale")->effects, 5);
    world_close(&w);
}

/* Whether the store's file has TEXT. */
static bool
file_has(const char *text)
{
    struct buf file;
    struct error e;
    buf_init(&file, 64 << 20);
    CHECK_INT(file_read(w.path, &file, &e), ERR_OK);
    bool has = memmem(file.data, file.len, text, strlen(text)) != NULL;
    buf_clear(&file);
    return has;
}

static int64_t
inputs_kept(void)
{
    return hostile_raw_int(&w, "SELECT count(*) FROM outbox WHERE body LIKE"
                               " '%canary-7f31%'");
}

static void
send_inputs(void)
{
    struct value *data = value_object();
    struct error e;
    char key[25];
    value_set_text(data, "name", "canary-7f31");
    CHECK_INT(
        manager_event_send(w.m, world_installation(0), "order", data, key, &e),
        ERR_OK);
    CHECK_INT(
        manager_run_start(w.m, world_installation(0), "sale", data, key, &e),
        ERR_OK);
    value_free(data);
}

static void
check_store(void)
{
    struct buf report;
    struct error e;
    buf_init(&report, 65536);
    if (manager_store_check(w.m, &report, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "store", buf_str(&report), "no finding");
    buf_clear(&report);
}

/* Sabotage: drop_input() in apply_items(). */
static void
test_input_goes_with_the_receipt(void)
{
    world_open(&w, 1);
    world_settle(&w);
    send_inputs();
    CHECK_INT(inputs_kept(), 2);
    CHECK(file_has("canary-7f31"));
    world_settle(&w);
    CHECK_INT(inputs_kept(), 0);
    CHECK_INT(hostile_raw_int(&w, "SELECT count(*) FROM outbox WHERE kind IN"
                                  " ('event', 'start') AND state IN (2, 3) AND"
                                  " body LIKE '%installationId%'"),
              2);
    check_store();
    CHECK(!file_has("canary-7f31"));
    world_close(&w);
}

/* Sabotage: CS_INPUTS_ENDED in purge.c. */
static void
test_input_of_older_stores_goes(void)
{
    struct error e;
    world_open(&w, 1);
    world_settle(&w);
    send_inputs();
    CHECK_INT(manager_purge(w.m, &e), ERR_OK);
    CHECK_INT(inputs_kept(), 2); /* has to be sent yet */
    world_settle(&w);
    hostile_raw(&w, "UPDATE outbox SET body = json_set(body, '$.data',"
                    " 'canary-7f31') WHERE kind = 'event'");
    hostile_raw(&w, "UPDATE outbox SET body = json_set(body, '$.input',"
                    " 'canary-7f31') WHERE kind = 'start'");
    CHECK_INT(inputs_kept(), 2);
    CHECK_INT(manager_purge(w.m, &e), ERR_OK);
    CHECK_INT(inputs_kept(), 0);
    CHECK_INT(hostile_raw_int(&w, "SELECT count(*) FROM audit WHERE action ="
                                  " 'purge' AND before = '{\"inputs\":2}'"),
              1);
    check_store();
    world_close(&w);
}

static const struct test tests[] = {
    {"exactly once in effect, whatever is lost", test_mishaps},
    {"a release is a change", test_a_release_is_a_change},
    {"a lost answer is unknown, retrying", test_unknown_is_told},
    {"what was not tried waits for a reason", test_trouble_is_told},
    {"documents first, whole requests", test_order},
    {"a repeated release is done once", test_repeated},
    {"every change has its record", test_audited},
    {"no record, no change", test_no_record_no_change},
    {"what was sent goes with its receipt", test_input_goes_with_the_receipt},
    {"what was sent from an older store goes", test_input_of_older_stores_goes},
    {NULL, NULL}};

void
test_release_exchange(void)
{
    test_run("exchange", tests);
    failed_tests |= test_result();
}
