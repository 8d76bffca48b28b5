/* Seals: comparing every row with its newest one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/session/manager_private.h"
#include "manager/session/seal_private.h"
#include "value/value.h"

#define LINES_MAX 50

/* A seal of the audit, or a row of a table (RECORD 0). */
struct mark {
    char *subject;
    int64_t record;
    char hash[DIGEST_SIZE];
};

struct marks {
    struct mark *rows;
    size_t count;
    size_t capacity;
};

struct check {
    struct manager *m;
    struct marks sealed; /* newest of each subject, once sorted */
    struct marks rows;
    int64_t last; /* record read last */
    int64_t bad;
    bool closed; /* payloads: rows that hold one are left out */
    struct buf *report;
};

static void
add_mark(struct marks *list, char *subject, int64_t record, const char *hash)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 1024;
        list->rows = mem_resize(list->rows, list->capacity, sizeof *list->rows);
    }
    struct mark *x = &list->rows[list->count++];
    *x = (struct mark){.subject = subject, .record = record};
    snprintf(x->hash, sizeof x->hash, "%s", hash);
}

static void
clear_marks(struct marks *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->rows[i].subject);
    free(list->rows);
}

static int
compare_marks(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    int by_subject = strcmp(x->subject, y->subject);
    return by_subject ? by_subject
                      : (x->record > y->record) - (x->record < y->record);
}

/* Sorts LIST and keeps the newest mark of each subject. */
static void
keep_newest(struct marks *list)
{
    size_t kept = 0;
    if (list->count)
        qsort(list->rows, list->count, sizeof *list->rows, compare_marks);
    for (size_t i = 0; i < list->count; i++) {
        struct mark *x = &list->rows[i];
        if (kept && strcmp(list->rows[kept - 1].subject, x->subject) == 0)
            free(list->rows[--kept].subject);
        list->rows[kept++] = *x;
    }
    list->count = kept;
}

/* --- reading -------------------------------------------------------------- */

/* A record whose seals cannot be read is one that audit verify finds. */
static void
add_seals(struct check *c, int64_t record, const char *text, size_t n)
{
    struct value *v = NULL;
    if (value_read(&v, text, n, &value_limits_document, "seals", NULL) !=
        ERR_OK)
        return;
    for (size_t i = 0; i < value_size(v); i++)
        add_mark(&c->sealed, mem_strdup(value_key(v, i, NULL)), record,
                 value_text_or(value_at(v, i), ""));
    value_free(v);
}

/* A slice of the records; *MORE false at the end. */
static enum err
read_records(struct check *c, bool *more, struct error *e)
{
    struct db_stmt *q = db_use(c->m->db, CS_SEALS_RECORDED);
    *more = false;
    db_int(q, c->last);
    struct cs_recorded_seals record;
    while (cs_recorded_seals_next(q, &record)) {
        *more = true;
        c->last = record.sequence;
        if (record.seals)
            add_seals(c, c->last, record.seals, record.seals_length);
    }
    return db_end(q, e);
}

static enum err
read_rows(struct check *c, enum seal seal, int64_t *after, bool *more,
          struct error *e)
{
    struct db_stmt *q = db_use(c->m->db, seal_table[seal].slice);
    struct seal_row row;
    *more = false;
    db_int(q, *after);
    while (seal_next(q, &row)) {
        *more = true;
        *after = row.n;
        if (row.name)
            add_mark(&c->rows, seal_subject(seal, row.name), 0, row.hash);
    }
    return db_end(q, e);
}

static bool
is_left_out(const struct check *c, enum seal seal)
{
    return c->closed && (seal == SEAL_SAMPLE || seal == SEAL_EXPECTATION);
}

/* Everything, a slice a transaction. */
static enum err
read_all(struct check *c, struct error *e)
{
    enum err err = ERR_OK;
    bool more = true;
    while (err == ERR_OK && more) {
        err = operation_begin(c->m, ACTION_STORE_CHECK, e);
        if (err == ERR_OK)
            err = read_records(c, &more, e);
        err = operation_end(c->m, err, e);
    }
    for (int i = 0; err == ERR_OK && i < SEAL_COUNT; i++) {
        int64_t after = INT64_MIN;
        for (more = !is_left_out(c, (enum seal)i); err == ERR_OK && more;) {
            err = operation_begin(c->m, ACTION_STORE_CHECK, e);
            if (err == ERR_OK)
                err = read_rows(c, (enum seal)i, &after, &more, e);
            err = operation_end(c->m, err, e);
        }
    }
    keep_newest(&c->sealed);
    keep_newest(&c->rows);
    return err;
}

/* --- comparing ------------------------------------------------------------ */

static void
add_line(struct check *c, const char *subject, const struct mark *sealed,
         const char *hash)
{
    if (++c->bad > LINES_MAX)
        return;
    buf_addf(c->report, "%s: ", subject);
    if (!sealed || !sealed->hash[0])
        buf_adds(c->report, "another program added it: no audit record has "
                            "it\n");
    else
        buf_addf(c->report,
                 hash[0] ? "another program changed it after audit record "
                           "%lld\n"
                         : "another program removed it after audit record "
                           "%lld\n",
                 (long long)sealed->record);
}

static enum seal
seal_of(const char *subject)
{
    char *word = mem_strndup(subject, strcspn(subject, ":"));
    enum seal seal = seal_of_word(word);
    free(word);
    return seal;
}

/* The row of SUBJECT as it is now. */
static enum err
read_now(struct check *c, const char *subject, char hash[DIGEST_SIZE],
         struct error *e)
{
    const char *colon = strchr(subject, ':');
    enum seal seal = seal_of(subject);
    hash[0] = 0;
    return colon && seal < SEAL_COUNT
               ? seal_read(c->m->db, seal, colon + 1, hash, e)
               : ERR_OK;
}

static const struct mark *
find_mark(const struct marks *list, const char *subject)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(list->rows[middle].subject, subject);
        if (order == 0)
            return &list->rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool
equal(const struct mark *a, const struct mark *b)
{
    return strcmp(a ? a->hash : "", b ? b->hash : "") == 0;
}

/* SUBJECT differed as it was read; it is told where it differs still, within
 * one transaction. */
static enum err
judge(struct check *c, const char *subject, struct error *e)
{
    char hash[DIGEST_SIZE];
    const struct mark *sealed = find_mark(&c->sealed, subject);
    enum err err = read_now(c, subject, hash, e);
    if (err == ERR_OK && strcmp(sealed ? sealed->hash : "", hash) != 0)
        add_line(c, subject, sealed, hash);
    return err;
}

/* With the records that others wrote meanwhile, in one transaction. */
static enum err
judge_all(struct check *c, struct error *e)
{
    bool more = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && more)
        err = read_records(c, &more, e);
    keep_newest(&c->sealed);
    for (size_t i = 0; err == ERR_OK && i < c->rows.count; i++) {
        const struct mark *row = &c->rows.rows[i];
        if (!equal(find_mark(&c->sealed, row->subject), row))
            err = judge(c, row->subject, e);
    }
    for (size_t i = 0; err == ERR_OK && i < c->sealed.count; i++) {
        const struct mark *seal = &c->sealed.rows[i];
        if (seal->hash[0] && !find_mark(&c->rows, seal->subject) &&
            !is_left_out(c, seal_of(seal->subject)))
            err = judge(c, seal->subject, e);
    }
    return err;
}

/* The body of every open draft has the hash that its row says. */
static enum err
check_drafts(struct check *c, int64_t *after, bool *more, struct error *e)
{
    struct db_stmt *q = db_use(c->m->db, CS_SEAL_DRAFTS);
    *more = false;
    db_int(q, *after);
    struct cs_sealed_draft d;
    while (cs_sealed_draft_next(q, &d)) {
        char hash[DIGEST_SIZE] = "";
        *more = true;
        *after = d.n;
        if (d.body)
            digest_hex(hash, d.body, d.body_length);
        if (strcmp(hash, d.hash) != 0 && ++c->bad <= LINES_MAX)
            buf_addf(c->report, "draft %s: its document has another hash\n",
                     d.id);
    }
    return db_end(q, e);
}

static enum err
check_all_drafts(struct check *c, struct error *e)
{
    int64_t after = INT64_MIN;
    enum err err = ERR_OK;
    for (bool more = true; err == ERR_OK && more;) {
        err = operation_begin(c->m, ACTION_STORE_CHECK, e);
        if (err == ERR_OK)
            err = check_drafts(c, &after, &more, e);
        err = operation_end(c->m, err, e);
    }
    return err;
}

/* A line that ends with WHY for each row of STATEMENT, a WHAT by its id. */
static enum err
check_ids(struct check *c, int statement, const char *what, const char *why,
          struct error *e)
{
    enum err err = operation_begin(c->m, ACTION_STORE_CHECK, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(c->m->db, statement);
        db_int(q, INT64_MIN);
        while (db_row(q))
            if (++c->bad <= LINES_MAX)
                buf_addf(c->report, "%s:%s: %s\n", what, db_get_text(q), why);
        err = db_end(q, e);
    }
    return operation_end(c->m, err, e);
}

/* Requests are sent in the order in which they were made, which is that of
 * their records. */
static enum err
check_order(struct check *c, struct error *e)
{
    int64_t runtime = 0, record = 0;
    enum err err = operation_begin(c->m, ACTION_STORE_CHECK, e);
    if (err != ERR_OK)
        return operation_end(c->m, err, e);
    struct db_stmt *q = db_use(c->m->db, CS_SEAL_WAITING);
    db_int(q, INT64_MIN);
    struct cs_waiting_request waiting;
    while (cs_waiting_request_next(q, &waiting)) {
        char *subject = seal_subject(SEAL_REQUEST, waiting.key);
        const struct mark *seal = find_mark(&c->sealed, subject);
        bool same = waiting.runtime == runtime;
        if (same && seal && seal->record < record && ++c->bad <= LINES_MAX)
            buf_addf(c->report,
                     "%s: another program changed the order in which it is "
                     "sent\n",
                     subject);
        runtime = waiting.runtime;
        record = seal && (!same || seal->record > record) ? seal->record
                                                          : record;
        free(subject);
    }
    return operation_end(c->m, db_end(q, e), e);
}

/* A line for each document that a row of STATEMENT names and that is gone. */
static enum err
check_lost(struct check *c, const char *word, int statement, struct error *e)
{
    enum err err = operation_begin(c->m, ACTION_STORE_CHECK, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(c->m->db, statement);
        db_int(q, INT64_MIN);
        struct cs_lost_document lost;
        while (cs_lost_document_next(q, &lost))
            if (++c->bad <= LINES_MAX)
                buf_addf(c->report,
                         "%s:%s: its document %s is not in the store, or is "
                         "of another kind\n",
                         word, lost.holder, lost.hash);
        err = db_end(q, e);
    }
    return operation_end(c->m, err, e);
}

/* A document has no seal: its hash is its seal, and what names it has one. */
static enum err
check_all_lost(struct check *c, struct error *e)
{
    static const struct {
        const char *word;
        int statement;
    } names[] = {{"version", CS_LOST_OF_VERSION},
                 {"connector", CS_LOST_OF_CONNECTOR},
                 {"request", CS_LOST_OF_REQUEST},
                 {"document", CS_LOST_OF_DOCUMENT}};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof names / sizeof *names; i++)
        err = check_lost(c, names[i].word, names[i].statement, e);
    return err;
}

/* What has no seal, and is compared with a receipt or with its own hash. */
static enum err
check_unsealed(struct check *c, struct error *e)
{
    static const struct {
        int statement;
        const char *what, *why;
    } checks[] = {
        {CS_SEAL_REQUESTS, "request", "ended without a receipt or a record"},
        {CS_SEAL_ANSWERED, "request", "its state is not what its receipt says"},
        {CS_SEAL_DELIVERIES, "request",
         "another program changed its delivery"},
        {CS_SEAL_CONTACTS, "runtime",
         "another program changed how far it was read (sync takes a full copy "
         "of it)"},
        {CS_SEAL_FACTS, "installation",
         "another program changed up to which fact a workflow of it was read "
         "(the next fact about it makes sync take a full copy)"}};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof checks / sizeof *checks; i++)
        err =
            check_ids(c, checks[i].statement, checks[i].what, checks[i].why, e);
    return err;
}

enum err
seal_check(struct manager *m, struct buf *report, struct error *e)
{
    struct check c = {.m = m,
                      .closed = manager_may_see_payloads(m, NULL) != ERR_OK,
                      .report = report};
    enum err err = read_all(&c, e);
    if (err == ERR_OK) {
        err = operation_begin(m, ACTION_STORE_CHECK, e);
        if (err == ERR_OK)
            err = judge_all(&c, e);
        err = operation_end(m, err, e);
    }
    if (err == ERR_OK)
        err = check_all_drafts(&c, e);
    if (err == ERR_OK)
        err = check_unsealed(&c, e);
    if (err == ERR_OK)
        err = check_order(&c, e);
    if (err == ERR_OK)
        err = check_all_lost(&c, e);
    if (err == ERR_OK)
        buf_addf(report, "sealed rows: %zu, %lld bad\n", c.rows.count,
                 (long long)c.bad);
    if (err == ERR_OK && c.closed)
        buf_addf(report,
                 "samples: not checked: %s may not see what customers sent\n",
                 manager_actor(m));
    if (err == ERR_OK && c.bad)
        err = error_set(e, ERR_DAMAGED,
                        "%s: %lld rows are not what the audit says (restore a "
                        "backup)",
                        db_path(m->db), (long long)c.bad);
    clear_marks(&c.sealed);
    clear_marks(&c.rows);
    return err;
}
