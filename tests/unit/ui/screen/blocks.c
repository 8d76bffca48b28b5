/* What the editor of blocks says about what was done, and what was refused. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

#define DRAFT "/\n'enterprise\nEnter F\n"

/* Sabotage: place_name() in shape_fail(). */
static void
a_refusal_names_the_block_and_the_field(void)
{
    small_store_shows(
        "alice", DRAFT "i\n'api\nEnter\nEnter\nCtrl-U\n'GETT\nEnter",
        " > method: must be GET, POST, PUT, PATCH or DELETE", "/blocks");
}

/* Sabotage: d->trigger in edit_paste(); op_add "/trigger" there. */
static void
a_trigger_is_pasted_where_it_is_missing(void)
{
    small_store_shows("alice", DRAFT "y\nj\np",
                      "the workflow already has a trigger, ", "/blocks");
    small_store_shows("alice", DRAFT "d\np", "Inserted a copy of", NULL);
}

/* Sabotage: app_say() in cut_block() and in move_block(). */
static void
what_was_deleted_or_moved_is_said(void)
{
    small_store_shows("alice", DRAFT "j\nd",
                      "Deleted Create cash sale (u brings it back", NULL);
    small_store_shows("alice", DRAFT "i\n'math\nEnter\nEnter\nEnter\nJ",
                      "Moved 3 Math (u undoes it)", NULL);
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
