/* Conflicts of a draft, as its screens resolve them. */
#ifndef TAILOR_UI_DRAFT_CONFLICTS_H
#define TAILOR_UI_DRAFT_CONFLICTS_H

#include "ui/draft/draft_view.h"

/* The conflict of the row TARGET of BLOCK (an id) in the document shown, or
 * SIZE_MAX. */
size_t conflicts_of_row(const struct draft_view *d, const char *block,
                        const char *target);

/* Makes the choice of ACTION (ACT_USE_OWN, ACT_USE_BASE, ACT_KEEP_NOW) of the
 * conflict I (SIZE_MAX: not found), and says so. */
enum err conflicts_choose(struct draft_view *d, size_t i, enum act action,
                          struct error *e);

/* True for these actions. */
bool conflicts_is_choice(enum act action);

/* Sets why ACTION is off for the conflict I, or SIZE_MAX. */
void conflicts_context(const struct draft_view *d, size_t i, enum act action,
                       struct act_context *ctx);

/* Says how many conflicts are to be resolved, as an editor opens. */
void conflicts_tell(const struct draft_view *d);

/* What the draft D has where its conflict I is, a new string; NULL: a place,
 * or a whole block or table. */
char *conflicts_now(const struct document *d, size_t i);

/* Appends the values of the conflict I of D, so that they fit COLS columns. */
void conflicts_line(const struct document *d, size_t i, int cols, bool ascii,
                    struct buf *out);

#endif
