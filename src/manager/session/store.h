/* The store file itself, who may come in, settings. */
#ifndef TAILOR_MANAGER_SESSION_STORE_H
#define TAILOR_MANAGER_SESSION_STORE_H

#include <stddef.h>

#include "base/buf.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"

/* Makes a store at PATH with ADMIN (a Unix account) as its first admin.
 * CONFLICT where PATH exists. */
enum err manager_store_init(const char *path, const char *admin,
                            const char *session, struct error *e);

/* Seals every row as it is, for stores that were filled without the
 * audit (demo --store-only, tests). */
enum err manager_store_seal(struct manager *m, struct error *e);

/* Builds the search indexes again from the names of the installations. */
enum err manager_store_reindex(struct manager *m, struct error *e);

/* File integrity, foreign keys, the schema, the hash of every document, every
 * sealed row against the audit (seal.h), the audit chain.
 * REPORT receives one line per finding or figure; DAMAGED where one is bad.
 * Samples are left out, which a line says, for who may not see payloads. */
enum err manager_store_check(struct manager *m, struct buf *report,
                             struct error *e);

/* The same without the file and its schema. */
enum err manager_store_check_rows(struct manager *m, struct buf *report,
                                  struct error *e);

/* A copy at PATH (must not exist), itself a store. */
enum err manager_store_backup(struct manager *m, const char *path,
                              struct error *e);

struct value;

/* What the copy FROM would change in the store PATH. */
struct store_comparison {
    char id[25];       /* of the store that FROM is a copy of */
    char head[65];     /* of the audit of FROM: its history */
    bool compared;     /* false: PATH is not there, or cannot be read */
    bool is_another;   /* FROM is a copy of another store than PATH */
    bool is_altered;   /* the copy is not what its audit says */
    struct buf report; /* what manager_store_check_rows() says of it */
    struct buf people; /* whose role differs, as one line */
    struct value *roles; /* the same: [{"name","before","after"}]; null where
                            one has no role */
};

/* Compares them and checks FROM as manager_store_check() does, samples too;
 * reads both and changes neither. DAMAGED where the file or the schema of FROM
 * is not in order, REFUSED where FROM is the store PATH itself. OUT is
 * cleared by store_comparison_clear(), also after an error. */
enum err manager_store_compare(const char *path, const char *from,
                               struct store_comparison *out, struct error *e);
void store_comparison_clear(struct store_comparison *c);

/* Puts the copy FROM in the place of the store PATH, which is kept beside it
 * as PATH-before-restore-TIME; both must be stores of ours, and ACTOR an
 * admin in the one that is replaced, or in FROM where PATH does not exist.
 * SHOWN is the comparison that a person has seen; NULL: none, and then DAMAGED
 * where the copy is altered. Errors are those of manager_store_compare() too.
 * STALE where the comparison of what would be put in
 * place is another. Recorded in the restored store. */
enum err manager_store_restore(const char *path, const char *from,
                               const struct manager_session *session,
                               const struct store_comparison *shown,
                               struct error *e);

struct store_info {
    char path[4096];
    char id[25];
    int schema_version;
    int64_t bytes;
    int64_t integrations, workflows, versions, open_drafts, documents;
    int64_t installations, runtimes, outbox_waiting;
    int64_t audit_records;
    char audit_head[65];
    char settings[2048]; /* library and pragmas, one "name value" a line */
};

enum err manager_store_info(struct manager *m, struct store_info *out,
                            struct error *e);

struct access_row {
    const char *name;
    enum role role;
    const char *key; /* SSH public key line, NULL: none */
    const char *same_key_as; /* another person of the list; NULL: nobody */
    bool no_payloads;
    int64_t added_at;
    const char *added_by;
};

struct access_list {
    struct access_row *rows;
    size_t count;
    struct pool *pool;
};

enum err manager_access_list(struct manager *m, struct access_list *out,
                             struct error *e);
void access_list_clear(struct access_list *list);

/* Whether somebody may see what customers sent. AS_IS keeps what there is; a
 * new person may. */
enum payloads { PAYLOADS_AS_IS, PAYLOADS_CLOSED, PAYLOADS_OPEN };

/* Lets NAME in, or changes role, key (NULL: keeps the one there is) and
 * PAYLOADS of who is there. NAME is 1 to 64 of [a-z0-9._-]. *OPEN, where not
 * NULL, is whether NAME may see payloads then. REFUSED where the last admin
 * would lose the role, and where the session's actor may not see payloads and
 * NAME gets that right. */
enum err manager_access_add(struct manager *m, const char *name, enum role role,
                            const char *key, enum payloads payloads, bool *open,
                            struct error *e);
enum err manager_access_remove(struct manager *m, const char *name,
                               struct error *e);

/* A setting of the session's actor, JSON text; NOT_FOUND where unset. */
enum err manager_setting_get(struct manager *m, const char *key,
                             struct buf *out, struct error *e);
/* Settings change nothing but the actor's own view: no audit record. A
 * read-only session keeps none (READ_ONLY). */
enum err manager_setting_set(struct manager *m, const char *key,
                             const char *value, struct error *e);

#endif
