/* A backup compared with the store that it replaces. */
#include "runtime/daemon/restore_since.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "runtime/access/origin.h"
#include "store/runtime.h"

enum { NAMED = 20 }; /* of what is back; the rest is counted */

static const char *const kinds[] = {"API key", "manage token", "read token"};

struct revoked {
    char id[IDENT_SIZE], *name;
    int64_t kind, environment, created, at;
    unsigned char hash[DIGEST_BYTES];
};

/* Adds NAME, made visible, as one of the COUNT so far. */
static void
add_name(struct buf *out, int64_t count, const char *name)
{
    char *shown = text_visible_dup(name);
    if (count <= NAMED)
        buf_addf(out, "%s%s", count > 1 ? ", " : "", shown);
    free(shown);
}

void
restore_not_compared(struct buf *out, const char *why)
{
    buf_addf(out,
             "\nnot compared: %s. Keys, tokens and origins that were removed "
             "after the backup are valid again, and deleted users and "
             "credentials are back (before you start it, look at `tailord "
             "apikey list`, `tailord token list manage`, `tailord token list "
             "read` and `tailord origin list`, and remove what must not be "
             "there)",
             why);
}

/* --- keys and tokens ------------------------------------------------------ */

static enum err
read_revoked(struct db *replaced, struct revoked **out, size_t *count,
             struct error *e)
{
    struct rs_revoked_token t;
    struct db_stmt *q = db_use(replaced, RS_TOKENS_REVOKED);
    while (rs_revoked_token_next(q, &t)) {
        *out = mem_resize(*out, *count + 1, sizeof **out);
        struct revoked *r = &(*out)[(*count)++];
        *r = (struct revoked){.name = mem_strdup(t.name),
                              .kind = t.kind,
                              .environment = t.environment,
                              .created = t.created_at,
                              .at = t.revoked_at};
        snprintf(r->id, sizeof r->id, "%s", t.id);
        if (t.hash_length == sizeof r->hash)
            memcpy(r->hash, t.hash, sizeof r->hash);
    }
    return db_end(q, e);
}

/* One that the copy never had is kept there as revoked: a later restore of a
 * backup that has it is compared with this copy. */
static enum err
remember(struct db *copy, const struct revoked *r, struct error *e)
{
    struct db_stmt *q = db_use(copy, RS_TOKEN_ADD_REVOKED);
    db_text(q, r->id);
    db_int(q, r->kind);
    db_text(q, r->name);
    db_int(q, r->environment);
    db_blob(q, r->hash, sizeof r->hash);
    db_int(q, r->created);
    db_int(q, r->at);
    return db_run(q, e);
}

/* NAME receives what the token was called, "" where the copy has it not, or
 * has it revoked. */
static enum err
revoke(struct db *copy, const struct revoked *r, char **name, struct error *e)
{
    struct rs_token_name t;
    struct db_stmt *q = db_use(copy, RS_TOKEN_NAME);
    *name = NULL;
    db_text(q, r->id);
    if (rs_token_name_next(q, &t))
        *name = mem_printf("%s %s", kinds[t.kind], t.name);
    enum err err = db_end(q, e);
    if (err != ERR_OK || !*name)
        return err;
    q = db_use(copy, RS_TOKEN_REVOKE_ID);
    db_int(q, r->at);
    db_text(q, r->id);
    return db_run(q, e);
}

static enum err
carry_revoked(struct db *copy, struct db *replaced, struct buf *out,
              struct error *e)
{
    struct revoked *list = NULL;
    size_t count = 0;
    int64_t named = 0;
    enum err err = read_revoked(replaced, &list, &count, e);
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        char *name = NULL;
        err = remember(copy, &list[i], e);
        if (err == ERR_OK)
            err = revoke(copy, &list[i], &name, e);
        if (name) {
            if (!named++)
                buf_adds(out, "\nrevoked since the backup, and so revoked in "
                              "it: ");
            add_name(out, named, name);
        }
        free(name);
    }
    if (named > NAMED)
        buf_addf(out, " and %lld more", (long long)(named - NAMED));
    for (size_t i = 0; i < count; i++)
        free(list[i].name);
    free(list);
    return err;
}

enum err
restore_keys(struct db *copy, struct buf *out, struct error *e)
{
    enum err err = ERR_OK;
    for (int kind = 0; kind < 3 && err == ERR_OK; kind++) {
        int64_t count = 0;
        struct rs_listed_token t;
        struct db_stmt *q = db_use(copy, RS_TOKEN_LIST);
        db_int(q, kind);
        while (rs_listed_token_next(q, &t)) {
            char time[CLOCK_TEXT_SIZE];
            clock_format(time, t.created_at);
            char *name = mem_printf("%s (%.10s)", t.name, time);
            if (!count++)
                buf_addf(out, "\n%ss that it accepts: ", kinds[kind]);
            add_name(out, count, name);
            free(name);
        }
        err = db_end(q, e);
        if (count > NAMED)
            buf_addf(out, " and %lld more", (long long)(count - NAMED));
    }
    return err;
}

/* --- origins -------------------------------------------------------------- */

struct names {
    char **at;
    size_t count;
};

static void
names_clear(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->at[i]);
    free(n->at);
}

static enum err
read_id(struct db *db, char **out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_META_GET);
    db_text(q, "runtimeId");
    *out = db_row(q) ? mem_strdup(db_get_text(q)) : NULL;
    return db_end(q, e);
}

/* A removed origin leaves no trace, so that only a store of the same runtime
 * tells it from one that was never added: a new one allows nothing yet. */
static enum err
is_same_runtime(struct db *copy, struct db *replaced, bool *same,
                struct error *e)
{
    char *one = NULL, *other = NULL;
    enum err err = read_id(copy, &one, e);
    if (err == ERR_OK)
        err = read_id(replaced, &other, e);
    *same = one && other && strcmp(one, other) == 0;
    free(one);
    free(other);
    return err;
}

/* The origins of COPY that REPLACED does not allow. */
static enum err
read_not_allowed(struct db *copy, struct db *replaced, struct names *out,
                 struct error *e)
{
    enum err found = ERR_OK;
    struct db_stmt *q = db_use(copy, RS_ORIGIN_LIST);
    while (found == ERR_OK && db_row(q)) {
        bool has = false;
        found = origin_is_listed(replaced, db_get_text(q), &has, e);
        if (has)
            continue;
        out->at = mem_resize(out->at, out->count + 1, sizeof *out->at);
        out->at[out->count++] = mem_strdup(db_get_text(q));
    }
    enum err err = db_end(q, found == ERR_OK ? e : NULL);
    return found == ERR_OK ? err : found;
}

static enum err
remove_origin(struct db *copy, const char *url, struct error *e)
{
    struct db_stmt *q = db_use(copy, RS_ORIGIN_REMOVE);
    db_text(q, url);
    return db_run(q, e);
}

static enum err
carry_removed_origins(struct db *copy, struct db *replaced, struct buf *out,
                      struct error *e)
{
    struct names gone = {0};
    enum err err = read_not_allowed(copy, replaced, &gone, e);
    for (size_t i = 0; i < gone.count && err == ERR_OK; i++) {
        err = remove_origin(copy, gone.at[i], e);
        if (i == 0)
            buf_adds(out, "\norigins that the replaced store does not allow, "
                          "and so removed: ");
        add_name(out, (int64_t)i + 1, gone.at[i]);
    }
    if (gone.count > NAMED)
        buf_addf(out, " and %zu more", gone.count - NAMED);
    names_clear(&gone);
    return err;
}

/* --- users and credentials ------------------------------------------------ */

/* One that the copy never had is kept there as deleted: a later restore of a
 * backup that has the user is compared with this copy. */
static enum err
remember_users(struct db *copy, struct db *replaced, struct error *e)
{
    enum err found = ERR_OK;
    struct rs_deleted_user u;
    struct db_stmt *q = db_use(replaced, RS_USERS_GONE);
    while (found == ERR_OK && rs_deleted_user_next(q, &u)) {
        struct db_stmt *add = db_use(copy, RS_USER_ADD_DELETED);
        db_text(add, u.id);
        db_int(add, u.environment);
        db_text(add, u.username);
        db_int(add, u.created_at);
        db_int(add, u.deleted_at);
        found = db_run(add, e);
    }
    enum err err = db_end(q, found == ERR_OK ? e : NULL);
    return found == ERR_OK ? err : found;
}

/* Kept in COPY, so that the next restore names it, too. */
static enum err
remember_taken(struct db *copy, int kind, const char *id, const char *name,
               int64_t at, struct error *e)
{
    struct db_stmt *q = db_use(copy, RS_TAKEN_ADD);
    db_int(q, kind);
    db_text(q, id);
    db_text(q, name);
    db_int(q, at);
    return db_run(q, e);
}

static enum err
is_known(struct db *copy, int statement, const char *id, bool *known,
         struct error *e)
{
    struct db_stmt *q = db_use(copy, statement);
    db_text(q, id);
    *known = db_row(q);
    return db_end(q, e);
}

/* What statement DELETED of REPLACED gives, and THERE of COPY still names.
 * KNOWN finds also what is deleted in COPY; 0: what is not known there is kept
 * in another way. */
struct back {
    int deleted, there, known;
    enum rt_taken kind;
    const char *what, *advice;
};

/* The name of ID in COPY, NULL where it is not there; the caller frees it. */
static enum err
name_there(struct db *copy, const struct back *b, const char *id, char **name,
           struct error *e)
{
    struct db_stmt *q = db_use(copy, b->there);
    db_text(q, id);
    *name = db_row(q) ? mem_strdup(db_get_text(q)) : NULL;
    return db_end(q, e);
}

static enum err
tell_one(struct db *copy, const struct rs_taken *t, const struct back *b,
         int64_t *count, struct buf *out, struct error *e)
{
    char *name = NULL;
    bool known = true;
    enum err err = name_there(copy, b, t->id, &name, e);
    if (err == ERR_OK && !name && b->known)
        err = is_known(copy, b->known, t->id, &known, e);
    if (err == ERR_OK && (name || !known))
        err = remember_taken(copy, b->kind, t->id, name ? name : "", t->at, e);
    if (err == ERR_OK && name) {
        if (!(*count)++)
            buf_addf(out, "\n%s that were deleted since the backup and "
                          "are back: ",
                     b->what);
        add_name(out, *count, name);
    }
    free(name);
    return err;
}

static enum err
tell_back(struct db *copy, struct db *replaced, const struct back *b,
          struct buf *out, struct error *e)
{
    int64_t count = 0;
    enum err found = ERR_OK;
    struct rs_taken t;
    struct db_stmt *q = db_use(replaced, b->deleted);
    while (found == ERR_OK && rs_taken_next(q, &t))
        found = tell_one(copy, &t, b, &count, out, e);
    enum err err = db_end(q, found == ERR_OK ? e : NULL);
    if (count > NAMED)
        buf_addf(out, " and %lld more", (long long)(count - NAMED));
    if (count > 0)
        buf_adds(out, b->advice);
    return found == ERR_OK ? err : found;
}

/* --- keys and tokens that are lost ---------------------------------------- */

static enum err
lose_token(struct db *copy, const struct rs_had_token *t, int64_t *count,
           struct buf *out, struct error *e)
{
    bool known = true;
    enum err err = is_known(copy, RS_TOKEN_KNOWN, t->id, &known, e);
    if (err != ERR_OK || known)
        return err;
    if (!(*count)++)
        buf_adds(out, "\nnot in the backup, and so not accepted (make new "
                      "ones): ");
    char *name = mem_printf("%s %s", kinds[t->kind], t->name);
    add_name(out, *count, name);
    free(name);
    return remember_taken(copy, TAKEN_TOKEN + (int)t->kind, t->id, t->name, 0,
                          e);
}

/* Whose caller is refused after the restore, although nobody revoked it. */
static enum err
tell_lost_tokens(struct db *copy, struct db *replaced, struct buf *out,
                 struct error *e)
{
    int64_t count = 0;
    enum err found = ERR_OK;
    struct rs_had_token t;
    struct db_stmt *q = db_use(replaced, RS_TOKENS_HAD);
    while (found == ERR_OK && rs_had_token_next(q, &t))
        found = lose_token(copy, &t, &count, out, e);
    enum err err = db_end(q, found == ERR_OK ? e : NULL);
    if (count > NAMED)
        buf_addf(out, " and %lld more", (long long)(count - NAMED));
    return found == ERR_OK ? err : found;
}

enum err
restore_since(struct db *copy, struct db *replaced, struct buf *out,
              struct error *e)
{
    static const struct back backs[] = {
        {RS_USERS_DELETED, RS_USER_THERE, 0, TAKEN_USER, "users",
         "\ndelete each again once tailord runs: `tailord user remove "
         "USERNAME`"},
        {RS_CREDENTIALS_DELETED, RS_CREDENTIAL_THERE, RS_CREDENTIAL_KNOWN,
         TAKEN_CREDENTIAL, "credentials", ""},
    };
    bool same = false;
    enum err err = carry_revoked(copy, replaced, out, e);
    if (err == ERR_OK)
        err = is_same_runtime(copy, replaced, &same, e);
    if (err == ERR_OK && !same)
        restore_not_compared(out, "the replaced database is of another "
                                  "runtime");
    if (err == ERR_OK && same)
        err = carry_removed_origins(copy, replaced, out, e);
    if (err == ERR_OK && same)
        err = tell_lost_tokens(copy, replaced, out, e);
    for (size_t i = 0; i < 2 && err == ERR_OK; i++)
        err = tell_back(copy, replaced, &backs[i], out, e);
    return err == ERR_OK && same ? remember_users(copy, replaced, e) : err;
}
