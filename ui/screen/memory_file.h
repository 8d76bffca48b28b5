/*
 * The file FOLDER/tailor/console-ACTOR.json, in which a session leaves what the
 * next one of ACTOR begins with (ui/app/memory.c). It belongs to the account
 * that runs the console and only that can read it.
 */
#ifndef TAILOR_UI_SCREEN_MEMORY_FILE_H
#define TAILOR_UI_SCREEN_MEMORY_FILE_H

#include "ui/app/app.h"

/* Takes what the last session left. A file that cannot be believed or read is
 * ignored with one sentence; without one, or a FOLDER, nothing happens. */
void memory_file_take(struct app *app, const char *folder, const char *actor);

/* Leaves it for the next session. Where it cannot be written nothing is kept,
 * and nothing is said: the session is over. */
void memory_file_leave(const struct app *app, const char *folder,
                       const char *actor);

#endif
