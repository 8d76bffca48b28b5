/* The unit tests of the workflow layer. */
#include "tests/unit/workflow/workflow.h"

int failed_tests;

int
main(void)
{
    test_workflow_agreed();
    test_workflow_bare();
    test_workflow_branch_cases();
    test_workflow_breaks();
    test_workflow_carry();
    test_workflow_carry_examples();
    test_workflow_connector();
    test_workflow_curl();
    test_workflow_document();
    test_workflow_edit();
    test_workflow_jobs();
    test_workflow_material();
    test_workflow_preview();
    test_workflow_rename();
    test_workflow_secrets();
    test_workflow_selection();
    test_workflow_sends();
    test_workflow_summary();
    test_workflow_validate();
    test_workflow_warn();
    return failed_tests ? 1 : 0;
}
