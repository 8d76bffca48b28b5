/* The unit tests of the command line. */
#include "tests/unit/cli/cli.h"

int failed_tests;

int
main(void)
{
    test_cli_commands();
    test_cli_frame();
    test_cli_options();
    test_cli_output();
    test_cli_sandbox();
    test_cli_session();
    return failed_tests ? 1 : 0;
}
