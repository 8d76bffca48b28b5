/* The audit chain: appending, writing, reading records. */
#include "manager/session/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/session/audit_private.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "value/value.h"

const char *const reported_words[REPORTED_COUNT] = {
#define REPORTED(id, word) word,
#include "manager/session/reported.def"
#undef REPORTED
};

#define RECORD_MAX (24 * 1024 * 1024)
#define AUDIT_TEXTS 9 /* of an entry, without its seals */

/* The hash before the first record. */
static const char genesis[] = "0000000000000000000000000000000000000000000000"
                              "000000000000000000";

/* True for a byte that a JSON string holds as it is. */
static bool
is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void
add_string(struct buf *out, const char *s)
{
    static const char digits[] = "0123456789abcdef";
    buf_addc(out, '"');
    while (*s) {
        size_t n = 0;
        while (is_plain((unsigned char)s[n]))
            n++;
        buf_add(out, s, n);
        s += n;
        if (*s == '"' || *s == '\\') {
            buf_addc(out, '\\');
            buf_addc(out, *s++);
        } else if (*s) {
            buf_adds(out, "\\u00");
            buf_addc(out, digits[(unsigned char)*s >> 4]);
            buf_addc(out, digits[*s++ & 15]);
        }
    }
    buf_addc(out, '"');
}

static void
add_member(struct buf *out, const char *key, const char *s)
{
    if (!s)
        return;
    if (out->data[out->len - 1] != '{')
        buf_addc(out, ',');
    buf_addc(out, '"');
    buf_adds(out, key);
    buf_adds(out, "\":");
    add_string(out, s);
}

static void
add_number(struct buf *out, const char *key, int64_t n)
{
    if (out->data[out->len - 1] != '{')
        buf_addc(out, ',');
    buf_addf(out, "\"%s\":%lld", key, (long long)n);
}

/* BEFORE and AFTER are kept as strings: what they hold is hashed byte by
 * byte, whatever it is. Keys are in the order of their bytes. */
static void
write_row(struct buf *out, const struct audit_row *row, const char *hash)
{
    const struct audit_entry *t = &row->entry;
    buf_addc(out, '{');
    add_member(out, "action", t->action);
    add_member(out, "actor", t->actor);
    add_member(out, "after", t->after);
    add_number(out, "at", t->at);
    add_member(out, "before", t->before);
    add_member(out, "hash", hash);
    add_member(out, "installation", t->installation);
    add_member(out, "origin", t->origin);
    add_member(out, "previousHash", row->previous_hash);
    add_member(out, "seals", t->seals);
    add_number(out, "sequence", row->sequence);
    add_member(out, "session", t->session);
    add_member(out, "subjectId", t->subject_id);
    add_member(out, "subjectKind", t->subject_kind);
    buf_addc(out, '}');
}

void
audit_write_hashed(struct buf *out, const struct audit_row *row)
{
    write_row(out, row, NULL);
}

void
audit_write_line(struct buf *out, const struct audit_row *row)
{
    write_row(out, row, row->hash);
    buf_addc(out, '\n');
}

enum err
audit_head(struct db *db, int64_t *sequence, char hash[DIGEST_SIZE],
           struct error *e)
{
    *sequence = 0;
    memcpy(hash, genesis, DIGEST_SIZE);
    struct db_stmt *q = db_use(db, CS_AUDIT_HEAD);
    struct cs_audit_head head;
    if (cs_audit_head_next(q, &head)) {
        *sequence = head.sequence;
        snprintf(hash, DIGEST_SIZE, "%s", head.hash);
    }
    return db_end(q, e);
}

static enum err
insert(struct db *db, const struct audit_row *row, struct error *e)
{
    const struct audit_entry *t = &row->entry;
    struct db_stmt *q = db_use(db, CS_AUDIT_ADD);
    db_int(q, row->sequence);
    db_int(q, t->at);
    db_text(q, t->origin);
    db_text(q, t->actor);
    db_text(q, t->session);
    db_text(q, t->action);
    db_text(q, t->subject_kind);
    db_text(q, t->subject_id);
    db_text(q, t->installation);
    db_text(q, t->before);
    db_text(q, t->after);
    db_text(q, row->previous_hash);
    db_text(q, row->hash);
    db_text(q, t->seals);
    enum err err = db_run(q, e);
    /* A trigger that another program made can swallow the row silently. */
    if (err == ERR_OK && db_changes(db) != 1)
        err = error_set(e, ERR_DAMAGED,
                        "%s: the audit record was not stored, so nothing was "
                        "changed (run store check, restore a backup)",
                        db_path(db));
    return err;
}

/* The texts of T that are not UTF-8, with their bad bytes as \xXX: an export
 * is JSON, and a record that cannot be read there would break the chain. The
 * caller frees the copies in OWN. */
static void
make_readable(struct audit_entry *t, char *own[AUDIT_TEXTS])
{
    const char **const texts[AUDIT_TEXTS] = {
        &t->origin,     &t->actor,        &t->session,
        &t->action,     &t->subject_kind, &t->subject_id,
        &t->installation, &t->before,     &t->after};
    for (size_t i = 0; i < AUDIT_TEXTS; i++) {
        const char *s = *texts[i];
        size_t n = s ? strlen(s) : 0;
        own[i] = NULL;
        if (n && utf8_valid_prefix(s, n) != n)
            *texts[i] = own[i] = text_visible_dup(s);
    }
}

static enum err
append(struct db *db, const struct audit_entry *entry, int64_t *sequence,
       char hash[DIGEST_SIZE], struct error *e)
{
    struct audit_row row = {.entry = *entry};
    char previous[DIGEST_SIZE];
    char own[DIGEST_SIZE];
    enum err err = audit_head(db, &row.sequence, previous, e);
    if (err != ERR_OK)
        return err;
    row.sequence++;
    row.previous_hash = previous;
    row.hash = own;
    struct buf text;
    buf_init(&text, RECORD_MAX);
    audit_write_hashed(&text, &row);
    if (buf_failed(&text)) {
        buf_clear(&text);
        return error_set(e, ERR_TOO_BIG, "audit record: larger than %d bytes",
                         RECORD_MAX);
    }
    digest_hex(own, text.data, text.len);
    buf_clear(&text);
    err = insert(db, &row, e);
    if (err == ERR_OK && sequence)
        *sequence = row.sequence;
    if (err == ERR_OK && hash)
        memcpy(hash, own, DIGEST_SIZE);
    return err;
}

enum err
audit_append(struct db *db, const struct audit_entry *entry, int64_t *sequence,
             char hash[DIGEST_SIZE], struct error *e)
{
    struct audit_entry readable = *entry;
    char *own[AUDIT_TEXTS];
    make_readable(&readable, own);
    enum err err = append(db, &readable, sequence, hash, e);
    for (size_t i = 0; i < AUDIT_TEXTS; i++)
        free(own[i]);
    return err;
}

/* TEXT of N bytes, or NULL. What another program did to it goes to *DAMAGE. */
static const char *
or_null(const char *text, size_t n, const char **damage)
{
    if (text && strlen(text) != n)
        *damage = "a NUL byte hides a part of it";
    return text;
}

static const char *
there(const char *text, size_t n, const char **damage)
{
    if (!text)
        *damage = "one of its columns is NULL";
    return text ? or_null(text, n, damage) : "";
}

void
audit_read_row(const struct cs_audit_record *r, struct audit_row *row)
{
#define TEXT(member, read)                                                     \
    .member = read(r->member, r->member##_length, &damage)
    const char *damage = NULL;
    *row = (struct audit_row){.sequence = r->sequence,
                              .entry = {.at = r->at,
                                        TEXT(origin, there),
                                        TEXT(actor, there),
                                        TEXT(session, there),
                                        TEXT(action, there),
                                        TEXT(subject_kind, there),
                                        TEXT(subject_id, there),
                                        TEXT(installation, or_null),
                                        TEXT(before, or_null),
                                        TEXT(after, or_null),
                                        TEXT(seals, or_null)},
                              TEXT(previous_hash, there),
                              TEXT(hash, there)};
    row->damage = damage;
#undef TEXT
}

static void
keep_row(struct pool *pool, struct audit_row *row)
{
    struct audit_entry *t = &row->entry;
    const char **texts[] = {&t->origin, &t->actor,           &t->session,
                            &t->action, &t->subject_id,      &t->subject_kind,
                            &t->before, &t->after,           &t->installation,
                            &t->seals,  &row->previous_hash, &row->hash};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = pool_text(pool, *texts[i]);
}

static enum err
collect(struct db_stmt *q, size_t limit, struct audit_list *out,
        struct error *e)
{
    struct audit_row bad = {0};
    struct cs_audit_record record;
    while (cs_audit_record_next(q, &record)) {
        if (out->count == limit) {
            out->more = true;
            break;
        }
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        struct audit_row *row = &out->rows[out->count++];
        audit_read_row(&record, row);
        if (row->damage)
            bad = *row;
        keep_row(out->pool, row);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && bad.damage)
        err = error_set(e, ERR_DAMAGED,
                        "audit record %lld: another program wrote into it: %s "
                        "(run audit verify, restore a backup)",
                        (long long)bad.sequence, bad.damage);
    return err;
}

static void
bind_range(struct db_stmt *q, const struct audit_filter *f, int limit)
{
    int64_t end = f->newest_first ? INT64_MAX : 0;
    db_int(q, f->after ? f->after : end);
    /* A clock that is wrong can stand before 1970. */
    db_int(q, f->since ? f->since : INT64_MIN);
    db_int(q, f->until ? f->until : INT64_MAX);
    db_text(q, f->actor);
    db_text(q, f->action);
    db_int(q, limit);
}

/* Walks the index of what narrows most: installation, actor, action, or the
 * sequence; the rest is looked at row by row. */
static enum err
select_rows(struct manager *m, const struct audit_filter *f,
            const char *installation, int limit, struct audit_list *out,
            struct error *e)
{
    static const int statements[2][4] = {
        {CS_AUDIT_UP, CS_AUDIT_UP_INSTALLATION, CS_AUDIT_UP_ACTOR,
         CS_AUDIT_UP_ACTION},
        {CS_AUDIT_DOWN, CS_AUDIT_DOWN_INSTALLATION, CS_AUDIT_DOWN_ACTOR,
         CS_AUDIT_DOWN_ACTION}};
    int by = installation ? 1 : f->actor ? 2 : f->action ? 3 : 0;
    const char *keys[] = {NULL, installation, f->actor, f->action};
    struct db_stmt *q = db_use(manager_db(m), statements[f->newest_first][by]);
    if (by)
        db_text(q, keys[by]);
    bind_range(q, f, limit + 1);
    return collect(q, (size_t)limit, out, e);
}

enum err
audit_list(struct manager *m, const struct audit_filter *filter,
           struct audit_list *out, struct error *e)
{
    struct name_ref installation = {0};
    *out = (struct audit_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_AUDIT_LIST, e);
    if (err == ERR_OK && filter->installation)
        err = name_installation(m, filter->installation, &installation, e);
    if (err == ERR_OK && filter->actor)
        err = name_actor(m, filter->actor, e);
    if (err == ERR_OK && filter->action)
        err = name_action(m, filter->action, e);
    int limit = filter->limit < 1      ? 1
                : filter->limit > 1000 ? 1000
                                       : filter->limit;
    if (err == ERR_OK)
        err = select_rows(m, filter, installation.n ? installation.id : NULL,
                          limit, out, e);
    if (err == ERR_OK && filter->named)
        err = audit_name_rows(m, out, e);
    return operation_end(m, err, e);
}

enum err
audit_show(struct manager *m, int64_t sequence, struct audit_list *out,
           struct error *e)
{
    *out = (struct audit_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_AUDIT_LIST, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_AUDIT_AT);
        db_int(q, sequence);
        err = collect(q, 1, out, e);
    }
    if (err == ERR_OK && out->count == 0)
        err = error_set(e, ERR_NOT_FOUND,
                        "audit record %lld: not found (see audit list)",
                        (long long)sequence);
    return operation_end(m, err, e);
}

void
audit_list_clear(struct audit_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct audit_list){0};
}
