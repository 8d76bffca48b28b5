/* Kept sheets: listing, keeping, reading, removing. */
#include "manager/catalogue/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "manager/catalogue/catalogue_private.h"
#include "manager/catalogue/purge.h"
#include "manager/session/host_clock.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* --- listing -------------------------------------------------------------- */
enum err
manager_sheet_list(struct manager *m, struct sheet_list *out, struct error *e)
{
    *out = (struct sheet_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_SHEET_LIST, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    int64_t now = 0;
    if (err == ERR_OK)
        err = host_clock_expiry(m, &now, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_SHEETS_OF);
        struct cs_sheet s;
        db_text(q, manager_actor(m));
        db_int(q, now);
        while (cs_sheet_next(q, &s)) {
            out->rows =
                mem_resize(out->rows, out->count + 1, sizeof *out->rows);
            out->rows[out->count++] =
                (struct sheet_row){.id = pool_text(out->pool, s.id),
                                   .name = pool_text(out->pool, s.name),
                                   .bytes = s.bytes,
                                   .at = s.at,
                                   .expires_at = s.expires_at};
        }
        err = db_end(q, e);
    }
    return operation_end(m, err, e);
}

void
sheet_list_clear(struct sheet_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct sheet_list){.count = 0};
}

/* --- looking for one ------------------------------------------------------ */
struct kept_sheet {
    int64_t n; /* 0: none */
    char id[IDENT_SIZE];
    char hash[DIGEST_SIZE];
    int64_t bytes, expires_at;
};

/* The session's sheet with the name or the id NAME, if it is kept. */
static enum err
find(struct manager *m, const char *name, struct kept_sheet *out,
     struct error *e)
{
    int64_t now;
    *out = (struct kept_sheet){.n = 0};
    enum err err = host_clock_expiry(m, &now, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_SHEET_NAMED);
    struct cs_sheet s;
    db_text(q, manager_actor(m));
    db_text(q, name);
    db_int(q, now);
    if (cs_sheet_next(q, &s)) {
        out->n = s.n;
        out->bytes = s.bytes;
        out->expires_at = s.expires_at;
        snprintf(out->id, sizeof out->id, "%s", s.id);
        snprintf(out->hash, sizeof out->hash, "%s", s.hash);
    }
    return db_end(q, e);
}

static enum err
find_one(struct manager *m, const char *name, struct kept_sheet *out,
         struct error *e)
{
    enum err err = find(m, name, out, e);
    if (err == ERR_OK && !out->n)
        err = error_set(e, ERR_NOT_FOUND,
                        "sheet %s: not found among your sheets, which are kept "
                        "for %d days",
                        name, SHEET_DAYS);
    return err;
}

/* --- keeping -------------------------------------------------------------- */
static enum err
check_room(struct manager *m, size_t n, struct error *e)
{
    int64_t own = 0, bytes = 0;
    struct db_stmt *q = db_use(manager_db(m), CS_SHEETS_COUNT);
    db_text(q, manager_actor(m));
    enum err err = db_run_int(q, &own, NULL, e);
    if (err == ERR_OK)
        err =
            db_run_int(db_use(manager_db(m), CS_SHEETS_BYTES), &bytes, NULL, e);
    if (err == ERR_OK && own >= SHEETS_OF_PERSON)
        err = error_set(e, ERR_CONFLICT,
                        "sheets: you keep %d, which is the most (remove one "
                        "first)",
                        SHEETS_OF_PERSON);
    if (err == ERR_OK && bytes + (int64_t)n > SHEETS_BYTES)
        err = error_set(e, ERR_CONFLICT,
                        "sheets: those of all people together may have %d MB "
                        "(remove one first)",
                        SHEETS_BYTES >> 20);
    return err;
}

static enum err
remove_row(struct manager *m, const struct kept_sheet *s, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_SHEET_REMOVE);
    operation_seal(m, SEAL_SHEET, s->id);
    db_int(q, s->n);
    return db_run(q, e);
}

static enum err
insert(struct manager *m, const char *name, const void *bytes, size_t n,
       struct kept_sheet *s, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_SHEET_ADD);
    ident_new(s->id);
    digest_hex(s->hash, bytes, n);
    s->bytes = (int64_t)n;
    s->expires_at = operation_now(m) + SHEET_DAYS * DAY_MS;
    db_text(q, s->id);
    db_text(q, manager_actor(m));
    db_text(q, name);
    db_int(q, s->bytes);
    db_text(q, s->hash);
    db_int(q, operation_now(m));
    db_int(q, s->expires_at);
    db_blob(q, bytes, n);
    return db_run(q, e);
}

/* What a record says of S: nothing that the customer sent. */
static char *
told(const struct kept_sheet *s)
{
    return s->n ? mem_printf("{\"bytes\":%lld,\"hash\":\"%s\"}",
                             (long long)s->bytes, s->hash)
                : NULL;
}

static enum err
audit(struct manager *m, const char *id, const struct kept_sheet *was,
      const struct kept_sheet *is, struct error *e)
{
    char *before = told(was), *after = told(is);
    enum err err = operation_audit(m, "sheet", id, NULL, before, after, e);
    free(before);
    free(after);
    return err;
}

static enum err
keep(struct manager *m, const char *name, const void *bytes, size_t n,
     bool replace, enum sheet_added *added, int64_t *expires_at,
     struct error *e)
{
    struct kept_sheet was, is = {.n = 1};
    char hash[DIGEST_SIZE];
    digest_hex(hash, bytes, n);
    enum err err = find(m, name, &was, e);
    *added = was.n ? SHEET_REPLACED : SHEET_KEPT;
    *expires_at = was.expires_at;
    if (err == ERR_OK && was.n && strcmp(hash, was.hash) == 0) {
        *added = SHEET_WAS_KEPT;
        return ERR_OK;
    }
    if (err == ERR_OK && was.n && !replace)
        err = error_hint(e, HINT_SHEET_REPLACE, NULL, NULL,
                         error_set(e, ERR_CONFLICT,
                                   "sheet %s: you keep another one of this "
                                   "name",
                                   name));
    if (err == ERR_OK && was.n)
        err = remove_row(m, &was, e);
    if (err == ERR_OK)
        err = check_room(m, n, e);
    if (err == ERR_OK)
        err = insert(m, name, bytes, n, &is, e);
    *expires_at = is.expires_at;
    return err == ERR_OK ? audit(m, is.id, &was, &is, e) : err;
}

static enum err
check_sheet(struct manager *m, const char *name, size_t n, struct error *e)
{
    enum err err = check_title("sheet", name, e);
    if (err == ERR_OK && n == 0)
        err = error_set(e, ERR_INVALID, "sheet %s: empty", name);
    if (err == ERR_OK && n > SHEET_BYTES)
        err = error_set(e, ERR_TOO_BIG, "sheet %s: larger than %d MB", name,
                        SHEET_BYTES >> 20);
    return err == ERR_OK ? manager_may_see_payloads(m, e) : err;
}

enum err
manager_sheet_add(struct manager *m, const char *name, const void *bytes,
                  size_t n, bool replace, enum sheet_added *added,
                  int64_t *expires_at, struct error *e)
{
    enum err err = check_sheet(m, name, n, e);
    if (err == ERR_OK)
        err = manager_may(m, ACTION_SHEET_ADD, e);
    if (err == ERR_OK)
        err = manager_purge(m, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_SHEET_ADD, e);
    if (err == ERR_OK) /* the right may have been taken while it was sent */
        err = manager_may_see_payloads(m, e);
    if (err == ERR_OK)
        err = keep(m, name, bytes, n, replace, added, expires_at, e);
    return operation_end(m, err, e);
}

/* --- reading and removing ------------------------------------------------- */
static enum err
read_body(struct manager *m, const char *name, const struct kept_sheet *s,
          struct buf *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_SHEET_BODY);
    struct cs_sheet_body body;
    char hash[DIGEST_SIZE] = "";
    db_int(q, s->n);
    if (cs_sheet_body_next(q, &body)) {
        digest_hex(hash, body.body, body.body_length);
        buf_add(out, body.body, body.body_length);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && strcmp(hash, s->hash) != 0)
        err = error_set(e, ERR_DAMAGED,
                        "sheet %s: hash mismatch: the content was changed or "
                        "damaged (remove it and add it again)",
                        name);
    return err;
}

enum err
manager_sheet_read(struct manager *m, const char *name, struct buf *out,
                   struct error *e)
{
    struct kept_sheet s;
    enum err err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_SHEET_LIST, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    if (err == ERR_OK)
        err = find_one(m, name, &s, e);
    if (err == ERR_OK)
        err = read_body(m, name, &s, out, e);
    return operation_end(m, err, e);
}

enum err
manager_sheet_find(struct manager *m, const char *name, char id[IDENT_SIZE],
                   struct error *e)
{
    struct kept_sheet s = {.n = 0};
    enum err err = operation_begin(m, ACTION_SHEET_LIST, e);
    if (err == ERR_OK)
        err = find_one(m, name, &s, e);
    snprintf(id, IDENT_SIZE, "%s", err == ERR_OK ? s.id : "");
    return operation_end(m, err, e);
}

enum err
manager_sheet_remove(struct manager *m, const char *name, struct error *e)
{
    struct kept_sheet was, none = {.n = 0};
    enum err err = operation_begin(m, ACTION_SHEET_REMOVE, e);
    if (err == ERR_OK)
        err = find_one(m, name, &was, e);
    if (err == ERR_OK)
        err = remove_row(m, &was, e);
    if (err == ERR_OK)
        err = audit(m, was.id, &was, &none, e);
    return operation_end(m, err, e);
}
