/* Verifying and exporting the audit chain. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/session/audit_private.h"
#include "manager/session/operation.h"
#include "value/value.h"

#define RECORD_MAX (24 * 1024 * 1024)
#define EXPORT_CHUNK (1024 * 1024)
#define SLICE_BYTES EXPORT_CHUNK
#define SLICE_ROWS 4096
#define READ_STEP 65536

/* A walk along the chain. */
struct walk {
    struct audit_verdict *v;
    const char *outside; /* head kept elsewhere, or NULL */
    int64_t outside_at;  /* record that has it, 0: not seen */
    char previous[DIGEST_SIZE];
    char store[64];  /* the store's id, which its first record names */
    struct buf text; /* reused */
};

/* A head is written by audit verify as 64 digits of 0-9a-f. */
static bool
is_head(const char *text)
{
    return strlen(text) == DIGEST_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == DIGEST_SIZE - 1 &&
           strspn(text, "0") < DIGEST_SIZE - 1;
}

static enum err
walk_start(struct walk *w, struct audit_verdict *v, const char *outside,
           struct error *e)
{
    *v = (struct audit_verdict){0};
    *w = (struct walk){.v = v, .outside = outside};
    memset(w->previous, '0', DIGEST_SIZE - 1);
    w->previous[DIGEST_SIZE - 1] = 0;
    memcpy(v->head, w->previous, DIGEST_SIZE);
    buf_init(&w->text, RECORD_MAX);
    if (outside && !is_head(outside))
        return error_hint(e, HINT_AUDIT_HEAD, NULL, NULL,
                          error_set(e, ERR_USAGE,
                                    "head: not the hash of a record"));
    return ERR_OK;
}

static bool
broken(struct walk *w, int64_t sequence, const char *reason)
{
    w->v->first_bad = sequence > 0 ? sequence : 1;
    snprintf(w->v->reason, sizeof w->v->reason, "%s", reason);
    return false;
}

/* The next record; false where the chain breaks at it. */
static bool
walk_row(struct walk *w, const struct audit_row *row)
{
    char hash[DIGEST_SIZE];
    int64_t wanted = w->v->records + 1;
    if (row->damage)
        return broken(w, wanted, row->damage);
    if (row->sequence != wanted)
        return broken(w, wanted, "a record is missing, doubled or moved");
    if (strcmp(row->previous_hash, w->previous) != 0)
        return broken(w, wanted, "it does not name the record before it");
    buf_reset(&w->text);
    audit_write_hashed(&w->text, row);
    digest_hex(hash, w->text.data, w->text.len);
    if (strcmp(hash, row->hash) != 0)
        return broken(w, wanted, "its content is not what was recorded");
    if (wanted == 1 && row->entry.subject_id)
        snprintf(w->store, sizeof w->store, "%s", row->entry.subject_id);
    memcpy(w->previous, hash, DIGEST_SIZE);
    w->v->records = wanted;
    if (w->outside && strcmp(w->outside, hash) == 0)
        w->outside_at = wanted;
    return true;
}

static enum err
walk_end(struct walk *w, struct error *e)
{
    struct audit_verdict *v = w->v;
    memcpy(v->head, w->previous, DIGEST_SIZE);
    buf_clear(&w->text);
    if (!v->first_bad && v->records == 0)
        broken(w, 1, "there is no record, but making a store writes one");
    if (v->first_bad)
        return error_set(e, ERR_DAMAGED, "audit: broken at record %lld: %s",
                         (long long)v->first_bad, v->reason);
    if (w->outside && w->outside_at == 0) {
        snprintf(v->reason, sizeof v->reason,
                 "the head that was kept elsewhere is not in the chain");
        return error_set(e, ERR_DAMAGED,
                         "audit: %s: records at the end are gone, or it is "
                         "another store's",
                         v->reason);
    }
    v->tail_proven = w->outside && w->outside_at == v->records;
    return ERR_OK;
}

/* Where the audit ends now, and the id of the store. */
static enum err
read_end(struct manager *m, enum action action, int64_t *last, char *store,
         size_t size, struct error *e)
{
    char head[DIGEST_SIZE];
    enum err err = operation_begin(m, action, e);
    if (err == ERR_OK)
        err = audit_head(manager_db(m), last, head, e);
    if (err == ERR_OK)
        err = operation_meta(m, "storeId", store, size, e);
    return operation_end(m, err, e);
}

/* What is done with records: TAKE inside a transaction, so it only computes;
 * BETWEEN (may be NULL) after each slice, with none open. Both end the walk
 * with false. SIZE is what TAKE has kept for BETWEEN. */
struct visitor {
    bool (*take)(void *context, const struct audit_row *row, size_t *size);
    bool (*between)(void *context);
    void *context;
};

/* One slice of the records after *AFTER, up to LAST. */
static enum err
visit_slice(struct manager *m, enum action action, const struct visitor *v,
            int64_t *after, int64_t last, bool *go_on, struct error *e)
{
    size_t size = 0;
    enum err err = operation_begin(m, action, e);
    int64_t from = *after;
    if (err == ERR_OK) {
        struct audit_row row;
        struct db_stmt *q = db_use(manager_db(m), CS_AUDIT_SLICE);
        db_int(q, *after);
        db_int(q, last);
        db_int(q, SLICE_ROWS);
        struct cs_audit_record record;
        while (*go_on && size < SLICE_BYTES &&
               cs_audit_record_next(q, &record)) {
            audit_read_row(&record, &row);
            *after = row.sequence;
            *go_on = v->take(v->context, &row, &size);
        }
        err = db_end(q, e);
    }
    *go_on = *go_on && *after > from && *after < last;
    return operation_end(m, err, e);
}

/* Visits each record up to LAST, a slice a transaction: a long read would keep
 * writers out. The chain only grows, so slices fit together. */
static enum err
each_record(struct manager *m, enum action action, const struct visitor *v,
            int64_t last, struct error *e)
{
    int64_t after = INT64_MIN;
    enum err err = ERR_OK;
    bool go_on = true;
    while (err == ERR_OK && go_on) {
        err = visit_slice(m, action, v, &after, last, &go_on, e);
        if (err == ERR_OK && v->between && !v->between(v->context))
            break;
    }
    return err;
}

static bool
verify_record(void *context, const struct audit_row *row, size_t *size)
{
    struct walk *w = context;
    bool good = walk_row(w, row);
    *size += w->text.len;
    return good;
}

enum err
audit_verify(struct manager *m, const char *outside_head,
             struct audit_verdict *v, struct error *e)
{
    struct walk w;
    struct visitor visitor = {.take = verify_record, .context = &w};
    char store[64];
    int64_t last = 0;
    enum err err = walk_start(&w, v, outside_head, e);
    if (err == ERR_OK)
        err = read_end(m, ACTION_AUDIT_VERIFY, &last, store, sizeof store, e);
    if (err == ERR_OK)
        err = each_record(m, ACTION_AUDIT_VERIFY, &visitor, last, e);
    if (err == ERR_OK && !v->first_bad && v->records > 0 &&
        strcmp(w.store, store) != 0)
        broken(&w, 1, "it names another store");
    enum err verdict = walk_end(&w, err == ERR_OK ? e : NULL);
    return err == ERR_OK ? verdict : err;
}

/* --- exported files ------------------------------------------------------- */

static bool
row_of_value(const struct value *v, struct audit_row *row)
{
    *row = (struct audit_row){
        .sequence = value_int_or(value_get(v, "sequence"), 0),
        .entry = {.at = value_int_or(value_get(v, "at"), -1),
                  .origin = value_get_text(v, "origin"),
                  .actor = value_get_text(v, "actor"),
                  .session = value_get_text(v, "session"),
                  .action = value_get_text(v, "action"),
                  .subject_kind = value_get_text(v, "subjectKind"),
                  .subject_id = value_get_text(v, "subjectId"),
                  .installation = value_get_text(v, "installation"),
                  .before = value_get_text(v, "before"),
                  .after = value_get_text(v, "after"),
                  .seals = value_get_text(v, "seals")},
        .previous_hash = value_get_text(v, "previousHash"),
        .hash = value_get_text(v, "hash")};
    return row->previous_hash && row->hash;
}

/* A line has to be, byte by byte, what we would write for it: what a flipped
 * bit in white space or in an escape does shows here. */
static bool
check_line(struct walk *w, const struct value *v, const char *line, size_t n)
{
    struct audit_row row;
    if (!row_of_value(v, &row))
        return broken(w, w->v->records + 1, "not an audit record");
    if (!walk_row(w, &row))
        return false;
    buf_reset(&w->text);
    audit_write_line(&w->text, &row);
    if (w->text.len != n + 1 || memcmp(w->text.data, line, n) != 0)
        return broken(w, row.sequence, "it is not in canonical form");
    return true;
}

static bool
check_trailer(struct walk *w, const struct value *v, const char *line, size_t n)
{
    struct buf again;
    const char *head = value_get_text(v, "head");
    buf_init(&again, 4096);
    audit_write_trailer(&again, w->previous, w->v->records, w->store);
    bool same = again.len == n + 1 && memcmp(again.data, line, n) == 0;
    buf_clear(&again);
    if (!head || !same)
        return broken(w, w->v->records + 1,
                      "the last line does not fit the records before it");
    return true;
}

/* One line; *ENDED is set by the trailer. */
static bool
take_line(struct walk *w, const char *line, size_t n, bool *ended)
{
    struct value *v = NULL;
    static const struct value_limits limits = {RECORD_MAX, 8, 64};
    if (*ended)
        return broken(w, w->v->records + 1, "there is more after the end");
    if (value_read(&v, line, n, &limits, "audit", NULL) != ERR_OK)
        return broken(w, w->v->records + 1, "not valid JSON");
    *ended = value_get(v, "head") != NULL;
    bool good =
        *ended ? check_trailer(w, v, line, n) : check_line(w, v, line, n);
    value_free(v);
    return good;
}

/* Takes the lines that end in PIECE; LINE keeps what has not ended yet. */
static bool
take_piece(struct walk *w, struct buf *line, const char *piece, size_t n,
           bool *ended)
{
    while (n > 0) {
        const char *end = memchr(piece, '\n', n);
        size_t part = end ? (size_t)(end - piece) : n;
        if (!buf_add(line, piece, part))
            return broken(w, w->v->records + 1,
                          "its line is longer than any record");
        if (!end)
            return true;
        if (!take_line(w, buf_str(line), line->len, ended))
            return false;
        buf_reset(line);
        piece += part + 1;
        n -= part + 1;
    }
    return true;
}

/* Walks the lines that FD gives, up to the first broken one. */
static enum err
walk_lines(struct walk *w, int fd, const char *name, struct error *e)
{
    char *piece = mem_alloc(READ_STEP);
    struct buf line;
    bool ended = false, good = true;
    ssize_t n = 1;
    enum err err = ERR_OK;
    buf_init(&line, RECORD_MAX);
    while (good && n > 0) {
        do
            n = read(fd, piece, READ_STEP);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            err = error_errno(e, ERR_IO, name);
        else
            good = take_piece(w, &line, piece, (size_t)n, &ended);
    }
    if (err == ERR_OK && good && line.len > 0)
        broken(w, w->v->records + 1, "its line does not end");
    else if (err == ERR_OK && good && !ended)
        broken(w, w->v->records + 1, "the file is cut: its last line is gone");
    buf_clear(&line);
    free(piece);
    return err;
}

enum err
audit_verify_export(int fd, const char *name, const char *outside_head,
                    struct audit_verdict *v, struct error *e)
{
    struct walk w;
    enum err err = walk_start(&w, v, outside_head, e);
    if (err == ERR_OK)
        err = walk_lines(&w, fd, name, e);
    enum err verdict = walk_end(&w, err == ERR_OK ? e : NULL);
    return err == ERR_OK ? verdict : err;
}

void
audit_write_trailer(struct buf *out, const char *head, int64_t records,
                    const char *store)
{
    struct value *v = value_object();
    value_set_text(v, "head", head);
    value_set_int(v, "records", records);
    value_set_text(v, "store", store);
    value_write_canonical(out, v);
    value_free(v);
    buf_addc(out, '\n');
}

/* An export under way. */
struct export
{
    struct buf out;
    int fd;
    const char *name;
    int64_t records;
    char head[DIGEST_SIZE];
    enum err failed;
    struct error *e;
};

static bool
flush(struct export *x)
{
    x->failed = file_write_fd(x->fd, x->name, x->out.data, x->out.len, x->e);
    buf_reset(&x->out);
    return x->failed == ERR_OK;
}

static bool
export_record(void *context, const struct audit_row *row, size_t *size)
{
    struct export *x = context;
    if (row->damage) {
        x->failed = error_set(x->e, ERR_DAMAGED,
                              "audit record %lld: another program wrote into "
                              "it: %s (run audit verify)",
                              (long long)row->sequence, row->damage);
        return false;
    }
    audit_write_line(&x->out, row);
    x->records = row->sequence;
    memcpy(x->head, row->hash, DIGEST_SIZE);
    *size = x->out.len;
    return true;
}

static bool
export_slice(void *context)
{
    struct export *x = context;
    return x->failed == ERR_OK && flush(x);
}

enum err
audit_export(struct manager *m, int fd, const char *name, struct error *e)
{
    struct export x = {.fd = fd, .name = name, .e = e};
    struct visitor visitor = {export_record, export_slice, &x};
    char store[64] = "";
    int64_t last = 0;
    memset(x.head, '0', DIGEST_SIZE - 1);
    buf_init(&x.out, RECORD_MAX + EXPORT_CHUNK);
    enum err err =
        read_end(m, ACTION_AUDIT_EXPORT, &last, store, sizeof store, e);
    if (err == ERR_OK)
        err = each_record(m, ACTION_AUDIT_EXPORT, &visitor, last, e);
    if (err == ERR_OK && x.failed == ERR_OK) {
        audit_write_trailer(&x.out, x.head, x.records, store);
        flush(&x);
    }
    buf_clear(&x.out);
    return err == ERR_OK ? x.failed : err;
}
