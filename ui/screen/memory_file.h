/*
 * The file STORE.prefs-ACTOR beside the store, in which a console leaves what
 * the next one of ACTOR on that store begins with (ui/app/memory.c). It belongs
 * to the account that runs the console, and only that can read it.
 */
#ifndef TAILOR_UI_SCREEN_MEMORY_FILE_H
#define TAILOR_UI_SCREEN_MEMORY_FILE_H

#include "ui/app/app.h"
#include "ui/widget/marks.h"

struct memory_file;

/* Takes what the last console of ACTOR on STORE (a path) left; FOLDED, the
 * folds of the editor, are kept with it and outlive the file. What is there
 * and is not a file of this account for ACTOR, as this version writes it, is
 * left as it is, now and at the end, with one sentence that says so. */
struct memory_file *memory_file_open(struct app *app, struct marks *folded,
                                     const char *store, const char *actor);

/* A screen was left: writes it, at most once a minute. F may be NULL. */
void memory_file_screen_left(struct memory_file *f);

/* Writes it for the next console if KEEP, and frees F, which may be NULL. Where
 * it cannot be written nothing is kept, and nothing is said: it can be
 * missed. */
void memory_file_close(struct memory_file *f, bool keep);

#endif
