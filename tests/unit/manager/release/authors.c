/* Who made what a release brings, and who may therefore not release it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "manager/catalogue/catalogue.h"
#include "manager/draft/draft.h"
#include "manager/release/release.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"
#include "tests/unit/test.h"
#include "value/value.h"

static struct world w;
static struct error e;

/* What M's release of DRAFT ends with; AUTHORS, with commas, are in its plan.
 */
static enum err
try_release(struct manager *m, const char *draft, bool dry, const char *authors)
{
    struct release_options o = {.dry_run = dry};
    struct release_plan plan;
    struct buf all;
    buf_init_any(&all);
    enum err err = manager_release(m, &draft, 1, &o, &plan, &e);
    const char **each = plan.count ? plan.items[0].authors : NULL;
    for (; each && *each; each++)
        buf_addf(&all, "%s%s", all.len ? "," : "", *each);
    CHECK_STR(buf_str(&all), authors);
    buf_clear(&all);
    if (!err && plan.items[0].refusal)
        err = plan.items[0].refusal->code;
    release_plan_clear(&plan);
    return err;
}

static void
fork_as(struct manager *m, const char *from, char id[25])
{
    CHECK_INT(manager_draft_fork(m, world_installation(0), "sale", from,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
}

/* Sabotage: the recursion in REL_AUTHORS; and "r.sequence > f.sequence". */
static void
test_forked_drafts(void)
{
    char hers[25], his[25], again[25], after[25];
    world_open(&w, 1);
    CHECK_INT(manager_integration_set_four_eyes(w.m, "orders", true, &e),
              ERR_OK);
    struct manager *bob = world_session(&w, "bob", ROLE_RELEASER);
    struct manager *cy = world_session(&w, "cy", ROLE_RELEASER);
    struct manager *dora = world_session(&w, "dora", ROLE_RELEASER);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, hers, &e), ERR_OK);
    fork_as(bob, hers, his);
    fork_as(cy, his, again);
    CHECK_INT(try_release(w.m, his, true, "bob,root"), ERR_REFUSED);
    CHECK_INT(try_release(w.m, again, true, "bob,cy,root"), ERR_REFUSED);
    CHECK_INT(try_release(bob, again, false, "bob,cy,root"), ERR_REFUSED);
    CHECK_INT(try_release(dora, hers, false, "root"), ERR_OK);
    world_settle(&w);
    /* What was released since is not what she had in hand when it was forked.
     */
    CHECK_INT(try_release(w.m, again, true, "bob,cy,root"), ERR_REFUSED);
    /* What somebody else has released is no change any more. */
    fork_as(bob, hers, after);
    CHECK_INT(try_release(w.m, after, true, "bob"), ERR_OK);
    manager_close(dora);
    manager_close(cy);
    manager_close(bob);
    world_close(&w);
}

/* M copies something out of FROM into DRAFT. */
static void
copy_as(struct manager *m, const char *draft, const char *from, int number)
{
    char text[120];
    struct value *patch = NULL;
    snprintf(text, sizeof text,
             "[{\"op\":\"add\",\"path\":\"/blocks/0/note\","
             "\"value\":\"number %d\"}]",
             number);
    CHECK_INT(value_read(&patch, text, strlen(text), &value_limits_document,
                         "patch", &e),
              ERR_OK);
    CHECK_INT(manager_draft_paste(m, draft, NULL, from, patch, NULL, &e),
              ERR_OK);
    value_free(patch);
}

/* Sabotage: "draft.edit" in REL_AUTHORS, and its "r.sequence > f.sequence". */
static void
test_copied_drafts(void)
{
    char hers[25], his[25], others[25], after[25];
    world_open(&w, 1);
    CHECK_INT(manager_integration_set_four_eyes(w.m, "orders", true, &e),
              ERR_OK);
    struct manager *bob = world_session(&w, "bob", ROLE_RELEASER);
    struct manager *cy = world_session(&w, "cy", ROLE_RELEASER);
    struct manager *dora = world_session(&w, "dora", ROLE_RELEASER);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, hers, &e), ERR_OK);
    fork_as(bob, NULL, his);
    fork_as(cy, NULL, others);
    fork_as(cy, NULL, after);
    copy_as(bob, his, his, 1); /* out of itself */
    CHECK_INT(try_release(w.m, his, true, "bob"), ERR_OK);
    copy_as(bob, his, hers, 2);
    copy_as(cy, others, his, 3);
    CHECK_INT(try_release(w.m, his, true, "bob,root"), ERR_REFUSED);
    CHECK_INT(try_release(w.m, others, true, "bob,cy,root"), ERR_REFUSED);
    CHECK_INT(try_release(bob, others, true, "bob,cy,root"), ERR_REFUSED);
    CHECK_INT(try_release(dora, hers, false, "root"), ERR_OK);
    world_settle(&w);
    /* It was not released when it was copied. */
    CHECK_INT(try_release(w.m, others, true, "bob,cy,root"), ERR_REFUSED);
    /* What somebody else has released is no change any more. */
    copy_as(cy, after, hers, 4);
    try_release(w.m, after, true, "cy");
    manager_close(dora);
    manager_close(cy);
    manager_close(bob);
    world_close(&w);
}

static const struct test tests[] = {
    {"who wrote what was copied does not release the copy", test_copied_drafts},
    {"the authors of a forked draft do not release the fork",
     test_forked_drafts},
    {NULL, NULL}};

void
test_release_authors(void)
{
    test_run("release authors", tests);
    failed_tests |= test_result();
}
