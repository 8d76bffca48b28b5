/* The unit tests of the remote layer. */
#include "tests/unit/remote/remote.h"

int failed_tests;

int
main(void)
{
    test_remote_bounds();
    test_remote_protocol();
    test_remote_retry();
    test_remote_history();
    test_remote_lock();
    test_remote_tls();
    return failed_tests ? 1 : 0;
}
