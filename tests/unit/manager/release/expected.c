/*
 * Expected results at releases: what blocks, what is recorded, what can still
 * be proven, and that nothing of a sample goes to a runtime. Costs 0.6 s.
 */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "manager/catalogue/catalogue.h"
#include "manager/catalogue/sample.h"
#include "manager/release/proof.h"
#include "manager/session/operation.h"
#include "manager/session/store.h"
#include "tests/unit/test.h"
#include "value/value.h"

#define CANARY "canary-5b1e"

static struct world w;

static struct value *
json(const char *text)
{
    struct value *v = NULL;
    CHECK_INT(
        value_read(&v, text, strlen(text), &value_limits_event, "test", NULL),
        ERR_OK);
    return v;
}

/* The sample LABEL of installation I (-1: the vendor's): Tax gives RESULT,
 * and another block answers with the canary. */
static void
expect(int i, const char *label, int result, bool blocking)
{
    struct error e;
    char text[100], input[200];
    bool fresh;
    snprintf(text, sizeof text, "{\"Tax\":{\"result\":%d.0}}", result);
    struct value *blocks = json(text);
    snprintf(input, sizeof input,
             "{\"input\":{\"id\":\"%s\",\"who\":\"" CANARY
             "\"},\"outputs\":{\"Other\":\"" CANARY "\"}}",
             label);
    struct value *sample = json(input);
    struct sample_expected x = {
        .blocks = blocks, .set_blocking = true, .blocking = blocking};
    CHECK_INT(manager_sample_add(w.m, "sale",
                                 i < 0 ? NULL : world_installation((size_t)i),
                                 label, sample, &x, &fresh, &e),
              ERR_OK);
    value_free(blocks);
    value_free(sample);
}

static enum err
release(struct manager *m, const char *draft, bool dry_run,
        struct release_plan *plan, struct error *e)
{
    struct release_options o = {.dry_run = dry_run};
    return manager_release(m, &draft, 1, &o, plan, e);
}

/* The first column of the first row of SQL, as a number. */
static int
ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    CHECK_INT(sqlite3_open(w.path, &db), SQLITE_OK);
    CHECK_INT(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    int found = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : -1;
    sqlite3_finalize(s);
    sqlite3_close(db);
    return found;
}

/* Sabotage: checked_refuse() in refuse_all() of release.c. */
static void
what_differs_blocks_where_it_is_marked(void)
{
    struct release_plan plan;
    struct error e;
    char draft[25];
    world_open(&w, 2);
    expect(0, "agreed", 6, true);
    expect(0, "differs", 7, true);
    expect(1, "of another", 9, true);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, true, &plan, &e), ERR_OK);
    CHECK(plan.items[0].refusal);
    CHECK_INT(plan.items[0].expected.count, 2);
    CHECK_INT(plan.items[0].expected.agreed, 1);
    release_plan_clear(&plan);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "1 of 2 as agreed; differs differs at Tax > result: 7.0 "
                      "expected, 6 given; this blocks the release");
    CHECK_INT(e.hint, HINT_SAMPLE_CHECK);
    release_plan_clear(&plan);
    CHECK_INT(ask("SELECT count(*) FROM outbox WHERE kind='release'"), 0);
    CHECK_INT(world_edit(&w, draft, 6, &e), ERR_OK);
    CHECK_INT(
        manager_sample_remove(w.m, "sale", world_installation(0), "agreed", &e),
        ERR_OK);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_close(&w);
}

static void
what_is_not_marked_is_told_and_recorded(void)
{
    struct release_plan plan;
    struct error e;
    char draft[25];
    world_open(&w, 1);
    expect(0, "one", 6, false);
    expect(0, "two", 7, false);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_OK);
    CHECK_INT(plan.items[0].expected.verdict, CHECKED_DIFFERS);
    release_plan_clear(&plan);
    CHECK_INT(
        ask("SELECT count(*) FROM audit WHERE action='release' AND"
            " json_extract(after,'$.expected.verdict')='differs' AND"
            " json_extract(after,'$.expected.checked')=2 AND"
            " json_extract(after,'$.expected.agreed')=1 AND"
            " json_extract(after,'$.expected.format')=1 AND"
            " length(json_extract(after,'$.expected.set'))=64 AND"
            " length(json_extract(after,'$.expected.decided'))=64 AND"
            " length(json_extract(after,'$.hash'))=64 AND"
            " json_array_length(json_extract(after,'$.expected.members'))=2"),
        1);
    world_close(&w);
}

/* Sabotage: the member "set" of checked_record(), or the comparison of sets in
 * prove() of proof.c. */
static void
a_release_is_provable_while_its_samples_are_kept(void)
{
    struct checked_proof p;
    struct release_plan plan;
    struct error e;
    char draft[25];
    world_open(&w, 1);
    expect(0, "one", 6, false);
    expect(0, "two", 6, false);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(manager_check_proof(w.m, draft, &p, &e), ERR_NOT_FOUND);
    checked_proof_clear(&p);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    expect(0, "later", 8, false);
    CHECK_INT(manager_check_proof(w.m, draft, &p, &e), ERR_OK);
    CHECK(p.recorded && p.provable);
    CHECK_INT(p.now.agreed, 2);
    checked_proof_clear(&p);
    CHECK_INT(
        manager_sample_remove(w.m, "sale", world_installation(0), "one", &e),
        ERR_OK);
    CHECK_INT(manager_check_proof(w.m, draft, &p, &e), ERR_OK);
    CHECK(p.recorded && !p.provable);
    CHECK_STR(p.verdict, "agreed");
    CHECK_INT(p.checked, 2);
    checked_proof_clear(&p);
    world_close(&w);
}

static void
new_base(void)
{
    struct release_plan plan;
    struct error e;
    char draft[25];
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, draft, &e), ERR_OK);
    CHECK_INT(world_edit(&w, draft, 77, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
}

/* Sabotage: checked_refuse() in carry_out() of pointer.c; expected->blocking in
 * judge() of upgrade.c. */
static void
an_upgrade_is_blocked_and_the_way_back_is_not(void)
{
    struct release_options o = {0};
    struct upgrade_options many = {.dry_run = false};
    struct upgrade_plan all;
    struct release_plan plan;
    struct error e;
    world_open(&w, 3);
    new_base();
    expect(0, "old", 2, true);
    expect(1, "old", 2, false);
    CHECK_INT(manager_upgrade(w.m, world_installation(0), "sale", NULL, &o,
                              &plan, &e),
              ERR_REFUSED);
    release_plan_clear(&plan);
    CHECK_INT(manager_upgrade_many(w.m, "sale", &many, &all, &e), ERR_OK);
    CHECK_INT(all.at_once, 2);
    CHECK_INT(all.skipped, 1);
    CHECK_HAS(all.rows[0].expected, "0 of 1 as agreed");
    CHECK_HAS(all.rows[1].expected, "0 of 1 as agreed");
    CHECK(!all.rows[2].expected);
    upgrade_plan_clear(&all);
    world_settle(&w);
    CHECK_INT(ask("SELECT count(*) FROM audit WHERE action='upgrade' AND"
                  " json_extract(after,'$.expected.verdict')='differs'"),
              1);
    expect(1, "new", 78, true);
    CHECK_INT(manager_rollback(w.m, world_installation(1), "sale", NULL, &o,
                               &plan, &e),
              ERR_OK);
    CHECK_INT(plan.items[0].expected.blocking, 1);
    release_plan_clear(&plan);
    world_close(&w);
}

/* Sabotage: c->p.installation in release_plan_samples() of plan.c. */
static void
the_vendors_samples_are_for_base_versions(void)
{
    struct release_plan plan;
    struct error e;
    char draft[25], own[25];
    world_open(&w, 1);
    expect(-1, "synthetic", 2, true);
    world_release(&w, 0, "sale", 5, false, own);
    world_settle(&w);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, draft, &e), ERR_OK);
    CHECK_INT(world_edit(&w, draft, 77, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_REFUSED);
    release_plan_clear(&plan);
    CHECK_INT(world_edit(&w, draft, 1, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(ask("SELECT count(*) FROM audit WHERE action='release.base' AND"
                  " json_extract(after,'$.expected.verdict')='agreed'"),
              1);
    world_close(&w);
}

/* Sabotage: the row CHECKED_CLOSED of checked_refuse(). */
static void
who_sees_no_payloads_releases_nothing_that_is_checked(void)
{
    struct release_plan plan;
    struct error e;
    char draft[25];
    bool open;
    world_open(&w, 1);
    expect(0, "one", 7, false);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(manager_draft_ready(w.m, draft, NULL, &e), ERR_OK);
    CHECK_INT(manager_access_add(w.m, "cleo", ROLE_ADMIN, NULL, PAYLOADS_CLOSED,
                                 &open, &e),
              ERR_OK);
    struct manager *cleo = world_session(&w, "cleo", ROLE_ADMIN);
    CHECK_INT(release(cleo, draft, true, &plan, &e), ERR_OK);
    CHECK_INT(plan.items[0].expected.verdict, CHECKED_CLOSED);
    CHECK_INT(plan.items[0].expected.samples[0].cells.total, 0);
    CHECK_STR(plan.items[0].expected.samples[0].label,
              plan.items[0].expected.samples[0].id);
    release_plan_clear(&plan);
    expect(0, "two", 6, true);
    CHECK_INT(release(cleo, draft, false, &plan, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "may not see what customers sent");
    release_plan_clear(&plan);
    manager_close(cleo);
    world_close(&w);
}

/* --- while it is checked -------------------------------------------------- */

/* Called before each release of the world's manager begins, with how many came
 * before it; NULL: nothing is. */
static struct {
    void (*call)(struct manager *other, int n);
    struct manager *other;
    int count;
} before;

enum err __real_operation_begin(struct manager *m, enum action action,
                                struct error *e);
enum err __wrap_operation_begin(struct manager *m, enum action action,
                                struct error *e);

enum err
__wrap_operation_begin(struct manager *m, enum action action, struct error *e)
{
    if (before.call && m == w.m && action == ACTION_RELEASE)
        before.call(before.other, before.count++);
    return __real_operation_begin(m, action, e);
}

/* Releases DRAFT; CALL comes between its check and its transaction. */
static enum err
release_while(void (*call)(struct manager *other, int n), const char *draft,
              struct error *e)
{
    struct release_plan plan;
    before.call = call;
    before.other = world_session(&w, "zoe", ROLE_ADMIN);
    before.count = 0;
    enum err err = release(w.m, draft, false, &plan, e);
    before.call = NULL;
    manager_close(before.other);
    release_plan_clear(&plan);
    return err;
}

static void
mark(struct manager *other, int n)
{
    struct sample_expected x = {.set_blocking = true, .blocking = true};
    struct error e;
    if (n == 0)
        CHECK_INT(manager_sample_set(other, "sale", world_installation(0),
                                     "agreed", &x, &e),
                  ERR_OK);
}

/* No release is decided by what was checked of other results. Sabotage: "!same"
 * of take_checked() in release.c. */
static void
what_changes_while_it_is_checked_is_checked_again(void)
{
    struct error e;
    char draft[25];
    world_open(&w, 1);
    expect(0, "agreed", 7, false);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release_while(mark, draft, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "expected results");
    CHECK_INT(ask("SELECT count(*) FROM outbox WHERE kind = 'release'"), 0);
    world_close(&w);
}

/* A person releases what the screen has shown of its samples. Sabotage:
 * shown_decided in refuse_unseen() of release.c. */
static void
what_was_shown_is_released(void)
{
    struct release_plan plan;
    struct error e;
    char draft[25], shown[65];
    const char *drafts[] = {draft}, *decided[] = {shown};
    struct release_options o = {.shown_decided = decided};
    world_open(&w, 1);
    expect(0, "agreed", 6, false);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, true, &plan, &e), ERR_OK);
    snprintf(shown, sizeof shown, "%s", plan.items[0].expected.decided);
    release_plan_clear(&plan);
    expect(0, "another", 7, false);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "since it was shown");
    release_plan_clear(&plan);
    world_close(&w);
}

/* The hash of what a release of DRAFT by M would be decided on. */
static void
decided_by(struct manager *m, const char *draft, char out[65])
{
    struct release_plan plan;
    struct error e;
    CHECK_INT(release(m, draft, true, &plan, &e), ERR_OK);
    snprintf(out, 65, "%s", plan.items[0].expected.decided);
    CHECK_INT(strlen(out), 64);
    release_plan_clear(&plan);
}

/* The same samples are not the same decision where the verdict, a mark or the
 * document is another one. Sabotage: the verdict, the mark or the document in
 * decide() of checked.c. */
static void
a_verdict_belongs_to_what_it_is_about(void)
{
    struct error e;
    char draft[25], hashes[5][65];
    bool open;
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    decided_by(w.m, draft, hashes[0]);
    expect(0, "agreed", 6, false);
    decided_by(w.m, draft, hashes[1]);
    CHECK_INT(manager_access_add(w.m, "cleo", ROLE_ADMIN, NULL, PAYLOADS_CLOSED,
                                 &open, &e),
              ERR_OK);
    CHECK_INT(manager_draft_ready(w.m, draft, NULL, &e), ERR_OK);
    struct manager *cleo = world_session(&w, "cleo", ROLE_ADMIN);
    decided_by(cleo, draft, hashes[2]);
    manager_close(cleo);
    mark(w.m, 0);
    decided_by(w.m, draft, hashes[3]);
    CHECK_INT(world_edit(&w, draft, 6, &e), ERR_OK);
    CHECK_INT(world_edit(&w, draft, 5, &e), ERR_OK);
    decided_by(w.m, draft, hashes[4]);
    CHECK_STR(hashes[4], hashes[3]);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            CHECK(strcmp(hashes[i], hashes[k]) != 0);
    world_close(&w);
}

static char edited[25];

static void
edit(struct manager *other, int n)
{
    struct error e;
    (void)other;
    if (n == 0)
        CHECK_INT(world_edit(&w, edited, 6, &e), ERR_OK);
}

/* Sabotage: the comparison of hashes in take_checked() of release.c. */
static void
a_draft_that_changes_while_it_is_checked_is_checked_again(void)
{
    struct error e;
    world_open(&w, 1);
    expect(0, "agreed", 6, true);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, edited, &e), ERR_OK);
    CHECK_INT(release_while(edit, edited, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "6.0 expected, 7 given");
    CHECK_INT(ask("SELECT count(*) FROM outbox WHERE kind = 'release'"), 0);
    world_close(&w);
}

static void
add_another(struct manager *other, int n)
{
    struct manager *mine = w.m;
    char label[20];
    snprintf(label, sizeof label, "again-%d", n);
    w.m = other;
    expect(0, label, 6, false);
    w.m = mine;
}

/* Sabotage: CHECK_TRIES in release.c. */
static void
what_changes_again_and_again_is_not_released(void)
{
    struct error e;
    char draft[25];
    world_open(&w, 1);
    expect(0, "agreed", 6, false);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release_while(add_another, draft, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "changed while they were checked");
    CHECK_INT(before.count, 4);
    CHECK_INT(ask("SELECT count(*) FROM outbox WHERE kind = 'release'"), 0);
    CHECK_INT(release_while(NULL, draft, &e), ERR_OK);
    world_close(&w);
}

static void
count_parts(void *parts, int64_t done, int64_t all)
{
    CHECK(done <= all);
    ++*(int *)parts;
}

/* The largest samples take a second for a hundred: no upgrade of many keeps
 * others waiting for more. Sabotage: u->checked in chunk() of upgrade.c. */
static void
many_are_upgraded_in_parts(void)
{
    int parts = 0;
    struct upgrade_options o = {.progress = count_parts, .context = &parts};
    struct upgrade_plan plan;
    struct error e;
    char label[20];
    world_open(&w, 4);
    new_base();
    for (int i = 0; i < 4; i++)
        for (int n = 0; n < 60; n++) {
            snprintf(label, sizeof label, "%d-%d", i, n);
            expect(i, label, 2, false);
        }
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(parts, 2);
    CHECK_INT(plan.at_once, 4);
    upgrade_plan_clear(&plan);
    world_close(&w);
}

/* A mock is for checking alone: no request, document or integration file that
 * leaves the store has anything of a sample. Sabotage: samples written into a
 * document by set_released(). */
static void
nothing_of_a_sample_leaves_the_store(void)
{
    struct release_plan plan;
    struct error e;
    struct buf file;
    char draft[25];
    world_open(&w, 1);
    expect(0, "one", 6, true);
    expect(-1, "vendor", 2, true);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, false, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK(ask("SELECT count(*) FROM outbox") > 3);
    CHECK_INT(ask("SELECT count(*) FROM outbox WHERE body LIKE '%" CANARY "%'"),
              0);
    CHECK_INT(
        ask("SELECT count(*) FROM document WHERE body LIKE '%" CANARY "%'"), 0);
    CHECK_INT(ask("SELECT count(*) FROM audit WHERE before LIKE '%" CANARY
                  "%' OR after LIKE '%" CANARY "%'"),
              0);
    buf_init(&file, 1 << 20);
    CHECK_INT(manager_integration_export(w.m, "orders", &file, &e), ERR_OK);
    CHECK(!strstr(buf_str(&file), CANARY));
    buf_clear(&file);
    world_close(&w);
}

void
test_release_expected(void)
{
    static const struct test tests[] = {
        {"what differs blocks where it is marked",
         what_differs_blocks_where_it_is_marked},
        {"what is not marked is told and recorded",
         what_is_not_marked_is_told_and_recorded},
        {"a release is provable while its samples are kept",
         a_release_is_provable_while_its_samples_are_kept},
        {"an upgrade is blocked and the way back is not",
         an_upgrade_is_blocked_and_the_way_back_is_not},
        {"who sees no payloads releases nothing that is checked",
         who_sees_no_payloads_releases_nothing_that_is_checked},
        {"the vendor's samples are for base versions",
         the_vendors_samples_are_for_base_versions},
        {"what changes while it is checked is checked again",
         what_changes_while_it_is_checked_is_checked_again},
        {"a verdict belongs to what it is about",
         a_verdict_belongs_to_what_it_is_about},
        {"a draft that changes while it is checked is checked again",
         a_draft_that_changes_while_it_is_checked_is_checked_again},
        {"what was shown is released", what_was_shown_is_released},
        {"what changes again and again is not released",
         what_changes_again_and_again_is_not_released},
        {"many are upgraded in parts", many_are_upgraded_in_parts},
        {"nothing of a sample leaves the store",
         nothing_of_a_sample_leaves_the_store},
        {NULL, NULL}};
    test_run("expected", tests);
    failed_tests |= test_result();
}
