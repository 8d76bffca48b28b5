/*
 * The copy of the runtimes' facts, for the files of this folder only: the
 * pointers of an installed workflow, read, moved and written in the open
 * operation. Only answers of runtimes come here.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_COPY_H
#define TAILOR_MANAGER_EXCHANGE_COPY_H

#include "base/digest.h"
#include "manager/exchange/facts.h"
#include "manager/session/operation.h"

/* The runtime that speaks, and what its words have done so far in the open
 * operation. */
struct speaker {
    int64_t n;
    const char *id;
    char name[128];
    int64_t cursor, receipt_sequence;
    char receipt_head[65];
    bool changed;  /* a row is another than before */
    int64_t moved; /* live versions */
    int64_t found; /* bytes that the store took before */
    bool restored; /* a restore of it waits for a person */
    bool altered;  /* another program changed how far it was read */
    bool lost;     /* and no contact came since: nothing of that is used, nor
                    * the bytes that it took */
    bool undone;   /* what restores have undone is another than before */
};

struct copy_installation {
    int64_t n;
    char id[25];
    int state;
    char *connected, *answered; /* JSON or NULL; owned */
    char *credentials;          /* those that apps refuse, likewise */
    char *connected_by; /* {"app":"credentialId"}, likewise */
};

struct copy_pointer {
    int64_t installation, workflow;
    int64_t live, releasing, awaiting, previous, feed_sequence;
    /* A version that is not in this store, where live or awaiting is 0. */
    char live_unknown[25], awaiting_unknown[25];
    /* The hash of its content as the runtime reported it; "": it did not. */
    char live_reported[DIGEST_SIZE], awaiting_reported[DIGEST_SIZE];
    char *needs; /* JSON or NULL; owned */
    bool active, off, todo;
    bool moved;   /* live or awaiting: to be sealed, as is a new one */
    bool counted; /* nothing but counts of runs may be new */
    int64_t failed, parked, set_aside, live_since;
};

/* Where versions go, by the word of a runtime; ids NULL: none. */
struct move {
    const char *live_id, *awaiting_id;
    const char *live_hash, *awaiting_hash; /* of the content; NULL: not told */
    const struct value *needs;
    int64_t sequence; /* of the newest fact in it */
    int64_t at;
    const char *actor, *cause; /* for the audit */
    int64_t releasing_ends;    /* version whose release was answered, or 0 */
    bool restores;             /* a full copy: older sequences count too */
};

/* The runtime ID; NOT_FOUND. REFUSED where it has made this store grow by
 * more than its share (RUNTIME_SHARE, and RUNTIME_SHARE_A_DAY since it was
 * added). */
#define RUNTIME_SHARE (INT64_C(4) << 30)
#define RUNTIME_SHARE_A_DAY (INT64_C(64) << 20)
enum err speaker_load(struct manager *m, const char *id, struct speaker *out,
                      struct error *e);

/* Where another program changed what contact keeps of the runtime ID, that
 * becomes what it was before the first contact, and a full copy is due. */
enum err speaker_anew(struct manager *m, const char *id, struct error *e);

/* Charges the runtime for the bytes that the open operation has added to the
 * store, whatever added them. It is the last of each operation that a runtime
 * causes. */
enum err speaker_end(struct manager *m, const struct speaker *s,
                     struct error *e);

/* Sets the notice that `runtime list` shows, with an audit record. */
enum err copy_notice(struct manager *m, struct speaker *s, const char *text,
                     struct error *e);

/* The id of the row N that STATEMENT, one of CS_FACT_…_ID, reads; "" if
 * none exists. */
enum err copy_id_of(struct manager *m, int statement, int64_t n,
                    char out[IDENT_SIZE], struct error *e);

/* The installation ID of runtime S; *FOUND false where the store does not
 * know it or it is another runtime's. Cleared with copy_installation_clear. */
enum err copy_installation_load(struct manager *m, struct speaker *s,
                                const char *id, struct copy_installation *out,
                                bool *found, struct error *e);
enum err copy_installation_save(struct manager *m, struct speaker *s,
                                const struct copy_installation *i, int64_t at,
                                struct error *e);
void copy_installation_clear(struct copy_installation *i);

/* The JSON object TEXT (may be NULL) as a tree; an empty one where it is
 * none. Owned by the caller. */
struct value *copy_object(const char *text);

/* Keeps what APP says of the credential in TEXT (taken; {"app":{"state",
 * "message","at"}} of those that do not work). */
char *copy_credential(char *text, const char *app, const char *state,
                      const char *message, int64_t at);

/* Keeps in TEXT (taken) that APP is connected by the credential ID; NULL: by
 * none, or it is not told. */
char *copy_connected_by(char *text, const char *app, const char *id);

/* Adds [{"blockId","field"}…] to {"block":{"field":true}}. */
void copy_answers(struct value *all, const struct value *fields);

/* The pointers of an installed workflow, made where it is new. */
enum err copy_pointer_load(struct manager *m, int64_t installation,
                           int64_t workflow, int64_t at,
                           struct copy_pointer *out, struct error *e);
enum err copy_pointer_save(struct manager *m, struct speaker *s,
                           const struct copy_pointer *p, int64_t at,
                           struct error *e);
void copy_pointer_clear(struct copy_pointer *p);

/* Moves P by the word of S, unless a later fact has moved it; each change of
 * live or awaiting is audited. P is not saved. */
enum err copy_move(struct manager *m, struct speaker *s,
                   const char *installation_id, struct copy_pointer *p,
                   const struct move *move, struct error *e);

/* The list of versions of the runtime is read again, from its start. */
enum err copy_list_versions(struct manager *m, const struct speaker *s,
                            struct error *e);

/* The same where P names a version whose release the runtime has refused: it
 * may have another content there. */
enum err copy_doubt(struct manager *m, const struct speaker *s,
                    const struct copy_pointer *p, struct error *e);

/* Adds or renames a user, and with it the installations' customer. */
enum err copy_user(struct manager *m, struct speaker *s, const char *user_id,
                   const char *username, const char *full_name,
                   struct error *e);

/* The runtime deleted the user. */
enum err copy_user_deleted(struct manager *m, const struct speaker *s,
                           const char *user_id, int64_t at, struct error *e);

/* Adds the installation where it is new and the store knows its user and
 * integration; *ADDED says whether. */
enum err copy_installation_add(struct manager *m, struct speaker *s,
                               const char *id, const char *user_id,
                               const char *integration_id, int64_t at,
                               bool *added, struct error *e);

/* The row of the workflow ID, 0 where the store does not know it. */
enum err copy_workflow(struct manager *m, const char *id, int64_t *n,
                       struct error *e);

/* Works out the condition of INSTALLATION (row) again, from its pointers and
 * the requests about it. */
enum err copy_condition(struct manager *m, int64_t installation,
                        struct error *e);
/* The same for the installation that the outbox row REQUEST is about; nothing
 * where it is about none. */
enum err copy_condition_of(struct manager *m, int64_t request,
                           struct error *e);

/* One audit record of WHAT, in the name of S. */
enum err copy_audit(struct manager *m, struct speaker *s, const char *actor,
                    enum reported what, const char *subject_kind,
                    const char *subject_id, const char *installation_id,
                    const char *before, const char *after, struct error *e);

#endif
