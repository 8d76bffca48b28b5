/* The file that a console leaves for the next one. */
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
#include "base/text.h"
#include "value/value.h"
#include "workflow/edit/curl_secrets.h"

/* FILE_MOST is more than app_memory() and the folds ever are. */
enum {
    FILE_MOST = 256 * 1024,
    FORMAT = 1,
    APART_MS = 60 * 1000,
    FOLDS_MOST = 1000, /* blocks; of more the others are unfolded next time */
    FOLD_SIZE = 100    /* bytes */
};

struct memory_file {
    struct app *app;      /* borrowed */
    struct marks *folded; /* borrowed */
    char *path, *actor;
    bool foreign;       /* what is there is left as it is */
    char *known;        /* what was written last, or NULL */
    int64_t written_at; /* monotonic */
};

/* Beside the store, since a filter or a screen of one store means nothing in
 * another. Whoever can change a store can make files there. */
static char *
path_of(const char *store, const char *actor)
{
    struct buf path;
    buf_init_any(&path);
    buf_addf(&path, "%s.prefs-", store);
    percent_encode(&path, actor, strlen(actor));
    return buf_take(&path);
}

/* Only a file of this account alone is believed. A link is not followed, nor is
 * anything waited for. */
static enum err
open_own(const char *path, int *out, struct error *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return ERR_NOT_FOUND;
    if (fd < 0)
        return error_set(e, ERR_IO, "%s", strerror(errno));
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        (st.st_mode & 077) == 0) {
        *out = fd;
        return ERR_OK;
    }
    close(fd);
    return error_set(e, ERR_REFUSED, "it is not a file that only you can read");
}

static enum err
read_text(const char *path, struct buf *out, struct error *e)
{
    int fd = -1;
    enum err err = open_own(path, &fd, e);
    if (err != ERR_OK)
        return err;
    err = file_read_fd(fd, "the file", out, e);
    close(fd);
    return err;
}

static enum err
check_form(const struct value *v, const char *actor, struct error *e)
{
    if (!text_equal(value_get_text(v, "actor"), actor))
        return error_set(e, ERR_INVALID, "it is not of %s", actor);
    if (value_int_or(value_get(v, "format"), 0) != FORMAT)
        return error_set(e, ERR_INVALID, "it is of another version");
    return ERR_OK;
}

static enum err
read_memory(const struct memory_file *f, struct value **out, struct error *e)
{
    struct buf text;
    *out = NULL;
    buf_init(&text, FILE_MOST);
    enum err err = read_text(f->path, &text, e);
    if (err == ERR_OK && buf_failed(&text))
        err = error_set(e, ERR_TOO_BIG, "it is too big");
    if (err == ERR_OK)
        err = value_read(out, buf_str(&text), text.len, &value_limits_event,
                         "the file", e);
    if (err == ERR_OK)
        err = check_form(*out, f->actor, e);
    buf_clear(&text);
    return err;
}

/* Ids of workflows and blocks, which say nothing of a customer. */
static void
take_folds(struct memory_file *f, const struct value *v)
{
    const struct value *keys = value_get(v, "folded");
    for (size_t i = 0; i < value_size(keys) && i < FOLDS_MOST; i++) {
        const char *key = value_text_or(value_at(keys, i), NULL);
        if (key && strlen(key) <= FOLD_SIZE && !text_first_hidden(key))
            marks_set(f->folded, key, true);
    }
}

static void
add_folds(const struct memory_file *f, struct value *out)
{
    struct value *keys = value_array();
    for (size_t i = 0; i < f->folded->count && i < FOLDS_MOST; i++) {
        if (strlen(f->folded->keys[i]) <= FOLD_SIZE)
            value_append(keys, value_string(f->folded->keys[i]));
    }
    value_set(out, "folded", keys);
}

struct memory_file *
memory_file_open(struct app *app, struct marks *folded, const char *store,
                 const char *actor)
{
    struct memory_file *f = mem_alloc(sizeof *f);
    struct value *v = NULL;
    struct error e = {0};
    f->app = app;
    f->folded = folded;
    f->path = path_of(store, actor);
    f->actor = mem_strdup(actor);
    f->written_at = app_now_ms(app) - APART_MS;
    enum err err = read_memory(f, &v, &e);
    f->foreign = err != ERR_OK && err != ERR_NOT_FOUND;
    if (err == ERR_OK) {
        app_remember(app, v);
        take_folds(f, v);
    } else if (f->foreign)
        app_say(app, MESSAGE_WARNING,
                "Nothing is kept for the next session: %.300s: %.300s (the "
                "file stays as it is; remove it)",
                f->path, e.text);
    value_free(v);
    return f;
}

/* It may have become another's meanwhile. */
static bool
may_write(const struct memory_file *f)
{
    struct error ignored = {0};
    int fd = -1;
    if (f->foreign)
        return false;
    enum err err = open_own(f->path, &fd, &ignored);
    if (fd >= 0)
        close(fd);
    return err == ERR_OK || err == ERR_NOT_FOUND;
}

static void
write_memory(struct memory_file *f)
{
    struct buf text;
    struct error ignored = {0};
    struct value *v = app_memory(f->app);
    if (secret_may_be_in(value_text_or(value_get(v, "filter"), "")))
        value_remove(v, "filter");
    value_set(v, "format", value_int(FORMAT));
    value_set_text(v, "actor", f->actor);
    add_folds(f, v);
    buf_init(&text, FILE_MOST);
    value_write_pretty(&text, v);
    value_free(v);
    if (!buf_failed(&text) && !text_equal(buf_str(&text), f->known) &&
        may_write(f)) {
        file_write(f->path, buf_str(&text), text.len, 0600, &ignored);
        free(f->known);
        f->known = buf_take(&text);
        f->written_at = app_now_ms(f->app);
    }
    buf_clear(&text);
}

void
memory_file_screen_left(struct memory_file *f)
{
    if (f && app_now_ms(f->app) - f->written_at >= APART_MS)
        write_memory(f);
}

void
memory_file_close(struct memory_file *f, bool keep)
{
    if (!f)
        return;
    if (keep)
        write_memory(f);
    free(f->known);
    free(f->path);
    free(f->actor);
    free(f);
}
