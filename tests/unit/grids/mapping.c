/* The mapping grid. */
#include "tests/unit/grids/grids.h"

static void
screens_are_as_they_were(void)
{
    fixture_start(2);
    check_golden("mapping", "eve", TO_MAPPING "!wait 400", 24, 80, false);
    fixture_end();
}

static const struct test tests[] = {
    {"screens are as they were", screens_are_as_they_were},
    {NULL, NULL},
};

void
test_grids_mapping(void)
{
    RUN_SUITE("grids mapping", tests);
}
