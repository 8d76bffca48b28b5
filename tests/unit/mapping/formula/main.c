/* The tests of formulas and of decimals. */
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

int
main(void)
{
    int failed = test_formula_cases();
    test_formula_table();
    test_formula_decimal();
    test_formula_names();
    test_formula_compare();
    test_formula_searches();
    test_formula_budget();
    test_formula_patterns();
    return failed ? 1 : 0;
}
