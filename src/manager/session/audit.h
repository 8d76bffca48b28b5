/*
 * The audit: a hash chain. hash = SHA-256 of the canonical JSON of the record
 * with its previous hash in it, so a flipped bit anywhere breaks the chain
 * from there on. A cut tail cannot be seen from inside: verification without
 * a head from elsewhere says "not provable" for the tail, never "ok".
 */
#ifndef TAILOR_MANAGER_SESSION_AUDIT_H
#define TAILOR_MANAGER_SESSION_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"

struct db;
struct manager;
struct pool;

/* What is recorded; NULL strings are left out of the record. */
struct audit_entry {
    int64_t at;
    const char *origin; /* "store", or the id of a runtime */
    const char *actor;
    const char *session;
    const char *action;
    const char *subject_kind; /* "version", "installation", … */
    const char *subject_id;
    const char *installation; /* id, where it is about one */
    const char *before;       /* canonical JSON */
    const char *after;        /* canonical JSON */
    const char *seals;        /* JSON: what its rows are then (seal.h) */
};

/* The words of records about what runtimes reported, numbered by
 * REPORTED_NAME. */
enum reported {
#define REPORTED(id, word) REPORTED_##id,
#include "manager/session/reported.def"
#undef REPORTED
    REPORTED_COUNT
};

extern const char *const reported_words[REPORTED_COUNT];

struct audit_row {
    int64_t sequence;
    struct audit_entry entry;
    const char *previous_hash;
    const char *hash;
    /* Why these strings are not all that the stored row has: a NUL byte hides
     * a part, or a column that never is NULL is. Else NULL. */
    const char *damage;
    /* Of a list with NAMED: what its subject is called here, NULL where that is
     * not known; and whether it is the start of a session that has no record
     * of its end: it goes on, or its supervisor was killed. */
    const char *name;
    bool open;
};

/* Appends ENTRY to the chain inside the open transaction of DB; *SEQUENCE
 * and HASH (each may be NULL) receive what it got. DAMAGED where the record
 * is not in the table afterwards: something in the file eats it. */
enum err audit_append(struct db *db, const struct audit_entry *entry,
                      int64_t *sequence, char hash[DIGEST_SIZE],
                      struct error *e);

/* Appends the canonical JSON of ROW without its hash: what is hashed. */
void audit_write_hashed(struct buf *out, const struct audit_row *row);

/* Appends ROW as one line of an export, its hash included. */
void audit_write_line(struct buf *out, const struct audit_row *row);

struct audit_verdict {
    int64_t records;
    int64_t first_bad; /* sequence of the first broken record, 0: none */
    char reason[160];  /* why it is broken */
    char head[DIGEST_SIZE];
    /* An outside head was given and is in the chain at the end. */
    bool tail_proven;
};

/* Verifies the chain of the store. OUTSIDE_HEAD (NULL: none) is a head that
 * was kept elsewhere; it must be in the chain, and proves everything up to
 * it. Errors: USAGE where it is not 64 hexadecimal digits; DAMAGED where the
 * chain is broken or has no record at all (V tells where). */
enum err audit_verify(struct manager *m, const char *outside_head,
                      struct audit_verdict *v, struct error *e);

/* Verifies the export that FD gives (NAME is for the message), line by line:
 * one line is in memory, and the first broken one ends it. Its first record
 * must be number 1. Errors: those of audit_verify; IO. */
enum err audit_verify_export(int fd, const char *name, const char *outside_head,
                             struct audit_verdict *v, struct error *e);

/* Writes the chain, up to the record that was the last when it began, as JSON
 * lines to FD, then a last line {"head":HASH,"records":N,"store":ID}. No
 * transaction is open while it writes: a reader of FD that stops keeps nobody
 * from changing the store. */
enum err audit_export(struct manager *m, int fd, const char *name,
                      struct error *e);

struct audit_filter {
    const char *installation; /* name; NULL: all */
    const char *actor;
    const char *action;
    int64_t since; /* 0: from the start */
    int64_t until; /* 0: to the end; exclusive */
    int64_t after; /* sequence; rows follow it (or precede it, if newest) */
    bool newest_first;
    bool named;
    int limit; /* 1 to 1000 */
};

struct audit_list {
    struct audit_row *rows;
    size_t count;
    bool more;
    struct pool *pool; /* owns the strings */
};

/* Rows that match FILTER, in order of sequence. *OUT is cleared with
 * audit_list_clear, also after an error. NOT_FOUND, with those that are alike,
 * where no record can have the action or the actor. */
enum err audit_list(struct manager *m, const struct audit_filter *filter,
                    struct audit_list *out, struct error *e);
/* One record; NOT_FOUND. */
enum err audit_show(struct manager *m, int64_t sequence, struct audit_list *out,
                    struct error *e);
void audit_list_clear(struct audit_list *list);

#endif
