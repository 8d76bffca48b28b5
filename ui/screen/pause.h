/* Pause and resume of whole installations, one or all that are marked. */
#ifndef TAILOR_UI_SCREEN_PAUSE_H
#define TAILOR_UI_SCREEN_PAUSE_H

#include "ui/screen/screens.h"

/* What a pause does with runs that do not wait. */
#define PAUSE_IN_PROGRESS                                                      \
    "Runs in progress go on to their end or until they must wait."

/* Why what is paused (or runs) cannot be paused, or resumed, or NULL; PENDING
 * is what was asked for and not answered yet ("pausing", "resuming"), or NULL.
 * Static. */
const char *pause_refusal(bool pause, bool is_paused, const char *pending);

/* Fills Q for pausing (or resuming) the marked rows of V, or without marks the
 * installation ID. Many need their count typed. */
void pause_question(struct view *v, const char *id, bool pause,
                    struct question *q);

/* Queues a request for each, or none, and says how many were queued. ID is the
 * installation where none is marked. Errors, in E: those of
 * manager_installation_pause_all. */
void pause_installations(struct view *v, const char *id, bool pause,
                         struct error *e);

/* Appends to what Q does, where a runtime of the N installations IDS runs
 * nothing because it was restored: which, and that this waits for an admin. */
void pause_tell_held(struct console *c, const char *const *ids, size_t n,
                     struct question *q);

#endif
