/* Lists that show no row: no action acts on one all the same. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/app/action.h"

#define CUSTOMER "/\n'enterprise\nEnter Enter\n"
#define ACTION(name) "a\n'" name "\nEnter\n!later 300\n"
#define DRAFT "/\n'enterprise\nEnter F\n"
#define EDITOR DRAFT "Enter\n"
#define NO_ROW "/\n'zzzz\nEnter\n"

/* How a list is reached, and its filter that leaves no row. */
static const struct {
    enum view_id view;
    const char *script;
} lists[] = {
    {VIEW_INSTALLATIONS, NO_ROW},
    {VIEW_VERSIONS, CUSTOMER ACTION("versions") NO_ROW},
    {VIEW_DRAFTS, ":unfinished-work\n" NO_ROW},
    {VIEW_RUNTIMES, ":runtimes\n" NO_ROW},
    {VIEW_AUDIT, ":audit\n" NO_ROW},
    {VIEW_EDITOR, EDITOR NO_ROW},
    {VIEW_MAPPING, EDITOR "G Enter\n" NO_ROW},
    {VIEW_TABLES, EDITOR ":value-tables\n" NO_ROW},
    {VIEW_SAMPLES, EDITOR ":samples\n" NO_ROW},
    {VIEW_FIELDS, EDITOR "G Enter\n:unused-fields\n" NO_ROW},
};

static char *
play(struct small_store *s, const char *before, const char *keys)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 100};
    struct buf screen;
    char *script = mem_printf("%s%s", before, keys);
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    free(script);
    return buf_take(&screen);
}

/* What ACTION does on list I though it shows no row: asked for by its name, and
 * confirmed if something comes that can be. */
static void
check_action(struct small_store *s, size_t i, const struct act_info *action)
{
    int64_t before = small_store_records(s);
    char *keys = mem_printf(":%s\n!later 1000\nTab\n!later 1000\nEnter\n"
                            "!later 1000\n",
                            action->command);
    char *screen = play(s, lists[i].script, keys);
    if (!(action->flags & ACT_DRAFT)) /* such as undo: the draft is there */
        CHECK_INT(small_store_records(s), before);
    free(screen);
    free(keys);
}

/* None ends the console, and none changes something but the draft that is open.
 */
static void
nothing_is_done_to_no_row(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, DRAFT, "i\n'math\nEnter Esc\n"));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (int a = ACT_NONE + 1; a < ACT_COUNT; a++) {
            const struct act_info *info = act_info((enum act)a);
            if (act_applies((enum act)a, lists[i].view) &&
                (info->flags & ACT_MUTATES) && !(info->flags & ACT_NEEDS_ROW))
                check_action(&s, i, info);
        }
    small_store_remove(&s);
}

/* Sabotage: ACT_READY in drafts_context(), with the refusal of what is not
 * asked in make_question(). */
static void
a_draft_that_is_not_shown_is_not_marked_ready(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, DRAFT, ""));
    char *screen = play(&s, ":unfinished-work\n" NO_ROW, ":mark-ready\n");
    CHECK_HAS(screen, "Mark ready: no row");
    free(screen);
    small_store_remove(&s);
}

void
test_console_rowless(void)
{
    static const struct test tests[] = {
        {"nothing is done to no row", nothing_is_done_to_no_row},
        {"a draft that is not shown is not marked ready",
         a_draft_that_is_not_shown_is_not_marked_ready},
        {NULL, NULL}};
    test_run("console rowless", tests);
    failed_tests += test_failures;
}
