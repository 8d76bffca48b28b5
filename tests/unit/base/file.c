/* Whole files, all or nothing. */
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/part.h"
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

/* Sabotage: is_kept() in file_check() of src/base/file.c. */
static void
what_the_kernel_makes_is_no_file(void)
{
    static const char *const names[] = {"/proc/self/maps", "/proc/version",
                                        "/dev/zero", "/tmp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error e;
        int fd = -1;
        CHECK_INT(file_open(names[i], &fd, &e), ERR_INVALID);
        CHECK_INT(file_check(names[i], &e), ERR_INVALID);
        CHECK_HAS(e.text, "not a regular file");
    }
}

static const char *
text_of(const char *path)
{
    static struct buf b;
    struct error e;
    buf_clear(&b);
    buf_init(&b, 100);
    return file_read(path, &b, &e) == ERR_OK ? buf_str(&b) : NULL;
}

/* Sabotage: part_name in part_begin, link in move (a rename replaces), the
 * unlink in part_end (src/base/part.c). */
static void
half_a_file_has_no_name(void)
{
    struct error e;
    struct part p;
    char *path = scratch_path();
    CHECK_INT(part_begin(&p, path, &e), ERR_CONFLICT);
    unlink(path);
    CHECK_INT(part_begin(&p, path, &e), ERR_OK);
    CHECK_INT(file_write_fd(p.fd, path, "hello", 5, &e), ERR_OK);
    CHECK_INT(access(path, F_OK), -1);
    CHECK_INT(part_end(&p, ERR_OK, &e), ERR_OK);
    CHECK_STR(text_of(path), "hello");
    unlink(path);
    /* Another took the name meanwhile. */
    CHECK_INT(part_begin(&p, path, &e), ERR_OK);
    char *name = mem_strdup(p.name);
    CHECK_INT(file_write(path, "other", 5, 0600, &e), ERR_OK);
    CHECK_INT(part_end(&p, ERR_OK, &e), ERR_CONFLICT);
    CHECK_STR(text_of(path), "other");
    CHECK_INT(access(name, F_OK), -1);
    unlink(path);
    free(name);
    /* Writing failed. */
    CHECK_INT(part_begin(&p, path, &e), ERR_OK);
    name = mem_strdup(p.name);
    CHECK_INT(part_end(&p, ERR_DISK_FULL, &e), ERR_DISK_FULL);
    CHECK_INT(access(path, F_OK), -1);
    CHECK_INT(access(name, F_OK), -1);
    free(name);
}

/* An empty folder of this process, and a link to it. */
static char *folder, *folder_link;

static void
folder_begin(void)
{
    char pattern[] = "/tmp/tailor-test-folder-XXXXXX";
    CHECK(mkdtemp(pattern) != NULL);
    folder = mem_strdup(pattern);
    folder_link = mem_printf("%s-link", folder);
    CHECK_INT(symlink(folder, folder_link), 0);
}

static void
folder_end(void)
{
    unlink(folder_link);
    CHECK_INT(rmdir(folder), 0); /* nothing is left in it */
    free(folder);
    free(folder_link);
}

/* Sabotage: O_NOFOLLOW in the sync of the folder (sync_folder in
 * src/base/part.c). */
static void
a_folder_may_be_a_link(void)
{
    struct error e;
    struct part p;
    folder_begin();
    char *path = mem_printf("%s/new", folder_link);
    CHECK_INT(part_begin(&p, path, &e), ERR_OK);
    CHECK_INT(file_write_fd(p.fd, path, "hello", 5, &e), ERR_OK);
    CHECK_INT(part_end(&p, ERR_OK, &e), ERR_OK);
    CHECK_STR(text_of(path), "hello");
    unlink(path);
    free(path);
    folder_end();
}

/* Who may write in a folder and not read it cannot sync it. Sabotage: the
 * unlink of PATH in part_finish (src/base/part.c). */
static void
a_folder_that_cannot_be_synced_gets_no_file(void)
{
    struct error e;
    struct part p;
    bool root = geteuid() == 0;
    folder_begin();
    char *path = mem_printf("%s/new", folder);
    CHECK_INT(chmod(folder, 0333), 0);
    CHECK(!root || seteuid(65534) == 0);
    CHECK_INT(part_begin(&p, path, &e), ERR_OK);
    CHECK_INT(part_end(&p, ERR_OK, &e), ERR_IO);
    CHECK_HAS(e.text, folder);
    CHECK_INT(access(path, F_OK), -1);
    CHECK(!root || seteuid(0) == 0);
    free(path);
    folder_end();
}

void
test_base_file(void)
{
    static const struct test tests[] = {
        {"writes and reads back", writes_and_reads_back},
        {"a larger file is refused", a_larger_file_is_refused},
        {"a missing file is named", a_missing_file_is_named},
        {"what the kernel makes is no file", what_the_kernel_makes_is_no_file},
        {"half a file has no name", half_a_file_has_no_name},
        {"a folder may be a link", a_folder_may_be_a_link},
        {"a folder that cannot be synced gets no file",
         a_folder_that_cannot_be_synced_gets_no_file},
        {NULL, NULL}};
    test_run("file", tests);
    failed_tests += test_failures;
}
