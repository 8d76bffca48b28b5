/* Putting a copy in the place of a store, which is kept beside it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/db_private.h"

/* The bytes of a file that SQLite locks. */
enum { LOCKS_AT = 0x40000000, LOCKS = 512 };

static bool
is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Gives PATH + END the second name KEPT + END, where it exists. */
static enum err
keep(const char *path, const char *kept, const char *end, struct error *e)
{
    char *from = mem_printf("%s%s", path, end);
    char *to = mem_printf("%s%s", kept, end);
    enum err err = is_there(from) && link(from, to) != 0
                       ? error_errno(e, ERR_IO, to)
                       : ERR_OK;
    free(from);
    free(to);
    return err;
}

static enum err
drop(const char *path, const char *end, struct error *e)
{
    char *name = mem_printf("%s%s", path, end);
    enum err err = unlink(name) != 0 && errno != ENOENT
                       ? error_errno(e, ERR_IO, name)
                       : ERR_OK;
    free(name);
    return err;
}

/* Whoever is killed after the renaming leaves a log that is not the copy's:
 * the next opening sets it aside. A rollback journal has no such mark, so it
 * goes before; the kept store has it. */
enum err
db_replace(const char *path, const char *fresh, char **kept, struct error *e)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char *name =
        mem_printf("%s-before-restore-%lld", path, (long long)clock_now_ms());
    bool replaces = is_there(path);
    enum err err = db_sync(fresh, e);
    for (size_t i = 0; i < sizeof ends / sizeof *ends && err == ERR_OK; i++)
        err = keep(path, name, ends[i], e);
    if (err == ERR_OK)
        err = drop(path, "-journal", e);
    if (err == ERR_OK && rename(fresh, path) != 0)
        err = error_errno(e, ERR_IO, path);
    if (err == ERR_OK)
        err = drop(path, "-wal", e);
    if (err == ERR_OK)
        err = drop(path, "-shm", e);
    if (err == ERR_OK)
        err = drop(path, "-place", e);
    if (err == ERR_OK)
        err = db_sync(path, e);
    *kept = NULL;
    if (replaces && err == ERR_OK)
        *kept = name;
    else
        free(name);
    return err;
}

enum err
db_lock_out(const char *path, int *fd, struct error *e)
{
    const struct flock all = {.l_type = F_WRLCK,
                              .l_whence = SEEK_SET,
                              .l_start = LOCKS_AT,
                              .l_len = LOCKS};
    *fd = open(path, O_RDWR | O_CLOEXEC);
    if (*fd < 0)
        return errno == ENOENT ? ERR_OK : error_errno(e, ERR_IO, path);
    /* Of the open file, not of the process: it outlasts what else the process
     * opens and closes. */
    if (fcntl(*fd, F_OFD_SETLK, &all) == 0)
        return ERR_OK;
    close(*fd);
    *fd = -1;
    return error_set(e, ERR_BUSY,
                     "%s: another process uses it (stop that process first)",
                     path);
}

void
db_let_in(int fd)
{
    if (fd >= 0)
        close(fd);
}
