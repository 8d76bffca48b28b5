/* How alike two texts are. */
#include "base/likeness.h"

#include <string.h>

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static size_t
between(const char *a, const char *b)
{
    return likeness_distance(a, strlen(a), b, strlen(b));
}

static void
a_distance_counts_changes(void)
{
    CHECK_INT(between("", ""), 0);
    CHECK_INT(between("", "abc"), 3);
    CHECK_INT(between("abc", ""), 3);
    CHECK_INT(between("ROUND", "ROUND"), 0);
    CHECK_INT(between("RUOND", "ROUND"), 2);
    CHECK_INT(between("ROND", "ROUND"), 1);
    CHECK_INT(between("kitten", "sitting"), 3);
    CHECK_INT(between("sitting", "kitten"), 3);
}

/* Sabotage: the two lines in likeness_distance() that cut the lengths; then
 * the row is too short, which a sanitizer reports, and the result is 300. */
static void
what_is_too_long_is_cut(void)
{
    char a[300], b[300];
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    CHECK_INT(likeness_distance(a, sizeof a, b, sizeof b), LIKENESS_MAX_BYTES);
}

void
test_base_likeness(void)
{
    static const struct test tests[] = {
        {"a distance counts changes", a_distance_counts_changes},
        {"what is too long is cut", what_is_too_long_is_cut},
        {NULL, NULL}};
    test_run("likeness", tests);
    failed_tests |= test_result();
}
