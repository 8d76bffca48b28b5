/*
 * One runtime as sync sees it: contact, a full copy where the store has none
 * or the runtime's history is another, then the feed and the outbox side by
 * side. Steps start calls; their ends start the next step. Whatever a runtime
 * answers, the pages between two contacts are bounded by what it said at the
 * first.
 */
#ifndef TAILOR_REMOTE_PEER_H
#define TAILOR_REMOTE_PEER_H

#include "manager/exchange/exchange.h"
#include "remote/bounds.h"
#include "remote/client.h"
#include "remote/protocol.h"

enum peer_phase {
    PEER_CONTACT,
    PEER_USERS,
    PEER_STATE,
    PEER_VERSIONS,
    PEER_STEADY
};

/* So many calls that have no answer for a while go on beside the others: with
 * the next one and the feed's, these are the connections to one runtime. */
#define PEER_BESIDE_MOST 2

/* The next attempt (outbox_wait.at) of what goes on so: its call must end. */
#define PEER_BESIDE INT64_MAX

struct delivery;

/* What peers share; owned by sync. */
struct peers {
    struct manager *m;
    struct client *client;
    bool follow;
    bool stopping;
    bool changed;      /* a contact has changed which runtimes there are */
    int64_t active_at; /* monotonic time of the last exchange that mattered */
    void (*say)(void *context, const char *runtime, const char *sentence);
    bool progress; /* somebody watches: say now and then how far it is */
    void *context;
};

/* How far a runtime's history was read. */
struct peer_position {
    int64_t cursor;
    char feed_hash[65];       /* at the cursor, "" where none is known */
    int64_t receipt_sequence; /* the newest receipt, 0 and "" for none */
    char receipt_head[65];
};

/* What a peer does. Each counts its own failures: a contact that goes well
 * says nothing of a feed that cannot be read. */
enum peer_does {
    DOES_MEET,
    DOES_READ,
    DOES_COPY,
    DOES_SEND,
    DOES_ANSWER, /* some requests, which fail alone; what else it does goes
                    on */
    DOES_COUNT
};

struct peer {
    struct peers *all;
    int64_t n;
    char *id, *name, *environment, *url, *ca_file, *pin, *token_file, *token;
    enum peer_phase phase;
    bool busy;    /* a call other than the feed's, and those beside, is in
                     progress */
    bool feeding; /* the feed's is */
    bool dirty;   /* the outbox may have rows */
    bool caught_up;
    bool held;
    int64_t in_doubt; /* its runs that a restore has parked */
    bool meet;        /* somebody asks for a contact */
    bool owed;        /* and waits until it is in step, or fails */
    bool look;        /* it may have versions that this store lacks */
    bool fresh;       /* was never met under its row */
    bool gone;        /* removed: to be freed once its calls ended */
    unsigned failures[DOES_COUNT]; /* since it went well last */
    int64_t next_attempt;          /* monotonic */
    unsigned lost;   /* how often the feed could not go on, of late */
    int64_t lost_at; /* monotonic, the last time */
    struct peer_position at;
    bool known_held, compared, altered; /* as the store has them */
    int64_t copy_asked;                 /* likewise */
    char restore[IDENT_SIZE]; /* that was compared, "" if none is reported */
    int protocol;             /* of the last contact */
    int64_t heard_at;         /* monotonic; when an answer was noted */
    int64_t asked;            /* cursor that the feed's call was asked for */
    struct peer_position met; /* where it was when it last asked for a
                                 contact: the feed goes on meanwhile */
    int64_t head_seen;        /* the feed's, in this contact */
    int64_t head_wanted;      /* how far a sync without follow reads */
    int64_t pages_left;       /* that this contact may still bring */
    int64_t users, installations, versions; /* pages that its lists may have */
    int64_t said_users, said_installations; /* entries, as it says itself */
    int64_t rows;                           /* of the list that is read */
    int64_t unread;  /* records read since the feed's end was reached last */
    int64_t told_at; /* monotonic; when progress was said last */
    size_t limit;    /* items of a batch; 1 to find the one that is refused */
    struct outbox_batch batch;
    struct delivery *sending; /* the call that is about it, or NULL */
    struct delivery *beside[PEER_BESIDE_MOST]; /* those that have no answer */
    bool taken; /* the batch is the next one; its requests are marked */
    char renewed[IDENT_SIZE];    /* key of the request whose documents were
                                  * queued again last */
    struct outbox_waits waiting; /* what was set aside */
    unsigned in_a_row;  /* that were set aside since one was answered */
    struct value *kept; /* receipts that the feed's head must confirm */
    char *page;         /* cursor of the page of a list to ask for, or NULL */
    struct full_copy copy;
    char *why;            /* that copy.why points at */
    char wanted[65];      /* hash of the document that was asked for */
    struct error trouble; /* the last one; code ERR_OK: none */
};

/* A peer for ROW (copied). */
struct peer *peer_new(struct peers *all, const struct runtime_row *row);
void peer_free(struct peer *p);

/* Takes over changed settings; a change clears the pause before the next
 * attempt. */
void peer_update(struct peer *p, const struct runtime_row *row);

/* Takes over what contact has kept of the runtime; nothing of it where another
 * program changed that: a contact is due then. */
void peer_take_kept(struct peer *p, const struct runtime_row *row);

/* Ends the pause before the next attempt, and asks for a contact. */
void peer_nudge(struct peer *p);

/* Starts what can be started now. */
void peer_step(struct peer *p);

/* True where a call other than the feed's is in progress. */
bool peer_calls(const struct peer *p);

/* True where nothing is queued or in progress and the feed was read to its
 * end. */
bool peer_settled(const struct peer *p);

/* --- for peer_*.c only ---------------------------------------------------- */

/* Starts REQUEST (copied); DONE is called with CONTEXT. False, with the trouble
 * told, where it cannot even be started. */
bool peer_call(struct peer *p, const struct client_request *request,
               client_done *done, void *context);

/* The same for GET PATH, with P as the context. */
bool peer_get(struct peer *p, const char *path, long time_out_ms,
              client_done *done);

/* The same for a call that is about p->batch. */
bool peer_send(struct peer *p, const struct client_request *request,
               client_done *done);

/* Where what peer_send() sent has no answer for a while and others are due, it
 * is set aside and goes on beside them. */
void peer_beside_due(struct peer *p);

/* Monotonic time when that is to be looked at; 0: nothing is sent. */
int64_t peer_beside_next(const struct peer *p);

/* Frees what is kept of calls that end without calling back. */
void peer_forget_calls(struct peer *p);

/* An attempt failed with WHY: told where it is another trouble than before, a
 * pause that gets longer each time, then a new contact. */
void peer_trouble(struct peer *p, enum peer_does what, const struct error *why);

/* Tells SENTENCE about the runtime to who watches. */
void peer_say(const struct peer *p, const char *sentence);

/* *TAKEN says whether the runtime, which told INFO, was removed and is added
 * again: another row, which has its installations, takes the place of P, which
 * is gone. */
enum err peer_take_back(struct peer *p, const struct protocol_info *info,
                        bool *taken, struct error *e);

/* An exchange went well, and no pause is left. The trouble is over where it
 * was the last thing that failed. */
void peer_well(struct peer *p, enum peer_does what);

/* Whether something fails but WHAT (DOES_COUNT: anything). */
bool peer_fails(const struct peer *p, enum peer_does what);

/* The next batch of the outbox, or the question about a lost answer. */
void peer_deliver(struct peer *p);

enum receipts {
    RECEIPTS_TAKEN,
    RECEIPTS_WAIT, /* for the head of the feed; BODY is kept */
    RECEIPTS_NONE  /* of several requests, which are sent one by one now */
};

/* Takes the receipts of BODY for the batch: those that count are applied, the
 * requests of the others set aside, so that they hold up nothing but what may
 * not overtake them. They wait where they name records that the feed was not
 * seen to have, and not HEAD_IS_KNOWN. An error is trouble of this side. */
enum err peer_take_receipts(struct peer *p, const struct value *body,
                            bool head_is_known, enum receipts *out,
                            struct error *e);

/* The request, document or entry of BATCH fails alone, because of WHY: it
 * waits, each time longer, and holds up nothing but what may not overtake it.
 * ARRIVED_NOT: it is known not to have arrived. An error is trouble of the
 * runtime or of this side. */
enum err peer_set_aside(struct peer *p, const struct outbox_batch *batch,
                        bool arrived_not, const struct error *why,
                        struct error *e);

/* The same for a batch of which nothing is known that could be read: a contact
 * shows whether the whole runtime fails, and many in a row do. */
enum err peer_set_failed_aside(struct peer *p, const struct outbox_batch *batch,
                               bool arrived_not, const struct error *why,
                               struct error *e);

/* What was set aside is due where its wait is over. */
void peer_aside_due(struct peer *p);

/* Monotonic time of the next that is; 0: none waits. */
int64_t peer_aside_next(const struct peer *p);

/* The request LEAD was answered. */
void peer_aside_answered(struct peer *p, int64_t lead);

/* All that is due was delivered: nothing fails alone where nothing waits. */
void peer_aside_end(struct peer *p);

/* All that was set aside is due at once, but for what has a call still. How
 * long a late answer took is kept: it would come late each time else. */
void peer_aside_forget(struct peer *p);

/* A full copy begins, because of WHY (copied; NULL: it is the first). BEHIND:
 * its history goes on, and this store has not read it for too long. */
void peer_copy_begin(struct peer *p, const char *why, bool behind);

/* The next page of a list, or the next missing document or version. */
void peer_copy_step(struct peer *p);

/* What INFO says counts from here on: the head, and how many pages can come. */
void peer_bounds(struct peer *p, const struct protocol_info *info);

/* Whether a page of COUNT entries that is followed by MORE ends in time: only
 * the last may be short. */
enum err peer_check_page(const struct peer *p, size_t count, bool more,
                         struct error *e);

/* COUNT of WHAT were read: said every ten seconds where somebody watches. */
void peer_progress(struct peer *p, const char *what, int64_t count);

/* Says, and keeps, that the runtime is held. */
void peer_say_held(struct peer *p);

#endif
