/* Files that get their name when they are whole. */
#include "base/part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ident.h"
#include "base/mem.h"

char *
part_name(const char *path)
{
    uint32_t random;
    random_bytes(&random, sizeof random);
    return mem_printf("%s.part-%08" PRIx32, path, random);
}

static enum err
say_taken(const char *path, struct error *e)
{
    return error_set(e, ERR_CONFLICT, "%s: already exists (name another file)",
                     path);
}

enum err
part_check_free(const char *path, struct error *e)
{
    return access(path, F_OK) == 0 ? say_taken(path, e) : ERR_OK;
}

static enum err
sync_at(const char *path, int flags, struct error *e)
{
    int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
    enum err err =
        fd >= 0 && fsync(fd) == 0 ? ERR_OK : error_errno(e, ERR_IO, path);
    if (fd >= 0)
        close(fd);
    return err;
}

/* A hard link replaces nothing. File systems without them get a rename, in
 * which the name was free a moment ago. */
static enum err
move(const char *name, const char *path, struct error *e)
{
    if (link(name, path) == 0)
        return unlink(name) == 0 ? ERR_OK : error_errno(e, ERR_IO, name);
    if (errno == EEXIST)
        return say_taken(path, e);
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        return error_errno(e, ERR_IO, path);
    enum err err = part_check_free(path, e);
    if (err == ERR_OK && rename(name, path) != 0)
        err = error_errno(e, ERR_IO, path);
    return err;
}

/* The folder that PATH is in, which may be a symbolic link. */
static enum err
sync_folder(const char *path, struct error *e)
{
    char *copy = mem_strdup(path);
    enum err err = sync_at(dirname(copy), O_DIRECTORY, e);
    free(copy);
    return err;
}

enum err
part_finish(const char *name, const char *path, struct error *e)
{
    enum err err = sync_at(name, O_NOFOLLOW, e);
    if (err == ERR_OK)
        err = move(name, path, e);
    if (err != ERR_OK) {
        unlink(name);
        return err;
    }
    err = sync_folder(path, e);
    if (err != ERR_OK)
        unlink(path); /* who tries again finds the name free */
    return err;
}

enum err
part_begin(struct part *p, const char *path, struct error *e)
{
    enum err err = part_check_free(path, e);
    *p = (struct part){.fd = -1};
    if (err != ERR_OK)
        return err;
    char *name = part_name(path);
    p->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (p->fd < 0) {
        err = error_errno(e, ERR_IO, path);
        free(name);
        return err;
    }
    p->path = mem_strdup(path);
    p->name = name;
    return ERR_OK;
}

enum err
part_end(struct part *p, enum err so_far, struct error *e)
{
    enum err err = so_far;
    if (close(p->fd) != 0 && err == ERR_OK)
        err = error_errno(e, ERR_IO, p->path);
    if (err == ERR_OK)
        err = part_finish(p->name, p->path, e);
    else
        unlink(p->name);
    free(p->path);
    free(p->name);
    *p = (struct part){.fd = -1};
    return err;
}
