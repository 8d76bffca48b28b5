/* The tests of paths, sources, rows, plans, streams and sheets. */
#include "mapping/mapping.h"

int failed_tests;

int
main(void)
{
    test_mapping_path();
    test_mapping_source();
    test_mapping_cases();
    test_mapping_plan();
    test_mapping_random();
    test_mapping_csv();
    test_mapping_sheet();
    test_mapping_coverage();
    test_mapping_cron();
    return failed_tests ? 1 : 0;
}
