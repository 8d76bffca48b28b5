/* A draft on a screen, for its own files: draft_view.c is the document and its
 * edits, draft_news.c what others do, draft_action.c the common actions. */
#ifndef TAILOR_UI_DRAFT_DRAFT_VIEW_PRIVATE_H
#define TAILOR_UI_DRAFT_DRAFT_VIEW_PRIVATE_H

#include "ui/draft/draft_view.h"

/* Remembers that the person has seen the draft as it is in D. */
void draft_news_known(const struct draft_view *d);

/* "ada at 14:05 changed this draft", of the last change of another session. */
const char *draft_news(const struct draft_view *d);

/* Reads the draft again; draft_news() says who has changed it. *WHAT receives
 * that change in words, a new string; NULL on an error, which leaves D as it
 * was. */
enum err draft_news_take_in(struct draft_view *d, char **what, struct error *e);

/* Puts into E why D cannot be changed: released, discarded, another's; E stays
 * as it is where none of this holds. Reads the version's row again. */
void draft_news_refusal(struct draft_view *d, struct error *e);

/* True where D is a draft of the person, as far as this screen knows. */
bool draft_news_may_edit(const struct draft_view *d);

/* Takes back the question whether to replace another's change: it cannot be
 * done any more. */
void draft_view_drop_question(struct draft_view *d);

/* Call it after an operation that failed with ERR: where another session is the
 * reason, shows its change and puts into E who made it. Returns ERR. */
enum err draft_view_failed(struct draft_view *d, enum err err, struct error *e);

/* Call it after an edit of this session: shows it, with the time as saved. */
void draft_view_changed(struct draft_view *d);

/* --- draft_kept.c --------------------------------------------------------- */

/* Reads again what is kept of the person's texts. */
void draft_kept_read(struct draft_view *d);

/* Shows them whole; removes them. */
void draft_kept_show(const struct draft_view *d);
enum err draft_kept_forget(struct draft_view *d, struct error *e);

#endif
