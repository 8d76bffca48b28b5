/*
 * Drafts: versions that are being edited. Every edit is a JSON Patch kept
 * with its inverse; an edit names the revision it was made on and is refused
 * (CONFLICT, with the other's change) where the draft has moved on.
 */
#ifndef TAILOR_MANAGER_DRAFT_DRAFT_H
#define TAILOR_MANAGER_DRAFT_DRAFT_H

#include "base/digest.h"
#include "base/ident.h"
#include "manager/draft/version.h"

struct document;
struct value;

enum draft_choice {
    DRAFT_ASK,    /* ERR_CHOICE where drafts are open; see candidates */
    DRAFT_RESUME, /* go on with the newest open one, of the actor first */
    DRAFT_ANOTHER /* make another */
};

/* A draft of the next base version of WORKFLOW: a copy of the newest base, or
 * of an empty workflow. ID receives the draft's id. */
enum err manager_draft_new(struct manager *m, const char *workflow,
                           enum draft_choice choice, char id[IDENT_SIZE],
                           struct error *e);

/* Whom the next base version of a workflow would concern. */
struct base_reach {
    int64_t next;      /* its number */
    int64_t customers; /* installations that run the workflow */
    int64_t on_base;   /* those of them whose live version is a base version */
};

enum err manager_base_reach(struct manager *m, const char *workflow,
                            struct base_reach *out, struct error *e);

/* A draft for INSTALLATION of WORKFLOW, copied from version FROM (of the
 * installation or a base; NULL: the live one). NOT_FOUND where the
 * installation does not run the workflow. */
enum err manager_draft_fork(struct manager *m, const char *installation,
                            const char *workflow, const char *from,
                            enum draft_choice choice, char id[IDENT_SIZE],
                            struct error *e);

/* Open drafts (and ready ones), newest change first: of AUTHOR and of
 * INSTALLATION where given. ALL adds discarded ones. NOT_FOUND where AUTHOR is
 * nobody who has, or had, access. */
enum err manager_draft_list(struct manager *m, const char *author,
                            const char *installation, bool all,
                            struct version_list *out, struct error *e);

/* What a draft contains. An edit is given the content that the session saw and
 * gives the content after it, so that a session that goes on editing reads
 * nothing again. */
struct draft_content {
    struct document *document; /* owned; NULL: not read */
    int64_t revision;          /* -1: any */
    char hash[DIGEST_SIZE];    /* of the document; "" if none exists */
};

void draft_content_clear(struct draft_content *c);

/* What DRAFT contains; the caller clears OUT, also after an error. Errors:
 * NOT_FOUND, REFUSED (released or discarded), DAMAGED. */
enum err manager_draft_read(struct manager *m, const char *draft,
                            struct draft_content *out, struct error *e);

/* Applies PATCH (borrowed) to DRAFT. SEEN is what the caller saw (NULL: makes
 * the change whatever the revision); its document is used in place of the
 * stored one where the hashes are the same. NOW (may be NULL) receives what the
 * draft contains after it, which the caller clears; an error leaves it alone. A
 * patch that changes nothing leaves the revision alone. Errors: CONFLICT with
 * who changed what meanwhile, INVALID (the patch, or a document that is not a
 * workflow), REFUSED (not the author: take it over; not open any more). */
enum err manager_draft_edit(struct manager *m, const char *draft,
                            const struct draft_content *seen,
                            const struct value *patch,
                            struct draft_content *now, struct error *e);

/* The same for a PATCH with blocks or rows that were copied out of SOURCE, a
 * version's id: their authors are authors of DRAFT too, as of a fork. */
enum err manager_draft_paste(struct manager *m, const char *draft,
                             const struct draft_content *seen,
                             const char *source, const struct value *patch,
                             struct draft_content *now, struct error *e);

/* Undoes the last change / redoes the last undone one; SEEN and NOW as above.
 * Where it is another actor's and OTHERS is false: CHOICE, naming them. REFUSED
 * where there is nothing to undo or redo. */
enum err manager_draft_undo(struct manager *m, const char *draft,
                            const struct draft_content *seen, bool others,
                            struct draft_content *now, struct error *e);
enum err manager_draft_redo(struct manager *m, const char *draft,
                            const struct draft_content *seen, bool others,
                            struct draft_content *now, struct error *e);

/* The numbers stand in stores. */
enum draft_edit_kind { EDIT_CHANGE = 0, EDIT_UNDO = 1, EDIT_REDO = 2 };

struct draft_edit_row {
    int64_t seq; /* the revision it led to */
    int kind;    /* enum draft_edit_kind */
    int64_t of;  /* the edit that an undo or redo is about, else 0 */
    bool undone; /* a change or redo that is not in effect any more */
    const char *patch;
    const char *inverse; /* the patch that takes it back */
    const char *author;
    int64_t at;
    const char *name; /* what the edit that it makes, takes back or makes again
                         is called; NULL: not asked for */
};

struct draft_log {
    struct draft_edit_row *rows;
    size_t count;
    struct pool *pool;
};

/* The edits after the revision AFTER (0: all), oldest first; the caller clears
 * OUT, also after an error. */
enum err manager_draft_log(struct manager *m, const char *draft, int64_t after,
                           struct draft_log *out, struct error *e);

/* Fills the names of LOG, all edits of DRAFT: it makes each state of the draft
 * again. Those of a released or discarded one have none. */
enum err manager_draft_log_names(struct manager *m, const char *draft,
                                 struct draft_log *log, struct error *e);

/* The edit that the next undo (or redo) takes back, as the only row; no row
 * if none exists. The caller clears OUT, also after an error. */
enum err manager_draft_next(struct manager *m, const char *draft, bool undo,
                            struct draft_log *out, struct error *e);

/* The author of row I of a log of all edits where it is in effect, else NULL;
 * a redo puts back the edit of the person who made it. */
const char *draft_log_author(const struct draft_log *log, size_t i);
void draft_log_clear(struct draft_log *log);

/* A draft as a person was shown it and asked about it. */
struct draft_shown {
    char id[IDENT_SIZE];
    char author[65];
    int state; /* enum version_state */
    int64_t revision;
};

struct draft_shown draft_shown_of(const struct version_row *row);

/* These take what a person was SHOWN of the draft, NULL for nothing, and fail
 * with STALE where it has another content, author or state since. */

/* Marks a draft ready for a releaser (it must validate); an edit makes it a
 * draft again. */
enum err manager_draft_ready(struct manager *m, const char *draft,
                             const struct draft_shown *shown, struct error *e);

/* OK where the session may edit the open draft ROW, else what an edit of it
 * fails with: ROLE (a base version needs an admin) or REFUSED (it is another
 * author's). Reads no disk. */
enum err manager_draft_may_edit(struct manager *m,
                                const struct version_row *row,
                                struct error *e);

/* Makes the actor the author. What another marked ready is a draft again. */
enum err manager_draft_take(struct manager *m, const char *draft,
                            const struct draft_shown *shown, struct error *e);

enum err manager_draft_discard(struct manager *m, const char *draft,
                               const struct draft_shown *shown,
                               struct error *e);

/* What DRAFT is now; the errors are those of discarding it. */
enum err manager_draft_find_to_discard(struct manager *m, const char *draft,
                                       struct draft_shown *out,
                                       struct error *e);
enum err manager_draft_restore(struct manager *m, const char *draft,
                               struct error *e);

enum err manager_draft_note(struct manager *m, const char *draft,
                            const char *note, struct error *e);

#endif
