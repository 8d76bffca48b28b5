/* Whole files, all or nothing. */
#include "base/file.h"

#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static char *
scratch_path(void)
{
    static const char pattern[] = "/tmp/tailor-test-file-XXXXXX";
    static char path[sizeof pattern];
    memcpy(path, pattern, sizeof pattern);
    int fd = mkstemp(path);
    if (fd >= 0)
        close(fd);
    return path;
}

static void
writes_and_reads_back(void)
{
    struct error e;
    struct buf b;
    char *path = scratch_path();
    buf_init(&b, 100);
    CHECK_INT(file_write(path, "hello", 5, 0600, &e), ERR_OK);
    CHECK_INT(file_read(path, &b, &e), ERR_OK);
    CHECK_STR(buf_str(&b), "hello");
    unlink(path);
    buf_clear(&b);
}

static void
a_larger_file_is_refused(void)
{
    struct error e;
    struct buf b;
    char *path = scratch_path();
    buf_init(&b, 3);
    CHECK_INT(file_write(path, "hello", 5, 0600, &e), ERR_OK);
    CHECK_INT(file_read(path, &b, &e), ERR_TOO_BIG);
    CHECK_HAS(e.text, "larger than 3 bytes");
    unlink(path);
    buf_clear(&b);
}

static void
a_missing_file_is_named(void)
{
    struct error e;
    struct buf b;
    buf_init(&b, 3);
    CHECK_INT(file_read("/nonexistent/x", &b, &e), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "/nonexistent/x");
}

void
test_base_file(void)
{
    static const struct test tests[] = {
        {"writes and reads back", writes_and_reads_back},
        {"a larger file is refused", a_larger_file_is_refused},
        {"a missing file is named", a_missing_file_is_named},
        {NULL, NULL}};
    test_run("file", tests);
    failed_tests += test_failures;
}
