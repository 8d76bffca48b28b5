/* The blocks that a session copied last, with the document that they stood in:
 * any draft can take copies of them. */
#ifndef TAILOR_UI_SCREEN_CLIP_H
#define TAILOR_UI_SCREEN_CLIP_H

#include "base/ident.h"
#include "workflow/edit/selection.h"

struct clip {
    struct document *from; /* NULL: nothing was copied */
    char **ids;            /* of the outermost */
    size_t count;
    char workflow[IDENT_SIZE];
};

/* Keeps the blocks of S, of a version of WORKFLOW; *C may hold others. */
void clip_take(struct clip *c, const struct selection *s, const char *workflow);
void clip_clear(struct clip *c);

/* What *C holds; selection_clear() frees it. False where it holds nothing. */
bool clip_selection(const struct clip *c, struct selection *s);

#endif
