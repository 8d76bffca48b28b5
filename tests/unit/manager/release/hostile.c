/* Hostile runtimes that speak the protocol well: each word has its shape. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/versions.h"
#include "remote/protocol.h"
#include "store/console.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"
#include "tests/unit/test.h"

#define ROUNDS 40
#define SHARE "(4 << 30)" /* RUNTIME_SHARE */
#define BIG 12000         /* bytes of the lists that facts carry */

static struct world w;
static struct error e;

static sqlite3 *
open_raw(void)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open(w.path, &handle) != SQLITE_OK)
        abort();
    return handle;
}

static void
raw(const char *sql)
{
    sqlite3 *handle = open_raw();
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static int64_t
raw_int(const char *sql)
{
    sqlite3 *handle = open_raw();
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(handle);
    return n;
}

static int64_t
bytes_in_use(void)
{
    return raw_int("SELECT (SELECT page_count FROM pragma_page_count()) * "
                   "(SELECT page_size FROM pragma_page_size()) - "
                   "(SELECT freelist_count FROM pragma_freelist_count()) * "
                   "(SELECT page_size FROM pragma_page_size())");
}

static int64_t
charged(void)
{
    return raw_int("SELECT charged FROM runtime");
}

/* --- words ---------------------------------------------------------------- */

static char workflow_id[25], integration_id[25];

static void
open_world(size_t n)
{
    struct installed_workflow_list list;
    world_open(&w, n);
    snprintf(workflow_id, sizeof workflow_id, "%s",
             world_row(&w, 0, "sale", &list)->workflow_id);
    installed_workflow_list_clear(&list);
    snprintf(integration_id, sizeof integration_id, "%s",
             fake_at(w.rt, 0)->integration);
}

static enum err
apply(struct fact *f, size_t n)
{
    struct fact_page page = {f, n, 0, 0, "x", NULL};
    enum err err;
    for (size_t i = 0; i < n; i++)
        f[i].sequence = w.cursor + 1 + (int64_t)i;
    page.cursor = page.head = w.cursor + (int64_t)n;
    err = manager_apply_facts(w.m, w.runtime, &page, &e);
    if (!err)
        w.cursor = page.cursor;
    return err;
}

/* One fact about the first installation. */
static enum err
tell(struct fact f)
{
    if (!f.installation_id)
        f.installation_id = fake_at(w.rt, 0)->id;
    return apply(&f, 1);
}

/* A text of BIG bytes that no other round has. */
static struct value *
big_text(int round)
{
    char *text = mem_printf("%08d%0*d", round, BIG - 8, 0);
    struct value *v = value_string(text);
    free(text);
    return v;
}

static struct value *
list_of(struct value *one)
{
    struct value *v = value_array();
    value_append(v, one);
    return v;
}

static void
say_answered(int round)
{
    struct value *one = value_object(), *fields;
    char name[32];
    snprintf(name, sizeof name, "block-%d", round);
    value_set_text(one, "blockId", name);
    value_set(one, "field", big_text(round));
    fields = list_of(one);
    CHECK_INT(tell((struct fact){.kind = FACT_ANSWERED, .fields = fields}),
              ERR_OK);
    value_free(fields);
}

static void
say_connected(int round)
{
    struct value *scopes = list_of(big_text(round));
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
    struct value *needs = list_of(big_text(round));
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
                           .integration_id = integration_id};
    all[2] = (struct fact){.kind = FACT_AWAITING,
                           .installation_id = installation,
                           .workflow_id = workflow_id,
                           .version_id = version,
                           .needs = needs};
    CHECK_INT(apply(all, 3), ERR_OK);
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
                                       .integration_id = integration_id};
    }
    CHECK_INT(apply(all, 2 * USERS), ERR_OK);
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
                               .workflow_id = workflow_id,
                               .version_id = ids[i % 2]};
    CHECK_INT(apply(all, sizeof all / sizeof *all), ERR_OK);
}

static void
say_copy(int round)
{
    struct value *one = value_object(), *connected, *answered;
    char id[25];
    struct state_entry x = {.user_id = id,
                            .username = id,
                            .installation_id = id,
                            .integration_id = integration_id};
    struct state_page page = {.entries = &x, .count = 1, .hash = "x"};
    struct full_copy copy = {.why = "test"};
    snprintf(id, sizeof id, "f%023d", round);
    value_set_text(one, "app", id);
    value_set(one, "scopes", list_of(big_text(round)));
    connected = list_of(one);
    one = value_object();
    value_set_text(one, "blockId", id);
    value_set(one, "field", big_text(round));
    answered = list_of(one);
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
                                        .workflow_id = workflow_id,
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
    CHECK_INT(manager_outbox_due(w.m, w.runtime_n, 500, &batch, &e), ERR_OK);
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
    open_world(1);
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
    open_world(1);
    raw("UPDATE runtime SET charged = " SHARE);
    CHECK_INT(say_nothing_new(), ERR_OK);
    raw("UPDATE runtime SET charged = " SHARE " + 1");
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
    raw("UPDATE runtime SET added_at = added_at - 86400000");
    CHECK_INT(say_nothing_new(), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    runtime_list_clear(&list);
    w.altered = true;
    world_close(&w);
}

/* --- a runtime that speaks of another's customers ------------------------- */

static char *
dump(void)
{
    static const char *const queries[] = {
        "SELECT group_concat(id || runtime || username || full_name ||"
        " coalesce(deleted_at, '')) FROM end_user",
        "SELECT group_concat(id || end_user || runtime || state || condition"
        " || customer || coalesce(connected, '') || coalesce(answered, '') ||"
        " coalesce(credentials, '')) FROM installation",
        "SELECT group_concat(installation || '/' || workflow || '/' || live ||"
        " coalesce(awaiting, '') || active || off || todo || failed || parked"
        " || coalesce(live_unknown, '') || coalesce(awaiting_unknown, ''))"
        " FROM installed_workflow",
        "SELECT group_concat(id || coalesce(installation, '') || state) FROM"
        " version",
        "SELECT count(*) FROM unknown_version",
        "SELECT count(*) FROM outbox WHERE state IN (2, 3)"};
    struct buf out;
    sqlite3 *handle = open_raw();
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        sqlite3_stmt *s = NULL;
        if (sqlite3_prepare_v2(handle, queries[i], -1, &s, NULL) == SQLITE_OK &&
            sqlite3_step(s) == SQLITE_ROW)
            buf_addf(&out, "%s\n", (const char *)sqlite3_column_text(s, 0));
        sqlite3_finalize(s);
    }
    sqlite3_close(handle);
    return buf_take(&out);
}

/* The id of a second runtime, which nobody trusts. */
static void
add_evil(char id[25])
{
    struct runtime_settings settings = {.name = "evil",
                                        .url = "https://localhost:2",
                                        .environment = "production",
                                        .ca_file = "/nowhere"};
    struct runtime_list list;
    CHECK_INT(manager_runtime_add(w.m, &settings, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_STR(list.rows[0].name, "evil");
    snprintf(id, 25, "%s", list.rows[0].id);
    runtime_list_clear(&list);
}

static void
say_all_kinds(const char *evil, const char *installation, const char *user)
{
    struct value *list = list_of(big_text(1));
    for (int kind = 0; kind <= FACT_UNKNOWN; kind++) {
        struct fact f = {.sequence = kind + 1,
                         .kind = (enum fact_kind)kind,
                         .user_id = user,
                         .username = "mallory",
                         .full_name = "Mallory",
                         .installation_id = installation,
                         .integration_id = integration_id,
                         .workflow_id = workflow_id,
                         .version_id = "aaaaaaaaaaaaaaaaaaaaaaaa",
                         .app = "http",
                         .state = "refused",
                         .needs = list,
                         .scopes = list,
                         .fields = list,
                         .on = true,
                         .failed = 3};
        struct fact_page page = {&f, 1, kind + 1, kind + 1, "x", NULL};
        if (manager_apply_facts(w.m, evil, &page, &e) != ERR_OK)
            test_fail(__FILE__, __LINE__, fact_word(f.kind), e.text, "taken");
    }
    value_free(list);
}

static void
say_state_of(const char *evil, const char *installation, const char *user)
{
    struct state_workflow workflow = {.workflow_id = workflow_id};
    struct state_entry x = {.user_id = user,
                            .username = "mallory",
                            .full_name = "Mallory",
                            .installation_id = installation,
                            .integration_id = integration_id,
                            .state = INSTALLATION_UNINSTALLED,
                            .workflows = &workflow,
                            .count = 1};
    struct state_page page = {
        .entries = &x, .count = 1, .feed_cursor = 100, .hash = "x"};
    struct full_copy copy = {.why = "test"};
    CHECK_INT(manager_apply_state(w.m, evil, &page, &copy, true, &e), ERR_OK);
}

static void
say_versions_of(const char *evil, const char *installation)
{
    struct version_entry x = {.id = "bbbbbbbbbbbbbbbbbbbbbbbb",
                              .workflow_id = workflow_id,
                              .installation_id = installation,
                              .base_no = 1,
                              .fork_no = 1,
                              .hash = "h"};
    struct version_page page = {&x, 1, NULL, "0"};
    CHECK_INT(manager_apply_versions(w.m, evil, &page, &e), ERR_OK);
}

/* A receipt for a request to the other runtime. */
static void
answer_for(const char *evil)
{
    struct receipt_item item = {.outcome = OUTCOME_LIVE};
    struct receipt r = {.sequence = 1,
                        .head = "head",
                        .done = true,
                        .items = &item,
                        .count = 1};
    struct outbox_batch batch;
    bool back;
    CHECK_INT(manager_outbox_due(w.m, w.runtime_n, 500, &batch, &e), ERR_OK);
    r.key = batch.rows[0].key;
    r.text = mem_strdup("{}");
    CHECK_INT(manager_apply_receipts(w.m, evil, &r, 1, &back, &e), ERR_INVALID);
    free(r.text);
    outbox_batch_clear(&batch);
}

/* Sabotage: the comparison of runtimes in copy_installation_load, copy_user or
 * FACT_USER_DELETED, that of request.runtime in apply_one
 * (src/manager/exchange/apply_receipts.c); DO NOTHING in FACT_INSTALLATION_ADD.
 */
static void
test_others_customers(void)
{
    char evil[25], id[25], user[25], own[25] = "cccccccccccccccccccccccc";
    struct fact mine = {
        .sequence = 1, .kind = FACT_USER, .user_id = own, .username = "own"};
    struct fact_page page = {&mine, 1, 1, 1, "x", NULL};
    open_world(2);
    world_release(&w, 0, "sale", 5, false, id);
    world_deliver(&w, WENT_WELL);
    snprintf(id, sizeof id, "%s", fake_at(w.rt, 0)->id);
    snprintf(user, sizeof user, "%s", fake_at(w.rt, 0)->user);
    add_evil(evil);
    char *before = dump();
    say_all_kinds(evil, id, user);
    say_state_of(evil, id, user);
    say_versions_of(evil, id);
    answer_for(evil);
    char *after = dump();
    CHECK_STR(after, before);
    free(after);
    /* Its own user, who is said to have the installation of another. */
    raw("UPDATE runtime SET feed_cursor = 0 WHERE name = 'evil'");
    CHECK_INT(manager_apply_facts(w.m, evil, &page, &e), ERR_OK);
    raw("UPDATE runtime SET feed_cursor = 0 WHERE name = 'evil'");
    free(before);
    before = dump();
    say_all_kinds(evil, id, own);
    say_state_of(evil, id, own);
    after = dump();
    CHECK_HAS(after, "mallory");
    CHECK_STR(strchr(after, '\n'), strchr(before, '\n'));
    free(before);
    free(after);
    world_close(&w);
}

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
    open_world(1);
    CHECK_INT(answer_with(900, 70), false);
    CHECK_INT(answer_with(901, 71), false);
    CHECK_INT(answer_with(901, 72), true);
    CHECK_INT(answer_with(5, 73), true);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_HAS(list.rows[0].notice, "receipt 5 after receipt 901");
    runtime_list_clear(&list);
    CHECK_INT(raw_int("SELECT count(*) FROM audit WHERE action = 'notice'"), 2);
    CHECK_INT(answer_with(6, 74), false);
    world_close(&w);
}

/* --- receipts for something else -------------------------------------------
 */

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
    open_world(1);
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
        raw_int("SELECT count(*) FROM release_receipt WHERE sequence = 900"),
        0);
    world_close(&w);
}

/* --- users of one name ---------------------------------------------------- */

static void
install(const char *user, const char *installation)
{
    struct fact all[2] = {
        {.kind = FACT_USER, .user_id = user, .username = "user-0"},
        {.kind = FACT_INSTALLED,
         .installation_id = installation,
         .user_id = user,
         .integration_id = integration_id}};
    CHECK_INT(apply(all, 2), ERR_OK);
}

static void
check_name(const char *id)
{
    struct installation_list list;
    CHECK_INT(manager_installation_show(w.m, "user-0/orders", &list, &e),
              id ? ERR_OK : ERR_AMBIGUOUS);
    if (id) {
        CHECK_INT(list.count, 1);
        CHECK_STR(list.rows[0].id, id);
    } else {
        CHECK_HAS(e.text, "matches more than one (give its id: ");
        CHECK_HAS(e.text, "bbbbbbbbbbbbbbbbbbbbbbbb");
    }
    installation_list_clear(&list);
}

/* A user was deleted and made again: the name is that of the one that is
 * installed. Sabotage: installed == 1 in read_installations
 * (src/manager/session/names.c), deleted_at in IS_INSTALLED. */
static void
test_made_again(void)
{
    char first[25], second[25] = "bbbbbbbbbbbbbbbbbbbbbbbb";
    open_world(1);
    snprintf(first, sizeof first, "%s", fake_at(w.rt, 0)->id);
    struct fact deleted = {.kind = FACT_USER_DELETED,
                           .user_id = fake_at(w.rt, 0)->user};
    struct fact uninstalled = {.kind = FACT_UNINSTALLED,
                               .installation_id = second};
    check_name(first);
    CHECK_INT(apply(&deleted, 1), ERR_OK);
    check_name(first);
    install("aaaaaaaaaaaaaaaaaaaaaaaa", second);
    check_name(second);
    install("cccccccccccccccccccccccc", "dddddddddddddddddddddddd");
    check_name(NULL);
    CHECK_INT(apply(&uninstalled, 1), ERR_OK);
    check_name("dddddddddddddddddddddddd");
    uninstalled.installation_id = "dddddddddddddddddddddddd";
    CHECK_INT(apply(&uninstalled, 1), ERR_OK);
    check_name(NULL);
    CHECK_HAS(e.text, ", uninstalled, ");
    world_close(&w);
}

static const struct test tests[] = {
    {"what a runtime makes grow is charged", test_growth_is_charged},
    {"a runtime that has had its share is refused", test_share},
    {"another runtime's customers are not touched", test_others_customers},
    {"receipts that go back in number are told", test_receipts_go_back},
    {"receipts for something else are refused",
     test_receipts_for_something_else},
    {"a user who was made again has the name", test_made_again},
    {NULL, NULL}};

void
test_release_hostile(void)
{
    test_run("hostile runtimes", tests);
    failed_tests |= test_result();
}
