/* The blocks and the rows that a session copied last: any draft can take copies
 * of them, one of another customer without what is the customer's own
 * (manager/draft/foreign.h). */
#ifndef TAILOR_UI_SCREEN_CLIP_H
#define TAILOR_UI_SCREEN_CLIP_H

#include "base/ident.h"
#include "manager/draft/foreign.h"
#include "manager/draft/version.h"
#include "workflow/edit/selection.h"

struct clip {
    struct document *from; /* NULL: nothing was copied */
    char **ids;            /* of the outermost */
    size_t count;
    char workflow[IDENT_SIZE];
    struct foreign foreign; /* for drafts of others; no document: nothing is */
};

/* Keeps the blocks of S, of VERSION; *C may hold others. */
void clip_take(struct clip *c, struct manager *m, const struct selection *s,
               const struct version_row *version);
void clip_clear(struct clip *c);

/* What *C holds for a draft of INSTALLATION (an id; NULL: a base draft);
 * selection_clear() frees it. Errors: REFUSED where it holds nothing for it. */
enum err clip_selection(const struct clip *c, const char *installation,
                        struct selection *s, struct error *e);

/* "Tax", "3 blocks": what it holds, as a new string; NULL where it holds
 * nothing. */
char *clip_words(const struct clip *c);

/* Appends what of the copied stays behind in a draft of INSTALLATION. */
void clip_left_out(const struct clip *c, const char *installation,
                   struct buf *out);

/* Rows, as cells of a sheet. */
struct row_clip {
    char *cells; /* NULL: nothing was copied */
    char
        *others; /* what another customer's draft gets of them; NULL: nothing */
    struct foreign foreign;
};

/* Keeps CELLS and OTHERS (both taken); FOREIGN too (taken, and emptied). */
void row_clip_take(struct row_clip *c, char *cells, char *others,
                   struct foreign *foreign);
void row_clip_clear(struct row_clip *c);

/* The cells for a draft of INSTALLATION. Errors: REFUSED, and NULL, where it
 * has nothing for it. */
const char *row_clip_cells(const struct row_clip *c, const char *installation,
                           struct error *e);

/* Appends what of them stays behind in a draft of INSTALLATION. */
void row_clip_left_out(const struct row_clip *c, const char *installation,
                       struct buf *out);

#endif
