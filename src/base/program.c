/* Where the other programs of this installation are. */
#include "base/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* The folder of the running program, also after its file was replaced. */
static char *
own_folder(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    return mem_strdup(slash ? self : ".");
}

char *
program_path(const char *name)
{
    static const char *const installed[] = {TAILOR_LIBEXECDIR, TAILOR_BINDIR};
    char *folder = own_folder();
    char *path = mem_printf("%s/%s", folder, name);
    free(folder);
    for (size_t i = 0; i < sizeof installed / sizeof *installed; i++) {
        if (access(path, X_OK) == 0)
            break;
        free(path);
        path = mem_printf("%s/%s", installed[i], name);
    }
    return path;
}

enum err
program_become(const char *name, char *const *argv, struct error *e)
{
    char *path = program_path(name);
    execv(path, argv);
    enum err err = error_set(e, ERR_IO, "%s: cannot be started: %s", path,
                             strerror(errno));
    free(path);
    return err;
}
