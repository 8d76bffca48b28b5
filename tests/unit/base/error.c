/* The error table and its sentences. */
#include "base/error.h"

#include <errno.h>

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static void
every_code_has_a_word_of_its_own(void)
{
    for (int i = 0; i < ERR_COUNT; i++) {
        CHECK_INT(err_from_word(err_word((enum err)i)), i);
        CHECK(err_exit_code((enum err)i) >= 0);
        CHECK(err_exit_code((enum err)i) <= 8);
    }
}

static void
a_prefix_says_where(void)
{
    struct error e;
    CHECK_INT(error_set(&e, ERR_STALE, "%s changed", "v3"), ERR_STALE);
    CHECK_INT(error_prefix(&e, "release %d", 7), ERR_STALE);
    CHECK_STR(e.text, "release 7: v3 changed");
}

static void
a_full_disk_is_told_apart(void)
{
    struct error e;
    errno = ENOSPC;
    CHECK_INT(error_errno(&e, ERR_IO, "store"), ERR_DISK_FULL);
    errno = EIO;
    CHECK_INT(error_errno(&e, ERR_IO, "store"), ERR_IO);
}

void
test_base_error(void)
{
    static const struct test tests[] = {
        {"every code has a word of its own", every_code_has_a_word_of_its_own},
        {"a prefix says where", a_prefix_says_where},
        {"a full disk is told apart", a_full_disk_is_told_apart},
        {NULL, NULL}};
    test_run("error", tests);
    failed_tests += test_failures;
}
