/* Undo and redo of a draft, the same in every editor: another engineer's edit
 * is asked about first. */
#ifndef TAILOR_UI_DRAFT_HISTORY_H
#define TAILOR_UI_DRAFT_HISTORY_H

#include "ui/draft/opened.h"
#include "ui/screen/screens.h"

/* What the editor fills; it lives as long as its screen. */
struct history {
    struct view *view;
    struct opened *opened;
    void (*changed)(void *screen); /* shows what the document has become */
    void *screen;
};

/* Undoes, or redoes, the last edit of the draft, and says what that was. Where
 * another made it, asks first. Errors, in E: those of the manager. */
void history_step(struct history *h, bool undo, struct error *e);

#endif
