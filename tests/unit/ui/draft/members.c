/* What a mapping row says beside its source, in the grid. */
#include "tests/unit/ui/draft/grids.h"

/* What only sheets could set: a column each where a row has it, a letter before
 * the row, the words below. Sabotage: mapgrid_members_sign() in cell_sign(). */
static void
members_have_columns(void)
{
    static const char *const scripts[][3] = {
        {":columns target source write\nl\nEnter\n'ifP\nTab\nEnter\nk\n",
         "\"write\":\"ifPresent\"", "write ifPresent"},
        {":columns target read\nl\nEnter\n'number d\nTab\nEnter\nk\n",
         "\"read\":\"number de\"", "!of  externalId"},
        {":columns target write read\nl\nEnter\n'clear\nEnter\nk\nl\n"
         "Enter\n'number\nEnter\nk\n",
         "\"write\":\"clear\"", "!o+  externalId"},
        {":columns target write\nl\nEnter\n'always\nEnter\nk\n",
         "\"target\":\"externalId\"}", "b  externalId"},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char script[200];
        fixture_start(1);
        snprintf(script, sizeof script, TO_MAPPING "%s!wait 300",
                 scripts[i][0]);
        char *shown = console_shows("eve", script);
        char *stored = stored_mapping();
        CHECK_HAS(stored, scripts[i][1]);
        CHECK_HAS(shown, scripts[i][2]);
        free(stored);
        free(shown);
        fixture_end();
    }
}

static void
what_is_no_word_is_refused(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING ":columns target write\nl\n"
                                                  "Enter\n'sometimes\nEnter");
    CHECK_HAS(shown, "\"sometimes\" is not one of "
                     "always|ifPresent|clear|onCreate");
    free(shown);
    fixture_end();
}

static const struct test tests[] = {
    {"members have columns", members_have_columns},
    {"what is no word is refused", what_is_no_word_is_refused},
    {NULL, NULL},
};

void
test_grids_members(void)
{
    test_run("grids members", tests);
}
