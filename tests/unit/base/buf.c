/* The growing buffer keeps its maximum and says so once. */
#include "base/buf.h"

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static void
grows_to_its_maximum(void)
{
    struct buf b;
    buf_init(&b, 10);
    CHECK(buf_adds(&b, "01234"));
    CHECK(buf_adds(&b, "56789"));
    CHECK_STR(buf_str(&b), "0123456789");
    CHECK(!buf_failed(&b));
    buf_clear(&b);
}

static void
refuses_past_it_and_stays_refused(void)
{
    struct buf b;
    buf_init(&b, 4);
    CHECK(buf_adds(&b, "abc"));
    CHECK(!buf_adds(&b, "de"));
    CHECK(!buf_addc(&b, 'd'));
    CHECK(buf_failed(&b));
    CHECK_STR(buf_str(&b), "abc");
    buf_reset(&b);
    CHECK(buf_addf(&b, "%d", 1234));
    CHECK_STR(buf_str(&b), "1234");
    buf_clear(&b);
}

static void
hands_its_bytes_over(void)
{
    struct buf b;
    buf_init(&b, 100);
    char *empty = buf_take(&b);
    CHECK_STR(empty, "");
    buf_adds(&b, "x");
    char *x = buf_take(&b);
    CHECK_STR(x, "x");
    CHECK_INT(b.len, 0);
    free(empty);
    free(x);
}

void
test_base_buf(void)
{
    static const struct test tests[] = {
        {"grows to its maximum", grows_to_its_maximum},
        {"refuses past it and stays refused",
         refuses_past_it_and_stays_refused},
        {"hands its bytes over", hands_its_bytes_over},
        {NULL, NULL}};
    test_run("buf", tests);
    failed_tests += test_failures;
}
