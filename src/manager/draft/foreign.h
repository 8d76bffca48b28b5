/* Blocks of a version of one installation, for a draft of another one or of
 * everybody. */
#ifndef TAILOR_MANAGER_DRAFT_FOREIGN_H
#define TAILOR_MANAGER_DRAFT_FOREIGN_H

#include "manager/session/manager.h"
#include "workflow/edit/selection.h"

/* What a draft of another installation may take; cleared by foreign_clear. */
struct foreign {
    char source[IDENT_SIZE];   /* the version's id; also a base version's */
    bool unknown;              /* nothing is known of it: nobody may take any */
    char *installation;        /* whose version it is, an id; NULL: a base
                                  version's, which everybody may take whole, and
                                  nothing else is set */
    char *customer;            /* as customer_who() gives it */
    struct document *document; /* the blocks, without what may be the
                                  customer's data (carry/bare.h, strict) */
    struct value *left_out;    /* places of that, an array of texts */
};

/*
 * Makes of the blocks S of the version SOURCE (a name), or with FIELD of that
 * field of them, what another customer's draft may take. No constant, text,
 * number of a formula, note or example comes into a draft by this way:
 * manager_draft_further() is the one that shows and asks. Errors: those of
 * manager_version_show and manager_document. OUT is cleared by the caller, also
 * after an error, when it is foreign everywhere.
 */
enum err manager_foreign(struct manager *m, const char *source,
                         const struct selection *s, const char *field,
                         struct foreign *out, struct error *e);
void foreign_clear(struct foreign *f);

/* True where F is foreign in a draft of INSTALLATION (an id; NULL: a base
 * draft). */
bool foreign_in(const struct foreign *f, const char *installation);

enum { FOREIGN_NAMED = 3 }; /* places that the words name */

/* Appends "left out of Globex (globex): Call > headers[X-Key], 2 more"; nothing
 * where nothing is. */
void foreign_words(const struct foreign *f, struct buf *out);

#endif
