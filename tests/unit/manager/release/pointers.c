/* Release, withdraw, roll back, base, upgrade: where the pointers go. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"
#include "tests/unit/test.h"

static struct world w;

/* What the console shows of one installed workflow. */
static void
check_shown(size_t i, const char *live, const char *releasing,
            const char *awaiting)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row = world_row(&w, i, "sale", &list);
    CHECK_STR(row->live_label, live);
    CHECK_STR(row->releasing_label, releasing);
    CHECK_STR(row->awaiting_label, awaiting);
    installed_workflow_list_clear(&list);
}

/* Until the runtime has answered, the old version is shown as live. */
static void
test_release(void)
{
    char id[25];
    world_open(&w, 2);
    check_shown(0, "v1", NULL, NULL);
    world_release(&w, 0, "sale", 5, false, id);
    check_shown(0, "v1", "v1.1", NULL);
    world_settle(&w);
    check_shown(0, "v1.1", NULL, NULL);
    CHECK_STR(world_pointer(&w, 0, "sale")->live, id);
    check_shown(1, "v1", NULL, NULL);
    world_close(&w);
}

/* Material: the old version stays live until the customer has accepted. */
static void
test_awaiting(void)
{
    struct installed_workflow_list list;
    char id[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, true, id);
    world_settle(&w);
    check_shown(0, "v1", NULL, "v1.1");
    CHECK_INT(fake_accept(w.rt, 0, 0), 1);
    world_settle(&w);
    check_shown(0, "v1.1", NULL, NULL);
    CHECK_STR(world_row(&w, 0, "sale", &list)->live_id, id);
    installed_workflow_list_clear(&list);
    world_close(&w);
}

static void
test_withdraw(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct outbox_status status;
    struct error e;
    char id[25], key[25];
    world_open(&w, 1);
    CHECK_INT(
        manager_withdraw(w.m, world_installation(0), "sale", &o, &plan, &e),
        ERR_NOT_FOUND);
    release_plan_clear(&plan);
    world_release(&w, 0, "sale", 5, true, id);
    world_settle(&w);
    CHECK_INT(
        manager_withdraw(w.m, world_installation(0), "sale", &o, &plan, &e),
        ERR_OK);
    release_plan_clear(&plan);
    check_shown(0, "v1", NULL, "v1.1"); /* nothing is assumed */
    world_settle(&w);
    check_shown(0, "v1", NULL, NULL);
    /* The customer accepts while the withdrawal is on its way. */
    world_release(&w, 0, "sale", 6, true, id);
    world_settle(&w);
    CHECK_INT(
        manager_withdraw(w.m, world_installation(0), "sale", &o, &plan, &e),
        ERR_OK);
    snprintf(key, sizeof key, "%s", release_item_key(&plan.items[0]));
    release_plan_clear(&plan);
    fake_accept(w.rt, 0, 0);
    world_settle(&w);
    check_shown(0, "v1.2", NULL, NULL);
    CHECK_INT(manager_outbox_status(w.m, key, &status, &e), ERR_OK);
    CHECK_STR(status.outcome, "acceptedBefore");
    world_close(&w);
}

static void
test_rollback(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char first[25], second[25], hash[65];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, false, first);
    world_settle(&w);
    snprintf(hash, sizeof hash, "%s", world_pointer(&w, 0, "sale")->live_hash);
    world_release(&w, 0, "sale", 6, false, second);
    world_settle(&w);
    check_shown(0, "v1.2", NULL, NULL);
    CHECK_INT(manager_rollback(w.m, world_installation(0), "sale", NULL, &o,
                               &plan, &e),
              ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    check_shown(0, "v1.3", NULL, NULL); /* new version, old content */
    CHECK_STR(world_pointer(&w, 0, "sale")->live_hash, hash);
    /* To a base version by name: returns to it. */
    CHECK_INT(manager_rollback(w.m, world_installation(0), "sale", "v1", &o,
                               &plan, &e),
              ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    check_shown(0, "v1", NULL, NULL);
    world_close(&w);
}

static enum err
roll_back(const char *to, const struct release_plan *asked, struct error *e)
{
    struct release_options o = {.asked = asked};
    struct release_plan plan;
    enum err err = manager_rollback(w.m, world_installation(0), "sale", to, &o,
                                    &plan, e);
    release_plan_clear(&plan);
    world_settle(&w);
    return err;
}

/* Who repeats it, or did not see that a colleague has done it, does not bring
 * the bad version back. Sabotage: check_earlier() in do_rollback(). */
static void
test_rollback_twice(void)
{
    struct error e;
    char first[25], bad[25];
    world_open(&w, 1);
    world_release(&w, 0, "sale", 5, false, first);
    world_settle(&w);
    world_release(&w, 0, "sale", 6, false, bad);
    world_settle(&w);
    CHECK_INT(roll_back(NULL, NULL, &e), ERR_OK);
    check_shown(0, "v1.3", NULL, NULL);
    CHECK_INT(roll_back(NULL, NULL, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "v1.2 of sale was rolled back already, v1.3 is live");
    CHECK_INT(e.hint, HINT_ROLLBACK_TO);
    check_shown(0, "v1.3", NULL, NULL);
    CHECK_INT(roll_back("v1.2", NULL, &e), ERR_OK); /* who names it means it */
    check_shown(0, "v1.4", NULL, NULL);
    CHECK_INT(roll_back("v1", NULL, &e), ERR_OK); /* a base version: no copy */
    check_shown(0, "v1", NULL, NULL);
    CHECK_INT(roll_back(NULL, NULL, &e), ERR_REFUSED);
    world_release(&w, 0, "sale", 7, false, bad);
    world_settle(&w);
    CHECK_INT(roll_back(NULL, NULL, &e), ERR_OK);
    check_shown(0, "v1", NULL, NULL);
    world_close(&w);
}

/* Sabotage: each comparison of release_check_asked(). */
static void
test_rollback_asked(void)
{
    struct release_options look = {.dry_run = true};
    struct release_plan asked;
    struct error e;
    char id[25];
    world_open(&w, 1);
    for (int i = 5; i < 8; i++) {
        world_release(&w, 0, "sale", i, false, id);
        world_settle(&w);
    }
    CHECK_INT(manager_rollback(w.m, world_installation(0), "sale", NULL, &look,
                               &asked, &e),
              ERR_OK);
    CHECK_STR(asked.items[0].version.label, "v1.2");
    CHECK_INT(roll_back("v1.1", &asked, &e), ERR_STALE);
    CHECK_HAS(e.text, "the version that becomes live was v1.2, now it is v1.1");
    world_release(&w, 0, "sale", 8, true, id); /* awaits the customer */
    world_settle(&w);
    const struct release_options replace = {.asked = &asked,
                                            .replace_awaiting = true};
    struct release_plan plan;
    CHECK_INT(manager_rollback(w.m, world_installation(0), "sale", NULL,
                               &replace, &plan, &e),
              ERR_STALE);
    release_plan_clear(&plan);
    CHECK_HAS(e.text, "waits for the customer was no version, now it is v1.4");
    fake_accept(w.rt, 0, 0);
    world_settle(&w);
    check_shown(0, "v1.4", NULL, NULL);
    CHECK_INT(roll_back("v1.2", &asked, &e), ERR_STALE);
    CHECK_HAS(e.text, "the live version was v1.3, now it is v1.4 by ");
    check_shown(0, "v1.4", NULL, NULL);
    release_plan_clear(&asked);
    world_close(&w);
}

/* Makes PATCH in DRAFT and checks that the plan of its release says LINES of
 * the trigger, which NULL ends. */
static void
check_trigger(const char *draft, const char *patch, const char *const *lines)
{
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct draft_content now = {0};
    struct value *v = NULL;
    struct error e;
    CHECK_INT(value_read(&v, patch, strlen(patch), &value_limits_document,
                         "patch", &e),
              ERR_OK);
    CHECK_INT(manager_draft_edit(w.m, draft, NULL, v, &now, &e), ERR_OK);
    draft_content_clear(&now);
    value_free(v);
    CHECK_INT(manager_release(w.m, &draft, 1, &o, &plan, &e), ERR_OK);
    const char *const *said = plan.items[0].triggers;
    for (; *said && *lines; said++, lines++)
        CHECK_HAS(*said, *lines);
    CHECK(!*said && !*lines);
    release_plan_clear(&plan);
}

/* What starts a version is told where it changes, also if the block stays.
 * Sabotage: say_fields() or say_event() in plan_trigger_lines(). */
static void
test_plan_of_a_trigger(void)
{
    static const char *const none[] = {NULL};
    static const char *const event[] = {
        "event: ", "the event \"order.\" does not start it any more", NULL};
    struct error e;
    char draft[25];
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, draft, &e), ERR_OK);
    check_trigger(draft, "[]", none);
    check_trigger(draft,
                  "[{\"op\":\"replace\",\"path\":\"/trigger/event\",\"value\":"
                  "\"order.created\"}]",
                  event);
    world_close(&w);
}

/* A new base version: existing installations stay, a new one gets it. */
static void
new_base(int number)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char draft[25];
    const char *drafts[1] = {draft};
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, draft, &e), ERR_OK);
    CHECK_INT(world_edit(&w, draft, number, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
}

static void
test_base_and_upgrade(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    struct error e;
    char id[25];
    world_open(&w, 2);
    new_base(7);
    world_settle(&w);
    check_shown(0, "v1", NULL, NULL);
    fake_install(w.rt, "user-2");
    world_settle(&w);
    check_shown(2, "v2", NULL, NULL);
    CHECK_INT(manager_upgrade(w.m, world_installation(0), "sale", NULL, &o,
                              &plan, &e),
              ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    check_shown(0, "v2", NULL, NULL);
    check_shown(1, "v1", NULL, NULL);
    /* With a fork live an upgrade is refused, the way back is base. */
    world_release(&w, 1, "sale", 8, false, id);
    world_settle(&w);
    CHECK_INT(manager_upgrade(w.m, world_installation(1), "sale", NULL, &o,
                              &plan, &e),
              ERR_REFUSED);
    release_plan_clear(&plan);
    CHECK_INT(
        manager_base(w.m, world_installation(1), "sale", "v2", &o, &plan, &e),
        ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    check_shown(1, "v2", NULL, NULL);
    CHECK_INT(
        manager_base(w.m, world_installation(1), "sale", NULL, &o, &plan, &e),
        ERR_REFUSED);
    release_plan_clear(&plan);
    world_close(&w);
}

/* Invariant 2. Sabotage: in copy_pointer_save's statement (FACT_POINTER_SET)
 * drop "installation = ? AND": the others' pointers move. */
static void
test_others_untouched(void)
{
    struct installed_workflow_list before[5], after;
    int64_t effects[5];
    char id[25];
    world_open(&w, 5);
    for (size_t i = 0; i < 5; i++) {
        world_row(&w, i, "sale", &before[i]);
        effects[i] = world_pointer(&w, i, "sale")->effects +
                     world_pointer(&w, i, "refund")->effects;
    }
    world_release(&w, 3, "sale", 5, false, id);
    world_settle(&w);
    for (size_t i = 0; i < 5; i++) {
        bool same = i != 3;
        world_row(&w, i, "sale", &after);
        for (size_t k = 0; k < after.count; k++) {
            bool sale = strcmp(after.rows[k].workflow_key, "sale") == 0;
            CHECK_INT(
                strcmp(after.rows[k].live_id, before[i].rows[k].live_id) == 0,
                same || !sale);
            if (same)
                CHECK_INT(after.rows[k].as_of, before[i].rows[k].as_of);
        }
        CHECK_INT(world_pointer(&w, i, "sale")->effects +
                      world_pointer(&w, i, "refund")->effects,
                  effects[i] + !same);
        installed_workflow_list_clear(&after);
        installed_workflow_list_clear(&before[i]);
    }
    world_close(&w);
}

/* The runtime says that a version of user 0 runs at user 1. Sabotage: the
 * comparison with p->installation in name_version_of() (copy_move.c). */
static void
test_live_of_another_customer(void)
{
    struct installed_workflow_list list;
    struct error e = {0};
    char id[25], workflow[25];
    struct fact fact = {.sequence = 1,
                        .kind = FACT_LIVE,
                        .workflow_id = workflow,
                        .version_id = id};
    struct fact_page page = {&fact, 1, 0, 0, "x", NULL};
    world_open(&w, 2);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    snprintf(workflow, sizeof workflow, "%s",
             world_row(&w, 1, "sale", &list)->workflow_id);
    installed_workflow_list_clear(&list);
    fact.sequence = page.cursor = page.head = w.cursor + 1;
    fact.user_id = fake_at(w.rt, 1)->user;
    fact.installation_id = fake_at(w.rt, 1)->id;
    fact.integration_id = fake_at(w.rt, 1)->integration;
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
    const struct installed_workflow_row *row = world_row(&w, 1, "sale", &list);
    CHECK(!row->live_id);
    CHECK_STR(row->live_unknown, id);
    CHECK_HAS(row->live_label, "not in this store");
    installed_workflow_list_clear(&list);
    check_shown(0, "v1.1", NULL, NULL);
    world_close(&w);
}

static const struct test tests[] = {
    {"a release is live once the runtime says so", test_release},
    {"a material change awaits the customer", test_awaiting},
    {"withdraw, and the customer was first", test_withdraw},
    {"roll back makes a new version with old content", test_rollback},
    {"roll back twice brings nothing back", test_rollback_twice},
    {"roll back does what was asked about", test_rollback_asked},
    {"a plan tells what starts it where that changes", test_plan_of_a_trigger},
    {"base versions, upgrade, return to base", test_base_and_upgrade},
    {"nobody else is touched", test_others_untouched},
    {"a live version of another customer is not this one's",
     test_live_of_another_customer},
    {NULL, NULL}};

void
test_release_pointers(void)
{
    test_run("release", tests);
    failed_tests |= test_result();
}
