/* A runtime that reports a version with another content than it lists. */
#include <stdio.h>
#include <string.h>

#include "manager/exchange/versions.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"
#include "tests/unit/test.h"

#define OTHER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL "v1.1, reported with two contents"

static struct world w;
static struct error e;
static char id[25], workflow[25], hash[65];

/* Version 1.1 of the first customer is live. */
static void
start(void)
{
    struct installed_workflow_list list;
    world_open(&w, 2);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    snprintf(hash, sizeof hash, "%s", world_pointer(&w, 0, "sale")->live_hash);
    CHECK_INT(strlen(hash), 64);
    snprintf(workflow, sizeof workflow, "%s",
             world_row(&w, 0, "sale", &list)->workflow_id);
    installed_workflow_list_clear(&list);
}

/* The runtime reports that the version is live, or waits, with CONTENT. */
static void
report(enum fact_kind kind, const char *content)
{
    struct fact fact = {.sequence = ++w.cursor,
                        .kind = kind,
                        .user_id = fake_at(w.rt, 0)->user,
                        .installation_id = fake_at(w.rt, 0)->id,
                        .integration_id = fake_at(w.rt, 0)->integration,
                        .workflow_id = workflow,
                        .version_id = id,
                        .hash = content};
    struct fact_page page = {&fact, 1, w.cursor, w.cursor, "x", NULL};
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
}

/* The runtime lists the version with CONTENT, and sync does what is due. */
static void
list_with(const char *content)
{
    struct version_entry x = {.id = id,
                              .workflow_id = workflow,
                              .installation_id = fake_at(w.rt, 0)->id,
                              .base_no = 1,
                              .fork_no = 1,
                              .hash = content};
    struct version_page page = {&x, 1, NULL, "0"};
    struct versions_due due;
    CHECK_INT(manager_apply_versions(w.m, w.runtime, &page, &e), ERR_OK);
    CHECK_INT(manager_versions_due(w.m, w.runtime, &due, &e), ERR_OK);
    if (due.import)
        CHECK_INT(manager_versions_import(w.m, w.runtime, &e), ERR_OK);
}

/* What is live: the version, or none by the name LABEL. */
static void
check_live(const char *version, const char *label)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row = world_row(&w, 0, "sale", &list);
    CHECK_STR(row->live_id, version);
    CHECK_STR(row->live_label, label);
    installed_workflow_list_clear(&list);
}

static void
check_said(size_t count)
{
    struct unknown_list list;
    struct runtime_list runtimes;
    CHECK_INT(manager_unknown_list(w.m, "rt", &list, &e), ERR_OK);
    CHECK_INT(list.count, count);
    if (list.count)
        CHECK_HAS(list.rows[0].why, "reports it with the content aaaaaaaaaaaa");
    unknown_list_clear(&list);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    CHECK_HAS(runtimes.rows[0].notice, "until both agree");
    runtime_list_clear(&runtimes);
}

/* Sabotage: "AND ifnull(live_reported, ?5) = ?5" in UNKNOWN_LIVE_IS, end_wanted()
 * in import(). */
static void
what_is_live(void)
{
    start();
    report(FACT_LIVE, OTHER);
    check_live(NULL, "v?, not in this store");
    list_with(hash);
    check_live(NULL, LABEL);
    check_said(1);
    list_with(hash);
    check_live(NULL, LABEL);
    report(FACT_LIVE, hash);
    check_live(id, "v1.1");
    check_said(0);
    world_close(&w);
}

/* A fact that tells no content says nothing against it. Sabotage: word_of() in
 * copy_move(). */
static void
what_is_not_told_again(void)
{
    start();
    report(FACT_LIVE, OTHER);
    list_with(hash);
    report(FACT_WITHDRAWN, NULL);
    report(FACT_LIVE, NULL);
    check_live(NULL, LABEL);
    world_close(&w);
}

/* Sabotage: the same of UNKNOWN_AWAITING_IS. */
static void
what_waits(void)
{
    struct installed_workflow_list list;
    start();
    report(FACT_AWAITING, OTHER);
    list_with(hash);
    CHECK_STR(world_row(&w, 0, "sale", &list)->awaiting_label, LABEL);
    installed_workflow_list_clear(&list);
    check_said(1);
    world_close(&w);
}

void
test_release_contents(void)
{
    static const struct test tests[] = {
        {"what is live with two contents is unknown", what_is_live},
        {"what is not told again stays unknown", what_is_not_told_again},
        {"what waits with two contents is unknown", what_waits},
        {NULL, NULL}};
    test_run("contents", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
