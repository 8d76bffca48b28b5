/* What keeps a release back, and what a plan foretells. */
#include "tests/unit/manager/release/hostile.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include "base/file.h"
#include "base/mem.h"
#include "manager/catalogue/catalogue.h"
#include "manager/session/audit.h"
#include "tests/unit/test.h"

/* Why the first row of PLAN is refused, or NULL. */
static const char *
refusal(const struct release_plan *plan)
{
    return plan->items[0].refusal ? plan->items[0].refusal->text : NULL;
}

static struct world w;

static enum err
release(struct manager *m, const char *draft, const struct release_options *o,
        struct release_plan *plan, struct error *e)
{
    const char *drafts[1] = {draft};
    return manager_release(m, drafts, 1, o, plan, e);
}

static void
test_plan(void)
{
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct error e;
    char draft[25];
    int64_t records;
    world_open(&w, 3);
    CHECK_INT(world_fork(&w, 0, "sale", 5, true, draft, &e), ERR_OK);
    records = world_audit_count(&w);
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.count, 1);
    CHECK_STR(plan.items[0].version.label, "v1.1");
    CHECK_STR(plan.items[0].live.label, "v1");
    CHECK_STR(plan.items[0].customer, "user-0");
    CHECK_STR(plan.items[0].environment, "production");
    CHECK_STR(plan.items[0].runtimes[0], "rt");
    CHECK_INT(plan.items[0].material, 1);
    CHECK_INT(value_size(plan.items[0].needs), 1);
    CHECK_INT(plan.items[0].others, 2);
    CHECK_INT(plan.items[0].triggers[0] == NULL, 1);
    CHECK_INT(plan.items[0].changes[0] != NULL, 1);
    CHECK_INT(plan.released, 0);
    release_plan_clear(&plan);
    CHECK_INT(world_audit_count(&w), records); /* nothing was done */
    world_close(&w);
}

/* Who gets a version of the same call is touched. Sabotage: count_together() in
 * release_plan_others(). */
static void
test_plan_together(void)
{
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct error e;
    char first[25], second[25], refund[25];
    const char *drafts[3] = {first, second, refund};
    world_open(&w, 4);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, first, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 1, "sale", 5, false, second, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 1, "refund", 5, false, refund, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 3, &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.items[0].others, 2);
    CHECK_INT(plan.items[1].others, 2);
    CHECK_INT(plan.items[2].others, 3); /* of another workflow */
    release_plan_clear(&plan);
    world_close(&w);
}

/* A base version leaves who is installed where they are. Sabotage: the look at
 * iw.live in REL_ON_BASE. */
static void
test_base_plan(void)
{
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct error e;
    char draft[25], own[25];
    world_open(&w, 3);
    world_release(&w, 0, "sale", 6, false, own);
    world_settle(&w);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_OK);
    CHECK_INT(plan.items[0].others, 3);
    CHECK_INT(plan.items[0].on_base, 2);
    release_plan_clear(&plan);
    world_close(&w);
}

/* The live version changed since the fork: what would be undone is listed. */
static void
test_stale(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char slow[25], quick[25];
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, slow, &e), ERR_OK);
    world_release(&w, 0, "sale", 6, false, quick);
    world_settle(&w);
    CHECK_INT(release(w.m, slow, &o, &plan, &e), ERR_STALE);
    CHECK_HAS(e.text, "v1.2 by root went live");
    CHECK_HAS(plan.items[0].undone[0], "1+6");
    release_plan_clear(&plan);
    o.stale_ok = true;
    CHECK_INT(release(w.m, slow, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "sale")->live, slow);
    world_close(&w);
}

/* Other open drafts of the place, which the release makes stale, are named; those
 * of other places, and those that are stale already, are not. Sabotage:
 * fill_rivals() in release_plan_add(), each condition of REL_RIVALS. */
static void
test_rivals(void)
{
    struct release_options dry = {.dry_run = true};
    struct release_plan plan;
    struct error e;
    char old[25], quick[25], one[25], two[25], other[25];
    world_open(&w, 2);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, old, &e), ERR_OK);
    world_release(&w, 0, "sale", 6, false, quick);
    world_settle(&w);
    CHECK_INT(world_fork(&w, 0, "sale", 7, false, one, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 0, "sale", 8, true, two, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 0, "refund", 8, false, other, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 1, "sale", 8, false, other, &e), ERR_OK);
    CHECK_INT(release(w.m, one, &dry, &plan, &e), ERR_OK);
    CHECK_STR(plan.items[0].rivals[0],
              "v1.4 by root, 2 edits: stale once v1.3 is live");
    CHECK(plan.items[0].rivals[1] == NULL);
    release_plan_clear(&plan);
    CHECK_INT(manager_draft_discard(w.m, two, NULL, &e), ERR_OK);
    CHECK_INT(release(w.m, one, &dry, &plan, &e), ERR_OK);
    CHECK(plan.items[0].rivals[0] == NULL);
    release_plan_clear(&plan);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, one, &e), ERR_OK);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, two, &e), ERR_OK);
    CHECK_INT(manager_draft_ready(w.m, two, NULL, &e), ERR_OK);
    CHECK_INT(release(w.m, one, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(plan.items[0].rivals[0], "v2 by root, 0 edits, marked ready");
    CHECK(plan.items[0].rivals[1] == NULL);
    release_plan_clear(&plan);
    world_close(&w);
}

/* Our copy was old: the runtime itself says stale, and nothing moved. */
static void
test_stale_at_runtime(void)
{
    struct installed_workflow_list list;
    struct outbox_status status;
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char first[25], second[25], key[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, true, first);
    world_settle(&w);
    CHECK_INT(world_fork(&w, 0, "sale", 6, false, second, &e), ERR_OK);
    fake_accept(w.rt, 0, 0); /* not heard of yet */
    o.replace_awaiting = true;
    CHECK_INT(release(w.m, second, &o, &plan, &e), ERR_OK);
    snprintf(key, sizeof key, "%s", release_item_key(&plan.items[0]));
    release_plan_clear(&plan);
    while (world_deliver(&w, WENT_WELL))
        ;
    CHECK_INT(manager_outbox_status(w.m, key, &status, &e), ERR_OK);
    CHECK_STR(status.outcome, "stale");
    CHECK_STR(world_row(&w, 0, "sale", &list)->live_id, first);
    CHECK_STR(list.rows[0].releasing_id, NULL);
    installed_workflow_list_clear(&list);
    world_close(&w);
}

static void
test_in_the_way(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char first[25], second[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, true, first);
    CHECK_INT(world_fork(&w, 0, "sale", 6, false, second, &e), ERR_OK);
    CHECK_INT(release(w.m, second, &o, &plan, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "is releasing");
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_INT(release(w.m, second, &o, &plan, &e), ERR_CHOICE);
    CHECK_STR(manager_candidates(w.m)[0], first);
    CHECK_INT(plan.items[0].lost[0] != NULL, 1);
    release_plan_clear(&plan);
    o.replace_awaiting = true;
    CHECK_INT(release(w.m, second, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "sale")->live, second);
    CHECK_STR(world_pointer(&w, 0, "sale")->awaiting, "");
    world_close(&w);
}

/* Forked from the awaiting version: that one is continued, not lost. */
static void
test_from_awaiting(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char first[25], second[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, true, first);
    world_settle(&w);
    CHECK_INT(manager_draft_fork(w.m, world_installation(0), "sale", first,
                                 DRAFT_ANOTHER, second, &e),
              ERR_OK);
    CHECK_INT(world_edit(&w, second, 9, &e), ERR_OK);
    CHECK_INT(release(w.m, second, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "sale")->awaiting, second);
    world_close(&w);
}

static void
test_shown_hash(void)
{
    const char *shown[1];
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct error e;
    char draft[25], hash[65];
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_OK);
    snprintf(hash, sizeof hash, "%s", plan.items[0].hash);
    release_plan_clear(&plan);
    CHECK_INT(world_edit(&w, draft, 6, &e), ERR_OK);
    shown[0] = hash;
    o = (struct release_options){.shown = shown};
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "changed since it was shown");
    release_plan_clear(&plan);
    CHECK_INT(world_edit(&w, draft, 5, &e), ERR_OK); /* as it was shown */
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_CONFLICT); /* twice */
    release_plan_clear(&plan);
    world_close(&w);
}

static void
test_invalid(void)
{
    static const char bad[] = "[{\"op\":\"replace\",\"path\":\"/blocks/0/"
                              "formula\",\"value\":\"=Nothing!x\"}]";
    struct release_options o = {0};
    struct release_plan plan;
    struct value *patch;
    struct error e;
    char draft[25];
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    value_read(&patch, bad, strlen(bad), &value_limits_document, "p", NULL);
    CHECK_INT(manager_draft_edit(w.m, draft, NULL, patch, NULL, &e), ERR_OK);
    value_free(patch);
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_INVALID);
    CHECK_HAS(e.text, "Tax");
    release_plan_clear(&plan);
    world_close(&w);
}

/* Several drafts: all or none, also at the runtime. */
static void
test_all_or_none(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char sale[25], refund[25], other[25];
    const char *drafts[2] = {sale, refund};
    world_open(&w, 2);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, sale, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 0, "refund", 5, false, refund, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 2, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "sale")->live, sale);
    CHECK_STR(world_pointer(&w, 0, "refund")->live, refund);
    /* One of them is stale: the other stays a draft too. */
    CHECK_INT(world_fork(&w, 0, "sale", 6, false, sale, &e), ERR_OK);
    CHECK_INT(world_fork(&w, 0, "refund", 6, false, refund, &e), ERR_OK);
    world_release(&w, 0, "refund", 7, false, other);
    world_settle(&w);
    CHECK_INT(manager_release(w.m, drafts, 2, &o, &plan, &e), ERR_STALE);
    release_plan_clear(&plan);
    CHECK_INT(world_deliver(&w, WENT_WELL), 0);
    drafts[1] = sale;
    CHECK_INT(manager_release(w.m, drafts, 2, &o, &plan, &e), ERR_INVALID);
    release_plan_clear(&plan);
    world_close(&w);
}

static void
test_roles(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct manager *m;
    struct error e;
    char draft[25], id[25];
    int64_t records;
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    m = world_session(&w, "erin", ROLE_ENGINEER);
    records = world_audit_count(&w);
    CHECK_INT(release(m, draft, &o, &plan, &e), ERR_ROLE);
    release_plan_clear(&plan);
    CHECK_INT(manager_withdraw(m, world_installation(0), "sale", &o, &plan, &e),
              ERR_ROLE);
    release_plan_clear(&plan);
    CHECK_INT(manager_installation_pause(m, world_installation(0), NULL, true,
                                         false, NULL, NULL, &e),
              ERR_ROLE);
    CHECK_INT(world_audit_count(&w), records);
    manager_close(m);
    /* A releaser may, but base versions are an admin's. */
    m = world_session(&w, "rita", ROLE_RELEASER);
    CHECK_INT(release(m, draft, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, id, &e), ERR_OK);
    CHECK_INT(world_edit(&w, id, 9, &e), ERR_OK);
    CHECK_INT(release(m, id, &o, &plan, &e), ERR_ROLE);
    release_plan_clear(&plan);
    manager_close(m);
    world_close(&w);
}

/* The version that is live is not in this store. A draft may replace it unseen,
 * but a rollback, which has no such option, needs it first. */
static void
test_unseen_is_fetched(void)
{
    /* Sabotage: HINT_VERSION_FETCH in guard_unseen() of plan.c. */
    struct release_options o = {0};
    struct release_plan plan;
    char draft[25];
    struct error e;
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    hostile_raw(&w, "UPDATE installed_workflow SET todo = live, live = NULL,"
                    " live_unknown = '0000000000000000000000ad'");
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_STALE);
    CHECK_INT(e.hint, HINT_REPLACE_UNSEEN);
    release_plan_clear(&plan);
    CHECK_INT(manager_rollback(w.m, world_installation(0), "sale", "v1", &o,
                               &plan, &e),
              ERR_STALE);
    CHECK_INT(e.hint, HINT_VERSION_FETCH);
    release_plan_clear(&plan);
    hostile_raw(&w, "UPDATE installed_workflow SET live = todo, todo = 0,"
                    " live_unknown = NULL");
    world_close(&w);
}

static void
test_four_eyes(void)
{
    struct release_options o = {0}, dry = {.dry_run = true};
    struct release_plan plan;
    struct manager *m;
    struct error e;
    char draft[25];
    world_open(&w, 1);
    CHECK_INT(manager_integration_set_four_eyes(w.m, "orders", true, &e),
              ERR_OK);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, draft, &o, &plan, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "four eyes");
    release_plan_clear(&plan);
    CHECK_INT(release(w.m, draft, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(refusal(&plan), "four eyes");
    release_plan_clear(&plan);
    m = world_session(&w, "rita", ROLE_RELEASER);
    CHECK_INT(release(m, draft, &dry, &plan, &e), ERR_OK);
    CHECK(plan.items[0].refusal == NULL);
    release_plan_clear(&plan);
    CHECK_INT(release(m, draft, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    manager_close(m);
    world_close(&w);
}

/* By a name only a draft of the actor's own, or one that is ready: what another
 * works on is named, by its id it can be released. Sabotage: check_meant() in
 * load_draft() of release.c, the state in check_meant(). */
static void
test_whose_draft(void)
{
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct manager *m;
    struct error e;
    char draft[25], name[64];
    world_open(&w, 1);
    snprintf(name, sizeof name, "%s/sale", world_installation(0));
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    CHECK_INT(release(w.m, name, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    m = world_session(&w, "rita", ROLE_RELEASER);
    for (int i = 0; i < 2; i++, o.dry_run = false) {
        CHECK_INT(release(m, name, &o, &plan, &e), ERR_CHOICE);
        CHECK_HAS(manager_candidates(m)[0], draft);
        CHECK_HAS(e.text, "'s, at revision ");
        release_plan_clear(&plan);
    }
    o.dry_run = true;
    CHECK_INT(release(m, draft, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(manager_draft_ready(w.m, name, NULL, &e), ERR_OK);
    CHECK_INT(release(m, name, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    manager_close(m);
    world_close(&w);
}

/* What refuses a release, a dry run says too, and nothing where the options
 * override it. Sabotage: refuse_all() in pass() of release.c for dry
 * runs; release_refuse() in carry_out() before the dry run ends. */
static void
test_dry_run_tells_refusals(void)
{
    struct release_options dry = {.dry_run = true}, sure = dry;
    struct release_plan plan;
    struct error e;
    char slow[25], quick[25];
    const char *name = world_installation(0);
    sure.stale_ok = sure.replace_awaiting = true;
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, slow, &e), ERR_OK);
    world_release(&w, 0, "sale", 6, true, quick);
    CHECK_INT(release(w.m, slow, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(refusal(&plan), "is releasing");
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_INT(release(w.m, slow, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(refusal(&plan), "awaits the customer");
    release_plan_clear(&plan);
    CHECK_INT(release(w.m, slow, &sure, &plan, &e), ERR_OK);
    CHECK(plan.items[0].refusal == NULL);
    release_plan_clear(&plan);
    fake_accept(w.rt, 0, 0);
    world_settle(&w);
    CHECK_INT(release(w.m, slow, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(refusal(&plan), "went live since");
    release_plan_clear(&plan);
    CHECK_INT(manager_base(w.m, name, "sale", NULL, &dry, &plan, &e), ERR_OK);
    CHECK(plan.items[0].refusal == NULL);
    release_plan_clear(&plan);
    fake_uninstall(w.rt, 0);
    world_settle(&w);
    CHECK_INT(manager_base(w.m, name, "sale", NULL, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(refusal(&plan), "is uninstalled");
    release_plan_clear(&plan);
    world_close(&w);
}

static int64_t
running_first(void)
{
    struct version_list list;
    struct error e;
    int64_t n = -1;
    CHECK_INT(manager_version_list(w.m, "sale", NULL, &list, &e), ERR_OK);
    if (list.count)
        n = list.rows[0].running;
    version_list_clear(&list);
    return n;
}

/* What is uninstalled or missing keeps its version and does not run it. */
static void
test_running(void)
{
    world_open(&w, 3);
    CHECK_INT(running_first(), 3);
    fake_uninstall(w.rt, 0);
    world_settle(&w);
    CHECK_INT(running_first(), 2);
    hostile_raw(&w, "UPDATE installation SET missing_since = 1 WHERE n ="
                    " (SELECT max(n) FROM installation)");
    CHECK_INT(running_first(), 1);
    world_close(&w);
}

/* What the runtime of a restore has lost is asked for nothing: the request
 * could only be refused there. Sabotage: c->p.missing in release_refuse(), and
 * missing in resolve() (installation/request.c). */
static void
test_missing(void)
{
    struct release_options dry = {.dry_run = true};
    struct release_plan plan;
    struct error e;
    char draft[25], key[IDENT_SIZE];
    world_open(&w, 2);
    CHECK_INT(world_fork(&w, 0, "sale", 7, false, draft, &e), ERR_OK);
    hostile_raw(&w, "UPDATE installation SET missing_since = 1");
    CHECK_INT(release(w.m, draft, &dry, &plan, &e), ERR_OK);
    CHECK_HAS(refusal(&plan), "was restored and does not know");
    release_plan_clear(&plan);
    CHECK_INT(manager_installation_pause(w.m, world_installation(0), NULL, true,
                                         false, NULL, key, &e),
              ERR_REFUSED);
    CHECK_HAS(e.text, "was restored and does not know");
    world_close(&w);
}

/* Invariant 3: a byte of a released document changes on the disk. Sabotage:
 * the strcmp of hashes in load_body (release/load.c). */
static void
test_damaged_document(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct buf file;
    struct error e;
    char id[25], *at;
    world_open(&w, 1);
    world_release(&w, 0, "sale", 54321, false, id);
    world_settle(&w);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    manager_close(w.m);
    buf_init(&file, 64u << 20);
    CHECK_INT(file_read(w.path, &file, &e), ERR_OK);
    while ((at = memmem(file.data, file.len, "=1+54321", 8)))
        at[3] = '6';
    CHECK_INT(file_write(w.path, file.data, file.len, 0600, &e), ERR_OK);
    buf_clear(&file);
    w.m = NULL;
    world_crash(&w);
    CHECK_INT(manager_rollback(w.m, world_installation(0), "sale", NULL, &o,
                               &plan, &e),
              ERR_DAMAGED);
    release_plan_clear(&plan);
    w.altered = true;
    world_close(&w);
}

static const struct test tests[] = {
    {"a plan foretells and does nothing", test_plan},
    {"a plan counts what all of it leaves as it is", test_plan_together},
    {"the plan of a base version", test_base_plan},
    {"stale: what would be undone is listed", test_stale},
    {"other open drafts of the place are named", test_rivals},
    {"stale by the runtime's word", test_stale_at_runtime},
    {"releasing and awaiting versions are in the way", test_in_the_way},
    {"a fork of the awaiting version continues it", test_from_awaiting},
    {"only the document that was shown", test_shown_hash},
    {"a document that does not validate", test_invalid},
    {"several drafts: all or none", test_all_or_none},
    {"roles", test_roles},
    {"a live version that is unseen is fetched first", test_unseen_is_fetched},
    {"four eyes", test_four_eyes},
    {"a name does not release another's draft", test_whose_draft},
    {"a dry run tells what is refused", test_dry_run_tells_refusals},
    {"a damaged document is not released", test_damaged_document},
    {"a version counts the installations that run it", test_running},
    {"a missing installation is asked for nothing", test_missing},
    {NULL, NULL}};

void
test_release_refusals(void)
{
    test_run("release refusals", tests);
    failed_tests |= test_result();
}
