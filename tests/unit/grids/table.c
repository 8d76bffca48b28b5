/* The value table grid. */
#include "tests/unit/grids/grids.h"

static void
a_table_is_made_and_filled(void)
{
    fixture_start(2);
    char *shown = console_shows(
        "eve", TO_MAPPING ":new-table x\nT\n:new-table Shipping codes\n"
                          "i\n'UPS\nEnter\n'UPS-G\nEnter\n"
                          "i\n'=x\nEnter\n'12\nEnter\n");
    char *stored = stored_tables();
    CHECK_HAS(shown, "UPS-G");
    CHECK_STR(stored, "{\"Shipping codes\":{\"columns\":[\"key\",\"value\"],"
                      "\"rows\":[[\"UPS\",\"UPS-G\"],[\"=x\",12]]}}");
    free(shown);
    free(stored);
    fixture_end();
}

static const struct test tests[] = {
    {"a table is made and filled", a_table_is_made_and_filled},
    {NULL, NULL},
};

void
test_grids_table(void)
{
    RUN_SUITE("grids table", tests);
}
