/*
 * One runtime as sync sees it: contact, first copy, then the feed and the
 * outbox side by side. Steps start calls; their ends start the next step.
 */
#ifndef TAILOR_REMOTE_PEER_H
#define TAILOR_REMOTE_PEER_H

#include "manager/exchange/exchange.h"
#include "remote/client.h"

enum peer_phase { PEER_CONTACT, PEER_USERS, PEER_STATE, PEER_STEADY };

/* What peers share; owned by sync. */
struct peers {
    struct manager *m;
    struct client *client;
    bool follow;
    bool stopping;
    int64_t active_at; /* monotonic time of the last exchange that mattered */
    void (*say)(void *context, const char *runtime, const char *sentence);
    void *context;
};

struct peer {
    struct peers *all;
    int64_t n;
    char *id, *name, *environment, *url, *ca_file, *pin, *token_file, *token;
    enum peer_phase phase;
    bool busy;    /* a call other than the feed's is under way */
    bool feeding; /* the feed's is */
    bool dirty;   /* the outbox may have rows */
    bool caught_up;
    bool held;
    bool gone; /* removed: to be freed once its calls ended */
    unsigned failures;
    int64_t next_attempt; /* monotonic */
    int64_t cursor;
    size_t limit; /* items of a batch; 1 to find the one that is refused */
    struct outbox_batch batch;
    bool taken; /* the batch is the next one; its requests are marked */
    char *page; /* cursor of the page of a copy to ask for, or NULL */
    int64_t first_cursor;
    bool first_page;
    struct error trouble; /* the last one; code ERR_OK: none */
};

/* A peer for ROW (copied). */
struct peer *peer_new(struct peers *all, const struct runtime_row *row);
void peer_free(struct peer *p);

/* Takes over changed settings; a change clears the pause before the next
 * attempt. */
void peer_update(struct peer *p, const struct runtime_row *row);

/* Starts what can be started now. */
void peer_step(struct peer *p);

/* True where nothing is queued or under way and the feed was read to its
 * end. */
bool peer_settled(const struct peer *p);

/* --- for peer_*.c only ---------------------------------------------------- */

/* Starts METHOD PATH with BODY (may be NULL, borrowed). False, with the
 * trouble told, where it cannot even be started. */
bool peer_call(struct peer *p, const char *method, const char *path,
               const char *body, size_t body_len, long time_out_ms,
               client_done *done);

/* An attempt failed with WHY: told, a pause, then contact from anew. */
void peer_trouble(struct peer *p, const struct error *why);

/* An exchange went well. */
void peer_well(struct peer *p);

/* The next batch of the outbox, or the question about a lost answer. */
void peer_deliver(struct peer *p);

#endif
