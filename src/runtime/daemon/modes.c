/* Rights on the state folder and the store. */
#include "runtime/daemon/modes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"

static enum err
repair(const char *path, struct error *e)
{
    struct stat st;
    char was[8];
    if (stat(path, &st) != 0)
        return errno == ENOENT ? ERR_OK : error_errno(e, ERR_IO, path);
    if (!(st.st_mode & 077))
        return ERR_OK;
    if (chmod(path, st.st_mode & 0700) != 0)
        return error_errno(e, ERR_IO, path);
    snprintf(was, sizeof was, "%04o", (unsigned)(st.st_mode & 07777));
    log_event(LOG_WARNING, "rights removed", "path", path, "was", was,
              "message",
              "group and others had access to it: change its secrets if they "
              "may have been read",
              NULL);
    return ERR_OK;
}

enum err
modes_repair(const char *state, struct error *e)
{
    static const char *const names[] = {"", "/tailord.db", "/tailord.db-wal"};
    enum err err = ERR_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && !err; i++) {
        char *path = mem_printf("%s%s", state, names[i]);
        err = repair(path, e);
        free(path);
    }
    return err;
}
