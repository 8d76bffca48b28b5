/* Taking an own version to a newer base on the screens: the plan, the draft,
 * its conflicts. */
#include <stdlib.h>
#include <string.h>

#include "manager/draft/editing.h"
#include "manager/draft/fork.h"
#include "manager/release/release.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "workflow/edit/edit.h"

#define BLOCK "Create cash sale"
/* From the first screen to the versions of EnterpriseCo's workflow, base 2. */
#define TO_PLAN                                                                \
    "/\n'enterprise\nEnter\nEnter\na\n'versions\nEnter\n!later 300\n"          \
    "g\nj\n:carry-edits\n!later 300\n"

static struct error e;

/* Maps the memo of DRAFT to SOURCE and releases it. */
static void
map_and_release(struct manager *m, const char *draft, const char *source)
{
    const struct release_options options = {.note = "as agreed"};
    struct release_plan plan = {0};
    struct editing ed;
    struct value *patch = NULL;
    CHECK_INT(editing_begin(&ed, m, draft, &e), ERR_OK);
    enum err err =
        edit_row_set(&patch, ed.now.document, BLOCK, "memo", source, &e);
    CHECK_INT(editing_apply(&ed, err, patch, &e), ERR_OK);
    editing_end(&ed);
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
}

/* EnterpriseCo has an own version that maps the memo to OURS; then base 2 maps
 * it to THEIRS. */
static void
make_store_of(struct small_store *s, const char *ours, const char *theirs)
{
    char id[IDENT_SIZE];
    small_store_make(s, true);
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
    map_and_release(m, id, ours);
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ANOTHER, id, &e),
              ERR_OK);
    map_and_release(m, id, theirs);
    manager_close(m);
}

static void
make_store(struct small_store *s)
{
    make_store_of(s, "custom.memo", "orderNumber");
}

/* SCRIPT of ACTOR on such a store leaves WORDS, without NOT (may be NULL). */
static void
check_shows(struct small_store *s, const char *actor, const char *script,
            const char *words, const char * not )
{
    const struct visit look = {.actor = actor, .rows = 24, .cols = 100};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    CHECK_HAS(buf_str(&screen), words);
    CHECK(!not || !strstr(buf_str(&screen), not ));
    buf_clear(&screen);
}

/* Sabotage: is_live in find_versions(). */
static void
the_plan_lists_each_edit(void)
{
    struct small_store s;
    make_store(&s);
    check_shows(&s, "eve", TO_PLAN, "Edits of v1.1 on v2", NULL);
    check_shows(&s, "eve", TO_PLAN, "conflict  " BLOCK " > memo: ", NULL);
    check_shows(&s, "eve", TO_PLAN, "new base     orderNumber", NULL);
    check_shows(&s, "eve", TO_PLAN, "old base     =\"Order \"", NULL);
    check_shows(&s, "eve", TO_PLAN "Enter\n", "new base\n   orderNumber", NULL);
    check_shows(&s, "eve", TO_PLAN "F\n", "Edits of v1.1 on v2", "draft v2.1");
    small_store_remove(&s);
}

/* Sabotage: conflict_resolve() in conflicts_choose(). */
static void
a_conflict_is_resolved_by_a_key(void)
{
    struct small_store s;
    make_store(&s);
    check_shows(&s, "alice", TO_PLAN "F\n", "1 conflict with the new base",
                NULL);
    check_shows(&s, "alice", TO_PLAN "F\nEsc\n",
                "stays, with its edits: 0 changed from v2, 1 in conflict",
                "without a change");
    check_shows(&s, "alice", TO_PLAN "F\nm\n", BLOCK " > memo", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\n",
                "w use own version  t use new base  r keep as it is", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\n",
                BLOCK " > memo: own version taken, 0 conflicts left (u undoes "
                      "it)",
                NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\nu\n", BLOCK " > memo  ",
                "no conflict");
    check_shows(&s, "alice", TO_PLAN "F\nm\nt\n", "new base taken", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\n", "draft now    orderNumber",
                NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nr\n", "memo: kept orderNumber, 0",
                NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nt\n", "no conflict",
                "w use own version");
    check_shows(&s, "alice", TO_PLAN "F\n", "m conflicts", NULL);
    small_store_remove(&s);
}

/* Two long values that begin alike are told from one another in the list.
 * Sabotage: difference() in show() of conflicts.c. */
static void
a_conflict_shows_what_differs(void)
{
#define MEMO(end) "=\"Order of our customer \" & orderNumber & \"" end "\""
    struct small_store s;
    make_store_of(&s, MEMO("é A"), MEMO("è B"));
    check_shows(&s, "alice", TO_PLAN "F\nm\n", "…& \"é A\"", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\n", "…& \"è B\"", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\n", "own version  " MEMO("é A"),
                NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nEnter\n", MEMO("é A"), NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nEnter\nw\n", "0 conflicts left",
                NULL);
    small_store_remove(&s);
    make_store_of(&s, "orderNumber", "orderNumberX");
    check_shows(&s, "alice", TO_PLAN "F\nm\n", "  orderNumberX",
                NULL);
    small_store_remove(&s);
}

/* Sabotage: conflicts_of_row() in mapgrid_conflict(). */
static void
a_conflict_is_a_problem_of_its_row(void)
{
    struct small_store s;
    make_store(&s);
    check_shows(&s, "alice", TO_PLAN "F\nj\nEnter\n]\n",
                "conflict: own version custom.memo, new base orderNumber, old "
                "base =\"Order",
                NULL);
    check_shows(&s, "alice", TO_PLAN "F\nj\nEnter\n]\n",
                "w use own version  t use new base  r keep as it is", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nj\nEnter\n]\nw\n",
                "own version taken, 0 conflicts left", NULL);
    small_store_remove(&s);
}

/* The draft is on v2, and so is what its signs say. Sabotage:
 * version_made_from() in opened_base_id(). */
static void
signs_compare_with_the_base_that_the_header_names(void)
{
    struct small_store s;
    make_store(&s);
    check_shows(&s, "alice", TO_PLAN "F\n",
                "Order to cash v2.1 draft on v2", " ~!  2");
    check_shows(&s, "alice", TO_PLAN "F\n", "blocks  compared with v2", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\nEsc\n",
                " ~   2  Create cash", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nt\nEsc\n",
                "     2  Create cash", " ~   2");
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\nEsc\nD\n",
                "from v2 to v2.", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\nEsc\nD\n",
                "memo: orderNumber -> custom.memo", NULL);
    small_store_remove(&s);
}

/* Live is v1 until the runtime has answered. */
static void
a_release_names_both_bases(void)
{
    struct small_store s;
    make_store(&s);
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\nEsc\nR\n",
                "base         v2 instead of v1", NULL);
    check_shows(&s, "alice", TO_PLAN "F\nm\nw\nEsc\nR\n",
                "changes      compared with v1 (live):", NULL);
    small_store_remove(&s);
}

void
test_console_carried(void)
{
    static const struct test tests[] = {
        {"the plan lists each edit", the_plan_lists_each_edit},
        {"a conflict is resolved by a key", a_conflict_is_resolved_by_a_key},
        {"a conflict shows what differs", a_conflict_shows_what_differs},
        {"a conflict is a problem of its row",
         a_conflict_is_a_problem_of_its_row},
        {"signs compare with the base that the header names",
         signs_compare_with_the_base_that_the_header_names},
        {"a release names both bases", a_release_names_both_bases},
        {NULL, NULL},
    };
    test_run("console carried", tests);
    failed_tests += test_result();
}
