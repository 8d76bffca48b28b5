/* A copy in the place of the store: the command, and the first start. */
#include "runtime/daemon/restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/part.h"
#include "runtime/daemon/command.h"
#include "runtime/daemon/restore_since.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

/* --- held ----------------------------------------------------------------- */

/* The next start of DB is held; where it is a COPY that says so itself, also
 * without the file that counts its openings. */
static enum err
hold(struct db *db, bool copy, struct error *e)
{
    enum err err = db_begin(db, e);
    if (err == ERR_OK)
        err = runtime_hold(db, true, e);
    if (err == ERR_OK && copy)
        err = db_forget_history(db, e);
    if (err == ERR_OK)
        return db_commit(db, e);
    db_rollback(db);
    return err;
}

enum err
restore_mark(const char *path, struct error *e)
{
    struct db *db = NULL;
    enum err err = db_open(&db, path, &runtime_schema, DB_OLDER, e);
    if (err == ERR_OK)
        err = hold(db, true, e);
    db_close(db);
    return err;
}

enum err
restore_opened(struct db *db, struct error *e)
{
    if (!db_is_restored(db))
        return ERR_OK;
    const char *kept = db_set_aside(db);
    log_event(LOG_WARNING, "store was replaced", "path", db_path(db), "message",
              kept ? "a write-ahead log of another database lay beside it and "
                     "was set aside; the runtime is held"
              : db_is_unplaced(db)
                  ? "tailord.db-place, which counts its openings, is missing "
                    "beside it or holds something else, so it may be a copy; "
                    "the runtime is held"
                  : "it is older than it was when it was open last, or it is "
                    "another one; the runtime is held",
              "kept", kept, NULL);
    enum err err = hold(db, false, e);
    return err == ERR_OK ? db_keep_place(db, e) : err;
}

/* --- the command ---------------------------------------------------------- */

static enum err
copy_bytes(int from, const char *from_name, int to, const char *to_name,
           struct error *e)
{
    char block[1 << 16];
    for (;;) {
        ssize_t n = read(from, block, sizeof block);
        if (n == 0)
            return ERR_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(e, ERR_IO, from_name);
        enum err err = file_write_fd(to, to_name, block, (size_t)n, e);
        if (err != ERR_OK)
            return err;
    }
}

static enum err
copy_file(const char *from, const char *to, struct error *e)
{
    int in;
    enum err err = file_open(from, &in, e);
    if (err != ERR_OK)
        return err;
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    err =
        out < 0 ? error_errno(e, ERR_IO, to) : copy_bytes(in, from, out, to, e);
    if (out >= 0)
        close(out);
    close(in);
    return err;
}

/* A copy of files that were in use has a log beside it. */
static enum err
copy_with_log(const char *from, const char *to, struct error *e)
{
    char *log = mem_printf("%s-wal", from);
    char *log_to = mem_printf("%s-wal", to);
    enum err err = copy_file(from, to, e);
    if (err == ERR_OK && access(log, F_OK) == 0)
        err = copy_file(log, log_to, e);
    free(log);
    free(log_to);
    return err;
}

static void
remove_all(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *name = mem_printf("%s%s", path, ends[i]);
        unlink(name);
        free(name);
    }
}

/* One that waits for a writer would never end, and the store is no copy. */
static enum err
check_source(const char *from, const char *store, struct error *e)
{
    struct stat source, own;
    if (stat(from, &source) != 0)
        return error_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, from);
    enum err err = file_check(from, e);
    if (err != ERR_OK)
        return err;
    if (stat(store, &own) == 0 && own.st_dev == source.st_dev &&
        own.st_ino == source.st_ino)
        return error_set(e, ERR_REFUSED,
                         "%s: it is the store itself (name a backup)", from);
    return ERR_OK;
}

/* --- what was taken away since -------------------------------------------- */

static enum err
compare(struct db *copy, struct db *replaced, struct buf *out, struct error *e)
{
    enum err err = db_begin(copy, e);
    if (err == ERR_OK)
        err = restore_since(copy, replaced, out, e);
    if (err == ERR_OK)
        return db_commit(copy, e);
    db_rollback(copy);
    return err;
}

/* The replaced store is read from a copy of its files, for it is to be kept as
 * it is. One that cannot be read is replaced all the same. */
static void
compare_with(struct db *copy, const char *store, struct buf *out)
{
    struct db *replaced = NULL;
    struct error why;
    size_t before = out->len;
    char *part = part_name(store);
    enum err err = copy_with_log(store, part, &why);
    if (err == ERR_OK)
        err = db_open(&replaced, part, &runtime_schema, DB_OLDER, &why);
    if (err == ERR_OK)
        err = compare(copy, replaced, out, &why);
    db_close(replaced);
    remove_all(part);
    if (err != ERR_OK) {
        buf_truncate(out, before);
        restore_not_compared(out, err == ERR_NOT_FOUND
                                      ? "no database was in its place"
                                      : why.text);
    }
    free(part);
}

/* Checks the copy and makes its next start held; OUT receives what is said. */
static enum err
prepare(const char *fresh, const char *store, struct buf *out, struct error *e)
{
    struct db *db = NULL;
    enum err err = db_open(&db, fresh, &runtime_schema, DB_OLDER, e);
    if (err == ERR_OK)
        err = db_check(db, e);
    if (err == ERR_OK)
        compare_with(db, store, out);
    if (err == ERR_OK)
        err = restore_keys(db, out, e);
    if (err == ERR_OK)
        err = hold(db, true, e);
    db_close(db);
    return err;
}

/* What is wrong with FRESH is wrong with what the user named. */
static void
rename_in(struct error *e, const char *fresh, const char *from)
{
    size_t n = strlen(fresh);
    if (strncmp(e->text, fresh, n) != 0)
        return;
    char *text = mem_printf("%s%s", from, e->text + n);
    error_set(e, e->code, "%s", text);
    free(text);
}

void
restore_remove_parts(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup(".");
    char *start = mem_printf("%s.part-", slash ? slash + 1 : path);
    DIR *d = opendir(folder);
    for (struct dirent *f; d && (f = readdir(d));) {
        if (strncmp(f->d_name, start, strlen(start)) != 0)
            continue;
        char *name = mem_printf("%s/%s", folder, f->d_name);
        unlink(name);
        free(name);
    }
    if (d)
        closedir(d);
    free(start);
    free(folder);
}

/* Each line of TEXT as a row: names in it have no line ends. */
static struct value *
rows_of(const char *text)
{
    struct value *v = value_object(), *list = value_array();
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = mem_strndup(text, n);
        struct value *row = value_object();
        value_set_text(row, "message", line);
        value_append(list, row);
        free(line);
        text += n + (text[n] == '\n');
    }
    value_set(v, "data", list);
    return v;
}

static struct value *
say(const char *store, const char *from, const char *kept, const char *more)
{
    char *text =
        mem_printf("%s: restored from %s%s%s; the next start is held%s", store,
                   from, kept ? "; the replaced database is kept as " : "",
                   kept ? kept : "", more);
    struct value *v = rows_of(text);
    free(text);
    return v;
}

enum err
restore_command(const struct command_place *place,
                const struct value *arguments, struct value **out,
                struct error *e)
{
    const char *from = value_text_or(value_at(arguments, 0), "");
    int used = -1;
    struct buf since;
    char *kept = NULL, *fresh = part_name(place->store);
    buf_init(&since, 1 << 20);
    enum err err = check_source(from, place->store, e);
    if (err == ERR_OK)
        err = db_lock_out(place->store, &used, e);
    if (err == ERR_OK) {
        restore_remove_parts(place->store);
        err = copy_with_log(from, fresh, e);
    }
    if (err == ERR_OK) {
        err = prepare(fresh, place->store, &since, e);
        if (err != ERR_OK && e)
            rename_in(e, fresh, from);
    }
    if (err == ERR_OK)
        err = db_replace(place->store, fresh, &kept, e);
    if (err == ERR_OK)
        *out = say(place->store, from, kept, buf_str(&since));
    else
        remove_all(fresh);
    db_let_in(used);
    buf_clear(&since);
    free(kept);
    free(fresh);
    return err;
}
