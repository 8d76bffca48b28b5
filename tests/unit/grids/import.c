/* Sheets pasted into the grids. */
#include "tests/unit/grids/grids.h"

static void
a_paste_is_a_proposal(void)
{
    fixture_start(2);
    char *before;
    check_golden("import", "eve",
                 TO_MAPPING "!paste target\tsource\\nemail\tcustomer.mail"
                            "\\ntaxTotal\t=ROUND(total * 0.05, 2)\\n"
                            "tranId\torderNumber\\nnew.field\tcurrency\\n"
                            "bad[\tcurrency\\n",
                 24, 80, false);
    before = stored_mapping();
    CHECK(!strstr(before, "customer.mail"));
    free(before);
    fixture_end();
}

static const struct test tests[] = {
    {"a paste is a proposal", a_paste_is_a_proposal},
    {NULL, NULL},
};

void
test_grids_import(void)
{
    RUN_SUITE("grids import", tests);
}
