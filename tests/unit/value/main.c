/* The unit tests of the value layer. */
#include "tests/unit/value/value.h"

int failed_tests;

int
main(void)
{
    test_value_tree();
    test_value_read();
    test_value_canonical();
    test_value_tape();
    test_value_pointer();
    test_value_patch();
    test_value_property();
    return failed_tests ? 1 : 0;
}
