/*
 * The management protocol as values: negotiation, requests as text, and
 * answers read into the structs of manager/exchange/facts.h. Every answer is
 * hostile until it is read here: types, shapes of ids, order and sizes are
 * checked.
 */
#ifndef TAILOR_REMOTE_PROTOCOL_H
#define TAILOR_REMOTE_PROTOCOL_H

#include "base/buf.h"
#include "manager/exchange/facts.h"

/* The protocol numbers that this program speaks. From 2 on a runtime has a
 * running hash of its feed, the sizes of its lists, and its versions. */
#define PROTOCOL_MIN 1
#define PROTOCOL_MAX 2
#define PROTOCOL_HISTORY 2

/* A page that is not the last has at least so many entries. */
#define PROTOCOL_PAGE_LEAST 100

struct protocol_info {
    int protocol; /* the highest common one */
    char version[64];
    char environment[32];
    char runtime_id[25];
    int64_t clock_skew_ms; /* theirs minus ours */
    int64_t feed_head;
    bool held;             /* a restored runtime waits for an admin */
    char restore[IDENT_SIZE]; /* which restore, "" where it does not tell */
    int64_t in_doubt;      /* runs that a restore has parked */
    char feed_hash[65];    /* at the cursor that was asked for, or "" */
    char receipt_head[65]; /* of the receipt that was asked for, or "" */
    /* How many entries its lists have at most; -1: it does not say. */
    int64_t users, installations, versions;
};

/* Reads the answer of GET info, received at NOW_MS. Errors: INVALID, and
 * REFUSED where no protocol is common, saying which side is older. */
enum err protocol_read_info(const struct value *answer, int64_t now_ms,
                            struct protocol_info *out, struct error *e);

/* Reads a page of the feed asked for after AFTER. Its arrays are freed by
 * protocol_clear_page; strings are borrowed from ANSWER. Errors: INVALID,
 * and CONFLICT where the feed ends before AFTER: it was put back. */
enum err protocol_read_feed(const struct value *answer, int64_t after,
                            struct fact_page *out, struct error *e);
void protocol_clear_page(struct fact_page *page);

/* Reads one receipt; KEY (may be NULL) is the one that was asked about. */
enum err protocol_read_receipt(const struct value *v, const char *key,
                               struct receipt *out, struct error *e);

/* Reads the answer of POST requests, which must hold exactly the N receipts
 * of KEYS in order, into OUT (N elements). With EACH (N elements, clear)
 * one that is not valid does not count as an error: why stands in its element,
 * and OUT has nothing there. */
enum err protocol_read_receipts(const struct value *answer,
                                const char *const *keys, size_t n,
                                struct receipt *out, struct error *each,
                                struct error *e);
void protocol_clear_receipt(struct receipt *r);

/* Reads a page of users or of state. */
enum err protocol_read_state(const struct value *answer, bool users,
                             struct state_page *out, struct error *e);
void protocol_clear_state(struct state_page *page);

/* Reads a page of versions. */
enum err protocol_read_versions(const struct value *answer,
                                struct version_page *out, struct error *e);
void protocol_clear_versions(struct version_page *page);

/* Appends one REQUEST object: ITEMS are JSON texts. */
void protocol_write_request(struct buf *out, const char *key, const char *kind,
                            const char *actor, const char *const *items,
                            size_t n);

#endif
