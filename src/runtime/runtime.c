/* The runtime as a whole: state folder and keys. */
#include "runtime/runtime.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "runtime/installed/checking.h"
#include "runtime/installed/reading.h"
#include "store/runtime.h"

/* Of parsed documents: ten of 5,000 rows, hundreds of the usual ones. */
enum { DOCUMENTS_BYTES = 64 * 1024 * 1024 };

/* Of what they ask, about 1 kB each: more than a few pages of a list. */
enum { ASKS_BYTES = 16 * 1024 * 1024 };

char *
runtime_path(const struct runtime *r, const char *name)
{
    return mem_printf("%s/%s", r->state, name);
}

static enum err
make_key(const char *path, unsigned char key[RUNTIME_KEY_BYTES],
         struct error *e)
{
    random_bytes(key, RUNTIME_KEY_BYTES);
    return file_write(path, key, RUNTIME_KEY_BYTES, 0600, e);
}

static enum err
read_key(const char *path, unsigned char key[RUNTIME_KEY_BYTES],
         struct error *e)
{
    struct buf b;
    buf_init(&b, RUNTIME_KEY_BYTES);
    enum err err = file_read(path, &b, e);
    if (err == ERR_OK && b.len != RUNTIME_KEY_BYTES)
        err = error_set(e, ERR_DAMAGED, "key %s: it is not %d bytes long", path,
                        RUNTIME_KEY_BYTES);
    if (err == ERR_OK)
        memcpy(key, b.data, RUNTIME_KEY_BYTES);
    if (b.data)
        sodium_memzero(b.data, b.len);
    buf_clear(&b);
    return err;
}

enum err
runtime_key(const struct runtime *r, const char *name,
            unsigned char key[RUNTIME_KEY_BYTES], struct error *e)
{
    struct stat st;
    enum err err;
    char *path = runtime_path(r, name);
    if (stat(path, &st) != 0)
        err = make_key(path, key, e);
    else if (st.st_mode & 077)
        err = error_set(e, ERR_REFUSED,
                        "key %s: readable by others (run chmod 600; delete "
                        "the file if it may have leaked)",
                        path);
    else
        err = read_key(path, key, e);
    free(path);
    return err;
}

uint64_t
runtime_room(const struct runtime *r)
{
    struct statvfs st;
    if (!r->state || statvfs(r->state, &st) != 0)
        return UINT64_MAX;
    return (uint64_t)st.f_bavail * st.f_frsize;
}

enum err
runtime_check_room(const struct runtime *r, struct error *e)
{
    uint64_t room = runtime_room(r);
    if (room >= r->min_free)
        return ERR_OK;
    return error_set(e, ERR_DISK_FULL,
                     "disk: %llu MB are free, and the last %llu MB are kept "
                     "for events that were accepted: this one was not (make "
                     "room and send it again)",
                     (unsigned long long)(room >> 20),
                     (unsigned long long)(r->min_free >> 20));
}

static enum err
flag(struct db *db, const char *key, bool *out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_META_GET);
    db_text(q, key);
    *out = db_row(q) && strcmp(db_get_text(q), "1") == 0;
    return db_end(q, e);
}

static enum err
set_flag(struct db *db, const char *key, bool value, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_META_SET);
    db_text(q, key);
    db_text(q, value ? "1" : "0");
    return db_run(q, e);
}

enum err
runtime_held(struct db *db, bool *held, struct error *e)
{
    return flag(db, "held", held, e);
}

static enum err
set_restore(struct db *db, const char *id, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_META_SET);
    db_text(q, "restore");
    db_text(q, id);
    return db_run(q, e);
}

enum err
runtime_hold(struct db *db, bool held, struct error *e)
{
    enum err err = set_flag(db, "held", held, e);
    if (err == ERR_OK)
        err = set_restore(db, "", e);
    if (err == ERR_OK && !held) /* a person has accepted what it brought back */
        err = db_run(db_use(db, RS_TAKEN_ACCEPTED), e);
    return err == ERR_OK ? runtime_set_judged(db, false, e) : err;
}

enum err
runtime_restore(struct db *db, char id[IDENT_SIZE], struct error *e)
{
    bool held = false;
    enum err err = runtime_held(db, &held, e);
    *id = '\0';
    if (err != ERR_OK || !held)
        return err;
    struct db_stmt *q = db_use(db, RS_META_GET);
    db_text(q, "restore");
    if (db_row(q))
        snprintf(id, IDENT_SIZE, "%s", db_get_text(q));
    return db_end(q, e);
}

enum err
runtime_name_restore(struct db *db, struct error *e)
{
    char id[IDENT_SIZE];
    bool held = false;
    enum err err = runtime_held(db, &held, e);
    if (err == ERR_OK)
        err = runtime_restore(db, id, e);
    if (err != ERR_OK || !held || *id)
        return err;
    ident_new(id);
    return set_restore(db, id, e);
}

enum err
runtime_judged(struct db *db, bool *judged, struct error *e)
{
    return flag(db, "heldJudged", judged, e);
}

enum err
runtime_set_judged(struct db *db, bool judged, struct error *e)
{
    return set_flag(db, "heldJudged", judged, e);
}

enum err
runtime_open(struct runtime *r, const char *state, const char *public_url,
             struct error *e)
{
    *r = (struct runtime){.started_ms = clock_monotonic_ms()};
    parsed_cache_init(&r->documents, DOCUMENTS_BYTES);
    asks_cache_init(&r->asks, ASKS_BYTES);
    r->state = mem_strdup(state);
    r->public_url = mem_strdup(public_url);
    return runtime_key(r, "browser-token.key", r->jwt_key, e);
}

void
runtime_close(struct runtime *r)
{
    sodium_memzero(r->jwt_key, sizeof r->jwt_key);
    parsed_cache_clear(&r->documents);
    asks_cache_clear(&r->asks);
    checking_clear(&r->checking);
    reading_clear(&r->reading);
    free(r->state);
    free(r->public_url);
}
