/* The inside of a manager, for manager.c and operation.c alone. */
#ifndef TAILOR_MANAGER_SESSION_MANAGER_PRIVATE_H
#define TAILOR_MANAGER_SESSION_MANAGER_PRIVATE_H

#include "base/digest.h"
#include "manager/session/manager.h"
#include "manager/session/operation.h"

struct pending_seal {
    enum seal seal;
    char *name;
};

struct manager {
    struct db *db;
    char *actor;
    char *session;
    enum role role;
    bool read_only;
    bool no_payloads; /* as the store says now */
    bool closed;      /* the connection cannot read payloads */
    bool saw;         /* payloads, at any time */
    bool verifies;    /* a copy; its people decide nothing */
    char *wake;
    int wake_fd; /* -1: read-only, or it cannot be made */
    int64_t commits;
    /* The newest audit record that this session has seen; 0: none yet. */
    int64_t seen_sequence;
    char seen_hash[DIGEST_SIZE];
    bool overwritten;  /* the store lacked it when it was last looked at */
    char **candidates; /* NULL-terminated, or NULL */
    size_t candidate_count;
    /* the open operation */
    enum action action;
    int64_t now;
    int64_t changes_before;
    bool unaudited;
    int64_t proof_sequence; /* its last audit record, 0: none yet */
    char proof_hash[DIGEST_SIZE];
    struct pending_seal *pending; /* for its next audit record */
    size_t pending_count;
};

/* Opens the copy at PATH to verify it before it replaces a store: the
 * people of the copy decide nothing. *OUT only reads and leaves this folder
 * nowhere. */
enum err manager_open_copy(struct manager **out, const char *path,
                           struct error *e);

/* Forgets the rows that operation_seal named. */
void operation_no_seals(struct manager *m);

/* The seals of these rows as JSON that the caller frees, NULL if none
 * exists. They are forgotten. */
enum err operation_take_seals(struct manager *m, char **out, struct error *e);

/* STALE: the content of the store is another's. */
enum err manager_say_overwritten(const struct manager *m, struct error *e);

/* Everybody who has access, within an operation; access_list_clear() also where
 * it fails. */
struct access_list;
enum err access_read(struct manager *m, struct access_list *out,
                     struct error *e);

/* Whether records have NAME (reserved.def), or one that looks like it, for what
 * no person did. The account of a service has its name without a key. */
bool access_is_reserved(const char *name, bool has_key);

/* Reads the actor's role from the store into M. */
enum err manager_read_role(struct manager *m, struct error *e);

#endif
