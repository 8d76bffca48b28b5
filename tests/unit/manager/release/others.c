/* Hostile runtimes that speak of what is not theirs, and users of one name. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/draft/kept.h"
#include "manager/exchange/versions.h"
#include "manager/session/seal.h"
#include "store/console.h"
#include "tests/unit/manager/release/hostile.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/test.h"

static struct world w;
static struct error e;
static struct hostile_ids known;

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
    sqlite3 *handle = hostile_open_raw(&w);
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
    struct value *list = hostile_list_of(hostile_big_text(1));
    for (int kind = 0; kind <= FACT_UNKNOWN; kind++) {
        struct fact f = {.sequence = kind + 1,
                         .kind = (enum fact_kind)kind,
                         .user_id = user,
                         .username = "mallory",
                         .full_name = "Mallory",
                         .installation_id = installation,
                         .integration_id = known.integration,
                         .workflow_id = known.workflow,
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
    struct state_workflow workflow = {.workflow_id = known.workflow};
    struct state_entry x = {.user_id = user,
                            .username = "mallory",
                            .full_name = "Mallory",
                            .installation_id = installation,
                            .integration_id = known.integration,
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
                              .workflow_id = known.workflow,
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
    CHECK_INT(manager_outbox_due(w.m, world_due(&w, 500), &batch, &e), ERR_OK);
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
    hostile_open(&w, &known, 2);
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
    hostile_own(&w, evil,
                "UPDATE runtime SET feed_cursor = 0 WHERE name = 'evil'");
    CHECK_INT(manager_apply_facts(w.m, evil, &page, &e), ERR_OK);
    hostile_own(&w, evil,
                "UPDATE runtime SET feed_cursor = 0 WHERE name = 'evil'");
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

/* --- users of one name ---------------------------------------------------- */

static void
install(const char *user, const char *installation)
{
    struct fact all[2] = {
        {.kind = FACT_USER, .user_id = user, .username = "user-0"},
        {.kind = FACT_INSTALLED,
         .installation_id = installation,
         .user_id = user,
         .integration_id = known.integration}};
    CHECK_INT(hostile_apply(&w, all, 2, &e), ERR_OK);
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
 * installed. Sabotage: preferred == 1 in read_matches
 * (src/manager/session/names.c), deleted_at in IS_INSTALLED. */
static void
test_made_again(void)
{
    char first[25], second[25] = "bbbbbbbbbbbbbbbbbbbbbbbb";
    hostile_open(&w, &known, 1);
    snprintf(first, sizeof first, "%s", fake_at(w.rt, 0)->id);
    struct fact deleted = {.kind = FACT_USER_DELETED,
                           .user_id = fake_at(w.rt, 0)->user};
    struct fact uninstalled = {.kind = FACT_UNINSTALLED,
                               .installation_id = second};
    check_name(first);
    CHECK_INT(hostile_apply(&w, &deleted, 1, &e), ERR_OK);
    check_name(first);
    install("aaaaaaaaaaaaaaaaaaaaaaaa", second);
    check_name(second);
    install("cccccccccccccccccccccccc", "dddddddddddddddddddddddd");
    check_name(NULL);
    CHECK_INT(hostile_apply(&w, &uninstalled, 1, &e), ERR_OK);
    check_name("dddddddddddddddddddddddd");
    uninstalled.installation_id = "dddddddddddddddddddddddd";
    CHECK_INT(hostile_apply(&w, &uninstalled, 1, &e), ERR_OK);
    check_name(NULL);
    CHECK_HAS(e.text, ", uninstalled, ");
    world_close(&w);
}

/* --- versions that run elsewhere ------------------------------------------ */

static void
hash_of_first_base(char out[65])
{
    sqlite3 *handle = hostile_open_raw(&w);
    sqlite3_stmt *s = NULL;
    CHECK_INT(sqlite3_prepare_v2(handle,
                                 "SELECT v.hash FROM version v JOIN workflow k"
                                 " ON k.n = v.workflow WHERE k.id = ?"
                                 " AND v.installation IS NULL",
                                 -1, &s, NULL),
              SQLITE_OK);
    sqlite3_bind_text(s, 1, known.workflow, -1, SQLITE_STATIC);
    CHECK_INT(sqlite3_step(s), SQLITE_ROW);
    snprintf(out, 65, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(handle);
}

static size_t
unknown_at(const char *runtime)
{
    struct unknown_list list;
    CHECK_INT(manager_unknown_list(w.m, runtime, &list, &e), ERR_OK);
    size_t n = list.count;
    unknown_list_clear(&list);
    return n;
}

/* What is imported from one runtime is known at the other. Sabotage:
 * versions_want_same() in add_imported(), find_same() in import() (import.c). */
static void
test_known_at_both(void)
{
    char other[25], hash[65];
    int64_t count;
    struct versions_due due;
    hostile_open(&w, &known, 1);
    add_evil(other);
    hash_of_first_base(hash);
    struct version_entry x = {.id = "bbbbbbbbbbbbbbbbbbbbbbbb",
                              .workflow_id = known.workflow,
                              .base_no = 2,
                              .hash = hash};
    struct version_page page = {&x, 1, NULL, "0"};
    CHECK_INT(manager_apply_versions(w.m, w.runtime, &page, &e), ERR_OK);
    CHECK_INT(manager_apply_versions(w.m, other, &page, &e), ERR_OK);
    CHECK_INT(unknown_at("rt"), 1);
    CHECK_INT(manager_versions_want(w.m, "rt", &count, &e), ERR_OK);
    CHECK_INT(manager_versions_import(w.m, w.runtime, &e), ERR_OK);
    CHECK_INT(unknown_at("rt"), 0);
    CHECK_INT(manager_versions_due(w.m, other, &due, &e), ERR_OK);
    CHECK(due.import);
    CHECK_INT(manager_versions_import(w.m, other, &e), ERR_OK);
    CHECK_INT(unknown_at("evil"), 0);
    world_close(&w);
}

/* A draft whose id is that of what runs elsewhere goes on under another, with
 * what was kept of it. Sabotage: the last loop of seal_named() (import.c). */
static void
test_kept_moves(void)
{
    char draft[25], hash[65];
    int64_t count;
    struct buf report;
    const struct kept_text typed = {
        .place = "p", .label = "l", .text = "=1", .why = "w"};
    hostile_open(&w, &known, 1);
    hash_of_first_base(hash);
    CHECK_INT(manager_draft_new(w.m, known.workflow, DRAFT_ANOTHER, draft, &e),
              ERR_OK);
    CHECK_INT(world_edit(&w, draft, 77, &e), ERR_OK);
    CHECK_INT(manager_draft_keep(w.m, draft, &typed, &e), ERR_OK);
    struct version_entry x = {.id = draft,
                              .workflow_id = known.workflow,
                              .base_no = 2,
                              .hash = hash};
    struct version_page page = {&x, 1, NULL, "0"};
    CHECK_INT(manager_apply_versions(w.m, w.runtime, &page, &e), ERR_OK);
    CHECK_INT(manager_versions_want(w.m, "rt", &count, &e), ERR_OK);
    CHECK_INT(count, 1);
    CHECK_INT(manager_versions_import(w.m, w.runtime, &e), ERR_OK);
    CHECK_INT(unknown_at("rt"), 0);
    buf_init(&report, 65536);
    CHECK_INT(seal_check(w.m, &report, &e), ERR_OK);
    buf_clear(&report);
    world_close(&w);
}

static const struct test tests[] = {
    {"what was kept goes with the draft to its new id", test_kept_moves},
    {"a version that is imported is known at both", test_known_at_both},
    {"another runtime's customers are not touched", test_others_customers},
    {"a user who was made again has the name", test_made_again},
    {NULL, NULL}};

void
test_release_others(void)
{
    test_run("a hostile runtime and others", tests);
    failed_tests |= test_result();
}
