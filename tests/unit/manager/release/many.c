/* Upgrade of many installations: plan, chunks, figures. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include "base/buf.h"
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

/* A filter that says nothing is a mistake: it does not mean all. Sabotage:
 * narrow() without strict. */
static void
test_empty_filter(void)
{
    static const char *const empty[] = {"",  "  ", "\"",   "\"\"", "-",
                                        "-\"", "*", "user -", "\" \"", "-\"\""};
    struct error e;
    world_open(&w, 3);
    new_base(false);
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct upgrade_options o = {.filter = empty[i]};
        struct upgrade_plan plan;
        enum err err = manager_upgrade_many(w.m, "sale", &o, &plan, &e);
        if (err != ERR_USAGE || plan.at_once + plan.must_ask != 0)
            test_fail(__FILE__, __LINE__, empty[i], e.text, "a refusal");
        upgrade_plan_clear(&plan);
    }
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
    /* No index has what is left out: user-17, -170 to -179, -1700 to -1799. */
    o.dry_run = true;
    o.filter = "-user-17";
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.at_once, N - 111);
    upgrade_plan_clear(&plan);
    o = (struct upgrade_options){.to = "v2"};
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

/* Customers in several states, and a newer base. */
static void
open_mixed(size_t n)
{
    struct error e;
    char id[25];
    world_open(&w, n);
    world_release(&w, 1, "sale", 5, false, id);
    world_release(&w, 2, "sale", 5, true, id);
    world_release(&w, 12, "sale", 5, true, id);
    fake_uninstall(w.rt, 3);
    fake_uninstall(w.rt, 21);
    for (size_t i = 10; i < 13; i++)
        CHECK_INT(manager_installation_pause(w.m, world_installation(i), "sale",
                                             true, false, NULL, NULL, &e),
                  ERR_OK);
    world_settle(&w);
    new_base(false);
}

/* The ids that the list shows for the filter, in its order. */
static void
write_listed(const char *filter, struct buf *out)
{
    const struct installation_filter f = {.text = filter,
                                          .integration = "orders"};
    struct installation_list page;
    struct error e;
    CHECK_INT(manager_installation_list(w.m, &f, NULL, 1000, &page, &e),
              ERR_OK);
    for (size_t i = 0; i < page.count; i++)
        buf_addf(out, "%s\n", page.rows[i].id);
    installation_list_clear(&page);
}

static int
compare_rows(const void *a, const void *b)
{
    const struct upgrade_row *x = a, *y = b;
    int c = strcmp(x->customer, y->customer);
    return c ? c : strcmp(x->installation_id, y->installation_id);
}

/* The ids that the plan names, in the order of customers, each once. */
static void
write_planned(const char *filter, struct buf *out)
{
    struct upgrade_options o = {.to = "v2", .dry_run = true, .filter = filter};
    struct upgrade_plan plan;
    struct error e;
    enum err err = manager_upgrade_many(w.m, "sale", &o, &plan, &e);
    CHECK_INT(err, plan.count ? ERR_OK : ERR_NOT_FOUND);
    CHECK_INT(plan.at_once + plan.must_ask + plan.skipped, plan.count);
    qsort(plan.rows, plan.count, sizeof *plan.rows, compare_rows);
    for (size_t i = 0; i < plan.count; i++)
        buf_addf(out, "%s\n", plan.rows[i].installation_id);
    upgrade_plan_clear(&plan);
}

/* How many the plan names, which are those that the list shows. */
static int
check_same(const char *filter)
{
    struct buf listed, planned;
    int n = 0;
    buf_init(&listed, 1 << 16);
    buf_init(&planned, 1 << 16);
    write_listed(filter, &listed);
    write_planned(filter, &planned);
    if (strcmp(buf_str(&listed), buf_str(&planned)) != 0)
        test_fail(__FILE__, __LINE__, filter, buf_str(&planned),
                  buf_str(&listed));
    for (const char *s = buf_str(&planned); *s; s++)
        n += *s == '\n';
    buf_clear(&listed);
    buf_clear(&planned);
    return n;
}

/* One to three terms, each turned round or not. */
static void
write_random_filter(struct buf *out)
{
    static const char *const terms[] = {"user",
                                        "user-1",
                                        "1",
                                        "us",
                                        "er-2",
                                        "2 user",
                                        "\"user-1\"",
                                        "orders",
                                        "refund",
                                        "nobody",
                                        "state:ok",
                                        "state:awaiting,uninstalled",
                                        "state:paused,to-do",
                                        "state:\"unknown version\"",
                                        "integration:ord"};
    for (int i = rand() % 3; i >= 0; i--)
        buf_addf(out, "%s%s%s", rand() % 3 ? "" : "-",
                 terms[(size_t)rand() % (sizeof terms / sizeof *terms)],
                 i ? " " : "");
}

/* The text that selects rows in the list selects the same for the upgrade.
 * Sabotage: narrow() in upgrade.c without has_number(), or its call. */
static void
test_same_filter(void)
{
    static const struct {
        const char *text;
        int rows;
    } known[] = {
        {"user", 30},     {"5 user", 1},         {"\"5 user\"", 0},
        {"USER-5", 1},    {"-user-2", 19},       {"state:awaiting", 2},
        {"sale", 30},     {"state:paused", 3},   {"state:uninstalled", 2},
        {"-state:ok", 6}, {"-integration:o", 0}, {"state:paused user-11", 1},
    };
    srand((unsigned)test_seed());
    open_mixed(30);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        CHECK_INT(check_same(known[i].text), known[i].rows);
    for (int i = 0; i < 20; i++) {
        struct buf filter;
        buf_init(&filter, 200);
        write_random_filter(&filter);
        printf("# filter %s: %d of 30\n", buf_str(&filter),
               check_same(buf_str(&filter)));
        buf_clear(&filter);
    }
    world_close(&w);
}

/* A mistyped filter is told apart from an upgrade that had nothing to do.
 * Sabotage: ERR_NOT_FOUND in narrow(). */
static void
test_nobody(void)
{
    struct upgrade_options o = {.filter = "'custmer 01'"};
    struct upgrade_plan plan;
    struct error e;
    world_open(&w, 2);
    new_base(false);
    int64_t records = world_audit_count(&w);
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "custmer 01");
    upgrade_plan_clear(&plan);
    o.filter = "user-1";
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.at_once, 1);
    upgrade_plan_clear(&plan);
    /* It fits, and there is nothing to do for it. */
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.skipped, 1);
    upgrade_plan_clear(&plan);
    CHECK(world_audit_count(&w) > records);
    world_close(&w);
}

/* A filter that the list refuses upgrades nobody, with the list's error.
 * Sabotage: the error of narrow() in manager_upgrade_many(). */
static void
test_invalid_filter(void)
{
    static const char *const bad[] = {
        "state:xyz",          "state:",   "sate:ok",
        "integration:nobody", "\xcc\x88", "user-1 state:ok,xyz"};
    world_open(&w, 2);
    new_base(false);
    int64_t records = world_audit_count(&w);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct installation_filter f = {.text = bad[i]};
        struct upgrade_options o = {.filter = bad[i]};
        struct installation_list page;
        struct upgrade_plan plan;
        struct error listed, e;
        enum err err =
            manager_installation_list(w.m, &f, NULL, 5, &page, &listed);
        CHECK(err != ERR_OK);
        CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), err);
        CHECK_STR(e.text, listed.text);
        CHECK_INT(plan.count, 0);
        CHECK_INT(plan.at_once + plan.must_ask + plan.skipped, 0);
        upgrade_plan_clear(&plan);
        installation_list_clear(&page);
    }
    CHECK_INT(world_audit_count(&w), records);
    world_close(&w);
}

/* The upgrade that ASKED describes, refused with a sentence with WHY. */
static void
check_upgrade_stale(const struct upgrade_plan *asked, const char *why)
{
    struct upgrade_options o = {.asked = asked};
    struct upgrade_plan plan;
    struct error e = {.code = ERR_OK};
    int64_t records = world_audit_count(&w);
    CHECK_INT(manager_upgrade_many(w.m, "sale", &o, &plan, &e), ERR_STALE);
    CHECK_HAS(e.text, why);
    CHECK_INT(plan.at_once + plan.must_ask, 0);
    CHECK_INT(world_audit_count(&w), records);
    upgrade_plan_clear(&plan);
}

static void
plan_upgrade(struct upgrade_plan *asked)
{
    struct upgrade_options look = {.dry_run = true};
    struct error e;
    CHECK_INT(manager_upgrade_many(w.m, "sale", &look, asked, &e), ERR_OK);
}

/* Sabotage: check_asked() in manager_upgrade_many(), and each comparison that
 * it makes. */
static void
test_asked(void)
{
    struct upgrade_plan asked;
    struct error e;
    char id[25];
    world_open(&w, 3);
    new_base(false);
    plan_upgrade(&asked);
    CHECK_INT(asked.at_once, 3);
    fake_uninstall(w.rt, 1);
    world_settle(&w);
    check_upgrade_stale(&asked, "user-1: changed since it was shown: it is not "
                                "to be upgraded any more");
    upgrade_plan_clear(&asked);
    plan_upgrade(&asked);
    new_base(false);
    check_upgrade_stale(&asked, "it was to v2, now it is to v3");
    upgrade_plan_clear(&asked);
    world_release(&w, 2, "sale", 5, false, id);
    world_settle(&w);
    plan_upgrade(&asked);
    CHECK_INT(asked.at_once, 1);
    struct release_options o = {0};
    struct release_plan back;
    CHECK_INT(manager_base(w.m, world_installation(2), "sale", "v1", &o, &back,
                           &e),
              ERR_OK);
    release_plan_clear(&back);
    world_settle(&w);
    check_upgrade_stale(&asked, "user-2: changed since it was shown: it was "
                                "not to be upgraded");
    upgrade_plan_clear(&asked);
    plan_upgrade(&asked);
    CHECK_INT(manager_upgrade(w.m, world_installation(0), "sale", "v2", &o,
                              &back, &e),
              ERR_OK);
    release_plan_clear(&back);
    world_settle(&w);
    check_upgrade_stale(&asked, "another version is live");
    upgrade_plan_clear(&asked);
    plan_upgrade(&asked);
    struct upgrade_options go = {.asked = &asked};
    struct upgrade_plan plan;
    CHECK_INT(manager_upgrade_many(w.m, "sale", &go, &plan, &e), ERR_OK);
    CHECK_INT(plan.at_once, 2);
    upgrade_plan_clear(&plan);
    upgrade_plan_clear(&asked);
    world_close(&w);
}

static const struct test tests[] = {
    {"at once, must ask, skipped and why", test_plan},
    {"a filter that says nothing upgrades nobody", test_empty_filter},
    {"a material base version asks each", test_must_ask},
    {"thousands by one command", test_thousands},
    {"the filter selects as in the list", test_same_filter},
    {"a filter that nobody fits is not found", test_nobody},
    {"an upgrade does what was asked about", test_asked},
    {"an invalid filter upgrades nobody", test_invalid_filter},
    {NULL, NULL}};

void
test_release_many(void)
{
    test_run("upgrade of many", tests);
    failed_tests |= test_result();
}
