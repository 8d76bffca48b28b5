/*
 * Which key does what: built from the table of actions, changed by :bind and
 * :unbind. A binding of the screen wins over one for any screen.
 */
#ifndef TAILOR_UI_APP_KEYMAP_H
#define TAILOR_UI_APP_KEYMAP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "ui/app/action.h"
#include "ui/term/key.h"

#define KEYMAP_ANY (-1) /* in place of a view: any screen */

struct binding {
    int view; /* enum view_id or KEYMAP_ANY */
    struct key key;
    enum act action; /* ACT_NONE: the key does nothing here */
};

struct keymap {
    struct binding *bindings;
    size_t count, capacity;
};

/* The default bindings of the table. */
void keymap_init(struct keymap *map);
void keymap_clear(struct keymap *map);

/* What KEY does on VIEW, or ACT_NONE. */
enum act keymap_find(const struct keymap *map, enum view_id view,
                     const struct key *key);

/* Carries out "SCREEN|any KEY ACTION|none" (copies). Where the key had
 * another meaning there, NOTE gets a sentence that says which. Errors:
 * USAGE, with what is allowed. */
enum err keymap_bind(struct keymap *map, const char *words, struct buf *note,
                     struct error *e);

/* The same with "SCREEN|any KEY". */
enum err keymap_unbind(struct keymap *map, const char *words, struct buf *note,
                       struct error *e);

/* Appends the keys of ACTION on VIEW to OUT, separated by blanks; at most
 * MOST of them. Returns how many there are. */
size_t keymap_keys(const struct keymap *map, enum view_id view, enum act action,
                   size_t most, struct buf *out);

#endif
