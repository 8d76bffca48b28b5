/*
 * Runtimes and what is asked of them besides releases. Token files are only
 * named here; only sync reads the manage token.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_RUNTIME_H
#define TAILOR_MANAGER_EXCHANGE_RUNTIME_H

#include "base/ident.h"
#include "manager/session/manager.h"
#include "value/value.h"

struct pool;

/* What is known of a runtime. Strings are NULL where nothing is known. */
struct runtime_row {
    int64_t n;
    const char *id; /* this store's id of it */
    const char *name;
    const char *environment;
    const char *url;
    const char *ca_file;
    const char *pin;
    const char *token_file;
    const char *read_token_file;
    const char *remote_id; /* what it calls itself, after the first contact */
    int protocol;
    int64_t last_contact;
    const char *last_error;
    enum err trouble; /* the code of last_error, OK if none exists */
    int64_t clock_skew_ms;
    bool held;
    int64_t feed_cursor;
    int64_t feed_head;
    int64_t queued;           /* outbox entries without an answer */
    const char *feed_hash;    /* running hash at feed_cursor, or NULL */
    bool compared;            /* held, and a full copy was taken since */
    const char *restore;      /* what it is held for; NULL: not told */
    int64_t receipt_sequence; /* of the newest receipt, 0: none */
    const char *receipt_head;
    const char *notice; /* what people must know of it, or NULL */
    int64_t notice_at;
    const char *undone; /* by restores, none of which was accepted yet: an
                         * object of counts in JSON, or NULL */
    int64_t copy_asked; /* when a person asked for a full copy, which was not
                         * taken yet; 0: nobody did */
    bool altered;       /* another program changed what contact keeps of it */
    bool restored;      /* and no person has accepted that yet */
    int64_t unknown;    /* versions that it has and this store lacks */
    int64_t tried_at;   /* when it was last met and in step, or an attempt at
                         * that failed */
    int64_t charged;    /* bytes that it made this store grow by */
    int64_t heard_at;   /* when it answered last, to the minute; 0: never */
    int64_t certificate_ends; /* 0: not known */
};

struct runtime_list {
    struct runtime_row *rows;
    size_t count;
    struct pool *pool;
};

/* Members that are NULL are left as they are by manager_runtime_set; "" takes
 * one away. Paths are made absolute. */
struct runtime_settings {
    const char *name;
    const char *url;
    const char *environment;
    const char *ca_file;
    const char *pin;
    const char *token_file;
    const char *read_token_file;
};

/* https://HOST[:PORT] and nothing more, else INVALID. */
enum err runtime_check_url(const char *url, struct error *e);
/* "sha256//" and the SHA-256 of a public key in base64, else INVALID. */
enum err runtime_check_pin(const char *pin, struct error *e);

enum err manager_runtime_add(struct manager *m,
                             const struct runtime_settings *settings,
                             struct error *e);
/* The environment that RUNTIME (a name) was met as, "" where it was not met. It
 * stays that one; where an earlier program has set it to the other one, it can
 * be set back. NOT_FOUND. */
#define RUNTIME_ENVIRONMENT_SIZE 32
enum err manager_runtime_met(struct manager *m, const char *runtime,
                             char out[RUNTIME_ENVIRONMENT_SIZE],
                             struct error *e);
/* REFUSED where it was met as another environment. */
enum err manager_runtime_set(struct manager *m, const char *runtime,
                             const struct runtime_settings *settings,
                             struct error *e);
enum err manager_runtime_list(struct manager *m, struct runtime_list *out,
                              struct error *e);
void runtime_list_clear(struct runtime_list *list);

/* Asks for a full copy of the N runtimes NAMES (0: all), which sync takes at
 * its next contact with each: what it has kept of them here, and another
 * program may have changed, becomes what they say. NOT_FOUND. */
enum err manager_runtime_copy(struct manager *m, const char *const *names,
                              size_t n, struct error *e);

/* NOT_FOUND where LIST lacks one of the N NAMES. */
enum err runtime_list_has(const struct runtime_list *list,
                          const char *const *names, size_t n, struct error *e);

/* Keeps its installations and their history; REFUSED while entries of the
 * outbox wait for its answer. */
enum err manager_runtime_remove(struct manager *m, const char *runtime,
                                struct error *e);

/* Queues that a restored, held runtime goes on; one that was restored and runs
 * is not asked: that a person has read its notice is kept here, and KEY is "".
 * SHOWN is what the person has read; NULL: as it is now. REFUSED where no
 * restore is known, or it was not compared (sync does that); STALE where what
 * waits is another restore than was shown, or its notice is another. */
enum err manager_runtime_accept_restore(struct manager *m, const char *runtime,
                                        const struct runtime_row *shown,
                                        char key[IDENT_SIZE], struct error *e);

/* What publishing has queued: the keys of its rows, in order. */
struct published {
    char (*keys)[IDENT_SIZE]; /* freed by the caller */
    size_t count;
};

/* Offers INTEGRATION at COUNT RUNTIMES, in one transaction: its entry and its
 * newest base versions are queued at each, with an audit record each, or at
 * none; publishing again brings what is new. OUT (may be NULL) has COUNT
 * elements, whose keys count only without an error. INVALID where two names are
 * of one runtime. REFUSED where a newest base version starts by a kind of
 * trigger that does not run yet. */
enum err manager_publish(struct manager *m, const char *integration,
                         const char *const *runtimes, size_t count,
                         struct published *out, struct error *e);

/* Each of these queues one request; KEY (may be NULL) receives its
 * idempotency key, by which its outcome is known (exchange.h). NOTE (NULL or
 * empty: none) stands in the audit record alone. */
enum err manager_user_add(struct manager *m, const char *username,
                          const char *full_name, const char *runtime,
                          char key[IDENT_SIZE], struct error *e);
enum err manager_installation_pause(struct manager *m, const char *installation,
                                    const char *workflow, bool pause,
                                    bool cancel_runs, const char *note,
                                    char key[IDENT_SIZE], struct error *e);
/* The same for COUNT installations as a whole, in one transaction: all are
 * queued, each with its own audit record, or none is. Errors: TOO_BIG past
 * PAUSE_MOST, and those of one. */
#define PAUSE_MOST 1000
enum err manager_installation_pause_all(struct manager *m,
                                        const char *const *ids, size_t count,
                                        bool pause, struct error *e);
enum err manager_installation_uninstall(struct manager *m,
                                        const char *installation,
                                        const char *note, char key[IDENT_SIZE],
                                        struct error *e);
/* The credential of APP (NULL: each that is connected) is tried again by a run
 * that waits for it, although the app refused it. */
enum err manager_credential_retry(struct manager *m, const char *installation,
                                  const char *app, char key[IDENT_SIZE],
                                  struct error *e);
/* INPUT (borrowed) may be NULL. */
enum err manager_run_start(struct manager *m, const char *installation,
                           const char *workflow, const struct value *input,
                           char key[IDENT_SIZE], struct error *e);
/* INVALID where RUN is not the id of a run. */
enum err manager_run_check(const char *run, struct error *e);
/* Cancels the run RUN (an id) of RUNTIME, or starts it again where it stopped.
 * RUNTIME NULL: the only one; CHOICE where there are more. */
enum err manager_run_change(struct manager *m, const char *run,
                            const char *runtime, bool cancel,
                            char key[IDENT_SIZE], struct error *e);
/* The same for COUNT runs, in one transaction: all are queued, each with its
 * own audit record, or none is. The runtime refuses a run as stale that is not
 * parked as it was shown. KEYS receives their keys. Errors: TOO_BIG past
 * RUNS_MOST, and those of one. */
#define RUNS_MOST 1000
struct run_ref {
    const char *run, *runtime;
    const char *parked_for; /* as it was shown; NULL: whatever its state is */
    int64_t parked_times;   /* with it: how often it had been parked */
};
enum err manager_runs_change(struct manager *m, const struct run_ref *runs,
                             size_t count, bool cancel,
                             char (*keys)[IDENT_SIZE], struct error *e);

/* The users that the runtimes have reported, by username after AFTER (NULL:
 * from the start), at most LIMIT. */
struct user_row {
    const char *id;
    const char *username;
    const char *full_name;
    const char *runtime;
    const char *environment;
    int64_t deleted_at;    /* 0: the user is there */
    int64_t missing_since; /* 0: the runtime knows the user */
};

struct user_list {
    struct user_row *rows;
    size_t count;
    struct pool *pool;
};

enum err manager_user_list(struct manager *m, const char *after, int limit,
                           struct user_list *out, struct error *e);
void user_list_clear(struct user_list *list);

enum err manager_event_send(struct manager *m, const char *installation,
                            const char *event, const struct value *data,
                            char key[IDENT_SIZE], struct error *e);

#endif
