/* Tests of the console's screens over a real store, without a terminal. */
#include <locale.h>
#include <stdlib.h>

#include "tests/unit/ui/screen/store.h"

int failed_tests;

int
main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    test_console_questions();
    test_console_carried();
    test_console_confirmed();
    test_console_released();
    test_console_rowless();
    test_console_screens();
    test_console_sessions();
    test_console_walks();
    test_console_windows();
    test_console_lists();
    test_console_hostile();
    test_console_blank();
    test_console_blocks();
    test_console_canvas();
    test_console_others();
    test_console_runs();
    test_console_lasting();
    test_console_memory();
    return failed_tests ? 1 : 0;
}
