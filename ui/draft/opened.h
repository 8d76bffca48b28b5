/* A version opened on a screen: a draft to be edited, or what is only read. */
#ifndef TAILOR_UI_DRAFT_OPENED_H
#define TAILOR_UI_DRAFT_OPENED_H

#include "manager/draft/editing.h"
#include "manager/draft/version.h"

struct opened {
    struct editing ed; /* of what is only read: without its draft's life */
    struct version_list version; /* one row */
    struct document *base;       /* what it is compared with, or NULL */
    bool editable;               /* a draft or a ready one */
    char closed[160]; /* why this session may not edit it; "": it may */
};

/* Reads the version ID. opened_clear clears O, also after an error. */
enum err opened_read(struct opened *o, struct manager *m, const char *id,
                     struct error *e);
void opened_clear(struct opened *o);

/* Reads the row of the version again; *MOVED says whether the document has
 * gone on since. */
enum err opened_look(struct opened *o, bool *moved, struct error *e);

/* Call it after an edit of this session: its row is at the revision of the
 * content, and a draft again. */
void opened_edited(struct opened *o);

const struct version_row *opened_version(const struct opened *o);

/* The version that signs and differences compare with, which the screens name
 * as what the draft is on (version_made_from), or NULL. */
const char *opened_base_id(const struct opened *o);

#endif
