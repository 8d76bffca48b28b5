/* A draft is tried on many samples between keys. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/sample.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/draft/drafts.h"
#include "tests/unit/ui/draft/grids.h"
#include "value/value.h"

enum { MANY = 120 }; /* more than are tried at once */

#define TO_BLOCK                                                               \
    "Enter\nF\ni\n'math\nEnter\nCtrl-U\n'Tax\nEnter\n'=1+1\nEnter\n"
#define TO_SAMPLES "Enter\nEnter\nj\nEnter\nj\nj\nj\nA\n"

#define TURNS "!wait 5\n!wait 5\n!wait 5\n!wait 5\n!wait 5\n!wait 5\n"
#define SOME_TIME TURNS TURNS TURNS TURNS

static void
add_samples(void)
{
    struct manager *m = session_of("eve");
    for (int i = 0; i < MANY; i++) {
        bool fresh;
        struct value *v = NULL;
        char *body = mem_printf("{\"orderNumber\":\"SO-%d\",\"customer\":"
                                "{\"id\":\"1\",\"email\":\"%d@example.com\"}}",
                                i, i);
        char *label = mem_printf("new %d", i);
        CHECK_INT(
            value_read(&v, body, strlen(body), &value_limits_event, "body", &e),
            ERR_OK);
        v = sample_value(v);
        CHECK_INT(manager_sample_add(m, "order-to-cash", NULL, label, v, NULL,
                                     &fresh, &e),
                  ERR_OK);
        value_free(v);
        free(label);
        free(body);
    }
    manager_close(m);
}

static void
shows(const char *script, const char *words, const char *other)
{
    char *shown = console_shows("eve", script);
    CHECK_HAS(shown, words);
    if (other && strstr(shown, other))
        test_fail(__FILE__, __LINE__, "is there", shown, other);
    free(shown);
}

/* Sabotage: SLICE_MOST in is_due(); samples_stop() in samples_cancel(). */
static void
many_samples_are_tried_between_keys(void)
{
    fixture_start(1);
    add_samples();
    shows(TO_SAMPLES, "of 122 samples tried (Esc stops)", NULL);
    shows(TO_SAMPLES "j\nj\n", "3/1", NULL); /* keys go on meanwhile */
    shows(TO_SAMPLES "Esc\n", "samples tried (F5 tries all again)", NULL);
    shows(TO_SAMPLES "Esc\nEsc\n", "customer", "samples tried");
    shows(TO_SAMPLES "Esc\nF5\n", "samples tried (Esc stops)", NULL);
    shows(TO_SAMPLES SOME_TIME SOME_TIME "G\nk\nk\nk\n", "0@example.com",
          "samples tried");
    fixture_end();
}

/* Sabotage: app_alarm() in try_block() of ui/draft/editor_panel.c. */
static void
the_block_is_tried_on_all_in_the_end(void)
{
    fixture_start(1);
    add_samples();
    shows(TO_BLOCK SOME_TIME SOME_TIME, "50 samples: 50 ok", " of 50 samples");
    fixture_end();
}

void
test_grids_tried(void)
{
    static const struct test tests[] = {{"many samples are tried between keys",
                                         many_samples_are_tried_between_keys},
                                        {"the block is tried on all in the end",
                                         the_block_is_tried_on_all_in_the_end},
                                        {NULL, NULL}};
    test_run("grids tried", tests);
    failed_tests += test_failures;
}
