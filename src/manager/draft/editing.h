/*
 * A draft being edited: its document, the revision it is at and the
 * connectors that it may use. Command line and console make their patches
 * (workflow/edit/edit.h) on it and apply them through it, so that both compare
 * and swap on the revision they saw.
 */
#ifndef TAILOR_MANAGER_DRAFT_EDITING_H
#define TAILOR_MANAGER_DRAFT_EDITING_H

#include "manager/draft/draft.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

struct editing {
    struct manager *manager; /* borrowed */
    char draft[IDENT_SIZE];
    struct draft_content now;
    struct connector_set connectors; /* pinned ones, then current ones */
    struct value *staged;            /* operations that are not stored yet */
    char source[IDENT_SIZE]; /* the version that the next edit, stored or
                                refused, was copied from; "": none */
};

/* Reads DRAFT (a name) into E; editing_end clears it, also after an error. */
enum err editing_begin(struct editing *ed, struct manager *m, const char *draft,
                       struct error *e);
void editing_end(struct editing *ed);

/* Applies PATCH (*taken*; NULL after a failed edit is passed on as ERR)
 * and goes on with the document that it gives. ERR is how making the patch
 * ended; an error is returned as it is. CONFLICT where another session was
 * faster: E says who, and nothing was changed. */
enum err editing_apply(struct editing *ed, enum err err, struct value *patch,
                       struct error *e);

/* The same for one of several changes that are stored together or not at all:
 * goes on with the document that PATCH gives and stores nothing.
 * After an error of it what was staged before stands, and others can be staged.
 * editing_store() stores what was staged as one edit; after an error of it only
 * editing_end may follow. */
enum err editing_stage(struct editing *ed, enum err err, struct value *patch,
                       struct error *e);
enum err editing_store(struct editing *ed, struct error *e);

/* Goes on with NOW (taken), the content that an operation gave. */
void editing_take(struct editing *ed, struct draft_content *now);

/* Reads the draft again (after another's change). */
enum err editing_refresh(struct editing *ed, struct error *e);

/* Loads the connectors that D pins into SET (initialised). One that is
 * missing is left out: validation reports it. */
enum err manager_pinned_connectors(struct manager *m, const struct document *d,
                                   struct connector_set *set, struct error *e);

/* Loads the connectors that D pins, and the current one of every app, into
 * SET (initialised), in the same way. */
enum err manager_connectors(struct manager *m, const struct document *d,
                            struct connector_set *set, struct error *e);

/* The document of the version NAME, parsed; the caller frees it. */
enum err manager_document(struct manager *m, const char *name,
                          struct document **out, struct error *e);

#endif
