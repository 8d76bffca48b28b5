/* The error table and its sentences. */
#include "base/error.h"

#include <errno.h>

#include "base/buf.h"
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

/* Each front end says in its words what can be done. Sabotage: error_set
 * leaves the hint of an earlier error. */
static void
what_can_be_done_is_told_in_the_words_of_who_shows_it(void)
{
    static const char *const line[HINT_COUNT] = {
        [HINT_ROLE_ADD] = "access add {1} --role {2}, {1}"};
    static const char *const screen[HINT_COUNT] = {0};
    struct error e;
    struct buf told;
    buf_init(&told, 1000);
    error_set(&e, ERR_ROLE, "ada: has no role");
    CHECK_INT(error_hint(&e, HINT_ROLE_ADD, "ada", "admin", e.code), ERR_ROLE);
    error_prefix(&e, "store");
    error_tell(&e, line, &told);
    CHECK_STR(buf_str(&told), "store: ada: has no role (access add ada --role "
                              "admin, ada)");
    buf_reset(&told);
    error_tell(&e, screen, &told);
    CHECK_STR(buf_str(&told), "store: ada: has no role");
    error_set(&e, ERR_IO, "another");
    buf_reset(&told);
    error_tell(&e, line, &told);
    CHECK_STR(buf_str(&told), "another");
    CHECK_INT(error_hint(NULL, HINT_ROLE_ADD, "ada", NULL, ERR_ROLE), ERR_ROLE);
    buf_clear(&told);
}

void
test_base_error(void)
{
    static const struct test tests[] = {
        {"every code has a word of its own", every_code_has_a_word_of_its_own},
        {"a prefix says where", a_prefix_says_where},
        {"a full disk is told apart", a_full_disk_is_told_apart},
        {"what can be done is told in the words of who shows it",
         what_can_be_done_is_told_in_the_words_of_who_shows_it},
        {NULL, NULL}};
    test_run("error", tests);
    failed_tests += test_failures;
}
