/*
 * Text that a person typed and has not stored with Enter: the line was lost,
 * they left the field, or what it belonged to was removed. Whatever becomes of
 * such a text goes through here, so that one that may hold a secret is neither
 * stored nor kept nor shown again; the style check knows what is used nowhere
 * else.
 */
#ifndef TAILOR_UI_SCREEN_UNFINISHED_H
#define TAILOR_UI_SCREEN_UNFINISHED_H

#include "manager/draft/kept.h"
#include "ui/screen/screens.h"

/* True where TEXT may hold a secret. */
bool unfinished_is_secret(const char *text);

/* OK where TEXT may be stored though nobody has pressed Enter; else REFUSED. */
enum err unfinished_check(const char *text, struct error *e);

/* Keeps TEXT, as manager_draft_keep() does, or else with the console, which
 * shows it under TITLE before it ends. True: it is in the store. One that may
 * hold a secret is dropped, and a message says so. */
bool unfinished_keep(struct console *c, const char *draft, const char *title,
                     const struct kept_text *text);

/* Has TEXT for Ctrl-Y in a field. False, and nothing is said: it may hold a
 * secret. */
bool unfinished_leave(struct app *app, const char *text);

/* Esc in a field: TEXT that differs from STORED is shown, and left for Ctrl-Y;
 * or a message says that it is not kept. */
void unfinished_tell_left(struct app *app, const char *text,
                          const char *stored);

/* Says that a text was dropped. */
void unfinished_say_secret(struct app *app);

#endif
