/* What the editor of blocks says about what was done, and what was refused. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

#define DRAFT "/\n'enterprise\nEnter F\n"

/* SCRIPT in the draft of a new store leaves WORDS on the screen, without
 * NOT (which may be NULL). */
static void
check_said(const char *script, const char *words, const char *not)
{
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look, script, &screen);
    CHECK_HAS(buf_str(&screen), words);
    CHECK(!not || !strstr(buf_str(&screen), not));
    small_store_remove(&s);
    buf_clear(&screen);
}

/* Sabotage: place_name() in shape_fail(). */
static void
a_refusal_names_the_block_and_the_field(void)
{
    check_said(DRAFT "i\n'api\nEnter\nEnter\nCtrl-U\n'GETT\nEnter",
               " > method: must be GET, POST, PUT, PATCH or DELETE", "/blocks");
}

/* Sabotage: d->trigger in edit_paste(); op_add "/trigger" there. */
static void
a_trigger_is_pasted_where_it_is_missing(void)
{
    check_said(DRAFT "y\nj\np", "the workflow already has a trigger, ", "/blocks");
    check_said(DRAFT "d\np", "Inserted a copy of", NULL);
}

/* Sabotage: app_say() in cut_block() and in move_block(). */
static void
what_was_deleted_or_moved_is_said(void)
{
    check_said(DRAFT "j\nd", "Deleted Create cash sale (u brings it back",
               NULL);
    check_said(DRAFT "i\n'math\nEnter\nEnter\nEnter\nJ", "Moved 3 Math (u undoes it)",
               NULL);
}

void
test_console_blocks(void)
{
    static const struct test tests[] = {
        {"a refusal names the block and the field",
         a_refusal_names_the_block_and_the_field},
        {"a trigger is pasted where it is missing",
         a_trigger_is_pasted_where_it_is_missing},
        {"what was deleted or moved is said",
         what_was_deleted_or_moved_is_said},
        {NULL, NULL}};
    test_run("console blocks", tests);
    failed_tests += test_failures;
}
