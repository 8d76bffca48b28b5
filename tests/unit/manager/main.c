/* The unit tests of the manager: catalogue, drafts, access, audit. */
#include "tests/unit/manager/fixture.h"

int failed_tests;

int
main(void)
{
    test_manager_access();
    test_manager_audit();
    test_manager_catalogue();
    test_manager_names();
    test_manager_draft();
    test_manager_edit();
    test_manager_expected();
    test_manager_host_clock();
    test_manager_sheet();
    test_manager_installation();
    test_manager_slices();
    test_manager_kept();
    test_manager_ssh_key();
    test_manager_status();
    test_manager_store();
    test_manager_written();
    test_manager_doubt();
    test_manager_crash();
    return failed_tests ? 1 : 0;
}
