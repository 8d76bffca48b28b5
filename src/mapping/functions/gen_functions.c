/* Prints doc/functions.md. */
#include <stdio.h>

#include "mapping/formula/formula.h"

int
main(void)
{
    struct buf page;
    buf_init_any(&page);
    formula_write_page(&page);
    int failed = fputs(buf_str(&page), stdout) == EOF || fflush(stdout) == EOF;
    buf_clear(&page);
    return failed;
}
