/* What a hostile runtime makes the store grow by is charged, and has an end. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/versions.h"
#include "tests/unit/manager/release/hostile.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/test.h"

#define ROUNDS 40
#define SHARE "(4 << 30)" /* RUNTIME_SHARE */

static struct world w;
static struct error e;
static struct hostile_ids known;

static int64_t
bytes_in_use(void)
{
    return hostile_raw_int(
        &w, "SELECT (SELECT page_count FROM pragma_page_count()) * "
            "(SELECT page_size FROM pragma_page_size()) - "
            "(SELECT freelist_count FROM pragma_freelist_count()) * "
            "(SELECT page_size FROM pragma_page_size())");
}

static int64_t
charged(void)
{
    return hostile_raw_int(&w, "SELECT charged FROM runtime");
}

/* One fact about the first installation. */
static enum err
tell(struct fact f)
{
    if (!f.installation_id)
        f.installation_id = fake_at(w.rt, 0)->id;
    return hostile_apply(&w, &f, 1, &e);
}

static void
say_answered(int round)
{
    struct value *one = value_object(), *fields;
    char name[32];
    snprintf(name, sizeof name, "block-%d", round);
    value_set_text(one, "blockId", name);
    value_set(one, "field", hostile_big_text(round));
    fields = hostile_list_of(one);
    CHECK_INT(tell((struct fact){.kind = FACT_ANSWERED, .fields = fields}),
              ERR_OK);
    value_free(fields);
}

static void
say_connected(int round)
{
    struct value *scopes = hostile_list_of(hostile_big_text(round));
    char app[32];
    snprintf(app, sizeof app, "app-%d", round);
    CHECK_INT(tell((struct fact){
                  .kind = FACT_CONNECTED, .app = app, .scopes = scopes}),
              ERR_OK);
    value_free(scopes);
}

static void
say_credential(int round)
{
    char app[32], message[1000];
    for (int i = 0; i < 10; i++) {
        snprintf(app, sizeof app, "app-%d-%d", round, i);
        snprintf(message, sizeof message, "%0999d", round);
        CHECK_INT(tell((struct fact){.kind = FACT_CREDENTIAL,
                                     .app = app,
                                     .state = "refused",
                                     .message = message}),
                  ERR_OK);
    }
}

/* Each a new customer, so that no row takes the place of another. */
static void
say_awaiting(int round)
{
    struct value *needs = hostile_list_of(hostile_big_text(round));
    char user[25], installation[25], version[25];
    struct fact all[3];
    snprintf(user, sizeof user, "a%023d", round);
    snprintf(installation, sizeof installation, "b%023d", round);
    snprintf(version, sizeof version, "c%023d", round);
    all[0] =
        (struct fact){.kind = FACT_USER, .user_id = user, .username = user};
    all[1] = (struct fact){.kind = FACT_INSTALLED,
                           .installation_id = installation,
                           .user_id = user,
                           .integration_id = known.integration};
    all[2] = (struct fact){.kind = FACT_AWAITING,
                           .installation_id = installation,
                           .workflow_id = known.workflow,
                           .version_id = version,
                           .needs = needs};
    CHECK_INT(hostile_apply(&w, all, 3, &e), ERR_OK);
    value_free(needs);
}

static void
say_users(int round)
{
    enum { USERS = 20 };
    char ids[USERS][25], name[1000];
    struct fact all[2 * USERS];
    snprintf(name, sizeof name, "%0999d", round);
    for (int i = 0; i < USERS; i++) {
        snprintf(ids[i], 25, "d%013d%010d", round, i);
        all[2 * i] = (struct fact){.kind = FACT_USER,
                                   .user_id = ids[i],
                                   .username = name,
                                   .full_name = name};
        all[2 * i + 1] = (struct fact){.kind = FACT_INSTALLED,
                                       .installation_id = ids[i],
                                       .user_id = ids[i],
                                       .integration_id = known.integration};
    }
    CHECK_INT(hostile_apply(&w, all, 2 * USERS, &e), ERR_OK);
}

/* The pointer goes to and fro: each move has its record. */
static void
say_live(int round)
{
    char ids[2][25];
    struct fact all[40];
    for (int i = 0; i < 2; i++)
        snprintf(ids[i], 25, "e%013d%010d", round, i);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        all[i] = (struct fact){.kind = FACT_LIVE,
                               .installation_id = fake_at(w.rt, 0)->id,
                               .workflow_id = known.workflow,
                               .version_id = ids[i % 2]};
    CHECK_INT(hostile_apply(&w, all, sizeof all / sizeof *all, &e), ERR_OK);
}

static void
say_copy(int round)
{
    struct value *one = value_object(), *connected, *answered;
    char id[25];
    struct state_entry x = {.user_id = id,
                            .username = id,
                            .installation_id = id,
                            .integration_id = known.integration};
    struct state_page page = {.entries = &x, .count = 1, .hash = "x"};
    struct full_copy copy = {.why = "test"};
    snprintf(id, sizeof id, "f%023d", round);
    value_set_text(one, "app", id);
    value_set(one, "scopes", hostile_list_of(hostile_big_text(round)));
    connected = hostile_list_of(one);
    one = value_object();
    value_set_text(one, "blockId", id);
    value_set(one, "field", hostile_big_text(round));
    answered = hostile_list_of(one);
    x.connected = connected;
    x.answered = answered;
    page.feed_cursor = w.cursor;
    CHECK_INT(manager_apply_state(w.m, w.runtime, &page, &copy, false, &e),
              ERR_OK);
    value_free(connected);
    value_free(answered);
}

static void
say_versions(int round)
{
    enum { VERSIONS = 50 };
    char ids[VERSIONS][25], by[1000], hash[65];
    struct version_entry all[VERSIONS];
    struct version_page page = {all, VERSIONS, NULL, "0"};
    snprintf(by, sizeof by, "%0999d", round);
    snprintf(hash, sizeof hash, "%064d", round);
    for (int i = 0; i < VERSIONS; i++) {
        snprintf(ids[i], 25, "9%013d%010d", round, i);
        all[i] = (struct version_entry){.id = ids[i],
                                        .workflow_id = known.workflow,
                                        .base_no = 1 + round * VERSIONS + i,
                                        .hash = hash,
                                        .released_by = by};
    }
    CHECK_INT(manager_apply_versions(w.m, w.runtime, &page, &e), ERR_OK);
}

/* A release that the runtime refuses at length. */
static void
say_receipts(int round)
{
    struct receipt_item item = {.outcome = OUTCOME_REFUSED};
    struct receipt r = {
        .sequence = 1000 + round, .head = "head", .items = &item, .count = 1};
    struct outbox_batch batch;
    char id[25];
    bool back;
    world_release(&w, 0, "refund", 100 + round, false, id);
    world_deliver(&w, WENT_WELL); /* the document */
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &batch, &e), ERR_OK);
    CHECK_INT(batch.count, 1);
    r.key = batch.rows[0].key;
    r.text = mem_printf("%0*d", 4 * BIG, round);
    CHECK_INT(manager_apply_receipts(w.m, w.runtime, &r, 1, &back, &e), ERR_OK);
    free(r.text);
    outbox_batch_clear(&batch);
}

/* What the runtime says makes the file grow by what it is charged, whatever
 * it says. Sabotage: speaker_end in manager_apply_receipts
 * (src/manager/exchange/apply_receipts.c) or in audit_page. */
static void
test_growth_is_charged(void)
{
    static const struct {
        const char *name;
        void (*say)(int round);
    } words[] = {{"answered", say_answered},
                 {"connected", say_connected},
                 {"credential", say_credential},
                 {"awaiting", say_awaiting},
                 {"user", say_users},
                 {"live", say_live},
                 {"copy", say_copy},
                 {"versions", say_versions},
                 {"receipts", say_receipts}};
    hostile_open(&w, &known, 1);
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        int64_t before = bytes_in_use(), cost = charged();
        for (int i = 0; i < ROUNDS; i++)
            words[k].say(i);
        int64_t grown = bytes_in_use() - before;
        cost = charged() - cost;
        printf("# %s: %lld bytes, charged %lld\n", words[k].name,
               (long long)grown, (long long)cost);
        if (grown > 200000 + cost || grown < 400000)
            test_fail(__FILE__, __LINE__, words[k].name, "not charged",
                      "charged");
    }
    world_close(&w);
}

/* --- a runtime that has had its share ------------------------------------- */

static enum err
say_nothing_new(void)
{
    return tell((struct fact){.kind = FACT_UNKNOWN});
}

/* Sabotage: check_share in speaker_load (src/manager/exchange/copy.c). */
static void
test_share(void)
{
    /* A first full copy of a million installations, of 2 KB each, fits. */
    enum { INSTALLATION = 2048, MILLION = 1000000 };
    CHECK(RUNTIME_SHARE >= INT64_C(1) * INSTALLATION * MILLION);
    struct full_copy copy = {.why = "test"};
    struct state_page state = {.hash = "x"};
    struct version_page versions = {.position = "0"};
    struct runtime_list list;
    struct receipt none;
    bool back;
    hostile_open(&w, &known, 1);
    hostile_own(&w, w.runtime, "UPDATE runtime SET charged = " SHARE);
    CHECK_INT(say_nothing_new(), ERR_OK);
    hostile_own(&w, w.runtime, "UPDATE runtime SET charged = " SHARE " + 1");
    CHECK_INT(say_nothing_new(), ERR_REFUSED);
    CHECK_HAS(e.text, "runtime rt: has added 4096 MB to this store");
    CHECK_INT(manager_apply_receipts(w.m, w.runtime, &none, 0, &back, &e),
              ERR_REFUSED);
    CHECK_INT(manager_copy_begin(w.m, w.runtime, &copy, &e), ERR_REFUSED);
    CHECK_INT(manager_apply_state(w.m, w.runtime, &state, &copy, true, &e),
              ERR_REFUSED);
    CHECK_INT(manager_apply_versions(w.m, w.runtime, &versions, &e),
              ERR_REFUSED);
    /* A day later it may say more. */
    hostile_raw(&w, "UPDATE runtime SET added_at = added_at - 86400000");
    CHECK_INT(say_nothing_new(), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    runtime_list_clear(&list);
    w.altered = true;
    world_close(&w);
}

static const struct test tests[] = {
    {"what a runtime makes grow is charged", test_growth_is_charged},
    {"a runtime that has had its share is refused", test_share},
    {NULL, NULL}};

void
test_release_growth(void)
{
    test_run("what a hostile runtime adds", tests);
    failed_tests |= test_result();
}
