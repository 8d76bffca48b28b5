/* Which files are the store's own. */
#include "manager/session/output.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "manager/session/manager_private.h"

/* The folder of PATH without links, and its last part behind it; a new string.
 * PATH as it is where the folder is not there. */
static char *
whole_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_printf("%.*s", (int)(slash - path + 1), path)
                         : mem_strdup(".");
    char *real = realpath(folder, NULL);
    char *out = real ? mem_printf("%s/%s", real, slash ? slash + 1 : path)
                     : mem_strdup(path);
    free(real);
    free(folder);
    return out;
}

/* True where NAME is that of the store, or of a file beside it that something
 * finds by its name: the database's own, what wakes a process and what it
 * locks, each person's. */
static bool
is_own(const char *store, const char *name)
{
    static const char *const behind[] = {"",       "-journal", "-wal", "-shm",
                                         "-place", "-wake",    "-sync"};
    size_t n = strlen(store);
    if (strncmp(store, name, n) != 0)
        return false;
    bool own = strncmp(name + n, ".prefs-", strlen(".prefs-")) == 0;
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        own = own || strcmp(name + n, behind[i]) == 0;
    return own;
}

enum err
manager_check_output(const struct manager *m, const char *path, struct error *e)
{
    char *store = whole_path(db_path(m->db)), *name = whole_path(path);
    bool own = is_own(store, name);
    free(store);
    free(name);
    return own ? error_set(e, ERR_REFUSED,
                           "%.300s: is the name of a file of the store itself "
                           "(choose another one)",
                           path)
               : ERR_OK;
}

enum err
manager_check_copy(const char *path, const char *from, struct error *e)
{
    struct stat store, copy;
    if (stat(path, &store) != 0 || stat(from, &copy) != 0 ||
        store.st_dev != copy.st_dev || store.st_ino != copy.st_ino)
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "%s: is the store itself: nothing was replaced (name a "
                     "copy of it)",
                     from);
}
