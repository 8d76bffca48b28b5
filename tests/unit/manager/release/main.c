/* The unit tests of releases and of the copy of facts. */
#include "tests/unit/manager/release/release.h"

int failed_tests;

int
main(void)
{
    test_release_pointers();
    test_release_refusals();
    test_release_expected();
    test_release_exchange();
    test_release_contents();
    test_release_copy();
    test_release_many();
    test_release_further();
    test_release_removed();
    test_release_runtimes();
    test_release_growth();
    test_release_others();
    test_release_receipts();
    test_release_notes();
    test_release_authors();
    test_release_seals();
    return failed_tests ? 1 : 0;
}
