/* The unit tests of the base layer. */
#include "tests/unit/base/base.h"

int failed_tests;

int
main(void)
{
    test_base_buf();
    test_base_clock();
    test_base_error();
    test_base_file();
    test_base_fold();
    test_base_ident();
    test_base_likeness();
    test_base_percent();
    test_base_program();
    test_base_text();
    return failed_tests ? 1 : 0;
}
