/* Every example of the table gives what the table says. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/formula/formula.h"
#include "tests/unit/test.h"

static void
test_examples(void)
{
    struct formula_function_help h;
    for (size_t i = 0; formula_function_at(i, &h); i++) {
        char *got = eval_on(".", h.example);
        CHECK_STR(got, h.result);
        CHECK_HAS(h.example, h.name);
        free(got);
    }
}

/* The names that doc and issue promise. */
static void
test_all_there(void)
{
    static const char names[] =
        "IF IFS SWITCH AND OR NOT IFERROR IFNA LET COALESCE ISBLANK ISNUMBER "
        "ISTEXT CONCAT TEXTJOIN SPLIT LEFT RIGHT MID LEN FIND SEARCH "
        "SUBSTITUTE REPLACE TEXTBEFORE TEXTAFTER TRIM UPPER LOWER PROPER TEXT "
        "VALUE REGEXMATCH REGEXEXTRACT REGEXREPLACE ROUND ROUNDUP ROUNDDOWN "
        "INT MOD ABS MIN MAX SUM AVERAGE COUNT COUNTA SUMPRODUCT SUMIF COUNTIF "
        "DATE DATEVALUE TIMEVALUE YEAR MONTH DAY HOUR MINUTE SECOND EDATE "
        "EOMONTH DAYS WEEKDAY NOW TODAY INDEX MATCH XLOOKUP FILTER SORT UNIQUE "
        "LOOKUP JSON ENCODEURL BASE64 SHA256 UUID5 ";
    size_t named = 0;
    for (const char *s = names; *s; s += strcspn(s, " ") + 1, named++) {
        struct formula_function_help h;
        bool found = false;
        for (size_t i = 0; formula_function_at(i, &h); i++)
            found |= strlen(h.name) == strcspn(s, " ") &&
                     strncmp(h.name, s, strlen(h.name)) == 0;
        if (!found)
            test_fail(__FILE__, __LINE__, "a function is missing", s, NULL);
    }
    CHECK_INT(formula_function_count(), named);
}

static void
test_rows(void)
{
    struct formula_function_help h;
    for (size_t i = 0; formula_function_at(i, &h); i++) {
        CHECK(h.min <= h.max);
        CHECK(h.help[strlen(h.help) - 1] == '.');
        CHECK(isupper((unsigned char)h.help[0]));
        CHECK((h.min > 0) == (h.arguments[0] != '['));
    }
    CHECK(!formula_function_at(formula_function_count(), &h));
}

static const struct test tests[] = {
    {"every example gives its result", test_examples},
    {"every promised function is there", test_all_there},
    {"rows are complete", test_rows},
    {0}};

void
test_formula_table(void)
{
    test_run("formula table", tests);
}
