/* Versions: listing, reading, diff and validation. */
#ifndef TAILOR_MANAGER_DRAFT_VERSION_H
#define TAILOR_MANAGER_DRAFT_VERSION_H

#include <stddef.h>

#include "base/buf.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"
#include "workflow/edit/diff.h"
#include "workflow/problem.h"

/* A version as people see it. Strings belong to the list; those that may be
 * NULL say so. */
struct version_row {
    int64_t n;
    const char *id;
    const char *label; /* "v3", "v3.1" */
    const char *workflow_id;
    const char *workflow_key;
    const char *workflow_name;
    const char *integration_key;
    const char *installation_id; /* NULL: a base version */
    const char *customer;        /* NULL: a base version; its name */
    const char *username;        /* NULL: a base version */
    const char *who; /* both, as customer_who() gives it; NULL: as above */
    int64_t base_no;
    int64_t fork_no;
    const char *parent_id;      /* NULL: made from nothing */
    const char *parent_label;   /* NULL: as above */
    const char *live_when_made; /* id; NULL for base versions */
    const char *author;
    const char *hash;
    const char *note;
    int state; /* enum version_state */
    /* The word to show: draft, ready, discarded, and for a released one what
     * follows from the runtime's pointers: live, releasing, awaiting,
     * superseded, withdrawn, refused, lost (it waited, and its runtime no
     * longer has it; it can be released again); for a base version released, or
     * refused by every runtime that it was sent to. */
    const char *status;
    bool stale; /* an open draft whose live (base: newest) version changed */
    int64_t revision;
    int64_t edits;      /* changes made to it, undone ones not counted */
    int64_t created_at; /* by created_by */
    const char *created_by;
    int64_t changed_at;
    int64_t released_at;     /* 0: not yet */
    const char *released_by; /* NULL: not yet */
    int64_t running;         /* installations on which it is live */
};

/* Rows; clear with version_list_clear, also after an error. */
struct version_list {
    struct version_row *rows;
    size_t count;
    struct pool *pool;
};

/* The id of the version that V was made from, which its signs and differences
 * compare with where nobody names another: of an own version with carried edits
 * the base that they were carried to. NULL: it was made from nothing. */
const char *version_made_from(const struct version_row *v);

/* The versions of WORKFLOW: base versions, and those of INSTALLATION where
 * one is named (NULL: base versions only), by number. */
enum err manager_version_list(struct manager *m, const char *workflow,
                              const char *installation,
                              struct version_list *out, struct error *e);

/* One version by NAME; WORKFLOW and INSTALLATION (NULL: none) say what "v3.1"
 * is about. */
enum err manager_version_show(struct manager *m, const char *name,
                              const char *workflow, const char *installation,
                              struct version_list *out, struct error *e);

/* Appends the canonical document of version NAME, its hash checked (DAMAGED
 * where it does not hold). */
enum err manager_version_document(struct manager *m, const char *name,
                                  struct buf *out, struct error *e);

/* Adds every problem of version NAME to OUT (initialised); out->errors is 0
 * where it may be released. */
enum err manager_version_validate(struct manager *m, const char *name,
                                  struct problem_list *out, struct error *e);

/* Adds what leads from version FROM to version TO to OUT (initialised). */
enum err manager_version_diff(struct manager *m, const char *from,
                              const char *to, struct change_list *out,
                              struct error *e);

void version_list_clear(struct version_list *list);

#endif
