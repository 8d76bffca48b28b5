/* Percent-encoding. */
#include "base/percent.h"

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static void
only_the_unreserved_stay(void)
{
    struct buf out;
    buf_init(&out, 256);
    percent_encode(&out, "aZ09-._~ /%+\xc3\xa9", 14);
    CHECK_STR(buf_str(&out), "aZ09-._~%20%2F%25%2B%C3%A9");
    buf_clear(&out);
}

static void
an_escape_is_two_digits(void)
{
    CHECK_INT(percent_byte("%e9x", 4), 0xe9);
    CHECK_INT(percent_byte("%E9", 3), 0xe9);
    CHECK_INT(percent_byte("%00", 3), 0);
    CHECK_INT(percent_byte("%e", 2), -1);
    CHECK_INT(percent_byte("%eg", 3), -1);
    CHECK_INT(percent_byte("e9", 2), -1);
    CHECK_INT(percent_byte("", 0), -1);
    CHECK_INT(hex_digit('`'), -1);
    CHECK_INT(hex_digit('G'), -1);
}

void
test_base_percent(void)
{
    static const struct test tests[] = {
        {"only the unreserved stay", only_the_unreserved_stay},
        {"an escape is two digits", an_escape_is_two_digits},
        {NULL, NULL}};
    test_run("percent", tests);
    failed_tests |= test_result();
}
