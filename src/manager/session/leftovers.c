/* Files that restores which were killed have left. */
#include "manager/session/leftovers.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { IN_PROGRESS_S = 3600 };

/* NAME is that of the store's file NAME_OF_STORE, the mark, a time, and what
 * SQLite and the console put behind it. */
static bool
is_of_restore(const char *name, const char *store)
{
    static const char *const ends[] = {"", "-wake", "-journal", "-wal", "-shm"};
    size_t n = strlen(store), mark = strlen(LEFTOVERS_MARK);
    if (strncmp(name, store, n) != 0 ||
        strncmp(name + n, LEFTOVERS_MARK, mark) != 0)
        return false;
    const char *time = name + n + mark;
    const char *end = time + strspn(time, "0123456789");
    for (size_t i = 0; end > time && i < sizeof ends / sizeof *ends; i++)
        if (strcmp(end, ends[i]) == 0)
            return true;
    return false;
}

static bool
is_old(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           clock_now_ms() / 1000 - st.st_mtime > IN_PROGRESS_S;
}

static bool
is_same_file(const char *a, const char *b)
{
    struct stat of[2];
    return stat(a, &of[0]) == 0 && stat(b, &of[1]) == 0 &&
           of[0].st_dev == of[1].st_dev && of[0].st_ino == of[1].st_ino;
}

/* Calls TAKE with the path of each; how many they were. */
static size_t
walk(const char *path, void (*take)(const char *file, void *context),
     void *context)
{
    size_t count = 0;
    const char *slash = strrchr(path, '/');
    const char *store = slash ? slash + 1 : path;
    char *folder = slash ? mem_strndup(path, (size_t)(slash - path) + 1)
                         : mem_strdup("./");
    DIR *dir = opendir(folder);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        char *file = mem_printf("%s%s", folder, d->d_name);
        if (is_of_restore(d->d_name, store) && is_old(file)) {
            count++;
            take(file, context);
        }
        free(file);
    }
    if (dir)
        closedir(dir);
    free(folder);
    return count;
}

static void
note_one(const char *file, void *context)
{
    char **one = context;
    if (!*one)
        *one = mem_strdup(file);
}

size_t
leftovers_count(const char *path, char **one)
{
    *one = NULL;
    return walk(path, note_one, one);
}

static void
remove_one(const char *file, void *context)
{
    const char *from = context;
    if (!is_same_file(file, from))
        unlink(file);
}

void
leftovers_remove(const char *path, const char *from)
{
    char *except = mem_strdup(from);
    walk(path, remove_one, except);
    free(except);
}
