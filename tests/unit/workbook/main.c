/* Tests of workbooks. */
#include "test.h"
#include "workbook/make.h"

int
main(void)
{
    test_read();
    test_write();
    test_hostile();
    return test_result();
}
