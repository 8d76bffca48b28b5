/* Upgrade of many installations: plan, chunks, figures. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include "base/clock.h"
#include "tests/unit/test.h"

static struct world w;

static void
new_base(bool ask)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char draft[25];
    const char *drafts[1] = {draft};
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, draft, &e), ERR_OK);
    CHECK_INT(world_edit(&w, draft, 77, &e), ERR_OK);
    if (ask)
        CHECK_INT(world_ask(&w, draft, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
}

static const char *
reason_of(const struct upgrade_plan *p, const char *customer)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->rows[i].customer, customer) == 0)
            return p->rows[i].reason ? p->rows[i].reason : "";
    return "not in the plan";
}

static void
test_plan(void)
{
    struct upgrade_options o = {.to = "v2", .dry_run = true};
    struct upgrade_plan plan;
    struct error e;
    char id[25];
    world_open(&w, 6);
    world_release(&w, 1, "sale", 5, false, id);
    world_release(&w, 2, "sale", 5, true, id);
    fake_uninstall(w.rt, 3);
    world_settle(&w);
    new_base(false);
    world_release(&w, 4, "sale", 6, false, id); /* releasing */
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_STR(plan.to.label, "v2");
    CHECK_INT(plan.at_once, 2);
    CHECK_INT(plan.must_ask, 0);
    CHECK_INT(plan.skipped, 4);
    CHECK_HAS(reason_of(&plan, "user-1"), "user-specific");
    CHECK_HAS(reason_of(&plan, "user-2"), "awaits");
    CHECK_HAS(reason_of(&plan, "user-3"), "uninstalled");
    CHECK_HAS(reason_of(&plan, "user-4"), "releasing");
    CHECK_STR(reason_of(&plan, "user-5"), "");
    upgrade_plan_clear(&plan);
    CHECK_STR(world_pointer(&w, 0, "sale")->live_hash,
              world_pointer(&w, 5, "sale")->live_hash);
    o.dry_run = false;
    o.filter = "SER-5";
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.at_once, 1);
    upgrade_plan_clear(&plan);
    world_settle(&w);
    CHECK_INT(world_pointer(&w, 0, "sale")->effects, 1);
    CHECK_INT(world_pointer(&w, 5, "sale")->effects, 2);
    /* Twice: nothing is left to do there. */
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.at_once + plan.must_ask, 0);
    upgrade_plan_clear(&plan);
    world_close(&w);
}

static void
test_must_ask(void)
{
    struct upgrade_options o = {.limit = 2};
    struct upgrade_plan plan;
    struct error e;
    int awaiting = 0;
    world_open(&w, 3);
    new_base(true);
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.must_ask, 2);
    CHECK_INT(plan.at_once, 0);
    upgrade_plan_clear(&plan);
    world_settle(&w);
    for (size_t i = 0; i < 3; i++)
        awaiting += *world_pointer(&w, i, "sale")->awaiting != '\0';
    CHECK_INT(awaiting, 2);
    world_close(&w);
}

/* Some thousands in one go: every one audited, queued, delivered. */
static void
test_thousands(void)
{
    enum { N = 2000 };
    struct upgrade_options o = {.to = "v2"};
    struct upgrade_plan plan;
    struct error e;
    int64_t start, records;
    int moved = 0;
    world_open(&w, N);
    new_base(false);
    records = world_audit_count(&w);
    start = clock_monotonic_ms();
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.at_once, N);
    upgrade_plan_clear(&plan);
    world_settle(&w);
    printf("# %d upgrades queued, decided and applied in %lld ms\n", N,
           (long long)(clock_monotonic_ms() - start));
    CHECK_INT(world_audit_count(&w) - records >= 3 * N, 1);
    for (size_t i = 0; i < N; i++)
        moved += fake_at(w.rt, i)->pointers[0].effects == 2;
    CHECK_INT(moved, N);
    world_close(&w);
}

static const struct test tests[] = {
    {"at once, must ask, skipped and why", test_plan},
    {"a material base version asks each", test_must_ask},
    {"thousands by one command", test_thousands},
    {NULL, NULL}};

void
test_release_many(void)
{
    test_run("upgrade of many", tests);
    failed_tests |= test_result();
}
