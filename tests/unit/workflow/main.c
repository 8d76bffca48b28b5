/* The unit tests of the workflow layer. */
#include "tests/unit/workflow/workflow.h"

int failed_tests;

int
main(void)
{
    test_workflow_document();
    return failed_tests ? 1 : 0;
}
