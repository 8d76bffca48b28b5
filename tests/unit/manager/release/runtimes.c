/* Runtimes: how they are named, reached and left. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "manager/catalogue/catalogue.h"
#include "manager/exchange/removed.h"
#include "manager/exchange/runtime.h"
#include "remote/peer.h"
#include "remote/retry.h"
#include "tests/unit/test.h"

static struct world w;

static void
test_settings(void)
{
    struct runtime_settings good = {.name = "b",
                                    .url = "https://host:8443",
                                    .environment = "production",
                                    .ca_file = "ca.pem",
                                    .token_file = "/run/token"};
    struct runtime_settings s = good;
    struct runtime_list list;
    struct error e;
    world_open(&w, 0);
    s.url = "http://host";
    CHECK_INT(manager_runtime_add(w.m, &s, &e), ERR_INVALID);
    s = good;
    s.environment = "staging";
    CHECK_INT(manager_runtime_add(w.m, &s, &e), ERR_INVALID);
    s = good;
    s.ca_file = NULL;
    CHECK_INT(manager_runtime_add(w.m, &s, &e), ERR_INVALID);
    CHECK_INT(manager_runtime_add(w.m, &good, &e), ERR_OK);
    CHECK_INT(manager_runtime_add(w.m, &good, &e), ERR_CONFLICT);
    s = (struct runtime_settings){.url = "https://other"};
    CHECK_INT(manager_runtime_set(w.m, "b", &s, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_STR(list.rows[0].name, "b");
    CHECK_STR(list.rows[0].url, "https://other");
    CHECK_STR(list.rows[0].token_file, "/run/token");
    CHECK_INT(list.rows[0].ca_file[0], '/'); /* made absolute */
    runtime_list_clear(&list);
    CHECK_INT(manager_runtime_remove(w.m, "b", &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "b", &e), ERR_NOT_FOUND);
    CHECK_INT(manager_runtime_add(w.m, &good, &e), ERR_OK); /* name is free */
    world_close(&w);
}

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* Sabotage: runtime_check_pin() in src/manager/exchange/runtime.c. */
static void
test_pins(void)
{
    static const char *const wrong[] = {
        "abc",   "sha256//short=", "sha256//", "/etc/passwd",
        PIN ";", PIN " ",          " " PIN,    PIN ";" PIN};
    struct runtime_settings s = {.ca_file = NULL};
    struct error e;
    world_open(&w, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        s.pin = wrong[i];
        CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_INVALID);
        CHECK_HAS(e.text, "not a valid pin");
    }
    s.pin = PIN;
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_OK);
    world_close(&w);
}

/* Sabotage: name_runtimes() in src/manager/catalogue/publish.c. */
static void
test_publish_at_several(void)
{
    const struct runtime_settings second = {.name = "second",
                                            .url = "https://localhost:2",
                                            .environment = "production",
                                            .pin = PIN};
    struct published queued[2];
    struct error e;
    world_open(&w, 1);
    world_settle(&w);
    CHECK_INT(manager_runtime_add(w.m, &second, &e), ERR_OK);
    const char *const unknown[] = {"rt", "nosuch"};
    CHECK_INT(manager_publish(w.m, "orders", unknown, 2, queued, &e),
              ERR_NOT_FOUND);
    CHECK(!world_deliver(&w, WENT_WELL)); /* nothing is queued */
    const char *const same[] = {"rt", w.runtime};
    CHECK_INT(manager_publish(w.m, "orders", same, 2, queued, &e),
              ERR_INVALID);
    CHECK_HAS(e.text, "the same runtime");
    CHECK(!world_deliver(&w, WENT_WELL));
    const char *const both[] = {"second", "rt"};
    CHECK_INT(manager_publish(w.m, "orders", both, 2, queued, &e), ERR_OK);
    CHECK(queued[0].count > 0 && queued[1].count > 0);
    CHECK(world_deliver(&w, WENT_WELL));
    for (size_t i = 0; i < 2; i++)
        free(queued[i].keys);
    world_close(&w);
}

/* Each runtime decides by itself about a base version, so each has a request of
 * its own, with the name of who answers it. Sabotage: the room for one more in
 * release_plan_request() (src/manager/release/plan.c). */
static void
test_a_base_has_a_request_for_each_runtime(void)
{
    const struct runtime_settings second = {.name = "second",
                                            .url = "https://localhost:2",
                                            .environment = "production",
                                            .pin = PIN};
    struct release_options o = {0};
    struct release_plan plan;
    struct outbox_status status;
    struct error e;
    char draft[25];
    const char *drafts[1] = {draft};
    world_open(&w, 1);
    CHECK_INT(manager_runtime_add(w.m, &second, &e), ERR_OK);
    CHECK_INT(manager_publish(w.m, "orders", &(const char *){"second"}, 1, NULL,
                              &e),
              ERR_OK);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, draft, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_OK);
    world_settle(&w); /* the first one answers */
    CHECK_INT(plan.items[0].request_count, 2);
    for (size_t i = 0; i < plan.items[0].request_count; i++) {
        const struct release_request *r = &plan.items[0].requests[i];
        CHECK_STR(r->runtime, i == 0 ? "rt" : "second");
        CHECK_INT(manager_outbox_status(w.m, r->key, &status, &e), ERR_OK);
        CHECK_STR(status.outcome, i == 0 ? "released" : "");
    }
    release_plan_clear(&plan);
    world_close(&w);
}

static void
test_remove_waits(void)
{
    struct error e;
    char id[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, false, id);
    CHECK_INT(manager_runtime_remove(w.m, w.runtime, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "runtime rt: ");
    CHECK_HAS(e.text, "wait for its answer");
    CHECK_STR(e.about[0], "rt");
    world_settle(&w);
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    world_close(&w);
}

/* Another runtime under the same address is told, not talked to. */
static void
test_swapped(void)
{
    struct runtime_contact c = {.remote_id = "aaaaaaaaaaaaaaaaaaaaaaaa",
                                .protocol = 1};
    struct error e;
    world_open(&w, 0);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    c.remote_id = "bbbbbbbbbbbbbbbbbbbbbbbb";
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "another runtime");
    world_close(&w);
}

static void
raw(const char *sql)
{
    sqlite3 *handle;
    CHECK_INT(sqlite3_open(w.path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

/* A quiet runtime is heard of too, and a kept connection takes no certificate
 * away. What sync looks at to see whether a follower gets on stays (wait.c).
 * A time of a clock that was ahead is overwritten by the next answer. Sabotage:
 * iif() of RUNTIME_LIST, iif(?2 of RUNTIME_HEARD, heard_at of RUNTIME_CONTACT.
 */
static void
test_heard(void)
{
    const int64_t year = INT64_C(31536000000);
    struct runtime_contact c = {.remote_id = "aaaaaaaaaaaaaaaaaaaaaaaa",
                                .protocol = 1,
                                .certificate_ends = year};
    struct runtime_list before, list;
    struct error e;
    world_open(&w, 0);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &before, &e), ERR_OK);
    CHECK_INT(before.rows[0].certificate_ends, year);
    CHECK_INT(before.rows[0].heard_at, before.rows[0].last_contact);
    while (clock_now_ms() <= before.rows[0].heard_at)
        ;
    CHECK_INT(manager_runtime_heard(w.m, w.runtime_n, 0, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK(list.rows[0].heard_at > before.rows[0].heard_at);
    CHECK_INT(list.rows[0].last_contact, before.rows[0].last_contact);
    CHECK_INT(list.rows[0].certificate_ends, year);
    runtime_list_clear(&list);
    for (int i = 0; i < 2; i++) {
        raw("UPDATE runtime SET last_contact = last_contact"
                      " + 86400000, heard_at = heard_at + 86400000");
        if (i == 0)
            CHECK_INT(manager_runtime_heard(w.m, w.runtime_n, 0, &e), ERR_OK);
        else
            CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e),
                      ERR_OK);
        CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
        CHECK(list.rows[0].heard_at <= clock_now_ms());
        runtime_list_clear(&list);
    }
    runtime_list_clear(&before);
    world_close(&w);
}

static void
count_sentence(void *context, const char *runtime, const char *sentence)
{
    (void)runtime;
    (void)sentence;
    ++*(int *)context;
}

/* A contact that goes well, as on_info() of peer.c takes it. */
static void
meet(struct peer *p, const struct error *kept)
{
    struct runtime_contact c = {.remote_id = "aaaaaaaaaaaaaaaaaaaaaaaa",
                                .protocol = 1,
                                .still_fails = peer_fails(p, DOES_MEET)};
    struct runtime_list list;
    struct error e;
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    peer_well(p, DOES_MEET);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_STR(list.rows[0].last_error ? list.rows[0].last_error : "",
              kept ? kept->text : "");
    runtime_list_clear(&list);
}

/* One bad answer among good ones: each pause is longer, the state is said
 * once and stays until that answer is good. Sabotage: what != i of
 * peer_fails(), is_new of peer_trouble(), p->failures[what]++ (peer.c). */
static void
test_one_bad_answer(void)
{
    int said = 0;
    struct runtime_list list;
    struct error e, why;
    world_open(&w, 0);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    struct peers all = {.m = w.m, .say = count_sentence, .context = &said};
    struct peer *p = peer_new(&all, &list.rows[0]);
    runtime_list_clear(&list);
    error_set(&why, ERR_INVALID, "the feed is not JSON");
    for (unsigned i = 1; i <= 12; i++) {
        peer_trouble(p, DOES_READ, &why);
        CHECK_INT(p->failures[DOES_READ], i);
        CHECK(p->next_attempt <= clock_monotonic_ms() + RETRY_LONGEST_MS);
        meet(p, &why);
        peer_well(p, DOES_SEND);
        CHECK_INT(p->failures[DOES_READ], i);
    }
    CHECK_INT(said, 1);
    CHECK_INT(p->meet, false);
    peer_well(p, DOES_READ);
    CHECK_INT(p->meet, true);
    CHECK(!peer_fails(p, DOES_COUNT));
    meet(p, NULL);
    peer_trouble(p, DOES_READ, &why);
    CHECK_INT(p->failures[DOES_READ], 1);
    CHECK_INT(said, 2);
    peer_free(p);
    world_close(&w);
}

/* Why nothing is delivered can be read where one waits for it. */
static void
test_trouble(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct outbox_status status;
    struct runtime_list list;
    struct error e, why;
    char draft[25], key[25];
    const char *drafts[1] = {draft};
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_OK);
    snprintf(key, sizeof key, "%s", release_item_key(&plan.items[0]));
    release_plan_clear(&plan);
    error_set(&why, ERR_UNAUTHORIZED, "token revoked");
    CHECK_INT(manager_runtime_trouble(w.m, w.runtime_n, &why, &e), ERR_OK);
    CHECK_INT(manager_outbox_status(w.m, key, &status, &e), ERR_OK);
    CHECK_STR(status.error, "token revoked");
    CHECK_INT(status.uncertain, 0); /* nothing was sent */
    world_settle(&w);
    CHECK_INT(manager_outbox_status(w.m, key, &status, &e), ERR_OK);
    CHECK_STR(status.error, "");
    CHECK_STR(status.outcome, "live");
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_STR(list.rows[0].last_error, "token revoked"); /* until contact */
    CHECK_INT(list.rows[0].trouble, ERR_UNAUTHORIZED);
    runtime_list_clear(&list);
    world_close(&w);
}

/* A paused integration is paused where it is offered, too. */
static void
test_paused_offer(void)
{
    struct outbox_batch b;
    struct error e;
    world_open(&w, 0);
    CHECK_INT(manager_integration_set_active(w.m, "orders", false, &e), ERR_OK);
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &b, &e), ERR_OK);
    CHECK_INT(b.count, 1);
    if (b.count == 1) {
        CHECK_STR(b.rows[0].kind, "integration");
        CHECK_HAS(b.rows[0].body, "\"active\":false");
        CHECK_HAS(b.rows[0].body, "\"key\":\"sale\"");
    }
    outbox_batch_clear(&b);
    world_settle(&w);
    CHECK_INT(manager_integration_set_active(w.m, "orders", false, &e), ERR_OK);
    CHECK_INT(world_deliver(&w, WENT_WELL), 0); /* nothing new */
    world_close(&w);
}

static void
test_users(void)
{
    struct outbox_status status;
    struct error e;
    char key[25];
    world_open(&w, 0);
    CHECK_INT(manager_user_add(w.m, "", NULL, "rt", key, &e), ERR_INVALID);
    CHECK_INT(manager_user_add(w.m, "ad\xe2\x80\x8b"
                                    "a",
                               NULL, "rt", key, &e),
              ERR_INVALID);
    CHECK_HAS(e.text, "invisible character (U+200B)");
    CHECK_INT(manager_user_add(w.m, "ada", "Ada L", "rt", key, &e), ERR_OK);
    world_settle(&w);
    CHECK_INT(manager_outbox_status(w.m, key, &status, &e), ERR_OK);
    CHECK_STR(status.outcome, "created");
    CHECK_INT(manager_user_add(w.m, "ada", NULL, "nowhere", key, &e),
              ERR_NOT_FOUND);
    world_close(&w);
}

/* A base version as a store has it from before releases refused its trigger. */
static void
add_old_base(const char *path)
{
    static const char body[] =
        "{\"blocks\":[],\"format\":1,\"formulas\":1,\"name\":\"Sale\","
        "\"trigger\":{\"cron\":\"* * * * *\",\"id\":"
        "\"00000000-0000-4000-8000-000000000001\",\"kind\":\"schedule\","
        "\"name\":\"Each minute\"}}";
    char hash[DIGEST_SIZE], sql[1400];
    sqlite3 *handle;
    digest_hex(hash, body, sizeof body - 1);
    snprintf(sql, sizeof sql,
             "INSERT INTO document(hash, kind, body)"
             " VALUES ('%s', 'workflow', '%s');"
             "INSERT INTO version(id, workflow, base_no, author, hash, state,"
             " created_at, created_by, changed_at, released_at, released_by)"
             " SELECT '00000000000000000000000a', n, 2, 'root', '%s', 2, 1,"
             " 'root', 1, 1, 'root' FROM workflow WHERE key = 'sale'",
             hash, body, hash);
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

/* Sabotage: the test of "runs" in check_trigger() of publish.c. */
static void
test_trigger_that_does_not_run(void)
{
    struct error e;
    world_open(&w, 1);
    CHECK_INT(manager_publish(w.m, "orders", &(const char *){"rt"}, 1, NULL,
                              &e),
              ERR_OK);
    world_settle(&w);
    add_old_base(w.path);
    w.altered = true;
    CHECK_INT(manager_publish(w.m, "orders", &(const char *){"rt"}, 1, NULL,
                              &e),
              ERR_REFUSED);
    CHECK_STR(e.text, "workflow sale: v2 starts by schedule, which this "
                      "version does not run yet (release a version with "
                      "another trigger)");
    CHECK(!world_deliver(&w, WENT_WELL)); /* nothing is queued */
    world_close(&w);
}

static const struct test tests[] = {
    {"settings are checked and changed", test_settings},
    {"a pin has a form", test_pins},
    {"an integration is offered everywhere or nowhere",
     test_publish_at_several},
    {"a base version has a request for each runtime",
     test_a_base_has_a_request_for_each_runtime},
    {"no removal while answers are due", test_remove_waits},
    {"a runtime that was swapped", test_swapped},
    {"a quiet runtime is heard of", test_heard},
    {"a paused integration travels", test_paused_offer},
    {"trouble is told with what waits", test_trouble},
    {"one bad answer is asked for less and less often", test_one_bad_answer},
    {"users are made by the runtime", test_users},
    {"a trigger that does not run is not offered",
     test_trigger_that_does_not_run},
    {NULL, NULL}};

void
test_release_runtimes(void)
{
    test_run("runtimes", tests);
    failed_tests |= test_result();
}
