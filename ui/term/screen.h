/*
 * Where cells are shown and keys come from: a terminal (term.h) or a script
 * (script.h). The loop knows only this.
 */
#ifndef TAILOR_UI_TERM_SCREEN_H
#define TAILOR_UI_TERM_SCREEN_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ui/term/cells.h"
#include "ui/term/key.h"

enum event_kind {
    EVENT_KEY,
    EVENT_UNKNOWN, /* what the terminal sent is not a key */
    EVENT_PASTE,   /* text, n; borrowed until the next event */
    EVENT_REFUSED, /* a paste that was too big to take */
    EVENT_LOST,    /* text, n: of a paste whose end did not come */
    EVENT_COMMAND, /* text: a line for the command line, from a script */
    EVENT_RESIZE,  /* screen->rows and cols have changed */
    EVENT_HANGUP   /* the terminal is gone, or the program shall end */
};

struct event {
    enum event_kind kind;
    struct key key;
    const char *text;
    size_t n;
};

#define SCREEN_FDS 2

struct screen {
    const struct screen_ops *ops;
    int rows, cols;
    bool ascii;
    enum theme theme; /* the one that is shown */
};

struct screen_ops {
    /* Writes up to SCREEN_FDS descriptors to wait for; returns how many. */
    size_t (*fds)(struct screen *s, struct pollfd *fds);
    /* Milliseconds after which next must be asked again, -1: only when a
     * descriptor is ready. */
    int (*wait_ms)(struct screen *s);
    /* Takes the next event that is there, never waits. Until it returns
     * false the events came at once: one burst. */
    bool (*next)(struct screen *s, struct event *event);
    /* True where something was read that is not a whole event yet: the
     * beginning of a paste or of a sequence. */
    bool (*unfinished)(struct screen *s);
    /* Writes to T the keys that wait in this burst, none where KEYS is BEFORE,
     * and those that came so shortly before them, or before the last that was
     * given out, that no hand pressed both. Where T is open, the
     * next may be on its way: wait_ms says how long that is so. */
    void (*together)(struct screen *s, struct together *t);
    /* Shows CELLS; only what changed since the last time is sent. */
    void (*paint)(struct screen *s, const struct cells *cells);
    /* Forgets what is shown: the next paint sends everything. */
    void (*repaint)(struct screen *s);
    void (*theme)(struct screen *s, enum theme theme);
    /* Puts N bytes of TEXT on the clipboard. */
    enum err (*copy)(struct screen *s, const char *text, size_t n,
                     struct error *e);
    /* Gives the terminal to the shell until it is given back. */
    void (*suspend)(struct screen *s);
    /* Milliseconds of a clock that only goes forward. */
    int64_t (*now_ms)(struct screen *s);
    /* Writes CELLS to a file; NULL where files are out of bounds. */
    enum err (*save)(struct screen *s, const struct cells *cells,
                     const char *file, struct error *e);
    /* Restores the terminal and frees the screen. */
    void (*close)(struct screen *s);
};

#endif
