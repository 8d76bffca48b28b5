/* The file that a session leaves for the next one. */
#include "ui/screen/memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/percent.h"
#include "value/value.h"

enum { FILE_MOST = 256 * 1024, FORMAT = 1 };

static char *
path_of(const char *folder, const char *actor)
{
    struct buf path;
    buf_init(&path, 4096);
    buf_addf(&path, "%s/tailor/console-", folder);
    percent_encode(&path, actor, strlen(actor));
    buf_adds(&path, ".json");
    return buf_take(&path);
}

/* Only a file of this person alone is believed. */
static enum err
read_own(const char *path, struct buf *out, struct error *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND
                               : error_set(e, ERR_IO, "%s", strerror(errno));
    enum err err = ERR_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        err = error_set(e, ERR_REFUSED,
                        "it is not a file that only you can read");
    else
        err = file_read_fd(fd, path, out, e);
    close(fd);
    return err;
}

static enum err
read_memory(const char *path, const char *actor, struct value **out,
            struct error *e)
{
    struct buf text;
    *out = NULL;
    buf_init(&text, FILE_MOST);
    enum err err = read_own(path, &text, e);
    if (err == ERR_OK && buf_failed(&text))
        err = error_set(e, ERR_TOO_BIG, "it is too big");
    if (err == ERR_OK)
        err = value_read(out, buf_str(&text), text.len, &value_limits_event,
                         "the file", e);
    const char *whose = value_get_text(*out, "actor");
    if (err == ERR_OK && (!whose || strcmp(whose, actor) != 0))
        err = error_set(e, ERR_INVALID, "it is not of %s", actor);
    buf_clear(&text);
    return err;
}

void
memory_file_take(struct app *app, const char *folder, const char *actor)
{
    struct value *v = NULL;
    struct error e = {0};
    if (!folder)
        return;
    char *path = path_of(folder, actor);
    enum err err = read_memory(path, actor, &v, &e);
    if (err == ERR_OK)
        app_remember(app, v);
    else if (err != ERR_NOT_FOUND)
        app_say(app, MESSAGE_WARNING, "Ignored %.300s: %.300s (remove it)",
                path, e.text);
    value_free(v);
    free(path);
}

/* Makes the folder PATH, absolute, and those above it. */
static void
make_folders(char *path)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    mkdir(path, 0700);
}

void
memory_file_leave(const struct app *app, const char *folder, const char *actor)
{
    struct buf text;
    struct error ignored = {0};
    if (!folder)
        return;
    char *path = path_of(folder, actor);
    char *parent = mem_printf("%s/tailor", folder);
    struct value *v = app_memory(app);
    value_set(v, "format", value_int(FORMAT));
    value_set_text(v, "actor", actor);
    buf_init(&text, FILE_MOST);
    value_write_pretty(&text, v);
    make_folders(parent);
    if (!buf_failed(&text))
        file_write(path, buf_str(&text), text.len, 0600, &ignored);
    buf_clear(&text);
    value_free(v);
    free(parent);
    free(path);
}
