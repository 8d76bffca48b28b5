/* What one runtime may bring. */
#include "remote/bounds.h"

#include "tests/unit/remote/remote.h"
#include "tests/unit/test.h"

static void
test_rows(void)
{
    struct error e;
    CHECK_INT(bounds_rows("eu", "users", -1, 10, &e), ERR_OK);
    CHECK_INT(bounds_rows("eu", "users", 10, 10, &e), ERR_OK);
    CHECK_INT(bounds_rows("eu", "users", 11, 10, &e), ERR_INVALID);
    CHECK_STR(e.text, "runtime eu: names more than 10 users: is this tailord? "
                      "(check who runs it)");
}

/* A copy that leads nowhere near the feed's end would be taken for ever. */
static void
test_copies(void)
{
    struct error e;
    CHECK_INT(bounds_copy("eu", 0, 0, &e), ERR_OK);
    CHECK_INT(bounds_copy("eu", 7, 5, &e), ERR_OK);
    CHECK_INT(bounds_copy("eu", 5, 5 + BOUNDS_FEED_MOST, &e), ERR_OK);
    CHECK_INT(bounds_copy("eu", 5, 6 + BOUNDS_FEED_MOST, &e), ERR_INVALID);
    CHECK_INT(bounds_copy("eu", 0, INT64_MAX, &e), ERR_INVALID);
}

static void
test_feeds(void)
{
    struct error e;
    CHECK_INT(bounds_feed("eu", 10, 10, &e), ERR_OK);
    CHECK_INT(bounds_feed("eu", 11, 10, &e), ERR_INVALID);
}

static const struct test tests[] = {
    {"a list of a full copy has an end", test_rows},
    {"a full copy leads near the end of the feed", test_copies},
    {"a feed has an end", test_feeds},
    {NULL, NULL}};

void
test_remote_bounds(void)
{
    test_run("bounds", tests);
    failed_tests |= test_result();
}
