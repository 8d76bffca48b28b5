/* Tests of the console's screens over a real store, without a terminal. */
#include <stdlib.h>

#include "tests/unit/ui/screen/store.h"

int failed_tests;

int
main(void)
{
    setenv("TZ", "UTC", 1);
    test_console_screens();
    test_console_sessions();
    test_console_walks();
    test_console_lists();
    return failed_tests ? 1 : 0;
}
