/*
 * The outbox as sync sees it: what is due, what was sent, what became of it.
 * A row is marked as sent (unknown) before a byte leaves, and only an answer
 * of the runtime ends that.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_EXCHANGE_H
#define TAILOR_MANAGER_EXCHANGE_EXCHANGE_H

#include "base/ident.h"
#include "manager/exchange/runtime.h"

struct outbox_row {
    int64_t n;
    const char *key;
    const char *kind; /* document, integration, or a kind of REQUEST */
    int state;        /* enum outbox_state */
    int64_t attempts;
    const char *hash; /* of a document */
    const char *actor;
    const char *body;              /* ITEM, catalogue entry, or the document */
    int64_t installation, version; /* row numbers; 0: about none */
    int64_t lead;       /* row of the request that this item belongs to */
    const char *answer; /* outcome of its receipt: it must not be sent */
};

struct outbox_batch {
    struct outbox_row *rows; /* in order; whole requests only */
    size_t count;
    bool requests; /* else one document or integration, or answered */
    bool answered; /* another program queued these again: they have receipts */
    struct pool *pool;
};

/* A row that waits for another attempt while others go on. */
struct outbox_wait {
    int64_t lead, installation, version;
    char *subject;     /* the run or user of a request about neither, or NULL */
    char *hash;        /* of a document, or NULL */
    char *entry;       /* a catalogue entry, or NULL */
    unsigned failures; /* attempts so far; the caller's */
    int64_t took_ms;   /* how long its last answer took, 0: none; likewise */
    int64_t at; /* monotonic, of the next; 0: it is due, and nothing waits
                   behind it */
};

/* Rows that are not asked for now; begins as {0}. */
struct outbox_waits {
    struct outbox_wait *rows;
    size_t count;
};

/* ROW failed FAILURES times and waits until AT (more than 0). */
void outbox_waits_add(struct outbox_waits *w, const struct outbox_row *row,
                      unsigned failures, int64_t at);

/* The rows of the request LEAD do not wait any more. How often it had failed;
 * 0: it did not wait. */
unsigned outbox_waits_remove(struct outbox_waits *w, int64_t lead);
void outbox_waits_clear(struct outbox_waits *w);

struct outbox_ask {
    int64_t runtime;
    size_t limit; /* items of a batch; a request that has more comes alone */
    bool held;    /* the runtime is held: nothing before somebody resumes it;
                     then what was queued before that, so that it is live before
                     the parked events run, and the request that resumes it */
    const struct outbox_waits *past; /* these are passed over, with what may not
                                        overtake them: requests about the same
                                        installation, version, run or user, what
                                        names a document or what is in a
                                        catalogue entry that waits, and the
                                        resumption. NULL: none */
};

/* The next rows of a runtime that can be sent together, in order: one
 * document, one integration, or whole requests; none where nothing is due.
 * Rows that are OUTBOX_UNKNOWN come alone with others of their kind, so that
 * they can be asked about first. Rows that have a receipt already come alone,
 * answered. */
enum err manager_outbox_due(struct manager *m, const struct outbox_ask *ask,
                            struct outbox_batch *out, struct error *e);
void outbox_batch_clear(struct outbox_batch *batch);

/* Ends the rows of an answered BATCH as their receipts say, with a record and
 * a notice of the runtime RUNTIME_ID. */
enum err manager_outbox_answered(struct manager *m, const char *runtime_id,
                                 const struct outbox_batch *batch,
                                 struct error *e);

/* Marks the rows as sent, one attempt more. */
enum err manager_outbox_sent(struct manager *m,
                             const struct outbox_batch *batch, struct error *e);

/* An attempt ended without an answer: WHY (may be NULL) is kept; ARRIVED_NOT
 * says that it is known not to have arrived
 * (the rows are queued again). */
enum err manager_outbox_failed(struct manager *m,
                               const struct outbox_batch *batch,
                               bool arrived_not, const char *why,
                               struct error *e);

/* What came as the answer to BATCH, or that nothing came (WHY), concerns BATCH
 * alone: what became of it is unknown, or it is known not to have arrived
 * (ARRIVED_NOT), until the attempt at NEXT_ATTEMPT (more than 0) or a later one
 * goes well. The runtime shows WHY; no other entry does. */
enum err manager_outbox_aside(struct manager *m, int64_t runtime,
                              const struct outbox_batch *batch,
                              bool arrived_not, const struct error *why,
                              int64_t next_attempt, struct error *e);

/* The runtime lacks documents that these requests name (WHY): the documents
 * are queued again, and so are the requests. */
enum err manager_outbox_renew(struct manager *m, int64_t runtime,
                              const struct outbox_batch *batch, const char *why,
                              struct error *e);

/* A document or integration is there. With WHY (not NULL) the runtime will
 * never take these rows, requests or not: they are refused. */
enum err manager_outbox_delivered(struct manager *m,
                                  const struct outbox_batch *batch,
                                  const char *why, struct error *e);

/* Both in one transaction: the rows of DELIVERED (documents or integrations)
 * are there, and NEXT becomes what is due then; requests in it whose fate is
 * not unknown are marked as sent. */
enum err manager_outbox_next(struct manager *m, const struct outbox_ask *ask,
                             const struct outbox_batch *delivered,
                             struct outbox_batch *next, struct error *e);

/* What became of a request. */
struct outbox_status {
    int state;      /* enum outbox_state */
    bool uncertain; /* an answer was lost: "unknown, retrying" */
    int64_t attempts;
    char outcome[24]; /* word of the receipt's item, "" before it */
    bool other;      /* refused here: the runtime did it with another content */
    char error[512]; /* why it waits (that of its runtime where it was not
                        tried itself), or what the runtime said with its
                        answer */
};

/* NOT_FOUND where there is no such key. */
enum err manager_outbox_status(struct manager *m, const char *key,
                               struct outbox_status *out, struct error *e);

/* Entries without an answer, of one runtime (row number) or all (0). */
enum err manager_outbox_count(struct manager *m, int64_t runtime, int64_t *out,
                              struct error *e);

/* What a contact with a runtime showed. */
struct runtime_contact {
    const char *remote_id;
    int protocol;
    int64_t clock_skew_ms;
    int64_t feed_head;
    bool held;
    const char *restore; /* what it is held for; NULL: none, or not told */
    bool still_fails;    /* another exchange: the trouble that is kept stays */
    int64_t certificate_ends; /* of its certificate; 0: not seen this time */
    bool differs; /* its history is not the one that this store has read */
};

/* Keeps what INFO told. Errors: CONFLICT where another runtime answers under
 * this address than the one known. */
enum err manager_runtime_contact(struct manager *m, int64_t runtime,
                                 const struct runtime_contact *contact,
                                 struct error *e);

/* Keeps that the runtime answered just now, and until when its certificate is
 * valid (0: not seen this time). */
enum err manager_runtime_heard(struct manager *m, int64_t runtime,
                               int64_t certificate_ends, struct error *e);

/* Keeps that the runtime is in step just now, or that an attempt at that has
 * failed, for who has asked for a contact. */
enum err manager_runtime_tried(struct manager *m, int64_t runtime,
                               struct error *e);

/* Keeps why the runtime cannot be used, where that is new: with the runtime
 * and with each entry that waits for it. */
enum err manager_runtime_trouble(struct manager *m, int64_t runtime,
                                 const struct error *why, struct error *e);

#endif
