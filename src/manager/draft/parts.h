/* What operations on drafts share, for the files of this folder only. */
#ifndef TAILOR_MANAGER_DRAFT_PARTS_H
#define TAILOR_MANAGER_DRAFT_PARTS_H

#include "manager/draft/draft.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "workflow/document/document.h"

/* A draft as the store has it. */
struct draft {
    int64_t n;
    const char *name; /* what it was loaded by, borrowed */
    char id[IDENT_SIZE];
    char label[VERSION_LABEL_SIZE];
    int64_t workflow;
    int64_t installation; /* 0: a base draft */
    char installation_id[IDENT_SIZE];
    char author[65];
    char hash[DIGEST_SIZE];
    int state; /* enum version_state */
    int64_t revision;
    int64_t undo_top; /* the edit that undo takes back, 0: none */
    int64_t redo_top; /* the undo that redo takes back, 0: none */
};

/* What a new draft is made of. */
struct draft_seed {
    int64_t workflow;
    int64_t installation; /* 0: a base draft */
    int64_t base_no;
    int64_t fork_no;
    int64_t parent;         /* 0: from nothing */
    int64_t live_when_made; /* 0: none is live */
    const char *hash;
    const char *body; /* canonical */
    size_t body_len;
    const char *note;
    const struct value *origin; /* what the audit record says more, or NULL */
};

/* Finds the draft NAME. With OPEN, one that is released or discarded is
 * REFUSED. */
enum err draft_load(struct manager *m, const char *name, bool open,
                    struct draft *out, struct error *e);

/* That the actor may change D: its author (a base draft: an admin, too). CHOICE
 * where another's was loaded by a name. */
enum err draft_check_author(struct manager *m, const struct draft *d,
                            struct error *e);

/* The id for the audit: the installation's, or NULL of a base draft. */
const char *draft_installation(const struct draft *d);

/* Inserts a draft with its body and audit record; ID receives its id. */
enum err draft_insert(struct manager *m, const struct draft_seed *seed,
                      char id[IDENT_SIZE], struct error *e);

/* The same with the document D as its content. */
enum err draft_insert_copy(struct manager *m, struct draft_seed *seed,
                           const struct document *d, char id[IDENT_SIZE],
                           struct error *e);

/* Looks for open drafts of the same thing. *RESUMED and ID are set where one
 * is to be gone on with; CHOICE where the caller must say. */
enum err draft_look_for_open(struct manager *m, int64_t workflow,
                             int64_t installation, enum draft_choice choice,
                             bool *resumed, char id[IDENT_SIZE],
                             struct error *e);

/* Removes what anybody's text was kept of D; the next record seals that. */
enum err kept_purge(struct manager *m, const struct draft *d, struct error *e);

/* The document of a draft, owned by the caller. */
enum err draft_document(struct manager *m, const struct draft *d,
                        struct document **out, struct error *e);

/* Reads the edits of D after the revision AFTER, oldest first, each with its
 * name where that can be made; within an operation. The caller clears OUT, also
 * after an error. */
enum err draft_log_since(struct manager *m, const struct draft *d,
                         int64_t after, struct draft_log *out, struct error *e);

#endif
