/* The copy of facts: first contact, late and doubled words, hostile ones. */
#include "tests/unit/manager/release/hostile.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include "base/mem.h"
#include "remote/protocol.h"
#include "store/console.h"
#include "tests/unit/test.h"

static struct world w;

static struct installation_list
show(size_t i)
{
    struct installation_list list;
    struct error e;
    CHECK_INT(manager_installation_show(w.m, world_installation(i), &list, &e),
              ERR_OK);
    return list;
}

/* The answer to a release says that it awaits the customer. It is read after
 * the fact that the customer has accepted: it may not move the pointer back.
 * Sabotage: the comparison of sequences in copy_move. */
static void
test_late_receipt(void)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row;
    char id[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, true, id);
    for (int i = 0; i < 5 && !w.late; i++)
        world_deliver(&w, ANSWER_LATE);
    CHECK(w.late != NULL);
    CHECK(fake_accept(w.rt, 0, 0));
    world_feed(&w, 1000, false);
    world_late(&w);
    row = world_row(&w, 0, "sale", &list);
    CHECK_STR(row->live_id, id);
    CHECK(row->awaiting_id == NULL);
    installed_workflow_list_clear(&list);
    world_close(&w);
}

static char receipt_text[] = "{\"feedSequence\":1000000}";

static struct receipt
receipt_of(const char *key, const char *installation, const char *workflow,
           const char *live, int64_t feed_sequence, struct receipt_item *item)
{
    *item = (struct receipt_item){.outcome = OUTCOME_LIVE,
                                  .installation_id = installation,
                                  .workflow_id = workflow,
                                  .live_version_id = live};
    return (struct receipt){.key = key,
                            .sequence = 99,
                            .feed_sequence = feed_sequence,
                            .done = true,
                            .head = "head",
                            .items = item,
                            .count = 1,
                            .text = receipt_text};
}

/* The same, bare: facts up to the head are in, then a receipt comes that was
 * written before them. Another program cannot make it newer. Sabotage: LATE of
 * keep_pointers() in apply_receipts.c. */
static void
test_old_word(void)
{
    struct installed_workflow_list list;
    struct receipt_item item;
    struct receipt r;
    struct outbox_batch b;
    struct error e;
    char id[25], base[25];
    bool back;
    world_open(&w, 1);
    snprintf(base, sizeof base, "%s", world_pointer(&w, 0, "sale")->live);
    world_release(&w, 0, "sale", 5, false, id);
    world_deliver(&w, WENT_WELL);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    world_deliver(&w, ANSWER_LOST);
    world_feed(&w, 1000, false); /* tells that it is live */
    CHECK_STR(world_row(&w, 0, "sale", &list)->live_id, id);
    hostile_raw(&w, "UPDATE installed_workflow SET feed_sequence = 0");
    r = receipt_of(b.rows[0].key, fake_at(w.rt, 0)->id,
                   list.rows[0].workflow_id, base, 1, &item);
    item.outcome = OUTCOME_STALE;
    r.done = false;
    CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e), ERR_OK);
    installed_workflow_list_clear(&list);
    CHECK_STR(world_row(&w, 0, "sale", &list)->live_id, id);
    installed_workflow_list_clear(&list);
    outbox_batch_clear(&b);
    world_close(&w);
}

/* Pages that come again, and one that leaves a gap. */
static void
test_pages(void)
{
    struct fact f = {.sequence = 1000, .kind = FACT_UNKNOWN};
    struct fact_page page = {&f, 1, 1000, 1000, "x", NULL};
    struct error e;
    int64_t records;
    world_open(&w, 2);
    fake_uninstall(w.rt, 1);
    CHECK_INT(world_feed(&w, 1, true), 1);
    records = world_audit_count(&w);
    world_crash(&w); /* the cursor is in the store */
    CHECK_INT(world_feed(&w, 1000, true), 0);
    CHECK_INT(world_audit_count(&w), records);
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_CONFLICT);
    CHECK_INT(world_audit_count(&w), records);
    world_close(&w);
}

static void
apply_state(const struct value *v, bool users, struct full_copy *copy)
{
    struct state_page page;
    struct error e;
    CHECK_INT(protocol_read_state(v, users, &page, &e), ERR_OK);
    CHECK_INT(manager_apply_state(w.m, w.runtime, &page, copy, !users, &e),
              ERR_OK);
    protocol_clear_state(&page);
}

/* A full copy repairs what was missed, and deletes nothing (invariant 8). */
static void
test_full_copy(void)
{
    struct installation_list list;
    struct installed_workflow_list workflows;
    struct full_copy copy = {.why = "test"};
    struct value *users, *state;
    char id[25];
    world_open(&w, 2);
    world_release(&w, 0, "sale", 5, true, id);
    world_settle(&w);
    fake_accept(w.rt, 0, 0);
    fake_install(w.rt, "user-2");
    users = fake_users(w.rt);
    state = fake_state(w.rt);
    value_free(value_take_at(value_get(state, "data"), 1)); /* absent */
    apply_state(users, true, &copy);
    apply_state(state, false, &copy);
    CHECK_INT(copy.moved, 1);
    CHECK_INT(copy.absent, 1);
    CHECK_STR(world_row(&w, 0, "sale", &workflows)->live_id, id);
    installed_workflow_list_clear(&workflows);
    list = show(1);
    CHECK_INT(list.count, 1);
    CHECK_INT(list.rows[0].state, INSTALLATION_ACTIVE);
    installation_list_clear(&list);
    list = show(2);
    CHECK_STR(list.rows[0].customer, "user-2");
    installation_list_clear(&list);
    world_crash(&w);
    CHECK_INT(w.cursor, fake_head(w.rt)); /* goes on from there */
    value_free(users);
    value_free(state);
    world_close(&w);
}

/* What customers and this console did after the backup: the facts of FACTS,
 * after those that the store has. */
static void
take_facts(struct fact *facts, size_t n)
{
    struct error e;
    struct fact_page page = {facts, n, w.cursor + (int64_t)n,
                             w.cursor + (int64_t)n, "x", NULL};
    for (size_t i = 0; i < n; i++)
        facts[i].sequence = w.cursor + 1 + (int64_t)i;
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
}

static const char *
app_of(struct value *state)
{
    struct value *list = value_get(value_at(value_get(state, "data"), 3),
                                   "connected");
    struct value *one = value_object();
    value_set_text(one, "app", "http");
    value_append(list, one);
    return "http";
}

/* Another notice while the runtime is held: the one of the restore stays until
 * it is accepted. Sabotage: leave "compared" out of RUNTIME_NOTICE. */
static void
other_notices_wait(void)
{
    struct outbox_row row = {.key = "aaaaaaaaaaaaaaaaaaaaaaaa",
                             .answer = "live"};
    struct outbox_batch batch = {.rows = &row, .count = 1};
    struct runtime_list runtimes;
    struct error e;
    int64_t records = world_audit_count(&w);
    CHECK_INT(manager_outbox_answered(w.m, w.runtime, &batch, &e), ERR_OK);
    CHECK_INT(world_audit_count(&w), records + 1);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    CHECK_HAS(runtimes.rows[0].notice, "accepted: 2 pauses, 1 workflow ");
    runtime_list_clear(&runtimes);
}

/* A restored runtime has forgotten pauses, uninstalls and deletions.
 * Counts add up until a restore is accepted, also over a copy that was cut
 * short. Sabotage: any of the calls of undone_*() in apply_state.c, "undone" of
 * RUNTIME_CONTACT. */
static void
test_undone(void)
{
    struct full_copy copy = {.why = "test", .held = true};
    struct runtime_list runtimes;
    struct error e;
    world_open(&w, 5);
    world_settle(&w);
    struct value *users = fake_users(w.rt), *state = fake_state(w.rt);
    struct fake_installation *at[5];
    for (size_t i = 0; i < 5; i++)
        at[i] = fake_at(w.rt, i);
    struct fact facts[] = {
        {.kind = FACT_PAUSED, .installation_id = at[0]->id},
        {.kind = FACT_PAUSED,
         .installation_id = at[1]->id,
         .workflow_id = at[1]->pointers[0].workflow},
        {.kind = FACT_DEACTIVATED,
         .installation_id = at[1]->id,
         .workflow_id = at[1]->pointers[1].workflow},
        {.kind = FACT_UNINSTALLED, .installation_id = at[2]->id},
        {.kind = FACT_DISCONNECTED,
         .installation_id = at[3]->id,
         .app = app_of(state)},
        {.kind = FACT_USER_DELETED, .user_id = at[4]->user},
    };
    take_facts(facts, sizeof facts / sizeof *facts);
    int64_t records = world_audit_count(&w);
    apply_state(users, true, &copy);
    apply_state(state, false, &copy);
    CHECK_INT(copy.undone[UNDONE_PAUSE], 2);
    CHECK_INT(copy.undone[UNDONE_TURNED_OFF], 1);
    CHECK_INT(copy.undone[UNDONE_UNINSTALL], 1);
    CHECK_INT(copy.undone[UNDONE_CREDENTIAL], 1);
    CHECK_INT(copy.undone[UNDONE_USER], 1);
    /* Six, one for each of the two pages, and the notice. */
    CHECK_INT(world_audit_count(&w), records + 9);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    CHECK_HAS(runtimes.rows[0].notice, "2 pauses, 1 workflow that was "
                                       "turned off, 1 uninstall, 1 removal of "
                                       "a credential, 1 deletion of a user");
    runtime_list_clear(&runtimes);
    struct full_copy again = {.why = "test", .held = true};
    CHECK_INT(manager_copy_begin(w.m, w.runtime, &again, &e), ERR_OK);
    apply_state(users, true, &again);
    apply_state(state, false, &again);
    for (size_t i = 0; i < UNDONE_COUNT; i++)
        CHECK_INT(again.undone[i], copy.undone[i]);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    CHECK_HAS(runtimes.rows[0].notice, "accepted: 2 pauses, 1 workflow ");
    CHECK_HAS(runtimes.rows[0].undone, "\"pause\":2");
    runtime_list_clear(&runtimes);
    CHECK_INT(world_audit_count(&w), records + 13);
    other_notices_wait();
    /* The restore was accepted. */
    struct runtime_contact c = {.remote_id = "aaaaaaaaaaaaaaaaaaaaaaaa",
                                .protocol = 1};
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    CHECK_STR(runtimes.rows[0].undone, NULL);
    runtime_list_clear(&runtimes);
    value_free(users);
    value_free(state);
    world_close(&w);
}

/* A runtime speaks for its own installations only. */
static void
test_other_runtime(void)
{
    struct runtime_settings settings = {.name = "evil",
                                        .url = "https://localhost:2",
                                        .environment = "production",
                                        .ca_file = "/nowhere"};
    struct fact f = {
        .sequence = 1, .kind = FACT_UNINSTALLED, .installation_id = NULL};
    struct fact_page page = {&f, 1, 1, 1, "x", NULL};
    struct runtime_list runtimes;
    struct installation_list list;
    struct error e;
    world_open(&w, 1);
    f.installation_id = fake_at(w.rt, 0)->id;
    CHECK_INT(manager_runtime_add(w.m, &settings, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    CHECK_INT(runtimes.count, 2);
    CHECK_STR(runtimes.rows[0].name, "evil");
    CHECK_INT(manager_apply_facts(w.m, runtimes.rows[0].id, &page, &e), ERR_OK);
    list = show(0);
    CHECK_INT(list.rows[0].state, INSTALLATION_ACTIVE);
    installation_list_clear(&list);
    runtime_list_clear(&runtimes);
    world_close(&w);
}

static size_t
count_found(const char *text)
{
    struct installation_filter filter = {.text = text};
    struct installation_list list;
    struct error e;
    CHECK_INT(manager_installation_list(w.m, &filter, NULL, 10, &list, &e),
              ERR_OK);
    size_t n = list.count;
    installation_list_clear(&list);
    return n;
}

/* Who was paused for a failure is not forgotten, and counts are no records.
 * Sabotage: "paused" in SET_CONDITION, the loop of
 * installation_conditions_found(); let copy_pointer_save() not look whether
 * only counts are new. */
static void
test_conditions(void)
{
    struct fact f = {.kind = FACT_RUNS, .failed = 2};
    struct fact_page page = {&f, 1, 0, 0, "x", NULL};
    struct installed_workflow_list workflows;
    struct installation_list list;
    struct error e;
    world_open(&w, 1);
    CHECK_INT(manager_installation_pause(w.m, world_installation(0), NULL, true,
                                         false, NULL, NULL, &e),
              ERR_OK);
    world_settle(&w);
    list = show(0);
    CHECK_INT(list.rows[0].state, INSTALLATION_PAUSED);
    CHECK_INT(list.rows[0].condition, CONDITION_PAUSED);
    installation_list_clear(&list);
    f.installation_id = fake_at(w.rt, 0)->id;
    f.workflow_id = world_row(&w, 0, "sale", &workflows)->workflow_id;
    f.sequence = page.cursor = page.head = w.cursor + 1;
    int64_t records = world_audit_count(&w);
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
    CHECK_INT(world_audit_count(&w), records);
    list = show(0);
    CHECK_STR(installation_condition_word(list.rows[0].condition),
              "paused, failing");
    CHECK_INT(list.rows[0].failed, 2);
    installation_list_clear(&list);
    CHECK_INT(count_found("state:paused"), 1);
    CHECK_INT(count_found("state:failing"), 1);
    CHECK_INT(count_found("-state:paused"), 0);
    CHECK_INT(count_found("state:parked,ok"), 0);
    f.kind = FACT_RESUMED;
    f.workflow_id = NULL;
    f.sequence = page.cursor = page.head = f.sequence + 1;
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
    CHECK_INT(count_found("state:paused"), 0);
    CHECK_INT(count_found("state:failing"), 1);
    installed_workflow_list_clear(&workflows);
    world_close(&w);
}

/* Applies one fact about the first installation and its workflow "sale". */
static void
tell(struct fact f)
{
    struct fact_page page = {&f, 1, 0, 0, "x", NULL};
    struct installed_workflow_list workflows;
    struct error e;
    f.installation_id = fake_at(w.rt, 0)->id;
    f.workflow_id = world_row(&w, 0, "sale", &workflows)->workflow_id;
    if (f.app || f.kind == FACT_USER_DELETED)
        f.workflow_id = NULL;
    f.sequence = page.cursor = page.head = ++w.cursor;
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
    installed_workflow_list_clear(&workflows);
}

static void
check_sale(bool active, bool off, bool live, int condition)
{
    struct installed_workflow_list workflows;
    const struct installed_workflow_row *row =
        world_row(&w, 0, "sale", &workflows);
    CHECK_INT(row->active, active);
    CHECK_INT(row->off, off);
    CHECK_INT(row->live_id != NULL, live);
    installed_workflow_list_clear(&workflows);
    struct installation_list list = show(0);
    CHECK_INT(list.rows[0].condition, condition);
    installation_list_clear(&list);
}

/* Sabotage: leave FACT_DEACTIVATED out of apply_to_pointer() or FACT_REMOVED
 * out of move_pointer() in apply_facts.c, or "off" out of FACT_CONDITION. */
static void
test_turned_off(void)
{
    struct fact live = {.kind = FACT_LIVE};
    char id[25];
    world_open(&w, 1);
    snprintf(id, sizeof id, "%s", world_pointer(&w, 0, "sale")->live);
    tell((struct fact){.kind = FACT_DEACTIVATED});
    check_sale(true, true, true, CONDITION_OFF);
    tell((struct fact){.kind = FACT_PAUSED});
    tell((struct fact){.kind = FACT_RESUMED});
    check_sale(true, true, true, CONDITION_OFF);
    tell((struct fact){.kind = FACT_ACTIVATED});
    check_sale(true, false, true, CONDITION_OK);
    tell((struct fact){.kind = FACT_REMOVED});
    check_sale(true, true, false, CONDITION_OFF);
    live.version_id = id;
    tell(live);
    tell((struct fact){.kind = FACT_ACTIVATED});
    check_sale(true, false, true, CONDITION_OK);
    world_close(&w);
}

/* Sabotage: leave FACT_CREDENTIAL out of apply_known(), or apply_credential()
 * out of apply_connected() in apply_facts.c. */
static void
test_credentials(void)
{
    struct fact suspect = {.kind = FACT_CREDENTIAL,
                           .app = "netsuite",
                           .state = "suspect",
                           .message = "HTTP 401"};
    struct fact other = {
        .kind = FACT_CREDENTIAL, .app = "http", .state = "refused"};
    world_open(&w, 1);
    tell(suspect);
    tell(other);
    struct installation_list list = show(0);
    CHECK_HAS(list.rows[0].credentials, "\"state\":\"suspect\"");
    CHECK_HAS(list.rows[0].credentials, "HTTP 401");
    installation_list_clear(&list);
    suspect.state = "ok";
    tell(suspect);
    list = show(0);
    CHECK(!strstr(list.rows[0].credentials, "netsuite"));
    installation_list_clear(&list);
    tell((struct fact){.kind = FACT_CONNECTED, .app = "http"});
    list = show(0);
    CHECK_STR(list.rows[0].credentials, NULL);
    installation_list_clear(&list);
    world_close(&w);
}

static struct error why;

/* What the row, its workflow, a filter by STATE and a release's plan say. */
static void
check_pause(int condition, const char *pending, const char *state,
            const char *planned, const char *draft)
{
    struct installation_filter filter = {.text = state};
    struct installed_workflow_list each;
    struct installation_list list = show(0);
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    CHECK_INT(list.rows[0].condition, condition);
    CHECK_STR(list.rows[0].pending, pending);
    installation_list_clear(&list);
    CHECK_STR(world_row(&w, 0, "sale", &each)->pending, pending);
    installed_workflow_list_clear(&each);
    CHECK_INT(manager_installation_list(w.m, &filter, NULL, 10, &list, &why),
              ERR_OK);
    CHECK_INT(list.count, 1);
    installation_list_clear(&list);
    CHECK_INT(manager_release(w.m, &draft, 1, &o, &plan, &why), ERR_OK);
    if (planned)
        CHECK_HAS(plan.items[0].paused, planned);
    else
        CHECK_STR(plan.items[0].paused, NULL);
    release_plan_clear(&plan);
}

static void
ask_pause(const char *workflow, bool pause)
{
    CHECK_INT(manager_installation_pause(w.m, world_installation(0), workflow,
                                         pause, false, NULL, NULL, &why),
              ERR_OK);
}

/* Sabotage: copy_condition in manager_installation_pause, copy_condition_of in
 * end_rows and apply_items, PENDING_PAUSE in FACT_CONDITION and REL_POINTER,
 * fill_paused in release_plan_add. */
static void
test_pausing(void)
{
    struct outbox_batch batch;
    char id[25];
    const char *draft = id;
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, id, &why), ERR_OK);
    check_pause(CONDITION_OK, NULL, "state:ok", NULL, draft);
    ask_pause(NULL, true);
    check_pause(CONDITION_PAUSING, "pausing", "state:pausing", "is pausing",
                draft);
    world_settle(&w);
    check_pause(CONDITION_PAUSED, NULL, "state:paused", "is paused", draft);
    ask_pause(NULL, false);
    check_pause(CONDITION_RESUMING, "resuming", "state:resuming", "is resuming",
                draft);
    world_settle(&w);
    check_pause(CONDITION_OK, NULL, "state:ok", NULL, draft);
    ask_pause("sale", true);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 10), &batch, &why), ERR_OK);
    CHECK_INT(manager_outbox_delivered(w.m, &batch, "not today", &why), ERR_OK);
    outbox_batch_clear(&batch);
    check_pause(CONDITION_OK, NULL, "state:ok", NULL, draft);
    world_close(&w);
}

static void
check_condition(size_t i, int condition)
{
    struct installation_list list = show(i);
    CHECK_INT(list.rows[0].condition, condition);
    installation_list_clear(&list);
}

/* Sabotage: operation_end inside the loop of manager_installation_pause_all;
 * operation_audit in ask. */
static void
test_pause_all(void)
{
    const char *ids[3];
    char *text[3];
    world_open(&w, 3);
    for (size_t i = 0; i < 3; i++)
        ids[i] = text[i] = mem_strdup(world_installation(i));
    int64_t before = world_audit_count(&w);
    CHECK_INT(manager_installation_pause_all(w.m, ids, 3, true, &why), ERR_OK);
    CHECK_INT(world_audit_count(&w), before + 3);
    world_settle(&w);
    for (size_t i = 0; i < 3; i++)
        check_condition(i, CONDITION_PAUSED);
    fake_uninstall(w.rt, 2);
    world_settle(&w);
    before = world_audit_count(&w);
    CHECK_INT(manager_installation_pause_all(w.m, ids, 3, false, &why),
              ERR_REFUSED);
    CHECK_HAS(why.text, "none of 3 installations is resumed: ");
    CHECK_INT(world_audit_count(&w), before);
    check_condition(0, CONDITION_PAUSED);
    CHECK_INT(manager_installation_pause_all(w.m, ids, 1001, false, &why),
              ERR_TOO_BIG);
    for (size_t i = 0; i < 3; i++)
        free(text[i]);
    world_close(&w);
}

static const struct test tests[] = {
    {"many are paused together or not at all", test_pause_all},
    {"a pause that waits for the runtime is shown", test_pausing},
    {"what is turned off is shown", test_turned_off},
    {"refused credentials are shown", test_credentials},
    {"a late receipt does not move pointers back", test_late_receipt},
    {"an older report is ignored", test_old_word},
    {"pages again, and with a gap", test_pages},
    {"a full copy repairs and deletes nothing", test_full_copy},
    {"what a restore has undone is counted", test_undone},
    {"a runtime speaks for its own", test_other_runtime},
    {"conditions follow", test_conditions},
    {NULL, NULL}};

void
test_release_copy(void)
{
    test_run("copy of facts", tests);
    failed_tests |= test_result();
}
