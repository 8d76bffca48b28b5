/*
 * What releases are made of, for the files of this folder only: an
 * installation's workflow with all that refusals look at, versions and
 * documents loaded and checked, the plan of one change, and its queueing.
 */
#ifndef TAILOR_MANAGER_RELEASE_PARTS_H
#define TAILOR_MANAGER_RELEASE_PARTS_H

#include "manager/release/release.h"
#include "manager/session/customer.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* An installation's workflow; strings live in the pool it was loaded with,
 * row numbers are 0 if none exists. */
struct pointer {
    int64_t installation, workflow, runtime;
    const char *installation_id, *customer, *username, *who;
    const char *workflow_id, *workflow_key, *workflow_name, *integration;
    const char *runtime_id, *runtime_name, *environment;
    const char *connected, *answered; /* JSON or NULL */
    int state;                        /* enum installation_state */
    bool four_eyes, active;
    bool held;    /* the runtime: restored, runs nothing */
    bool missing; /* the runtime was restored and does not know it */
    bool removed; /* the runtime, from this store */
    int64_t heard_at; /* when the runtime answered last; 0: never */
    const char *pending; /* "pausing", "resuming" or NULL */
    int64_t live, releasing, awaiting, previous;
    /* Ids of versions that the runtime names and this store lacks, or NULL. */
    const char *live_unknown, *awaiting_unknown;
};

struct version {
    int64_t n, workflow, installation, base_no, fork_no, parent, live_when_made;
    char id[IDENT_SIZE];
    const char *author, *hash, *note;
    int state; /* enum version_state */
    int64_t revision;
};

/* A base version as requests name it; id NULL: none. */
struct base_version {
    int64_t n, base_no;
    const char *id, *hash;
};

/* One change of a pointer or of a workflow's newest base. */
struct handover {
    struct pointer p;  /* installation 0: a base version */
    struct version to; /* what shall be live */
    struct document *to_document;
    int64_t expected;    /* version that must be live; 0: none */
    int64_t integration; /* row, of a base version */
    bool revives;        /* content was made from the awaiting version */
};

/* NOT_FOUND where INSTALLATION does not run WORKFLOW. */
enum err pointer_load(struct manager *m, int64_t installation, int64_t workflow,
                      struct pool *pool, struct pointer *out, struct error *e);

/* The version of row N. */
enum err version_load(struct manager *m, int64_t n, struct pool *pool,
                      struct version *out, struct error *e);

/* The base version of row N; N 0: none. */
enum err base_version_load(struct manager *m, int64_t n, struct pool *pool,
                           struct base_version *out, struct error *e);

/* *REFUSED says whether every runtime that the released version of row N was
 * sent to refused it. */
enum err version_is_refused(struct manager *m, int64_t n, bool *refused,
                            struct error *e);

/* *LOST says whether V was released and waited for its customer, and the
 * runtime no longer has it, as after a restore: it can be released again. */
enum err version_is_lost(struct manager *m, const struct version *v, bool *lost,
                         struct error *e);

/* REFUSED, of a user-specific version CONFLICT, with NAME in it, where every
 * runtime that the released version V was sent to refused it. */
enum err version_check_refused(struct manager *m, const struct version *v,
                               const char *name, struct error *e);

/* The same of a base version alone, of which another content may be at a
 * runtime under its id. A user-specific one may be gone back to: that releases
 * its content under a new id. */
enum err version_check_taken(struct manager *m, const struct version *v,
                             const char *name, struct error *e);

/* CONFLICT, with NAME in it, where a request that makes VERSION (row number)
 * live, or offers it, waits for a runtime. */
enum err version_check_way(struct manager *m, int64_t version, const char *name,
                           struct error *e);

/* The document of a released version, its hash checked: DAMAGED where the
 * bytes are not what the name says. The caller frees *OUT. */
enum err document_load(struct manager *m, const char *hash,
                       struct document **out, struct error *e);

/* The document that V is now: a draft's body or a released document. */
enum err version_document(struct manager *m, const struct version *v,
                          struct document **out, struct error *e);

/* Adds the connectors that D names and the store has to SET. */
enum err connectors_load(struct manager *m, const struct document *d,
                         struct connector_set *set, struct error *e);

/* The facts of materiality of an installation; owned by the caller. */
struct value *pointer_facts(const char *connected, const char *answered);

/* The newest released base of WORKFLOW, 0 if none exists. */
enum err newest_base(struct manager *m, int64_t workflow, int64_t *n,
                     struct error *e);

/* A runtime that offers an integration. */
struct offering {
    int64_t n;
    const char *name;
};

/* The N runtimes that offer the integration, with their names in POOL; the
 * caller frees *OUT, also after an error. */
enum err offering_runtimes(struct manager *m, int64_t integration,
                           struct pool *pool, struct offering **out, size_t *n,
                           struct error *e);

/* Fills *OUT for plans; N 0 leaves it empty. */
enum err plan_version_fill(struct manager *m, int64_t n, struct pool *pool,
                           struct plan_version *out, struct error *e);

/* Adds TEXT to *N lines, a NULL-terminated list of texts in POOL; the array is
 * the caller's. */
void plan_line_add(const char ***lines, size_t *n, struct pool *pool,
                   const char *text);

/* What becomes of the trigger of FROM with TO, as such lines; none where it
 * stays the same. */
const char **plan_trigger_lines(const struct document *from,
                                const struct document *to, struct pool *pool);

/* Loads what C's version is of, what is live there, and its document. */
enum err handover_load_place(struct manager *m, struct pool *pool,
                             struct handover *c, struct error *e);

/* What leads from one document to another, as such lines, whole blocks first.
 */
const char **plan_diff_lines(const struct document *from,
                             const struct document *to, struct pool *pool);

/* Fills what ITEM, of C, changes of the live version, and of which base. */
enum err release_plan_changes(struct manager *m, const struct handover *c,
                              struct release_plan *plan,
                              struct release_item *item, struct error *e);

/* A plan with room for N items. */
void release_plan_init(struct release_plan *plan, size_t n);

/* CODE, with HINT: the version that STANDS ("is live") at the runtime of C has
 * no document in this store. */
enum err handover_unknown(const struct handover *c, const char *stands,
                          enum err err, enum hint hint, struct error *e);

/* Adds an item for C to PLAN: what it replaces, needs, undoes, loses. */
enum err release_plan_add(struct manager *m, struct release_plan *plan,
                          const struct handover *c, struct error *e);

/* Fills the authors of ITEM, of C: also those of the drafts that it was forked
 * from before these were released. */
enum err release_plan_authors(struct manager *m, const struct handover *c,
                              struct release_plan *plan,
                              struct release_item *item, struct error *e);

/* Counts for ITEM, the last of PLAN and of C, the installations that no item
 * touches, and takes it from those of the items before. */
enum err release_plan_others(struct manager *m, const struct handover *c,
                             struct release_plan *plan,
                             struct release_item *item, struct error *e);

/* Room in ITEM for the key of one more request, to RUNTIME (a name); it is good
 * until the next call. */
char *release_plan_request(struct release_plan *plan, struct release_item *item,
                           const char *runtime);

/* Checks the samples of C with an expected result, for its ITEM. */
enum err release_plan_samples(struct manager *m, const struct handover *c,
                              struct release_item *item, struct error *e);

/* The refusals that all changes share, in the order that people should hear of
 * them: state, releasing, stale, awaiting in the way. */
enum err release_refuse(struct manager *m, const struct handover *c,
                       const struct release_item *item,
                       const struct release_options *o, struct error *e);

/* STALE, with what changed, where C, which makes the version of row TO live
 * (or withdraws it), is not what a person was ASKED about; NULL: nobody was. */
enum err release_check_asked(struct manager *m, const struct handover *c,
                             int64_t to, const struct release_item *asked,
                             struct error *e);

/* By installation, as the next two want them. */
void upgrade_sort_choices(struct upgrade_plan *plan);

/* STALE, with what changed, where a person was not ASKED about the choice
 * NOW. */
enum err upgrade_check_choice(const struct upgrade_plan *asked,
                              const struct upgrade_choice *now,
                              struct error *e);

/* The same for all choices of NOW, which must be those of ASKED. */
enum err upgrade_check_asked(const struct upgrade_plan *asked,
                             const struct upgrade_plan *now, struct error *e);

/* What becomes of ERR, a refusal of ITEM (its sentence is WHY) or a failure: a
 * dry run keeps a refusal in PLAN and goes on with ERR_OK. */
enum err release_plan_judge(struct manager *m, struct release_plan *plan,
                            struct release_item *item, bool dry_run,
                            enum err err, const struct error *why,
                            struct error *e);

/* The item of a publish request of V, which follows BEFORE. */
struct value *publish_item(const char *workflow_id,
                           const struct base_version *v,
                           const struct base_version *before);

/* Queues C as a request of KIND (release or base) and marks it as releasing;
 * its documents are queued before (outbox_add_document). LEAD is 0 for the
 * first item and then its row. */
enum err change_queue(struct manager *m, const char *kind,
                      const struct handover *c, const struct release_options *o,
                      int64_t *lead, char key[IDENT_SIZE], struct error *e);

/* The audit record of a change, from BEFORE to AFTER, which it takes over. */
enum err handover_audit(struct manager *m, const struct handover *c,
                        struct value *before, struct value *after,
                        struct error *e);

void change_clear(struct handover *c);

#endif
