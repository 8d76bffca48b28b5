/* What the lists of the console do with a filter, a mark and a change. */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

/* Plays SCRIPT as alice, at 24 by 80, on S. */
static char *
play(struct small_store *s, const char *script)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

/* Sabotage: the error of take_states() in filter_text.c; the look at problem
 * in mark_from() of table.c. */
static void
a_wrong_filter_says_why(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, "/\n'state:xyz\nEnter *\n!wait 400");
    CHECK_HAS(screen, "/state:xyz");
    CHECK_HAS(screen, "No state is called \"xyz\" (failing, parked, to do");
    CHECK_HAS(screen, " 0 of 6");
    CHECK(strstr(screen, "EnterpriseCo") == NULL);
    CHECK(strstr(screen, "marked") == NULL);
    free(screen);
    screen = play(&s, "/\n'integration:order\nEnter");
    CHECK_HAS(screen, "No integration is called \"order\"");
    free(screen);
    small_store_remove(&s);
}

/* Sabotage: offer() or complete_filter() in installations.c. */
static void
a_filter_is_completed(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, "/\n'gl -state:failing,to\nTab Enter");
    CHECK_HAS(screen, "/gl -state:failing,todo");
    CHECK_HAS(screen, "Globex");
    free(screen);
    screen = play(&s, "/\n'x integration:net\nTab Enter");
    CHECK_HAS(screen, "/x integration:netsuite-order-to-cash");
    free(screen);
    small_store_remove(&s);
}

void
test_console_lists(void)
{
    static const struct test tests[] = {
        {"a wrong filter says why", a_wrong_filter_says_why},
        {"a filter is completed", a_filter_is_completed},
        {NULL, NULL}};
    test_run("console lists", tests);
    failed_tests += test_failures;
}
