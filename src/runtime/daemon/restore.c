/* A copy in the place of the store: the command, and the first start. */
#include "runtime/daemon/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/part.h"
#include "runtime/daemon/command.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

/* --- held ----------------------------------------------------------------- */

static enum err
hold(struct db *db, struct error *e)
{
    enum err code = db_begin(db, e);
    if (code == ERR_OK)
        code = runtime_hold(db, true, e);
    if (code == ERR_OK)
        return db_commit(db, e);
    db_rollback(db);
    return code;
}

enum err
restore_mark(const char *path, struct error *e)
{
    struct db *db = NULL;
    enum err code = db_open(&db, path, &runtime_schema, DB_OLDER, e);
    if (code == ERR_OK)
        code = hold(db, e);
    db_close(db);
    return code;
}

enum err
restore_opened(struct db *db, struct error *e)
{
    if (!db_is_restored(db))
        return ERR_OK;
    log_event(LOG_WARNING, "store was replaced", "path", db_path(db), "kept",
              db_set_aside(db), "message",
              "a write-ahead log of another database lay beside it and was "
              "set aside; the runtime is held",
              NULL);
    enum err code = hold(db, e);
    return code == ERR_OK ? db_keep_place(db, e) : code;
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
        enum err code = file_write_fd(to, to_name, block, (size_t)n, e);
        if (code != ERR_OK)
            return code;
    }
}

static enum err
copy_file(const char *from, const char *to, struct error *e)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return error_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, from);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum err code =
        out < 0 ? error_errno(e, ERR_IO, to) : copy_bytes(in, from, out, to, e);
    if (out >= 0)
        close(out);
    close(in);
    return code;
}

/* A copy of files that were in use has a log beside it. */
static enum err
copy_with_log(const char *from, const char *to, struct error *e)
{
    char *log = mem_printf("%s-wal", from);
    char *log_to = mem_printf("%s-wal", to);
    enum err code = copy_file(from, to, e);
    if (code == ERR_OK && access(log, F_OK) == 0)
        code = copy_file(log, log_to, e);
    free(log);
    free(log_to);
    return code;
}

/* Checks the copy and makes its next start held. */
static enum err
prepare(const char *fresh, struct error *e)
{
    struct db *db = NULL;
    enum err code = db_open(&db, fresh, &runtime_schema, DB_OLDER, e);
    if (code == ERR_OK)
        code = db_check(db, e);
    if (code == ERR_OK)
        code = hold(db, e);
    db_close(db);
    return code;
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

static struct value *
say(const char *store, const char *from, const char *kept)
{
    char *text = mem_printf(
        "%s: restored from %s%s%s; the next start is held", store, from,
        kept ? "; the replaced database is kept as " : "", kept ? kept : "");
    struct value *v = value_string(text);
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
    char *kept = NULL, *fresh = part_name(place->store);
    enum err code = db_lock_out(place->store, &used, e);
    if (code == ERR_OK)
        code = copy_with_log(from, fresh, e);
    if (code == ERR_OK) {
        code = prepare(fresh, e);
        if (code != ERR_OK && e)
            rename_in(e, fresh, from);
    }
    if (code == ERR_OK)
        code = db_replace(place->store, fresh, &kept, e);
    if (code == ERR_OK)
        *out = say(place->store, from, kept);
    else
        remove_all(fresh);
    db_let_in(used);
    free(kept);
    free(fresh);
    return code;
}
