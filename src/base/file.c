/* Whole files. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"

enum { READ_STEP = 65536 };

enum err
file_read_fd(int fd, const char *name, struct buf *out, struct error *e)
{
    char *piece = mem_alloc(READ_STEP);
    enum err err = ERR_OK;
    for (;;) {
        ssize_t n = read(fd, piece, READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            err = error_errno(e, ERR_IO, name);
        else if (n > 0 && !buf_add(out, piece, (size_t)n))
            err = error_set(e, ERR_TOO_BIG,
                            "%s: larger than %zu bytes (split it)", name,
                            out->max);
        if (n <= 0 || err != ERR_OK)
            break;
    }
    free(piece);
    return err;
}

/* Whether FS keeps what is written. The numbers are those of statfs(2). */
static bool
is_kept(const struct statfs *fs)
{
    static const uint32_t made[] = {
#define M(number, name) number,
#include "base/kernel_files.def"
#undef M
    };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if ((uint32_t)fs->f_type == made[i])
            return false;
    return true;
}

enum err
file_check(const char *path, struct error *e)
{
    struct stat st;
    struct statfs fs;
    if (stat(path, &st) != 0 || statfs(path, &fs) != 0)
        return error_errno(e, ERR_IO, path);
    if (!S_ISREG(st.st_mode) || !is_kept(&fs))
        return error_set(e, ERR_INVALID, "%s: not a regular file", path);
    return ERR_OK;
}

/* A device may do something as soon as it is opened, so PATH is looked at
 * before; and again, since it may be another then. */
enum err
file_open(const char *path, int *out, struct error *e)
{
    struct stat st;
    struct statfs fs;
    enum err err = file_check(path, e);
    if (err != ERR_OK)
        return err;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_errno(e, ERR_IO, path);
    if (fstat(fd, &st) == 0 && fstatfs(fd, &fs) == 0 && S_ISREG(st.st_mode) &&
        is_kept(&fs)) {
        *out = fd;
        return ERR_OK;
    }
    close(fd);
    return error_set(e, ERR_INVALID, "%s: not a regular file", path);
}

enum err
file_read_regular(const char *path, struct buf *out, struct error *e)
{
    int fd;
    enum err err = file_open(path, &fd, e);
    if (err != ERR_OK)
        return err;
    err = file_read_fd(fd, path, out, e);
    close(fd);
    return err;
}

enum err
file_read(const char *path, struct buf *out, struct error *e)
{
    return strcmp(path, "-") == 0
               ? file_read_fd(STDIN_FILENO, "standard input", out, e)
               : file_read_regular(path, out, e);
}

enum err
file_write_fd(int fd, const char *name, const void *p, size_t n,
              struct error *e)
{
    const char *at = p;
    while (n > 0) {
        ssize_t done = write(fd, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return error_errno(e, ERR_IO, name);
        at += done;
        n -= (size_t)done;
    }
    return ERR_OK;
}

/* Makes a rename in the folder of PATH durable. */
static void
sync_folder(const char *path)
{
    char *copy = mem_strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

enum err
file_write(const char *path, const void *p, size_t n, mode_t mode,
           struct error *e)
{
    char *temporary = mem_printf("%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    enum err err = ERR_OK;
    if (fd < 0) {
        err = error_errno(e, ERR_IO, path);
        free(temporary);
        return err;
    }
    err = file_write_fd(fd, path, p, n, e);
    if (err == ERR_OK && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
        err = error_errno(e, ERR_IO, path);
    if (close(fd) != 0 && err == ERR_OK)
        err = error_errno(e, ERR_IO, path);
    if (err == ERR_OK && rename(temporary, path) != 0)
        err = error_errno(e, ERR_IO, path);
    if (err == ERR_OK)
        sync_folder(path);
    else
        unlink(temporary);
    free(temporary);
    return err;
}
